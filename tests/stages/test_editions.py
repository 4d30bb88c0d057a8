"""An edited page is read again: the source says so by its headline or by the day of its update."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.stages.world import FEED, START, World

from dualcross import flow
from dualcross.model import FanOut, Poll, Read
from dualcross.sources import parse

PAGE = "https://news.test/1.html"
OLD = "2026-03-01T09:00:00+08:00"


def feed(title="名单公布", published="2026-03-01T09:00:00+08:00", updated=""):
    stamp = f"<updated>{updated}</updated>" if updated else ""
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>'
        f'<entry><title>{title}</title><link href="{PAGE}"/><published>{published}</published>{stamp}</entry></feed>'
    )


def polled(world: World, text: str) -> list:
    world.clock.at += timedelta(days=1)
    world.site.pages[FEED] = text
    commands = flow.handle(Poll(source_ids=("s1",)), world.deps)
    return [one for one in commands if isinstance(one, Read)]


def started() -> World:
    world = World().with_source()
    world.deps = replace(world.deps, parse_source=parse)
    world.site.pages[PAGE] = "名单公布\n入选：甲"
    (read,) = polled(world, feed())
    flow.handle(read, world.deps)
    return world


@pytest.mark.parametrize(
    ("text", "again"),
    [
        pytest.param(feed(), False, id="unchanged"),
        pytest.param(feed(title="名单公布（更正）"), True, id="another headline"),
        pytest.param(feed(title="名单公布 阅读 1203"), True, id="another word"),
        pytest.param(feed(title="名单公布 12"), False, id="a counter"),
        pytest.param(feed(updated="2026-03-03T11:00:00+08:00"), True, id="updated later"),
        pytest.param(feed(updated="2026-03-01T09:00:00+08:00"), False, id="updated when published"),
    ],
)
def test_what_counts_as_an_edition(text, again):
    world = started()
    assert bool(polled(world, text)) is again


def test_the_change_is_noticed_once_and_told():
    world = started()
    world.site.pages[PAGE] = "名单公布（更正）\n入选：甲\n入选：乙"
    (read,) = polled(world, feed(title="名单公布（更正）"))
    told = [one for one in flow.handle(read, world.deps) if isinstance(one, FanOut)]
    names = {alert.subject.name for alert in world.store.alerts()}
    assert told
    assert names >= {"甲", "乙"}
    assert polled(world, feed(title="名单公布（更正）")) == []


def test_an_old_page_is_not_read_again():
    world = started()
    world.clock.at = START + timedelta(days=60)
    assert polled(world, feed(title="名单公布（更正）")) == []


def test_a_feed_that_is_always_updated_just_now_is_read_once_a_day():
    world = started()
    reads = 0
    for hour in range(0, 24, 2):
        world.clock.at -= timedelta(days=1) - timedelta(minutes=1)
        for read in polled(world, feed(updated=f"2026-03-03T{hour:02}:00:00+08:00")):
            reads += 1
            flow.handle(read, world.deps)
    assert reads == 1
