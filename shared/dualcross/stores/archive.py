"""Raw responses in a folder: one compressed file per content, and a small index of what was fetched when."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from dualcross.errors import StoreError, StoreUnavailable
from dualcross.stores.moments import EPOCH, micros
from dualcross.stores.sqlite.database import Database

STEPS = (
    """
    CREATE TABLE raw (
        digest TEXT NOT NULL, url TEXT NOT NULL, fetched INTEGER NOT NULL, PRIMARY KEY (digest, url)
    ) WITHOUT ROWID;
    CREATE INDEX raw_fetched ON raw (fetched, digest, url);
    """,
)
_CHUNK = 500
_serial = count()


class FolderArchive:
    """Implements `ports.Archive` on a folder that it makes when needed."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: {error.strerror}; name another folder in DUALCROSS_ARCHIVE") from error
        self._index = Database(str(self._folder / "index.db"), steps=STEPS)

    def put(self, body: bytes, *, url: str, fetched: datetime) -> str:
        """Keep the bytes, compressed, and return their sha256; the first fetch of an address's content stands."""
        moment = micros(fetched)
        digest = hashlib.sha256(body).hexdigest()
        path = self._path(digest)
        try:
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                # Renamed into place, so that a file that is there is whole.
                draft = path.with_name(f"{path.name}.{os.getpid()}-{next(_serial)}")
                draft.write_bytes(gzip.compress(body, 6, mtime=0))
                draft.replace(path)
        except OSError as error:
            raise StoreUnavailable(f"{path}: {error.strerror}; check the disk, then retry") from error
        with self._index.write() as db:
            db.execute("INSERT OR IGNORE INTO raw VALUES (?, ?, ?)", (digest, url, moment))
        return digest

    def get(self, digest: str) -> bytes | None:
        """Return the bytes, None where they are gone or the file is damaged."""
        if not digest.isalnum():
            return None
        try:
            return gzip.decompress(self._path(digest).read_bytes())
        except (FileNotFoundError, EOFError, zlib.error, gzip.BadGzipFile):
            return None
        except OSError as error:
            raise StoreUnavailable(f"{digest}: {error.strerror}; check the disk, then retry") from error

    def since(self, moment: datetime) -> Iterator[tuple[str, str, datetime]]:
        """Yield (digest, url, fetched) of everything put at or after the moment, oldest first."""
        last = (micros(moment), "", "")
        while True:
            with self._index.read() as db:
                rows = db.execute(
                    "SELECT fetched, digest, url FROM raw WHERE (fetched, digest, url) > (?, ?, ?)"
                    " ORDER BY fetched, digest, url LIMIT ?",
                    (*last, _CHUNK),
                ).fetchall()
            for fetched, digest, url in rows:
                yield digest, url, EPOCH + timedelta(microseconds=fetched)
            if len(rows) < _CHUNK:
                return
            last = rows[-1]

    def expire(self, before: datetime) -> int:
        """Drop what was put before the moment and return how many entries went."""
        with self._index.write() as db:
            old = db.execute("SELECT DISTINCT digest FROM raw WHERE fetched < ?", (micros(before),)).fetchall()
            gone = db.execute("DELETE FROM raw WHERE fetched < ?", (micros(before),)).rowcount
            for (digest,) in old:
                if db.execute("SELECT 1 FROM raw WHERE digest = ?", (digest,)).fetchone() is None:
                    self._path(digest).unlink(missing_ok=True)
        return gone

    def close(self) -> None:
        """Release the index."""
        self._index.close()

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / f"{digest}.gz"


class MemoryArchive:
    """Implements `ports.Archive` in this process, for `read`, `replay` and tests."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}
        self._fetches: dict[tuple[str, str], datetime] = {}

    def put(self, body: bytes, *, url: str, fetched: datetime) -> str:
        """Keep the bytes and return their sha256; the first fetch of an address's content stands."""
        micros(fetched)
        digest = hashlib.sha256(body).hexdigest()
        self._bodies[digest] = body
        self._fetches.setdefault((digest, url), fetched)
        return digest

    def get(self, digest: str) -> bytes | None:
        """Return the bytes, None where they are gone."""
        return self._bodies.get(digest)

    def since(self, moment: datetime) -> Iterator[tuple[str, str, datetime]]:
        """Yield (digest, url, fetched) of everything put at or after the moment, oldest first."""
        micros(moment)
        found = sorted((fetched, digest, url) for (digest, url), fetched in self._fetches.items())
        return iter([(digest, url, fetched) for fetched, digest, url in found if fetched >= moment])

    def expire(self, before: datetime) -> int:
        """Drop what was put before the moment and return how many entries went."""
        micros(before)
        old = [key for key, fetched in self._fetches.items() if fetched < before]
        for key in old:
            del self._fetches[key]
        kept = {digest for digest, _ in self._fetches}
        self._bodies = {digest: body for digest, body in self._bodies.items() if digest in kept}
        return len(old)
