"""What is replayed: the synthetic ninety days, and the week of the demonstration with its real reading."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from tests.chaos import stream

from dualcross.clock import FakeClock
from dualcross.errors import FetchStatus
from dualcross.model import Conditions, Fetched, Source
from dualcross.testing import FakeSite


@dataclass(frozen=True)
class Scenario:
    """Sources, the moments at which something appears, and the parts of the product that read it."""

    name: str
    start: datetime
    sources: Sequence[Source]
    #: (when, what happens then)
    moments: Sequence[tuple[datetime, Callable[[], None]]]
    parts: dict[str, Any]
    tick: timedelta


def synthetic(days: int, clock: FakeClock) -> Scenario:
    """Return the synthetic stream."""
    del clock
    site = FakeSite(pages={source.url: "" for source in stream.sources()})

    def appear(page: stream.Page) -> None:
        site.pages[page.url] = page.text
        site.pages[page.feed] = f"{page.url} {page.at.date().isoformat()}\n{site.pages[page.feed]!s}"

    pages = stream.stream(days, seed=20260105)
    return Scenario(
        name=f"{days} days",
        start=stream.START - timedelta(hours=1),
        sources=stream.sources(),
        moments=[(page.at, lambda page=page: appear(page)) for page in pages],  # type: ignore[misc]
        parts={
            "fetcher": site,
            "parse_source": stream.parse_source,
            "read_page": stream.read_page,
            "understand": stream.understand,
        },
        tick=timedelta(hours=2),
    )


def short(days: int, clock: FakeClock) -> Scenario:
    """Return the stream's first days with rare ticks: an emulated table takes milliseconds for each request.

    Nine of them hold one of each kind of news: reprint, confirmation, correction, final list, policy, deadline, exit.
    """
    made = synthetic(min(days, 9), clock)
    return replace(made, name="nine days", tick=timedelta(hours=24))


class _Outlets:
    """Answers for the demonstration's outlets without a network: 304, 404 and 503 as its server would."""

    def __init__(self, site: Any) -> None:
        self._site = site

    def get(self, url: str, conditions: Conditions) -> Fetched:
        """Return what the outlet shows by now."""
        parts = urlsplit(url)
        if self._site.down(parts.netloc):
            raise FetchStatus("503", status=503, url=url)
        found = self._site.answer(parts.netloc, parts.path)
        if found is None:
            raise FetchStatus("404", status=404, url=url)
        media, body, _ = found
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        same = conditions.etag == etag
        return Fetched(
            url=url,
            final_url=url,
            status=304 if same else 200,
            headers={"content-type": media, "etag": etag},
            body=b"" if same else body,
        )


def demo(days: int, clock: FakeClock) -> Scenario:
    """Return the demonstration's week, read by the product's own parsers, rules and model."""
    del days
    from dualcross import wiring
    from dualcross.demo import week as weeks
    from dualcross.demo.site import Site

    week = weeks.load()
    site = Site(week, clock.now)
    # Only its answers are asked for; nothing listens.
    site._server.server_close()
    moments = sorted({page.moment for page in week.pages} | set(week.steps()))
    return Scenario(
        name="demo week",
        start=week.evening(0),
        sources=[outlet.source() for outlet in week.outlets],
        moments=[(moment, lambda: None) for moment in moments],
        parts={
            "fetcher": _Outlets(site),
            "parse_source": wiring.parse_source,
            "read_page": wiring.read_page,
            "understand": wiring.understand,
        },
        tick=timedelta(hours=6),
    )
