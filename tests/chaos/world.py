"""The product with everything real but the pages, run through simulated time and restarted when it is killed."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from tests.chaos.inboxes import Inboxes
from tests.chaos.kills import ARCHIVE_WRITES, QUEUE_WRITES, STORE_WRITES, Killed, Kills, Mortal

from dualcross import channels, flow
from dualcross.alerts.tokens import with_key
from dualcross.clock import FakeClock
from dualcross.deps import Deps
from dualcross.errors import DeliveryError
from dualcross.model import Command, Digest, Subscription, Tick
from dualcross.model.messages import Message
from dualcross.ports import Archive, Store
from dualcross.runners.queue import Taken
from dualcross.settings import Settings

_HOOK = {"slack": "https://hooks.slack.com/services/x", "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/x",
         "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=tok", "telegram": "-100",
         "webhook": "https://hook.example.org/in", "email": "reader@example.org"}  # fmt: skip
_SECRETS = {"feishu": "env:DUALCROSS_CHAOS_SECRET", "dingtalk": "env:DUALCROSS_CHAOS_SECRET",
            "telegram": "env:DUALCROSS_CHAOS_TOKEN"}  # fmt: skip


class Queue(Protocol):
    """What the runner asks of a queue."""

    def send(self, commands: Sequence[Command]) -> None: ...
    def take(self) -> Taken | None: ...
    def done(self, taken: Taken, follow_ups: Sequence[Command]) -> None: ...
    def recover(self) -> int: ...
    def wait(self) -> float | None: ...


class ListQueue:
    """A queue in memory that delivers in any order, as SQS may; it outlives the process that is killed."""

    def __init__(self, clock: FakeClock, dice: random.Random) -> None:
        self._clock, self._dice = clock, dice
        self._waiting: list[tuple[datetime, Command]] = []
        self._taken: list[Taken] = []
        self._count = 0

    def send(self, commands: Sequence[Command]) -> None:
        """Add commands."""
        now = self._clock.now()
        self._waiting += [(now + timedelta(seconds=one.delay), replace(one, delay=0.0)) for one in commands]

    def take(self) -> Taken | None:
        """Take any of those that are due."""
        now = self._clock.now()
        due = [number for number, (at, _) in enumerate(self._waiting) if at <= now]
        if not due:
            return None
        _, command = self._waiting.pop(self._dice.choice(due))
        self._count += 1
        taken = Taken(seq=self._count, command=command, tries=1)
        self._taken.append(taken)
        return taken

    def done(self, taken: Taken, follow_ups: Sequence[Command]) -> None:
        """Take it off and add what follows."""
        self._taken = [one for one in self._taken if one.seq != taken.seq]
        self.send(follow_ups)

    def recover(self) -> int:
        """Put back what was taken."""
        self._waiting += [(self._clock.now(), one.command) for one in self._taken]
        count, self._taken = len(self._taken), []
        return count

    def wait(self) -> float | None:
        """Return the seconds to the next one."""
        if not self._waiting:
            return None
        return max(0.0, (min(at for at, _ in self._waiting) - self._clock.now()).total_seconds())


class _Sender:
    """A real channel, killed before and after each message it sends."""

    def __init__(self, inner: Any, world: World) -> None:
        self._inner, self._world = inner, world
        self.name = inner.name

    def send(self, message: Message) -> str:
        """Send, and die around it."""
        world = self._world
        world.boxes.current = message
        after = world.kills.pass_by("message", (message.delivery_id,))
        try:
            receipt = str(self._inner.send(message))
        except DeliveryError:
            if after:
                world.kills.failed("message", (message.delivery_id,))
            raise
        if after:
            world.boxes.windows[message.delivery_id] += 1
            world.kills.die("message", (message.delivery_id,))
        return receipt


@dataclass
class World:
    """One deployment through simulated time; `open_store` opens it anew after each kill."""

    open_store: Callable[[], tuple[Store, Queue]]
    archive: Archive
    clock: FakeClock
    settings: Settings
    kills: Kills
    boxes: Inboxes
    dice: random.Random
    #: fetcher, parsers, rules
    parts: dict[str, Any]
    #: time between two ticks
    tick_every: timedelta
    duplicates: float = 0.0
    restarts: int = 0
    repeated_commands: int = 0
    commands: int = 0

    def __post_init__(self) -> None:
        self._recent: deque[Command] = deque(maxlen=40)
        self._start()

    def _start(self) -> None:
        self.store, queue = self.open_store()
        mortal: Any = Mortal(self.store, self.kills, STORE_WRITES, self._unsettled)
        archive: Any = Mortal(self.archive, self.kills, ARCHIVE_WRITES)
        self.queue: Any = Mortal(queue, self.kills, QUEUE_WRITES)
        client = self.boxes.client()
        known: dict[str, Any] = {}
        settings = with_key(self.settings, self.store)

        def channel(name: str) -> Any:
            if name not in known:
                known[name] = _Sender(channels.get(name, settings, self.clock, client=client), self)
            return known[name]

        self.deps = Deps(
            settings=settings, clock=self.clock, store=mortal, archive=archive, channel=channel, **self.parts
        )

    def _unsettled(self, name: str, given: tuple[Any, ...]) -> None:
        # Sent, and the process died before the ledger knew: the window that every channel has.
        if name == "settle" and given[0].state == "sent":
            self.boxes.windows[given[0].id] += 1

    def mortal(self, act: Callable[[], None]) -> None:
        """Act until it is through, restarting from what was kept after each kill."""
        while True:
            try:
                act()
            except Killed:
                self.restarts += 1
                with suppress(Exception):
                    self.store.close()
                self._start()
                self.queue.recover()
            else:
                return

    def tick(self) -> None:
        """Let a tick come, and run what is due."""
        self.mortal(lambda: self.queue.send([Tick(), Digest()]))
        self.run_due()

    def run_due(self) -> None:
        """Run every command that is due."""
        self.mortal(self._drain)

    def _drain(self) -> None:
        while taken := self.queue.take():
            self.commands += 1
            follow_ups = flow.handle(taken.command, self.deps)
            if self.dice.random() < self.duplicates:
                # The same message twice, and an old one that comes late.
                again = [taken.command, self.dice.choice([*self._recent, taken.command])]
                for command in again:
                    self.repeated_commands += 1
                    follow_ups += flow.handle(command, self.deps)
            self.queue.done(taken, follow_ups)
            self._recent.append(taken.command)

    def until(self, moment: datetime) -> None:
        """Run on to the moment, stopping at every tick and every command that becomes due."""
        while self.clock.now() < moment:
            wait = self.queue.wait()
            goal = min(moment, self._next_tick())
            if wait is not None and self.clock.now() + timedelta(seconds=wait) < goal:
                self.clock.at += timedelta(seconds=max(wait, 0.001))
                self.run_due()
                continue
            self.clock.at = max(goal, self.clock.now())
            if (self.clock.now() >= goal and goal < moment) or goal == moment:
                self.tick()

    def _next_tick(self) -> datetime:
        now = self.clock.now()
        step = self.tick_every.total_seconds()
        return now + timedelta(seconds=step - now.timestamp() % step)


def subscriptions(created: datetime) -> list[Subscription]:
    """Return readers of every kind: channels, cadences, quiet hours, caps, bars, queries."""

    def one(number: int, channel: str, **fields: Any) -> Subscription:
        return Subscription(
            id=f"reader-{number:02}",
            channel=channel,
            address=_HOOK[channel],
            secret=_SECRETS.get(channel),
            created=created - timedelta(days=1),
            **fields,
        )

    return [
        one(1, "webhook"),
        one(2, "email", language="zh", quiet="22:00-07:30"),
        one(3, "slack", cap=1),
        one(4, "feishu", cadence="daily@08:00", language="zh", always=True),
        one(5, "dingtalk", cadence="weekly@mon-09:00", language="zh"),
        one(6, "telegram", query="region:440000", quiet="00:00-12:00", timezone="Europe/Berlin"),
        one(7, "webhook", min_ladder="confirmed"),
        one(8, "webhook", triggers=("policy.new", "deadline"), cadence="daily@02:30", timezone="Europe/Berlin"),
        one(9, "email", query="云链 stage:selected conf>0.5", cadence="daily@18:00"),
    ]  # fmt: skip
