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
        seen: set[str] = set()
        for message in _messages(settings, queue):
            if message["MessageId"] in seen:
                break
            seen.add(message["MessageId"])
            tries = int(message["Attributes"]["ApproximateReceiveCount"])
            yield DeadLetter(queue=queue, id=message["MessageId"], body=message["Body"], tries=tries)


def redrive(settings: Settings, queue: str, *, only: str | None = None) -> int:
    """Send dead letters back to their queue, all or the one with that id, and return how many.

    A crash in between sends one twice, which is harmless: every command may run twice.
    """
    sqs = client("sqs")
    target = _address(settings, queue)
    dead = _dead(target)
    sent: set[str] = set()
    for message in _messages(settings, queue):
        if message["MessageId"] in sent:
            break
        if only is not None and message["MessageId"] != only:
            continue
        sent.add(message["MessageId"])
        sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
        sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
    return len(sent)


def _messages(settings: Settings, queue: str) -> Iterator[dict[str, Any]]:
    sqs = client("sqs")
    address = _dead(_address(settings, queue))
    while True:
        answer = sqs.receive_message(
            QueueUrl=address,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_LOOK,
            AttributeNames=["ApproximateReceiveCount"],
        )
        found = answer.get("Messages", ())
        if not found:
            return
        yield from found


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
