"""Bytes of a page to an article: decode, find headline and main text, read the facts around them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from dualcross.errors import ParseError
from dualcross.model import Article, Fetched, Item, Source
from dualcross.reading import bylines, dates, hydrated, issuer, metadata, titles
from dualcross.reading.blocks import Block, Page, walk
from dualcross.reading.body import main_blocks
from dualcross.reading.charset import decode
from dualcross.reading.language import language
from dualcross.reading.opening import is_facts, without_facts, without_forerunners, without_headline, without_labels
from dualcross.reading.plain import read_text
from dualcross.reading.stories import stories
from dualcross.reading.tree import parse_html
from dualcross.sources.address import canonical_url, same_site

#: characters of an article that is surely one
_THIN = 250
#: the first bytes of documents that are no pages
_FILES = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_page(fetched: Fetched, source: Source | None = None, item: Item | None = None) -> Article:
    """Return the article of a page; `ParseError` where the bytes hold no text.

    What the operator set for the source wins over the page; the item's title and date stand in where the page
    has none.
    """
    kind = _header(fetched, "content-type").lower()
    if fetched.body[:5] in _FILES or fetched.body[:4] in _FILES:
        return _file(fetched, kind, source, item)
    text, _ = decode(fetched.body, kind, source.charset if source else None)
    url = fetched.final_url or fetched.url or None
    if "text/plain" in kind and "<html" not in text[:2000].lower():
        return read_text(text, url=url)
    root = parse_html(text)
    if root is None:
        raise ParseError("the page holds no text", url=url, source_id=source.id if source else None)
    data = metadata.gather(root)
    page, title, headline, body = _found(root, data)
    byline = bylines.read(page, data, headline, body)
    drawn = hydrated.recover(root, data) if _size(body) < _THIN else None
    if drawn and _size(drawn.blocks) > 1.5 * _size(body):
        body, title = without_facts(without_headline(drawn.blocks, title or drawn.title)), title or drawn.title
        byline = bylines.with_data(byline, drawn.published, drawn.outlet)
    content = "\n".join(block.text for block in body)
    if not title and item:
        title = item.title
    spoken = language(f"{title}\n{content[:1200]}", data.lang)
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
        stories=stories(title, body),
    )


def _found(root: etree._Element, data: metadata.Metadata) -> tuple[Page, str, Block | None, list[Block]]:
    """Walk the page and find headline and body; a second time, whole, where what was passed by could be the article."""
    for whole in (False, True):
        page = walk(root, whole=whole)
        title, headline = titles.headline(page, data)
        found = main_blocks(page, headline)
        named = titles.is_name(title)
        if (headline is None or named) and found:
            unmarked = titles.above(page, _first_paragraph(found))
            if unmarked is not None and unmarked is not headline and (named or not data.promises):
                title, headline = titles.clean(unmarked.text), unmarked
                found = main_blocks(page, headline)
        found = without_headline(without_forerunners(found, headline), title, headline)
        body = without_labels(without_facts(found))
        size = _size(body)
        if title and size >= _THIN and page.passed <= size:
            break
    return page, title, headline, body


def _first_paragraph(blocks: list[Block]) -> int:
    return next((b.index for b in blocks if len(b.text) >= 24 and not is_facts(b.text)), blocks[0].index)


def _size(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _file(fetched: Fetched, kind: str, source: Source | None, item: Item | None) -> Article:
    """A list may link to a file itself: its text is the article."""
    from dualcross.reading.attachments import read_attachment

    url = fetched.final_url or fetched.url or None
    name = unquote(urlsplit(url or "").path.rpartition("/")[2])
    read = read_attachment(name, kind, fetched.body, url=url or "")
    if read.problem:
        raise ParseError(f"the file cannot be read: {read.problem}", url=url, source_id=source.id if source else None)
    article = read_text(read.text, url=url)
    return replace(
        article,
        title=(item.title if item else "") or article.title,
        text=read.text if item and item.title else article.text,
        published=article.published or (item.published if item else None),
        source=article.source or (source.name or None if source else None),
        official=_official(source, url, article.source),
        canonical_url=canonical_url(url) if url else None,
    )


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
    """The page's own word where it stays on the same site, since a mirror may not speak for another; one form of it."""
    if not url:
        return None
    try:
        target = urljoin(url, canonical)
        theirs = urlsplit(target)
    except ValueError:
        return canonical_url(url)
    stays = canonical and theirs.scheme in ("http", "https") and same_site(url, target)
    homely = theirs.path in ("", "/") and not theirs.query and urlsplit(url).path not in ("", "/")
    return canonical_url(target if stays and not homely else url)
