"""From a site's address to the source that serves it best."""

from __future__ import annotations

import pytest

from dualcross.errors import FetchStatus, ParseError
from dualcross.model import Fetched, Source
from dualcross.sources.finding import find

SITE = "https://news.test/"
FEED = (
    '<rss version="2.0"><channel><title>T</title>'
    + "".join(f"<item><title>Item number {n}</title><link>https://news.test/{n}</link></item>" for n in range(3))
    + "</channel></rss>"
)
ROWS = "".join(
    f'<li><a href="/a/{n}.html">第{n}批工业互联网平台名单公布</a><span>2024-01-0{n}</span></li>' for n in range(1, 8)
)
LIST = f"<html><head><title>列表</title></head><body><ul>{ROWS}</ul></body></html>"
MAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
    "<url><loc>https://news.test/x.html</loc><n:news><n:publication_date>2024-01-02</n:publication_date>"
    "<n:title>A title</n:title></n:news></url></urlset>"
)


def page(head: str = "", body: str = "") -> str:
    return f"<!doctype html><html><head><title>S</title>{head}</head><body>{body}</body></html>"


def declared(href: str, title: str = "") -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}" title="{title}">'


class Web:
    def __init__(self, **pages: str) -> None:
        self.pages = {"/": ""} | {key if key.startswith("/") else f"/{key}": value for key, value in pages.items()}
        self.asked: list[str] = []

    def __call__(self, url: str) -> Fetched:
        path = "/" + url.split("/", 3)[3]
        self.asked.append(path)
        if path not in self.pages:
            raise FetchStatus("the server answered 404", status=404, url=url)
        body = self.pages[path].encode()
        return Fetched(url=url, final_url=url, status=200, headers={}, body=body)


def found(web: Web, url: str = SITE, **fields):
    result = find(Source(id="s", url=url, **fields), web)
    return result.how, result.source.url.removeprefix("https://news.test"), len(result.items)


@pytest.mark.parametrize(
    ("pages", "url", "expected"),
    [
        pytest.param({"/f": FEED}, "f", ("given", "/f", 3), id="a feed as it is"),
        pytest.param({"/": page(declared("/rss")), "/rss": FEED}, "", ("declared", "/rss", 3), id="declared"),
        pytest.param(
            {"/": page(declared("/c", "Comments") + declared("/rss")), "/rss": FEED, "/c": FEED},
            "", ("declared", "/rss", 3), id="comment feeds last",
        ),
        pytest.param(
            {"/": page(declared("/gone") + declared("/rss")), "/rss": FEED}, "", ("declared", "/rss", 3), id="a dead one"
        ),
        pytest.param({"/": LIST}, "", ("given", "/", 7), id="a front page that lists"),
        pytest.param({"/": page(), "/feed.xml": FEED}, "", ("usual place", "/feed.xml", 3), id="undeclared"),
        pytest.param(
            {"/": page(), "/rss.xml": page(), "/robots.txt": "Sitemap: https://news.test/n-news.xml\n", "/n-news.xml": MAP},
            "", ("sitemap", "/n-news.xml", 1), id="robots.txt names a sitemap; a page at the usual place is none",
        ),
        pytest.param(
            {"/zw/": LIST.replace("<title>", declared("/all.xml") + "<title>"), "/all.xml": FEED},
            "zw/", ("given", "/zw/", 7), id="a column's list, not the whole site's feed",
        ),
        pytest.param(
            {"/zw/": LIST.replace("<title>", declared("/zw/feed.xml") + "<title>"), "/zw/feed.xml": FEED},
            "zw/", ("declared", "/zw/feed.xml", 3), id="the column's own feed",
        ),
        pytest.param(
            {"/": page(body='<p><a href="/x/rss.xml">RSS</a></p>'), "/x/rss.xml": FEED},
            "", ("linked", "/x/rss.xml", 3), id="linked",
        ),
    ],
)  # fmt: skip
def test_what_is_found(pages, url, expected):
    assert found(Web(**pages), SITE + url) == expected


def test_a_kind_or_selectors_mean_this_very_address():
    web = Web(**{"/": LIST.replace("<title>", declared("/rss") + "<title>"), "/rss": FEED})
    assert found(web, kind="list")[:2] == ("given", "/")
    assert found(web, selectors={"item": "li"})[:2] == ("given", "/")
    assert web.asked == ["/", "/"]


def test_nothing_to_be_found_is_the_address_own_error():
    web = Web(**{"/": page(body="<p>Nothing here</p>")})
    with pytest.raises(ParseError, match="no list of links"):
        find(Source(id="s", url=SITE), web)
    with pytest.raises(FetchStatus):
        find(Source(id="s", url=SITE + "nowhere"), web)
    assert len(web.asked) < 16
