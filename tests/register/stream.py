"""Streams of findings: small words for articles and findings, and what each step told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from dualcross.deps import Understood
from dualcross.model import Alert, Article, Deadline, Evidence, Finding, Membership, Policy, Ref
from dualcross.model import Count as CountFinding
from dualcross.register import shipped
from dualcross.register.provinces import province
from dualcross.register.replay import DAWN, moment
from dualcross.stages.record import decide
from dualcross.stores.memory import MemoryStore

_serial = count(1)


def quote(text: str) -> tuple[Evidence, ...]:
    return (Evidence(start=0, end=len(text), quote=text),)


def m(
    platform: str, stage: str = "selected", round_: str | None = None, region: str | None = None, **more: Any
) -> Membership:
    said = more.pop("quote", f"{platform} {stage} {round_} {next(_serial)}")
    moved = more.pop("moved_from", None)
    return Membership(
        platform=Ref(id=platform, name=more.pop("name", platform)),
        stage=stage,  # type: ignore[arg-type]
        round=round_,
        region=province(region),
        moved_from=province(moved),
        operator=Ref(id=f"{platform}-op", name=f"{platform}公司"),
        names=more.pop("names", (platform,)),
        evidence=quote(said),
        **more,
    )


def policy(title: str, **more: Any) -> Policy:
    return Policy(title=title, status=more.pop("status", "issued"), evidence=quote(title), **more)


def deadline(day: str, round_: str | None = "2027", **more: Any) -> Deadline:
    return Deadline(date=day, what="申报截止", round=round_, evidence=quote(day), **more)


def listed(value: int, measure: str = "new", round_: str | None = None) -> CountFinding:
    return CountFinding(value=value, measure=measure, round=round_, evidence=quote(str(value)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Step:
    """One article of a stream with the alerts it must bring, as `shown` prints them."""

    findings: tuple[Finding, ...]
    expect: tuple[str, ...] = ()
    published: str | None = "2026-06-01"
    official: bool = False
    source: str | None = None
    text: str | None = None
    title: str = "消息"
    url: str | None = None

    def article(self, n: int) -> Article:
        text = self.text or f"第{n}篇各不相同的正文 " + "".join(
            chr(0x4E00 + (n * 7919 + i * 104729) % 20000) for i in range(120)
        )
        return Article(
            url=self.url or f"https://news{n}.example/{n}",
            title=self.title,
            text=text,
            published=self.published,
            language="zh-Hans",
            source=self.source or f"outlet{n}",
            official=self.official,
        )


def press(*findings: Finding, expect: tuple[str, ...] = (), **more: Any) -> Step:
    return Step(findings=findings, expect=expect, **more)


def official(*findings: Finding, expect: tuple[str, ...] = (), **more: Any) -> Step:
    return Step(findings=findings, expect=expect, official=True, **more)


def shown(alert: Alert) -> str:
    """Print an alert as `trigger! subject ?`, `!` where confirmed, `?` where possibly listed."""
    s = alert.subject
    what = s.code if alert.trigger == "region.new" else s.id or s.title or f"{s.round}:{s.date}"
    if alert.trigger == "platform.moved":
        what = f"{what} {s.moved_from}>{s.moved_to}"
    return f"{alert.trigger}{'!' if alert.confirmed else ''} {what}{' ?' if alert.possibly_listed else ''}"


@dataclass
class Player:
    """Plays steps into one store and remembers what was told."""

    store: MemoryStore
    clock: datetime = DAWN
    n: int = 0

    def play(self, step: Step) -> tuple[str, ...]:
        self.n += 1
        article = step.article(self.n)
        self.clock = moment(article.published) or self.clock
        understood = Understood(topics={}, labels=("selection",), findings=step.findings)
        told = decide(article, understood, self.store, shipped(), self.clock)
        again = decide(article, understood, self.store, shipped(), self.clock)
        assert again.record == told.record
        assert again.alert_ids == told.alert_ids
        assert not again.fresh
        mine = {a.id: a for a in told.record.alerts}
        return tuple(shown(mine[i]) for i in told.alert_ids if i in mine)


def player() -> Player:
    return Player(store=MemoryStore(), clock=datetime(2026, 1, 1, tzinfo=UTC))


def at(step: Step, published: str | None) -> Step:
    return replace(step, published=published)
