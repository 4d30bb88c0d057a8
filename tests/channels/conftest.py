"""Clock, settings and messages of the channel tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from tests.alerts.values import NOW, alert, subscription

from dualcross.alerts.links import Links
from dualcross.alerts.render import Context, render
from dualcross.clock import FakeClock
from dualcross.model import Alert, Subject, Subscription
from dualcross.model.messages import Message
from dualcross.settings import Settings

#: what a page may hold to break out of a format
NASTY = (
    '<script>alert(1)</script> **b** _i_ `c` [x](https://evil.example) <!channel> <@U1> @all & "q" \n# h\n- l\n1. n\n'
    "> q | ~~s~~ \\ ![i](https://evil.example/p.png) =1+1 \u202eabc\x07"
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def settings() -> Settings:
    return Settings(
        public_url="https://alerts.example.org", secret_key="key of the tests", mail_from="alerts@example.org"
    )


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=0.5) as made:
        yield made


def told(
    to: Subscription | None = None,
    alerts: list[Alert] | None = None,
    *,
    settings: Settings,
    kind: str = "alert",
    attempt: int = 1,
) -> Message:
    context = Context(delivery_id="d" * 64, attempt=attempt, now=NOW, links=Links.of(settings, NOW))
    return render(kind, to or subscription(), [alert()] if alerts is None else alerts, context)


def many(count: int) -> list[Alert]:
    long = "这是一段很长的引文，用来看消息是否装得下。" * 25
    return [alert(i, quotes=(long,), created=NOW + timedelta(seconds=i)) for i in range(count)]


def nasty() -> Alert:
    return alert(
        1,
        subject=Subject(id="x", name=NASTY, operator=NASTY, code="440000"),
        names=(NASTY, "other " + NASTY),
        quotes=(NASTY,),
        source=NASTY,
        before=NASTY,
        by=NASTY,
        url="https://news.example.cn/a?b=1&c=<x>|y)(z",
    )
