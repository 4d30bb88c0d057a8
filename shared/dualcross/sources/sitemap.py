"""Sitemaps, news sitemaps first of all."""

from __future__ import annotations

from lxml import etree

from dualcross.errors import ParseError
from dualcross.sources.entry import Entry
from dualcross.sources.guard import refuse_hostile


def parse(text: str, base: str) -> tuple[Entry, ...]:
    """Return the pages of a sitemap; `ParseError` for an index of sitemaps, which has none itself."""
    refuse_hostile(text, base)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    root = etree.fromstring(text.encode("utf-8"), parser)
    if root is None:
        raise ParseError("the sitemap is empty", url=base)
    name = etree.QName(root).localname
    if name == "sitemapindex":
        inner = [(_child(e, "loc") or "") for e in root if isinstance(e.tag, str)]
        raise ParseError(
            f"this is an index of sitemaps: add one of them, e.g. {inner[0] if inner else '(none)'}", url=base
        )
    entries = []
    for element in root:
        if not isinstance(element.tag, str) or etree.QName(element).localname != "url":
            continue
        news = next((e for e in element if isinstance(e.tag, str) and etree.QName(e).localname == "news"), None)
        title = _child(news, "title") if news is not None else ""
        date = _child(news, "publication_date") if news is not None else ""
        entries.append(
            Entry(title=title, link=_child(element, "loc"), published=date, updated=_child(element, "lastmod"))
        )
    return tuple(entries)


def _child(element: etree._Element, name: str) -> str:
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).localname == name:
            return "".join(child.itertext()).strip()
    return ""
