"""One worker at a time with a host, on a table that several share."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests import cloud
from tests.stages.world import FEED, START, World

from dualcross import flow
from dualcross.model import FanOut, Item, Poll, Read, Tick
from dualcross.stores.dynamodb.hosts import DynamoHosts
from dualcross.stores.dynamodb.table import Table


@pytest.fixture(scope="module")
def table():
    return cloud.make_table()


@pytest.fixture
def hosts(table):
    return DynamoHosts(Table(table, cloud.shared_client("dynamodb"), lambda _: None))


def minute(n: float):
    return START + timedelta(minutes=n)


def test_a_host_is_one_holders_until_the_end_of_its_turn(hosts):
    assert hosts.take("a.test", "x", now=START, until=minute(5))
    assert not hosts.take("a.test", "y", now=minute(1), until=minute(6))
    assert hosts.take("a.test", "x", now=minute(1), until=minute(5)), "the same command, brought again"
    assert hosts.take("b.test", "y", now=minute(1), until=minute(2))
    assert hosts.held(["a.test", "b.test", "c.test"], now=minute(1)) == {"a.test", "b.test"}
    assert hosts.held(["a.test", "b.test"], now=minute(3)) == {"a.test"}
    assert hosts.held([], now=START) == frozenset()
    assert hosts.take("a.test", "y", now=minute(5), until=minute(9)), "a turn ends by itself"


def world(hosts, name) -> World:
    made = World().with_source("s1").with_source("s2", "https://other.test/list")
    made.site.pages |= {f"https://{name}.test/{n}": f"{n}\n入选：甲{n}" for n in range(3)}
    made.site.pages |= {FEED: "", "https://other.test/list": ""}
    made.deps = replace(made.deps, hosts=hosts)
    return made


def items(name, *numbers):
    return tuple(Item(source_id="s1", url=f"https://{name}.test/{n}") for n in numbers)


def test_pages_of_a_host_that_another_worker_has_are_read_later(hosts):
    made = world(hosts, "read")
    made.site.pages["https://free.test/9"] = "9\n入选：乙"
    assert hosts.take("read.test", "another", now=START, until=minute(1))
    command = Read(items=(*items("read", 0, 1), *items("free", 9)), attempt=2)
    for _ in range(2):
        told = flow.handle(command, made.deps)
        (later,) = [one for one in told if isinstance(one, Read)]
        assert later == Read(items=items("read", 0, 1), attempt=2, delay=30.0)
        assert [len(one.alert_ids) for one in told if isinstance(one, FanOut)] == [1]
    made.clock.at = minute(2)
    assert not [one for one in flow.handle(replace(later, delay=0.0), made.deps) if isinstance(one, Read)]
    assert {url for url, _ in made.site.requests} >= {"https://read.test/0", "https://read.test/1"}


def test_a_long_turn_is_handed_back_and_a_short_one_ends_by_itself(hosts):
    made = world(hosts, "long")
    made.site.pages |= {f"https://long.test/{n}": "x" for n in range(9)}
    flow.handle(Read(items=items("long", *range(9))), made.deps)
    assert hosts.held(["long.test"], now=START) == frozenset()
    flow.handle(Read(items=items("long", 0, 1)), made.deps)
    assert hosts.held(["long.test"], now=START) == {"long.test"}
    hosts.give_back("long.test", "somebody else")
    assert hosts.held(["long.test"], now=START) == {"long.test"}


def test_a_source_on_a_host_that_is_being_read_stays_due(hosts):
    made = world(hosts, "poll")
    assert hosts.take("feed.test", "a reader", now=START, until=minute(1))
    assert flow.handle(Poll(source_ids=("s1", "s2")), made.deps) == []
    assert [url for url, _ in made.site.requests] == ["https://other.test/list"]
    made.clock.at = minute(2)
    (poll,) = flow.handle(Tick(), made.deps)
    assert poll.source_ids == ("s1",)
    flow.handle(poll, made.deps)
    assert made.site.requests[-1][0] == FEED


def test_without_a_table_nobody_asks_whose_turn_it_is():
    made = world(None, "alone")
    assert flow.handle(Read(items=items("alone", 0)), made.deps)
