"""The read model of the embedded store: records through the full-text index, the rest as any store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from dualcross.model import Alert, Event, Record
from dualcross.ports import Clock, Platform
from dualcross.query import Query
from dualcross.query.documents import Document, of_alert, of_event
from dualcross.query.engine import StoreReadModel
from dualcross.query.readmodel import LIMIT, Page, bounded, make_cursor, read_cursor
from dualcross.query.search import search
from dualcross.stores.sqlite import SqliteStore
from dualcross.stores.sqlite.register import event_texts
from dualcross.wire import loads

if TYPE_CHECKING:
    from dualcross.register import Shipped

#: alerts and events, by their stored text, that need not be read again for the next query; some kilobytes each
_REMEMBERED = 5000


@lru_cache(maxsize=_REMEMBERED)
def _alert(data: str) -> tuple[Alert, Document]:
    alert = loads(Alert, data)
    return alert, of_alert(alert)


@lru_cache(maxsize=_REMEMBERED)
def _event(data: str) -> tuple[Event, Document]:
    event = loads(Event, data)
    return event, of_event(event)


class SqliteReadModel(StoreReadModel):
    """Implements `ReadModel` on a SQLite store."""

    def __init__(self, store: SqliteStore, clock: Clock, shipped: Shipped | None = None) -> None:
        super().__init__(store, clock, shipped)
        self._db = store.database

    def records(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Record]:
        """Return records that match, the last stored first."""
        bounded(limit)
        position = read_cursor(cursor)
        before = position[0] if position and isinstance(position[0], int) else None
        with self._db.read() as db:
            found = list(islice(search(db, query, before), limit + 1))
        more = len(found) > limit
        return Page(
            items=tuple(record for _, record in found[:limit]), next=make_cursor(found[limit - 1][0]) if more else None
        )

    def event(self, key: str) -> Event | None:
        """Return one event."""
        with self._db.read() as db:
            row = db.execute(
                "SELECT data FROM events WHERE key = ? ORDER BY last_seen DESC, subject LIMIT 1", (key,)
            ).fetchone()
        return loads(Event, row[0]) if row else None

    def platform(self, platform_id: str) -> Platform | None:
        """Return one platform; one that was merged leads to the platform it became."""
        found = self._learned(platform_id)
        return self._learned(found.merged_into) or found if found and found.merged_into else found

    def _learned(self, platform_id: str) -> Platform | None:
        with self._db.read() as db:
            row = db.execute(
                "SELECT json_extract(data, '$.platform') FROM dossiers WHERE platform = ?"
                " ORDER BY subject DESC LIMIT 1",
                (platform_id,),
            ).fetchone()
        if row:
            return loads(Platform, row[0])
        return next((known for known in self._shipped().platforms if known.id == platform_id), None)

    def _alerts(self) -> Iterator[tuple[Alert, Document]]:
        last = (1 << 62, 1 << 62)
        while True:
            with self._db.read() as db:
                rows = db.execute(
                    "SELECT created, seq, data FROM alerts WHERE (created, seq) < (?, ?)"
                    " ORDER BY created DESC, seq DESC LIMIT 500",
                    last,
                ).fetchall()
            yield from (_alert(row[2]) for row in rows)
            if len(rows) < 500:
                return
            last = rows[-1][:2]

    def _events(self) -> Iterator[tuple[Event, Document]]:
        return (_event(text) for text in event_texts(self._db))

    def stats(self) -> Mapping[str, Any]:
        """Return counts of what is stored."""
        register = self._register()
        with self._db.read() as db:
            counts = {
                name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - three names of ours
                for name in ("records", "alerts", "sources")
            }
            counts["events"] = db.execute("SELECT count(DISTINCT key) FROM events").fetchone()[0]
        counts["platforms"] = len(register)
        counts["members"] = sum(platform.member for platform in register)
        counts["subscriptions"] = sum(s.state == "active" for s in self._store.subscriptions())
        return counts

    def version(self) -> str:
        """Return a text that changes with every write to the file, by any process."""
        with self._db.read() as db:
            facts = db.execute(
                "SELECT (SELECT max(seq) FROM records), (SELECT max(read_at) FROM records),"
                " (SELECT max(seq) FROM alerts), (SELECT max(last_seen) FROM events),"
                " (SELECT sum(version) FROM dossiers), (SELECT total(next_due) FROM sources),"
                " (SELECT count(*) FROM sources),"
                " (SELECT count(*) FROM subscriptions)"
            ).fetchone()
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
