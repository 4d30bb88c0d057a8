"""From the address of a site to the sources it offers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from dualcross.model import Fetched
from dualcross.reading.charset import decode
from dualcross.reading.spacing import tidy
from dualcross.reading.tree import parse_html
from dualcross.sources.address import absolute

_TYPES = {
    "application/rss+xml": "feed", "application/atom+xml": "feed", "application/rdf+xml": "feed", "text/xml": "feed",
    "application/xml": "feed", "application/feed+json": "feed", "application/json": "feed",
}  # fmt: skip
_HREF = re.compile(
    r"(?:^|[/._-])(?:rss|atom|feeds?)(?:$|[/._?-])|\.rss$|\.atom$|format=(?:rss|feed|atom)|feed\.json$", re.IGNORECASE
)
_SITEMAP = re.compile(r"(?im)^\s*sitemap\s*:\s*(\S+)")
_COMMENTS = re.compile(r"comment|评论", re.IGNORECASE)
#: where feeds stand on most systems, tried only after the page named none
USUAL = (
    "/feed/",
    "/rss.xml",
    "/rss",
    "/atom.xml",
    "/feed.xml",
    "/index.xml",
    "/feed.json",
    "/news-sitemap.xml",
    "/sitemap.xml",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source that a page points to; `sure` where the page declares it, else its address only looks like one."""

    url: str
    title: str
    kind: str
    sure: bool


def candidates(fetched: Fetched) -> tuple[Candidate, ...]:
    """Return the sources that a page declares or links to, the declared ones first, comment feeds last."""
    url = fetched.final_url or fetched.url
    content_type = next((v for k, v in fetched.headers.items() if k.lower() == "content-type"), "")
    root = parse_html(decode(fetched.body, content_type)[0])
    if root is None:
        return ()
    found: dict[str, Candidate] = {}
    for link in root.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        kind = _TYPES.get((link.get("type") or "").split(";")[0].strip().lower())
        target = absolute(url, link.get("href") or "")
        if target and kind and ("alternate" in rel or "feed" in rel) and "stylesheet" not in rel:
            found.setdefault(target, Candidate(target, tidy(link.get("title") or ""), kind, sure=True))
    for anchor in root.iter("a"):
        target = absolute(url, anchor.get("href") or "")
        if target and target not in found and _HREF.search(urlsplit(target).path + "?" + urlsplit(target).query):
            found[target] = Candidate(target, tidy("".join(anchor.itertext())), "feed", sure=False)
    return tuple(sorted(found.values(), key=lambda c: (not c.sure, bool(_COMMENTS.search(c.title + c.url)))))


def guesses(url: str) -> tuple[str, ...]:
    """Return the addresses where a site's feed usually stands: under the page's own folder, then under the root."""
    folder = urljoin(url, ".")
    own = [urljoin(folder, place.lstrip("/")) for place in ("feed/", "rss.xml")]
    return tuple(dict.fromkeys([*own, *(urljoin(url, place) for place in USUAL)]))


def sitemaps(robots: str) -> tuple[str, ...]:
    """Return the sitemaps that a robots.txt names, news ones first."""
    named = dict.fromkeys(_SITEMAP.findall(robots))
    return tuple(sorted(named, key=lambda u: "news" not in u.lower()))
