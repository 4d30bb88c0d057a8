"""Content codings end at their caps."""

from __future__ import annotations

import contextlib
import gzip
import time
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcross.errors import FetchTooLarge, ParseError
from dualcross.net.decoding import _zstd_module, accepted, expanded, unpacked

CAP = 1_000_000
zstd = _zstd_module()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACK = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def whole(pieces: list[bytes], codings: str, cap: int = CAP) -> bytes:
    return b"".join(expanded(pieces, codings, cap=cap))


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


def test_all_four_are_offered_here() -> None:
    assert accepted() == "gzip, deflate, br, zstd"


@given(st.binary(max_size=5000), st.sampled_from(sorted(PACK)), st.integers(1, 400))
def test_every_coding_gives_back_what_was_packed(data: bytes, coding: str, size: int) -> None:
    assert whole(cut(PACK[coding](data), size), coding) == data


@pytest.mark.parametrize("coding", sorted(PACK))
def test_a_bomb_ends_at_the_cap(coding: str) -> None:
    bomb = PACK[coding](bytes(200_000_000 if coding != "br" else 50_000_000))
    started = time.perf_counter()
    sizes: list[int] = []
    with pytest.raises(FetchTooLarge):
        sizes.extend(len(piece) for piece in expanded(cut(bomb, 65536), coding, cap=CAP))
    assert sum(sizes) <= CAP
    assert max(sizes) <= 262_144
    assert time.perf_counter() - started < 1.0


def test_a_bomb_inside_a_bomb_ends_too() -> None:
    inner = gzip.compress(bytes(50_000_000))
    with pytest.raises(FetchTooLarge):
        whole([gzip.compress(inner)], "gzip, gzip")
    with pytest.raises(FetchTooLarge):
        unpacked(inner, cap=CAP)
    with pytest.raises(ParseError):
        whole([gzip.compress(gzip.compress(inner))], "gzip, gzip, gzip")


@pytest.mark.parametrize(
    ("pieces", "codings", "out"),
    [
        ([raw_deflate(b"raw form")], "deflate", b"raw form"),
        ([b"never packed"], "gzip", b"never packed"),
        ([b"pl", b"ain"], "", b"plain"),
        ([b"plain"], "identity", b"plain"),
        ([b"plain"], "UTF-8", b"plain"),
        ([gzip.compress(b"one") + gzip.compress(b"two")], "gzip", b"onetwo"),
        ([gzip.compress(b"one") + b"\0\0\0padding"], "gzip", b"one"),
        ([brotli.compress(gzip.compress(b"twice"))], "gzip, br", b"twice"),
        ([], "gzip", b""),
    ],
)
def test_what_servers_do(pieces: list[bytes], codings: str, out: bytes) -> None:
    assert whole(pieces, codings) == out


def test_a_body_that_breaks_off_keeps_what_it_gave() -> None:
    packed = gzip.compress(bytes(range(256)) * 400)
    got = whole([packed[: len(packed) - 8]], "gzip")
    assert got.startswith(bytes(range(256)))
    assert whole([packed[:-8], b"garbage that is none"], "gzip").startswith(bytes(range(256)))


@pytest.mark.parametrize(
    ("pieces", "codings"),
    [([b"\x1f\x8b\x08\xff" + b"x" * 40], "gzip"), ([b"not at all"], "br"), ([b"nor this"], "zstd"), ([b"x"], "lzma")],
)
def test_what_cannot_be_expanded_is_said(pieces: list[bytes], codings: str) -> None:
    with pytest.raises(ParseError):
        whole(pieces, codings)


@given(st.binary(max_size=300), st.sampled_from([*sorted(PACK), "gzip, br", "zstd, deflate"]))
def test_any_bytes_end_in_bytes_or_a_parse_error(data: bytes, codings: str) -> None:
    with contextlib.suppress(ParseError):
        assert isinstance(whole([data], codings), bytes)
