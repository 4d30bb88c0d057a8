"""The desk on which one article is judged: what was read, what changes, what is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dualcross.model import Alert, Article, Event, Region, Report, Subject, Trigger
from dualcross.ports import Dossier, Platform
from dualcross.register import evidence
from dualcross.register.keys import alert_id, event_key, platform_subject
from dualcross.register.roster import Shipped


@dataclass(slots=True, kw_only=True)
class Desk:
    """Working state of one judgement; nothing of it outlives the verdict."""

    article: Article
    record_id: str
    shipped: Shipped
    dossiers: Mapping[str, Dossier]
    now: datetime
    bar: float
    labels: tuple[str, ...] = ()
    backfill: bool = False
    #: an official list that an operator hands in: it fills the register and tells no one
    imported: bool = False
    changed: dict[str, Dossier] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    candidates: list[Alert] = field(default_factory=list)
    corrections: list[tuple[str, str, str]] = field(default_factory=list)

    def dossier(self, subject: str) -> Dossier:
        """Return the subject's dossier as it stands by now."""
        return self.changed.get(subject) or self.dossiers.get(subject) or Dossier(subject=subject)

    def platform(self, platform_id: str) -> Platform | None:
        """Return a platform, learned or shipped."""
        return self.dossier(platform_subject(platform_id)).platform or self.shipped.platform(platform_id)

    def save_platform(self, platform: Platform) -> None:
        """Put a platform's new state on the desk."""
        subject = platform_subject(platform.id)
        held = self.dossier(subject)
        if platform != self.platform(platform.id):
            self.changed[subject] = dataclasses.replace(held, platform=platform)

    def events(self, subject: str, kind: str | None = None) -> list[Event]:
        """Return the subject's events of a kind, oldest first."""
        return [e for e in self.dossier(subject).events if kind in (None, e.kind)]

    def save_event(self, subject: str, event: Event) -> None:
        """Put an event's new state on the desk."""
        held = self.dossier(subject)
        if event in held.events:
            return
        rest = tuple(event if e.key == event.key else e for e in held.events)
        if all(e.key != event.key for e in held.events):
            rest = (*rest, event)
        self.changed[subject] = dataclasses.replace(held, events=rest)

    def begin(self, subject: str, kind: str, round_: str | None, name: str, about: Subject) -> Event:
        """Return a fresh event of that identity; a turn is counted where the identity was used before."""
        used = {e.key for e in self.events(subject)}
        turn = 1
        while event_key(kind, round_, name, turn) in used:
            turn += 1
        key = event_key(kind, round_, name, turn)
        return Event(key=key, kind=kind, subject=about, stage="", round=round_, first_seen=self.now)

    @property
    def day(self) -> str | None:
        """The page's own date, `YYYY-MM-DD`; None where it has none."""
        return self.article.published[:10] if self.article.published else None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What would be told of an event if it is news."""

    trigger: Trigger
    subject: Subject
    names: tuple[str, ...]
    #: the event, untold so far, deserves the trigger
    worth: bool
    #: reports that speak for this trigger
    counts: Callable[[Report], bool] = lambda _: True
    possibly_listed: bool = False
    before: str = ""
    region: Region | None = None
    quotes: tuple[str, ...] = ()


def tell(desk: Desk, event: Event, new: Report, news: News, earlier: Sequence[Report]) -> Event:
    """Decide whether the event, with the new report in it, is told now; return it with what was told.

    Told once when it is worth it and the reports carry it, once more when an official text makes final what was
    told as proposed or by others; below the bar it waits as a candidate. `earlier`: the event's reports before.
    """
    if desk.imported:
        return dataclasses.replace(event, candidate=False)
    first = alert_id(news.trigger, event.key, confirmed=False)
    speaking = [r for r in event.reports if news.counts(r)]
    if first not in event.alerts:
        if not news.worth:
            return event
        if not evidence.ready(speaking, desk.bar):
            desk.candidates.append(_alert(desk, event, new, news, confirmed=False))
            return dataclasses.replace(event, candidate=True)
        desk.alerts.append(_alert(desk, event, new, news, confirmed=False))
        return dataclasses.replace(event, candidate=False, alerts=(*event.alerts, first))
    again = alert_id(news.trigger, event.key, confirmed=True)
    if again in event.alerts or not _makes_final(new, news, earlier, desk.bar):
        return event
    desk.alerts.append(_alert(desk, event, new, news, confirmed=True))
    return dataclasses.replace(event, alerts=(*event.alerts, again))


def _makes_final(new: Report, news: News, earlier: Sequence[Report], bar: float) -> bool:
    """Tell whether this official report is the first final one, after the event had been told without one."""

    def final(r: Report) -> bool:
        return r.official and r.stage in evidence.FINAL and r.confidence >= bar and news.counts(r)

    return final(new) and not any(final(r) for r in earlier)


def _alert(desk: Desk, event: Event, new: Report, news: News, *, confirmed: bool) -> Alert:
    article = desk.article
    return Alert(
        id=alert_id(news.trigger, event.key, confirmed=confirmed),
        trigger=news.trigger,
        subject=news.subject,
        event=event.key,
        confirmed=confirmed,
        names=news.names,
        possibly_listed=news.possibly_listed,
        ladder=evidence.rung(event, desk.bar),
        stage=new.stage,
        round=event.round,
        confidence=new.confidence,
        by=new.by,
        region=news.region,
        record_id=desk.record_id,
        url=article.url,
        title=article.title,
        source=article.source,
        published=article.published,
        language=article.language,
        quotes=news.quotes or (new.quote,),
        sources=evidence.independent([r for r in event.reports if news.counts(r)]),
        before=news.before,
        created=desk.now,
        backfill=desk.backfill,
        topics=desk.labels,
    )
