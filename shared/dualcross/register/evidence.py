"""Who says so: reports of an event, which of them are independent, and the rung of the ladder they carry it to."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from dualcross.model import Article, Event, Evidence, Ladder, Report
from dualcross.register.keys import digest
from dualcross.register.roster import fold

#: a report that an official text can make final
FINAL = frozenset({"selected", "reselected", "ranked", "removed", "relocated", "renamed", "issued", "filed"})
#: reports kept of one event; more of the same add nothing that is shown or counted
KEPT = 40
#: shortest folded quote whose repetition shows a reprint; list rows and short headlines repeat by themselves
QUOTE_MIN = 24
#: characters of a shingle, shingles of a sketch, and the share of them that two printings of one text have in common
SHINGLE, SKETCH, SAME_TEXT = 9, 24, 0.4


def report(
    article: Article, record_id: str, *, stage: str, confidence: float, by: str, evidence: Sequence[Evidence]
) -> Report:
    """Return what this article contributes to an event."""
    quote = evidence[0].quote if evidence else article.title
    return Report(
        record_id=record_id,
        url=article.url,
        source=article.source,
        published=article.published,
        official=article.official,
        stage=stage,
        confidence=confidence,
        quote=quote,
        by=by,
        origin=origin(quote, article.text),
    )


def origin(quote: str, text: str) -> str:
    """Return a mark by which reprints of one text are told: of its quote, and a sketch of the whole."""
    said = fold(quote)
    mark = digest(said)[:12] if len(said) >= QUOTE_MIN and "\t" not in quote else ""
    return f"{mark}.{_sketch(text)}"


def same_origin(one: str, other: str) -> bool:
    """Tell whether two marks come from printings of one text."""
    mark, _, sketch = one.partition(".")
    other_mark, _, other_sketch = other.partition(".")
    if mark and mark == other_mark:
        return True
    a, b = _hashes(sketch), _hashes(other_sketch)
    if not a or not b:
        return False
    common = a & b
    if len(common) < SAME_TEXT * min(len(a), len(b)):
        return False
    lowest = set(sorted(a | b)[:SKETCH])
    return len(lowest & common) >= SAME_TEXT * len(lowest)


def add(event: Event, new: Report) -> Event:
    """Return the event with this report, in place of an earlier one of the same record."""
    others = [r for r in event.reports if r.record_id != new.record_id]
    kin = next((r.origin for r in others if same_origin(r.origin, new.origin)), None)
    if kin is not None:
        new = dataclasses.replace(new, origin=kin)
    before = next((i for i, r in enumerate(event.reports) if r.record_id == new.record_id), len(others))
    reports = [*others[:before], new, *others[before:]]
    if len(reports) > KEPT:
        reports = _most_telling(reports)
    return dataclasses.replace(event, reports=tuple(reports))


def independent(reports: Iterable[Report]) -> int:
    """Count sources that do not repeat each other: no outlet twice, no text twice."""
    edges: dict[str, set[str]] = {}
    for r in reports:
        edges.setdefault(outlet(r), set()).add(r.origin)
    taken: dict[str, str] = {}
    return sum(_assign(o, edges, taken, set()) for o in edges)


def outlet(r: Report) -> str:
    """Return who published it: the outlet's name, else its host, else the record itself."""
    return fold(r.source or "") or (urlsplit(r.url).hostname or "" if r.url else "") or r.record_id


def ready(reports: Sequence[Report], bar: float) -> bool:
    """Tell whether these reports carry an alert: one above the bar, or two independent ones."""
    return any(r.confidence >= bar for r in reports) or independent(reports) > 1


def rung(event: Event, bar: float) -> Ladder:
    """Return how well the event stands by its reports; a corrected or superseded one stays so."""
    if event.ladder in ("corrected", "superseded"):
        return event.ladder
    if any(r.official and r.stage in FINAL and r.confidence >= bar for r in event.reports):
        return "confirmed"
    return "corroborated" if independent(event.reports) > 1 else "reported"


@lru_cache(maxsize=2)
def _sketch(text: str) -> str:
    """Print the lowest hashes of a text's shingles; kept for the next finding of the same article."""
    data = fold(text).encode("utf-16-le", "surrogatepass")
    width = 2 * SHINGLE
    hashes = {zlib.crc32(data[i : i + width]) for i in range(0, max(len(data) - width, 0) + 1, 2)}
    return "".join(f"{h:08x}" for h in sorted(hashes)[:SKETCH])


@lru_cache(maxsize=1024)
def _hashes(sketch: str) -> frozenset[str]:
    """Return the hashes of a sketch; of one width, so that their text sorts as they do."""
    return frozenset(sketch[i : i + 8] for i in range(0, len(sketch), 8))


def _assign(publisher: str, edges: dict[str, set[str]], taken: dict[str, str], seen: set[str]) -> bool:
    """Find this outlet a text of its own, moving other outlets to another of theirs where that helps."""
    for text in sorted(edges[publisher] - seen):
        seen.add(text)
        if text not in taken or _assign(taken[text], edges, taken, seen):
            taken[text] = publisher
            return True
    return False


def _most_telling(reports: list[Report]) -> list[Report]:
    """Drop the last report that adds neither an outlet, a text nor an official word; else the last but one."""
    for i in range(len(reports) - 2, 0, -1):
        r, rest = reports[i], reports[:i] + reports[i + 1 :]
        repeats = any(o.origin == r.origin for o in rest) or any(outlet(o) == outlet(r) for o in rest)
        if repeats and not r.official:
            return rest
    return reports[:-2] + reports[-1:]
