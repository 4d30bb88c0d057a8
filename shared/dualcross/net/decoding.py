"""Content codings, decoded piece by piece and never beyond a cap.

A coding that the server names but did not apply is passed over, as browsers do; one that breaks off after some
output keeps what it gave. A chain of more than two codings is a bomb's wrapping, not a server's.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, Protocol

from dualcross.errors import FetchTooLarge, ParseError

#: bytes that a decoder may hand out at once
_PIECE = 65536
_GZIP_MAGIC = b"\x1f\x8b\x08"


class Decoder(Protocol):
    """Expands one coding; never more than `_PIECE` bytes at a time."""

    #: what the library raises on broken data
    error: type[Exception]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what the data expands to."""
        ...


class _Zlib:
    """gzip with several members, and deflate with or without its zlib wrapper."""

    error: type[Exception] = zlib.error

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._inner = zlib.decompressobj(wbits)
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            try:
                out = self._inner.decompress(data, _PIECE)
            except zlib.error:
                if self._begun or self._wbits != zlib.MAX_WBITS:
                    raise
                # servers that say deflate and mean the raw form
                self._wbits = -zlib.MAX_WBITS
                self._inner = zlib.decompressobj(self._wbits)
                continue
            self._begun = True
            yield out
            data = self._inner.unconsumed_tail
            if self._inner.eof:
                # bytes after the last member that are no member are padding
                data = self._inner.unused_data
                if self._wbits < 16 or not data.startswith(_GZIP_MAGIC[:2]):
                    return
                self._inner = zlib.decompressobj(self._wbits)


class _Brotli:
    def __init__(self) -> None:
        brotli = importlib.import_module("brotli")
        self.error: type[Exception] = brotli.error
        self._inner: Any = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        out = self._inner.process(data, output_buffer_limit=_PIECE)
        while out or not self._inner.can_accept_more_data():
            yield out
            if self._inner.is_finished():
                return
            out = self._inner.process(b"", output_buffer_limit=_PIECE)


class _Zstandard:
    def __init__(self) -> None:
        zstd = _zstd_module()
        self.error: type[Exception] = zstd.ZstdError
        # a window above 8 MB is none that RFC 8878 asks a reader to hold
        options = {zstd.DecompressionParameter.window_log_max: 23}
        self._make: Callable[[], Any] = lambda: zstd.ZstdDecompressor(options=options)
        self._inner: Any = self._make()

    def feed(self, data: bytes) -> Iterator[bytes]:
        while True:
            yield self._inner.decompress(data, _PIECE)
            if self._inner.eof:
                data = self._inner.unused_data
                if not data:
                    return
                self._inner = self._make()
            elif self._inner.needs_input:
                return
            else:
                data = b""


def _zstd_module() -> Any:
    return importlib.import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")


@cache
def accepted() -> str:
    """Return the Accept-Encoding that this installation can honour."""
    codings = ["gzip", "deflate"]
    if importlib.util.find_spec("brotli"):
        codings.append("br")
    if sys.version_info >= (3, 14) or (
        importlib.util.find_spec("backports") and importlib.util.find_spec("backports.zstd")
    ):
        codings.append("zstd")
    return ", ".join(codings)


def _decoder(coding: str) -> Decoder:
    if coding in ("gzip", "x-gzip"):
        return _Zlib(zlib.MAX_WBITS | 16)
    if coding == "deflate":
        return _Zlib(zlib.MAX_WBITS)
    if coding == "br" and "br" in accepted():
        return _Brotli()
    if coding == "zstd" and "zstd" in accepted():
        return _Zstandard()
    raise ParseError(f"content coding {coding!r} is not understood")


def expanded(pieces: Iterable[bytes], codings: str, *, cap: int) -> Iterator[bytes]:
    """Yield the pieces with every coding of the header undone.

    Raises `FetchTooLarge` as soon as any layer gives more than `cap` bytes, `ParseError` for a coding that is
    unknown or broken from the start.
    """
    names = [name.strip().lower() for name in codings.split(",")]
    names = [name for name in names if name not in ("", "identity", "none", "utf-8")]
    if len(names) > 2:
        raise ParseError(f"{len(names)} content codings on top of each other")
    stream: Iterable[bytes] = pieces
    for name in reversed(names):
        stream = _layer(stream, name, cap)
    return _capped(stream, cap)


def _layer(pieces: Iterable[bytes], coding: str, cap: int) -> Iterator[bytes]:
    decoder = _decoder(coding)
    gave = 0
    begun = False
    source = iter(pieces)
    for piece in source:
        if not piece:
            continue
        if not begun and coding in ("gzip", "x-gzip") and not _GZIP_MAGIC.startswith(piece[:3]):
            # the header lies: the body was never packed
            yield piece
            yield from source
            return
        begun = True
        try:
            for out in decoder.feed(piece):
                gave += len(out)
                if gave > cap:
                    raise FetchTooLarge(f"more than {cap} bytes after decompression")
                yield out
        except decoder.error as error:
            if gave:
                return
            raise ParseError(f"{coding} body cannot be expanded: {error}") from error


def _capped(pieces: Iterable[bytes], cap: int) -> Iterator[bytes]:
    gave = 0
    for piece in pieces:
        gave += len(piece)
        if gave > cap:
            raise FetchTooLarge(f"more than {cap} bytes")
        yield piece


def unpacked(body: bytes, *, cap: int) -> bytes:
    """Return what a gzip file holds, the bytes themselves where they are none; for feeds served as files."""
    if not body.startswith(_GZIP_MAGIC):
        return body
    return b"".join(expanded([body], "gzip", cap=cap))
