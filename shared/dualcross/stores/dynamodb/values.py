"""Values as attributes: JSON, compressed, and beyond a bound moved to S3 by content hash.

DynamoDB refuses items over 400 KB. No item here can reach it: a value takes at most `INLINE` bytes, an item holds at
most two (what stands and what is staged), and keys are cut to size.
"""

from __future__ import annotations

import zlib
from typing import Any, Protocol, TypeVar

from dualcross.errors import StoreError
from dualcross.wire import dumps, loads

T = TypeVar("T")

#: bytes of a value kept in the table
INLINE = 150_000
#: below this, compressing saves nothing: an item is billed by the KB
_PLAIN = 400


class Texts(Protocol):
    """Where long values go."""

    def put(self, body: bytes) -> str:
        """Keep the bytes for good and return their sha256 in hex."""
        ...

    def get(self, digest: str) -> bytes | None:
        """Return the bytes, None where they are gone."""
        ...


class Codec:
    """Turns values into attributes and back."""

    def __init__(self, texts: Texts | None) -> None:
        self._texts = texts

    def encode(self, value: Any) -> dict[str, Any]:
        """Return the attribute that holds the value."""
        text = dumps(value)
        if len(text) <= _PLAIN:
            return {"S": text}
        body = zlib.compress(text.encode("utf-8"), 6)
        if len(body) <= INLINE:
            return {"B": body}
        if self._texts is None:
            raise StoreError(f"a value of {len(body)} bytes needs a bucket for long texts") from ValueError(len(body))
        return {"M": {"text": {"S": self._texts.put(body)}}}

    def decode(self, kind: type[T], attribute: dict[str, Any]) -> T:
        """Return the value that an attribute holds."""
        if "S" in attribute:
            return loads(kind, attribute["S"])
        if "B" in attribute:
            return loads(kind, zlib.decompress(attribute["B"]))
        digest = attribute["M"]["text"]["S"]
        body = self._texts.get(digest) if self._texts else None
        if body is None:
            raise StoreError(f"the long text {digest} is gone; restore it from the bucket's versions")
        return loads(kind, zlib.decompress(body))
