"""Plays the week: embedded for reference, and through the deployed stack."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.e2e_aws.emulator import ROOT, Emulator
from tests.e2e_aws.site import Served

from dualcross import wiring
from dualcross.demo.week import DAYS
from dualcross.deps import Deps
from dualcross.model import SUBSCRIBER_TRIGGERS, Alert, Subscription
from dualcross.ports import Store
from dualcross.runners.embedded import EmbeddedRunner
from dualcross.settings import Settings
from dualcross.stages import turns
from dualcross.stores.dynamodb import keys
from dualcross.testing import RecordingChannel

#: what makes two alerts the same to whoever gets them
Told = tuple[str, str, bool]
QUEUES = ("Poll", "Read", "Fanout", "Deliver")


def told(alerts: Iterable[Alert]) -> set[Told]:
    """Return what the alerts tell subscribers."""
    return {(a.trigger, a.event, a.confirmed) for a in alerts if a.trigger in SUBSCRIBER_TRIGGERS}


def subscriptions(site: Served) -> list[Subscription]:
    """Return who listens: one by mail, one by webhook."""
    return [
        Subscription(id="reader", channel="email", address="reader@dualcross.example", language="zh"),
        Subscription(id="hook", channel="webhook", address=site.hook()),
    ]


def due_again(store: Store, source_id: str | None = None) -> None:
    """Make every source due now, or one, as the passing of its interval would."""
    for source, state in store.sources():
        if source_id in (None, source.id):
            store.commit_poll(replace(state, next_due=None), ())


def steps(site: Served) -> list[tuple[datetime, str | None]]:
    """Return the moments of the week, oldest first, each with the one source that has something new then.

    Two pages on one event that are read at once may come in either order, and whether the official one confirms
    the other or stands alone follows from it. One page at a time has one outcome.
    """
    week = site.week
    pages = sorted((p for p in week.pages if week.day(p.moment) >= 1), key=lambda p: p.moment)
    return [(p.moment, p.outlet.source().id) for p in pages] + [(week.evening(DAYS), None)]


def beginning(site: Served) -> datetime:
    """Return the night before the first day of the week: of what it tells only the pages before are out."""
    return site.week.evening(0) + timedelta(hours=2)


def embedded_alerts(site: Served, db: Path) -> set[Told]:
    """Play the week on one machine and return what was told."""
    settings = Settings(db=str(db), allow_private="127.0.0.1", backfill_days=36500)
    channel = RecordingChannel()
    embedded = wiring.embedded(settings, channel=lambda _: channel)
    site.now = beginning(site)
    try:
        for source in site.sources():
            embedded.store.put_source(source)
        for subscription in subscriptions(site):
            embedded.store.put_subscription(subscription)
        runner = EmbeddedRunner(embedded.deps, embedded.queue)
        runner.once()
        for now, source_id in steps(site):
            site.now = now
            due_again(embedded.store, source_id)
            runner.once()
        return told(embedded.store.alerts())
    finally:
        embedded.close()


@dataclass
class Played:
    """A deployed stack under test."""

    emulator: Emulator
    outputs: dict[str, str]
    site: Served
    stack: str
    #: queue → messages that were sent to fail, and are about until they are dead letters
    poisoned: dict[str, int] = field(default_factory=dict)
    #: what of the week is still to come
    left: list[tuple[datetime, str | None]] = field(default_factory=list)

    @cached_property
    def deps(self) -> Deps:
        """Return the operator's way to the stack: what `--stack` wires."""
        from dualcross.runners.stack import stack

        return stack(self.stack)

    def invoke(self, function: str, event: str) -> Any:
        """Run a function with one of the events, and return its answer."""
        payload = (ROOT / "events" / f"{event}.json").read_bytes()
        answer = self.emulator.client("lambda").invoke(
            FunctionName=self.outputs[f"{function}Function"], Payload=payload
        )
        body = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, f"{function}: {body}"
        return body

    def poll(self, source_id: str | None = None) -> None:
        """Have every source polled, or one, and wait until what follows is done."""
        store = self.deps.store
        before = {source.id: state.polls for source, state in store.sources() if source_id in (None, source.id)}
        due_again(store, source_id)

        def polled() -> bool:
            left = [name for name, polls in before.items() if store.source(name)[1].polls == polls]
            # A source whose host is being read stays due for the next tick.
            if left and not any(map(self.waiting, QUEUES)):
                self.invoke("Schedule", "schedule_tick")
            return not left

        self.until(
            polled, 120, lambda: f"not polled: {[n for n, p in before.items() if store.source(n)[1].polls == p]}"
        )
        self.quiet()

    def free(self, url: str) -> None:
        """End whatever turn somebody has with the host of an address."""
        self.deps.store.table.delete(keys.host(turns.host(url)))

    def counts(self, queue: str, *, dead: bool = False) -> int:
        """Return how many messages a queue holds, hidden and delayed ones too."""
        address = self.outputs[f"{'DeadLetters' if dead else 'Queue'}{queue}"]
        names = ("", "NotVisible", "Delayed")
        wanted = [f"ApproximateNumberOfMessages{name}" for name in names]
        answer = self.emulator.client("sqs").get_queue_attributes(QueueUrl=address, AttributeNames=wanted)
        return sum(int(value) for value in answer["Attributes"].values())

    def waiting(self, queue: str) -> int:
        """Return how many messages a queue holds beside those that were sent to fail."""
        failing = self.poisoned.get(queue, 0)
        if failing:
            failing -= min(failing, self.counts(queue, dead=True))
        return self.counts(queue) - failing

    def quiet(self, seconds: float = 90) -> None:
        """Wait until nothing is under way any more."""
        calm = 0

        def still() -> bool:
            nonlocal calm
            calm = calm + 1 if not any(self.waiting(q) for q in QUEUES) else 0
            return calm >= 4

        self.until(still, seconds, lambda: f"still at work: { {q: self.waiting(q) for q in QUEUES} }")

    def until(self, met: Callable[[], bool], seconds: float, why: Callable[[], str]) -> None:
        """Wait for something, at most that long."""
        end = time.monotonic() + seconds
        while not met():
            assert time.monotonic() < end, why()
            time.sleep(0.25)

    def get(self, path: str, *, token: str = "", method: str = "GET", body: Any = None) -> tuple[int, Any]:
        """Ask the HTTP API; returns the status and the JSON of the answer."""
        base = f"{self.emulator.endpoint}/_aws/execute-api/{self.outputs['ApiId']}/$default"
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = json.dumps(body).encode() if body is not None else None
        if data:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(base + path, headers=headers, method=method, data=data)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            text = error.read()
            return error.code, json.loads(text) if text.startswith(b"{") else text.decode(errors="replace")

    def mails(self) -> list[dict[str, Any]]:
        """Return what the emulator's SES was given."""
        with urllib.request.urlopen(f"{self.emulator.endpoint}/_ministack/ses/messages", timeout=10) as answer:
            found = json.loads(answer.read())
        return [mail for mails in found["messages"].values() for mail in mails]

    def troubles(self) -> str:
        """Return the last lines of the functions' logs and of the emulator that tell of trouble."""
        logs = self.emulator.client("logs")
        lines = []
        for group in logs.describe_log_groups()["logGroups"]:
            for event in logs.filter_log_events(logGroupName=group["logGroupName"], limit=1000)["events"]:
                if any(word in event["message"] for word in ("ERROR", "Traceback", "rror", "not authorized")):
                    lines.append(f"{group['logGroupName']}: {event['message'][:1500]}")
        tail = self.emulator.log.read_text(errors="replace").splitlines()
        lines += [line for line in tail if "ERROR" in line or "Traceback" in line][-10:]
        return "\n".join(lines[-12:]) + "\n"
