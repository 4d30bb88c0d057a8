"""The read model of a stack, as the API sees it: files from S3, laid under the newest of the table.

    hot file, kept up with the table ─► month ─► month before ─► …     newest first; a month is fetched when asked for

Alerts, events and the register are in the hot file whole; single records, sources and deliveries come from the table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from dualcross.model import Alert, Delivery, Event, Record, Source, SourceState
from dualcross.ports import Platform
from dualcross.query import Query
from dualcross.query.engine import StoreReadModel
from dualcross.query.readmodel import LIMIT, Page, PolicyView, bounded, make_cursor, read_cursor
from dualcross.query.search import search
from dualcross.query.segments import Bucket, Manifest
from dualcross.query.snapshot import OVERLAP, absorb, read_at
from dualcross.stores.moments import micros

if TYPE_CHECKING:
    from dualcross.deps import Deps
    from dualcross.stores.sqlite import SqliteStore
    from dualcross.stores.sqlite.reading import SqliteReadModel

#: seconds that an answer may be older than the table
FRESH = 15.0
#: bytes of month files kept in the folder
ROOM = 1_200_000_000


class SegmentedModel:
    """Implements `ReadModel` on the segments of a bucket and the store behind them."""

    def __init__(self, deps: Deps, folder: Path, client: Any = None) -> None:
        from dualcross.runners.stack import client as of

        self._deps = deps
        self._folder = folder
        self._bucket = Bucket(deps.settings.snapshot_bucket, client or of("s3"))
        self._live = StoreReadModel(deps.store, deps.clock)
        self._lock = RLock()
        self._manifest: Manifest | None = None
        self._etag: str | None = None
        self._stores: dict[str, SqliteStore] = {}
        self._hot: SqliteReadModel | None = None
        self._hot_store: SqliteStore | None = None
        self._register: int | None = None
        self._looked = float("-inf")
        self._as_of = deps.clock.now()
        self._added = 0
        #: from when on the table is asked for what the hot file lacks
        self._since: datetime | None = None

    def records(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Record]:
        """Return records that match, the last stored first."""
        bounded(limit)
        self._newest()
        found = list(islice(self._walk(query, read_cursor(cursor)), limit + 1))
        more = len(found) > limit
        last = found[limit - 1] if more else None
        following = make_cursor(micros(read_at(last)) or 0, last.id) if last else None
        return Page(items=tuple(found[:limit]), next=following)

    def record(self, record_id: str) -> Record | None:
        """Return one record."""
        return self._deps.store.record(record_id)

    def alerts(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Alert]:
        """Return alerts that match, newest first."""
        return self._newest().alerts(query, limit=limit, cursor=cursor)

    def alert(self, alert_id: str) -> Alert | None:
        """Return one alert."""
        return self._deps.store.alert(alert_id)

    def events(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Event]:
        """Return events that match, newest first."""
        return self._newest().events(query, limit=limit, cursor=cursor)

    def event(self, key: str) -> Event | None:
        """Return one event."""
        return self._newest().event(key)

    def platforms(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Platform]:
        """Return platforms of the register that match, by id."""
        return self._newest().platforms(query, limit=limit, cursor=cursor)

    def platform(self, platform_id: str) -> Platform | None:
        """Return one platform."""
        return self._newest().platform(platform_id)

    def policies(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[PolicyView]:
        """Return policies that match, newest date first, undated ones last."""
        return self._newest().policies(query, limit=limit, cursor=cursor)

    def sources(
        self, query: Query, *, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[tuple[Source, SourceState]]:
        """Return sources that match, by id."""
        return self._live.sources(query, limit=limit, cursor=cursor)

    def deliveries(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Delivery]:
        """Return deliveries that match, newest first."""
        return self._live.deliveries(query, limit=limit, cursor=cursor)

    def regions(self) -> tuple[Mapping[str, Any], ...]:
        """Return every province with a member, by code."""
        return self._newest().regions()

    def rounds(self) -> tuple[Mapping[str, Any], ...]:
        """Return every round known, oldest first."""
        return self._newest().rounds()

    def stats(self) -> Mapping[str, Any]:
        """Return counts of what is stored."""
        hot = self._newest().stats()
        months = self._manifest.months.values() if self._manifest else ()
        records = hot["records"] + sum(segment.records for segment in months)
        people = sum(s.state == "active" for s in self._deps.store.subscriptions())
        return dict(hot) | {
            "records": records, "sources": len(self._deps.store.sources()), "subscriptions": people,
        }  # fmt: skip

    def version(self) -> str:
        """Return a text that changes whenever an answer may have changed."""
        self._newest()
        return hashlib.sha256(repr((self._etag, self._added)).encode()).hexdigest()[:16]

    def as_of(self) -> datetime:
        """Return the moment the answers stand for."""
        self._newest()
        return self._as_of

    def _newest(self) -> SqliteReadModel:
        """Return the hot file's model, brought up to the table where it was looked at too long ago."""
        with self._lock:
            now = self._deps.clock.monotonic()
            if self._hot is None or now - self._looked >= FRESH:
                self._renew()
                self._looked = now
            assert self._hot is not None
            return self._hot

    def _renew(self) -> None:
        began = self._deps.clock.now()
        manifest, etag = self._bucket.manifest(self._etag)
        if self._hot is None or (etag is not None and etag != self._etag):
            self._take(manifest, etag)
        hot = self._hot_store
        assert hot is not None
        changed, self._register = absorb(self._deps, hot, self._since, self._register)
        self._added += changed
        self._as_of = began
        self._since = began - OVERLAP

    def _take(self, manifest: Manifest | None, etag: str | None) -> None:
        """Open the hot file that a manifest names; without one, everything comes from the table."""
        from dualcross.stores.sqlite import SqliteStore
        from dualcross.stores.sqlite.reading import SqliteReadModel

        self._folder.mkdir(parents=True, exist_ok=True)
        former = self._hot_store
        path = self._folder / (manifest.hot.name.removesuffix(".gz") if manifest else "hot-none.db")
        if manifest:
            self._bucket.fetch(manifest.hot, path)
        store = SqliteStore(str(path))
        self._hot_store, self._hot = store, SqliteReadModel(store, self._deps.clock)
        self._manifest, self._etag = manifest, etag
        self._register = manifest.register if manifest else None
        self._added = 0
        self._since = datetime.fromisoformat(manifest.mark) - OVERLAP if manifest else None
        if former is not None:
            _remove(former)

    def _segments(self) -> Iterator[SqliteStore]:
        """Yield the files from the newest on; a month is fetched when it is reached."""
        assert self._hot_store is not None
        yield self._hot_store
        for month in sorted(self._manifest.months if self._manifest else (), reverse=True):
            yield self._month(month)

    def _month(self, month: str) -> SqliteStore:
        from dualcross.stores.sqlite import SqliteStore

        with self._lock:
            assert self._manifest is not None
            segment = self._manifest.months[month]
            if segment.name not in self._stores:
                path = self._folder / segment.name.removesuffix(".gz")
                if not path.exists():
                    self._make_room()
                    self._bucket.fetch(segment, path)
                self._stores[segment.name] = SqliteStore(str(path))
            return self._stores[segment.name]

    def _make_room(self) -> None:
        """Drop months, the longest opened first, and those that no manifest names, until there is room for one more."""
        named = {s.name for s in self._manifest.months.values()} if self._manifest else set()
        for name in list(self._stores):
            size = sum(path.stat().st_size for path in self._folder.glob("*.db"))
            if name in named and size < ROOM:
                continue
            _remove(self._stores.pop(name))

    def _walk(self, query: Query, position: tuple[Any, ...] | None) -> Iterator[Record]:
        newer: list[SqliteStore] = []
        for store in self._segments():
            before: int | None = None
            if position is not None:
                seq = _seq(store, str(position[-1]))
                if seq is None:
                    # The record lies in an older file: of this one, what was read before it is left.
                    before = _first_after(store, int(position[0]))
                else:
                    before, position = seq, None
            with store.database.read() as db:
                for _, record in search(db, query, before):
                    # A newer file may have another version of it.
                    if all(_seq(other, record.id) is None for other in newer):
                        yield record
            newer.append(store)


def _seq(store: SqliteStore, record_id: str) -> int | None:
    """Return a record's place in a file."""
    with store.database.read() as db:
        row = db.execute("SELECT seq FROM records WHERE id = ?", (record_id,)).fetchone()
    return int(row[0]) if row else None


def _first_after(store: SqliteStore, moment: int) -> int:
    """Return the place that everything read up to the moment lies below."""
    with store.database.read() as db:
        row = db.execute("SELECT max(seq) FROM records WHERE read_at <= ?", (moment,)).fetchone()
    return int(row[0] or 0) + 1


def _remove(store: SqliteStore) -> None:
    path = Path(store.database.path)
    store.close()
    for each in path.parent.glob(path.name + "*"):
        each.unlink(missing_ok=True)
