"""The read model over any store: walks what the store yields and keeps what the query asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from dualcross.model import Alert, Delivery, Event, Record, Source, SourceState
from dualcross.ports import Clock, Platform, Store
from dualcross.query import Query
from dualcross.query.documents import (
    Document,
    of_alert,
    of_delivery,
    of_event,
    of_platform,
    of_record,
    of_region,
    of_round,
    of_source,
)
from dualcross.query.evaluation import matches
from dualcross.query.readmodel import LIMIT, Page, PolicyView, ReadModel, bounded, make_cursor, read_cursor

if TYPE_CHECKING:
    from dualcross.register import Shipped

T = TypeVar("T")


class StoreReadModel:
    """Implements `ReadModel` by iterating; good for memory and for what is few. The shipped register is part of it."""

    def __init__(self, store: Store, clock: Clock, shipped: Shipped | None = None) -> None:
        self._store = store
        self._clock = clock
        self._given = shipped

    def records(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Record]:
        """Return records that match, newest first."""
        return paged(self._store.records(), of_record, lambda r: r.id, query, limit, cursor)

    def record(self, record_id: str) -> Record | None:
        """Return one record."""
        return self._store.record(record_id)

    def alerts(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Alert]:
        """Return alerts that match, newest first."""
        return pairs(self._alerts(), lambda a: a.id, query, limit, cursor)

    def alert(self, alert_id: str) -> Alert | None:
        """Return one alert."""
        return self._store.alert(alert_id)

    def events(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Event]:
        """Return events that match, newest first."""
        return pairs(self._events(), lambda e: e.key, query, limit, cursor)

    def event(self, key: str) -> Event | None:
        """Return one event."""
        return next((event for event in self._store.events() if event.key == key), None)

    def platforms(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Platform]:
        """Return platforms of the register that match, by id."""
        return paged(self._register(), of_platform, lambda p: p.id, query, limit, cursor)

    def platform(self, platform_id: str) -> Platform | None:
        """Return one platform; one that was merged leads to the platform it became."""
        known = {p.id: p for p in self._shipped().platforms} | {p.id: p for p in self._store.learned()}
        found = known.get(platform_id)
        return known.get(found.merged_into, found) if found and found.merged_into else found

    def policies(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[PolicyView]:
        """Return policies that match, newest date first, undated ones last."""
        views = sorted(self._policies(), key=lambda p: (p.date or "", p.title), reverse=True)
        return paged(views, _of_policy, lambda p: f"{p.title}/{p.number}", query, limit, cursor)

    def sources(
        self, query: Query, *, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[tuple[Source, SourceState]]:
        """Return sources that match, by id."""
        return paged(
            self._store.sources(), lambda pair: of_source(*pair), lambda pair: pair[0].id, query, limit, cursor
        )

    def deliveries(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Delivery]:
        """Return deliveries that match, newest first."""
        return paged(reversed(self._store.deliveries()), of_delivery, lambda d: d.id, query, limit, cursor)

    def regions(self) -> tuple[Mapping[str, Any], ...]:
        """Return every province with a member, by code."""
        found: dict[str, dict[str, Any]] = {}
        for platform in self._register():
            if platform.region and platform.member:
                row = found.setdefault(
                    platform.region.code, {"code": platform.region.code, "name": platform.region.name, "members": []}
                )
                row["members"].append({"id": platform.id, "name": platform.name, "status": platform.status})
        return tuple({**row, "count": len(row["members"])} for _, row in sorted(found.items()))

    def rounds(self) -> tuple[Mapping[str, Any], ...]:
        """Return every round known, oldest first."""
        rows: dict[str, dict[str, Any]] = {}
        for known in self._shipped().rounds:
            rows[known.round] = {
                "round": known.round,
                "kind": known.kind,
                "title": known.title,
                "called": known.called,
                "noticed": known.noticed,
                "listed": known.listed,
                "in_force": known.in_force,
                "new": known.new,
                "members": [],
            }
        empty = {"kind": None, "title": None, "called": None, "noticed": None, "listed": None}
        for platform in self._register():
            for round_, stage in platform.rounds:
                if not round_.isdigit():
                    # A list that named no year is no round.
                    continue
                row = rows.setdefault(round_, {"round": round_, **empty, "in_force": None, "new": None, "members": []})
                row["members"].append({"id": platform.id, "name": platform.name, "stage": stage})
        return tuple(rows[key] for key in sorted(rows))

    def stats(self) -> Mapping[str, Any]:
        """Return counts of what is stored."""
        register = self._register()
        return {
            "records": sum(1 for _ in self._store.records()),
            "alerts": sum(1 for _ in self._store.alerts()),
            "events": sum(1 for _ in self._store.events()),
            "platforms": len(register),
            "members": sum(platform.member for platform in register),
            "sources": len(self._store.sources()),
            "subscriptions": sum(s.state == "active" for s in self._store.subscriptions()),
        }

    def version(self) -> str:
        """Return a text that changes with the newest record, alert and source state."""
        newest = next(iter(self._store.records()), None)
        told = next(iter(self._store.alerts()), None)
        polled = [(s.id, state.polls, state.outcome, s.paused) for s, state in self._store.sources()]
        text = repr((newest.id if newest else "", newest.content_hash if newest else "", told and told.id, polled))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_of(self) -> datetime:
        """Return the present moment: a store answers from what is."""
        return self._clock.now()

    def _shipped(self) -> Shipped:
        if self._given is None:
            from dualcross.register import shipped

            self._given = shipped()
        return self._given

    def _alerts(self) -> Iterable[tuple[Alert, Document]]:
        """Yield every alert with its document, newest first; a store may know a shorter way to both."""
        return ((alert, of_alert(alert)) for alert in self._store.alerts())

    def _events(self) -> Iterable[tuple[Event, Document]]:
        """Yield every event with its document, newest first."""
        return ((event, of_event(event)) for event in self._store.events())

    def _register(self) -> tuple[Platform, ...]:
        """Every platform by id, what was learned above what is shipped, without those merged into another."""
        known = {p.id: p for p in self._shipped().platforms} | {p.id: p for p in self._store.learned()}
        return tuple(known[key] for key in sorted(known) if not known[key].merged_into)

    def _policies(self) -> Iterable[PolicyView]:
        seen: set[str] = set()
        for event, _ in self._events():
            subject = event.subject
            if subject.title and not event.candidate:
                seen |= {subject.title, subject.number or subject.title}
                yield PolicyView(
                    title=subject.title,
                    number=subject.number,
                    issuer=subject.issuer,
                    date=subject.date or event.date,
                    status=event.ladder,
                    event=event.key,
                    sources=tuple(dict.fromkeys(r.url for r in event.reports if r.url)),
                )
        for known in self._shipped().policies:
            if known.title not in seen and (known.number or known.title) not in seen:
                yield PolicyView(
                    title=known.title,
                    number=known.number,
                    issuer=known.issuer,
                    date=known.date or known.published,
                    status=known.title_status,
                    sources=known.sources,
                )


def regions_matching(model: ReadModel, query: Query) -> list[Mapping[str, Any]]:
    """Return the provinces that a query matches."""
    return [row for row in model.regions() if not query.groups or matches(query.groups, of_region(row))]


def rounds_matching(model: ReadModel, query: Query) -> list[Mapping[str, Any]]:
    """Return the rounds that a query matches."""
    return [row for row in model.rounds() if not query.groups or matches(query.groups, of_round(row))]


def pairs(
    things: Iterable[tuple[T, Document]], name: Callable[[T], str], query: Query, limit: int, cursor: str | None
) -> Page[T]:
    """Return the page of matching things, each of which comes with its document."""
    found = paged(things, lambda pair: pair[1], lambda pair: name(pair[0]), query, limit, cursor)
    return Page(items=tuple(thing for thing, _ in found.items), next=found.next)


def paged(
    things: Iterable[T],
    document: Callable[[T], Document],
    name: Callable[[T], str],
    query: Query,
    limit: int,
    cursor: str | None,
) -> Page[T]:
    """Return the page of matching things that begins behind the cursor's thing; nothing where that is gone."""
    bounded(limit)
    position = read_cursor(cursor)
    waiting = position is not None
    found: list[T] = []
    for thing in things:
        if waiting:
            waiting = position is None or name(thing) != position[0]
            continue
        if query.groups and not matches(query.groups, document(thing)):
            continue
        if len(found) == limit:
            return Page(items=tuple(found), next=make_cursor(name(found[-1])))
        found.append(thing)
    return Page(items=tuple(found))


def _of_policy(policy: PolicyView) -> Document:
    def some(*values: str | None) -> tuple[str, ...]:
        return tuple(value for value in values if value)

    return Document(
        values={
            "title": some(policy.title),
            "issuer": some(policy.issuer),
            "id": some(policy.number),
            "date": some((policy.date or "")[:10]),
            "state": some(policy.status),
        },
        texts=lambda: some(policy.title, policy.number, policy.issuer),
    )
