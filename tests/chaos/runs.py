"""The runs of `make chaos`: one without faults to know what should be told, then each store with all of them."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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


class _Leaps:
    """The same time, with longer waits: a store polls a dead rival for ten seconds, and each look is a slow request."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(max(seconds, 1.0))


@contextmanager
def dynamodb() -> Iterator[Opener]:
    """The table of the template on moto; here every single request that writes is killed too."""
    from tests import cloud

    from dualcross.stores.dynamodb import DynamoStore

    def opener(clock: FakeClock, dice: random.Random, kills: Kills) -> Callable[[], tuple[Store, Queue]]:
        kills.skip = frozenset(STORE_WRITES)
        table, client = cloud.make_table(), cloud.shared_client("dynamodb")
        queue = ListQueue(clock, dice)
        return lambda: (DynamoStore(table, Mortal(client, kills, TABLE_WRITES), clock=_Leaps(clock)), queue)

    yield opener


STORES: dict[str, Callable[[], Any]] = {"memory": memory, "sqlite": sqlite, "dynamodb": dynamodb}
SCENARIOS = {"synthetic": synthetic, "demo week": demo, "nine days": short}
#: what is run where, and which part of the writes is killed; an emulated table takes milliseconds for each request, so
#: it gets a short stream, and of the week a quarter of the writes and some of every kind
PLAN = (
    ("dynamodb", "nine days", 1.0),
    ("dynamodb", "demo week", 0.25),
    ("sqlite", "synthetic", 1.0),
    ("memory", "synthetic", 1.0),
    ("sqlite", "demo week", 1.0),
    ("memory", "demo week", 1.0),
)


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
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time")
    told = parser.parse_args(arguments)
    os.environ.update(DUALCROSS_CHAOS_SECRET="s3cret", DUALCROSS_CHAOS_TOKEN="T0KEN")
    outcomes: list[Outcome] = []
    # The longest first: with two at a time the others fill the gap.
    with ProcessPoolExecutor(told.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        runs = [
            pool.submit(attempt, scenario, store, told.days, told.seed, min(told.share, share))
            for store, scenario, share in PLAN
            if store in (told.store or STORES)
        ]
        for run in as_completed(runs):
            outcomes.append(run.result())
            print(outcomes[-1].told, flush=True)
    print(verdict.summary([one.verdict for one in outcomes], sum(one.kills for one in outcomes)))
    return 0 if all(one.verdict.held for one in outcomes) else 1


@dataclass(frozen=True)
class Outcome:
    """What one run came to."""

    told: str
    verdict: verdict.Verdict
    kills: int


def attempt(scenario: str, store: str, days: int, seed: int, share: float) -> Outcome:
    """Play a scenario calmly, then on the store with everything that can go wrong, and judge it."""
    make = SCENARIOS[scenario]
    begin = time.perf_counter()
    with memory() as opener:
        calm, expected = play(opener, days, seed, faults=False, make=make)
        undisturbed = verdict.judge(calm.store, calm.boxes, expected)
    with STORES[store]() as opener:
        world, _ = play(opener, days, seed, faults=True, share=share, make=make)
        found = verdict.judge(world.store, world.boxes, expected)
        world.store.close()
    for name in ("lost", "repeated", "wrong"):
        getattr(found, name).extend(f"without faults: {one}" for one in getattr(undisturbed, name))
    found.wrong += [f"never killed at: {one}" for one in world.kills.missed]
    return Outcome(_told(f"{scenario} on {store}", world, found, time.perf_counter() - begin), found, world.kills.count)


def _told(name: str, world: World, found: verdict.Verdict, seconds: float) -> str:
    kills = world.kills.done
    sends = kills["message before"] + kills["message after"]
    faults = ", ".join(f"{count} x {fault}" for fault, count in sorted(world.boxes.faults.items()))
    part = "all" if world.kills.share >= 1 else f"{world.kills.share:.0%} of the"
    at_sends = f"{sends} at sends, {world.kills.count - sends} at writes of {len(world.kills.met) - 1} kinds"
    counts = f"{found.corrections} corrections, {found.digests} digests, {found.messages} messages"
    windows = f"{found.in_window} inside the stated windows, {found.absorbed} of them unnoticed by idempotent receivers"
    lines = [
        f"{name}: {world.commands} commands, {world.repeated_commands} of them again or late, {seconds:.0f} s",
        f"  killed {world.kills.count} times, {part} writes before and after: {at_sends}",
        f"  receivers failed: {faults}",
        f"  {found.alerts} alerts told {found.told} times, {counts}",
        f"  {len(found.lost)} lost, {len(found.repeated)} repeated, {windows}",
    ]
    for word in ("lost", "repeated", "wrong"):
        found_here = getattr(found, word)
        lines += [f"  {word.upper()} {one}" for one in verdict.grouped(found_here)]
    return "\n".join(lines)
