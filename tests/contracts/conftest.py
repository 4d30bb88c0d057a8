"""The stores under contract. A new back end adds one entry to `BACK_ENDS` and passes the same suite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import cloud

from dualcross.ports import Store
from dualcross.stores.memory import MemoryStore
from dualcross.stores.sqlite import SqliteStore
from dualcross.stores.sqlite.database import connect


@dataclass(frozen=True)
class BackEnd:
    """How to make a store, and one whose back end fails at every call after it was opened."""

    make: Callable[[Path], Store]
    #: None where nothing stands behind the store that could fail
    make_broken: Callable[[Path], Store] | None = None


class BrokenConnection(sqlite3.Connection):
    """A connection whose disk goes away once `failing` is set."""

    failing = False

    def execute(self, *args, **kwargs):
        if self.failing:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error
        return super().execute(*args, **kwargs)


def broken_sqlite(folder: Path) -> Store:
    made: list[BrokenConnection] = []

    def opened(path: str) -> sqlite3.Connection:
        made.append(sqlite3.connect(path, isolation_level=None, factory=BrokenConnection))
        return made[-1]

    store = SqliteStore(str(folder / "store.db"), connect=opened)
    made[0].failing = True
    return store


BACK_ENDS: dict[str, BackEnd] = {
    "memory": BackEnd(make=lambda _: MemoryStore()),
    "sqlite": BackEnd(make=lambda folder: SqliteStore(str(folder / "store.db"), connect), make_broken=broken_sqlite),
    "dynamodb": BackEnd(make=lambda _: cloud.dynamodb_store(), make_broken=lambda _: cloud.broken_dynamodb_store()),
}


@pytest.fixture(params=list(BACK_ENDS))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = BACK_ENDS[request.param].make(tmp_path)
    yield made
    made.close()


@pytest.fixture(params=[name for name, end in BACK_ENDS.items() if end.make_broken])
def broken_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    make = BACK_ENDS[request.param].make_broken
    assert make is not None
    made = make(tmp_path)
    yield made
    made.close()
