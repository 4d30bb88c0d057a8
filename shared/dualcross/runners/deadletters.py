"""Dead letters of a deployed stack: what lies in them, and the way back to their queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dualcross.errors import InputError
from dualcross.runners.stack import client
from dualcross.settings import Settings

QUEUES = ("poll", "read", "fanout", "deliver")
#: seconds that letters which are looked at stay hidden from others
_LOOK = 10


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A command that failed for good."""

    queue: str
    id: str
    body: str
    tries: int


def dead_letters(settings: Settings, *queues: str) -> Iterator[DeadLetter]:
    """Yield the dead letters of the queues named, all by default; they stay where they are."""
    for queue in queues or QUEUES:
        found = list(_messages(settings, queue))
        _show_again(settings, queue, found)
        for message in found:
            tries = int(message["Attributes"]["ApproximateReceiveCount"])
            yield DeadLetter(queue=queue, id=message["MessageId"], body=message["Body"], tries=tries)


def redrive(settings: Settings, queue: str, *, only: frozenset[str] | None = None) -> int:
    """Send dead letters back to their queue, all or those with the ids, and return how many.

    A crash in between sends one twice, which is harmless: every command may run twice.
    """
    sqs = client("sqs")
    target = _address(settings, queue)
    dead = _dead(target)
    count, left = 0, []
    for message in _messages(settings, queue):
        if only is not None and message["MessageId"] not in only:
            left.append(message)
            continue
        count += 1
        sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
        sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
    _show_again(settings, queue, left)
    return count


def _show_again(settings: Settings, queue: str, messages: list[dict[str, Any]]) -> None:
    """End the hiding of letters that were only looked at: whoever looks wants to redrive them next."""
    address = _dead(_address(settings, queue)) if messages else ""
    for message in messages:
        client("sqs").change_message_visibility(
            QueueUrl=address, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )


def depths(settings: Settings, queue: str) -> tuple[int, int]:
    """Return about how many commands of a queue wait, are under way or delayed, and how many are dead."""
    sqs = client("sqs")
    address = _address(settings, queue)
    names = [f"ApproximateNumberOfMessages{name}" for name in ("", "NotVisible", "Delayed")]
    waiting, dead = (
        sum(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))
        for url in (address, _dead(address))
    )
    return waiting, dead


def _messages(settings: Settings, queue: str) -> Iterator[dict[str, Any]]:
    sqs = client("sqs")
    address = _dead(_address(settings, queue))
    seen: set[str] = set()
    while True:
        answer = sqs.receive_message(
            QueueUrl=address,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_LOOK,
            AttributeNames=["ApproximateReceiveCount"],
        )
        found = answer.get("Messages", ())
        fresh = [message for message in found if message["MessageId"] not in seen]
        # Where there are many, the first come again before the last were seen.
        if not fresh:
            return
        seen |= {message["MessageId"] for message in fresh}
        yield from fresh


def _address(settings: Settings, queue: str) -> str:
    if queue not in QUEUES:
        raise InputError(f"no queue {queue!r}: there are {', '.join(QUEUES)}")
    address: str = getattr(settings, f"queue_{queue}")
    return address


def _dead(address: str) -> str:
    """Return the address of a queue's dead letters, from its redrive policy."""
    import json

    sqs = client("sqs")
    answer = sqs.get_queue_attributes(QueueUrl=address, AttributeNames=["RedrivePolicy"])
    name = json.loads(answer["Attributes"]["RedrivePolicy"])["deadLetterTargetArn"].rpartition(":")[2]
    found: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    return found
