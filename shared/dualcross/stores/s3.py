"""Raw bytes and long texts in S3. A request costs a hundred times what the bytes cost, so bodies travel in packs.

    raw/2026/11/25/093011000000-<random>-<digest heads>.pack   bodies, each compressed, one after the other
                                                            then the index (JSON, compressed) and its length

A pack's key names the heads of its digests, so that a body is found by listing keys, which costs half a cent for
200,000 bodies, and needs no index to be written. `flush` makes a pack stand; the runner calls it after each command
and before it sends the follow-ups, so bytes are never told of before they are kept.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import chain
from threading import Lock
from typing import Any
from uuid import uuid4

from dualcross.errors import StoreError, StoreUnavailable
from dualcross.stores.moments import aware

#: hexadecimal digits of a digest in a key: 40 bits, and the index holds all of them
_HEAD = 10
#: bodies of one pack: its key stays far below S3's 1,024 bytes
_BODIES = 60
#: bytes of a pack
_BYTES = 24_000_000
_TAIL = 8
#: bodies of one pack were fetched within it: a command runs for minutes at most
_SPAN = timedelta(hours=1)
_PASSING = frozenset({"SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "503", "500"})
_REFUSED = frozenset(
    {"NoSuchBucket", "AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"}
)


@dataclass(frozen=True, slots=True)
class _Pack:
    #: (digest, url, fetched)
    rows: tuple[tuple[str, str, datetime], ...]
    #: digest → compressed bytes
    bodies: Mapping[str, bytes]


_Waiting = dict[tuple[str, str], tuple[bytes, datetime]]


class S3Archive:
    """Keeps raw responses by content hash, in packs; `ports.Archive`."""

    def __init__(self, bucket: str, client: Callable[[], Any], prefix: str = "raw/") -> None:
        self._bucket = bucket
        self._client = client
        self._prefix = prefix
        self._guard = Lock()
        #: (digest, url) → (compressed body, fetched)
        self._waiting: _Waiting = {}
        self._kept: dict[tuple[str, str], None] = {}
        #: digest → key of its pack, as far as met
        self._places: dict[str, str] = {}
        self._loaded: tuple[str, _Pack] = ("", _Pack(rows=(), bodies={}))

    def put(self, body: bytes, *, url: str, fetched: datetime) -> str:
        """Keep the bytes from the next `flush` on, and return their sha256 in hex."""
        aware(fetched)
        digest = hashlib.sha256(body).hexdigest()
        with self._guard:
            if (digest, url) not in self._kept and (digest, url) not in self._waiting:
                self._waiting[digest, url] = (zlib.compress(body, 6), fetched)
            full = len(self._waiting) >= _BODIES or sum(len(b) for b, _ in self._waiting.values()) >= _BYTES
        if full:
            self.flush()
        return digest

    def flush(self) -> None:
        """Write what waits as one pack; when it returns, all of it survives a crash."""
        with self._guard:
            waiting, self._waiting = self._waiting, {}
        if not waiting:
            return
        rows = tuple((digest, url, fetched) for (digest, url), (_, fetched) in waiting.items())
        try:
            self._write(_Pack(rows=rows, bodies={digest: body for (digest, _), (body, _) in waiting.items()}))
        except BaseException:
            with self._guard:
                self._waiting = waiting | self._waiting
            raise
        with self._guard:
            self._kept |= dict.fromkeys(waiting)
            while len(self._kept) > 10_000:
                del self._kept[next(iter(self._kept))]

    def get(self, digest: str) -> bytes | None:
        """Return the bytes, None where they are gone."""
        with self._guard:
            for (waiting, _), (body, _) in self._waiting.items():
                if waiting == digest:
                    return zlib.decompress(body)
            place = self._places.get(digest)
        for key in (place,) if place else self._keys():
            heads = key.rpartition("-")[2].removesuffix(".pack")
            if digest[:_HEAD] in (heads[n : n + _HEAD] for n in range(0, len(heads), _HEAD)):
                found = self._load(key).bodies.get(digest)
                if found is not None:
                    return zlib.decompress(found)
        return None

    def since(self, moment: datetime) -> Iterator[tuple[str, str, datetime]]:
        """Yield (digest, url, fetched) of everything put at or after the moment, oldest first."""
        aware(moment)
        self.flush()
        met: set[tuple[str, str]] = set()
        waiting: list[tuple[datetime, str, str]] = []
        # A pack is named after its oldest body: what is older than the next pack's name comes in order now.
        for key in chain(self._keys(moment - _SPAN), (None,)):
            while waiting and (key is None or _named(waiting[0][0]) <= key.removeprefix(self._prefix)):
                fetched, digest, url = heappop(waiting)
                if (digest, url) not in met:
                    met.add((digest, url))
                    if fetched < moment:
                        continue
                    yield digest, url, fetched
            for digest, url, fetched in self._load(key).rows if key else ():
                self._places[digest] = key or ""
                heappush(waiting, (fetched, digest, url))

    def expire(self, before: datetime) -> int:
        """Drop what was put before the moment and return how many entries went; a lifecycle rule does it by itself."""
        aware(before)
        self.flush()
        gone = 0
        for key in list(self._keys()):
            if key.removeprefix(self._prefix) >= _named(before):
                break
            pack = self._load(key)
            young = tuple(row for row in pack.rows if row[2] >= before)
            if young:
                kept = {digest for digest, _, _ in young}
                self._write(_Pack(rows=young, bodies={d: body for d, body in pack.bodies.items() if d in kept}))
            with translated(self._bucket):
                self._client().delete_object(Bucket=self._bucket, Key=key)
            gone += len(pack.rows) - len(young)
            self._forget(pack)
        return gone

    def close(self) -> None:
        """Write what waits."""
        self.flush()

    def _write(self, pack: _Pack) -> None:
        heads = "".join(digest[:_HEAD] for digest in pack.bodies)
        first = min(fetched for _, _, fetched in pack.rows)
        key = f"{self._prefix}{_named(first)}-{uuid4().hex[:8]}-{heads}.pack"
        with translated(self._bucket):
            self._client().put_object(Bucket=self._bucket, Key=key, Body=_packed(pack))

    def _forget(self, pack: _Pack) -> None:
        with self._guard:
            for digest, url, _ in pack.rows:
                self._kept.pop((digest, url), None)
                self._places.pop(digest, None)
            self._loaded = ("", pack)

    def _keys(self, first: datetime | None = None) -> Iterator[str]:
        request: dict[str, Any] = {"Bucket": self._bucket, "Prefix": self._prefix}
        if first is not None:
            request["StartAfter"] = self._prefix + _named(first)
        while True:
            with translated(self._bucket):
                answer = self._client().list_objects_v2(**request)
            for row in answer.get("Contents", ()):
                yield row["Key"]
            if not answer.get("IsTruncated"):
                return
            request["ContinuationToken"] = answer["NextContinuationToken"]

    def _load(self, key: str) -> _Pack:
        with self._guard:
            if self._loaded[0] == key:
                return self._loaded[1]
        body = read(self._client(), self._bucket, key)
        pack = _unpacked(body) if body is not None else _Pack(rows=(), bodies={})
        with self._guard:
            self._loaded = (key, pack)
        return pack


class S3Texts:
    """Keeps long values for good, by content hash."""

    def __init__(self, bucket: str, client: Callable[[], Any], prefix: str = "text/") -> None:
        self._bucket = bucket
        self._client = client
        self._prefix = prefix

    def put(self, body: bytes) -> str:
        """Keep the bytes and return their sha256 in hex."""
        digest = hashlib.sha256(body).hexdigest()
        with translated(self._bucket):
            self._client().put_object(Bucket=self._bucket, Key=self._prefix + digest, Body=body)
        return digest

    def get(self, digest: str) -> bytes | None:
        """Return the bytes, None where they are gone."""
        return read(self._client(), self._bucket, self._prefix + digest)


def read(client: Any, bucket: str, key: str) -> bytes | None:
    """Return an object's bytes, None where there is none."""
    with translated(bucket):
        try:
            answer = client.get_object(Bucket=bucket, Key=key)
        except client.exceptions.NoSuchKey:
            return None
        body: bytes = answer["Body"].read()
    return body


@contextmanager
def translated(bucket: str) -> Iterator[None]:
    """Turn faults of S3 into `StoreError`."""
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

    try:
        yield
    except ParamValidationError:
        raise
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _PASSING:
            raise StoreUnavailable(f"{bucket}: {code}; try again") from error
        if code in _REFUSED:
            raise StoreError(f"{bucket}: {code}; check the bucket's name, the region and the role") from error
        raise
    except BotoCoreError as error:
        raise StoreUnavailable(f"{bucket}: {' '.join(str(error).split())}") from error


def _named(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y/%m/%d/%H%M%S%f}"


def _packed(pack: _Pack) -> bytes:
    index = {
        "rows": [[digest, url, fetched.isoformat()] for digest, url, fetched in pack.rows],
        "sizes": [[digest, len(body)] for digest, body in pack.bodies.items()],
    }
    packed = zlib.compress(json.dumps(index).encode("ascii"))
    return b"".join([*pack.bodies.values(), packed, len(packed).to_bytes(_TAIL, "big")])


def _unpacked(data: bytes) -> _Pack:
    length = int.from_bytes(data[-_TAIL:], "big")
    index = json.loads(zlib.decompress(data[-_TAIL - length : -_TAIL]))
    bodies = {}
    start = 0
    for digest, size in index["sizes"]:
        bodies[digest] = data[start : start + size]
        start += size
    return _Pack(rows=tuple((d, url, datetime.fromisoformat(at)) for d, url, at in index["rows"]), bodies=bodies)
