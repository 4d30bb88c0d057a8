"""The whole product: a command in, the follow-up commands out; a runner carries them.

    tick ─► schedule ─► poll ─► read ─► fan out ─► deliver ─► subscriber
                                                     ▲
                                          digest ────┘          snapshot ─► read model

    command    unit of retry       does                                                    returns
    Tick       the tick            finds the due sources                                    Poll, 50 a piece
    Poll       one source          conditional GET, feed or list → new items                Read, 20 a piece
    Read       one item            page → article → findings → record + events + alerts     FanOut
    FanOut     one alert           matches subscriptions, opens deliveries                  Deliver
    Deliver    one delivery        claim → send → settle                                    Deliver again, later
    Digest     the tick            releases what was held                                   Deliver
    Snapshot   the tick            brings the read model up to date                         –

Every stage commits before it returns, and running any command again returns the same follow-ups or fewer: the
commit is the outbox. Expected failures are recorded and retried by a command with a delay; bugs are raised, and
the runner's dead letters keep the command.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from dualcross.model import Command

if TYPE_CHECKING:
    from dualcross.deps import Deps

#: command name → stage module; imported at first use, because a door loads only its own stage
STAGES = {
    "Tick": "schedule",
    "Poll": "poll",
    "Read": "read",
    "FanOut": "fanout",
    "Deliver": "deliver",
    "Digest": "digest",
    "Snapshot": "snapshot",
}


def handle(command: Command, deps: Deps) -> list[Command]:
    """Run one command and return the commands that follow from it."""
    stage = importlib.import_module(f"dualcross.stages.{STAGES[type(command).__name__]}")
    follow_ups: list[Command] = stage.run(command, deps)
    return follow_ups
