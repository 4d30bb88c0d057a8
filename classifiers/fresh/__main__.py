"""Scores the articles of a fresh pair of eyes: `python -m classifiers.fresh`."""

from __future__ import annotations

import sys
from pathlib import Path

from classifiers.judging import Judge, score
from classifiers.texts import read


def main() -> int:
    """Print precision and recall of findings and alerts, and the share of right fields."""
    found = score(read(Path(__file__).parent), Judge())
    for name, tally in (*found.kinds.items(), *((f"alert {k}", t) for k, t in found.alerts.items())):
        sys.stdout.write(f"{name:24} P {tally.precision:.2f} R {tally.recall:.2f} of {tally.right + tally.missed}\n")
    for name, (right, seen) in found.fields.items():
        sys.stdout.write(f"{name:24} {right} of {seen}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
