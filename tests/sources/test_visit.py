"""A source's tokens stay with its host."""

from __future__ import annotations

import pytest

from dualcross.model import Source, SourceState
from dualcross.sources.visit import conditions

SOURCE = Source(id="s", url="https://a.example.com/feed", headers={"X-Token": "t"}, keep_cookies=True, proxy="p")
STATE = SourceState(source_id="s", etag='"e"', last_modified="Mon", cookies={"c": "1"})


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://a.example.com/1.html", True),
        ("http://A.example.com:8080/x", True),
        ("https://b.example.com/1.html", False),
        ("https://a.example.com.evil.com/", False),
        ("https://a.example.com@evil.com/", False),
        ("http://[broken", False),
    ],
)
def test_headers_and_cookies_go_to_the_own_host_alone(url: str, own: bool) -> None:
    made = conditions(SOURCE, STATE, url)
    assert (bool(made.headers), bool(made.cookies)) == (own, own)
    assert (made.etag, made.last_modified, made.proxy, made.robots) == (None, None, "p", True)


def test_a_poll_carries_its_validators() -> None:
    made = conditions(SOURCE, STATE, SOURCE.url, validators=True)
    assert (made.etag, made.last_modified) == ('"e"', "Mon")
