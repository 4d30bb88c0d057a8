"""Every golden page, field by field; in other code pages; cut, stirred and made of nothing."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reading.pages import NAMES, golden, read

from dualcross.errors import ParseError
from dualcross.reading.charset import decode

CHINESE = [name for name in NAMES if str(golden(name)[1]["article"].get("language", "")).startswith("zh")]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_read_as_expected(name):
    markup, expected = golden(name)
    body = markup.encode(expected.get("encoding", "utf-8"))
    article = read(body, expected["url"], expected.get("content_type", "text/html"))
    assert {field: getattr(article, field) for field in expected["article"]} == expected["article"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_the_same_page_in_another_code_page_is_the_same(encoding):
    for name in CHINESE:
        markup, expected = golden(name)
        said = re.sub(r"charset=[\"']?[\w-]+", "charset=gb2312", markup, count=1)
        article = read(said.encode(encoding), expected["url"], "text/html")
        assert (name, article.title, article.text) == (name, expected["article"]["title"], expected["article"]["text"])


def test_no_page_says_anything_twice_or_names_its_neighbours():
    for name in NAMES:
        markup, expected = golden(name)
        article = read(markup, expected["url"])
        lines = article.text.split("\n")
        assert len(lines) == len(set(lines)), name
        assert not re.search(r"<[a-z]+[ >]|版权所有|ICP备|All rights reserved|Cookie", article.text), name


@given(st.binary(max_size=400))
def test_any_bytes_are_an_article_or_say_why_not(body):
    try:
        article = read(b"<html><body><p>" + body)
    except ParseError:
        return
    assert not re.search("[\x00-\x08\x0b\x0e-\x1f\x7f\u200b\ufeff]", article.title + article.text)


@settings(max_examples=60)
@given(st.sampled_from(NAMES), st.data())
def test_a_page_that_was_cut_or_stirred_is_read_all_the_same(name, data):
    markup, expected = golden(name)
    start = data.draw(st.integers(0, len(markup)))
    stop = data.draw(st.integers(start, len(markup)))
    cut = markup[:start] + data.draw(st.sampled_from(["", "<div>", "</td>", "<script>", "\x00", "<!--", "&#0;"]))
    try:
        article = read(cut + markup[stop:], expected["url"])
    except ParseError:
        return
    for story in article.stories:
        assert 0 <= story.start <= story.end <= len(article.text)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<div>" * 50_000 + "x", id="nested boxes"),
        pytest.param("<b>" * 50_000 + "x", id="nested letters"),
        pytest.param("<table><tr><td>" * 5_000 + "x", id="nested tables"),
        pytest.param("<p>" + "a, " * 300_000, id="one endless paragraph"),
        pytest.param("<p>" + "来源：" * 100_000, id="endless labels"),
        pytest.param("<p>" + "2024年1月1日" * 50_000, id="endless dates"),
        pytest.param("<title>" + "|" * 200_000 + "</title><h1>x</h1>", id="endless bars"),
        pytest.param("<p>" + " " * 1_000_000 + "x", id="endless blanks"),
        pytest.param("<ul>" + "<li><a href=/a>b</a>" * 30_000, id="endless links"),
        pytest.param("<table>" + "<tr><td rowspan=1000 colspan=1000>x" * 2_000, id="spans"),
        pytest.param("<script>" + '{"a":' * 100_000, id="nested data"),
        pytest.param("<script type=application/ld+json>" + "[" * 100_000, id="nested description"),
        pytest.param("<p>" + "（" * 200_000, id="brackets"),
        pytest.param("<p>By " + "A. " * 100_000, id="endless initials"),
        pytest.param("<p class='" + "ad-" * 100_000 + "'>x", id="endless class"),
    ],
)
def test_a_page_made_to_hang_a_reader_is_read_in_bounded_time(body):
    begun = time.process_time()
    with suppress(ParseError):
        read("<html><body>" + body)
    assert time.process_time() - begun < 5.0


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("联网平台".encode("gbk"), "text/html; charset=utf-8", "联网平台"),
        ("联网平台".encode(), "text/html; charset=gbk", "联网平台"),
        ("聯網平台".encode("big5"), "text/html; charset=big5", "聯網平台"),
        ("聯網平臺公佈名單".encode("big5") * 4, "", "聯網平臺公佈名單" * 4),
        (b"<meta charset=gb2312>" + "“平台”——镕㑇".encode("gb18030"), "", "<meta charset=gb2312>“平台”——镕㑇"),
        (b"<meta charset=utf-8>" + "平台名单公布".encode("gb18030"), "", "<meta charset=utf-8>平台名单公布"),
        ("\ufeff平台".encode("utf-16-le"), "text/html; charset=utf-8", "平台"),
        (b"caf\xe9 \x93quoted\x94", "text/html; charset=iso-8859-1", "café “quoted”"),
        (b"plain", "text/html; charset=nonsense", "plain"),
        ("平台".encode() + b"\xe5\xb9", "text/html; charset=utf-8", "平台\ufffd"),
    ],
)
def test_bytes_are_read_in_their_own_code_page_whatever_was_declared(body, kind, expected):
    assert decode(body, kind)[0] == expected
