"""Read, FanOut and Deliver: each run twice, with failures at every step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.stages.world import START, SUBSCRIPTION, World

from dualcross import flow
from dualcross.errors import DeliveryPermanent, DeliveryThrottled, FetchStatus, FetchTimeout
from dualcross.model import Deliver, FanOut, Item, Read

PAGE = "名单公布\n入选：Newplat"


def item(name: str = "a", **fields) -> Item:
    return Item(source_id="s1", url=f"https://news.test/{name}", published="2026-03-01", **fields)


@pytest.fixture
def world() -> World:
    made = World().with_source().publish(a=PAGE)
    made.store.put_subscription(SUBSCRIPTION)
    return made


def run(world: World, *commands) -> list:
    """Run the commands and all that follows at once; what is delayed is returned."""
    delayed = []
    queue = list(commands)
    while queue:
        command = queue.pop(0)
        if command.delay:
            delayed.append(command)
        else:
            queue += flow.handle(command, world.deps)
    return delayed


def test_a_page_becomes_a_record_an_alert_and_one_message(world):
    assert run(world, Read(items=(item(),))) == []
    (record,) = world.store.records()
    assert (record.title, record.source_id, record.labels) == ("名单公布", "s1", ("selection",))
    assert world.archive.get(record.raw) == PAGE.encode()
    alerts = list(world.store.alerts())
    assert [a.trigger for a in alerts] == ["platform.new"]
    assert world.channel.told == [("sub1", alerts[0].id)]


def test_every_command_run_twice_tells_nobody_twice(world):
    read = Read(items=(item(),))
    (fan_out,) = flow.handle(read, world.deps)
    assert flow.handle(read, world.deps) == [fan_out]
    (deliver,) = flow.handle(fan_out, world.deps)
    assert flow.handle(fan_out, world.deps) == [deliver]
    assert flow.handle(deliver, world.deps) == []
    assert flow.handle(deliver, world.deps) == []
    assert flow.handle(fan_out, world.deps) == []
    assert len(world.channel.sent) == 1


def test_unchanged_content_is_not_understood_again(world):
    run(world, Read(items=(item(),)))
    world.deps = replace(world.deps, understand=lambda *_: pytest.fail("understood again"))
    run(world, Read(items=(item(),)))


def test_a_passing_failure_comes_back_later_and_is_given_up_in_the_end(world):
    world.site.pages["https://news.test/a"] = FetchTimeout("slow")
    command = Read(items=(item(),))
    delays = []
    world.store.commit_poll(world.store.source("s1")[1], [item()])
    while command:
        follow = flow.handle(command, world.deps)
        command = follow[0] if follow else None
        if command:
            delays.append(command.delay)
            assert command.attempt == len(delays) + 1
            assert world.store.commit_poll(world.store.source("s1")[1], ()) == (item(),)
    assert delays == sorted(delays)
    assert len(delays) == 4
    assert world.store.commit_poll(world.store.source("s1")[1], ()) == ()


def test_a_retry_after_is_obeyed(world):
    world.site.pages["https://news.test/a"] = FetchStatus("429", status=429, retry_after=4000.0)
    (later,) = flow.handle(Read(items=(item(),)), world.deps)
    assert later.delay == 4000.0


@pytest.mark.parametrize("page", [FetchStatus("404", status=404), "unreadable"], ids=str)
def test_a_final_failure_is_recorded_at_once(world, page):
    world.site.pages["https://news.test/a"] = page
    world.store.commit_poll(world.store.source("s1")[1], [item()])
    assert flow.handle(Read(items=(item(),)), world.deps) == []
    assert world.store.commit_poll(world.store.source("s1")[1], ()) == ()


def test_a_bug_in_one_item_is_split_off_and_raised_alone(world):
    world.site.pages["https://news.test/b"] = "bug\n"
    follow = flow.handle(Read(items=(item("b"), item("a"))), world.deps)
    assert [type(c) for c in follow] == [FanOut, Read]
    assert follow[1].items == (item("b"),)
    with pytest.raises(KeyError):
        flow.handle(follow[1], world.deps)


def test_items_of_a_removed_source_are_dropped(world):
    world.store.remove_source("s1")
    assert flow.handle(Read(items=(item(),)), world.deps) == []


def test_only_those_who_want_it_are_told(world):
    wanted = {"a": "region:440000", "b": "region:330000", "c": "入选 -招聘"}
    world.store.remove_subscription("sub1")
    for name, query in wanted.items():
        world.store.put_subscription(replace(SUBSCRIPTION, id=name, query=query))
    world.store.put_subscription(replace(SUBSCRIPTION, id="d", triggers=("policy.new",)))
    world.store.put_subscription(replace(SUBSCRIPTION, id="e", min_confidence=0.99))
    world.store.put_subscription(replace(SUBSCRIPTION, id="f", min_ladder="confirmed"))
    world.store.put_subscription(replace(SUBSCRIPTION, id="g", state="paused"))
    world.store.put_subscription(replace(SUBSCRIPTION, id="h", query="nofield:x"))
    run(world, Read(items=(item(),)))
    assert sorted(sub for sub, _ in world.channel.told) == ["a", "c"]


def test_a_temporary_failure_is_tried_again_and_dead_after_the_last_attempt(world):
    world.channel.fail_next(99)
    (later,) = run(world, Read(items=(item(),)))
    for attempt in range(2, world.settings.attempts + 1):
        assert (later.attempt, later.delay > 0) == (attempt, True)
        again = replace(later, delay=0.0)
        # Too early: nothing is sent, and it comes back when its time has come.
        (early,) = flow.handle(again, world.deps)
        assert early.delay == later.delay
        world.clock.at += timedelta(seconds=later.delay)
        follow = flow.handle(again, world.deps)
        later = follow[0] if follow else None
    assert later is None
    (delivery,) = world.store.deliveries()
    assert (delivery.state, delivery.error) == ("dead", "told to fail")
    assert world.store.subscription("sub1").state == "active"


def test_a_dead_delivery_can_be_redriven(world):
    world.channel.fail_next(1, DeliveryPermanent("no such address"))
    run(world, Read(items=(item(),)))
    (delivery,) = world.store.deliveries()
    assert delivery.state == "dead"
    assert world.store.subscription("sub1").state == "paused"
    assert dict(world.store.facts("parked"))["sub1"]["why"] == "no such address"
    world.store.put_subscription(SUBSCRIPTION)
    assert world.store.release(delivery.id)
    run(world, Deliver(delivery_ids=(delivery.id,)))
    assert len(world.channel.sent) == 1


def test_throttling_spends_no_attempt(world):
    world.channel.fail_next(20, DeliveryThrottled("slow down", retry_after=50.0))
    (later,) = run(world, Read(items=(item(),)))
    for _ in range(19):
        assert later.attempt == 1
        world.clock.at += timedelta(seconds=later.delay)
        (later,) = flow.handle(replace(later, delay=0.0), world.deps)
    world.clock.at += timedelta(seconds=later.delay)
    assert flow.handle(replace(later, delay=0.0), world.deps) == []
    assert len(world.channel.sent) == 1


def test_a_crash_while_sending_is_taken_up_after_the_lease(world):
    world.channel.fail_next(1, MemoryError("killed"))
    (fan_out,) = flow.handle(Read(items=(item(),)), world.deps)
    (deliver,) = flow.handle(fan_out, world.deps)
    with pytest.raises(MemoryError):
        flow.handle(deliver, world.deps)
    (later,) = flow.handle(deliver, world.deps)
    assert later.delay == world.settings.lease
    world.clock.at = START + timedelta(seconds=world.settings.lease)
    assert flow.handle(replace(later, delay=0.0), world.deps) == []
    assert len(world.channel.sent) == 1
    assert world.store.deliveries()[0].attempt == 2


def test_the_operator_is_told_of_a_parked_address(world):
    world.settings = replace(world.settings, operator_email="ops@x.test")
    world.deps = replace(world.deps, settings=world.settings)
    world.channel.fail_next(1, DeliveryPermanent("no such address"))
    run(world, Read(items=(item(),)))
    assert [m.kind for m in world.channel.sent] == ["notice"]
