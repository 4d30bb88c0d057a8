"""How well reports of one event are put together: B-cubed over the streams, against a grouping made by hand.

    python -m tests.gates.events

tests/golden/events.tsv holds, for each stream of tests/streams, the events and the lines that tell of them; a line in
brackets may be put there or left out. A mention is a line and a subject. Its precision is the share of its found
event that belongs to its true one, its recall the share of its true event that was found with it (Bagga and Baldwin,
1998); a mention that is no event has precision 0, one not found recall 0.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.register.test_streams_of_texts import STREAMS, read, understand

from dualcross.extraction import slugs
from dualcross.model import Event
from dualcross.register.replay import read_lines, replay
from dualcross.register.roster import shipped
from dualcross.stores.memory import MemoryStore

FLOORS = Path(__file__).with_name("floors.json")
GOLD = Path(__file__).parents[1] / "golden" / "events.tsv"
KINDS = ("entry", "evaluation", "exit", "move", "deadline", "policy")

#: stream, line, subject
Mention = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """An event as a reader sees it."""

    stream: str
    kind: str
    subject: str
    lines: frozenset[str]
    either: frozenset[str]


def gold() -> list[Told]:
    """Read the grouping made by hand."""
    with GOLD.open(encoding="utf-8", newline="") as file:
        return [_true(row) for row in csv.DictReader(file, delimiter="\t")]


def _true(row: dict[str, str]) -> Told:
    cells = row["rows"].split(",")
    sure = frozenset(cell for cell in cells if not cell.startswith("("))
    return Told(row["stream"], row["kind"], row["subject"], sure, frozenset(c.strip("()") for c in cells) - sure)


def found(path: Path) -> Iterator[tuple[Event, frozenset[str]]]:
    """Play a stream; yield its events with the lines that report them."""
    raw = path.read_text(encoding="utf-8").splitlines()
    store = MemoryStore()
    for _ in replay(read_lines(raw, read), understand, store, shipped()):
        pass
    lines: dict[str | None, list[str]] = {}
    for row in map(json.loads, raw):
        lines.setdefault(row["url"], []).append(str(row["n"]))
    for event in store.events():
        if event.kind in KINDS:
            yield event, frozenset(line for report in event.reports for line in lines.get(report.url, ()))


def _is(event: Event, true: Told) -> bool:
    names = (event.subject.name, *event.subject.names, event.subject.title, event.subject.date)
    return slugs.key(true.subject) in {slugs.key(name) for name in names if name}


def scores() -> tuple[float, float, int]:
    """Return B-cubed precision and recall, and the number of true mentions; names what is mixed and what is apart."""
    want = gold()
    truth: dict[Mention, int] = {}
    free: set[Mention] = set()
    for number, true in enumerate(want):
        truth |= {(true.stream, line, f"{number}"): number for line in true.lines}
        free |= {(true.stream, line, f"{number}") for line in true.either}
    clusters: list[list[Mention | None]] = []
    for path in STREAMS:
        for event, lines in found(path):
            clusters.append([_mention(path.stem, line, event, want) for line in sorted(lines)])
    precision: list[float] = []
    recall: dict[Mention, float] = {}
    sizes = [len(true.lines) for true in want]
    for cluster in clusters:
        kept = [m for m in cluster if m is None or m not in free]
        for mention in kept:
            same = [m for m in kept if m is not None and mention is not None and truth[m] == truth[mention]]
            precision.append(len(same) / len(kept))
            if mention is not None:
                recall[mention] = max(recall.get(mention, 0.0), len(set(same)) / sizes[truth[mention]])
        if len({m and truth[m] for m in kept} | ({None} & set(kept))) > 1:
            print(f"  mixed: {cluster}")
    for mention, number in truth.items():
        if recall.get(mention, 0.0) < 1:
            print(f"  apart: {want[number].stream} {want[number].kind} {want[number].subject}, line {mention[1]}")
    return sum(precision) / len(precision), sum(recall.values()) / len(truth), len(truth)


def _mention(stream: str, line: str, event: Event, want: list[Told]) -> Mention | None:
    """The true mention that a line's report of an event is; the same kind first, where two events share the line."""
    fits = [
        (true.kind != event.kind, number)
        for number, true in enumerate(want)
        if true.stream == stream and line in true.lines | true.either and _is(event, true)
    ]
    return (stream, line, str(min(fits)[1])) if fits else None


def main() -> int:
    """Print both figures; 1 where one lies below its floor."""
    precision, recall, mentions = scores()
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))["events"]
    held = sum((precision >= floors["precision"], recall >= floors["recall"]))
    print(f"gate: events B-cubed P {precision:.3f} R {recall:.3f} on {mentions} mentions, {held}/2 held")
    return 0 if held == 2 else 1


if __name__ == "__main__":
    sys.exit(main())
