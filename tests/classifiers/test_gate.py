"""The gate counts rightly, and its floors only rise."""

from __future__ import annotations

import pytest
from classifiers.draft import rows
from classifiers.scoring import Score, Tally, bare, calibration_error, same_name
from classifiers.texts import Text

from classifiers import gate, scoring
from dualcross.model import Count, Evidence, Membership, Ref, Region

DRAFT = """
=== 1 | s | H | 2026-08-20 | 报 | 0 | S |
双跨平台公布
名单里有成都甲乙科技有限公司的“甲乙云”平台，共九家。去年的“丙丁”平台不论。
~~~
m: 甲乙云 ; 成都甲乙科技有限公司 ; selected ; 2026 ; + ; 510000
n: 9 ; new
~: 丙丁
a: platform.new ; 甲乙云
a: region.new ; 510000
"""


@pytest.fixture
def text() -> Text:
    (row,) = rows(DRAFT, "x")
    return Text(**{**row, "labels": tuple(row["labels"])})


def member(name: str, **more) -> Membership:
    return Membership(platform=Ref(id=name, name=name), **{"stage": "selected", **more})


def test_draft_fields(text: Text) -> None:
    assert (text.id, text.group, text.lang, text.split, text.labels) == (
        "x-1",
        "x-1",
        "zh-Hans",
        "held",
        ("selection",),
    )
    assert text.expect["memberships"][0]["first_time"] is True
    assert text.expect["counts"] == [{"value": 9, "measure": "new", "region": None}]
    assert text.expect["alerts"][1] == {"trigger": "region.new", "subject": "510000", "confirmed": False}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("甲乙云", "“甲乙云”平台", True),
        ("甲乙云工业互联网平台", "甲乙云", True),
        ("雲洲", "云洲", True),
        ("TideSignal", "Tide Signal", True),
        ("甲乙云", "甲丁云", False),
        ("", "甲乙云", False),
    ],
)
def test_same_name(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


def test_bare_keeps_the_brand() -> None:
    assert bare("“蜀绣云”工业互联网平台") == "蜀绣云"


def test_a_right_finding_counts_and_its_fields_are_compared(text: Text) -> None:
    score = Score()
    found = member("甲乙云平台", round="2025", first_time=True, region=Region(code="510000", name="四川"))
    scoring.findings(text, [found, Count(value=9, measure="new")], score)
    assert (score.kind("membership").right, score.kind("membership").wrong, score.kind("membership").missed) == (
        1,
        0,
        0,
    )
    assert score.fields["stage"] == [1, 1]
    assert score.fields["round"] == [0, 1]
    assert score.fields["operator"] == [0, 1]
    assert score.fields["known"] == [1, 1]
    assert score.kind("count").f1 == 1.0


def test_wrong_missed_and_either(text: Text) -> None:
    score = Score()
    scoring.findings(text, [member("丙丁"), member("戊己")], score)
    tally = score.kind("membership")
    assert (tally.right, tally.wrong, tally.missed) == (0, 1, 1)
    assert score.kind("count").missed == 1


def test_a_quote_off_its_place_is_broken(text: Text) -> None:
    score = Score()
    good, bad = Evidence(start=0, end=2, quote="名单"), Evidence(start=1, end=3, quote="名单")
    scoring.findings(text, [member("甲乙云", evidence=(good, bad))], score)
    assert score.broken_quotes == 1


def test_tallies() -> None:
    tally = Tally(right=3, wrong=1, missed=2)
    assert (tally.precision, tally.recall) == (0.75, 0.6)
    assert tally.f1 == pytest.approx(2 * 0.75 * 0.6 / 1.35)
    assert Tally().f1 == 1.0


def test_calibration_error() -> None:
    assert calibration_error([]) == 0.0
    assert calibration_error([(0.95, True)] * 19 + [(0.95, False)]) == pytest.approx(0.0)
    assert calibration_error([(0.9, False)]) == pytest.approx(0.9)


def test_floors_rise_and_do_not_sink() -> None:
    floors = {"own.stage": 0.9, "own.confidence.error": 0.1}
    figures = {"own.stage": 0.8, "own.confidence.error": 0.2, "own.new": 0.5}
    assert gate.raised(figures, floors, lower=False) == {"own.confidence.error": 0.1, "own.new": 0.5, "own.stage": 0.9}
    assert gate.raised(figures, floors, lower=True)["own.stage"] == 0.8
    assert gate.raised({"own.stage": 0.95}, floors, lower=False)["own.stage"] == 0.95


def test_what_falls_does_not_hold() -> None:
    floors = {"own.stage": 0.9, "own.confidence.error": 0.1, "own.gone": 0.5}
    figures = {
        "own.stage": 0.85,
        "own.confidence.error": 0.2,
        "own.broken-quotes": 1.0,
        "real.false-alerts-per-10000": 0.0,
        "speed.day.per-second": 149.0,
    }
    held = gate.verdicts(figures, floors)
    assert [name for name, holds in held.items() if holds] == ["real.false-alerts-per-10000"]
