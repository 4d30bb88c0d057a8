"""Lists that a page's scripts hold: markup packed away until a pager asks for it, or data that is drawn later."""

from __future__ import annotations

import re

from dualcross.errors import ParseError
from dualcross.reading.hydrated import values
from dualcross.reading.tree import parse_html
from dualcross.sources import jsonlist
from dualcross.sources.entry import Entry

_TYPE = re.compile(r"\btype\s*=\s*[\"']?text/(?:xml|html|template|x-template|plain)\b", re.IGNORECASE)
_SECTION = re.compile(r"<!\[CDATA\[|\]\]>")
#: entries below which data is not taken for the page's list, and signs of a headline among them
_FEWEST = 3
_HEADLINE = 6


def unpacked(text: str) -> str:
    """Return a page with the markup that stands in its scripts laid open; most pages come back as they are."""
    pieces: list[str] = []
    done = 0
    begin = text.find("<script")
    while begin >= 0:
        inside = text.find(">", begin) + 1
        end = text.find("</script", inside) if inside else -1
        if end < 0:
            # a script that never ends holds the rest of the page
            break
        if _TYPE.search(text, begin, min(inside, begin + 300)):
            markup = text[inside:end]
            if "<a" in markup:
                pieces += [text[done:begin], "<div>", _SECTION.sub("", markup), "</div>"]
                done = text.find(">", end) + 1 or len(text)
        begin = text.find("<script", end)
    return "".join([*pieces, text[done:]]) if pieces else text


def entries(text: str, url: str) -> tuple[Entry, ...]:
    """Return the longest list of titles and addresses in a page's data; () where there is none."""
    root = parse_html(text)
    best: tuple[Entry, ...] = ()
    for script in root.iter("script") if root is not None else ():
        held = script.text or ""
        if len(held) < 80:
            continue
        for value in values(held, (script.get("type") or "").lower()):
            try:
                found = jsonlist.entries(value, {}, url)
            except ParseError:
                continue
            good = tuple(e for e in found if len(e.title) >= _HEADLINE and e.link)
            if len(good) >= max(_FEWEST, len(best) + 1):
                best = good
    return best
