"""Every bench, one after the other: `python -m tests.bench [--full]`; the last line sums them up, exit 0 if all hold.

Each runs in a process of its own and says last what it found. `--full` asks a million records instead of a hundred
thousand.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

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
    said: dict[str, tuple[int, str]] = {}
    for name, module in BENCHES.items():
        if given.only and name not in given.only:
            continue
        command = [sys.executable, "-m", module, *(["--full"] if given.full and name == "records" else [])]
        print(f"== {name}: python {' '.join(command[1:])}", flush=True)
        last = "said nothing"
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
            for line in run.stdout or ():
                print(line, end="", flush=True)
                last = line.strip() or last
        said[name] = (run.returncode, last.removeprefix("bench ").removeprefix(f"{name}: "))
    held = sum(code == 0 for code, _ in said.values())
    parts = " · ".join(f"{name} {line if code == 0 else f'FAILED: {line}'}" for name, (code, line) in said.items())
    print(f"bench: {parts} · {held}/{len(said)} held")
    return 0 if held == len(said) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
