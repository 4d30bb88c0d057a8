"""Every gate, one after the other: `python -m tests.gates`; the last line sums them up, exit 0 only if all hold."""

from __future__ import annotations

import subprocess
import sys

GATES = {
    "understanding": "classifiers.gate",
    "events": "tests.gates.events",
    "reading": "tests.gates.reading",
    "politeness": "tests.gates.polite",
}


def main() -> int:
    """Run the gates as a person would, each in a process of its own, and print what each says last."""
    said: dict[str, tuple[int, str]] = {}
    for name, module in GATES.items():
        print(f"== {name}: python -m {module}", flush=True)
        run = subprocess.run([sys.executable, "-m", module], stdout=subprocess.PIPE, text=True, check=False)
        print(run.stdout, end="", flush=True)
        last = [line for line in run.stdout.splitlines() if line.strip()][-1:] or ["said nothing"]
        said[name] = (run.returncode, last[0].removeprefix("gate: "))
    held = sum(code == 0 for code, _ in said.values())
    parts = " · ".join(f"{name} {line if code == 0 else 'FAILED: ' + line}" for name, (code, line) in said.items())
    print(f"gate: {parts} · {held}/{len(said)} held")
    return 0 if held == len(said) else 1


if __name__ == "__main__":
    raise SystemExit(main())
