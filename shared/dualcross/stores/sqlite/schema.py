"""The tables of the SQLite store, step by step: a database of any earlier version is taken through the rest."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from dualcross.errors import StoreVersion

#: SQL, or what SQL alone cannot do
Step = str | Callable[[sqlite3.Connection], None]


def _reindex(connection: sqlite3.Connection) -> None:
    """Fill the full-text index with what it holds today."""
    from dualcross.stores.sqlite.index import rebuild

    rebuild(connection)


#: Each step makes the next version; a step that has been released is never edited.
#: Values stand as JSON in `data`; only what is searched or sorted by has a column. Moments are microseconds.
STEPS: tuple[Step, ...] = (
    """
    CREATE TABLE sources (
        id TEXT PRIMARY KEY, source TEXT NOT NULL, state TEXT NOT NULL,
        active INTEGER NOT NULL, next_due INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX sources_due ON sources (next_due, id) WHERE active;
    CREATE TABLE items (
        seq INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, source_id TEXT NOT NULL, item TEXT, outcome TEXT
    );
    CREATE INDEX items_pending ON items (source_id, seq) WHERE item IS NOT NULL;
    CREATE TABLE dossiers (subject TEXT PRIMARY KEY, version INTEGER NOT NULL, platform TEXT, data TEXT NOT NULL);
    CREATE INDEX dossiers_platform ON dossiers (platform) WHERE platform IS NOT NULL;
    CREATE TABLE events (
        key TEXT NOT NULL, subject TEXT NOT NULL, last_seen INTEGER NOT NULL, data TEXT NOT NULL,
        PRIMARY KEY (key, subject)
    ) WITHOUT ROWID;
    CREATE INDEX events_subject ON events (subject);
    CREATE INDEX events_seen ON events (last_seen);
    CREATE TABLE records (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, url TEXT, read_at INTEGER NOT NULL, published TEXT,
        content_hash TEXT NOT NULL, alert_ids TEXT NOT NULL, data TEXT NOT NULL
    );
    CREATE INDEX records_read ON records (read_at, seq);
    CREATE INDEX records_url ON records (url);
    CREATE INDEX records_published ON records (published);
    CREATE VIRTUAL TABLE records_fts USING fts5 (
        body, platform, operator, facets, content='', tokenize="unicode61 remove_diacritics 0"
    );
    CREATE TABLE alerts (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, trigger TEXT NOT NULL,
        data TEXT NOT NULL
    );
    CREATE INDEX alerts_created ON alerts (created, seq);
    CREATE TABLE subscriptions (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE deliveries (
        id TEXT PRIMARY KEY, alert_id TEXT NOT NULL, subscription_id TEXT NOT NULL, state TEXT NOT NULL,
        attempt INTEGER NOT NULL, lease_until INTEGER, not_before INTEGER, created INTEGER NOT NULL, data TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX deliveries_state ON deliveries (state, created, id);
    CREATE INDEX deliveries_created ON deliveries (created, id);
    CREATE INDEX deliveries_alert ON deliveries (alert_id);
    CREATE INDEX deliveries_subscription ON deliveries (subscription_id);
    CREATE TABLE facts (kind TEXT NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, key))
        WITHOUT ROWID;
    """,
    """
    CREATE TABLE commands (
        seq INTEGER PRIMARY KEY, hop TEXT NOT NULL, urgency INTEGER NOT NULL, key TEXT NOT NULL, command TEXT NOT NULL,
        not_before INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, taken INTEGER, dead INTEGER,
        error TEXT NOT NULL DEFAULT ''
    );
    CREATE UNIQUE INDEX commands_waiting ON commands (key) WHERE taken IS NULL AND dead IS NULL;
    CREATE INDEX commands_due ON commands (urgency, not_before, seq) WHERE taken IS NULL AND dead IS NULL;
    """,
    # Confidences, kinds of triggers and the words of publishers came into the index.
    _reindex,
    # An item that its source says was edited is pending again.
    "ALTER TABLE items ADD COLUMN edition TEXT NOT NULL DEFAULT ''",
    # How often the subscriptions have changed, so that whoever holds an index of them knows when it is old.
    "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
)
VERSION = len(STEPS)


def prepare(connection: sqlite3.Connection, path: str, steps: tuple[Step, ...] = STEPS) -> None:
    """Bring the database to the newest version, after a backup copy where it holds an older one.

    Two processes may start at once: the version is read again inside the write transaction.
    """
    version = _version(connection)
    if version == len(steps):
        return
    if version > len(steps):
        raise StoreVersion(
            f"{path} has schema version {version}, this dualcross knows {len(steps)}: install a newer dualcross"
        )
    if version > 0:
        backup(connection, free_name(path, version))
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in range(_version(connection), len(steps)):
            _take(connection, steps[step])
            connection.execute(f"PRAGMA user_version = {step + 1}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _take(connection: sqlite3.Connection, step: Step) -> None:
    if callable(step):
        step(connection)
        return
    for statement in _statements(step):
        connection.execute(statement)


def backup(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the whole database, as of one moment, into a new file."""
    copy = sqlite3.connect(target)
    try:
        connection.backup(copy)
    finally:
        copy.close()


def free_name(path: str, version: int) -> Path:
    """Return a file name beside the database that no earlier backup has."""
    number = 0
    while True:
        found = Path(f"{path}.v{version}{f'-{number}' if number else ''}.bak")
        if not found.exists():
            return found
        number += 1


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    # No step holds a semicolon inside a statement, so that `executescript`, which commits first, is not needed.
    return [s for s in (part.strip() for part in script.split(";")) if s]
