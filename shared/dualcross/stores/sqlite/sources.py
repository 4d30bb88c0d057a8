"""Sources and pending items in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from dualcross.model import Alert, Item, Source, SourceState
from dualcross.stores.moments import aware, aware_state, micros
from dualcross.stores.sqlite.database import Database
from dualcross.wire import dumps, loads

#: sorts before every moment; a source never polled is due before the others
_NEVER = -(1 << 62)

#: a first edition that is learned of a known item is noted; only another one makes it pending again
_ITEM = """
    INSERT INTO items (url, source_id, item, edition) VALUES (?, ?, ?, ?)
    ON CONFLICT (url) DO UPDATE SET
        item = CASE WHEN items.edition = '' THEN items.item ELSE excluded.item END, edition = excluded.edition
    WHERE excluded.edition NOT IN ('', items.edition) AND excluded.source_id = items.source_id
"""


class SqliteSources:
    """The `SourceStore` part."""

    _db: Database

    def put_source(self, source: Source) -> None:
        """Add or replace a source by its id; its state is kept."""
        with self._db.write() as db:
            row = db.execute("SELECT state FROM sources WHERE id = ?", (source.id,)).fetchone()
            state = loads(SourceState, row[0]) if row else SourceState(source_id=source.id)
            db.execute(
                "INSERT INTO sources (id, source, state, active, next_due) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET source = excluded.source, active = excluded.active",
                (source.id, dumps(source), dumps(state), not source.paused and not state.gone, _due(state)),
            )

    def remove_source(self, source_id: str) -> None:
        """Forget a source, its state and its pending items."""
        with self._db.write() as db:
            db.execute("DELETE FROM sources WHERE id = ?", (source_id,))
            db.execute("DELETE FROM items WHERE source_id = ? AND item IS NOT NULL", (source_id,))

    def sources(self) -> tuple[tuple[Source, SourceState], ...]:
        """Return every source with its state, by id."""
        with self._db.read() as db:
            rows = db.execute("SELECT source, state FROM sources ORDER BY id").fetchall()
        return tuple((loads(Source, source), loads(SourceState, state)) for source, state in rows)

    def source(self, source_id: str) -> tuple[Source, SourceState] | None:
        """Return one source with its state."""
        with self._db.read() as db:
            row = db.execute("SELECT source, state FROM sources WHERE id = ?", (source_id,)).fetchone()
        return (loads(Source, row[0]), loads(SourceState, row[1])) if row else None

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return ids of sources due at `now`, never polled ones first, then the longest overdue."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT id FROM sources WHERE active AND next_due <= ? ORDER BY next_due, id LIMIT ?",
                (micros(now), limit),
            ).fetchall()
        return tuple(row[0] for row in rows)

    def commit_poll(self, state: SourceState, items: Sequence[Item], *, alert: Alert | None = None) -> tuple[Item, ...]:
        """Save the state, make the unseen items pending, keep the alert, and return the source's pending items."""
        return self.commit_polls([(state, items, alert)])[0]

    def commit_polls(
        self, polls: Sequence[tuple[SourceState, Sequence[Item], Alert | None]]
    ) -> tuple[tuple[Item, ...], ...]:
        """Commit several polls in one transaction."""
        for state, _, _ in polls:
            aware_state(state)
        with self._db.write() as db:
            found = [_commit(db, *poll) for poll in polls]
        return tuple(tuple(loads(Item, row[0]) for row in rows) for rows in found)

    def read_done(self, url: str, outcome: str) -> None:
        """Take the item off the pending ones; it stays seen."""
        with self._db.write() as db:
            db.execute("UPDATE items SET item = NULL, outcome = ? WHERE url = ? AND item IS NOT NULL", (outcome, url))


def _commit(db: sqlite3.Connection, state: SourceState, items: Sequence[Item], alert: Alert | None) -> list[tuple[str]]:
    changed = db.execute(
        "UPDATE sources SET state = ?, next_due = ?,"
        " active = ? AND NOT coalesce(json_extract(source, '$.paused'), 0) WHERE id = ?",
        (dumps(state), _due(state), not state.gone, state.source_id),
    )
    if changed.rowcount == 0:
        return []
    if alert is not None:
        db.execute(
            "INSERT OR IGNORE INTO alerts (id, created, trigger, data) VALUES (?, ?, ?, ?)",
            (alert.id, micros(alert.created) or 0, alert.trigger, dumps(alert)),
        )
    if items:
        db.executemany(_ITEM, [(item.url, state.source_id, dumps(item), item.edition) for item in items])
    return db.execute(
        "SELECT item FROM items WHERE source_id = ? AND item IS NOT NULL ORDER BY seq", (state.source_id,)
    ).fetchall()


def _due(state: SourceState) -> int:
    aware(state.next_due)
    due = micros(state.next_due)
    return _NEVER if due is None else due
