"""Lines printed at places to rows of a table: cells by their columns, wrapped cells made whole."""

from __future__ import annotations

from collections.abc import Sequence

from dualcross.patterns import late

#: (where it begins, text) of each cell of a line
Line = list[tuple[int, str]]
Row = dict[int, str]

_WIDER = late(r"\S+(?:\s{1,2}\S+)*")
_CLOSER = late(r"\S+(?:\s\S+)*")
_WIDE = late(r"[\u3000-\u9fff\uff00-\uffef]")
_STOP = late(r"[。；：:]$")
#: signs by which a cell may stand beside its column's beginning
_SLACK = 2


def cells(line: str, *, closer: bool = False) -> Line:
    """Return the cells of a line; one whose signs are all set wide apart is one cell."""
    found = [(m.start(), m[0]) for m in (_CLOSER if closer else _WIDER).finditer(line)]
    if len(found) > 1 and all(len(text) == 1 and _WIDE.match(text) for _, text in found):
        return [(found[0][0], "".join(text for _, text in found))]
    return found


def is_rest(line: Line, before: Sequence[Line]) -> bool:
    """Tell whether a line goes on in cells of the rows before it: under a column other than the first, within its width."""
    starts = _starts(before)
    if not line or len(starts) < 2:
        return False
    for begin, text in line:
        column = _column(begin, starts)
        if column == 0 or abs(begin - starts[column]) > _SLACK or _STOP.search(text):
            return False
        if column + 1 < len(starts) and begin + len(text) > starts[column + 1]:
            return False
    return True


def rows(lines: Sequence[Line], printed: Sequence[str]) -> list[list[str]]:
    """Return the rows of a table's lines, every one with as many cells as the fullest; empty ones at the end left out."""
    starts = _starts(lines)
    placed = [_placed(line, text, starts) for line, text in zip(lines, printed, strict=True)]
    whole = _merged(placed)
    out = []
    for row in whole:
        line = [row.get(column, "") for column in range(len(starts))]
        while line and not line[-1]:
            line.pop()
        out.append(line)
    return out


def _starts(lines: Sequence[Line]) -> list[int]:
    fullest = max(lines, key=len, default=[])
    return [begin for begin, _ in fullest]


def _column(begin: int, starts: Sequence[int]) -> int:
    return min(range(len(starts)), key=lambda n: abs(starts[n] - begin))


def _placed(line: Line, printed: str, starts: Sequence[int]) -> Row:
    """The cells of a line by column; in their order where the places do not tell them apart."""
    if len(line) < len(starts):
        closer = cells(printed, closer=True)
        line = closer if len(line) < len(closer) <= len(starts) else line
    if len(line) == len(starts):
        return {n: text for n, (_, text) in enumerate(line)}
    columns = [_column(begin, starts) for begin, _ in line]
    if len(set(columns)) < len(columns):
        columns = list(range(len(line)))
    return {column: text for column, (_, text) in zip(columns, line, strict=True)}


def _merged(lines: Sequence[Row]) -> list[Row]:
    """Lines without a first cell belong to a row beside them: to the one above, or, where something stands above the first
    row and cells are therefore set in the middle, as many to the one above as stand over it."""
    heading = [dict(lines[0])] if lines and 0 in lines[0] and not any(t.isdigit() for t in lines[0].values()) else []
    body = lines[len(heading) :]
    anchors = [n for n, line in enumerate(body) if 0 in line]
    if not anchors:
        return [_joined([*heading, *body])] if heading else list(body)
    out = heading
    above = list(body[: anchors[0]])
    middle = bool(above)
    for anchor, stop in zip(anchors, [*anchors[1:], len(body)], strict=True):
        between = list(body[anchor + 1 : stop])
        mine = len(above) if middle and stop < len(body) else len(between)
        out.append(_joined([*above, body[anchor], *between[:mine]]))
        above = between[mine:]
    return out


def _joined(parts: Sequence[Row]) -> Row:
    row: Row = {}
    for part in parts:
        for column, text in part.items():
            before = row.get(column, "")
            blank = " " if before and not (_WIDE.match(before[-1:]) and _WIDE.match(text[:1])) else ""
            row[column] = f"{before}{blank}{text}"
    return row
