"""Connections and transactions: one connection per thread, one writer at a time, expected faults translated."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dualcross.errors import StoreError, StoreUnavailable
from dualcross.stores.sqlite.schema import STEPS, Step, prepare

Connect = Callable[[str], sqlite3.Connection]
#: milliseconds that a writer waits for another process
BUSY_TIMEOUT = 15_000
#: result codes that tell of the file, the disk or a rival, not of a mistake in a statement
_PASSING = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
}  # fmt: skip
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM}


def connect(path: str) -> sqlite3.Connection:
    """Open a connection as every thread of the store has it."""
    # check_same_thread: `close` runs in one thread for all; no connection is ever used by two at once.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT / 1000)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32000")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Turn faults of the back end into `StoreError`; what can only be a bug stays raw."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _PASSING:
            raise StoreUnavailable(f"{path}: {error}; check that the disk is there and not full, then retry") from error
        if code in _BROKEN:
            raise StoreError(f"{path}: {error}; restore a backup with `dualcross restore`") from error
        raise


class Database:
    """A database file: `read` and `write` hand out the thread's connection."""

    def __init__(self, path: str, connect: Connect = connect, steps: tuple[Step, ...] = STEPS) -> None:
        self.path = path
        self._connect = connect
        self._local = threading.local()
        self._open: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._guard = threading.Lock()
        # Writers of this process queue here: SQLite's own waiting sleeps and is unfair.
        self._writer = threading.Lock()
        parent = Path(path).parent
        if not parent.is_dir():
            raise StoreError(f"{path}: no folder {parent}; make it first")
        with translated(path):
            prepare(self._connection(), path, steps)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Hand out the connection for reading."""
        with translated(self.path):
            yield self._connection()

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """Run the block as one transaction.

        A durable one is on the disk when the block ends; the others survive the end of the process at any moment,
        and may be lost together, newest first, when the machine loses power.
        """
        with translated(self.path), self._writer:
            connection = self._connection()
            if durable:
                connection.execute("PRAGMA synchronous = FULL")
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
            finally:
                if durable:
                    connection.execute("PRAGMA synchronous = NORMAL")

    def close(self) -> None:
        """Close the connections of every thread."""
        with self._guard:
            for _, connection in self._open:
                connection.close()
            self._open.clear()
            self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = self._connect(self.path)
            with self._guard:
                for thread, connection in self._open:
                    if not thread.is_alive():
                        connection.close()
                self._open = [pair for pair in self._open if pair[0].is_alive()]
                self._open.append((threading.current_thread(), found))
        return found
