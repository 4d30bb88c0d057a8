"""robots.txt by RFC 9309."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcross.net.robots import MOST, Robots, matches, parse

RFC_EXAMPLE = b"""
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""

CASES: list[tuple[bytes, str, bool]] = [
    (b"", "/a", True),
    (b"<html><body>not found</body></html>", "/a", True),
    (b"User-agent: *\nDisallow: /", "/a", False),
    (b"User-agent: *\nDisallow: /", "/robots.txt", True),
    (b"User-agent: *\nDisallow:", "/a", True),
    (b"User-agent: otherbot\nDisallow: /", "/a", True),
    (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a\r\n", "/a/b", False),
    (b"user-agent:*\rdisallow:/a\r", "/a", False),
    # ours wins over the star, wherever it stands, and empty ours means all is allowed
    (b"User-agent: *\nDisallow: /\n\nUser-agent: DualCross\nAllow: /", "/a", True),
    (b"User-agent: dualcross\n\nUser-agent: *\nDisallow: /", "/a", False),
    (b"User-agent: *\nDisallow: /\nUser-agent: dualcross\n", "/a", True),
    (b"User-agent: dualcross/1.0\nDisallow: /x", "/x", False),
    (b"User-agent: dualcrossbot\nDisallow: /", "/x", True),
    # groups of one name are merged
    (b"User-agent: dualcross\nDisallow: /a\nUser-agent: *\n\nUser-agent: dualcross\nDisallow: /b", "/b", False),
    (b"User-agent: a\nUser-agent: dualcross\nDisallow: /b", "/b", False),
    # lines of other kinds end no heading
    (b"User-agent: dualcross\nSitemap: http://x/s.xml\nUser-agent: b\nDisallow: /b", "/b", False),
    # the longest match decides, Allow wins a tie
    (b"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
    (b"User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", False),
    (b"User-agent: *\nDisallow: /page\nAllow: /page", "/page", True),
    (b"User-agent: *\nAllow: /p\nDisallow: /*.html$", "/p/x.html", False),
    (b"User-agent: *\nDisallow: /*.html$", "/p/x.html?a=1", True),
    (b"User-agent: *\nDisallow: /*?", "/p?a=1", False),
    (b"User-agent: *\nDisallow: /fish*", "/fishheads/yummy.html", False),
    (b"User-agent: *\nDisallow: /fish*.php", "/fishheads/catfish.php?x=1", False),
    (b"User-agent: *\nDisallow: /$", "/", False),
    (b"User-agent: *\nDisallow: /$", "/a", True),
    (b"User-agent: *\nDisallow: /FISH", "/fish", True),
    # one spelling of escapes
    (b"User-agent: *\nDisallow: /foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https%3a%2f%2ffoo.bar", False),
    ("User-agent: *\nDisallow: /政策".encode(), "/%E6%94%BF%E7%AD%96/1", False),
    (b"User-agent: *\nDisallow: /%7Euser", "/~user/", False),
    (b"User-agent: *\nDisallow: /a # not /b\nDisallow: /c#d", "/c", False),
    (b"Disallow: /\n", "/a", True),
    (b"User-agent: *\nDisallow: a", "/a", True),
]  # fmt: skip


@pytest.mark.parametrize(("body", "path", "fine"), CASES)
def test_cases(body: bytes, path: str, fine: bool) -> None:
    assert parse(body).allows(path) is fine


@pytest.mark.parametrize(
    ("token", "path", "fine"),
    [
        ("foobot", "/", False),
        ("foobot", "/example/page.html", True),
        ("barbot", "/example/page.html", False),
        ("barbot", "/other", True),
        ("bazbot", "/example/page.html", False),
        ("quxbot", "/example/", True),
        ("zigbot", "/example/", False),
        ("zigbot", "/a.gif", False),
        ("zigbot", "/publications/", True),
    ],
)
def test_the_example_of_the_rfc(token: str, path: str, fine: bool) -> None:
    assert parse(RFC_EXAMPLE, token=token).allows(path) is fine


@pytest.mark.parametrize(
    ("body", "delay"),
    [
        (b"User-agent: *\nCrawl-delay: 5\nDisallow: /x", 5.0),
        (b"User-agent: *\nDisallow: /x\nCrawl-delay: 0.5", 0.5),
        (b"User-agent: dualcross\nCrawl-delay: 7\n\nUser-agent: *\nCrawl-delay: 1", 7.0),
        (b"User-agent: other\nCrawl-delay: 7", None),
        (b"User-agent: *\nCrawl-delay: soon", None),
        (b"User-agent: *\nCrawl-delay: -1", None),
        (b"User-agent: *\nCrawl-delay: inf", None),
        (b"User-agent: *\nCrawl-delay: nan", None),
    ],
)
def test_crawl_delay(body: bytes, delay: float | None) -> None:
    assert parse(body).delay == delay


def test_only_the_first_500_kib_count() -> None:
    body = b"User-agent: *\nDisallow: /early\n" + b"#" * MOST + b"\nDisallow: /late\n"
    rules = parse(body)
    assert not rules.allows("/early")
    assert rules.allows("/late")


def test_a_pattern_of_stars_costs_no_more_than_its_length() -> None:
    started = time.perf_counter()
    assert not matches("/" + "*a" * 5000 + "b$", "/" + "a" * 20000)
    assert time.perf_counter() - started < 1.0


@given(st.binary(max_size=2000), st.text(max_size=50))
def test_any_bytes_give_rules(body: bytes, path: str) -> None:
    rules = parse(body)
    assert isinstance(rules, Robots)
    assert rules.allows("/" + path) in (True, False)


@given(st.text("ab/", max_size=8), st.text("ab/", max_size=8), st.text("ab/", max_size=8))
def test_a_star_stands_for_anything(first: str, middle: str, last: str) -> None:
    path = "/" + first + middle + last
    assert matches("/" + first + "*" + last + "$", path)
    assert matches("/" + first, path)
    assert matches("/*" + last, path)
