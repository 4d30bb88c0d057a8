"""PDF as text: columns of a table become cells, broken lines become paragraphs again."""

from __future__ import annotations

import io
import logging

from dualcross.patterns import late
from dualcross.reading import columns

_SIGN = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’]"
_APART = late(rf"({_SIGN}) {{1,2}}(?={_SIGN})")
_CLOSE = late(rf"{_SIGN}(?={_SIGN})")
_ENDS = late(r"[。！？；：.!?:;]['\"”’）)]?$")
_WIDE = late(r"[\u3000-\u9fff\uff00-\uffef]")
_PAGE_NUMBER = late(r"^\W*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*/\s*\d{1,4})?\W*$")
_BEGINS = late(r"^(?:[（(]?[一二三四五六七八九十]{1,3}[、）)]|第[一二三四五六七八九十]+[章条节]|\d{1,2}[.、．]|附件)")
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
    lines = [line.rstrip() for line in raw if line.strip() and not _PAGE_NUMBER.match(line)]
    tight = _tight if _is_spaced(lines) else str
    out: list[str] = []
    for tabular, group in _runs(lines):
        cells = [columns.cells(line) for line in group]
        if tabular and (len(group) > 1 or len(cells[0]) > 2):
            out.extend("\t".join(map(tight, row)) for row in columns.rows(cells, group))
        else:
            out.extend(_paragraphs([tight(" ".join(text for _, text in line)) for line in cells]))
    return out


def _runs(lines: list[str]) -> list[tuple[bool, list[str]]]:
    """Runs of lines that are rows of a table, wrapped cells included, and runs of lines that are not."""
    runs: list[tuple[bool, list[str]]] = []
    for line in lines:
        cells = columns.cells(line)
        tabular = len(cells) > 1
        if not tabular and runs and runs[-1][0]:
            tabular = columns.is_rest(cells, [columns.cells(other) for other in runs[-1][1][-8:]])
        if runs and runs[-1][0] == tabular:
            runs[-1][1].append(line)
        else:
            runs.append((tabular, [line]))
    return runs


def _is_spaced(lines: list[str]) -> bool:
    """The document sets blanks between its Chinese signs, which Chinese has no use for."""
    text = "\n".join(lines)
    apart, close = len(_APART.findall(text)), len(_CLOSE.findall(text))
    return apart > 0.08 * (apart + close)


def _tight(text: str) -> str:
    """Return a text without the blanks between Chinese signs."""
    return _APART.sub(r"\1", text)


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
