"""Deliveries, exactly once: every change asks for the version that was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from uuid import uuid4

from dualcross.errors import StoreConflict
from dualcross.model import Delivery, DeliveryState
from dualcross.stores.dynamodb import keys
from dualcross.stores.dynamodb.keys import Key
from dualcross.stores.dynamodb.part import Part
from dualcross.stores.dynamodb.table import BATCH, Item
from dualcross.stores.memory import claimable
from dualcross.stores.moments import aware, aware_delivery

_WAITING = ("pending", "failed", "sending")
#: under which word of the index `work` a state is found. Pending, sending and failed share one, so that the way of a
#: delivery costs two writes there; sent ones are in it no more, and are found by day or by subscription
_WORK = {"held": "held", "pending": "open", "sending": "open", "failed": "open", "dead": "dead"}
_FREED = ("held", "failed", "dead")
_ROUNDS = 20
_OLDEST = datetime.min.replace(tzinfo=UTC)


class Deliveries(Part):
    """The part of the store that `ports.Ledger` describes."""

    def open(self, deliveries: Sequence[Delivery]) -> tuple[str, ...]:
        """Add deliveries that are not there yet; return the ids that still wait to be sent."""
        for delivery in deliveries:
            aware_delivery(delivery)
        given = {delivery.id: delivery for delivery in reversed(deliveries)}
        order = list(dict.fromkeys(delivery.id for delivery in deliveries))
        there = self.table.batch(keys.delivery(i) for i in order)
        new = {i: given[i] for i in order if keys.delivery(i) not in there}
        for delivery in new.values():
            self.note("days-delivery", keys.day(delivery.created))
        self.table.put_new({keys.delivery(i): self._row(delivery, 1) for i, delivery in new.items()})
        states = {i: delivery.state for i, delivery in new.items()}
        states |= {i: self._read(there[key]).state for i in order if (key := keys.delivery(i)) in there}
        return tuple(i for i in order if states[i] in _WAITING)

    def claim(self, delivery_id: str, *, now: datetime, lease_until: datetime) -> Delivery | None:
        """Take the delivery for sending and return it, or None."""
        aware(now, lease_until)

        def taken(found: Delivery) -> Delivery | None:
            if not claimable(found, now):
                return None
            return replace(found, state="sending", attempt=found.attempt + 1, lease_until=lease_until)

        return self._change(delivery_id, taken)

    def settle(self, delivery: Delivery) -> bool:
        """Write the outcome of a claimed delivery; False where a later attempt holds it."""
        aware_delivery(delivery)

        def settled(found: Delivery) -> Delivery | None:
            if found == delivery:
                return found
            return delivery if found.state == "sending" and found.attempt == delivery.attempt else None

        return self._change(delivery.id, settled) is not None

    def delivery(self, delivery_id: str) -> Delivery | None:
        """Return one delivery."""
        row = self.table.get(keys.delivery(delivery_id))
        return self._read(row) if row else None

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
        """Return the deliveries that fit every filter given, oldest `created` first, then by id.

        The indexes behind it follow the table within a second or so.
        """
        aware(due)
        aware(since)
        if subscription_id is not None:
            found = self._by_key("#owner = :v", "owner", "=" + keys.fit(subscription_id), since)
        elif state in _WORK and state is not None:
            found = self._by_key("#work = :v", "work", _WORK[state], since)
        else:
            found = self._by_day(since)
        fitting = (
            d
            for d in found
            if (state is None or d.state == state)
            and (subscription_id is None or d.subscription_id == subscription_id)
            and (alert_id is None or d.alert_id == alert_id)
            and (due is None or d.not_before is None or d.not_before <= due)
            and (since is None or (d.created is not None and d.created >= since))
        )
        return tuple(islice(fitting, limit))

    def finish(
        self, delivery_ids: Sequence[str], *, state: DeliveryState, now: datetime, receipt: str = "", error: str = ""
    ) -> None:
        """Settle those of the deliveries that are still held, without sending them."""
        aware(now)

        def finished(found: Delivery) -> Delivery | None:
            if found.state != "held":
                return None
            return replace(found, state=state, settled=now, receipt=receipt, error=error)

        for delivery_id in delivery_ids:
            self._change(delivery_id, finished)

    def release(self, delivery_id: str, *, not_before: datetime | None = None) -> bool:
        """Make a held, failed or dead delivery pending again; False where it is none of these."""
        aware(not_before)

        def released(found: Delivery) -> Delivery | None:
            return replace(found, state="pending", not_before=not_before) if found.state in _FREED else None

        return self._change(delivery_id, released) is not None

    def scrub(self, subscription_id: str) -> None:
        """Take from a subscription's deliveries what may hold its address."""
        for delivery in self.deliveries(subscription_id=subscription_id):
            self._change(delivery.id, lambda found: replace(found, receipt="", error=""))

    def _change(self, delivery_id: str, change: Callable[[Delivery], Delivery | None]) -> Delivery | None:
        """Write what `change` makes of the delivery, and return it; None, and nothing written, where it makes none."""
        key = keys.delivery(delivery_id)
        mine = uuid4().hex
        for _ in range(_ROUNDS):
            row = self.table.get(key)
            if row is None:
                return None
            found = self._read(row)
            if row.get("by", {}).get("S") == mine:
                # Our own write, whose answer was lost and which the SDK repeated.
                return found
            wanted = change(found)
            if wanted is None or wanted == found:
                return wanted
            values = {":ver": row["ver"]}
            new = self._row(wanted, int(row["ver"]["N"]) + 1) | {"by": {"S": mine}}
            if self.table.put(key, new, condition="ver = :ver", values=values):
                return wanted
        raise StoreConflict(f"delivery {delivery_id} changes all the time; try again")

    def _row(self, delivery: Delivery, version: int) -> Item:
        row: Item = {
            "v": self.codec.encode(delivery),
            "ver": {"N": str(version)},
            "kind": {"S": "delivery"},
            "day": {"S": keys.day(delivery.created)},
            "at": {"S": f"{keys.moment(delivery.created)}#{keys.fit(delivery.id)}"},
            "owner": {"S": "=" + keys.fit(delivery.subscription_id)},
        }
        if delivery.state in _WORK:
            row["work"] = {"S": _WORK[delivery.state]}
        return row

    def _read(self, row: Item) -> Delivery:
        return self.codec.decode(Delivery, row["v"])

    def _by_key(self, condition: str, index: str, value: str, since: datetime | None) -> Iterator[Delivery]:
        values = {":v": {"S": value}}
        if since is not None:
            condition += " AND #at >= :s"
            values[":s"] = {"S": keys.moment(since)}
        yield from self._in_order(self.table.query(condition, values, index=index))

    def _by_day(self, since: datetime | None) -> Iterator[Delivery]:
        first = keys.day(since) if since else ""
        for day in (day for day in self.noted("days-delivery") if day >= first):
            values = {":k": {"S": "delivery"}, ":d": {"S": day}}
            yield from self._in_order(self.table.query("#kind = :k AND #day = :d", values, index="listing"))

    def _in_order(self, listing: Iterator[Item]) -> Iterator[Delivery]:
        order: Iterator[Key] = ((row["pk"]["S"], row["sk"]["S"]) for row in listing)
        while batch := list(islice(order, BATCH)):
            found = self.table.batch(batch)
            yield from (self._read(found[key]) for key in batch if key in found)
