"""The runner on AWS: a trigger in, `flow.handle`, the follow-up commands out to their queues.

    SQS record ─► decode ─► flow.handle ─► archive.flush ─► send follow-ups ─► (return: SQS deletes the message)
        │                        │
        │ delay not used up      └─ any exception: the message's id in `batchItemFailures`, and SQS brings it again,
        └─► send on                 soon, then later; after a few times it lies in the dead letters

A crash before the return brings the message again; the stage finds its own commit and returns the same follow-ups.
The dependencies are built once a process, at the first event, and each of them at its first use.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from dualcross import flow
from dualcross.deps import Deps
from dualcross.errors import InputError
from dualcross.model import Command
from dualcross.runners.queues import QUEUES, SqsQueue, decode
from dualcross.runners.stack import client, deployed

log = logging.getLogger("dualcross.aws")

Event = Mapping[str, Any]
Handler = Callable[[Event, Any], dict[str, Any]]

#: a message is not begun with less left: it goes back to the queue instead of running into the time limit
_SPARE_MS = 5_000
#: seconds until a failed message comes again: this, then four times as long each time, up to `_LATEST`
_AGAIN, _LATEST = 10, 600


@cache
def deps() -> Deps:
    """Return the process's dependencies, from its environment."""
    found = deployed()
    # The runtime has its own handler, which writes a line as JSON with whatever `extra` holds.
    logging.getLogger("dualcross").setLevel(found.settings.log_level.upper())
    return found


@cache
def queue() -> SqsQueue:
    """Return the process's way to the queues."""
    return SqsQueue(deps().settings, client("sqs"))


def forget() -> None:
    """Drop what the process has built, so that the next event reads the environment anew."""
    deps.cache_clear()
    queue.cache_clear()
    _asgi.cache_clear()


def sqs_handler(kind: type[Command]) -> Handler:
    """Return the Lambda handler of a queue that carries commands of that kind; it reports failures one by one."""

    def handler(event: Event, context: Any) -> dict[str, Any]:
        failures: list[dict[str, str]] = []
        for record in event["Records"]:
            identifier = record["messageId"]
            if _left(context) < _SPARE_MS:
                failures.append({"itemIdentifier": identifier})
                continue
            try:
                _carry(_command(record["body"], kind))
            except Exception:
                log.exception("a command failed", extra={"message_id": identifier, "kind": kind.__name__})
                failures.append({"itemIdentifier": identifier})
                _soon(record, kind)
        return {"batchItemFailures": failures}

    return handler


def tick_handler(command: Command) -> Handler:
    """Return the Lambda handler of a schedule that starts this command; a failure is raised, and retried by it."""

    def handler(_event: Event, _context: Any) -> dict[str, Any]:
        sent = _run(command)
        if type(command).__name__ == "Tick":
            _tell_health()
        return {"sent": len(sent)}

    return handler


def _tell_health() -> None:
    from dualcross.runners.health import emit

    try:
        emit(deps())
    except Exception:
        # The tick is done; an alarm goes off by itself where nothing is told of the sources for long.
        log.exception("the health of the sources cannot be told")


def api_handler() -> Handler:
    """Return the Lambda handler of the HTTP API."""

    def handler(event: Event, context: Any) -> dict[str, Any]:
        answer: dict[str, Any] = _asgi()(event, context)
        return answer

    return handler


@cache
def _asgi() -> Any:
    import tempfile
    from pathlib import Path

    from mangum import Mangum

    from dualcross.query.segmented import SegmentedModel
    from dualcross.web import create_app
    from dualcross.web.access import guard

    found = deps()
    model = SegmentedModel(found, Path(tempfile.mkdtemp(prefix="dualcross-")))
    return Mangum(create_app(model, found, guard=guard(found.store, found.clock)), lifespan="off")


def _soon(record: Event, kind: type[Command]) -> None:
    """Have a failed message brought again before its visibility runs out, which is long for the sake of slow runs."""
    address: str = getattr(deps().settings, QUEUES[kind.__name__])
    tries = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    wait = min(_AGAIN * 4 ** (tries - 1), _LATEST)
    try:
        client("sqs").change_message_visibility(
            QueueUrl=address, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=wait
        )
    except Exception:
        # Only sooner or later depends on it.
        log.warning("a failed command comes again only when its visibility runs out", exc_info=True)


def _command(body: str, kind: type[Command]) -> Command:
    command = decode(body)
    if not isinstance(command, kind):
        raise InputError(f"a {type(command).__name__} came to the queue of {kind.__name__}")
    return command


def _carry(command: Command) -> None:
    if command.delay > 0:
        queue().send([command])
        return
    _run(command)


def _run(command: Command) -> Sequence[Command]:
    follow_ups = flow.handle(command, deps())
    flush = getattr(deps().archive, "flush", None)
    if flush is not None:
        flush()
    if follow_ups:
        queue().send(follow_ups)
    return follow_ups


def _left(context: Any) -> float:
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return float(remaining()) if remaining is not None else float("inf")
