"""A run over a web of misbehaving sources: each gets its own outcome, and the good one its entries."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from tests.net import behaviours
from tests.net.hostile import Hostile
from tests.net.test_hostile import OUTCOMES

from dualcross.clock import SystemClock
from dualcross.deps import Deps
from dualcross.errors import ParseError
from dualcross.model import FanOut, Fetched, Item, Poll, Source
from dualcross.net import Fetcher
from dualcross.settings import Settings
from dualcross.stages import poll
from dualcross.stores.memory import MemoryStore

SETTINGS = Settings(allow_private="127.0.0.0/8", fetch_timeout=0.8, fetch_max_bytes=1_000_000)


class Ahead(SystemClock):
    ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def resolve(host: str) -> list[str]:
    if host.endswith(".example.com"):
        return ["127.0.0.1"]
    raise OSError("no such name")


def parse(source: Source, fetched: Fetched) -> tuple[Item, ...]:
    if behaviours.FEED not in fetched.body:
        raise ParseError("no feed")
    return (Item(source_id=source.id, url=f"http://example.com/{source.id}", title="a"),)


def test_each_source_has_its_outcome_and_the_operator_hears_of_the_broken_ones() -> None:
    server = Hostile()
    clock = Ahead()
    store = MemoryStore()
    fetcher = Fetcher(SETTINGS, clock, resolve=resolve)
    wanted = {f"s{n}": where for n, where in enumerate(OUTCOMES)}
    for source_id, where in wanted.items():
        store.put_source(Source(id=source_id, url=server.url(where, host=f"{source_id}.example.com"), kind="feed"))
    deps = Deps(
        settings=SETTINGS, clock=clock, store=store, archive=None, fetcher=fetcher, parse_source=parse,
        read_page=None, understand=None, channel=None,
    )  # type: ignore[arg-type]  # fmt: skip
    begun = time.monotonic()
    follow_ups = poll.run(Poll(source_ids=tuple(wanted)), deps)
    assert time.monotonic() - begun < 20
    states = {source.id: state for source, state in store.sources()}
    plain = {"/zip-in-gzip": "unreadable", "/empty": "empty", "/html": "unreadable", "/410": "gone"}
    for source_id, where in wanted.items():
        assert (where, states[source_id].outcome) == (where, plain.get(where, OUTCOMES[where]))
        assert states[source_id].next_due is not None
    good = sum(state.outcome == "ok" for state in states.values())
    assert good > 10
    assert sum(len(command.items) for command in follow_ups if hasattr(command, "items")) == good
    told = [command.alert_ids for command in follow_ups if isinstance(command, FanOut)]
    assert len(told) == 1  # the one that is gone for good
    clock.ahead = timedelta(days=8)
    again = poll.run(Poll(source_ids=tuple(wanted)), deps)
    alerts = [store.alert(i) for command in again if isinstance(command, FanOut) for i in command.alert_ids]
    broken = {alert.subject.what for alert in alerts if alert is not None}
    assert {"login", "challenge", "too-large", "guard", "http-404"} <= broken
    assert "timeout" not in broken
    fetcher.close()
    server.close()
