"""The embedded store: one SQLite file in WAL mode, safe for several threads and processes."""

from __future__ import annotations

from dualcross.stores.sqlite.database import Connect, Database, connect
from dualcross.stores.sqlite.ledger import SqliteLedger
from dualcross.stores.sqlite.register import SqliteRegister
from dualcross.stores.sqlite.sources import SqliteSources
from dualcross.stores.sqlite.subscriptions import SqliteSubscriptions


class SqliteStore(SqliteSources, SqliteRegister, SqliteSubscriptions, SqliteLedger):
    """Keeps everything in one file; an older file is migrated after a backup, a newer one refused."""

    def __init__(self, path: str, connect: Connect = connect) -> None:
        self._db = Database(path, connect)

    @property
    def database(self) -> Database:
        """The file's connections, for the command queue and the query engine, which share it."""
        return self._db

    def close(self) -> None:
        """Close the connections of every thread."""
        self._db.close()
