"""Records, events, alerts and the register in SQLite, committed together."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dualcross.errors import StoreConflict
from dualcross.model import Alert, Event, Record
from dualcross.ports import Commit, Committed, Dossier, Platform
from dualcross.stores.moments import aware_commit, micros
from dualcross.stores.sqlite.database import Database
from dualcross.stores.sqlite.index import INSERT, columns
from dualcross.wire import dumps, loads

#: rows that an iteration takes at once, so that no read transaction stays open between them
_CHUNK = 200
_OLDEST = -(1 << 62)


def event_texts(db: Database) -> Iterator[str]:
    """Yield every event as it is stored, newest `last_seen` first; one that stands in two dossiers comes once."""
    with db.read() as open_:
        rows = open_.execute("SELECT key, data FROM events ORDER BY last_seen DESC, subject, key").fetchall()
    told: set[str] = set()
    for key, data in rows:
        if key not in told:
            told.add(key)
            yield data


class SqliteRegister:
    """The `RegisterStore` part."""

    _db: Database

    def dossiers(self, subjects: Iterable[str]) -> Mapping[str, Dossier]:
        """Return the stored dossier of each subject; one with version 0 where nothing is stored."""
        wanted = list(dict.fromkeys(subjects))
        with self._db.read() as db:
            rows = db.execute(
                "SELECT data FROM dossiers WHERE subject IN (SELECT value FROM json_each(?))", (json.dumps(wanted),)
            ).fetchall()
        stored = {d.subject: d for d in (loads(Dossier, row[0]) for row in rows)}
        return {subject: stored.get(subject, Dossier(subject=subject)) for subject in wanted}

    def learned(self) -> tuple[Platform, ...]:
        """Return every platform stored in a dossier, by id."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT json_extract(data, '$.platform') FROM dossiers WHERE platform IS NOT NULL ORDER BY subject"
            ).fetchall()
        found = {p.id: p for p in (loads(Platform, row[0]) for row in rows)}
        return tuple(found[key] for key in sorted(found))

    def every_dossier(self) -> Iterator[Dossier]:
        """Yield every stored dossier, by subject."""
        last = ""
        while True:
            with self._db.read() as db:
                rows = db.execute(
                    "SELECT subject, data FROM dossiers WHERE subject > ? ORDER BY subject LIMIT ?", (last, _CHUNK)
                ).fetchall()
            for row in rows:
                yield loads(Dossier, row[1])
            if len(rows) < _CHUNK:
                return
            last = rows[-1][0]

    def restore(self, *, dossiers: Sequence[Dossier] = (), alerts: Sequence[Alert] = ()) -> None:
        """Write dossiers and alerts as another store had them; what stands and is as new stays."""
        with self._db.write() as db:
            for dossier in dossiers:
                row = db.execute("SELECT version FROM dossiers WHERE subject = ?", (dossier.subject,)).fetchone()
                if row is None or row[0] < dossier.version:
                    _store_dossier(db, dossier)
            for alert in alerts:
                _put_alert(db, alert)

    def commit(self, commit: Commit) -> Committed:
        """Write record, dossiers and alerts as one."""
        aware_commit(commit)
        record, data = commit.record, dumps(commit.record)
        index = columns(record)
        ids = list(dict.fromkeys([a.id for a in commit.alerts] + [c[0] for c in commit.corrections]))
        with self._db.write() as db:
            row = db.execute(
                "SELECT seq, content_hash, alert_ids, data FROM records WHERE id = ?", (record.id,)
            ).fetchone()
            if row and row[1] == record.content_hash:
                stands = loads(Record, row[3])
                return Committed(record=stands, alert_ids=tuple(json.loads(row[2])), fresh=False)
            for dossier in commit.dossiers:
                _put_dossier(db, dossier)
            seq = _put_record(db, row, record, data, json.dumps(ids, ensure_ascii=False))
            if row:
                old = columns(loads(Record, row[3]))
                db.execute(_UNINDEX, (row[0], *old))
            db.execute(INSERT, (seq, *index))
            for alert in commit.alerts:
                _put_alert(db, alert)
            for alert_id, why, quote in commit.corrections:
                fact = json.dumps({"why": why, "quote": quote, "record": record.id}, ensure_ascii=False)
                db.execute("INSERT OR IGNORE INTO facts VALUES ('correction', ?, ?)", (alert_id, fact))
        return Committed(record=record, alert_ids=tuple(ids))

    def record(self, record_id: str) -> Record | None:
        """Return one record."""
        with self._db.read() as db:
            row = db.execute("SELECT data FROM records WHERE id = ?", (record_id,)).fetchone()
        return loads(Record, row[0]) if row else None

    def alert(self, alert_id: str) -> Alert | None:
        """Return one alert."""
        with self._db.read() as db:
            row = db.execute("SELECT data FROM alerts WHERE id = ?", (alert_id,)).fetchone()
        return loads(Alert, row[0]) if row else None

    def records(self, *, since: datetime | None = None) -> Iterator[Record]:
        """Yield records read at or after the moment, newest first."""
        return (loads(Record, text) for text in self._newest("records", "read_at", micros(since)))

    def alerts(self, *, since: datetime | None = None) -> Iterator[Alert]:
        """Yield alerts created at or after the moment, newest first."""
        return (loads(Alert, text) for text in self._newest("alerts", "created", micros(since)))

    def events(self) -> Iterator[Event]:
        """Yield every event, newest `last_seen` first; one that stands in two dossiers comes once."""
        return (loads(Event, text) for text in event_texts(self._db))

    def _newest(self, table: str, moment: str, since: int | None) -> Iterator[str]:
        lowest = _OLDEST if since is None else since
        highest, seq = 1 << 62, 1 << 62
        while True:
            with self._db.read() as db:
                rows = db.execute(
                    f"SELECT {moment}, seq, data FROM {table} WHERE {moment} >= ? AND ({moment}, seq) < (?, ?)"  # noqa: S608
                    f" ORDER BY {moment} DESC, seq DESC LIMIT {_CHUNK}",
                    (lowest, highest, seq),
                ).fetchall()
            for row in rows:
                yield row[2]
            if len(rows) < _CHUNK:
                return
            highest, seq = rows[-1][0], rows[-1][1]


# The index keeps no text, so it must be told what it had for a row that goes.
_UNINDEX = (
    "INSERT INTO records_fts (records_fts, rowid, body, platform, operator, facets) VALUES ('delete', ?, ?, ?, ?, ?)"
)


def _put_dossier(db: sqlite3.Connection, dossier: Dossier) -> None:
    row = db.execute("SELECT version FROM dossiers WHERE subject = ?", (dossier.subject,)).fetchone()
    if (row[0] if row else 0) != dossier.version:
        raise StoreConflict(f"{dossier.subject} changed since it was read; read again")
    _store_dossier(db, replace(dossier, version=dossier.version + 1))


def _store_dossier(db: sqlite3.Connection, dossier: Dossier) -> None:
    platform = dossier.platform.id if dossier.platform else None
    db.execute(
        "INSERT OR REPLACE INTO dossiers (subject, version, platform, data) VALUES (?, ?, ?, ?)",
        (dossier.subject, dossier.version, platform, dumps(dossier)),
    )
    db.execute("DELETE FROM events WHERE subject = ?", (dossier.subject,))
    db.executemany(
        "INSERT OR REPLACE INTO events (key, subject, last_seen, data) VALUES (?, ?, ?, ?)",
        [(e.key, dossier.subject, _sortable(e.last_seen), dumps(e)) for e in dossier.events],
    )


def _put_alert(db: sqlite3.Connection, alert: Alert) -> None:
    db.execute(
        "INSERT OR IGNORE INTO alerts (id, created, trigger, data) VALUES (?, ?, ?, ?)",
        (alert.id, _sortable(alert.created), alert.trigger, dumps(alert)),
    )


def _put_record(db: sqlite3.Connection, row: tuple[int, ...] | None, record: Record, data: str, ids: str) -> int | None:
    """Write a record in the place of its row, or as a new one, and return its number."""
    values = (record.url, _sortable(record.read_at), record.published, record.content_hash, ids, data, record.id)
    if row:
        db.execute(
            "UPDATE records SET url = ?, read_at = ?, published = ?, content_hash = ?, alert_ids = ?, data = ?"
            " WHERE id = ?",
            values,
        )
        return row[0]
    return db.execute(
        "INSERT INTO records (url, read_at, published, content_hash, alert_ids, data, id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        values,
    ).lastrowid


def _sortable(moment: datetime | None) -> int:
    found = micros(moment)
    return _OLDEST if found is None else found
