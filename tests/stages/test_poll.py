"""Tick and Poll: due sources, conditional requests, pending items, failures as outcomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.stages.world import FEED, World

from dualcross import flow
from dualcross.errors import FetchStatus, FetchTimeout
from dualcross.model import Item, Poll, Read, Tick
from dualcross.stages.poll import oldest_first


def urls(commands):
    return [item.url.rpartition("/")[2] for c in commands for item in c.items]


def test_a_tick_returns_due_sources_fifty_a_piece_and_again_the_same():
    world = World()
    for n in range(120):
        world.with_source(f"s{n:03}")
    commands = flow.handle(Tick(), world.deps)
    assert [len(c.source_ids) for c in commands] == [50, 50, 20]
    assert flow.handle(Tick(), world.deps) == commands


def test_new_items_are_read_oldest_first_twenty_a_piece():
    world = World().with_source().publish(c="3", b="2", a="1")
    (read,) = flow.handle(Poll(source_ids=("s1",)), world.deps)
    assert urls([read]) == ["a", "b", "c"]
    many = World().with_source().publish(**{f"p{n}": "x" for n in range(9)})
    many.site.pages[FEED] = "\n".join(f"https://news.test/{n}" for n in range(45))
    commands = flow.handle(Poll(source_ids=("s1",)), many.deps)
    assert [len(c.items) for c in commands] == [20, 20, 5]
    assert urls(commands)[:2] == ["44", "43"]


def test_polling_again_at_once_asks_nobody_and_returns_what_is_pending():
    world = World().with_source().publish(a="1")
    first = flow.handle(Poll(source_ids=("s1",)), world.deps)
    assert flow.handle(Poll(source_ids=("s1",)), world.deps) == first
    assert len(world.site.requests) == 1
    world.store.read_done("https://news.test/a", "ok")
    assert flow.handle(Poll(source_ids=("s1",)), world.deps) == []


def test_a_source_that_cannot_be_read_from_the_store_takes_no_other_with_it(monkeypatch):
    world = World().with_source().with_source("bad", "https://bad.test/list").publish(a="1")
    source = world.store.source

    def broken(source_id):
        if source_id == "bad":
            raise ValueError("not what it should be")
        return source(source_id)

    monkeypatch.setattr(world.store, "source", broken)
    commands = flow.handle(Poll(source_ids=("bad", "s1")), world.deps)
    assert commands[0] == Poll(source_ids=("bad",))
    assert urls(commands[1:]) == ["a"]
    with pytest.raises(ValueError, match="not what"):
        flow.handle(commands[0], world.deps)


def test_an_unchanged_source_answers_304_and_is_not_parsed():
    world = World().with_source().publish(a="1")
    flow.handle(Poll(source_ids=("s1",)), world.deps)
    world.clock.at += timedelta(days=1)
    assert urls(flow.handle(Poll(source_ids=("s1",)), world.deps)) == ["a"]
    assert [status for _, status in world.site.requests] == [200, 304]
    state = world.store.source("s1")[1]
    assert (state.polls, state.not_modified, state.outcome) == (2, 1, "ok")


def test_the_same_bytes_without_an_etag_are_not_parsed():
    world = World().with_source().publish(a="1")
    flow.handle(Poll(source_ids=("s1",)), world.deps)
    first = world.site.get

    def no_validators(url, conditions):
        from dataclasses import replace

        return replace(first(url, replace(conditions, etag=None)), headers={})

    world.deps = __import__("dataclasses").replace(
        world.deps,
        fetcher=type("F", (), {"get": staticmethod(no_validators)})(),
        parse_source=lambda *_: pytest.fail("parsed unchanged bytes"),
    )
    world.clock.at += timedelta(days=1)
    assert urls(flow.handle(Poll(source_ids=("s1",)), world.deps)) == ["a"]


@pytest.mark.parametrize(
    "page", [FetchTimeout("slow"), FetchStatus("503", status=503, retry_after=7200.0), "broken"], ids=str
)
def test_failures_are_outcomes_and_the_others_go_on(page):
    world = World().with_source("bad", "https://bad.test/").with_source().publish(a="1")
    world.site.pages["https://bad.test/"] = page
    assert urls(flow.handle(Poll(source_ids=("bad", "s1")), world.deps)) == ["a"]
    state = world.store.source("bad")[1]
    assert state.failures == 1
    assert state.outcome != "ok"
    assert state.message
    assert state.next_due > world.clock.now()


def test_a_bug_in_one_source_does_not_take_the_others_along():
    world = World().with_source("bad", "https://bad.test/").with_source().publish(a="1")
    world.site.pages["https://bad.test/"] = "x y z"

    def parse(source, fetched):
        if source.id == "bad":
            raise KeyError("bug")
        from tests.stages.world import parse_source

        return parse_source(source, fetched)

    world.deps = __import__("dataclasses").replace(world.deps, parse_source=parse)
    commands = flow.handle(Poll(source_ids=("bad", "s1")), world.deps)
    assert Poll(source_ids=("bad",)) in commands
    assert urls([c for c in commands if isinstance(c, Read)]) == ["a"]
    with pytest.raises(KeyError):
        flow.handle(Poll(source_ids=("bad",)), world.deps)


def test_old_entries_of_a_first_poll_are_marked():
    world = World().with_source()
    world.site.pages[FEED] = "https://news.test/new 2026-03-01\nhttps://news.test/old 2025-01-01"
    (read,) = flow.handle(Poll(source_ids=("s1",)), world.deps)
    assert [(i.url[-3:], i.backfill) for i in read.items] == [("old", True), ("new", False)]
    world.clock.at += timedelta(days=1)
    world.site.pages[FEED] += "\nhttps://news.test/older 2024-01-01"
    (read,) = flow.handle(Poll(source_ids=("s1",)), world.deps)
    assert [i.backfill for i in read.items if i.url.endswith("older")] == [False]


def test_paused_gone_and_unknown_sources_are_not_asked():
    world = World().with_source("p", paused=True)
    assert flow.handle(Poll(source_ids=("p", "nobody")), world.deps) == []
    assert world.site.requests == []


def test_a_source_that_moved_for_good_is_asked_at_its_new_address():
    world = World().with_source().publish(a="1")
    from dataclasses import replace

    moved = replace(world.store.source("s1")[1], moved_to="https://new.test/feed")
    world.store.commit_poll(moved, ())
    world.site.pages["https://new.test/feed"] = "https://news.test/b"
    assert urls(flow.handle(Poll(source_ids=("s1",)), world.deps)) == ["b"]


def test_order_by_date_needs_a_date_everywhere():
    def item(url, published=None):
        return Item(source_id="s", url=url, published=published)

    dated = (item("b", "2026-03-02T10:00:00+08:00"), item("a", "2026-03-02T09:00:00+08:00"), item("c", "2026-03-03"))
    assert [i.url for i in oldest_first(dated)] == ["a", "b", "c"]
    assert [i.url for i in oldest_first((*dated, item("d")))] == ["d", "c", "a", "b"]


@pytest.mark.parametrize(("day", "backfill"), [("2026-03-01", False), ("2025-12-01", True), (None, False)])
def test_a_page_of_a_new_list_without_dates_tells_its_age_itself(day, backfill):
    world = World().with_source()
    world.site.pages |= {FEED: "https://news.test/1", "https://news.test/1": "名单\n入选：甲"}
    page = world.deps.read_page
    world.deps = replace(world.deps, read_page=lambda *a: replace(page(*a), published=day))
    (read,) = flow.handle(Poll(source_ids=("s1",)), world.deps)
    flow.handle(read, world.deps)
    assert {alert.backfill for alert in world.store.alerts()} == {backfill}
    world.clock.at += timedelta(days=1)
    world.site.pages |= {FEED: "https://news.test/2", "https://news.test/2": "名单\n入选：乙"}
    (read,) = flow.handle(Poll(source_ids=("s1",)), world.deps)
    assert not read.items[0].undated_first
