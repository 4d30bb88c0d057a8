"""Pages that a script draws: the article stands in the data that the script is given."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from dualcross.patterns import late
from dualcross.reading import titles
from dualcross.reading.blocks import COMMENTS, NOISE, Block, Node, walk
from dualcross.reading.furniture import is_footing
from dualcross.reading.metadata import Metadata
from dualcross.reading.noise import LINE
from dualcross.reading.spacing import tidy
from dualcross.reading.tree import parse_html

#: window.__STATE__ = {…}, self.data = {…}, var article = {…}
_ASSIGNED = late(r"(?:\bwindow\.|\bself\.|\bvar\s+|\blet\s+|\bconst\s+)[\w$.]{2,60}\s*=\s*(?=[{\[])")
_PARSED = late(r"JSON\.parse\(\s*(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')\s*\)")
_TITLES = late(r"^(?:\w*title|\w*headline|subject|biaoti)$", re.IGNORECASE)
_BODIES = late(
    r"^(?:\w*content\w*|\w*body\w*|\w*html|\w*text|\w*detail\w*|paragraphs|blocks|zhengwen|neirong)$", re.IGNORECASE
)
_DATES = late(r"(?:publi|pub_?|post|creat|issue|release|show|display).*(?:time|date|at|on|ed)$|^(?:p?time|date|ctime)$", re.IGNORECASE)  # fmt: skip
_LATER = late(r"updat|modif|edit", re.IGNORECASE)
_OUTLETS = late(r"^(?:source_?(?:name)?|site_?name|media_?(?:name)?|laiyuan|origin|copy_?from)$", re.IGNORECASE)
#: a script beyond this is no description of a page
_MAX_SCRIPT = 4_000_000
_MOST_THINGS = 50_000
_DEEPEST = 40
#: letters of a text that is surely an article where its headline is not the page's
_SURE = 300
_LEAST = 30


@dataclass(frozen=True, slots=True)
class Drawn:
    """An article found in a page's data."""

    title: str
    blocks: list[Block]
    published: str = ""
    outlet: str = ""


def recover(root: etree._Element, data: Metadata) -> Drawn | None:
    """Return the article that the page's data holds, None where it holds none.

    The thing under the page's own headline wins; else the longest text, where it is long.
    """
    promised = {titles.key(t) for t in (data.headline, data.first("og:title", "twitter:title")) if t}
    whole = titles.key(data.title)
    best: tuple[tuple[bool, int], Drawn] | None = None
    for thing in _things(root):
        title, body = _text(thing, _TITLES), _body(thing)
        if len(body) < _LEAST:
            continue
        own = titles.key(title)
        known = len(own) >= 4 and (own in promised or own in whole or (len(whole) >= 8 and whole in own))
        rank = (known, len(body))
        if (known or len(body) >= _SURE) and (best is None or rank > best[0]):
            drawn = Drawn(titles.clean(title), lines(body), _text(thing, _DATES, _LATER), _text(thing, _OUTLETS))
            if drawn.blocks:
                best = rank, drawn
    if best is None and data.body:
        return Drawn("", lines(data.body))
    return best[1] if best else None


def lines(body: str) -> list[Block]:
    """Return the blocks of a text, be it markup, escaped markup or plain."""
    if re.search(r"&lt;/?(?:p|div|br|span|section)\b", body):
        body = html.unescape(body)
    if re.search(r"</?(?:p|div|br|span|section|img|strong|h\d|table|ul|li)\b", body):
        root = parse_html(body)
        found = walk(root, whole=True).blocks if root is not None else []
        blocks = [b for b in found if not b.node.flags & (NOISE | COMMENTS)]
    else:
        node = Node(0, None, "body", 0, "")
        texts = [tidy(html.unescape(line)) for line in re.split(r"\s*\n\s*", body)]
        blocks = [Block(n, text, 0, 0, node, "p") for n, text in enumerate(texts) if text]
    return [b for b in blocks if not (len(b.text) < 260 and (LINE.match(b.text) or is_footing(b.text)))]


def _things(root: etree._Element) -> Iterator[dict[str, Any]]:
    left = _MOST_THINGS
    for script in root.iter("script"):
        text = script.text or ""
        if not 40 <= len(text) <= _MAX_SCRIPT or "ld+json" in (script.get("type") or ""):
            continue
        for value in values(text, (script.get("type") or "").lower()):
            for thing in _walk(value, 0):
                yield thing
                left -= 1
                if left <= 0:
                    return


def values(text: str, kind: str) -> Iterator[Any]:
    """Yield the values that a script of a type writes down as JSON."""
    decoder = json.JSONDecoder(strict=False)
    if "json" in kind:
        starts = [len(text) - len(text.lstrip())]
    else:
        starts = [match.end() for match in _ASSIGNED.finditer(text)][:20]
    for start in starts:
        try:
            yield decoder.raw_decode(text, start)[0]
        except (ValueError, RecursionError):
            # JavaScript, not JSON: a value that is written undefined is none
            try:
                yield decoder.raw_decode(re.sub(r":\s*undefined\b", ":null", text[start:]))[0]
            except (ValueError, RecursionError):
                continue
    for match in _PARSED.finditer(text):
        try:
            inner = json.loads('"' + match["text"][1:-1].replace("\\'", "'") + '"', strict=False)
            yield json.loads(inner, strict=False)
        except (ValueError, RecursionError):
            continue


def _walk(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            if isinstance(inner, dict | list):
                yield from _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value[:2000]:
            if isinstance(inner, dict | list):
                yield from _walk(inner, depth + 1)


def _text(thing: dict[str, Any], names: re.Pattern[str], never: re.Pattern[str] | None = None) -> str:
    for name, value in thing.items():
        if isinstance(value, str) and value and names.search(name) and not (never and never.search(name)):
            return tidy(value) if len(value) < 400 else ""
    return ""


def _body(thing: dict[str, Any]) -> str:
    """The longest text under a name that means a body: markup, plain text, or a list of paragraphs."""
    best = ""
    for name, value in thing.items():
        if not _BODIES.match(name):
            continue
        if isinstance(value, str):
            text = value
        elif isinstance(value, list):
            text = "\n".join(filter(None, (_paragraph(entry, 0) for entry in value[:2000])))
        elif isinstance(value, dict):
            text = next((v for k, v in value.items() if _BODIES.match(k) and isinstance(v, str)), "")
        else:
            continue
        if len(text) > len(best):
            best = text
    return best


def _paragraph(entry: Any, depth: int) -> str:
    if isinstance(entry, str):
        return entry
    if isinstance(entry, dict) and depth < 8:
        for name in ("text", "content", "value", "html", "children", "data"):
            inner = entry.get(name)
            if isinstance(inner, str) and inner.strip():
                return inner
            if isinstance(inner, list):
                return "".join(_paragraph(part, depth + 1) for part in inner)
            if isinstance(inner, dict):
                return _paragraph(inner, depth + 1)
    return ""
