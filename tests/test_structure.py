"""The tree keeps its shape: who may import whom, who may ask the time, and how long a file may grow."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "shared" / "dualcross"
FILES = sorted(ROOT.rglob("*.py"))
INNER = {"model", "errors", "ports", "settings", "clock", "wire"}
#: package → what it may never import: deciding knows no doing, a stage no door
FORBIDDEN = {
    "extraction": {
        "stages",
        "stores",
        "runners",
        "cli",
        "web",
        "channels",
        "net",
        "query",
        "alerts",
        "reading",
        "sources",
    },
    "register": {"runners", "cli", "web", "channels", "net"},
    "reading": {"stages", "stores", "runners", "cli", "web", "channels", "register", "alerts"},
    "sources": {"stages", "stores", "runners", "cli", "web", "channels", "register"},
    "alerts": {"stages", "stores", "runners", "cli", "web"},
    "channels": {"stages", "stores", "runners", "cli", "web", "register"},
    "stages": {"stores", "runners", "cli", "web"},
    "stores": {"stages", "runners", "cli", "web", "channels", "net"},
    "query": {"stages", "cli", "channels", "net"},
    "web": {"cli", "net"},
}


def imports(path: Path, *, late: bool = True) -> set[str]:
    """Return the modules a file imports; without `late`, only those at its top."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if late else iter(tree.body)
    out: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            out |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            out |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
    return out


def test_the_inner_ring_knows_only_itself_and_the_standard_library():
    files = [p for p in FILES if p.relative_to(ROOT).parts[0].removesuffix(".py") in INNER]
    assert len(files) >= len(INNER)
    for path in files:
        name = path.stem
        for module in imports(path):
            first, *rest = module.split(".")
            if first == "dualcross":
                assert not rest or rest[0] in INNER or rest == ["__version__"], f"{name} imports {module}"
            else:
                assert first in sys.stdlib_module_names, f"{name} imports {module}"


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_point_inwards(package):
    for path in (ROOT / package).rglob("*.py"):
        for module in imports(path, late=False):
            parts = module.split(".")
            outward = parts[0] == "dualcross" and len(parts) > 1 and parts[1] in FORBIDDEN[package]
            assert not outward, f"{path.relative_to(ROOT)} imports {module}"


def test_only_the_clock_asks_the_time():
    asked = re.compile(r"datetime\.now\(|time\.time\(|date\.today\(|utcnow\(")
    told = [p.relative_to(ROOT) for p in FILES if p.name != "clock.py" and asked.search(p.read_text(encoding="utf-8"))]
    assert told == []


def test_files_stay_readable():
    long = {str(p.relative_to(ROOT)): n for p in FILES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 420}
    assert long == {}
    vague = [p for p in FILES if p.stem in ("utils", "helpers", "common", "manager", "base")]
    assert vague == []
