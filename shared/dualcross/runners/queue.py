"""The embedded command queue: a table in the store's own file.

    send ──► waiting ──take──► taken ──done──► gone, its follow-ups waiting (one transaction)
                 ▲               ├──failed──► waiting again, later; after `TRIES` dead
                 └──redrive── dead
    recover: what a killed process had taken waits again

A command that waits already is not added twice; of two moments the earlier one counts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dualcross.model import Command
from dualcross.ports import Clock
from dualcross.stores.moments import EPOCH, micros
from dualcross.stores.sqlite.database import Database
from dualcross.wire import dump_command, load_command

#: what is nearest to the subscriber goes first
URGENCY = {"Deliver": 0, "FanOut": 1, "Read": 2, "Digest": 3, "Poll": 4, "Tick": 5, "Snapshot": 6}
#: tries of one command before it is dead
TRIES = 5
#: seconds before the second, third, … try
BACKOFF = (5, 30, 120, 600)


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A command in the hands of a worker."""

    seq: int
    command: Command
    tries: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetter:
    """A command that failed too often, with its last error."""

    id: int
    hop: str
    command: str
    tries: int
    died: datetime
    error: str


class SqliteQueue:
    """Implements `ports.Queue`, and the worker's side of it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def send(self, commands: Sequence[Command]) -> None:
        """Hand the commands over; when it returns they survive a crash."""
        if commands:
            with self._db.write() as db:
                self._put(db, commands)

    def take(self) -> Taken | None:
        """Return the most urgent command whose time has come, or None."""
        now = micros(self._clock.now())
        with self._db.read() as db:
            if _next(db, now) is None:
                return None
        with self._db.write() as db:
            row = _next(db, now)
            if row is None:
                return None
            try:
                command = load_command(row[1])
            except (ValueError, TypeError) as error:
                # Written by another version: nobody here can run it, and it must not stop the others.
                db.execute("UPDATE commands SET dead = ?, error = ? WHERE seq = ?", (now, str(error), row[0]))
                return None
            db.execute("UPDATE commands SET taken = ?, tries = tries + 1 WHERE seq = ?", (now, row[0]))
        return Taken(seq=row[0], command=command, tries=row[2] + 1)

    def done(self, taken: Taken, follow_ups: Sequence[Command]) -> None:
        """Take the command off and add its follow-ups, as one."""
        with self._db.write() as db:
            db.execute("DELETE FROM commands WHERE seq = ?", (taken.seq,))
            self._put(db, follow_ups)

    def failed(self, taken: Taken, error: str) -> bool:
        """Put the command back for a later try, or among the dead letters; returns whether it is dead."""
        now = self._clock.now()
        with self._db.write() as db:
            if taken.tries >= TRIES:
                db.execute(
                    "UPDATE commands SET taken = NULL, dead = ?, error = ? WHERE seq = ?",
                    (micros(now), error, taken.seq),
                )
                return True
            later = micros(now + timedelta(seconds=BACKOFF[min(taken.tries, len(BACKOFF)) - 1]))
            # An equal one may have been sent meanwhile: it takes over the tries.
            twin = db.execute(
                "SELECT w.seq FROM commands w JOIN commands t ON t.key = w.key"
                " WHERE t.seq = ? AND w.taken IS NULL AND w.dead IS NULL",
                (taken.seq,),
            ).fetchone()
            if twin:
                db.execute("DELETE FROM commands WHERE seq = ?", (taken.seq,))
            db.execute(
                "UPDATE commands SET taken = NULL, not_before = ?, tries = ?, error = ? WHERE seq = ?",
                (later, taken.tries, error, twin[0] if twin else taken.seq),
            )
        return False

    def recover(self) -> int:
        """Make waiting again what an ended process had taken; only the one runner of a file may call it."""
        with self._db.write() as db:
            rows = db.execute("SELECT seq, key FROM commands WHERE taken IS NOT NULL").fetchall()
            for seq, key in rows:
                db.execute("DELETE FROM commands WHERE key = ? AND taken IS NULL AND dead IS NULL", (key,))
                # The try that was cut short does not count: nothing says that the command was at fault.
                db.execute("UPDATE commands SET taken = NULL, tries = max(tries - 1, 0) WHERE seq = ?", (seq,))
        return len(rows)

    def wait(self) -> float | None:
        """Return the seconds until the next command may run; None where none waits."""
        with self._db.read() as db:
            row = db.execute("SELECT min(not_before) FROM commands WHERE taken IS NULL AND dead IS NULL").fetchone()
        if row[0] is None:
            return None
        return float(max(0.0, (row[0] - (micros(self._clock.now()) or 0)) / 1e6))

    def counts(self) -> dict[str, int]:
        """Return how many commands wait, are taken and are dead."""
        with self._db.read() as db:
            row = db.execute(
                "SELECT coalesce(sum(taken IS NULL AND dead IS NULL), 0), coalesce(sum(taken IS NOT NULL), 0),"
                " coalesce(sum(dead IS NOT NULL), 0) FROM commands"
            ).fetchone()
        return dict(zip(("waiting", "taken", "dead"), row, strict=True))

    def dead(self) -> tuple[DeadLetter, ...]:
        """Return the dead letters, oldest first."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT seq, hop, command, tries, dead, error FROM commands WHERE dead IS NOT NULL ORDER BY dead, seq"
            ).fetchall()
        return tuple(
            DeadLetter(id=s, hop=h, command=c, tries=t, died=EPOCH + timedelta(microseconds=d), error=e)
            for s, h, c, t, d, e in rows
        )

    def redrive(self, ids: Sequence[int] | None = None) -> int:
        """Make dead letters wait again with all their tries, those named or all; returns how many."""
        wanted = [letter for letter in self.dead() if ids is None or letter.id in ids]
        with self._db.write() as db:
            for letter in wanted:
                db.execute("DELETE FROM commands WHERE seq = ? AND dead IS NOT NULL", (letter.id,))
                self._put(db, [replace(load_command(letter.command), delay=0.0)])
        return len(wanted)

    def _put(self, db: sqlite3.Connection, commands: Sequence[Command]) -> None:
        now = self._clock.now()
        for command in commands:
            hop = type(command).__name__
            due = micros(now + timedelta(seconds=command.delay))
            db.execute(
                "INSERT INTO commands (hop, urgency, key, command, not_before) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (key) WHERE taken IS NULL AND dead IS NULL"
                " DO UPDATE SET not_before = min(not_before, excluded.not_before)",
                (hop, URGENCY[hop], dump_command(replace(command, delay=0.0)), dump_command(command), due),
            )


def _next(db: sqlite3.Connection, now: int | None) -> tuple[int, str, int] | None:
    found: tuple[int, str, int] | None = db.execute(
        "SELECT seq, command, tries FROM commands WHERE taken IS NULL AND dead IS NULL AND not_before <= ?"
        " ORDER BY urgency, not_before, seq LIMIT 1",
        (now,),
    ).fetchone()
    return found
