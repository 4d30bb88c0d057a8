"""Bytes of an official annex to tables: CSV and HTML here, workbooks and PDF through the attachment reader."""

from __future__ import annotations

import csv
import io
import re

from dualcross.errors import InputError

Cells = list[list[str]]

#: rows of one table; official lists have dozens
_MAX_ROWS = 20_000


def read_tables(body: bytes, name: str = "") -> list[Cells]:
    """Return the tables of a file, as rows of cells; raises `InputError` where it holds none."""
    if not body.strip():
        raise InputError(f"{name or 'the file'} is empty")
    start = body[:1024].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        tables = _attachment(body, name)
    elif (
        re.match(rb"<(?:!doctype|html|table|head|body|\?xml|meta|div)", start, re.IGNORECASE)
        or b"<table" in body.lower()
    ):
        tables = _html(body)
    else:
        tables = [_csv(body)]
    tables = [t[:_MAX_ROWS] for t in tables if len(t) > 1]
    if not tables:
        raise InputError(f"no table in {name or 'the file'}")
    return tables


def _csv(body: bytes) -> Cells:
    from dualcross.reading.charset import decode

    text, _ = decode(body)
    text = text.removeprefix("\ufeff")
    lines = [line for line in text.splitlines() if line.strip()][:50]
    delimiter = max(
        ",\t;|，", key=lambda d: (min((line.count(d) for line in lines), default=0), sum(x.count(d) for x in lines))
    )
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"not a CSV file: {error}") from error


def _html(body: bytes) -> list[Cells]:
    from dualcross.reading import tables
    from dualcross.reading.charset import decode
    from dualcross.reading.tree import parse_html

    text, _ = decode(body)
    tree = parse_html(text)
    found = tree.iter("table") if tree is not None else ()
    return [[cells for cells, _ in tables.rows(t)] for t in found if t.find(".//table") is None]


def _attachment(body: bytes, name: str) -> list[Cells]:
    """Read a workbook or PDF as the attachment reader prints it: a row a line, its cells separated by TAB."""
    from dualcross.reading.attachments import read_attachment

    read = read_attachment(name, "", body)
    if read.problem:
        raise InputError(f"{name or 'the file'} cannot be read: {read.problem}")
    lines = read.text.splitlines()
    if any("\t" in line for line in lines):
        return [[line.split("\t") for line in lines if "\t" in line]]
    # A PDF keeps the words of a row in their order and loses its columns; Chinese names hold no spaces.
    return [[cells for line in lines if len(cells := line.split()) > 1]]
