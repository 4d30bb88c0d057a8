"""The delivery ledger in SQLite; its outcomes are on the disk before a caller goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dualcross.model import Delivery, DeliveryState
from dualcross.stores.moments import aware, aware_delivery, micros
from dualcross.stores.sqlite.database import Database
from dualcross.wire import dumps, loads

_OLDEST = -(1 << 62)


class SqliteLedger:
    """The `Ledger` part."""

    _db: Database

    def open(self, deliveries: Sequence[Delivery]) -> tuple[str, ...]:
        """Add deliveries that are not there yet; return the ids that still wait to be sent."""
        for delivery in deliveries:
            aware_delivery(delivery)
        waiting = []
        with self._db.write(durable=True) as db:
            for delivery in deliveries:
                db.execute(
                    "INSERT OR IGNORE INTO deliveries (state, attempt, lease_until, not_before, created, data, id,"
                    " alert_id, subscription_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (*_row(delivery), delivery.alert_id, delivery.subscription_id),
                )
            for delivery_id in dict.fromkeys(d.id for d in deliveries):
                (state,) = db.execute("SELECT state FROM deliveries WHERE id = ?", (delivery_id,)).fetchone()
                if state in ("pending", "failed", "sending"):
                    waiting.append(delivery_id)
        return tuple(waiting)

    def claim(self, delivery_id: str, *, now: datetime, lease_until: datetime) -> Delivery | None:
        """Take the delivery for sending and return it, or None."""
        aware(lease_until)
        moment = micros(now)
        with self._db.write(durable=True) as db:
            row = db.execute(
                "SELECT data FROM deliveries WHERE id = ? AND ("
                " (state IN ('pending', 'failed') AND coalesce(not_before, 0) <= ?)"
                " OR (state = 'sending' AND coalesce(lease_until, 0) <= ?))",
                (delivery_id, moment, moment),
            ).fetchone()
            if row is None:
                return None
            found = loads(Delivery, row[0])
            taken = replace(found, state="sending", attempt=found.attempt + 1, lease_until=lease_until)
            _update(db, taken)
        return taken

    def settle(self, delivery: Delivery) -> bool:
        """Write the outcome of a claimed delivery; False where a later attempt holds it."""
        aware_delivery(delivery)
        with self._db.write(durable=True) as db:
            row = db.execute("SELECT data FROM deliveries WHERE id = ?", (delivery.id,)).fetchone()
            if row is None:
                return False
            found = loads(Delivery, row[0])
            if found == delivery:
                return True
            if found.state != "sending" or found.attempt != delivery.attempt:
                return False
            _update(db, delivery)
        return True

    def delivery(self, delivery_id: str) -> Delivery | None:
        """Return one delivery."""
        with self._db.read() as db:
            row = db.execute("SELECT data FROM deliveries WHERE id = ?", (delivery_id,)).fetchone()
        return loads(Delivery, row[0]) if row else None

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
        filters = {
            "state = ?": state,
            "subscription_id = ?": subscription_id,
            "alert_id = ?": alert_id,
            "coalesce(not_before, 0) <= ?": micros(due),
            "created >= ?": micros(since),
        }
        asked = {text: value for text, value in filters.items() if value is not None}
        where = f" WHERE {' AND '.join(asked)}" if asked else ""
        with self._db.read() as db:
            rows = db.execute(
                f"SELECT data FROM deliveries{where} ORDER BY created, id LIMIT ?",  # noqa: S608
                (*asked.values(), -1 if limit is None else limit),
            ).fetchall()
        return tuple(loads(Delivery, row[0]) for row in rows)

    def finish(
        self, delivery_ids: Sequence[str], *, state: DeliveryState, now: datetime, receipt: str = "", error: str = ""
    ) -> None:
        """Settle those of the deliveries that are still held, without sending them."""
        aware(now)
        with self._db.write(durable=True) as db:
            for delivery_id in delivery_ids:
                row = db.execute(
                    "SELECT data FROM deliveries WHERE id = ? AND state = 'held'", (delivery_id,)
                ).fetchone()
                if row:
                    found = loads(Delivery, row[0])
                    _update(db, replace(found, state=state, settled=now, receipt=receipt, error=error))

    def release(self, delivery_id: str, *, not_before: datetime | None = None) -> bool:
        """Make a held, failed or dead delivery pending again; False where it is none of these."""
        aware(not_before)
        with self._db.write(durable=True) as db:
            row = db.execute(
                "SELECT data FROM deliveries WHERE id = ? AND state IN ('held', 'failed', 'dead')", (delivery_id,)
            ).fetchone()
            if row is None:
                return False
            _update(db, replace(loads(Delivery, row[0]), state="pending", not_before=not_before))
        return True


def _row(delivery: Delivery) -> tuple[str, int, int | None, int | None, int, str, str]:
    created = micros(delivery.created)
    return (
        delivery.state,
        delivery.attempt,
        micros(delivery.lease_until),
        micros(delivery.not_before),
        _OLDEST if created is None else created,
        dumps(delivery),
        delivery.id,
    )


def _update(db: sqlite3.Connection, delivery: Delivery) -> None:
    db.execute(
        "UPDATE deliveries SET state = ?, attempt = ?, lease_until = ?, not_before = ?, created = ?, data = ?"
        " WHERE id = ?",
        _row(delivery),
    )
