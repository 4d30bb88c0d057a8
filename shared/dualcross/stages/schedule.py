"""Tick: which sources are due, as Poll commands of 50."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dualcross.model import Command, Poll, Tick
from dualcross.stages.batches import chunks

if TYPE_CHECKING:
    from dualcross.deps import Deps

#: sources in one command: calls are money, and a command must end within a function's time
BATCH = 50
#: sources polled for one tick; the rest is due at the next one still
MOST = 5000


def run(command: Tick, deps: Deps) -> list[Command]:
    """Return the Poll commands of this tick; a source that is polled meanwhile is left alone by its Poll."""
    del command
    # by name: sources of one host are named alike, and one command asks them one after the other
    due = sorted(deps.store.due(deps.clock.now(), MOST))
    return [Poll(source_ids=ids) for ids in chunks(due, BATCH)]
