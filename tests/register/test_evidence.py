"""Independent sources: reprints, outlets, and the rungs of the ladder."""

from __future__ import annotations

import dataclasses
import random

import pytest
from tests.register.stream import quote

from dualcross.model import Article, Event, Report, Subject
from dualcross.register import evidence

WORDS = "山川河流工业互联网平台企业制造数据智能转型升级发展新增公布名单"
PIECES = [f"第{i}句话讲的是{''.join(random.Random(i).choices(WORDS, k=28))}。" for i in range(30)]


def report(text: str, source: str | None, *, said: str = "短", n: int = 0, **more: object) -> Report:
    article = Article(
        url=f"https://h{n}.example/{n}", title="t", text=text, source=source, official=bool(more.get("official"))
    )
    stage = str(more.get("stage", "selected"))
    return evidence.report(article, f"r{n}", stage=stage, confidence=0.9, by="rule", evidence=quote(said))


def event(*reports: Report) -> Event:
    held = Event(key="k", kind="entry", subject=Subject(), stage="selected")
    for r in reports:
        held = evidence.add(held, r)
    return held


ORIGINAL = "".join(PIECES[:12])


@pytest.mark.parametrize(
    ("other", "count"),
    [
        (ORIGINAL, 1),
        ("本报讯 " + ORIGINAL + "（责任编辑：某某）", 1),
        ("".join(PIECES[:9]), 1),
        ("".join([*PIECES[:12], *PIECES[20:24]]), 1),
        ("".join(PIECES[12:24]), 2),
        ("".join([*PIECES[:2], *PIECES[12:24]]), 2),
    ],
)
def test_a_reprint_is_no_second_source(other: str, count: int) -> None:
    assert evidence.independent(event(report(ORIGINAL, "甲", n=1), report(other, "乙", n=2)).reports) == count


def test_a_long_quote_in_common_shows_a_reprint_but_a_list_row_does_not() -> None:
    said = "某平台进入了国家级跨行业跨领域工业互联网平台的名单并受到表彰"
    one, other = report(PIECES[0], "甲", said=said, n=1), report(PIECES[1], "乙", said=said, n=2)
    assert evidence.independent(event(one, other).reports) == 1
    row = "1\t某某跨行业跨领域工业互联网平台\t某某工业互联网科技股份有限公司\t江西"
    one, other = report(PIECES[0], "甲", said=row, n=1), report(PIECES[1], "乙", said=row, n=2)
    assert evidence.independent(event(one, other).reports) == 2


def test_outlets_and_texts_are_matched() -> None:
    a, b, c = "".join(PIECES[:8]), "".join(PIECES[8:16]), "".join(PIECES[16:24])
    assert evidence.independent(event(report(a, "甲", n=1), report(b, "甲", n=2)).reports) == 1
    # 乙 reprints 甲's text and has one of its own
    assert evidence.independent(event(report(a, "甲", n=1), report(a, "乙", n=2), report(b, "乙", n=3)).reports) == 2
    assert evidence.independent(event(report(a, None, n=1), report(b, None, n=2), report(c, "甲", n=3)).reports) == 3


def test_a_record_speaks_once() -> None:
    first, again = report("一", "甲", n=1), report("二", "甲", n=1)
    assert [r.origin for r in event(first, again).reports] == [again.origin]


def test_reports_are_bounded_and_keep_what_tells_most() -> None:
    official = report("官方", "部", n=0, official=True)
    many = [report("".join(PIECES[:8]), f"站{i}", n=i) for i in range(1, 120)]
    own = report("".join(PIECES[9:20]), "独家", n=500)
    held = event(official, *many, own)
    assert len(held.reports) <= evidence.KEPT
    assert evidence.independent(held.reports) >= 3
    assert any(r.official for r in held.reports)


def test_rungs() -> None:
    press, other = report("".join(PIECES[:8]), "甲", n=1), report("".join(PIECES[8:16]), "乙", n=2)
    final = report("官", "部", n=3, official=True)
    proposed = report("官", "部", n=3, official=True, stage="publicized")
    assert evidence.rung(event(press), 0.6) == "reported"
    assert evidence.rung(event(press, other), 0.6) == "corroborated"
    assert evidence.rung(event(press, final), 0.6) == "confirmed"
    assert evidence.rung(event(proposed), 0.6) == "reported"
    assert evidence.rung(dataclasses.replace(event(final), ladder="corrected"), 0.6) == "corrected"
