"""Any feed at all, by the reference parser; it is given bytes, never an address."""

from __future__ import annotations

import io
import re
from typing import Any

from dualcross.sources.entry import Entry, Feed

_REFERENCE = re.compile(r"&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,9});?")


def parse(text: str, base: str) -> Feed:
    """Return whatever feedparser makes of the text."""
    import feedparser

    result: Any = feedparser.parse(
        io.BytesIO(_REFERENCE.sub(_named, text).encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": base},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    entries = tuple(_entry(raw) for raw in result.entries)
    return Feed(title=result.feed.get("title", ""), link=result.feed.get("link", ""), entries=entries)


def _named(reference: re.Match[str]) -> str:
    """Return a reference as it is where it names a character; feedparser falls over the others."""
    digits = reference[1]
    number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return reference[0] if number < 0xD800 or 0xDFFF < number <= 0x10FFFF else "\ufffd"


def _entry(raw: Any) -> Entry:
    contents = raw.get("content") or ()
    return Entry(
        title=_markup(raw.get("title_detail"), raw.get("title", "")),
        link=raw.get("link", ""),
        id=raw.get("id", ""),
        published=raw["published"] if "published" in raw else raw.get("created", ""),
        # its own `get` would hand out the day of publication, with a warning
        updated=dict.get(raw, "updated", ""),
        summary=_markup(raw.get("summary_detail"), raw.get("summary", "")),
        content=contents[0].get("value", "") if contents else "",
    )


def _markup(detail: Any, value: str) -> str:
    """Plain text constructs are escaped, as in the fast path."""
    if detail and detail.get("type") == "text/plain" and ("<" in value or "&" in value):
        return value.replace("&", "&amp;").replace("<", "&lt;")
    return value
