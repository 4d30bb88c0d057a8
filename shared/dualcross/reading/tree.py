"""Text to a document tree, by a parser that reads nothing from anywhere and mends what it can."""

from __future__ import annotations

import re

from lxml import etree

_BAD = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_PROLOG = re.compile(r"^\s*<\?xml[^>]*>")
#: marks that are seen by no reader but break words apart
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")


def printable(text: str) -> str:
    """Return the text without characters that no document may hold."""
    return _BAD.sub("", text)


def visible(text: str) -> str:
    """Return the text without marks that nobody sees and characters that no document may hold."""
    return _INVISIBLE.sub("", _BAD.sub("", text))


def parse_html(text: str) -> etree._Element | None:
    """Return the root of the tree, or None where there is no markup and no text at all.

    Comments and processing instructions are gone, and so is every mark that is not seen. Nesting is bounded by the
    parser; entities of a DTD are never fetched nor expanded.
    """
    text = visible(_PROLOG.sub("", text, count=1))
    if not text.strip():
        return None
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True, collect_ids=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.LxmlError:
        return None
    return root if root is not None and isinstance(root.tag, str) else None
