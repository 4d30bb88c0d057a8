"""Files that pages link to: PDF, DOCX and XLSX as text, a table row on a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from urllib.parse import unquote, urlsplit
from zipfile import BadZipFile, ZipFile

from lxml import etree

from dualcross.model import Article, Attachment, Fetched
from dualcross.patterns import late
from dualcross.reading.charset import decode
from dualcross.reading.spacing import tidy, visible
from dualcross.reading.tree import parse_html
from dualcross.sources.address import absolute

#: bytes of a file, bytes it may unpack to, characters kept of it
MAX_BYTES = 20_000_000
MAX_UNPACKED = 60_000_000
MAX_TEXT = 1_000_000
_SUFFIXES = ("pdf", "docx", "xlsx", "doc", "xls", "wps", "et", "ofd", "zip", "rar", "csv", "txt", "pptx", "ppt")
_FILE = late(rf"\.(?P<suffix>{'|'.join(_SUFFIXES)})(?:$|[?#&])", re.IGNORECASE)
_NAMED = late(
    rf"\.(?P<suffix>{'|'.join(_SUFFIXES)})\W*$|^\s*(?:附件|附表|附录|Annex|Attachment|Appendix)\s*\d*\s*[：:.、]?",
    re.IGNORECASE,
)
_DOWNLOAD = late(r"download|attach|/file|getfile|fileid|upload", re.IGNORECASE)
_MEDIA = {
    "application/pdf": "pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx", "application/msword": "doc",
    "application/vnd.ms-excel": "xls", "text/csv": "csv", "text/plain": "txt",
}  # fmt: skip
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = late(rb"http://purl\.oclc\.org/ooxml/(wordprocessingml|spreadsheetml)/main")
_CELL = late(r"([A-Z]{1,3})(\d+)")
_MAX_COLUMNS = 200
_MAX_ROWS = 50_000


class _Problem(Exception):
    """Why a file has no text."""


def attachment_links(fetched: Fetched) -> tuple[tuple[str, str], ...]:
    """Return (address, name) of each file that a page links to, in order, one an address."""
    url = fetched.final_url or fetched.url
    kind = next((v for k, v in fetched.headers.items() if k.lower() == "content-type"), "")
    root = parse_html(decode(fetched.body, kind)[0])
    found: dict[str, str] = {}
    for anchor in root.iter("a") if root is not None else ():
        target = absolute(url, anchor.get("href") or "")
        if not target or target in found:
            continue
        label = tidy("".join(anchor.itertext())) or tidy(anchor.get("title") or "")
        parts = urlsplit(target)
        named = _NAMED.search(label) and _DOWNLOAD.search(target)
        if _FILE.search(parts.path) or _FILE.search(unquote(parts.query)) or named:
            found[target] = label or unquote(parts.path.rpartition("/")[2])
    return tuple(found.items())


def read_attachment(name: str, media: str, body: bytes, *, url: str = "") -> Attachment:
    """Return the file as text, or with the `problem` that left it without any.

    Problems: `too large`, `scanned`, `encrypted`, `old format`, `unreadable`, `empty`. Never raises for any bytes.
    """
    media = media.split(";", maxsplit=1)[0].strip().lower()
    if len(body) > MAX_BYTES:
        return Attachment(url=url, name=name, media=media, problem="too large")
    try:
        text = _text(_sort(name, media, body), body)
    except _Problem as problem:
        return Attachment(url=url, name=name, media=media, problem=str(problem))
    if not text.strip():
        return Attachment(url=url, name=name, media=media, problem="empty")
    return Attachment(url=url, name=name, media=media, text=text[:MAX_TEXT])


def with_attachments(article: Article, files: Sequence[Attachment]) -> Article:
    """Return the article with the files' texts joined after its own, `annex_start` where they begin."""
    texts = [file.text for file in files if file.text]
    kept = tuple(replace(file, text="") if file.text else file for file in files)
    if not texts:
        return replace(article, attachments=(*article.attachments, *files))
    start = len(article.text) + 1 if article.text else 0
    joined = "\n".join([article.text, *texts] if article.text else texts)
    begins = article.annex_start if article.annex_start is not None else start
    return replace(article, text=joined, annex_start=begins, attachments=(*article.attachments, *kept))


def _sort(name: str, media: str, body: bytes) -> str:
    """What the file is: its first bytes are believed before its name and label."""
    if body[:1024].lstrip().startswith(b"%PDF"):
        return "pdf"
    if body.startswith(b"PK\x03\x04"):
        try:
            with ZipFile(BytesIO(body)) as archive:
                names = set(archive.namelist())
        except (BadZipFile, OSError, ValueError, NotImplementedError):
            raise _Problem("unreadable") from None
        if "word/document.xml" in names:
            return "docx"
        return "xlsx" if "xl/workbook.xml" in names else "zip"
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        return "old"
    suffix = _FILE.search(name.lower())
    return _MEDIA.get(media) or (suffix["suffix"] if suffix else "")


def _text(sort: str, body: bytes) -> str:
    if sort == "pdf":
        from dualcross.reading import pdf

        text, problem = pdf.read(body, MAX_TEXT)
        if problem:
            raise _Problem(problem)
        return text
    if sort == "docx":
        return _docx(body)
    if sort == "xlsx":
        return _xlsx(body)
    if sort in ("csv", "txt"):
        return _plain(decode(body)[0], sort)
    if sort in ("old", "doc", "xls", "wps", "et", "ppt"):
        raise _Problem("old format")
    raise _Problem("unreadable")


def _plain(text: str, sort: str) -> str:
    lines = [line.strip() for line in visible(text).splitlines() if line.strip()]
    if sort == "csv":
        import csv

        mark = (
            "\t" if lines and "\t" in lines[0] else ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
        )
        return "\n".join("\t".join(tidy(cell) for cell in row) for row in csv.reader(lines, delimiter=mark))
    return "\n".join(lines)


def _part(archive: ZipFile, name: str, budget: list[int]) -> etree._Element | None:
    """A part of the package as a tree, None where it is missing; what unpacks beyond the budget is refused."""
    try:
        with archive.open(name) as packed:
            data = packed.read(budget[0] + 1)
    except KeyError:
        return None
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise _Problem("encrypted" if "encrypted" in str(error) else "unreadable") from None
    except Exception as error:  # zlib.error has no base of its own to name
        if type(error).__module__ != "zlib":
            raise
        raise _Problem("unreadable") from None
    budget[0] -= len(data)
    if budget[0] < 0:
        raise _Problem("too large")
    if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data:
        raise _Problem("unreadable")
    data = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/main", data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise _Problem("unreadable") from None


def _docx(body: bytes) -> str:
    with ZipFile(BytesIO(body)) as archive:
        root = _part(archive, "word/document.xml", [MAX_UNPACKED])
    holder = root.find(f"{_W}body") if root is not None else None
    if holder is None:
        raise _Problem("unreadable")
    return "\n".join(line for line in _docx_lines(holder) if line.strip())


def _docx_lines(holder: etree._Element) -> Iterator[str]:
    for element in holder:
        if element.tag == f"{_W}p":
            yield from (tidy(line) for line in _runs(element).split("\n"))
        elif element.tag == f"{_W}tbl":
            yield from _docx_rows(element)
        elif element.tag in (f"{_W}sdt", f"{_W}ins"):
            inner = element.find(f"{_W}sdtContent")
            yield from _docx_lines(inner if inner is not None else element)


def _runs(paragraph: etree._Element) -> str:
    parts = []
    for element in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br"):
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        else:
            parts.append(" " if element.tag == f"{_W}tab" else "\n")
    return visible("".join(parts))


def _docx_rows(table: etree._Element) -> Iterator[str]:
    above: dict[int, str] = {}
    for row in table.iterchildren(f"{_W}tr"):
        cells: list[str] = []
        for cell in row.iter(f"{_W}tc"):
            if cell.getparent() is not row and cell.getparent().tag == f"{_W}tc":
                continue
            text = tidy(" ".join(_runs(p).replace("\n", " ") for p in cell.iter(f"{_W}p")))
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(f"{_W}val") != "restart":
                text = above.get(len(cells), text)
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            width = int(span.get(f"{_W}val") or 1) if span is not None and (span.get(f"{_W}val") or "").isdigit() else 1
            for _ in range(min(width, _MAX_COLUMNS)):
                above[len(cells)] = text
                cells.append(text)
        yield "\t".join(cells).rstrip("\t")


def _xlsx(body: bytes) -> str:
    budget = [MAX_UNPACKED]
    with ZipFile(BytesIO(body)) as archive:
        strings = _shared(_part(archive, "xl/sharedStrings.xml", budget))
        names = sorted(
            (n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)),
            key=lambda n: int(re.findall(r"\d+", n)[-1]),
        )
        lines: list[str] = []
        for name in names[:50]:
            sheet = _part(archive, name, budget)
            if sheet is not None:
                lines.extend(_sheet(sheet, strings))
    return "\n".join(lines)


def _shared(root: etree._Element | None) -> list[str]:
    if root is None:
        return []
    return [
        tidy(visible("".join(t.text or "" for t in entry.iter(f"{_S}t") if t.getparent().tag != f"{_S}rPh")))
        for entry in root.iterchildren(f"{_S}si")
    ]


def _sheet(sheet: etree._Element, strings: list[str]) -> list[str]:
    grid: dict[int, dict[int, str]] = {}
    for count, row in enumerate(sheet.iter(f"{_S}row")):
        if count >= _MAX_ROWS:
            break
        number = int(row.get("r") or count + 1) if (row.get("r") or "1").isdigit() else count + 1
        line = grid.setdefault(number, {})
        for position, cell in enumerate(row.iterchildren(f"{_S}c")):
            where = _CELL.match(cell.get("r") or "")
            column = _column(where[1]) if where else position
            if column < _MAX_COLUMNS:
                line[column] = _value(cell, strings)
    for merged in sheet.iter(f"{_S}mergeCell"):
        _spread(grid, merged.get("ref") or "")
    rows = []
    for number in sorted(grid):
        line = grid[number]
        if any(line.values()):
            rows.append("\t".join(line.get(column, "") for column in range(max(line) + 1)).rstrip("\t"))
    return rows


def _column(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value - 1


def _value(cell: etree._Element, strings: list[str]) -> str:
    sort = cell.get("t")
    if sort == "inlineStr":
        return tidy("".join(t.text or "" for t in cell.iter(f"{_S}t")))
    raw = (cell.findtext(f"{_S}v") or "").strip()
    if sort == "s":
        return strings[int(raw)] if raw.isdigit() and int(raw) < len(strings) else ""
    return tidy(raw.removesuffix(".0"))


def _spread(grid: dict[int, dict[int, str]], reference: str) -> None:
    """Repeat a merged cell's text in every cell it covers."""
    corners = _CELL.findall(reference)
    if len(corners) != 2:
        return
    (left, top), (right, bottom) = ((_column(letters), int(number)) for letters, number in corners)
    if (right - left + 1) * (bottom - top + 1) > 10_000:
        return
    text = grid.get(top, {}).get(left, "")
    for number in range(top, bottom + 1):
        if number in grid:
            for column in range(left, min(right + 1, _MAX_COLUMNS)):
                grid[number][column] = text
