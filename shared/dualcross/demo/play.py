"""Plays the week through the whole pipeline, step by step, so that a killed demonstration goes on where it was.

site, sinks on loopback ─► for each day: clock set ─► runner.once() ─► day noted in the store
                           the morning after: everything polled again, next to all of it answered 304
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from dualcross import wiring
from dualcross.channels import get as get_channel
from dualcross.demo.pace import WeekClock
from dualcross.demo.sinks import Inbox, Sinks, Transcript
from dualcross.demo.site import Loopback, Site
from dualcross.demo.week import Week
from dualcross.errors import ConfigError
from dualcross.model import Subscription
from dualcross.ports import Channel, Store
from dualcross.runners.embedded import EmbeddedRunner, FileLock
from dualcross.settings import Settings
from dualcross.stores.sqlite import SqliteStore

#: kind and key of the fact that tells how far the demonstration is
_FACT = ("demo", "progress")
#: time after Sunday's evening at which everything is polled once more; longer than any source is left alone
_MORNING = timedelta(hours=8)
#: times that the clock is moved on for what still waits then
_LEFTOVERS = 6
#: played time that one run may take, longer than a delivery is leased
_RUN = timedelta(minutes=3)
#: played time that one step may take
_SLACK = timedelta(minutes=50)


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Everything a demonstration writes: a database and what lies beside it."""

    db: Path

    @property
    def received(self) -> Path:
        """What the receivers noted."""
        return self.db.with_suffix(".received.jsonl")

    @property
    def transcript(self) -> Path:
        """What the console channel printed."""
        return self.db.with_suffix(".console.txt")

    def clear(self) -> None:
        """Remove them."""
        for path in (self.db, self.received, self.transcript, *self.db.parent.glob(self.db.name + "-*")):
            path.unlink(missing_ok=True)
        shutil.rmtree(self.db.with_suffix(".raw"), ignore_errors=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Morning:
    """How the second poll was answered."""

    asked: int
    unchanged: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """What the summary is written from."""

    embedded: wiring.Embedded
    inbox: Inbox
    morning: Morning


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a demonstration is."""

    #: steps done
    step: int = 0
    #: runs that were cut short
    cut: int = 0
    finished: bool = False

    @property
    def later(self) -> timedelta:
        """What a run adds to each step's moment: it must not go back behind what a run before it has seen."""
        return min(self.cut * _RUN, _SLACK - _RUN)

    def note(self, store: Store) -> None:
        """Keep it in the store."""
        store.put_fact(*_FACT, {"step": self.step, "cut": self.cut, "finished": self.finished})


def progress(db: Path) -> Progress | None:
    """Return how far the demonstration in a file is; None where there is no file.

    Raises `ConfigError` where the file is something else, which a demonstration must not touch.
    """
    if not db.exists():
        return None
    store = SqliteStore(str(db))
    try:
        facts = dict(store.facts(_FACT[0]))
        if _FACT[1] not in facts:
            if store.sources() or store.subscriptions() or any(True for _ in store.records()):
                raise ConfigError(f"{db} holds a store that is no demonstration; name another file with --db")
            return Progress()
        told = facts[_FACT[1]]
        step, cut = (int(str(told.get(name, 0))) for name in ("step", "cut"))
        return Progress(step=step, cut=cut, finished=bool(told.get("finished")))
    finally:
        store.close()


@contextmanager
def locked(files: Files) -> Iterator[None]:
    """Keep others off the files; raises `StoreUnavailable` where another demonstration has them."""
    try:
        files.db.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot make {files.db.parent}: {error.strerror}; name a file with --db") from error
    lock = FileLock(str(files.db))
    try:
        yield
    finally:
        lock.release()


@contextmanager
def playing(week: Week, files: Files, *, at: Progress, told: Callable[[int, str], None]) -> Iterator[Played]:
    """Play what is not done yet and yield what there is to show; the store stays open inside.

    `told` is called after each day with the day and one line on it. Leaving without an error finishes it: the next
    demonstration starts fresh.
    """
    steps = week.steps()
    clock = WeekClock(steps[max(0, at.step - 1)])
    inbox = Inbox(files.received)
    with Site(week, clock.now) as site, Sinks(inbox) as sinks:
        embedded, hang_up = _embedded(files, clock, site, sinks, inbox)
        try:
            # counted as cut short until it ends otherwise
            replace(at, cut=at.cut + 1).note(embedded.store)
            _settle(embedded, week, sinks)
            runner = EmbeddedRunner(embedded.deps, embedded.queue)
            for step in range(at.step, len(steps)):
                clock.set(steps[step] + at.later)
                runner.once()
                replace(at, step=step + 1, cut=at.cut + 1).note(embedded.store)
                if step % 2:
                    told(step // 2 + 1, _line(embedded, week, step // 2 + 1))
            morning = _second_poll(embedded, runner, clock, steps[-1] + (at.cut + 1) * _MORNING, site)
            yield Played(embedded=embedded, inbox=inbox, morning=morning)
            Progress(step=len(steps), finished=True).note(embedded.store)
        finally:
            # clients first: the servers wait for their open connections
            hang_up()
            embedded.close()


def _embedded(
    files: Files, clock: WeekClock, site: Site, sinks: Sinks, inbox: Inbox
) -> tuple[wiring.Embedded, Callable[[], None]]:
    """Return the deployment of the demonstration, and what closes its connections."""
    from dualcross.net import client as guarded_client
    from dualcross.net.fetcher import Fetcher
    from dualcross.net.guard import Guard
    from dualcross.net.transport import GuardedTransport

    settings = Settings(
        db=str(files.db), smtp_url=sinks.smtp, mail_from="demo@dualcross.example", allow_private="127.0.0.1", workers=4
    )
    transport = GuardedTransport(
        # every invented host is this machine
        Guard(replace(settings, allow_private="127.0.0.0/8"), resolve=lambda _host: ("127.0.0.1",)),
        timeout=settings.fetch_timeout,
        max_bytes=settings.fetch_max_bytes,
    )
    fetcher = Fetcher(settings, clock, transport=Loopback(transport, site.port))
    client = guarded_client(settings)
    embedded = wiring.embedded(settings, clock=clock, fetcher=fetcher)
    made: dict[str, Channel] = {
        name: get_channel(name, embedded.deps.settings, clock, client=client) for name in ("webhook", "email")
    }
    made["console"] = Transcript(settings, clock, path=files.transcript, inbox=inbox)

    def hang_up() -> None:
        client.close()
        fetcher.close()

    return replace(embedded, deps=replace(embedded.deps, channel=made.__getitem__)), hang_up


def _settle(embedded: wiring.Embedded, week: Week, sinks: Sinks) -> None:
    """Put the sources and the three subscribers in place; the same again changes nothing but the hook's port."""
    for outlet in week.outlets:
        embedded.store.put_source(outlet.source())
    created = week.evening(0)
    for subscription in (
        Subscription(id="demo-console", channel="console", address="-", created=created),
        Subscription(id="demo-webhook", channel="webhook", address=sinks.hook, language="zh", created=created),
        Subscription(
            id="demo-email",
            channel="email",
            address="reader@dualcross.example",
            triggers=("region.new", "policy.new", "deadline"),
            created=created,
        ),
    ):
        embedded.store.put_subscription(subscription)


def _line(embedded: wiring.Embedded, week: Week, day: int) -> str:
    """One line on what that day brought, from the store, so that a resumed run tells the same."""
    begin, end = week.evening(day - 1) + _SLACK, week.evening(day) + _SLACK
    read = sum(1 for r in embedded.store.records() if r.read_at and begin < r.read_at <= end)
    told = sum(1 for a in embedded.store.alerts() if a.created and begin < a.created <= end)
    return f"{read} pages read, {told} alert{'' if told == 1 else 's'}"


def _second_poll(
    embedded: wiring.Embedded, runner: EmbeddedRunner, clock: WeekClock, moment: datetime, site: Site
) -> Morning:
    site.reset()
    clock.set(moment)
    runner.once()
    polls = {status: n for (kind, status), n in site.answers.items() if kind == "index"}
    # what a killed run had in hand is leased for a while, and what failed waits for its next try
    for step in range(1, _LEFTOVERS + 1):
        settled = all(d.state in ("sent", "dead") for d in embedded.store.deliveries())
        if settled and embedded.queue.wait() is None:
            break
        clock.set(moment + step * timedelta(minutes=10))
        runner.once()
    return Morning(asked=sum(polls.values()), unchanged=polls.get(304, 0))
