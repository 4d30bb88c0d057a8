"""What a page says of itself in its head: meta elements, Open Graph, JSON-LD, microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from dualcross.patterns import late
from dualcross.reading.spacing import tidy

_ARTICLE_TYPES = late(r"Article|Posting|Report|Review|WebPage|Recipe|QAPage", re.IGNORECASE)
_TRAILING_COMMA = late(r",\s*([}\]])")
#: a script beyond this is a data dump, not a description
_MAX_SCRIPT = 400_000


@dataclass(slots=True)
class Metadata:
    """The page's own description; every value tidy, empty where there is none."""

    title: str = ""
    lang: str = ""
    canonical: str = ""
    #: meta name, property or itemprop in lower case → content, the first one
    meta: dict[str, str] = field(default_factory=dict)
    #: rel=next
    next_page: str = ""
    headline: str = ""
    published: str = ""
    modified: str = ""
    author: str = ""
    publisher: str = ""
    body: str = ""

    @property
    def promises(self) -> bool:
        """Whether the head of the page names the headline itself, beside the document's title."""
        return bool(self.headline or self.first("articletitle", "og:title", "twitter:title"))

    def first(self, *names: str) -> str:
        """Return the first of these meta values that is not empty."""
        for name in names:
            value = self.meta.get(name)
            if value:
                return value
        return ""


def gather(root: etree._Element) -> Metadata:
    """Return what the page says of itself."""
    data = Metadata(lang=(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").lower())
    for element in root.iter("meta", "link", "title", "script"):
        tag = element.tag
        if tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = element.get("content")
            if name and content and (content := tidy(content)):
                data.meta.setdefault(name.strip().lower(), content)
        elif tag == "link":
            rel = (element.get("rel") or "").lower().split()
            href = (element.get("href") or "").strip()
            if "canonical" in rel and not data.canonical:
                data.canonical = href
            elif "next" in rel and not data.next_page:
                data.next_page = href
        elif tag == "title":
            if not data.title and not _inside_svg(element):
                data.title = tidy("".join(element.itertext()))
        elif "ld+json" in (element.get("type") or "").lower() and element.text:
            _linked(data, element.text)
    return data


def _inside_svg(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag in ("svg", "g", "symbol", "path")


def _linked(data: Metadata, text: str) -> None:
    if len(text) > _MAX_SCRIPT:
        return
    for thing in _things(_lenient(text)):
        kinds = thing.get("@type")
        kind = " ".join(map(str, kinds)) if isinstance(kinds, list) else str(kinds or "")
        if not _ARTICLE_TYPES.search(kind):
            continue
        data.headline = data.headline or _plain(thing.get("headline"))
        data.published = data.published or _plain(thing.get("datePublished"))
        data.modified = data.modified or _plain(thing.get("dateModified"))
        data.author = data.author or _plain(thing.get("author"))
        data.publisher = data.publisher or _plain(thing.get("publisher"))
        body = thing.get("articleBody")
        if isinstance(body, str) and len(body) > len(data.body):
            data.body = body


def _lenient(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = text.removeprefix("//<![CDATA[").removeprefix("<![CDATA[").removesuffix("]]>").rstrip("/ \n\t;")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _things(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for entry in value[:50]:
            yield from _things(entry, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if key in value:
                yield from _things(value[key], depth + 1)


def _plain(value: Any) -> str:
    """The text of a property that may be text, a thing with a name, or a list of these."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, dict):
        return _plain(value.get("name"))
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(entry) for entry in value[:5])))
    return ""
