"""Rows as JSON, CSV or an aligned table; cells of a CSV can never be formulas."""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from dualcross.query.cells import csv_cell

Row = Mapping[str, Any]
T = TypeVar("T")
#: seconds between two words on how far it is
_TELL = 0.2


def watched(things: Iterable[T], what: str, *, quiet: bool = False) -> Iterator[T]:
    """Yield the things, and tell on a terminal how many have come; nothing is told in a pipe.

    `quiet` is for those whose output goes to the same terminal.
    """
    if quiet or not sys.stderr.isatty():
        yield from things
        return
    from dualcross.clock import SystemClock

    clock = SystemClock()
    told = float("-inf")
    try:
        for number, thing in enumerate(things, 1):
            yield thing
            now = clock.monotonic()
            if now - told >= _TELL:
                told = now
                sys.stderr.write(f"\r\033[K{number} {what}")
                sys.stderr.flush()
    finally:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


def json_line(value: Any) -> None:
    """Print a value as one line of JSON."""
    print(json.dumps(value, ensure_ascii=False))


def json_rows(rows: Iterable[Row]) -> None:
    """Print one JSON object a line."""
    for row in rows:
        json_line(row)


def csv_rows(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Print the columns of the rows as CSV with a header."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_cell(row.get(column)) for column in columns])


def table(rows: Iterable[Row], columns: Sequence[str], *, width: int = 48) -> None:
    """Print the columns of the rows aligned, long cells cut; Han characters count as two."""
    lines = [list(columns)]
    lines.extend([_cut(_plain(row.get(column)), width) for column in columns] for row in rows)
    widths = [max(_width(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        cells = [cell + " " * (widths[i] - _width(cell)) for i, cell in enumerate(line)]
        print("  ".join(cells).rstrip())


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain(v) for v in value)
    if isinstance(value, dict):
        return str(value.get("name") or value.get("title") or value.get("id") or json.dumps(value, ensure_ascii=False))
    # Control characters of a source must not reach a terminal.
    return "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in str(value))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    kept, used = "", 0
    for c in text:
        used += 2 if unicodedata.east_asian_width(c) in "WF" else 1
        if used > width - 1:
            break
        kept += c
    return kept + "…"
