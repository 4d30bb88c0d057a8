"""Whether a document is what a query asks for: the one evaluation that every index only speeds up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from dualcross.query.documents import Document, Values
from dualcross.query.language import Clause
from dualcross.query.tokens import contains, fold, joined, phrase

Groups = tuple[tuple[Clause, ...], ...]
#: fields whose values are names: a value asked for may be a part of them, word by word
_NAMES = ("platform", "operator", "issuer", "title")
_EMPTY: Values = {}


def matches(groups: Groups, document: Document, *, skip: frozenset[Clause] = frozenset()) -> bool:
    """Tell whether the document holds every group; clauses in `skip` are known to hold already."""
    rest = []
    for group in groups:
        if any(clause in skip for clause in group):
            continue
        # Conditions that no part has a say in are decided once, before the parts are tried.
        if any(_holds_alone(clause, document) for clause in group):
            continue
        inside = [clause for clause in group if not clause.negated and _in_parts(clause, document)]
        if not inside:
            return False
        rest.append(inside)
    if not rest:
        return True
    return any(all(any(_holds(c, document, part) for c in group) for group in rest) for part in document.parts)


def _in_parts(clause: Clause, document: Document) -> bool:
    return any(clause.field in part for part in document.parts)


def _holds_alone(clause: Clause, document: Document) -> bool:
    if clause.negated:
        return not any(_holds(clause, document, part) for part in (_EMPTY, *document.parts))
    return not _in_parts(clause, document) and _holds(clause, document, _EMPTY)


def _holds(clause: Clause, document: Document, part: Values) -> bool:
    """Tell whether the condition itself, its sign aside, holds."""
    if clause.field == "text":
        return contains(document.body, _phrase(clause.values[0]))
    if clause.field in ("after", "before"):
        return _dated(clause, document.values)
    values = part.get(clause.field) or document.values.get(clause.field, ())
    if clause.op != ":":
        return any(compares(value, clause.op, clause.values[0]) for value in values)
    return any(_is(clause.field, value, wanted) for wanted in clause.values for value in values)


def _is(name: str, value: str, wanted: str) -> bool:
    if name in _NAMES:
        return fold(value) == fold(wanted) or contains(joined(value), _phrase(wanted))
    if name == "source":
        return value.lower() == wanted.lower() or ("." not in wanted and contains(joined(value), _phrase(wanted)))
    return value.lower() == wanted.lower()


def _dated(clause: Clause, values: Mapping[str, tuple[str, ...]]) -> bool:
    found = values.get("date", ())
    if not found:
        return False
    if clause.field == "after":
        return any(found[0] >= wanted for wanted in clause.values)
    return any(found[0] < wanted for wanted in clause.values)


def compares(value: str, op: str, wanted: str) -> bool:
    """Tell whether a figure stands to another as the sign says."""
    try:
        left, right = float(value), float(wanted)
    except ValueError:
        return False
    return {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right}[op]


@lru_cache(maxsize=4096)
def _phrase(text: str) -> tuple[tuple[str, ...], bool]:
    return phrase(text)
