"""Builds the two layers and the function folders as `sam build` does, for this machine's kind of processor.

    python scripts/layers.py --out FOLDER [--python python3.13]

shared/       pip install -r requirements.txt -t, by the runtime's own interpreter, and the package beside it
classifiers/  what its Makefile copies
functions/    each folder as it is
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ("schedule", "poll", "read", "fanout", "deliver", "digest", "snapshot", "api")


def build(out: Path, python: str) -> None:
    """Fill `out` with SharedLayer, ClassifiersLayer and one folder a function."""
    shared = out / "SharedLayer" / "python"
    shared.mkdir(parents=True, exist_ok=True)
    marker = shared.parent / "requirements.txt"
    wanted = (ROOT / "shared" / "requirements.txt").read_text(encoding="utf-8")
    if not marker.exists() or marker.read_text(encoding="utf-8") != wanted:
        # Wheels only, as for a foreign platform: a layer that needs a compiler here needs one at every deployment.
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
        _run([*pip, "--upgrade", "--target", str(shared), "-r", str(ROOT / "shared" / "requirements.txt")])
        marker.write_text(wanted, encoding="utf-8")
    _replace(ROOT / "shared" / "dualcross", shared / "dualcross")
    classifiers = out / "ClassifiersLayer"
    shutil.rmtree(classifiers, ignore_errors=True)
    environment = os.environ | {"ARTIFACTS_DIR": str(classifiers)}
    _run(["make", "--silent", "-C", str(ROOT / "classifiers"), "build-ClassifiersLayer"], environment)
    for name in FUNCTIONS:
        _replace(ROOT / "functions" / name, out / f"{name.capitalize()}Function")


def _replace(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")


def main() -> None:
    """Build into the folder that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--python", default="python3.13", help="interpreter of the runtime")
    arguments = parser.parse_args()
    build(arguments.out, arguments.python)


if __name__ == "__main__":
    main()
