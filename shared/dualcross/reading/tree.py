"""Text to a document tree, by a parser that reads nothing from anywhere and mends what it can."""

from __future__ import annotations

import re

from lxml import etree

from dualcross.patterns import late

_BAD = late("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_TITLE = late(r"<title\b[^>]*>", re.IGNORECASE)
_TITLE_END = late(r"</title\b", re.IGNORECASE)
_PROLOG = late(r"^\s*<\?xml[^>]*>")


def printable(text: str) -> str:
    """Return the text without characters that no document may hold."""
    return _BAD.sub("", text)


def parse_html(text: str) -> etree._Element | None:
    """Return the root of the tree, or None where there is no markup and no text at all.

    Comments and processing instructions are gone. Nesting is bounded by the
    parser; entities of a DTD are never fetched nor expanded.
    """
    text = _PROLOG.sub("", text, count=1)
    if "\x00" in text:
        text = text.replace("\x00", "")
    if not text.strip():
        return None
    text = _with_closed_title(text)
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True, collect_ids=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        return None
    return root if root is not None and isinstance(root.tag, str) else None


def _with_closed_title(text: str) -> str:
    """A title that is never closed would swallow the page: it ends where markup begins."""
    opened = _TITLE.search(text)
    if opened is None or _TITLE_END.search(text, opened.end()):
        return text
    end = text.find("<", opened.end())
    return f"{text[:end]}</title>{text[end:]}" if end >= 0 else text
