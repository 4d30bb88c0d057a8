"""Where the real pages and feeds lie, if they do."""

from __future__ import annotations

from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared"


def folder(name: str = "data") -> Path:
    """Return the folder of that name beside the checkout; skips the test where it is absent."""
    path = _BESIDE / name
    if not path.exists():
        pytest.skip(f"no real data: {name} is not beside the checkout")
    return path
