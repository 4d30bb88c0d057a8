"""The read model of a stack: a SQLite file with its full-text index in S3, kept fresh by the `snapshot` function.

    snapshot (tick)   get file ─► add records read since, dossiers, alerts, sources ─► put, if nobody was faster
    api               get file, if its ETag changed ─► the embedded read model answers from it

One query engine serves both modes, because the file is an embedded store. Two runs at once are safe: the put is
conditional on the ETag that was got, and the slower run's work is done again by the next tick.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from dualcross.errors import StoreError, StoreUnavailable
from dualcross.ports import Commit

if TYPE_CHECKING:
    from fastapi import FastAPI

    from dualcross.deps import Deps
    from dualcross.query.readmodel import ReadModel

KEY = "read-model/dualcross.db"
#: records are read again from this long before the newest copied one: commits land out of order
_OVERLAP = timedelta(minutes=15)
#: seconds between two questions for a newer file
_FRESH = 60.0


def refresh(deps: Deps, client: Any = None) -> bool:
    """Bring the file in S3 up to the store; False where another run was faster. Running it again adds nothing."""
    from dualcross.stores.sqlite import SqliteStore

    s3 = client or _s3()
    with tempfile.TemporaryDirectory(prefix="dualcross-") as folder:
        path = Path(folder) / "read-model.db"
        etag = _get(s3, deps.settings.snapshot_bucket, path, None)
        with closing(SqliteStore(str(path))) as copy:
            newest = next((r.read_at for r in copy.records() if r.read_at is not None), None)
            since = newest - _OVERLAP if newest is not None else None
            for record in sorted(deps.store.records(since=since), key=_read_at):
                copy.commit(Commit(record=record))
            copy.restore(dossiers=tuple(deps.store.every_dossier()), alerts=tuple(deps.store.alerts(since=since)))
            for source, state in deps.store.sources():
                copy.put_source(source)
                copy.commit_poll(state, ())
        return _put(s3, deps.settings.snapshot_bucket, path, etag)


class SnapshotReader:
    """Holds the newest file of a stack in a folder, fetched again when its ETag changed."""

    def __init__(self, deps: Deps, folder: str, client: Any = None) -> None:
        self._deps = deps
        self._folder = Path(folder)
        self._client = client
        self._lock = Lock()
        self._etag: str | None = None
        self._asked = float("-inf")
        self._model: ReadModel | None = None

    def model(self) -> ReadModel:
        """Return the read model of the newest file; an empty one where no snapshot was made yet."""
        with self._lock:
            now = self._deps.clock.monotonic()
            if self._model is None or now - self._asked >= _FRESH:
                self._renew()
                self._asked = now
            assert self._model is not None
            return self._model

    def _renew(self) -> None:
        from dualcross.stores.sqlite import SqliteStore
        from dualcross.stores.sqlite.reading import SqliteReadModel

        name = "read-model-a.db" if self._etag is None else f"read-model-{abs(hash(self._etag)) % 2}.db"
        path = self._folder / name
        etag = _get(self._client or _s3(), self._deps.settings.snapshot_bucket, path, self._etag)
        if self._model is None or etag != self._etag:
            self._etag = etag
            self._model = SqliteReadModel(SqliteStore(str(path)), self._deps.clock)


class CurrentModel:
    """Implements `ReadModel` by asking the newest file each time."""

    def __init__(self, newest: Callable[[], ReadModel]) -> None:
        self._newest = newest

    def __getattr__(self, name: str) -> Any:
        return getattr(self._newest(), name)


def api(deps: Deps, client: Any = None) -> FastAPI:
    """Return the HTTP API of a stack: reads from the snapshot, subscribes and takes feedback in the table."""
    from dualcross.web import create_app

    folder = tempfile.mkdtemp(prefix="dualcross-api-")
    reader = SnapshotReader(deps, folder, client)
    model: Any = CurrentModel(reader.model)
    return create_app(model, deps)


def _read_at(record: Any) -> datetime:
    moment: datetime = record.read_at or datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return moment


def _s3() -> Any:
    from dualcross.runners.stack import client

    return client("s3")


def _get(s3: Any, bucket: str, path: Path, known: str | None) -> str | None:
    """Write the file to the path and return its ETag; `known`, and nothing written, where it has not changed."""
    from botocore.exceptions import ClientError

    try:
        condition = {"IfNoneMatch": known} if known else {}
        answer = s3.get_object(Bucket=bucket, Key=KEY, **condition)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("NoSuchKey", "404"):
            return None
        if code in ("304", "NotModified"):
            return known
        raise StoreUnavailable(f"the snapshot cannot be read: {code}") from error
    path.write_bytes(answer["Body"].read())
    etag: str = answer["ETag"]
    return etag


def _put(s3: Any, bucket: str, path: Path, etag: str | None) -> bool:
    from botocore.exceptions import ClientError

    condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
    try:
        s3.put_object(Bucket=bucket, Key=KEY, Body=path.read_bytes(), **condition)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("PreconditionFailed", "412", "ConditionalRequestConflict", "409"):
            return False
        raise StoreError(f"the snapshot cannot be written: {code}") from error
    return True
