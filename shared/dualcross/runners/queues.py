"""Commands as SQS messages: batched, split where one would be too large, delayed beyond what a queue can.

A queue delays a message by at most 15 minutes. A longer `delay` travels in the body: each hop takes off what the
queue waits, and whoever receives a command whose delay is not used up sends it on instead of running it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from dualcross.errors import ConfigError, StoreUnavailable
from dualcross.model import Command
from dualcross.settings import Settings
from dualcross.wire import dump_command, load_command

#: command → the setting that holds its queue's address
QUEUES = {"Poll": "queue_poll", "Read": "queue_read", "FanOut": "queue_fanout", "Deliver": "queue_deliver"}

MAX_DELAY = 900
#: messages in one request
BATCH = 10
#: bytes of one message, and of one request; SQS takes 1 MiB, of which it bills each 64 KiB as a request
MESSAGE_BYTES = 60_000
REQUEST_BYTES = 240_000
_ATTEMPTS = 4

#: what XML 1.0 cannot carry, and SQS therefore refuses
_REFUSED = re.compile("[\ud800-\udfff\ufffe\uffff]")


def encode(command: Command) -> str:
    """Return the message body of a command: JSON that SQS accepts, whatever characters the texts hold."""
    return _REFUSED.sub(lambda found: f"\\u{ord(found.group()):04x}", dump_command(command))


def decode(body: str) -> Command:
    """Return the command of a message body; `ValueError` for anything else."""
    return load_command(body)


class SqsQueue:
    """Carries commands on SQS, one queue a kind."""

    def __init__(self, settings: Settings, client: Any) -> None:
        self._settings = settings
        self._client = client

    def send(self, commands: Sequence[Command]) -> None:
        """Hand the commands over; when it returns all of them survive a crash."""
        waiting: dict[str, list[tuple[str, int]]] = {}
        for command in commands:
            for piece in split(command):
                wait = min(int(piece.delay), MAX_DELAY)
                body = encode(replace(piece, delay=max(0.0, piece.delay - wait)))
                waiting.setdefault(self._address(piece), []).append((body, wait))
        for address, messages in waiting.items():
            for batch in batches(messages):
                self._send_batch(address, batch)

    def _address(self, command: Command) -> str:
        name = type(command).__name__
        if name not in QUEUES:
            raise ConfigError(f"{name} has no queue: a schedule starts it")
        address: str = getattr(self._settings, QUEUES[name])
        if not address:
            raise ConfigError(f"DUALCROSS_{QUEUES[name].upper()} is not set")
        return address

    def _send_batch(self, address: str, batch: Sequence[tuple[str, int]]) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        entries = [{"Id": str(n), "MessageBody": body, "DelaySeconds": wait} for n, (body, wait) in enumerate(batch)]
        for _ in range(_ATTEMPTS):
            try:
                answer = self._client.send_message_batch(QueueUrl=address, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                raise StoreUnavailable(f"the queue did not take the commands: {error}") from error
            failed = {entry["Id"] for entry in answer.get("Failed", ())}
            entries = [entry for entry in entries if entry["Id"] in failed]
            if not entries:
                return
        raise StoreUnavailable(f"the queue refused {len(entries)} of {len(batch)} commands")


def split(command: Command) -> Iterator[Command]:
    """Yield the command, or several with parts of its list where its body would be too large."""
    name = fields(command)[0].name
    parts = getattr(command, name)
    if isinstance(parts, tuple) and len(parts) > 1 and len(encode(command).encode()) > MESSAGE_BYTES:
        middle = len(parts) // 2
        for half in (parts[:middle], parts[middle:]):
            part: dict[str, Any] = {name: half}
            yield from split(replace(command, **part))
        return
    yield command


def batches(messages: Iterable[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """Yield the messages in groups that one request may carry."""
    group: list[tuple[str, int]] = []
    size = 0
    for message in messages:
        length = len(message[0].encode())
        if group and (len(group) == BATCH or size + length > REQUEST_BYTES):
            yield group
            group, size = [], 0
        group.append(message)
        size += length
    if group:
        yield group
