"""The embedded queue: order, delays, tries, dead letters, recovery."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from dualcross.clock import FakeClock
from dualcross.model import Deliver, FanOut, Poll, Read, Tick
from dualcross.runners.queue import TRIES, SqliteQueue
from dualcross.stores.sqlite import SqliteStore


@pytest.fixture
def clock():
    return FakeClock(datetime(2026, 3, 2, tzinfo=UTC))


@pytest.fixture
def queue(tmp_path, clock):
    store = SqliteStore(str(tmp_path / "x.db"))
    yield SqliteQueue(store.database, clock)
    store.close()


def test_what_is_nearest_to_the_subscriber_goes_first(queue):
    queue.send(
        [Tick(), Poll(source_ids=("a",)), Read(items=()), FanOut(alert_ids=("x",)), Deliver(delivery_ids=("d",))]
    )
    order = []
    while taken := queue.take():
        order.append(type(taken.command).__name__)
        queue.done(taken, [])
    assert order == ["Deliver", "FanOut", "Read", "Poll", "Tick"]


def test_a_delay_holds_a_command_back(queue, clock):
    queue.send([Deliver(delivery_ids=("d",), attempt=2, delay=30.0)])
    assert queue.take() is None
    assert queue.wait() == 30.0
    clock.at += timedelta(seconds=30)
    assert queue.take().command.attempt == 2
    assert queue.wait() is None


def test_an_equal_command_waits_once_with_the_earlier_moment(queue):
    for delay in (50.0, 0.0, 99.0):
        queue.send([Deliver(delivery_ids=("d",), delay=delay)])
    assert queue.counts() == {"waiting": 1, "taken": 0, "dead": 0}
    taken = queue.take()
    queue.send([Deliver(delivery_ids=("d",))])
    queue.done(taken, [Deliver(delivery_ids=("d",), delay=5.0)])
    assert queue.counts()["waiting"] == 1
    assert queue.take() is not None


def test_done_and_follow_ups_stand_together(queue):
    queue.send([Tick()])
    taken = queue.take()

    def broken():
        yield Poll(source_ids=("a",))
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        queue.done(taken, broken())
    assert queue.counts() == {"waiting": 0, "taken": 1, "dead": 0}
    assert queue.recover() == 1
    assert queue.take().command == Tick()


def test_a_failing_command_is_dead_after_its_tries_and_can_be_redriven(queue, clock):
    queue.send([Poll(source_ids=("a",))])
    for number in range(1, TRIES + 1):
        taken = queue.take()
        assert taken.tries == number
        assert queue.failed(taken, f"error {number}") is (number == TRIES)
        assert queue.take() is None
        clock.at += timedelta(seconds=queue.wait() or 0)
    (letter,) = queue.dead()
    assert (letter.hop, letter.tries, letter.error) == ("Poll", TRIES, f"error {TRIES}")
    assert queue.redrive([letter.id + 1]) == 0
    assert queue.redrive() == 1
    assert queue.dead() == ()
    assert queue.take().tries == 1


def test_a_failed_command_joins_an_equal_one_that_waits(queue, clock):
    queue.send([Tick()])
    taken = queue.take()
    queue.send([Tick()])
    queue.failed(taken, "x")
    assert queue.counts()["waiting"] == 1
    clock.at += timedelta(hours=1)
    assert queue.take().tries == 2


def test_recovery_does_not_count_the_try_and_joins_equal_ones(queue):
    queue.send([Tick()])
    queue.take()
    queue.send([Tick()])
    assert queue.recover() == 1
    assert queue.counts()["waiting"] == 1
    assert queue.take().tries == 1


def test_a_command_nobody_knows_is_a_dead_letter(queue):
    queue.send([Tick()])
    with queue._db.write() as db:
        db.execute("""UPDATE commands SET command = '{"command": "Future"}'""")
    assert queue.take() is None
    assert queue.dead()[0].error == "no such command: 'Future'"


def test_racing_workers_take_each_command_once(queue):
    queue.send([Deliver(delivery_ids=(str(n),)) for n in range(100)])

    def work(_):
        got = []
        while taken := queue.take():
            got.append(taken.command.delivery_ids[0])
            queue.done(taken, [])
        return got

    with ThreadPoolExecutor(6) as pool:
        got = [name for names in pool.map(work, range(6)) for name in names]
    assert sorted(got, key=int) == [str(n) for n in range(100)]
