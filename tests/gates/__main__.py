"""Every gate, one after the other: `python -m tests.gates`; the last line sums them up, exit 0 only if all hold."""

from __future__ import annotations

from tests import in_turn

GATES = {
    "understanding": ["classifiers.gate"],
    "events": ["tests.gates.events"],
    "reading": ["tests.gates.reading"],
    "politeness": ["tests.gates.polite"],
}

if __name__ == "__main__":
    raise SystemExit(in_turn.run("gate", GATES))
