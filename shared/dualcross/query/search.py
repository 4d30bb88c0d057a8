"""Queries on a SQLite file: the full-text index finds candidates, newest first; the evaluation decides.

Conditions the index answers exactly are not evaluated again. What it cannot answer (negations, dates, comparisons,
two conditions in one finding) only thins out the candidates.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta

from dualcross.model import Record
from dualcross.query import Query
from dualcross.query.documents import of_record
from dualcross.query.evaluation import compares, matches
from dualcross.query.fields import CONFIDENCES, confidence
from dualcross.query.language import Clause
from dualcross.query.tokens import BREAK, facet, phrase
from dualcross.wire import loads

#: fields whose values stand as facets in the index, by the name they have there
_FACETS = {
    "topic": "topic", "lang": "lang", "official": "official", "region": "region", "round": "round",
    "stage": "stage", "kind": "kind", "trigger": "trigger", "known": "known",
}  # fmt: skip
#: facets of the record itself; those of findings must be evaluated again, because they must meet in one finding
_OF_RECORD = frozenset({"topic", "lang", "official"})
#: what a record must hold for one of its findings to have the field
_KINDS = {"issuer": "policy", "state": "policy"}
#: fields that no record has
_ABSENT = frozenset({"confirmed", "ladder", "member"})
_NONE = "facets:none"
#: years that a round may have
_ROUNDS = range(1990, 2101)
#: index tokens of a title, as far as it is searched
_LONGEST_TITLE = 300
_FIRST, _MOST = 64, 2048
#: years that a page's date may name
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)


def search(db: sqlite3.Connection, query: Query, before: int | None) -> Iterator[tuple[int, Record]]:
    """Yield (position, record) of what matches, the last stored first, from below the position on."""
    match, exact = fts(query)
    ids = _ids(query)
    # What the index has answered whole needs no second look.
    sure = ids is None and all(any(clause in exact for clause in group) for group in query.groups)
    below, size = (1 << 62) if before is None else before, _FIRST
    while True:
        if ids is not None:
            wanted = ",".join("?" * len(ids))
            sql = f"SELECT seq, data FROM records WHERE id IN ({wanted}) AND seq < ? ORDER BY seq DESC LIMIT ?"  # noqa: S608
            rows = db.execute(sql, (*ids, below, size)).fetchall()
        elif match:
            rows = db.execute(
                "SELECT r.seq, r.data FROM records_fts f CROSS JOIN records r ON r.seq = f.rowid"
                " WHERE records_fts MATCH ? AND f.rowid < ? ORDER BY f.rowid DESC LIMIT ?",
                (match, below, size),
            ).fetchall()
        else:
            sql = "SELECT seq, data FROM records WHERE seq < ? ORDER BY seq DESC LIMIT ?"
            rows = db.execute(sql, (below, size)).fetchall()
        for row in rows:
            record = loads(Record, row[1])
            if sure or matches(query.groups, of_record(record), skip=frozenset() if ids else exact):
                yield row[0], record
        if len(rows) < size:
            return
        below, size = rows[-1][0], min(size * 4, _MOST)


def fts(query: Query) -> tuple[str, frozenset[Clause]]:
    """Return the full-text expression that every match must satisfy, and the clauses it answers exactly."""
    parts: list[str] = []
    absent: list[str] = []
    exact: set[Clause] = set()
    for group in query.groups:
        if len(group) == 1 and group[0].negated:
            if without := _absence(group[0]):
                absent.append(without)
                exact.add(group[0])
            continue
        alternatives = [_expression(clause) for clause in group]
        if all(alternatives):
            joined = " OR ".join(a for a in alternatives if a)
            parts.append(f"({joined})" if len(alternatives) > 1 else joined)
            if all(clause.field == "text" or clause.field in _OF_RECORD for clause in group):
                exact.update(group)
    if dates := _dates(query):
        parts.append(dates)
    if absent:
        # NOT needs something to be taken from: every record is official or is not.
        found = " AND ".join(parts) or _one_of("official", ["yes", "no"])
        return f"({found}) NOT ({' OR '.join(absent)})", frozenset(exact)
    return " AND ".join(parts), frozenset(exact)


def _absence(clause: Clause) -> str | None:
    """Return what a record that a negation lets through does not hold; None where the index cannot tell exactly."""
    plain = Clause(clause.field, clause.values, clause.op)
    return _expression(plain) if clause.field == "text" or clause.field in _FACETS else None


def _ids(query: Query) -> list[str] | None:
    """Return the ids that every match must have one of; None where none are asked for."""
    for group in query.groups:
        if all(clause.field == "id" and not clause.negated for clause in group):
            return list(dict.fromkeys(v for clause in group for value in clause.values for v in (value, value.lower())))
    return None


def _expression(clause: Clause) -> str | None:
    """Return one clause as a full-text expression; None where the index cannot tell."""
    if clause.negated:
        return None
    if clause.field in _ABSENT:
        return _NONE
    if clause.field == "conf":
        return _confidence(clause)
    if clause.op != ":":
        return _rounds(clause)
    if clause.field == "title":
        return _any([_title(value) for value in clause.values])
    if clause.field in _KINDS:
        return f"facets:{facet('kind', _KINDS[clause.field])}"
    if clause.field == "text":
        return _phrase("body", clause.values[0])
    if clause.field in ("platform", "operator"):
        return _any([_phrase(clause.field, value) for value in clause.values])
    if clause.field == "source":
        return _any([_source(value) for value in clause.values])
    name = _FACETS.get(clause.field)
    if name is None:
        return None
    return _any([f"facets:{facet(name, value)}" for value in clause.values])


def _phrase(column: str, text: str) -> str | None:
    words, prefix = phrase(text)
    if not words:
        return None
    # The words are letters and digits only, so that nothing in them can close the quotes.
    return f'{column}:"{" ".join(words)}"' + (" *" if prefix else "")


def _title(value: str) -> str | None:
    words, prefix = phrase(value)
    if not words:
        return None
    # The index keeps a title before its text: what stands far from where they meet is in no title.
    return f'body:NEAR("{" ".join(words)}"{" *" if prefix else ""} {BREAK}, {_LONGEST_TITLE})'


def _source(value: str) -> str | None:
    if "." in value:
        return f"(facets:{facet('host', value)} OR facets:{facet('source', value)})"
    # It may be a part of a source's name.
    return _phrase("facets", value)


def _confidence(clause: Clause) -> str:
    """Return the steps in which a finding's confidence may lie; the evaluation looks at the figure itself."""
    at = int(confidence(float(clause.values[0])))
    steps = range(at, CONFIDENCES + 1) if clause.op in (">", ">=") else range(at + 1)
    return _one_of("conf", [str(step) for step in steps])


def _rounds(clause: Clause) -> str:
    years = [str(year) for year in _ROUNDS if compares(str(year), clause.op, clause.values[0])]
    return _one_of("round", years)


def _one_of(name: str, values: list[str]) -> str:
    parts = [f"facets:{facet(name, value)}" for value in values]
    return f"({' OR '.join(parts)})" if parts else _NONE


def _any(parts: list[str | None]) -> str | None:
    found = [part for part in parts if part]
    if len(found) < len(parts):
        return None
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def _dates(query: Query) -> str | None:
    """Return a condition that finds the days asked for; None where none are.

    Whole years and months are one token each, so that a range of decades is still a short expression.
    """
    after = [date.fromisoformat(min(clause.values)) for clause in query.terms if clause.field == "after"]
    before = [date.fromisoformat(max(clause.values)) for clause in query.terms if clause.field == "before"]
    if not after and not before:
        return None
    day, end = max([_EARLIEST, *after]), min([_LATEST, *before])
    found = []
    while day < end:
        year, month = date(day.year + 1, 1, 1), date(day.year + day.month // 12, day.month % 12 + 1, 1)
        if (day.month, day.day) == (1, 1) and year <= end:
            name, value, day = "year", f"{day.year}", year
        elif day.day == 1 and month <= end:
            name, value, day = "month", f"{day.year}-{day.month:02}", month
        else:
            name, value, day = "day", day.isoformat(), day + timedelta(days=1)
        found.append(f"facets:{facet(name, value)}")
    return f"({' OR '.join(found)})" if found else _NONE
