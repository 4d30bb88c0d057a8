"""Digest: what was held comes in one message, at its hour, with its reasons; silence is told where it was asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alerts.values import alert
from tests.stages.world import START, SUBSCRIPTION, World

from dualcross import flow
from dualcross.alerts.preview import preview
from dualcross.errors import DeliveryPermanent
from dualcross.model import Deliver, Digest, FanOut, Record, Source, SourceState
from dualcross.ports import Commit


def made(**changes) -> World:
    world = World()
    world.store.put_subscription(replace(SUBSCRIPTION, language="en", **changes))
    return world


def publish(world: World, *numbers: int, **changes) -> None:
    """Put alerts into the store and fan them out, as reading their pages would."""
    for number in numbers:
        one = alert(number, created=world.clock.now(), record_id=f"r{number}", **changes)
        record = Record(
            id=f"r{number}", url=one.url, title=one.title, text=one.quotes[0], published=None, language="zh-Hans",
            source="x", official=False, read_at=world.clock.now(),
        )  # fmt: skip
        world.store.commit(Commit(record=record, alerts=(one,)))
        run(world, FanOut(alert_ids=(one.id,)))


def run(world: World, *commands) -> None:
    queue = list(commands)
    while queue:
        command = queue.pop(0)
        if not command.delay:
            queue += flow.handle(command, world.deps)


def at(world: World, text: str) -> None:
    world.clock.at = datetime.fromisoformat(text)
    run(world, Digest())


def told(world: World) -> list[tuple[str, int]]:
    return [(message.kind, len(message.alerts)) for message in world.channel.sent]


def test_quiet_hours_are_released_in_one_message_that_says_so():
    world = made(quiet="15:00-18:00")  # it is 16:00 in Shanghai
    publish(world, 1, 2, 3)
    run(world, Digest())
    assert told(world) == []
    at(world, "2026-03-02T17:59:59+08:00")
    assert told(world) == []
    at(world, "2026-03-02T18:00:00+08:00")
    assert told(world) == [("digest", 3)]
    run(world, Digest())
    assert told(world) == [("digest", 3)]
    assert "Held back until now: 3 (quiet hours)." in world.channel.sent[0].text
    publish(world, 4)
    assert told(world)[1:] == [("alert", 1)]


def test_above_the_cap_comes_one_summary():
    world = made(cap=2)
    publish(world, *range(1, 8))
    assert told(world) == [("alert", 1)] * 2
    at(world, "2026-03-02T09:00:00+00:00")
    assert told(world)[2:] == [("digest", 5)]
    assert "Held back until now: 5 (over your hourly cap)." in world.channel.sent[2].text


def test_older_entries_of_a_new_source_come_in_one_summary():
    world = made()
    publish(world, 1, 2, 3, backfill=True)
    publish(world, 4)
    assert told(world) == [("alert", 1)]
    at(world, "2026-03-02T09:00:00+00:00")
    assert told(world)[1:] == [("digest", 3)]
    assert "older entries of a new source" in world.channel.sent[1].text


def test_a_digest_groups_by_event_and_says_how_the_sources_fare():
    world = made(cadence="daily@18:00")
    for number, state in enumerate((
        SourceState(source_id="s0", outcome="ok", last_success=START),
        SourceState(source_id="s1", outcome="timeout", failures=3, last_success=START - timedelta(hours=7)),
        SourceState(source_id="s2", outcome="login", failures=9, last_success=None),
    )):  # fmt: skip
        world.store.put_source(Source(id=f"s{number}", url=f"https://s{number}.test/", name=f"Source {number}"))
        world.store.commit_poll(state, ())
    world.store.put_source(Source(id="s9", url="https://s9.test/", paused=True))
    publish(world, 1, event="dual-cross/entry/2023/a")
    publish(world, 2, event="dual-cross/entry/2023/a", confirmed=True, ladder="confirmed")
    publish(world, 3)
    at(world, "2026-03-02T18:00:00+08:00")
    (message,) = world.channel.sent
    assert (len(message.alerts), len(message.blocks)) == (3, 2)
    assert message.subject.startswith("dualcross digest of 2: Confirmed: New dual cross-platform: 云枢平台2")
    assert message.subject.endswith(", and 1 more")
    assert dict(message.blocks[0].facts)["Same event"].startswith("New dual cross-platform")
    assert "Sources: 1 of 3 healthy. Source 2 asks for a login; Source 1: timing out for 9 h" in message.text


def test_nothing_happened_is_told_if_asked():
    world = made(cadence="daily@18:00", always=True, created=START - timedelta(days=3))
    at(world, "2026-03-02T17:59:00+08:00")
    before = len(world.channel.sent)
    at(world, "2026-03-02T18:00:00+08:00")
    run(world, Digest())
    (message,) = world.channel.sent[before:]
    assert (message.kind, message.alerts) == ("digest", ())
    assert "Nothing that fits your subscription happened" in message.text
    assert "Sources: 0 of 0 healthy." in message.text
    silent = made(cadence="daily@18:00", created=START - timedelta(days=3))
    at(silent, "2026-03-02T18:00:00+08:00")
    assert told(silent) == []


def test_what_was_held_while_paused_comes_after_resuming():
    world = made(quiet="15:00-18:00")
    publish(world, 1)
    subscription = world.store.subscription("sub1")
    world.store.put_subscription(replace(subscription, state="paused"))
    at(world, "2026-03-02T20:00:00+08:00")
    assert told(world) == []
    world.store.put_subscription(subscription)
    at(world, "2026-03-03T09:00:00+08:00")
    assert told(world) == [("digest", 1)]


def test_what_is_held_for_one_who_left_is_never_told():
    world = made(quiet="15:00-18:00")
    publish(world, 1)
    world.store.put_subscription(replace(world.store.subscription("sub1"), state="ended"))
    at(world, "2026-03-02T18:00:00+08:00")
    assert told(world) == []
    assert [(d.state, d.error) for d in world.store.deliveries()] == [("dead", "the subscription has ended")]


class Corrected:
    """Alert 1 was told and turns out wrong."""

    def __init__(self, world: World, why: str = "the report was taken back", quote: str = "该报道有误。") -> None:
        self.world = world
        record = Record(
            id="erratum", url="https://news.test/erratum", title="更正", text="编者按：该报道有误。", source="某报",
            published="2026-03-02T17:00:00+08:00", language="zh-Hans", official=False, read_at=world.clock.now(),
        )  # fmt: skip
        world.store.commit(Commit(record=record, corrections=(("alert-1", why, quote),)))
        run(world, FanOut(alert_ids=("alert-1",)), FanOut(alert_ids=("alert-1",)))


def test_a_correction_is_told_once_to_those_who_were_told():
    world = made()
    world.store.put_subscription(replace(SUBSCRIPTION, id="late", state="paused"))
    publish(world, 1)
    world.store.put_subscription(replace(SUBSCRIPTION, id="late"))
    Corrected(world)
    run(world, Digest())
    assert told(world) == [("alert", 1), ("correction", 1)]
    message = world.channel.sent[1]
    assert message.subscription.id == "sub1"
    block = message.blocks[0]
    assert (block.quote, block.origin) == ("该报道有误。", "某报, 2026-03-02 17:00 (UTC+08:00)")
    assert dict(block.facts)["What was wrong"] == "the report was taken back"
    assert dict(block.links)["What corrects it"] == "https://news.test/erratum"


def test_what_was_corrected_before_it_was_told_is_not_told():
    world = made(quiet="15:00-18:00")
    publish(world, 1, 2)
    Corrected(world)
    at(world, "2026-03-02T18:00:00+08:00")
    assert told(world) == [("digest", 1)]
    assert [one.id for one in world.channel.sent[0].alerts] == ["alert-2"]


def test_a_correction_in_quiet_hours_waits_for_their_end():
    world = made(quiet="17:00-18:00")
    publish(world, 1)
    world.clock.at = datetime.fromisoformat("2026-03-02T17:30:00+08:00")
    Corrected(world)
    assert told(world) == [("alert", 1)]
    at(world, "2026-03-02T18:00:00+08:00")
    assert told(world) == [("alert", 1), ("digest", 1)]
    assert world.channel.sent[1].blocks[0].headline.startswith("Correction: ")


def test_who_was_told_in_a_digest_is_told_of_the_correction_too():
    world = made(cadence="daily@18:00")
    publish(world, 1, 2)
    at(world, "2026-03-02T18:00:00+08:00")
    Corrected(world)
    at(world, "2026-03-03T18:00:00+08:00")
    run(world, Digest())
    assert told(world) == [("digest", 2), ("digest", 1)]
    assert world.channel.sent[1].blocks[0].headline.startswith("Correction: ")


def test_an_alert_that_came_to_nobody_is_not_corrected():
    world = made()
    world.channel.fail_next(1, DeliveryPermanent("gone"))
    publish(world, 1)
    world.store.put_subscription(replace(SUBSCRIPTION, language="en"))
    Corrected(world)
    run(world, Digest())
    assert told(world) == []


def test_what_an_analyst_wrote_is_no_quote():
    world = made()
    publish(world, 1)
    Corrected(world, why="an analyst rejected it", quote="alice")
    assert "alice" not in world.channel.sent[1].text
    assert dict(world.channel.sent[1].blocks[0].facts)["What was wrong"] == "an analyst looked at it and rejected it"


_RULES = st.fixed_dictionaries({
    "cadence": st.sampled_from(["now", "now", "daily@18:00", "weekly@tue-09:00"]),
    "quiet": st.sampled_from(["", "22:00-07:30", "15:00-18:00"]),
    "cap": st.sampled_from([0, 1, 2]),
})  # fmt: skip


@settings(max_examples=40)
@given(rules=_RULES, minutes=st.lists(st.integers(0, 3000), min_size=1, max_size=8))
def test_a_preview_is_what_would_have_been_sent(rules, minutes):
    world = made(**rules)
    moments = [START + timedelta(minutes=minute) for minute in sorted(minutes)]
    for number, moment in enumerate(moments, 1):
        _until(world, moment)
        publish(world, number)
    _until(world, START + timedelta(days=20))
    subscription = world.store.subscription("sub1")
    sent = preview(subscription, world.store.alerts(), START)
    assert [[a.id for a in one.alerts] for one in sent] == [[a.id for a in m.alerts] for m in world.channel.sent]
    assert [one.at for one in sent] == [message.sent_at.astimezone(UTC) for message in world.channel.sent]


def _until(world: World, moment: datetime) -> None:
    """Let every slot before the moment come."""
    while True:
        slots = [d.not_before for d in world.store.deliveries(state="held") if d.not_before and d.not_before <= moment]
        if not slots:
            break
        world.clock.at = max(min(slots), world.clock.at)
        run(world, Digest())
    world.clock.at = moment


@pytest.mark.parametrize("size", [1, 60])
def test_a_long_digest_says_how_much_it_leaves_out(size):
    world = made(cadence="daily@18:00")
    publish(world, *range(1, size + 1))
    at(world, "2026-03-02T18:00:00+08:00")
    (message,) = world.channel.sent
    assert len(message.alerts) == size
    assert ("more events are not shown" in message.text) == (size > 40)


def test_a_command_that_was_lost_is_made_again():
    world = made()
    publish(world, 1)
    (delivery,) = world.store.deliveries()
    world.store.open([replace(delivery, id="x", state="pending", attempt=0, receipt="", settled=None)])
    assert flow.handle(Digest(), world.deps) == []
    world.clock.at += timedelta(minutes=5)
    assert flow.handle(Digest(), world.deps) == [Deliver(delivery_ids=("x",))]
