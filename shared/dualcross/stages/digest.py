"""Digest: releases what was held and is due, each held delivery in exactly one message.

    held ──(slot passes)──► digest of the slot opened, its bundle fixed ──► members finished ──► Deliver ──► sent
                               │ crash here: the next run finds the digest     │ crash here: likewise
                               └ and finishes the members of its bundle        └ and sends pending digests

The laws:
* A digest's id is derived from subscription, slot and part; opening is conditional, so its bundle never changes.
* A part is opened only after every part before it was read, and holds only what stands in none of them. So each held
  delivery is told by one digest, however often this stage runs, however many run at once, wherever they are killed.
* A held delivery found after its slot's digest was opened (a straggler) goes into the next part.
* Members are finished after the digest stands, never before: nothing is lost between the two.
* A digest that asks for it is opened, empty, for a slot with nothing to tell; never for one older than a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dualcross.alerts import limits, timing
from dualcross.alerts.ids import digest_id
from dualcross.alerts.operator import subscriber
from dualcross.alerts.subscriptions import stale
from dualcross.model import Command, Deliver, Delivery, Digest, Subscription

if TYPE_CHECKING:
    from dualcross.deps import Deps

#: members of one digest: an item of a store holds their ids
_BUNDLE = 1000
#: deliveries in one command
_BATCH = 20
#: a delivery that waits this long past its time was forgotten by its command, and gets another
_FORGOTTEN = timedelta(seconds=180)
_STALE = timedelta(days=1)


def run(command: Digest, deps: Deps) -> list[Command]:
    """Open the digests that are due and return the commands that send them, and whatever was left behind."""
    del command
    now = deps.clock.now()
    opened: list[str] = []
    groups: dict[tuple[str, datetime], list[Delivery]] = {}
    for held in deps.store.deliveries(state="held", due=now):
        groups.setdefault((held.subscription_id, held.not_before or now), []).append(held)
    for (subscription_id, slot), members in sorted(groups.items()):
        subscription = subscriber(subscription_id, deps.store, deps.settings)
        if subscription is None or subscription.state == "ended":
            ids = [member.id for member in members]
            deps.store.finish(ids, state="dead", now=now, error="the subscription has ended")
        elif subscription.state == "active":
            opened += _release(members, subscription, slot, deps)
    everyone = deps.store.subscriptions()
    opened += _quiet_periods(everyone, deps, now)
    _forget(everyone, deps, now)
    ids = list(dict.fromkeys([*opened, *_forgotten(deps, now)]))
    return [Deliver(delivery_ids=tuple(ids[i : i + _BATCH])) for i in range(0, len(ids), _BATCH)]


def _release(members: list[Delivery], subscription: Subscription, slot: datetime, deps: Deps) -> list[str]:
    """Put each member into one digest of the slot and return the digests that wait to be sent."""
    now = deps.clock.now()
    left = [member.id for member in members]
    waiting = []
    part = 0
    while left:
        name = digest_id(subscription.id, slot, part)
        digest = deps.store.delivery(name)
        if digest is None:
            deps.store.open([_digest(name, subscription, slot, tuple(left[:_BUNDLE]), now)])
            # Another run may have been first: what stands in the store counts.
            digest = deps.store.delivery(name)
        if digest is None:
            raise RuntimeError("a digest that was opened is not in the ledger")
        told = set(digest.bundle)
        deps.store.finish([one for one in left if one in told], state="sent", now=now, receipt=f"digest:{digest.id}")
        left = [one for one in left if one not in told]
        if digest.state not in ("sent", "dead"):
            waiting.append(digest.id)
        part += 1
    return waiting


def _quiet_periods(everyone: Iterable[Subscription], deps: Deps, now: datetime) -> list[str]:
    """Open an empty digest for each slot that passed with nothing to tell, where the subscriber wants to know."""
    opened: list[str] = []
    for subscription in everyone:
        if not subscription.always or subscription.state != "active":
            continue
        slot = timing.last_slot(subscription, now)
        if slot is None or now - slot > _STALE or (subscription.created and subscription.created >= slot):
            continue
        name = digest_id(subscription.id, slot)
        if deps.store.delivery(name) is None:
            opened += deps.store.open([_digest(name, subscription, slot, (), now)])
    return opened


def _forget(everyone: Iterable[Subscription], deps: Deps, now: datetime) -> None:
    """Forget addresses that never agreed, and who signed up when."""
    for subscription in everyone:
        if stale(subscription, now):
            deps.store.remove_subscription(subscription.id)
    limits.forget(deps.store, now)


def _forgotten(deps: Deps, now: datetime) -> list[str]:
    """Return deliveries whose command was lost: a crash between the ledger and the queue leaves such.

    Notices are opened by the web pages, which have no queue: they go out with the next tick.
    """
    found = []
    for state in ("pending", "failed", "sending"):
        for one in deps.store.deliveries(state=state, due=now):
            since = max(m for m in (one.created, one.not_before, one.lease_until, _BEGINNING) if m)
            if since + _FORGOTTEN <= now or (one.kind in ("digest", "notice") and state == "pending"):
                found.append(one.id)
    return found


def _digest(name: str, subscription: Subscription, slot: datetime, bundle: tuple[str, ...], now: datetime) -> Delivery:
    return Delivery(
        id=name,
        alert_id=f"digest/{slot.isoformat()}",
        subscription_id=subscription.id,
        channel=subscription.channel,
        kind="digest",
        created=now,
        bundle=bundle,
    )


_BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
