"""Subscriptions and facts in SQLite."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from dualcross.model import Delivery, Subscription
from dualcross.stores.moments import aware
from dualcross.stores.sqlite.database import Database
from dualcross.wire import dumps, loads

_RAISE = "INSERT INTO counters VALUES ('subscriptions', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"


class SqliteSubscriptions:
    """The `SubscriptionStore` and `Inbox` parts."""

    _db: Database

    def put_subscription(self, subscription: Subscription) -> None:
        """Add or replace a subscription by its id."""
        aware(subscription.created)
        with self._db.write(durable=True) as db:
            db.execute("INSERT OR REPLACE INTO subscriptions VALUES (?, ?)", (subscription.id, dumps(subscription)))
            db.execute(_RAISE)

    def subscription(self, subscription_id: str) -> Subscription | None:
        """Return one subscription."""
        with self._db.read() as db:
            row = db.execute("SELECT data FROM subscriptions WHERE id = ?", (subscription_id,)).fetchone()
        return loads(Subscription, row[0]) if row else None

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return every subscription, ended ones too, by id."""
        with self._db.read() as db:
            rows = db.execute("SELECT data FROM subscriptions ORDER BY id").fetchall()
        return tuple(loads(Subscription, row[0]) for row in rows)

    def subscriptions_version(self) -> int:
        """Return a number that every change to a subscription raises."""
        with self._db.read() as db:
            row = db.execute("SELECT value FROM counters WHERE name = 'subscriptions'").fetchone()
        return int(row[0]) if row else 0

    def remove_subscription(self, subscription_id: str) -> None:
        """Delete a subscription, and from its deliveries what may hold its address."""
        with self._db.write(durable=True) as db:
            db.execute("DELETE FROM subscriptions WHERE id = ?", (subscription_id,))
            db.execute(_RAISE)
            rows = db.execute("SELECT data FROM deliveries WHERE subscription_id = ?", (subscription_id,)).fetchall()
            for (data,) in rows:
                blank = replace(loads(Delivery, data), receipt="", error="")
                db.execute("UPDATE deliveries SET data = ? WHERE id = ?", (dumps(blank), blank.id))

    def put_fact(self, kind: str, key: str, value: Mapping[str, object]) -> None:
        """Add or replace a fact."""
        with self._db.write(durable=True) as db:
            data = json.dumps(dict(value), ensure_ascii=False)
            db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", (kind, key, data))

    def facts(self, kind: str) -> tuple[tuple[str, Mapping[str, object]], ...]:
        """Return all (key, value) of a kind, by key."""
        with self._db.read() as db:
            rows = db.execute("SELECT key, data FROM facts WHERE kind = ? ORDER BY key", (kind,)).fetchall()
        return tuple((key, json.loads(data)) for key, data in rows)

    def remove_fact(self, kind: str, key: str) -> None:
        """Delete a fact; nothing happens where there is none."""
        with self._db.write(durable=True) as db:
            db.execute("DELETE FROM facts WHERE kind = ? AND key = ?", (kind, key))
