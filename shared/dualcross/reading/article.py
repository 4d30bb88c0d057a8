"""Bytes of a page to an article: decode, find headline and main text, read the facts around them."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from dualcross.errors import ParseError
from dualcross.model import Article, Fetched, Item, Source
from dualcross.reading import bylines, dates, issuer, metadata, titles
from dualcross.reading.blocks import Block, Page, walk
from dualcross.reading.body import main_blocks
from dualcross.reading.charset import decode
from dualcross.reading.language import language
from dualcross.reading.plain import read_text
from dualcross.reading.tree import parse_html


def read_page(fetched: Fetched, source: Source | None = None, item: Item | None = None) -> Article:
    """Return the article of a page; `ParseError` where the bytes hold no text.

    What the operator set for the source wins over the page; the item's title and date stand in where the page
    has none.
    """
    kind = _header(fetched, "content-type").lower()
    text, _ = decode(fetched.body, kind, source.charset if source else None)
    url = fetched.final_url or fetched.url or None
    if "text/plain" in kind and "<html" not in text[:2000].lower():
        return read_text(text, url=url)
    root = parse_html(text)
    if root is None:
        raise ParseError("the page holds no text", url=url, source_id=source.id if source else None)
    data = metadata.gather(root)
    page = walk(root)
    title, headline = titles.headline(page, data)
    body = without_headline(main_blocks(page, headline), title)
    byline = bylines.read(page, data, headline, body)
    content = "\n".join(block.text for block in body)
    if not title and item:
        title = item.title
    spoken = language(f"{title}\n{content}", data.lang)
    outlet = byline.outlet or (source.name or None if source else None)
    return Article(
        url=url,
        title=title,
        text=content,
        published=_published(byline, item, chinese=_chinese(spoken, data.lang, outlet, url)),
        language=spoken,
        source=outlet,
        author=byline.author,
        official=_official(source, url, outlet),
        canonical_url=_canonical(url, data.canonical),
    )


def without_headline(blocks: list[Block], title: str) -> list[Block]:
    """Return the blocks less the lines at their top that repeat the headline."""
    wanted = titles.key(title)
    kept = list(blocks)
    position = 0
    while wanted and position < min(len(kept), 6):
        own = titles.key(kept[position].text)
        if own and (own == wanted or (len(own) >= 6 and own in wanted and len(own) > 0.6 * len(wanted))):
            del kept[position]
        else:
            position += 1
    return kept


def _header(fetched: Fetched, name: str) -> str:
    return next((value for key, value in fetched.headers.items() if key.lower() == name), "")


def _chinese(spoken: str, lang: str, outlet: str | None, url: str | None) -> bool:
    """The page keeps Chinese time: its language, its host or its outlet's name says so."""
    host = (urlsplit(url).hostname or "") if url else ""
    return (
        spoken.startswith("zh") or lang.startswith("zh") or host.endswith((".cn", ".hk", ".tw", ".mo"))
        or any("\u4e00" <= c <= "\u9fff" for c in outlet or "")
    )  # fmt: skip


def _published(byline: bylines.Byline, item: Item | None, *, chinese: bool) -> str | None:
    if byline.date is not None:
        return byline.date.iso(dates.CHINA if chinese else "")
    return item.published if item else None


def _official(source: Source | None, url: str | None, outlet: str | None) -> bool:
    if source is not None and source.official is not None:
        return source.official
    return issuer.official_host(url) or issuer.official_name(outlet)


def _canonical(url: str | None, canonical: str) -> str | None:
    """The page's own canonical address where it stays on the same site; a mirror may not speak for another."""
    if not url or not canonical:
        return url
    target = urljoin(url, canonical)
    ours, theirs = urlsplit(url), urlsplit(target)
    if theirs.scheme not in ("http", "https") or site(ours.hostname or "") != site(theirs.hostname or ""):
        return url
    if theirs.path in ("", "/") and ours.path not in ("", "/"):
        return url
    return target


def site(host: str) -> str:
    """Return the registrable part of a host, near enough: two labels, three under a two-letter suffix like com.cn."""
    labels = host.lower().split(".")
    second = len(labels) >= 3 and len(labels[-1]) == 2 and labels[-2] in ("com", "net", "org", "gov", "edu", "co", "ac")
    return ".".join(labels[-3:] if second else labels[-2:])


__all__ = ["Page", "read_page", "read_text", "site", "without_headline"]
