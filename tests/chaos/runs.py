"""The runs of `make chaos`: one without faults to know what should be told, then each store with all of them."""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.chaos import stream, verdict
from tests.chaos.inboxes import Inboxes, smtp
from tests.chaos.kills import STORE_WRITES, TABLE_WRITES, Kills, Mortal
from tests.chaos.scenarios import Scenario, demo, short, synthetic
from tests.chaos.world import ListQueue, Queue, World, subscriptions

from dualcross.clock import FakeClock
from dualcross.ports import Store
from dualcross.runners.queue import SqliteQueue
from dualcross.settings import Settings
from dualcross.stores.archive import MemoryArchive
from dualcross.stores.memory import MemoryStore
from dualcross.stores.sqlite import SqliteStore

#: after the last page: the longest cadence, and the retries of what failed
_AFTERMATH = timedelta(days=9)
_SETTINGS = Settings(
    interval_min=600,
    interval_max=7200,
    secret_key="the key of the chaos runs",
    public_url="https://alerts.example.org",
    mail_from="alerts@example.org",
    attempts=6,
    min_confidence=0.3,
)

Opener = Callable[[FakeClock, random.Random, Kills], Callable[[], tuple[Store, Queue]]]


@contextmanager
def memory() -> Iterator[Opener]:
    """The store in memory: it and its queue outlive the kills, as a server would."""

    def opener(clock: FakeClock, dice: random.Random, _kills: Kills) -> Callable[[], tuple[Store, Queue]]:
        store, queue = MemoryStore(), ListQueue(clock, dice)
        return lambda: (store, queue)

    yield opener


@contextmanager
def sqlite() -> Iterator[Opener]:
    """One file for the store and the queue, opened anew after each kill."""
    # Memory stands in for a disk where there is such a folder: what is killed is the process, not the machine.
    shared = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=shared) as folder:

        def opener(clock: FakeClock, _dice: random.Random, _kills: Kills) -> Callable[[], tuple[Store, Queue]]:
            def reopen() -> tuple[Store, Queue]:
                store = SqliteStore(str(Path(folder) / "chaos.db"))
                return store, SqliteQueue(store.database, clock)

            return reopen

        yield opener


@contextmanager
def dynamodb() -> Iterator[Opener]:
    """The table of the template on moto; here every single request that writes is killed too."""
    from tests import cloud

    from dualcross.stores.dynamodb import DynamoStore

    def opener(clock: FakeClock, dice: random.Random, kills: Kills) -> Callable[[], tuple[Store, Queue]]:
        kills.skip = frozenset(STORE_WRITES)
        table, client = cloud.make_table(), cloud.shared_client("dynamodb")
        queue = ListQueue(clock, dice)
        return lambda: (DynamoStore(table, Mortal(client, kills, TABLE_WRITES), clock=clock), queue)

    yield opener


STORES: dict[str, Callable[[], Any]] = {"memory": memory, "sqlite": sqlite, "dynamodb": dynamodb}


def play(
    opener: Opener,
    days: int,
    seed: int,
    *,
    faults: bool,
    share: float = 1.0,
    make: Callable[[int, FakeClock], Scenario] = synthetic,
) -> tuple[World, list[str]]:
    """Replay a scenario and return the world as it stands at the end, with the ids of its alerts."""
    dice = random.Random(seed)
    clock = FakeClock(stream.START)
    scenario = make(days, clock)
    clock.at = scenario.start
    kills = Kills(random.Random(seed + 1), share=share, armed=False)
    boxes = Inboxes(_SETTINGS, clock, random.Random(seed + 2), 0.35 if faults else 0.0)
    with smtp(boxes) as address:
        world = World(
            open_store=opener(clock, dice, kills),
            archive=MemoryArchive(),
            clock=clock,
            settings=replace(_SETTINGS, smtp_url=address),
            kills=kills,
            boxes=boxes,
            dice=dice,
            parts=scenario.parts,
            tick_every=scenario.tick,
            duplicates=0.3 if faults else 0.0,
        )
        for source in scenario.sources:
            world.store.put_source(source)
        for subscription in subscriptions(clock.now()):
            world.store.put_subscription(subscription)
        kills.armed = faults
        world.tick()
        for moment, happen in scenario.moments:
            if moment > clock.now():
                world.until(moment)
            happen()
        world.until(clock.now() + _AFTERMATH)
    return world, [alert.id for alert in world.store.alerts()]


def main(arguments: Sequence[str]) -> int:
    """Run the chaos and print its counts; 0 only if everything held."""
    parser = argparse.ArgumentParser(prog="chaos")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="part of the writes that are killed")
    parser.add_argument("--store", action="append", choices=sorted(STORES))
    told = parser.parse_args(arguments)
    os.environ.update(DUALCROSS_CHAOS_SECRET="s3cret", DUALCROSS_CHAOS_TOKEN="T0KEN")
    verdicts: dict[str, verdict.Verdict] = {}
    for make, stores in ((synthetic, ("memory", "sqlite")), (demo, ("memory", "sqlite")), (short, ("dynamodb",))):
        wanted = [name for name in stores if name in (told.store or STORES)]
        if not wanted:
            continue
        with memory() as opener:
            calm, expected = play(opener, told.days, told.seed, faults=False, make=make)
            found = verdicts[f"{make.__name__}, calm"] = verdict.judge(calm.store, calm.boxes, expected)
            _print(f"{make.__name__} without faults", calm, found, 0.0)
        for name in wanted:
            begin = time.perf_counter()
            with STORES[name]() as opener:
                world, _ = play(opener, told.days, told.seed, faults=True, share=told.share, make=make)
                found = verdicts[f"{make.__name__}, {name}"] = verdict.judge(world.store, world.boxes, expected)
                _print(f"{make.__name__} on {name}", world, found, time.perf_counter() - begin)
                world.store.close()
    print(verdict.summary(verdicts))
    return 0 if all(one.held for one in verdicts.values()) else 1


def _print(name: str, world: World, found: verdict.Verdict, seconds: float) -> None:
    kills = world.kills.done
    sends = kills["send before"] + kills["send after"]
    print(f"{name}: {world.commands} commands, {world.repeated_commands} of them again or late, {seconds:.0f} s")
    print(f"  killed {world.kills.count} times: {sends} at sends, {world.kills.count - sends} at writes")
    print(
        f"  receivers failed: {', '.join(f'{count} x {fault}' for fault, count in sorted(world.boxes.faults.items()))}"
    )
    print(
        f"  {found.alerts} alerts told {found.told} times, {found.corrections} corrections, {found.digests} digests,"
        f" {found.messages} messages"
    )
    print(
        "  0 lost" if not found.lost else f"  LOST {len(found.lost)}: {verdict.grouped(found.lost)}",
        "0 repeated" if not found.repeated else f"REPEATED {len(found.repeated)}: {verdict.grouped(found.repeated)}",
        f"{found.in_window} inside the stated windows, {found.absorbed} of them unnoticed by idempotent receivers",
        sep=", ",
    )
    if found.wrong:
        print(f"  WRONG {len(found.wrong)}: {verdict.grouped(found.wrong)}")
