"""Every kind of source to items: feeds of all ages, sitemaps, JSON, list pages, OPML; hostile ones refused in time."""

from __future__ import annotations

import gzip
import io
import json
import time
from contextlib import suppress

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcross.errors import ParseError
from dualcross.model import Fetched, Source
from dualcross.sources import canonical_url, feeds, opml, parse

URL = "https://news.test/list/"


def items(body: str | bytes, kind: str = "", **fields):
    body = body.encode() if isinstance(body, str) else body
    headers = {"content-type": kind} if kind else {}
    fetched = Fetched(url=URL, final_url=URL, status=200, headers=headers, body=body)
    return parse(Source(id="s", url=URL, **fields), fetched)


def told(*args, **fields):
    return [(i.url, i.title, i.published) for i in items(*args, **fields)]


ONE = [("https://news.test/1.html", "名单公布 & more", "2024-03-05T09:30:00+08:00")]
DATE = "Tue, 05 Mar 2024 09:30:00 +0800"
W3C = "2024-03-05T09:30:00+08:00"
TITLE = "名单公布 &amp; more"
FEEDS = {
    "RSS 2.0": f"<rss version='2.0'><channel><item><title>{TITLE}</title><link>/1.html</link><pubDate>{DATE}</pubDate></item></channel></rss>",
    "RSS 0.91 with a DTD": '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    f"<rss version='0.91'><channel><item><title>{TITLE}</title><link>/1.html</link><pubDate>{DATE}</pubDate></item></channel></rss>",
    "RSS 0.90, RDF": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    f"<channel><title>T</title></channel><item><title>{TITLE}</title><link>/1.html</link><dc:date>{W3C}</dc:date></item></rdf:RDF>",
    "RSS 1.0": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    f'<item rdf:about="/1.html"><title>{TITLE}</title><link>/1.html</link><dc:date>{W3C}</dc:date></item></rdf:RDF>',
    "Atom 1.0": f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{TITLE}</title><link href="/1.html"/><updated>{W3C}</updated></entry></feed>',
    "Atom 0.3": f'<feed xmlns="http://purl.org/atom/ns#" version="0.3"><entry><title>{TITLE}</title><link rel="alternate" href="/1.html"/><issued>{W3C}</issued></entry></feed>',
    "Atom, escaped markup": f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">&lt;b&gt;名单公布&lt;/b&gt; &amp;amp; more</title><link href="/1.html"/><published>{W3C}</published></entry></feed>',
    "cut off": f"<rss version='2.0'><channel><item><title>{TITLE}</title><link>/1.html</link><pubDate>{DATE}</pubDate>",
    "a bare ampersand": f"<rss version='2.0'><channel><item><title>名单公布 & more</title><link>/1.html</link><pubDate>{DATE}</pubDate></item></channel></rss>",
    "JSON Feed": f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "1", "url": "/1.html", "title": "名单公布 & more", "date_published": "{W3C}"}}]}}',
    "news sitemap": '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
    f"<url><loc>https://news.test/1.html</loc><n:news><n:publication_date>{W3C}</n:publication_date><n:title>{TITLE}</n:title></n:news></url></urlset>",
}  # fmt: skip


@pytest.mark.parametrize("name", FEEDS)
def test_every_kind_of_feed_gives_the_same_item(name):
    assert told(FEEDS[name]) == ONE


@pytest.mark.parametrize("name", [n for n in FEEDS if "JSON" not in n and n != "cut off"])
def test_code_pages_marks_and_packing_change_nothing(name):
    text = FEEDS[name]
    assert told("\ufeff  \n" + text) == ONE
    assert told(('<?xml version="1.0" encoding="GBK"?>' + text).encode("gbk")) == ONE
    assert told(text.encode("utf-16")) == ONE
    assert told(gzip.compress(text.encode())) == ONE


@pytest.mark.parametrize("name", [n for n in FEEDS if n.startswith(("RSS", "Atom"))])
def test_the_fast_path_agrees_with_the_reference(name):
    reference = feedparser.parse(io.BytesIO(FEEDS[name].encode()), response_headers={"content-location": URL})
    ours = feeds.parse(FEEDS[name].encode(), base=URL)
    assert [e.link for e in ours.entries] == [e.link for e in reference.entries]


BILLION = "<!DOCTYPE x [" + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 20)) + ']><rss version="2.0"><channel><item><title>&a19;</title></item></channel></rss>'  # fmt: skip
HOSTILE = {
    "billion laughs": BILLION,
    "a file": '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&x;</title></channel></rss>',
    "an address": '<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1/">]><rss version="2.0"><channel><title>&x;</title></channel></rss>',
    "a parameter entity": '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;]><rss version="2.0"/>',
    "quadratic": f'<!DOCTYPE r [<!ENTITY x "{"y" * 50_000}">]><rss version="2.0"><channel><title>{"&x;" * 5_000}</title></channel></rss>',
    "nesting": '<rss version="2.0"><channel>' + "<item>" * 200_000,
    "attributes": '<rss version="2.0"><channel ' + " ".join(f'a{n}="1"' for n in range(50_000)) + "/></rss>",
    "open brackets": '<rss version="2.0"><channel><title>' + "<![CDATA[" * 50_000,
    "comments": "<!--" * 100_000 + '<rss version="2.0"/>',
    "doctypes": "<!DOCTYPE " * 50_000,
    "nested JSON": "[" * 200_000,
    "an endless number": '{"a": ' + "9" * 1_000_000 + "}",
    "tags without end": "<rss>" + "<a " * 100_000,
    "empty": "   ",
    "nothing but zeros": "\x00" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_source_is_refused_in_bounded_time(name):
    begun = time.process_time()
    try:
        found = items(HOSTILE[name])
    except ParseError:
        found = ()
    assert not any("root:" in item.title or len(item.title) > 1000 for item in found)
    assert time.process_time() - begun < 3.0


@given(st.binary(max_size=300))
def test_any_bytes_are_items_or_say_why_not(body):
    for start in (b"", b"<rss version='2.0'><channel><item>", b'{"items":[', b"<html><ul><li><a href=/1>"):
        try:
            found = items(start + body)
        except ParseError:
            continue
        assert all(i.url.startswith(("http://", "https://")) for i in found)


def test_entries_that_lead_nowhere_and_repeated_ones_are_left_out():
    links = ["/1", "javascript:alert(1)", "/1", "", "mailto:a@b.test", "ftp://x.test/", "/2#part"]
    body = "".join(f"<item><title>t</title><link>{link}</link></item>" for link in links)
    found = items(f"<rss version='2.0'><channel>{body}</channel></rss>")
    assert [i.url.removeprefix("https://news.test") for i in found][:2] == ["/1", "/2"] or len(found) == 2


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2024-03-05 09:30:00", "Asia/Shanghai", "2024-03-05T09:30:00+08:00"),
        ("2024-03-05 09:30:00", "Europe/London", "2024-03-05T09:30:00+00:00"),
        ("2024-03-05", "Asia/Shanghai", "2024-03-05"),
        ("2024年3月5日", "Asia/Shanghai", "2024-03-05"),
        ("Tue, 5 Mar 24 01:30 GMT", "Asia/Shanghai", "2024-03-05T01:30:00+00:00"),
        ("1709602200", "Asia/Shanghai", "2024-03-05T09:30:00+08:00"),
        ("1709602200000", "Asia/Shanghai", "2024-03-05T09:30:00+08:00"),
        ("yesterday", "Asia/Shanghai", None),
        ("31 Feb 2024", "Asia/Shanghai", None),
    ],
)
def test_dates_of_a_source_keep_their_offset(text, zone, expected):
    body = f"<rss version='2.0'><channel><item><title>t</title><link>/1</link><pubDate>{text}</pubDate></item></channel></rss>"
    assert items(body, timezone=zone)[0].published == expected


ROWS = "".join(
    f'<li><a href="/a/{n}.html" title="第{n}批联网平台名单向社会公布">第{n}批联网平台名单…</a><span>[2024-01-0{n}]</span></li>'
    for n in range(1, 9)
)
FURNITURE = (
    '<div class="nav"><a href="/">首页</a><a href="/zw">政务</a><a href="/hd">互动</a><a href="/fw">服务</a></div>{}'
    '<div class="links"><a href="http://a.test">友情链接一</a><a href="http://b.test">友情链接二</a></div><p>版权所有</p>'
)
LISTS = {
    "a list": f"<ul class='news'>{ROWS}</ul>",
    "a table": "<table>" + ROWS.replace("<li>", "<tr><td>").replace("</a><span>", "</a></td><td>").replace("</span></li>", "</td></tr>") + "</table>",
    "boxes": ROWS.replace("<li>", "<div class='item'>").replace("</li>", "</div>"),
    "definition list": "<dl>" + ROWS.replace("<li>", "<dd>").replace("</li>", "</dd>") + "</dl>",
    "breaks": ROWS.replace("<li>", "").replace("</li>", "<br>"),
}  # fmt: skip


TITLES = [f"第{n}批联网平台名单向社会公布" for n in range(1, 9)]
DATA = [{"title": title, "url": f"/a/{n}.html", "publishDate": f"2024-01-0{n}"} for n, title in enumerate(TITLES, 1)]
LISTS |= {
    "records that a pager unpacks": "<script type='text/xml'><recordset>"
    + "".join(f"<record><![CDATA[{row}]]></record>" for row in ROWS.replace("</li>", "</li>\n").splitlines())
    + "</recordset></script>",
    "days set apart": "".join(
        f"<div class='i'><div class='d'><b>0{n}</b><span>2024-01</span></div><a href='/a/{n}.html'>{title}</a></div>"
        for n, title in enumerate(TITLES, 1)
    ),
    "opened by a script": "<ul>" + "".join(
        f"<li><a href='javascript:void(0)' onclick=\"window.open('/a/{n}.html')\">{title}</a><i>2024-01-0{n}</i></li>"
        for n, title in enumerate(TITLES, 1)
    ) + "</ul>",
    "data of a script": f"<script>var rows = {json.dumps(DATA, ensure_ascii=False)};</script>",
    "data of a page": f"<script id='__NEXT_DATA__' type='application/json'>{json.dumps({'props': {'rows': DATA}})}</script>",
    "cards": "".join(
        f"<a class='card' href='/a/{n}.html'><h3>{title}</h3><p>摘要</p><time>2024-01-0{n}</time></a>"
        for n, title in enumerate(TITLES, 1)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_the_repeated_block_of_links_is_found_without_any_configuration(name):
    found = told(f"<html><body>{FURNITURE.format(LISTS[name])}</body></html>")
    assert [(url.rpartition("/")[2], day) for url, _, day in found] == [
        (f"{n}.html", f"2024-01-0{n}") for n in range(1, 9)
    ]
    assert found[0][1] == "第1批联网平台名单向社会公布"


def test_a_day_without_its_year_has_it_from_the_address():
    row = "<li>[{}]<a href='/{}/{}.html'>联网平台名单向社会公布第{}号</a></li>"
    made = [("01-05", "2024/01/05", "2024-01-05"), ("01-06", "t202401", "2024-01-06"), ("01-07", "2023/12", None), ("13-40", "2024/01", None)]  # fmt: skip
    rows = "".join(row.format(day, path, n, n) for n, (day, path, _) in enumerate(made))
    assert [i.published for i in items(f"<html><body><ul>{rows}</ul></body></html>")] == [day for *_, day in made]


@pytest.mark.parametrize(
    "body",
    [
        "<script>var a = [" + '{"title": ' * 50_000,
        "<script type='text/xml'>" + "<![CDATA[<a href=/1>" * 50_000,
        "<script type='text/xml'>" * 50_000 + "<a",
        "<a href=/1 onclick='" + '"/a' * 50_000 + "'>x</a>" * 3,
        "<ul>" + "<li><a href=/1.html>x<time>" + "1 2024-" * 50_000,
        "<a href='/x'><span>" * 20_000,
    ],
    ids=["data", "records", "scripts", "calls", "days", "cards"],
)
def test_a_list_made_to_hang_a_reader_ends(body):
    begun = time.process_time()
    with suppress(ParseError):
        items("<html><body>" + body)
    assert time.process_time() - begun < 4.0


def test_selectors_pick_what_they_name_and_say_when_they_pick_nothing():
    page = f"<html><body>{FURNITURE.format(LISTS['a list'])}</body></html>"
    assert len(items(page, selectors={"item": "ul.news li"})) == 8
    assert items(page, selectors={"item": "ul.news li", "title": "span"})[0].title == "[2024-01-01]"
    with pytest.raises(ParseError, match="selectors"):
        items(page, selectors={"item": ".gone"})


def test_paths_of_a_json_list_are_followed_and_markup_inside_is_read():
    body = (
        '{"data": {"rows": [{"t": "甲", "u": "/1.html", "d": 1709602200000}, {"t": "乙", "u": "/2.html", "d": null}]}}'
    )
    paths = {"item": "data.rows", "title": "t", "link": "u", "date": "d"}
    assert told(body, kind="", selectors=paths)[0] == ("https://news.test/1.html", "甲", "2024-03-05T09:30:00+08:00")
    assert len(items(f"callback({body});", selectors=paths)) == 2
    inner = '{"html": "' + ROWS.replace('"', '\\"') + '"}'
    assert len(items(inner, selectors={"html": "html"})) == 8
    with pytest.raises(ParseError):
        items(body, selectors={"item": "data.none"})


def test_opml_gives_back_what_it_was_given_and_no_secrets():
    put = (
        Source(id="a", url="https://a.test/f", name="甲 & 乙", kind="list", official=True, charset="gbk", region="440000",
               selectors={"item": "li.x"}, headers={"Cookie": "secret"}, proxy="http://secret", notes="n"),
        Source(id="b", url="https://b.test/f", name="丙"),
    )  # fmt: skip
    written = opml.write(put)
    assert b"secret" not in written
    back = opml.read(written)
    assert [(s.id, s.url, s.name, s.kind, s.official, s.charset, s.region, dict(s.selectors)) for s in back] == [
        ("a", "https://a.test/f", "甲 & 乙", "list", True, "gbk", "440000", {"item": "li.x"}),
        ("b", "https://b.test/f", "丙", "auto", None, None, None, {}),
    ]
    with pytest.raises(ParseError):
        opml.read(b"<html></html>")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.test/x?utm_source=w&id=1", "https://a.test/x?id=1"),
        ("https://m.a.test/x", "https://www.a.test/x"),
        ("https://a.test/x/index.html", "https://a.test/x/"),
        ("https://A.test:443/x#top", "https://a.test/x"),
        ("https://a.test/x;jsessionid=1?from=singlemessage", "https://a.test/x"),
        ("https://a.test/a/../x", "https://a.test/x"),
        ("https://a.test/%7Ex", "https://a.test/~x"),
        ("https://a.test/x?spm=1.2&share_token=q", "https://a.test/x"),
    ],
)
def test_one_page_has_one_address(one, other):
    assert canonical_url(one) == canonical_url(other)


@given(st.text(max_size=80).map("https://a.test/".__add__))
def test_the_form_of_an_address_is_final(url):
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (r'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "https://e.test/1", "title": "a\ud800b"}]}', "auto"),
        (r'{"list": [{"title": "a\udc00b", "url": "/1"}, {"title": "another", "url": "/2"}]}', "json"),
        ("<rss><channel><item><title>a&#xD800;b</title><link>https://e.test/1</link></item></channel></rss>", "feed"),
        ("<rss><channel><item><title>a&#99999999;b</title><link>https://e.test/1</link></item></channel></rss>", "feed"),
    ],
)  # fmt: skip
def test_half_characters_are_marked_and_harm_nobody(body, kind):
    source = Source(id="s", url="https://e.test/feed", kind=kind)
    fetched = Fetched(url=source.url, final_url=source.url, status=200, headers={}, body=body.encode())
    first = parse(source, fetched)[0]
    assert first.title == "a\ufffdb"
    first.title.encode()
