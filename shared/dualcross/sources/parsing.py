"""Bytes of a source to items, whatever kind of source it is."""

from __future__ import annotations

import gzip
import re
import zlib
from io import BytesIO

from dualcross.errors import ParseError
from dualcross.model import Fetched, Item, Source
from dualcross.reading.charset import decode
from dualcross.sources import feeds, jsonlist, listpage, scripted, sitemap
from dualcross.sources.entry import Entry, items

_SITEMAP = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype html|html|head|body|div|ul|table|li|a|h\d|script|link|meta)\b", re.IGNORECASE)
#: a packed sitemap may grow to this
_MAX_UNPACKED = 50_000_000
#: links below which a page's own list is doubted
_FEW = 5
#: most items of one poll; a page with more is an archive
_MAX_ITEMS = 5_000


def parse(source: Source, fetched: Fetched) -> tuple[Item, ...]:
    """Return the items of a source in its own order, one an address; `ParseError` says why there are none to be had.

    What the source's kind says is believed; `auto` looks at the bytes. Selectors make HTML and JSON lists exact.
    """
    url = fetched.final_url or fetched.url
    try:
        entries = _entries(source, fetched, url)
    except ParseError as error:
        error.source_id = source.id
        error.url = error.url or url
        raise
    return items(source, url, entries[:_MAX_ITEMS])


def _entries(source: Source, fetched: Fetched, url: str) -> tuple[Entry, ...]:
    body = _unpacked(fetched.body, url)
    kind = next((v for k, v in fetched.headers.items() if k.lower() == "content-type"), "")
    if not body.strip():
        raise ParseError("the answer is empty", url=url)
    sort: str = source.kind
    text, encoding = decode(body, kind, source.charset)
    if sort == "auto":
        sort = _sniff(text)
    if sort == "feed":
        return _feed(text, encoding, url)
    if sort == "sitemap":
        return sitemap.parse(text.strip(), url)
    if sort == "json":
        return _json(text, url, source)
    found = _list(text, url, source)
    if not found:
        why = "the selectors pick nothing on the page" if source.selectors else "no list of links repeats on the page"
        raise ParseError(why, url=url)
    return found


def _sniff(text: str) -> str:
    head = text.lstrip("\ufeff \t\r\n")[:4000]
    if head[:1] in "{[" or re.match(r"[\w.$]{1,60}\(\s*[{\[]", head):
        return "json"
    if _SITEMAP.search(head):
        return "sitemap"
    if not re.match(r"<!doctype html|<html", head, re.IGNORECASE) and feeds.looks_like_feed(head):
        return "feed"
    if _HTML.search(head):
        return "list"
    return "feed"


def _feed(text: str, encoding: str, url: str) -> tuple[Entry, ...]:
    if text[:200].lstrip("\ufeff \t\r\n")[:1] == "{":
        value = jsonlist.load(text, url)
        if jsonlist.is_feed(value):
            return jsonlist.feed(value).entries
    return feeds.parse_text(text, encoding, base=url).entries


def _json(text: str, url: str, source: Source) -> tuple[Entry, ...]:
    value = jsonlist.load(text, url)
    inner = source.selectors.get("html")
    if inner:
        markup = jsonlist.at(value, inner)
        if not isinstance(markup, str):
            raise ParseError(f"the path {inner} leads to no markup", url=url)
        return _list(markup, url, source)
    if jsonlist.is_feed(value):
        return jsonlist.feed(value).entries
    return jsonlist.entries(value, source.selectors, url)


def _list(text: str, url: str, source: Source) -> tuple[Entry, ...]:
    css = {name: css for name, css in source.selectors.items() if name != "html"}
    text = scripted.unpacked(text)
    if css:
        return listpage.by_selectors(text, url, css)
    found = listpage.discovered(text, url)
    if len(found) >= _FEW:
        return found
    # a page of furniture alone draws its list later
    drawn = scripted.entries(text, url)
    return drawn if len(drawn) > len(found) else found


def _unpacked(body: bytes, url: str) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as packed:
            data = packed.read(_MAX_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ParseError("the packed answer is damaged", url=url) from error
    if len(data) > _MAX_UNPACKED:
        raise ParseError("the packed answer is too large", url=url)
    return data
