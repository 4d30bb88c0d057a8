"""Every misbehaviour ends within its bound, with the right word for it, and the next request works."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.net import behaviours
from tests.net.hostile import BEHAVIOURS, Hostile

from dualcross.clock import SystemClock
from dualcross.errors import FetchError, FetchStatus
from dualcross.model import Conditions, Fetched
from dualcross.net import Fetcher
from dualcross.settings import Settings

TIMEOUT = 0.8
SETTINGS = Settings(allow_private="127.0.0.0/8", fetch_timeout=TIMEOUT, fetch_max_bytes=1_000_000)

#: path → the reason of the error, `ok` for an answer
OUTCOMES = {
    "/slow-head": "timeout", "/slow-body": "timeout", "/slow-chunks": "timeout", "/silent": "timeout",
    "/slow-error": "http-503", "/interim": "protocol", "/early-hints": "ok",
    "/endless": "too-large", "/endless-chunks": "too-large", "/endless-trailers": "protocol",
    "/announced-huge": "too-large", "/gzip-bomb": "too-large", "/gzip-twice": "too-large", "/gzip-unsaid": "too-large",
    "/zip-in-gzip": "ok", "/says-gzip": "ok", "/says-unknown-coding": "encoding", "/broken-gzip": "encoding",
    "/loop": "redirect-loop", "/cookie-loop": "redirect-loop", "/growing": "redirect-loop", "/cookie-flood": "ok",
    "/cookie-gate": "ok", "/moved": "ok", "/moved-for-now": "ok", "/nowhere": "http-302", "/gbk-location": "ok",
    "/short": "protocol", "/long": "ok", "/two-lengths": "protocol", "/same-length-twice": "ok",
    "/negative-length": "protocol", "/bad-chunk": "protocol", "/cut-chunk": "protocol", "/chunks": "ok",
    "/reset": "unreachable", "/reset-in-body": "unreachable", "/closed": "protocol",
    "/huge-headers": "protocol", "/huge-header-line": "protocol", "/odd-headers": "ok", "/not-http": "protocol",
    "/http09": "protocol", "/unasked-304": "http-304", "/304-with-body": "http-304", "/empty": "ok",
    "/no-content": "http-204", "/html": "ok", "/challenge": "challenge", "/challenge-200": "challenge",
    "/challenge-521": "challenge", "/challenge-412": "challenge", "/captcha-cn": "challenge", "/members": "login",
    "/unauthorised": "login", "/429-seconds": "http-429", "/429-date": "http-429", "/429-nonsense": "http-429",
    "/429-forever": "http-429", "/500": "http-500", "/503": "http-503", "/404": "http-404", "/410": "http-410",
    "/999": "http-999", "/unknown": "http-404",
    "/to?http://169.254.169.254/latest/meta-data/": "guard", "/to?http://[::1]:80/": "guard",
    "/to?http://10.0.0.1/": "guard", "/to?file:///etc/passwd": "guard", "/to?gopher://127.0.0.1/": "guard",
    "/to?http://2130706433/": "guard", "/to?http://user:pw@127.0.0.1/": "guard",
    "/to?http://[::ffff:10.0.0.1]/": "guard",
    "/to?//192.168.0.1/": "guard", "/to?http:\\\\192.168.0.1/": "guard", "/to?http://localhost:22/": "guard",
    "/to?http://metadata.google.internal/": "guard", "/to?http://[bad": "guard",
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    hostile = Hostile()
    yield hostile
    hostile.close()


@pytest.fixture(scope="module")
def fetcher() -> Iterator[Fetcher]:
    made = Fetcher(SETTINGS, SystemClock())
    yield made
    made.close()


def test_there_are_many_and_each_has_its_outcome() -> None:
    assert len(OUTCOMES) >= 60
    told = {where.partition("?")[0] for where in OUTCOMES}
    helpers = {"/feed", "/found", "/moved-again", "/gbk/%D5%FE%B2%DF", "/account/login", "/slow-ok"}
    assert set(BEHAVIOURS) - helpers <= told


@pytest.mark.parametrize("where", sorted(OUTCOMES))
def test_it_ends_in_time_with_its_outcome_and_the_next_one_works(server: Hostile, fetcher: Fetcher, where: str) -> None:
    begun = time.monotonic()
    error: FetchError | None = None
    try:
        assert fetcher.get(server.url(where), Conditions()).status == 200
    except FetchError as raised:
        error = raised
    assert (error.reason if error else "ok") == OUTCOMES[where]
    assert error is None or error.url == server.url(where)
    assert time.monotonic() - begun < TIMEOUT + 2.0
    assert fetcher.get(server.url("/feed"), Conditions()).body == behaviours.FEED


def test_an_answer_comes_with_all_it_says(server: Hostile, fetcher: Fetcher) -> None:
    got = fetcher.get(server.url("/feed"), Conditions())
    assert got == Fetched(
        url=server.url("/feed"), final_url=server.url("/feed"), status=200, headers=got.headers, body=behaviours.FEED
    )
    assert got.headers["etag"] == '"v1"'
    assert got.headers["cache-control"] == "max-age=1200"
    again = fetcher.get(server.url("/feed"), Conditions(etag='"v1"', last_modified="Wed, 01 Jan 2020 00:00:00 GMT"))
    assert (again.status, again.not_modified, again.body) == (304, True, b"")
    assert b"If-Modified-Since: Wed, 01 Jan 2020" in server.heads[-1]
    assert f"User-Agent: {SETTINGS.user_agent}".encode() in server.heads[-1]
    assert b"Accept-Encoding: gzip, deflate, br, zstd" in server.heads[-1]


@pytest.mark.parametrize(
    ("where", "moved"), [("/moved", True), ("/moved-for-now", False), ("/found", False), ("/feed", False)]
)
def test_only_a_whole_way_of_301_and_308_is_remembered(
    server: Hostile, fetcher: Fetcher, where: str, moved: bool
) -> None:
    got = fetcher.get(server.url(where), Conditions())
    assert (got.moved, got.final_url) == (moved, server.url("/feed"))


@pytest.mark.parametrize(
    ("where", "seconds"),
    [("/429-seconds", 120), ("/429-date", 300), ("/429-nonsense", None), ("/429-forever", 604800), ("/503", 30)],
)
def test_retry_after_is_read_in_both_forms(
    server: Hostile, fetcher: Fetcher, where: str, seconds: float | None
) -> None:
    with pytest.raises(FetchStatus) as caught:
        fetcher.get(server.url(where), Conditions())
    assert caught.value.retry_after == seconds
    assert caught.value.retryable


def test_cookies_are_kept_between_hops_and_handed_back(server: Hostile, fetcher: Fetcher) -> None:
    got = fetcher.get(server.url("/cookie-gate"), Conditions())
    assert got.cookies == {"gate": "open"}
    asked = len(server.asked)
    fetcher.get(server.url("/cookie-gate"), Conditions(cookies=got.cookies))
    assert len(server.asked) == asked + 1
    assert len(fetcher.get(server.url("/cookie-flood"), Conditions()).cookies) <= 50


def test_the_operators_headers_stay_with_the_source(server: Hostile, fetcher: Fetcher) -> None:
    secret = Conditions(headers={"X-Token": "abc", "User-Agent": "special"}, cookies={"s": "1"})
    other = Hostile()
    named = Fetcher(SETTINGS, SystemClock(), resolve=lambda host: ["127.0.0.1"])
    named.get(f"http://a.example.com:{server.port}/to?http://b.example.com:{other.port}/feed", secret)
    named.close()
    other.close()
    first = next(head for head in server.heads if b"a.example.com" in head and b"GET /to" in head)
    assert b"X-Token: abc" in first
    assert b"Cookie: s=1" in first
    assert first.count(b"User-Agent") == 1
    sent = next(head for head in other.heads if head.startswith(b"GET /feed"))
    assert b"X-Token" not in sent
    assert b"Cookie" not in sent
