"""From the address of a site to the source that serves it best: asked, not guessed at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from dualcross.errors import ParseError, SourceError
from dualcross.model import Fetched, Item, Source, SourceKind
from dualcross.sources import discover
from dualcross.sources.parsing import parse

#: declared feeds that are asked before the page itself is taken
_MOST = 4
#: a page with so many links in a row is a list that somebody keeps
_LIST = 5
#: sitemaps and parts of sitemaps that are asked
_SITEMAPS = 2

Look = Callable[[str], Fetched]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A source that answers: itself as it should be stored, its items, and how it was found."""

    source: Source
    items: tuple[Item, ...]
    #: `given`, `declared`, `linked`, `usual place`, `sitemap`
    how: str
    #: (address, why not) of what was asked in vain
    tried: tuple[tuple[str, str], ...] = ()


def find(source: Source, look: Look) -> Found:
    """Return the best source behind an address; the error of the address itself where there is none.

    A feed, sitemap or JSON list is taken as it is, and so is a page of a site's inside that lists something. A feed that
    the page declares is better than its list where it is the page's own, or the page is the site's front. Places
    where feeds usually stand, and the sitemaps that robots.txt names, are asked for a front page only.
    """
    fetched = look(source.url)
    own: tuple[Item, ...] = ()
    trouble: SourceError | None = None
    try:
        own = parse(source, fetched)
    except ParseError as error:
        trouble = error
    if not _is_page(fetched) or source.kind != "auto" or source.selectors:
        if trouble is not None:
            raise trouble
        return Found(source=source, items=own, how="given")
    url = fetched.final_url or fetched.url
    front = urlsplit(url).path.rpartition("/")[2].partition(".")[0] in ("", "index", "default", "home") and (
        urlsplit(url).path.count("/") <= 1
    )
    search = _Search(source, look)
    for candidate in discover.candidates(fetched)[:_MOST]:
        inside = urlsplit(candidate.url).path.startswith(urlsplit(url).path.rstrip("/") + "/")
        if (front or inside or len(own) < _LIST) and (candidate.sure or not own):
            found = search.asked(candidate.url, "feed", "declared" if candidate.sure else "linked", candidate.title)
            if found is not None:
                return found
    if front and len(own) < _LIST:
        found = search.in_usual_places(url)
        if found is not None:
            return found
    if own:
        return Found(source=source, items=own, how="given", tried=tuple(search.tried))
    raise trouble or ParseError("no list of links repeats on the page", url=source.url)


class _Search:
    """Asks one address after the other, and remembers why not."""

    def __init__(self, source: Source, look: Look) -> None:
        self._source = source
        self._look = look
        self.tried: list[tuple[str, str]] = []

    def asked(self, url: str, kind: SourceKind, how: str, title: str = "") -> Found | None:
        """Return the source at an address, None where it yields nothing."""
        source = replace(self._source, url=url, kind=kind, name=self._source.name or title)
        try:
            items = parse(source, self._look(url))
        except SourceError as error:
            self.tried.append((url, str(error)))
            return None
        if not items:
            self.tried.append((url, "no items"))
            return None
        return Found(source=source, items=items, how=how, tried=tuple(self.tried))

    def in_usual_places(self, url: str) -> Found | None:
        """Return the source at one of the places where feeds stand, or in a sitemap that robots.txt names."""
        for place in discover.guesses(url):
            kind: SourceKind = "sitemap" if place.endswith("sitemap.xml") else "feed"
            found = self.asked(place, kind, "usual place")
            if found is not None:
                return found
        for sitemap in self._sitemaps(url):
            found = self.asked(sitemap, "sitemap", "sitemap")
            if found is not None:
                return found
        return None

    def _sitemaps(self, url: str) -> tuple[str, ...]:
        try:
            robots = self._look(urljoin(url, "/robots.txt"))
        except SourceError:
            return ()
        return discover.sitemaps(robots.body.decode("utf-8", "replace"))[:_SITEMAPS]


def _is_page(fetched: Fetched) -> bool:
    head = fetched.body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return b"<html" in head or head.startswith((b"<!doctype html", b"<head", b"<body"))
