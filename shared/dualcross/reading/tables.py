"""Tables that hold data, as rows of cells; row and column spans are repeated in every cell they cover."""

from __future__ import annotations

from lxml import etree

from dualcross.reading.spacing import tidy

_BLOCKY = frozenset(("table", "article", "section", "h1", "h2", "form", "iframe", "nav", "aside"))
#: a span beyond these is a mistake or an attack
_MAX_COLUMNS = 200
_MAX_ROWS = 20_000


def is_data(table: etree._Element) -> bool:
    """Tell whether the table holds data: two rows or more, mostly of two short cells or more, no boxes inside.

    A table that only arranges a page has cells with headings, tables, or long running text.
    """
    if table.get("role") in ("presentation", "none"):
        return False
    several = single = cells = longs = 0
    for element in table.iter():
        tag = element.tag
        if tag == "tr":
            count = sum(1 for cell in element if cell.tag in ("td", "th"))
            if count > 1:
                several += 1
            else:
                single += 1
        elif tag in ("td", "th"):
            cells += 1
            paragraphs = sum(1 for child in element if child.tag in ("p", "div", "ul", "ol"))
            if paragraphs > 3 or (paragraphs and len("".join(element.itertext())) > 1500):
                longs += 1
        elif tag in _BLOCKY and element is not table:
            return False
    return several >= 2 and several > single and longs * 10 <= cells


def rows(table: etree._Element) -> list[tuple[list[str], int]]:
    """Return (cells, characters in links) of each row that has text."""
    out: list[tuple[list[str], int]] = []
    #: column → (rows still covered, text)
    hanging: dict[int, tuple[int, str]] = {}
    for row in table.iter("tr"):
        if len(out) >= _MAX_ROWS:
            break
        cells: list[str] = []
        links = 0
        column = 0
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            column = _fill(cells, hanging, column)
            text = cell_text(cell)
            links += sum(len("".join(a.itertext())) for a in cell.iter("a"))
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            for _ in range(min(width, _MAX_COLUMNS - column)):
                cells.append(text)
                if height > 1:
                    hanging[column] = (height - 1, text)
                column += 1
        _fill(cells, hanging, column)
        if any(cells):
            out.append((cells, links))
    return out


def _fill(cells: list[str], hanging: dict[int, tuple[int, str]], column: int) -> int:
    while column in hanging:
        left, text = hanging[column]
        cells.append(text)
        if left > 1:
            hanging[column] = (left - 1, text)
        else:
            del hanging[column]
        column += 1
    return column


def cell_text(cell: etree._Element) -> str:
    """Return a cell's text on one line; a break inside is a blank, none between Chinese signs."""
    parts: list[str] = []
    for element in cell.iter():
        tag = element.tag
        if element is not cell and tag in ("br", "p", "div", "li"):
            parts.append("\n")
        if element.text and tag not in ("script", "style"):
            parts.append(element.text)
        if element is not cell and element.tail:
            parts.append(element.tail)
    return tidy("".join(parts))


def _span(cell: etree._Element, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), 1000)) if value.isdigit() and len(value) < 6 else 1
