"""The embedded runner: drains, stops, refuses a second process, and survives being killed anywhere."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.stages.world import World

from dualcross.clock import SystemClock
from dualcross.errors import StoreUnavailable
from dualcross.model import Subscription
from dualcross.runners.embedded import EmbeddedRunner, FileLock
from dualcross.runners.queue import SqliteQueue
from dualcross.stores.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def world(tmp_path):
    store = SqliteStore(str(tmp_path / "x.db"))
    made = World(store=store).with_source().publish(a="一\n入选：Alpha", b="二\n入选：Beta")
    store.put_subscription(Subscription(id="sub1", channel="recording", address="x"))
    yield made
    store.close()


def test_once_does_everything_that_is_due(world):
    queue = SqliteQueue(world.store.database, world.clock)
    tally = EmbeddedRunner(world.deps, queue).once()
    assert len(world.channel.told) == 2
    assert (tally.failures, queue.counts()) == (0, {"waiting": 0, "taken": 0, "dead": 0})
    sent = list(world.channel.told)
    EmbeddedRunner(world.deps, queue).once()
    assert world.channel.told == sent


def test_a_bug_becomes_a_dead_letter_and_the_rest_goes_on(world):
    world.publish(z="bug\n")
    queue = SqliteQueue(world.store.database, world.clock)
    tally = EmbeddedRunner(world.deps, queue).once()
    assert tally.failures == 1
    for _ in range(9):
        world.clock.sleep(queue.wait() or 0)
        EmbeddedRunner(world.deps, queue).step()
    (letter,) = queue.dead()
    assert "KeyError: 'a bug in the reader'" in letter.error
    assert len(world.channel.told) == 2


def test_forever_ends_when_asked(world):
    world.deps = replace(world.deps, clock=SystemClock(), settings=replace(world.settings, backfill_days=3650))
    runner = EmbeddedRunner(world.deps, SqliteQueue(world.store.database, world.deps.clock))
    thread = threading.Thread(target=runner.forever)
    thread.start()
    for _ in range(200):
        if len(world.channel.told) == 2:
            break
        world.deps.clock.sleep(0.02)
    runner.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert len(world.channel.told) == 2


def test_one_process_runs_a_file(tmp_path):
    path = str(tmp_path / "x.db")
    lock = FileLock(path)
    with pytest.raises(StoreUnavailable, match="another dualcross"):
        FileLock(path)
    lock.release()
    FileLock(path).release()


def _run(folder: Path, at: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.runners.crashing", str(folder), str(at)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}:{ROOT / 'classifiers'}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_killed_at_any_step_nothing_is_lost_and_nothing_repeated(tmp_path):
    """The stated window: a message handed over and not yet settled is sent again, under the same delivery id."""
    (tmp_path / "whole").mkdir()
    whole = _run(tmp_path / "whole", 0)
    assert whole.returncode == 0, whole.stderr
    steps = int(whole.stdout.split()[0])
    wanted = Counter((tmp_path / "whole" / "sent").read_text().splitlines())
    assert set(wanted.values()) == {1}
    assert len(wanted) == 6
    for at in range(1, steps + 1, max(1, steps // 8)):
        folder = tmp_path / str(at)
        folder.mkdir()
        assert _run(folder, at).returncode == -9
        sent = folder / "sent"
        handed_over = sent.read_text().splitlines() if sent.exists() else []
        again = _run(folder, 0)
        assert again.returncode == 0, again.stderr
        assert again.stdout.split()[1] == "0"
        repeated = Counter(sent.read_text().splitlines()) - wanted
        assert set(sent.read_text().splitlines()) == set(wanted), f"killed at step {at}"
        assert list(repeated.elements()) in ([], handed_over[-1:]), f"killed at step {at}"
