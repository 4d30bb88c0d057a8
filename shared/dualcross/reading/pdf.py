"""PDF as text: columns of a table become cells, broken lines become paragraphs again."""

from __future__ import annotations

import io
import logging
import re
from itertools import groupby

_COLUMNS = re.compile(r"\s{3,}")
_ENDS = re.compile(r"[。！？；：.!?:;]['\"”’）)]?$")
_WIDE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_PAGE_NUMBER = re.compile(r"^\W*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*/\s*\d{1,4})?\W*$")
_BEGINS = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,3}[、）)]|第[一二三四五六七八九十]+[章条节]|\d{1,2}[.、．]|附件)"
)
MAX_PAGES = 300


def read(body: bytes, limit: int) -> tuple[str, str]:
    """Return (text, problem); `scanned` where the pages hold pictures and no letters."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return "", "encrypted"
        pages: list[str] = []
        size = images = 0
        for number, page in enumerate(reader.pages):
            if number >= MAX_PAGES or size > limit:
                break
            text = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)
            pages.append(text)
            size += len(text)
            images += _has_image(page)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError, AssertionError,
            NotImplementedError, ZeroDivisionError, OverflowError, MemoryError):  # fmt: skip
        return "", "unreadable"
    except Exception as error:
        # missing optional decryption, broken streams: the parser's own dependencies raise what they like
        if type(error).__module__.split(".")[0] not in ("pypdf", "zlib", "struct", "binascii"):
            raise
        return "", "unreadable"
    letters = sum(1 for text in pages for c in text if c.isalnum())
    if letters < 15 * max(1, len(pages)) and images:
        return "", "scanned"
    return "\n".join(_lines([line for text in pages for line in text.split("\n")])), ""


def _has_image(page: object) -> bool:
    try:
        found = page["/Resources"]["/XObject"]  # type: ignore[index]
        return any(found[name].get("/Subtype") == "/Image" for name in found)
    except (KeyError, TypeError, AttributeError):
        return False


def _lines(raw: list[str]) -> list[str]:
    """Group lines into table rows and paragraphs."""
    cells = [
        [c.strip() for c in _COLUMNS.split(line.strip())]
        for line in raw
        if line.strip() and not _PAGE_NUMBER.match(line)
    ]
    out: list[str] = []
    for tabular, group in groupby(cells, key=lambda row: len(row) > 1):
        rows = list(group)
        if tabular and (len(rows) > 1 or len(rows[0]) > 2):
            out.extend("\t".join(row) for row in rows)
        else:
            out.extend(_paragraphs([" ".join(row) for row in rows]))
    return out


def _paragraphs(lines: list[str]) -> list[str]:
    """Join lines that were only broken by the margin: a full line that ends no sentence goes on in the next."""
    longest = max((len(line) for line in lines), default=0)
    out: list[str] = []
    for line in lines:
        previous = out[-1] if out else ""
        last = previous[-longest:]
        goes_on = (
            previous and not _ENDS.search(previous) and not _BEGINS.match(line) and len(last) >= 0.75 * longest > 15
        )
        if goes_on and len(lines) > 1:
            out[-1] = previous + ("" if _WIDE.match(line[:1]) and _WIDE.match(previous[-1:]) else " ") + line
        else:
            out.append(line)
    return out
