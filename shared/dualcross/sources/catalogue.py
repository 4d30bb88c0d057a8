"""The starter catalogue: real sources of the field with their quirks, shipped as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files

from dualcross.model import Source


@dataclass(frozen=True, slots=True)
class Listed:
    """A catalogue entry; `tested` is the day somebody last saw it answer, None where nobody has."""

    source: Source
    tested: str | None
    quirks: str


def catalogue() -> tuple[Listed, ...]:
    """Return the shipped sources, in the catalogue's order."""
    rows = json.loads((files("dualcross") / "data" / "sources.json").read_text("utf-8"))
    return tuple(_listed(row) for row in rows["sources"])


def _listed(row: dict[str, object]) -> Listed:
    known = {key: value for key, value in row.items() if key not in ("tested", "quirks")}
    quirks, tested = row.get("quirks"), row.get("tested")
    return Listed(
        Source(**known, notes=str(quirks or "")),  # type: ignore[arg-type]
        str(tested) if tested else None,
        str(quirks or ""),
    )
