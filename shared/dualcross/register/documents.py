"""Policies, filing deadlines and lists: events that have no platform as their subject."""

from __future__ import annotations

import dataclasses

from dualcross.model import Count, Deadline, Event, Policy, Report, Subject
from dualcross.register import evidence
from dualcross.register.desk import Desk, News, tell
from dualcross.register.keys import deadline_subject, round_subject
from dualcross.register.policies import (
    Identity,
    identify,
    index_entry,
    indexed,
    issues_policies,
    same_document,
    subjects_of,
    timely,
)

#: documents an index holds: a year of all bodies; older ones are still found by title and number
INDEXED = 400


def bring_policy(desk: Desk, f: Policy) -> None:
    """Bring in a document that the page issues; citations, calls, lists and drafts are findings only."""
    if f.status != "issued" or f.form != "policy":
        return
    me = identify(f)
    subject, index, *numbers = subjects_of(f)
    hits = (indexed(entry, me) for entry in desk.dossier(index).see)
    places = dict.fromkeys([subject, *(s for n in numbers for s in desk.dossier(n).see), *filter(None, hits)])
    found = (
        (s, e) for s in places for e in reversed(desk.events(s, "policy")) if same_document(me, _identity(e), desk.day)
    )
    about = Subject(title=f.title, issuer=f.issuer, number=f.number, date=f.date)
    subject, event = next(found, None) or (subject, desk.begin(subject, "policy", None, me.slug, about))
    for number in numbers:
        _refer(desk, number, subject)
    _refer(desk, index, index_entry(subject, me))
    new = evidence.report(
        desk.article, desk.record_id, stage="issued", confidence=f.confidence, by=f.by, evidence=f.evidence
    )
    earlier = event.reports
    event = _with(desk, event, new, "issued")
    known = event.subject
    full = dataclasses.replace(
        known,
        issuer=known.issuer or f.issuer,
        number=known.number or f.number,
        date=known.date or f.date,
        names=tuple(dict.fromkeys((*known.names, f.title))),
    )
    event = dataclasses.replace(event, subject=full)
    news = News(
        trigger="policy.new",
        subject=dataclasses.replace(full, title=f.title, names=()),
        names=full.names,
        worth=issues_policies(f, official=desk.article.official) and timely(f, desk.day, desk.shipped),
        quotes=tuple(e.quote for e in f.evidence),
    )
    desk.save_event(subject, tell(desk, event, new, news, earlier))


def bring_deadline(desk: Desk, f: Deadline) -> None:
    """Bring in a day by which applications must be filed; told where the page shows that it lies ahead."""
    subject = deadline_subject(f.date)
    events = desk.events(subject, "deadline")
    event = next((e for e in events if None in (f.round, e.round) or e.round == f.round), None)
    about = Subject(date=f.date, what=f.what, round=f.round)
    event = event or desk.begin(subject, "deadline", f.round, f.date, about)
    event = dataclasses.replace(event, round=event.round or f.round, date=f.date)
    new = evidence.report(
        desk.article, desk.record_id, stage="filed", confidence=f.confidence, by=f.by, evidence=f.evidence
    )
    earlier = event.reports
    event = _with(desk, event, new, "filed")
    ahead = desk.day is not None and f.date[:10] > desk.day
    news = News(
        trigger="deadline",
        subject=dataclasses.replace(about, round=event.round),
        names=(),
        worth=ahead,
        counts=lambda r: r.published is not None and f.date[:10] > r.published[:10],
        quotes=tuple(e.quote for e in f.evidence),
    )
    desk.save_event(subject, tell(desk, event, new, news, earlier))


def bring_list(desk: Desk, f: Count) -> None:
    """Bring in that a list of a round was published with so many names; no one is told."""
    if f.round is None or f.region is not None or f.measure == "target":
        return
    subject = round_subject(f.round)
    event = next(iter(desk.events(subject, "list")), None)
    event = event or desk.begin(subject, "list", f.round, "-", Subject(round=f.round))
    new = evidence.report(
        desk.article, desk.record_id, stage=f"{f.measure} {f.value}", confidence=f.confidence, by=f.by,
        evidence=f.evidence,
    )  # fmt: skip
    desk.save_event(subject, _with(desk, event, new, event.stage or "selected"))


def _refer(desk: Desk, subject: str, entry: str) -> None:
    held = desk.dossier(subject)
    if entry not in held.see:
        desk.changed[subject] = dataclasses.replace(held, see=(*held.see, entry)[-INDEXED:])


def _with(desk: Desk, event: Event, new: Report, stage: str) -> Event:
    event = dataclasses.replace(evidence.add(event, new), stage=stage, last_seen=desk.now)
    return dataclasses.replace(event, ladder=evidence.rung(event, desk.bar))


def _identity(event: Event) -> Identity:
    s = event.subject
    titles = s.names or ((s.title,) if s.title else ())
    policy = Policy(title=s.title or "", status="issued", number=s.number, issuer=s.issuer, date=s.date)
    days = [r.published[:10] for r in event.reports if r.published]
    return identify(policy, titles=titles, days=tuple(days))
