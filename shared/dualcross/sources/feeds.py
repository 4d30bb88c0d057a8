"""Feeds: bytes to entries, the fast path first, the reference parser for everything that is not plain."""

from __future__ import annotations

import re

from dualcross.errors import ParseError
from dualcross.reading.charset import decode
from dualcross.reading.tree import printable
from dualcross.sources import fastfeed
from dualcross.sources.entry import Feed
from dualcross.sources.guard import declares, refuse_endless, refuse_hostile, without_doctype

#: white space and comments may stand before the declaration, though they must not
_PROLOG = re.compile(r"^(?:\s|<!--.*?-->)*(?:<\?xml[^>]*\?>)?\s*", re.DOTALL)
_LOOKS = re.compile(r"<(?:\w+:)?(?:rss|rdf|feed|channel|item|entry)\b", re.IGNORECASE)


def looks_like_feed(head: str) -> bool:
    """Tell whether the first characters of a text are those of a feed."""
    return _LOOKS.search(head) is not None


def parse(body: bytes, content_type: str = "", *, base: str = "", charset: str | None = None) -> Feed:
    """Return the feed; `ParseError` where there is none or where the document is hostile."""
    return parse_text(*decode(body, content_type, charset), base=base)


def parse_text(text: str, encoding: str, *, base: str = "") -> Feed:
    """Return the feed of a decoded document."""
    entities = refuse_hostile(text, base or None)
    text = text.lstrip("\ufeff")
    prolog = _PROLOG.match(text)
    text = without_doctype(text[prolog.end() :] if prolog else text)
    try:
        feed = fastfeed.parse(text, base, entities)
    except fastfeed.NotSimple:
        from dualcross.sources import slowfeed

        refuse_endless(text, base or None)
        if declares(text, anywhere=True):
            raise ParseError("refused: a declaration stands where none may", url=base or None) from None
        if not looks_like_feed(text[:20_000]):
            raise ParseError("this is not a feed", url=base or None) from None
        feed = slowfeed.parse(printable(text), base)
    return Feed(title=feed.title, link=feed.link, entries=feed.entries, encoding=encoding)
