"""Subscriptions, and the small facts that people leave."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from itertools import chain
from typing import Any

from dualcross.model import Subscription
from dualcross.stores.dynamodb import keys
from dualcross.stores.dynamodb.cells import Cells
from dualcross.stores.dynamodb.ledger import Deliveries
from dualcross.stores.moments import aware

#: counts the changes to subscriptions
_CHANGES = keys.meta("subscriptions")


class People(Deliveries, Cells):
    """The parts of the store that `ports.SubscriptionStore` and `ports.Inbox` describe."""

    def put_subscription(self, subscription: Subscription) -> None:
        """Add or replace a subscription by its id."""
        aware(subscription.created)
        self.table.counted(_CHANGES, keys.subscription(subscription.id), {"v": self.codec.encode(subscription)})

    def subscription(self, subscription_id: str) -> Subscription | None:
        """Return one subscription."""
        row = self.table.get(keys.subscription(subscription_id))
        return self.codec.decode(Subscription, row["v"]) if row else None

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return every subscription, ended ones too, by id."""
        rows = chain.from_iterable(self.table.partition(f"SUB#{n}") for n in range(keys.SHARDS))
        return tuple(sorted((self.codec.decode(Subscription, row["v"]) for row in rows), key=lambda s: s.id))

    def subscriptions_version(self) -> int:
        """Return a number that every change to a subscription raises."""
        row = self.table.get(_CHANGES)
        return int(row["moved"]["N"]) if row else 0

    def remove_subscription(self, subscription_id: str) -> None:
        """Delete a subscription, and from its deliveries what may hold its address."""
        self.scrub(subscription_id)
        self.table.counted(_CHANGES, keys.subscription(subscription_id), None)

    def put_fact(self, kind: str, key: str, value: Mapping[str, object]) -> None:
        """Add or replace a fact."""
        self.table.put(keys.fact(kind, key), {"v": self.codec.encode(dict(value)), "k": {"S": key}})

    def facts(self, kind: str) -> tuple[tuple[str, Mapping[str, object]], ...]:
        """Return all (key, value) of a kind, by key."""
        rows = self.standing(self.table.partition(keys.fact(kind, "")[0]))
        found: list[tuple[str, Mapping[str, Any]]] = [(r["k"]["S"], self.codec.decode(dict, r["v"])) for r in rows]
        return tuple(sorted(found, key=lambda pair: pair[0]))

    def signing_key(self) -> str:
        """Return the key that signs links; made at the first call, the same for all who ask at once."""
        key = keys.fact("secret", "signing")
        made = {"v": self.codec.encode({"key": secrets.token_urlsafe(32)}), "k": {"S": "signing"}}
        found = self.table.get(key)
        if found is None:
            self.table.put(key, made, condition="attribute_not_exists(pk)")
            found = self.table.get(key) or made
        return str(self.codec.decode(dict, found["v"])["key"])

    def remove_fact(self, kind: str, key: str) -> None:
        """Delete a fact; nothing happens where there is none."""
        self.table.delete(keys.fact(kind, key))
