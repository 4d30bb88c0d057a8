"""What a month on AWS costs, line by line: calls counted per action × a dated price table.

    load ─► how often each action happens ─► × its calls, units and seconds ─► × prices ─► lines ─► bill

Calls per action are those that tests/functions/test_cost.py counts on an emulated stack. Seconds and sizes are
assumptions about the web, named below; `dualcross cost` takes others.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

DAYS = 30.4
#: sources in a Poll command and items in a Read command, at most; new items that a source brings at once
_SOURCES, _ITEMS, _LOT = 50, 20, 2
#: sources asked at once by a Poll command
_AT_ONCE = 16
#: bytes of a packed page in the archive; of a request as it goes out; of a log line
_PAGE, _SENT, _LINE = 12_000, 1_200, 450
#: bytes of a source with its state
_STATE = 800
#: bytes that an item leaves in the table for good (its address), and an on-topic record with what belongs to it
_SEEN, _RECORD = 180, 6_000
#: months of use that the stored bytes are reckoned for
_MONTHS = 12
#: empty receives a month of one queue's idle pollers: five of them, each asking every 20 seconds
_IDLE = 5 * 3 * 60 * 24 * DAYS
#: of the template: alarms, their composite, metrics of its own; functions' memory in GB
ALARMS, METRICS = 26, 2
MEMORY = {"schedule": 0.25, "poll": 0.5, "read": 0.5, "fanout": 0.25, "deliver": 0.25, "digest": 0.25, "snapshot": 1.0,
          "api": 0.5}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One action's calls, and what DynamoDB bills for them."""

    calls: Mapping[str, int]
    reads: float
    writes: float


#: table and bucket alone; a queue's three requests a message (sent, received, deleted) are reckoned by message
ACTIONS: Mapping[str, Action] = {
    # a command looks once which of its hosts are being read: half a unit a host
    "poll": Action(calls={"GetItem": 1, "UpdateItem": 1, "Query": 1}, reads=2, writes=1),
    # found by a poll: pending, then seen
    "item": Action(calls={"PutItem": 2}, reads=0.5, writes=2),
    # read, and about nothing of ours: what stands, what is learned; the record and its index; off the pending.
    # A source's own item is had once a command, and its host's turn taken.
    "read": Action(calls={"GetItem": 5, "PutItem": 1, "DeleteItem": 1}, reads=5 + 1 / _LOT, writes=3 + 1 / _LOT),
    # opened with its indexes in a transaction, claimed, settled; subscription and alert looked up to compose it
    "delivery": Action(calls={"GetItem": 4, "PutItem": 2, "Query": 1, "BatchGetItem": 1}, reads=6.5, writes=9),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What a deployment is to carry."""

    sources: int = 500
    #: minutes between two polls of a source
    every: float = 10
    #: a day
    items: int = 20_000
    subscribers: int = 1_000
    #: alerts a day, each to every subscriber
    alerts: float = 3
    #: asked of the API, a day
    requests: int = 1_000
    #: share of items that are on topic
    on_topic: float = 0.02
    #: seconds that a host takes to answer
    answer: float = 0.8
    dashboard: bool = False

    @property
    def polls(self) -> float:
        """Polls a month."""
        return self.sources * 60 * 24 / self.every * DAYS


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the bill."""

    service: str
    what: str
    quantity: float
    dollars: float


def prices() -> Mapping[str, Any]:
    """Return the price table, with its date."""
    return tomllib.loads(resources.files("dualcross").joinpath("prices.toml").read_text("utf-8"))


def bill(load: Load, table: Mapping[str, Any] | None = None) -> tuple[Line, ...]:
    """Return the lines of a month's bill, dearest first; e-mail's own fee is not among them."""
    at = table or prices()
    lines = [*_functions(load, at), *_data(load, at), *_queues(load, at), *_watching(load, at)]
    return tuple(sorted((line for line in lines if line.quantity), key=lambda line: -line.dollars))


def total(lines: tuple[Line, ...]) -> float:
    """Return the sum in dollars."""
    return sum(line.dollars for line in lines)


def messages(load: Load) -> Mapping[str, float]:
    """Return the commands a month, by queue."""
    minutes = 60 * 24 * DAYS
    polled = max(min(load.polls, minutes), load.polls / _SOURCES)
    alerts = load.alerts * DAYS
    return {
        "poll": polled,
        "read": polled * _reads(load.items * DAYS / polled) if polled else 0.0,
        "fanout": alerts,
        "deliver": alerts * max(1.0, load.subscribers / 20),
    }


def _reads(items: float) -> float:
    """Return the Read commands that follow from a Poll command which finds so many items on average, by lots."""
    lots = items / _LOT
    if lots > 500:
        return items / _ITEMS
    found, chance = 0.0, math.exp(-lots)
    # A lot comes when it comes: their number is Poisson's.
    for count in range(1, int(lots * 2) + 60):
        chance *= lots / count
        found += chance * math.ceil(count * _LOT / _ITEMS)
    return found


def _functions(load: Load, at: Mapping[str, Any]) -> Iterator[Line]:
    sent = messages(load)
    minutes = 60 * 24 * DAYS
    deliveries = load.alerts * load.subscribers * DAYS
    # Runs a month and seconds of all of them together. Half a processor core takes twice its time: 0.15 s an item.
    runs = {
        "schedule": (minutes, minutes * 0.25),
        "poll": (sent["poll"], load.polls / _AT_ONCE * load.answer + sent["poll"] * 0.3 + load.polls * 0.02),
        # The hosts of a command are asked beside each other, a host's pages one after the other.
        "read": (sent["read"], sent["read"] * load.answer * _LOT + load.items * DAYS * 0.15),
        "fanout": (sent["fanout"], sent["fanout"] * (0.5 + load.subscribers * 0.002)),
        "deliver": (sent["deliver"], deliveries * 0.2),
        "digest": (minutes / 5, minutes / 5 * 0.3),
        "snapshot": (minutes / 3, minutes / 3 * (1.0 + load.items / 20_000)),
        "api": (load.requests * DAYS, load.requests * DAYS * 0.15),
    }
    for name, (_, seconds) in runs.items():
        amount = seconds * MEMORY[name]
        yield Line(service="Lambda", what=f"GB-seconds of {name}", quantity=amount,
                   dollars=amount * at["lambda"]["gb_second"])  # fmt: skip
    every = sum(count for count, _ in runs.values())
    yield Line(service="Lambda", what="requests", quantity=every, dollars=every * at["lambda"]["request"])
    ticks = minutes + minutes / 5 + minutes / 3
    yield Line(service="Scheduler", what="invocations", quantity=ticks, dollars=ticks * at["scheduler"]["invocation"])
    asked = load.requests * DAYS
    yield Line(service="API Gateway", what="requests", quantity=asked, dollars=asked * at["api"]["request"])


def _data(load: Load, at: Mapping[str, Any]) -> Iterator[Line]:
    items, minutes = load.items * DAYS, 60 * 24 * DAYS
    times = {"poll": load.polls, "item": items, "read": items, "delivery": load.alerts * load.subscribers * DAYS}
    # All sources: each tick looks at their dates, 4 KB half a unit, and every fifth at their health, 4 KB a unit.
    pages = max(8.0, load.sources * _STATE / 4_000)
    # A record is listed and had by each three minutes' snapshot that looks back a quarter of an hour.
    looks = minutes * pages / 2 + minutes / 5 * pages + items * 6 * 0.6
    reads = looks + sum(ACTIONS[name].reads * count for name, count in times.items())
    writes = sum(ACTIONS[name].writes * count for name, count in times.items()) + items * load.on_topic * 12
    kept = items * _MONTHS * (_SEEN + load.on_topic * _RECORD) / 1e9
    dynamodb, s3 = at["dynamodb"], at["s3"]
    yield Line(service="DynamoDB", what="reads", quantity=reads, dollars=reads * dynamodb["read"])
    yield Line(service="DynamoDB", what="writes", quantity=writes, dollars=writes * dynamodb["write"])
    yield Line(service="DynamoDB", what=f"GB kept and backed up, after {_MONTHS} months", quantity=kept,
               dollars=kept * (dynamodb["gb_month"] + dynamodb["backup_gb_month"]))  # fmt: skip
    # One pack of raw bytes a Read command; a snapshot's file and manifest.
    puts = messages(load)["read"] + minutes / 3 * 2
    yield Line(service="S3", what="objects put", quantity=puts, dollars=puts * s3["put"])
    gets = minutes / 3 * 2 + load.requests * DAYS
    yield Line(service="S3", what="objects got", quantity=gets, dollars=gets * s3["get"])
    month = items * _PAGE / 1e9
    # 90 days. Packs are under 128 KB, which S3 leaves where they are, whatever the bucket's rule says.
    yield Line(service="S3", what="GB of pages", quantity=3 * month, dollars=3 * month * s3["gb_month"])
    sent = (load.polls + items) * _SENT / 1e9
    yield Line(service="Transfer", what="GB of requests sent", quantity=sent, dollars=sent * at["transfer"]["gb"])


def _queues(load: Load, at: Mapping[str, Any]) -> Iterator[Line]:
    sent = messages(load)
    requests = 3 * sum(sent.values())
    yield Line(service="SQS", what="requests of messages", quantity=requests, dollars=requests * at["sqs"]["request"])
    idle = _IDLE * len(sent)
    yield Line(service="SQS", what="empty receives", quantity=idle, dollars=idle * at["sqs"]["request"])


def _watching(load: Load, at: Mapping[str, Any]) -> Iterator[Line]:
    watch = at["cloudwatch"]
    # A line for each item, delivery and tick, and for each poll that found something.
    items = load.items * DAYS
    lines = items + min(items / _LOT, load.polls) + load.alerts * load.subscribers * DAYS + 60 * 24 * DAYS
    written = lines * _LINE / 1e9
    yield Line(service="CloudWatch", what="GB of logs, kept a month", quantity=written,
               dollars=written * (watch["log_gb"] + watch["log_gb_month"]))  # fmt: skip
    yield Line(service="CloudWatch", what="alarms", quantity=ALARMS, dollars=ALARMS * watch["alarm"])
    yield Line(service="CloudWatch", what="composite alarm", quantity=1, dollars=watch["composite"])
    yield Line(service="CloudWatch", what="own metrics", quantity=METRICS, dollars=METRICS * watch["metric"])
    boards = int(load.dashboard)
    yield Line(service="CloudWatch", what="dashboard", quantity=boards, dollars=boards * watch["dashboard"])
