"""What tests of reading share: pages as fetched, and the golden ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dualcross.model import Article, Fetched
from dualcross.reading import read_page

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "pages"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.json"))


def fetched(body: bytes | str, url: str = "https://news.test/a/1.html", kind: str = "") -> Fetched:
    body = body.encode() if isinstance(body, str) else body
    headers = {"content-type": kind} if kind else {}
    return Fetched(url=url, final_url=url, status=200, headers=headers, body=body)


def read(body: bytes | str, url: str = "https://news.test/a/1.html", kind: str = "") -> Article:
    return read_page(fetched(body, url, kind))


def golden(name: str) -> tuple[str, dict[str, Any]]:
    """Return the markup of a golden page and what is expected of it."""
    expected = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    return (GOLDEN / f"{name}.html").read_text("utf-8"), expected
