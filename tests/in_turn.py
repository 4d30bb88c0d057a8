"""Programs run one after the other, as a person would, each in a process of its own; the last line sums them up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence


def run(what: str, parts: Mapping[str, Sequence[str]]) -> int:
    """Run each module with its arguments, print all it says as it says it, and sum up; 0 only if every part is.

    `what` names the whole in the last line: `gate: … 4/4 held`.
    """
    said: dict[str, tuple[int, str]] = {}
    for name, module in parts.items():
        print(f"== {name}: python -m {' '.join(module)}", flush=True)
        last = "said nothing"
        with subprocess.Popen([sys.executable, "-m", *module], stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                last = line.strip() or last
        said[name] = (
            process.returncode,
            last.removeprefix(f"{what}: ").removeprefix(f"{what} ").removeprefix(f"{name}: "),
        )
    held = sum(code == 0 for code, _ in said.values())
    told = " · ".join(f"{name} {line if code == 0 else f'FAILED: {line}'}" for name, (code, line) in said.items())
    print(f"{what}: {told} · {held}/{len(said)} held")
    return 0 if held == len(said) else 1
