"""Copies one deployment's store into another: a file into a stack, a stack into a file, a restored table into its own.

    sources ─► dossiers, alerts ─► records ─► subscriptions ─► deliveries ─► facts      each added where it is missing

Only what is missing, or older there, is written, so a copy that was cut off is made again, and one that is made twice
changes nothing. A delivery keeps its outcome: nobody is told twice. Raw bytes stay in their archive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from dualcross.channels.secrets import seal, unseal
from dualcross.deps import Deps
from dualcross.model import Subscription
from dualcross.ports import Commit, Store

#: kinds of facts that belong to a deployment's contents; counters and keys stay where they are
FACTS = ("registry-act", "correction", "feedback", "parked", "token")
_BATCH = 100
_OLDEST = datetime.min.replace(tzinfo=UTC)

T = TypeVar("T")


def copy(origin: Deps, target: Deps) -> dict[str, int]:
    """Add to the target's store what it lacks of the origin's, and return how much of each kind was written."""
    a, b = origin.store, target.store

    def sealed_anew(subscription: Subscription) -> Subscription:
        def again(text: str) -> str:
            if not text.startswith("sealed:"):
                return text
            return seal(unseal(text, origin.settings.secret_key), target.settings.secret_key)

        secret = subscription.secret
        return replace(subscription, address=again(subscription.address), secret=again(secret) if secret else secret)

    return {
        "sources": _sources(a, b),
        **_register(a, b),
        "records": _records(a, b),
        "subscriptions": _subscriptions(a, b, sealed_anew),
        "deliveries": _deliveries(a, b),
        "facts": _facts(a, b),
    }


def _sources(a: Store, b: Store) -> int:
    known = {source.id: state for source, state in b.sources()}
    written = 0
    for source, state in a.sources():
        if source.id not in known:
            b.put_source(source)
        elif known[source.id].polls >= state.polls:
            continue
        b.commit_poll(state, ())
        written += 1
    return written


def _register(a: Store, b: Store) -> dict[str, int]:
    dossiers = {dossier.subject: dossier.version for dossier in b.every_dossier()}
    newer = [d for d in a.every_dossier() if d.version > dossiers.get(d.subject, 0)]
    alerts = {alert.id for alert in b.alerts()}
    missing = [alert for alert in a.alerts() if alert.id not in alerts]
    for some in _pieces(newer):
        b.restore(dossiers=some)
    # Newest first as they come: the oldest is written first, as it was.
    for others in _pieces(list(reversed(missing))):
        b.restore(alerts=others)
    return {"dossiers": len(newer), "alerts": len(missing)}


def _records(a: Store, b: Store) -> int:
    known = {record.id: record.read_at or _OLDEST for record in b.records()}
    newer = [r for r in a.records() if r.id not in known or (r.read_at or _OLDEST) > known[r.id]]
    for record in reversed(newer):
        b.commit(Commit(record=record))
    return len(newer)


def _subscriptions(a: Store, b: Store, anew: Callable[[Subscription], Subscription]) -> int:
    known = {subscription.id for subscription in b.subscriptions()}
    missing = [subscription for subscription in a.subscriptions() if subscription.id not in known]
    for subscription in missing:
        b.put_subscription(anew(subscription))
    return len(missing)


def _deliveries(a: Store, b: Store) -> int:
    known = {delivery.id for delivery in b.deliveries()}
    missing = [delivery for delivery in a.deliveries() if delivery.id not in known]
    for some in _pieces(missing):
        b.open(some)
    return len(missing)


def _facts(a: Store, b: Store) -> int:
    written = 0
    for kind in FACTS:
        known = {key for key, _ in b.facts(kind)}
        for key, value in a.facts(kind):
            if key not in known:
                b.put_fact(kind, key, value)
                written += 1
    return written


def _pieces(values: list[T]) -> Iterable[list[T]]:
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))
