"""The read model's files: where they lie, how they are opened and written.

    model/manifest.json                 which files count, and up to when; written only if nobody wrote it meanwhile
    model/2026-10-<random>.db.gz        all records of a month up to the last sealed day; never changed once written
    model/hot-<random>.db.gz            what is newer, with every alert and the whole register

Each file is an embedded store with its full-text index, so that one query engine serves both modes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from dualcross.errors import StoreError
from dualcross.model import Record
from dualcross.stores.s3 import read, translated
from dualcross.wire import dumps, loads

if TYPE_CHECKING:
    from dualcross.stores.sqlite import SqliteStore

PREFIX = "model/"
MANIFEST = PREFIX + "manifest.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """One file."""

    name: str
    records: int
    bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """Which files make up the read model."""

    hot: Segment
    #: `2026-10` → its file
    months: dict[str, Segment] = field(default_factory=dict)
    #: the newest record's moment, ISO; later ones are to be added
    mark: str
    #: where the register stood, as the store counts it; None where it does not
    register: int | None = None
    #: when the run that wrote it began, ISO
    made: str
    #: files replaced by this run or the ones before, with when: (name, ISO moment)
    replaced: tuple[tuple[str, str], ...] = ()


class Bucket:
    """The bucket of a stack's read model."""

    def __init__(self, name: str, client: Any) -> None:
        self.name = name
        self._client = client

    def manifest(self, known: str | None = None) -> tuple[Manifest | None, str | None]:
        """Return the manifest and its ETag; (None, known) where it is unchanged, (None, None) where there is none."""
        from botocore.exceptions import ClientError

        condition = {"IfNoneMatch": known} if known else {}
        with translated(self.name):
            try:
                answer = self._client.get_object(Bucket=self.name, Key=MANIFEST, **condition)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in ("304", "NotModified"):
                    return None, known
                if code in ("NoSuchKey", "404"):
                    return None, None
                raise
            etag: str = answer["ETag"]
            return loads(Manifest, answer["Body"].read()), etag

    def swap(self, manifest: Manifest, etag: str | None) -> bool:
        """Write the manifest; False, and nothing written, where it is no more the one with that ETag."""
        from botocore.exceptions import ClientError

        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        body = dumps(manifest).encode("utf-8")
        with translated(self.name):
            try:
                self._client.put_object(Bucket=self.name, Key=MANIFEST, Body=body, **condition)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in ("PreconditionFailed", "412", "ConditionalRequestConflict", "409"):
                    return False
                raise
        return True

    def fetch(self, segment: Segment, path: Path) -> None:
        """Write a segment's database to the path; `StoreError` where it is gone."""
        body = read(self._client, self.name, PREFIX + segment.name)
        if body is None:
            raise StoreError(f"{segment.name} is gone; delete {MANIFEST} to have the read model built anew")
        draft = path.with_name(path.name + ".part")
        draft.write_bytes(gzip.decompress(body))
        draft.replace(path)

    def keep(self, name: str, store: SqliteStore, folder: Path) -> Segment:
        """Write a store as a new segment, under a name that begins so."""
        path = folder / f"{uuid4().hex}.db"
        with store.database.read() as db:
            db.execute("VACUUM INTO ?", (str(path),))
            records = int(db.execute("SELECT count(*) FROM records").fetchone()[0])
        body = gzip.compress(path.read_bytes(), 5, mtime=0)
        path.unlink()
        segment = Segment(name=f"{name}-{uuid4().hex[:12]}.db.gz", records=records, bytes=len(body))
        with translated(self.name):
            self._client.put_object(Bucket=self.name, Key=PREFIX + segment.name, Body=body)
        return segment

    def drop(self, name: str) -> None:
        """Delete a segment; nothing happens where there is none."""
        with translated(self.name):
            self._client.delete_object(Bucket=self.name, Key=PREFIX + name)


@contextmanager
def opened(path: Path) -> Iterator[SqliteStore]:
    """Open the embedded store in a file for the length of a block; an absent one is made."""
    from dualcross.stores.sqlite import SqliteStore

    with closing(SqliteStore(str(path))) as store:
        yield store


def slim(record: Record) -> Record:
    """Return what the read model keeps of a record: all of one that is ours, address, title and hash of another."""
    if record.labels or record.findings or record.alerts or record.candidates:
        return record
    return replace(record, text="", topics={}, stories=(), attachments=(), author=None, raw=None)


def describe(manifest: Manifest) -> str:
    """Return the manifest as indented JSON, for people."""
    return json.dumps(json.loads(dumps(manifest)), ensure_ascii=False, indent=2)
