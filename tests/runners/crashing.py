"""A program that runs the flow on a file and kills itself at the N-th write or send; for the test beside it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from tests.stages.world import World

from dualcross.clock import SystemClock
from dualcross.model import Subscription
from dualcross.runners.embedded import EmbeddedRunner, FileLock
from dualcross.runners.queue import SqliteQueue
from dualcross.settings import Settings
from dualcross.stores.sqlite import SqliteStore


class Killer:
    """Counts steps and ends the process the hard way at the chosen one."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0
        self.lock = threading.Lock()

    def step(self) -> None:
        with self.lock:
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), signal.SIGKILL)


class DyingChannel:
    """Writes each message's delivery id to a file; may die right after it was sent, or before."""

    name = "recording"

    def __init__(self, out: Path, killer: Killer) -> None:
        self.out, self.killer = out, killer

    def send(self, message):
        self.killer.step()
        with self.out.open("a") as file:
            file.write(f"{message.delivery_id}\n")
        return "ok"


def main(folder: str, at: str) -> None:
    killer = Killer(int(at))
    path = str(Path(folder) / "x.db")
    lock = FileLock(path)
    store = SqliteStore(path)
    write = store.database.write

    def dying(**options):
        killer.step()
        return write(**options)

    store.database.write = dying
    channel = DyingChannel(Path(folder) / "sent", killer)
    settings = Settings(secret_key="k" * 32, workers=2, lease=0.2, backfill_days=3650)
    world = World(store=store, channel=channel, clock=SystemClock(), settings=settings)
    world.with_source().publish(
        a="一\n入选：Alpha", b="二\n入选：Beta", c="三\n入选：Alpha\n入选：Gamma", d="四\n没有新事"
    )
    for name in ("sub1", "sub2"):
        if store.subscription(name) is None:
            store.put_subscription(Subscription(id=name, channel="recording", address="x"))
    queue = SqliteQueue(store.database, world.clock)
    runner = EmbeddedRunner(world.deps, queue)
    runner.once()
    while queue.counts()["waiting"]:
        world.clock.sleep(min(queue.wait() or 0.05, 1.5))
        while runner.step():
            pass
    store.close()
    lock.release()
    sys.stdout.write(f"{killer.count} {len(queue_dead(path))}\n")


def queue_dead(path: str):
    store = SqliteStore(path)
    try:
        return SqliteQueue(store.database, SystemClock()).dead()
    finally:
        store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
