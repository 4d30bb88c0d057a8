"""The gate: scores the held-out texts and the real ones, and lets no figure fall below its floor.

    python -m classifiers.gate [--verbose] [--reveal] [--update [--allow-regression]]

Prints one line per figure, a table of traps, and a last line `gate: … N/N held`; exit 0 only if all hold.
`--update` raises floors to what was measured; it lowers one only with `--allow-regression`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from classifiers.texts import read
from classifiers.weak import read as read_real

from classifiers import judging, topicality

FLOORS = Path(__file__).parent / "floors.json"
#: a figure may lie that far below its floor: one text in a few hundred
SLACK = 0.005
#: figures that must not rise, with the most they may be
CEILINGS = {"real.false-alerts-per-10000": 0.0, "own.broken-quotes": 0.0}
#: what the project promises; printed beside, so that a floor below it is seen
GOALS = {
    "own.membership.f1": 0.95,
    "own.stage": 0.95,
    "own.known": 0.97,
    "own.alert.platform.new.precision": 0.95,
    "own.alert.platform.new.recall": 0.95,
    "own.alert.region.new.precision": 0.95,
    "own.alert.region.new.recall": 0.95,
    "own.alert.policy.new.precision": 0.9,
    "own.alert.policy.new.recall": 0.9,
    "speed.day.per-second": 150.0,
}
Figures = dict[str, float]
Say = Callable[[str], object]


def verdicts(figures: Mapping[str, float], floors: Mapping[str, float]) -> dict[str, bool]:
    """Say of each figure whether it holds; a floor without a figure does not."""
    held = {}
    for name in sorted({*figures, *floors}):
        if name not in figures:
            held[name] = False
        elif name in CEILINGS:
            held[name] = figures[name] <= CEILINGS[name]
        elif name.startswith("speed."):
            # speed is the machine's as much as ours: only the goal binds
            held[name] = figures[name] >= GOALS.get(name, 0.0)
        elif name.endswith(".error"):
            held[name] = figures[name] <= max(floors.get(name, 1.0), 0.0) + SLACK
        else:
            held[name] = figures[name] >= floors.get(name, 0.0) - SLACK
    return held


def raised(figures: Mapping[str, float], floors: Mapping[str, float], *, lower: bool) -> Figures:
    """Return the new floors: never worse than before, unless `lower`."""
    new = dict(floors)
    for name, value in figures.items():
        if name in CEILINGS or name.startswith("speed."):
            continue
        better = min if name.endswith(".error") else max
        new[name] = round(value if lower or name not in floors else better(value, floors[name]), 4)
    return dict(sorted(new.items()))


def measure(say: Say, *, verbose: bool, reveal: bool) -> Figures:
    """Measure everything there is to measure here; says what is skipped."""
    texts, real = read(), read_real()
    held = [text for text in texts if text.held]
    counted = Counter(text.lang for text in texts)
    say(f"corpus: {len(texts)} texts, {len(held)} held out, {dict(sorted(counted.items()))}")
    if not real:
        say("real texts: skipped, no data folder beside the checkout")
    figures = topicality.measure(held, real, say)
    figures |= judging.measure(texts, real, say, verbose=verbose, reveal=reveal)
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Run the gate; 0 only if every figure holds."""
    parser = argparse.ArgumentParser(prog="gate", description="score the held-out and the real texts")
    parser.add_argument("--update", action="store_true", help="raise the floors to what is measured now")
    parser.add_argument("--allow-regression", action="store_true", help="let --update lower a floor")
    parser.add_argument("--verbose", action="store_true", help="name each miss of the training part")
    parser.add_argument("--reveal", action="store_true", help="name those of the held-out part too; never tune on them")
    options = parser.parse_args(arguments)

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    figures = measure(say, verbose=options.verbose, reveal=options.reveal)
    if options.update:
        floors = raised(figures, floors, lower=options.allow_regression)
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", "utf-8")
    held = verdicts(figures, floors)
    for name, holds in held.items():
        floor, goal = floors.get(name), GOALS.get(name)
        note = f" floor {floor:.3f}" if floor is not None else ""
        note += (
            f" goal {goal:g}" + ("" if figures.get(name, 0.0) >= goal else " NOT REACHED") if goal is not None else ""
        )
        say(f"{name:44} {figures.get(name, float('nan')):9.3f}{note}{'' if holds else '   FALLEN'}")
    reached = sum(figures.get(name, 0.0) >= goal for name, goal in GOALS.items())
    say(f"gate: {reached}/{len(GOALS)} goals reached, {sum(held.values())}/{len(held)} held")
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
