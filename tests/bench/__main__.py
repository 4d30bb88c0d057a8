"""Every bench, one after the other: `python -m tests.bench [--full]`; the last line sums them up, exit 0 if all hold.

Each runs in a process of its own and says last what it found. `--full` asks a million records instead of a hundred
thousand.
"""

from __future__ import annotations

import argparse
import sys

from tests import in_turn

BENCHES = {
    "matching": "tests.bench.matching",
    "polling": "tests.bench.polling",
    "reading": "tests.bench.reading",
    "understanding": "tests.bench.understanding",
    "records": "tests.bench.records",
    "delay": "tests.bench.delay",
}


def main(arguments: list[str]) -> int:
    """Run the benches as a person would, print all they say, and sum up."""
    parser = argparse.ArgumentParser(prog="tests.bench")
    parser.add_argument("--full", action="store_true", help="a million records")
    parser.add_argument("only", nargs="*", choices=[*BENCHES, []], help="these alone")
    given = parser.parse_args(arguments)
    chosen = {name: module for name, module in BENCHES.items() if not given.only or name in given.only}
    parts = {
        name: [module, *(["--full"] if given.full and name == "records" else [])] for name, module in chosen.items()
    }
    return in_turn.run("bench", parts)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
