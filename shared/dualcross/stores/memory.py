"""The store that keeps everything in dictionaries: for `read`, `replay` and programs that need no file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import RLock

from dualcross.errors import StoreConflict
from dualcross.model import (
    Alert,
    Delivery,
    DeliveryState,
    Event,
    Item,
    Record,
    Source,
    SourceState,
    Subscription,
)
from dualcross.ports import Commit, Committed, Dossier, Platform
from dualcross.stores.moments import aware, aware_commit, aware_delivery, aware_state

_OLDEST = datetime.min.replace(tzinfo=UTC)
_WAITING = ("pending", "failed", "sending")


class MemoryStore:
    """Keeps everything in this process, under one lock; values are frozen, so they are handed out as they are."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._sources: dict[str, tuple[Source, SourceState]] = {}
        #: url → (source id, the item while it is pending)
        self._items: dict[str, tuple[str, Item | None]] = {}
        self._editions: dict[str, str] = {}
        self._dossiers: dict[str, Dossier] = {}
        #: record id → (record, what its commit returned); a later one under the same id keeps its place
        self._records: dict[str, tuple[Record, tuple[str, ...]]] = {}
        self._alerts: dict[str, Alert] = {}
        self._subscriptions: dict[str, Subscription] = {}
        self._subscriptions_version = 0
        self._deliveries: dict[str, Delivery] = {}
        #: as JSON text, so that every store hands out the same lists and dictionaries
        self._facts: dict[tuple[str, str], str] = {}

    def put_source(self, source: Source) -> None:
        """Add or replace a source by its id; its state is kept."""
        with self._lock:
            known = self._sources.get(source.id)
            self._sources[source.id] = (source, known[1] if known else SourceState(source_id=source.id))

    def remove_source(self, source_id: str) -> None:
        """Forget a source, its state and its pending items."""
        with self._lock:
            self._sources.pop(source_id, None)
            for url in [u for u, (owner, item) in self._items.items() if owner == source_id and item is not None]:
                del self._items[url]
                self._editions.pop(url, None)

    def sources(self) -> tuple[tuple[Source, SourceState], ...]:
        """Return every source with its state, by id."""
        with self._lock:
            return tuple(self._sources[key] for key in sorted(self._sources))

    def source(self, source_id: str) -> tuple[Source, SourceState] | None:
        """Return one source with its state."""
        with self._lock:
            return self._sources.get(source_id)

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return ids of sources due at `now`, never polled ones first, then the longest overdue."""
        aware(now)
        with self._lock:
            ready = [
                (state.next_due or _OLDEST, source.id)
                for source, state in self._sources.values()
                if not source.paused and not state.gone and (state.next_due is None or state.next_due <= now)
            ]
        return tuple(source_id for _, source_id in sorted(ready)[:limit])

    def commit_poll(self, state: SourceState, items: Sequence[Item], *, alert: Alert | None = None) -> tuple[Item, ...]:
        """Save the state, make the unseen items pending, and return all pending ones of the source."""
        aware_state(state)
        with self._lock:
            known = self._sources.get(state.source_id)
            if known is None:
                return ()
            self._sources[state.source_id] = (known[0], state)
            if alert is not None:
                self._alerts.setdefault(alert.id, alert)
            for item in items:
                self._put_item(state.source_id, item)
            return tuple(i for owner, i in self._items.values() if owner == state.source_id and i is not None)

    def _put_item(self, source_id: str, item: Item) -> None:
        owner, _ = self._items.setdefault(item.url, (source_id, item))
        if owner != source_id or not item.edition:
            return
        known = self._editions.get(item.url, "")
        self._editions[item.url] = item.edition
        if known not in ("", item.edition):
            self._items[item.url] = (source_id, item)

    def commit_polls(
        self, polls: Sequence[tuple[SourceState, Sequence[Item], Alert | None]]
    ) -> tuple[tuple[Item, ...], ...]:
        """Commit several polls."""
        return tuple(self.commit_poll(state, items, alert=alert) for state, items, alert in polls)

    def read_done(self, url: str, outcome: str) -> None:  # noqa: ARG002
        """Take the item off the pending ones; it stays seen."""
        with self._lock:
            if url in self._items:
                self._items[url] = (self._items[url][0], None)

    def dossiers(self, subjects: Iterable[str]) -> Mapping[str, Dossier]:
        """Return the stored dossier of each subject; one with version 0 where nothing is stored."""
        with self._lock:
            return {s: self._dossiers.get(s, Dossier(subject=s)) for s in subjects}

    def learned(self) -> tuple[Platform, ...]:
        """Return every platform stored in a dossier, by id."""
        with self._lock:
            found = {d.platform.id: d.platform for _, d in sorted(self._dossiers.items()) if d.platform}
        return tuple(found[key] for key in sorted(found))

    def commit(self, commit: Commit) -> Committed:
        """Write record, dossiers and alerts as one."""
        aware_commit(commit)
        with self._lock:
            stands = self._records.get(commit.record.id)
            if stands and stands[0].content_hash == commit.record.content_hash:
                return Committed(record=stands[0], alert_ids=stands[1], fresh=False)
            for dossier in commit.dossiers:
                stored = self._dossiers.get(dossier.subject)
                if (stored.version if stored else 0) != dossier.version:
                    raise StoreConflict(f"{dossier.subject} changed since it was read; read again")
            for dossier in commit.dossiers:
                self._dossiers[dossier.subject] = replace(dossier, version=dossier.version + 1)
            for alert in commit.alerts:
                self._alerts.setdefault(alert.id, alert)
            for alert_id, why, quote in commit.corrections:
                fact = {"why": why, "quote": quote, "record": commit.record.id}
                self._facts.setdefault(("correction", alert_id), json.dumps(fact, ensure_ascii=False))
            ids = dict.fromkeys([a.id for a in commit.alerts] + [c[0] for c in commit.corrections])
            self._records[commit.record.id] = (commit.record, tuple(ids))
            return Committed(record=commit.record, alert_ids=tuple(ids))

    def every_dossier(self) -> Iterator[Dossier]:
        """Yield every stored dossier, by subject."""
        with self._lock:
            return iter([dossier for _, dossier in sorted(self._dossiers.items())])

    def restore(self, *, dossiers: Sequence[Dossier] = (), alerts: Sequence[Alert] = ()) -> None:
        """Write dossiers and alerts as another store had them; what stands and is as new stays."""
        with self._lock:
            for dossier in dossiers:
                known = self._dossiers.get(dossier.subject)
                if known is None or known.version < dossier.version:
                    self._dossiers[dossier.subject] = dossier
            for alert in alerts:
                aware(alert.created)
                self._alerts.setdefault(alert.id, alert)

    def record(self, record_id: str) -> Record | None:
        """Return one record."""
        with self._lock:
            found = self._records.get(record_id)
            return found[0] if found else None

    def alert(self, alert_id: str) -> Alert | None:
        """Return one alert."""
        with self._lock:
            return self._alerts.get(alert_id)

    def records(self, *, since: datetime | None = None) -> Iterator[Record]:
        """Yield records read at or after the moment, newest first."""
        aware(since)
        with self._lock:
            found = [r for r, _ in self._records.values() if since is None or (r.read_at and r.read_at >= since)]
        found.sort(key=lambda r: r.read_at or _OLDEST)
        # Of records read at one moment, the one stored last is the newest.
        return reversed(found)

    def alerts(self, *, since: datetime | None = None) -> Iterator[Alert]:
        """Yield alerts created at or after the moment, newest first."""
        aware(since)
        with self._lock:
            found = [a for a in self._alerts.values() if since is None or (a.created and a.created >= since)]
        found.sort(key=lambda a: a.created or _OLDEST)
        return reversed(found)

    def events(self) -> Iterator[Event]:
        """Yield every event, newest `last_seen` first; one that stands in two dossiers comes once."""
        with self._lock:
            stored = [e for _, d in sorted(self._dossiers.items()) for e in d.events]
        newest_first = sorted(stored, key=lambda e: e.last_seen or _OLDEST, reverse=True)
        return iter(
            {e.key: e for e in reversed(newest_first)}[key] for key in dict.fromkeys(e.key for e in newest_first)
        )

    def put_subscription(self, subscription: Subscription) -> None:
        """Add or replace a subscription by its id."""
        aware(subscription.created)
        with self._lock:
            self._subscriptions[subscription.id] = subscription
            self._subscriptions_version += 1

    def subscription(self, subscription_id: str) -> Subscription | None:
        """Return one subscription."""
        with self._lock:
            return self._subscriptions.get(subscription_id)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return every subscription, ended ones too, by id."""
        with self._lock:
            return tuple(self._subscriptions[key] for key in sorted(self._subscriptions))

    def subscriptions_version(self) -> int:
        """Return a number that every change to a subscription raises."""
        with self._lock:
            return self._subscriptions_version

    def remove_subscription(self, subscription_id: str) -> None:
        """Delete a subscription, and from its deliveries what may hold its address."""
        with self._lock:
            self._subscriptions.pop(subscription_id, None)
            self._subscriptions_version += 1
            for key, delivery in self._deliveries.items():
                if delivery.subscription_id == subscription_id:
                    self._deliveries[key] = replace(delivery, receipt="", error="")

    def open(self, deliveries: Sequence[Delivery]) -> tuple[str, ...]:
        """Add deliveries that are not there yet; return the ids that still wait to be sent."""
        for delivery in deliveries:
            aware_delivery(delivery)
        with self._lock:
            for delivery in deliveries:
                self._deliveries.setdefault(delivery.id, delivery)
            ids = dict.fromkeys(d.id for d in deliveries)
            return tuple(i for i in ids if self._deliveries[i].state in _WAITING)

    def claim(self, delivery_id: str, *, now: datetime, lease_until: datetime) -> Delivery | None:
        """Take the delivery for sending and return it, or None."""
        aware(now, lease_until)
        with self._lock:
            found = self._deliveries.get(delivery_id)
            if found is None or not claimable(found, now):
                return None
            taken = replace(found, state="sending", attempt=found.attempt + 1, lease_until=lease_until)
            self._deliveries[delivery_id] = taken
            return taken

    def settle(self, delivery: Delivery) -> bool:
        """Write the outcome of a claimed delivery; False where a later attempt holds it."""
        aware_delivery(delivery)
        with self._lock:
            found = self._deliveries.get(delivery.id)
            if found == delivery:
                return True
            if found is None or found.state != "sending" or found.attempt != delivery.attempt:
                return False
            self._deliveries[delivery.id] = delivery
            return True

    def delivery(self, delivery_id: str) -> Delivery | None:
        """Return one delivery."""
        with self._lock:
            return self._deliveries.get(delivery_id)

    def deliveries(
        self,
        *,
        state: str | None = None,
        subscription_id: str | None = None,
        alert_id: str | None = None,
        due: datetime | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[Delivery, ...]:
        """Return the deliveries that fit every filter given, oldest `created` first, then by id."""
        aware(due)
        aware(since)
        with self._lock:
            found = [
                d
                for d in self._deliveries.values()
                if (state is None or d.state == state)
                and (subscription_id is None or d.subscription_id == subscription_id)
                and (alert_id is None or d.alert_id == alert_id)
                and (due is None or d.not_before is None or d.not_before <= due)
                and (since is None or (d.created or _OLDEST) >= since)
            ]
        found.sort(key=lambda d: (d.created or _OLDEST, d.id))
        return tuple(found[:limit])

    def finish(
        self, delivery_ids: Sequence[str], *, state: DeliveryState, now: datetime, receipt: str = "", error: str = ""
    ) -> None:
        """Settle those of the deliveries that are still held, without sending them."""
        aware(now)
        with self._lock:
            for delivery_id in delivery_ids:
                found = self._deliveries.get(delivery_id)
                if found is not None and found.state == "held":
                    done = replace(found, state=state, settled=now, receipt=receipt, error=error)
                    self._deliveries[delivery_id] = done

    def release(self, delivery_id: str, *, not_before: datetime | None = None) -> bool:
        """Make a held, failed or dead delivery pending again; False where it is none of these."""
        aware(not_before)
        with self._lock:
            found = self._deliveries.get(delivery_id)
            if found is None or found.state not in ("held", "failed", "dead"):
                return False
            self._deliveries[delivery_id] = replace(found, state="pending", not_before=not_before)
            return True

    def put_fact(self, kind: str, key: str, value: Mapping[str, object]) -> None:
        """Add or replace a fact."""
        with self._lock:
            self._facts[kind, key] = json.dumps(dict(value), ensure_ascii=False)

    def facts(self, kind: str) -> tuple[tuple[str, Mapping[str, object]], ...]:
        """Return all (key, value) of a kind, by key."""
        with self._lock:
            found = sorted(key for key in self._facts if key[0] == kind)
            return tuple((key[1], json.loads(self._facts[key])) for key in found)

    def remove_fact(self, kind: str, key: str) -> None:
        """Delete a fact; nothing happens where there is none."""
        with self._lock:
            self._facts.pop((kind, key), None)

    def close(self) -> None:
        """Do nothing: there is nothing to release."""


def claimable(delivery: Delivery, now: datetime) -> bool:
    """Tell whether a worker may take the delivery at `now`."""
    if delivery.state in ("pending", "failed"):
        return delivery.not_before is None or delivery.not_before <= now
    return delivery.state == "sending" and (delivery.lease_until is None or delivery.lease_until <= now)
