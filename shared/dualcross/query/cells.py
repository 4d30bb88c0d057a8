"""Values as cells of a CSV file."""

from __future__ import annotations

import json
from typing import Any


def csv_cell(value: Any) -> str:
    """Return a value as text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        text = "; ".join(json.dumps(v, ensure_ascii=False) if isinstance(v, dict) else str(v) for v in value)
    elif isinstance(value, dict):
        text = json.dumps(value, ensure_ascii=False)
    else:
        text = str(value)
    # Some programs strip blanks before they look for the sign.
    risky = text.lstrip()[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠") or text[:1] in ("\t", "\r")
    return f"'{text}" if risky and not isinstance(value, (int, float)) else text
