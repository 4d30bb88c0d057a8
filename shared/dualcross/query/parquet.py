"""Rows as a Parquet file, written as they come: a few pages of the format are all that an export needs.

Each column is optional and holds texts, numbers or booleans; anything else stands in it as JSON. A group of rows is one
page a column, plain values behind run-length levels, packed with gzip. https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from dualcross import __version__

_MAGIC = b"PAR1"
#: rows of a group
GROUP = 5000
#: physical types of the format
_BOOLEAN, _INT64, _DOUBLE, _BYTES = 0, 2, 5, 6
_OPTIONAL, _UTF8, _GZIP, _PLAIN, _RLE = 1, 0, 2, 0, 3
_WORD = 64
# types of Thrift's compact protocol
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12


def write(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[bytes]:
    """Yield the bytes of a file; the first rows decide the columns and their types, `columns` where there are none."""
    left = iter(rows)
    batch = list(islice(left, GROUP))
    names = list(dict.fromkeys(name for row in batch for name in row)) if batch else list(columns)
    kinds = {name: _kind([row.get(name) for row in batch]) for name in names}
    yield _MAGIC
    offset, total = len(_MAGIC), 0
    groups: list[bytes] = []
    while batch:
        chunks: list[bytes] = []
        size = 0
        for name, kind in kinds.items():
            page, raw = _page([row.get(name) for row in batch], kind)
            yield page
            chunks.append(_chunk(name, kind, len(batch), offset, len(page), raw))
            offset, size = offset + len(page), size + raw
        groups.append(
            _struct((1, _LIST, _list(_STRUCT, chunks)), (2, _I64, _signed(size)), (3, _I64, _signed(len(batch))))
        )
        total += len(batch)
        batch = list(islice(left, GROUP))
    footer = _footer(kinds, groups, total)
    yield footer + struct.pack("<I", len(footer)) + _MAGIC


def _kind(values: list[Any]) -> int:
    """Return the type that holds all values."""
    there = [value for value in values if value is not None]
    narrow = (kind for kind in (_BOOLEAN, _INT64, _DOUBLE) if there and all(_holds(kind, value) for value in there))
    return next(narrow, _BYTES)


def _holds(kind: int, value: Any) -> bool:
    """Tell whether a column of booleans or numbers holds a value to its last digit."""
    if kind == _BOOLEAN or isinstance(value, bool):
        return kind == _BOOLEAN and isinstance(value, bool)
    if kind == _INT64:
        return isinstance(value, int) and -(2**63) <= value < 2**63
    return isinstance(value, float) or (isinstance(value, int) and abs(value) <= 2**53)


def _page(values: list[Any], kind: int) -> tuple[bytes, int]:
    """Return one page of a column, and the size it unpacks to, both with the header."""
    fitted = [_fitted(value, kind) for value in values]
    levels = b"".join(
        _varint(len(list(run)) << 1) + bytes([there]) for there, run in groupby(value is not None for value in fitted)
    )
    body = struct.pack("<I", len(levels)) + levels + _plain([value for value in fitted if value is not None], kind)
    packed = gzip.compress(body, 6, mtime=0)
    data = _struct(
        (1, _I32, _signed(len(values))), (2, _I32, _signed(_PLAIN)), (3, _I32, _signed(_RLE)), (4, _I32, _signed(_RLE))
    )
    header = _struct(
        (1, _I32, _signed(0)), (2, _I32, _signed(len(body))), (3, _I32, _signed(len(packed))), (5, _STRUCT, data)
    )
    return header + packed, len(header) + len(body)


def _fitted(value: Any, kind: int) -> Any:
    """Return a value as its column holds it; None where a later row brings what the type cannot hold."""
    if value is None:
        return None
    if kind == _BYTES:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return text.encode("utf-8", "replace")
    return value if _holds(kind, value) else None


def _plain(values: list[Any], kind: int) -> bytes:
    if kind == _BYTES:
        return b"".join(struct.pack("<I", len(value)) + value for value in values)
    if kind == _BOOLEAN:
        bits = sum(1 << place for place, value in enumerate(values) if value)
        return bits.to_bytes((len(values) + 7) // 8, "little")
    return struct.pack(f"<{len(values)}{'q' if kind == _INT64 else 'd'}", *values)


def _chunk(name: str, kind: int, count: int, offset: int, packed: int, raw: int) -> bytes:
    meta = _struct(
        (1, _I32, _signed(kind)),
        (2, _LIST, _list(_I32, [_signed(_PLAIN), _signed(_RLE)])),
        (3, _LIST, _list(_BINARY, [_text(name)])),
        (4, _I32, _signed(_GZIP)),
        (5, _I64, _signed(count)),
        (6, _I64, _signed(raw)),
        (7, _I64, _signed(packed)),
        (9, _I64, _signed(offset)),
    )
    return _struct((2, _I64, _signed(offset)), (3, _STRUCT, meta))


def _footer(kinds: Mapping[str, int], groups: list[bytes], total: int) -> bytes:
    root = _struct((4, _BINARY, _text("record")), (5, _I32, _signed(len(kinds))))
    leaves = []
    for name, kind in kinds.items():
        fields = [(1, _I32, _signed(kind)), (3, _I32, _signed(_OPTIONAL)), (4, _BINARY, _text(name))]
        if kind == _BYTES:
            fields += [(6, _I32, _signed(_UTF8)), (10, _STRUCT, _struct((1, _STRUCT, _struct())))]
        leaves.append(_struct(*fields))
    return _struct(
        (1, _I32, _signed(1)),
        (2, _LIST, _list(_STRUCT, [root, *leaves])),
        (3, _I64, _signed(total)),
        (4, _LIST, _list(_STRUCT, groups)),
        (6, _BINARY, _text(f"dualcross {__version__}")),
    )


def _struct(*fields: tuple[int, int, bytes]) -> bytes:
    """Return fields (id, type, value) in the compact protocol; ids rise by less than 16."""
    out, last = [], 0
    for number, kind, value in fields:
        out.append(bytes([(number - last) << 4 | kind]) + value)
        last = number
    return b"".join(out) + b"\0"


def _list(kind: int, values: Sequence[bytes]) -> bytes:
    short = len(values) < 15
    head = bytes([len(values) << 4 | kind]) if short else bytes([0xF0 | kind]) + _varint(len(values))
    return head + b"".join(values)


def _text(text: str) -> bytes:
    raw = text.encode()
    return _varint(len(raw)) + raw


def _signed(value: int) -> bytes:
    """Return an integer zigzagged, so that small negative ones are short too."""
    return _varint((value << 1) ^ (value >> (_WORD - 1)))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
