"""The runner on one machine: worker threads that carry commands from the queue to the flow and back.

    ticker ──Tick every `EVERY` s──► queue ◄──► workers: take → flow.handle → done with its follow-ups, as one

A worker that is killed leaves its command taken; the next run makes it wait again. Exactly one process may run a
file: it holds a lock that the system lets go when the process ends, however it ends.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dualcross import flow
from dualcross.deps import Deps
from dualcross.errors import StoreUnavailable
from dualcross.model import Digest, Tick
from dualcross.ports import Archive
from dualcross.runners.queue import SqliteQueue, Taken

log = logging.getLogger("dualcross.runner")

#: seconds between two ticks
EVERY = 20.0
#: seconds that an idle worker sleeps at most
IDLE = 1.0


class FileLock:
    """Held by the one process that runs a store's file; raises `StoreUnavailable` where another has it."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(f"{path}.lock", isolation_level=None, timeout=0, check_same_thread=False)
        try:
            self._db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._db.close()
            raise StoreUnavailable(f"another dualcross is running on {path}; stop it first") from error

    def release(self) -> None:
        """Let another process run the file."""
        self._db.close()


@dataclass(slots=True)
class Tally:
    """What a run did."""

    commands: int = 0
    failures: int = 0
    dead: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *, failed: bool = False, dead: bool = False) -> None:
        """Count one command."""
        with self._lock:
            self.commands += 1
            self.failures += failed
            self.dead += dead


class EmbeddedRunner:
    """Runs the queue with `settings.workers` threads."""

    def __init__(self, deps: Deps, queue: SqliteQueue, archive: Archive | None = None) -> None:
        self._deps = deps
        self._queue = queue
        #: whose old responses are dropped once a day
        self._archive = archive
        self._expired: datetime | None = None
        self._stop = threading.Event()
        self._busy = 0
        self._guard = threading.Condition()
        self.tally = Tally()

    def stop(self) -> None:
        """Ask every worker to finish the command in hand and end."""
        self._stop.set()
        with self._guard:
            self._guard.notify_all()

    def once(self) -> Tally:
        """Recover, tick, and work until no command is due; what must wait for later stays in the queue."""
        self._queue.recover()
        self._queue.send([Tick(), Digest()])
        self._work(drain=True)
        return self.tally

    def forever(self) -> Tally:
        """Recover, then tick and work until `stop`."""
        recovered = self._queue.recover()
        log.info("run.started", extra={"recovered": recovered, "workers": self._deps.settings.workers})
        ticker = threading.Thread(target=self._tick, name="ticker")
        ticker.start()
        try:
            self._work(drain=False)
        finally:
            self.stop()
            ticker.join()
        return self.tally

    def step(self) -> bool:
        """Run one command in this thread; False where none was due."""
        taken = self._queue.take()
        if taken is None:
            return False
        self._carry(taken)
        return True

    def _tick(self) -> None:
        while not self._stop.is_set():
            try:
                self._queue.send([Tick(), Digest()])
                with self._guard:
                    self._guard.notify_all()
                self._expire()
            except Exception:
                # The next tick comes; a store that is away for good shows in every worker too.
                log.exception("tick.failed")
            self._stop.wait(EVERY)

    def _expire(self) -> None:
        now = self._deps.clock.now()
        if self._archive is None or (self._expired and now - self._expired < timedelta(days=1)):
            return
        gone = self._archive.expire(now - timedelta(days=self._deps.settings.archive_days))
        self._expired = now
        log.info("archive.expired", extra={"entries": gone})

    def _work(self, *, drain: bool) -> None:
        crashes: list[BaseException] = []

        def guarded(loop: Callable[[], None]) -> None:
            try:
                loop()
            except BaseException as error:  # noqa: BLE001 - carried to the caller's thread below
                crashes.append(error)
                self.stop()

        def loop() -> None:
            while not self._stop.is_set():
                if not self._one(drain=drain):
                    return

        threads = [
            threading.Thread(target=guarded, args=(loop,), name=f"worker-{n}")
            for n in range(self._deps.settings.workers)
        ]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.2)
        except BaseException:
            self.stop()
            for thread in threads:
                thread.join()
            raise
        if crashes:
            raise crashes[0]

    def _one(self, *, drain: bool) -> bool:
        """Run one command or wait for one; False where a draining worker is done."""
        with self._guard:
            taken = self._queue.take()
            if taken is None:
                if drain and self._busy == 0:
                    self._guard.notify_all()
                    return False
                wait = self._queue.wait()
                self._guard.wait(IDLE if wait is None else min(IDLE, max(wait, 0.01)))
                return True
            self._busy += 1
        try:
            self._carry(taken)
        finally:
            with self._guard:
                self._busy -= 1
                self._guard.notify_all()
        return True

    def _carry(self, taken: Taken) -> None:
        hop = type(taken.command).__name__
        started = self._deps.clock.monotonic()
        try:
            follow_ups = flow.handle(taken.command, self._deps)
        except Exception as error:
            dead = self._queue.failed(taken, _told(error))
            level = logging.ERROR if dead else logging.WARNING
            log.log(level, "command.dead" if dead else "command.failed", extra=_fields(taken, hop), exc_info=error)
            self.tally.add(failed=True, dead=dead)
            return
        self._queue.done(taken, follow_ups)
        self.tally.add()
        took = round(self._deps.clock.monotonic() - started, 3)
        log.debug("command.done", extra=_fields(taken, hop) | {"took": took, "follow_ups": len(follow_ups)})


def _told(error: BaseException) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" at {place[0].name}:{place[0].lineno}" if place else ""
    return f"{type(error).__name__}: {error}{where}"[:2000]


def _fields(taken: Taken, hop: str) -> dict[str, object]:
    return {"hop": hop, "seq": taken.seq, "tries": taken.tries}
