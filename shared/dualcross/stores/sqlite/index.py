"""What the full-text index of records holds; the query engine asks for the same tokens."""

from __future__ import annotations

import sqlite3

from dualcross.model import Membership, Record
from dualcross.query.fields import facets, operator_names, platform_names, publisher
from dualcross.query.tokens import column
from dualcross.wire import loads

INSERT = "INSERT INTO records_fts (rowid, body, platform, operator, facets) VALUES (?, ?, ?, ?, ?)"


def columns(record: Record, body: str | None = None) -> tuple[str, str, str, str]:
    """Return the index columns body, platform, operator and facets of a record; a body that is known is kept."""
    members = [f for f in record.findings if isinstance(f, Membership)]
    return (
        column([record.title, record.text]) if body is None else body,
        column([name for member in members for name in platform_names(member)]),
        column([name for member in members for name in operator_names(member)]),
        # No phrase of a publisher's words runs into a facet: those are opaque.
        " ".join([*facets(record), publisher(record)]),
    )


def rebuild(db: sqlite3.Connection) -> None:
    """Write the index of every record anew, inside the caller's transaction."""
    db.execute("INSERT INTO records_fts (records_fts) VALUES ('delete-all')")
    last = -1
    while rows := db.execute("SELECT seq, data FROM records WHERE seq > ? ORDER BY seq LIMIT 500", (last,)).fetchall():
        db.executemany(INSERT, [(seq, *columns(loads(Record, data))) for seq, data in rows])
        last = rows[-1][0]
