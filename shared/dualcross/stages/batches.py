"""A command that carries several things: one that hits a bug must not take the others with it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from dualcross.errors import StoreError
from dualcross.model import Command

log = logging.getLogger("dualcross.stages")

T = TypeVar("T")


def each(values: Sequence[T], act: Callable[[T], list[Command]], alone: Callable[[T], Command]) -> list[Command]:
    """Act on every value and return all follow-ups; a value whose act raises a bug goes on in a command of its own.

    A value that is alone already raises, so that the runner retries it and keeps it as a dead letter. A store that
    fails fails for all: the command is retried whole.
    """
    follow_ups: list[Command] = []
    for value in values:
        try:
            follow_ups += act(value)
        except StoreError:
            raise
        except Exception:
            if len(values) == 1:
                raise
            log.exception("batch.split")
            follow_ups.append(alone(value))
    return follow_ups


def chunks(values: Sequence[T], size: int) -> list[tuple[T, ...]]:
    """Return the values in tuples of at most that size, in their order."""
    return [tuple(values[i : i + size]) for i in range(0, len(values), size)]
