"""`deadletters`, `redrive`: what was given up, in the file's queue or the stack's."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from dualcross.cli import opening, output
from dualcross.errors import InputError
from dualcross.model import Deliver, Delivery

if TYPE_CHECKING:
    from dualcross.deps import Deps

_COLUMNS = ("id", "what", "died", "error")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    dead = commands.add_parser("deadletters", parents=[common], help="list commands and deliveries that were given up")
    dead.add_argument("--json", action="store_true", help="one JSON object a letter")
    dead.set_defaults(run=run_deadletters)
    again = commands.add_parser("redrive", parents=[common], help="give dead letters another try")
    again.add_argument("ids", nargs="*", metavar="ID", help="those to try again; on a stack also a queue's name")
    again.add_argument("--all", action="store_true", help="all of them")
    again.set_defaults(run=run_redrive)


def run_deadletters(args: argparse.Namespace) -> int:
    """Print dead commands, then dead deliveries."""
    if args.stack:
        from dualcross.runners.deadletters import dead_letters

        with opening.deployment(args) as deps:
            rows = [
                {"id": d.id, "what": d.queue, "died": None, "error": f"{d.tries} tries; see the logs of {d.queue}",
                 "command": d.body}
                for d in dead_letters(deps.settings)
            ] + [_row(d) for d in deps.store.deliveries(state="dead")]  # fmt: skip
    else:
        with opening.embedded(args) as made:
            rows = [
                {"id": f"c{d.id}", "what": d.hop, "died": d.died.isoformat(), "error": d.error, "command": d.command}
                for d in made.queue.dead()
            ] + [_row(d) for d in made.store.deliveries(state="dead")]
    if args.json:
        output.json_rows(rows)
    else:
        output.table(rows, _COLUMNS, width=70)
    return 0


def _row(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "what": f"{delivery.kind} by {delivery.channel}",
        "died": delivery.settled.isoformat() if delivery.settled else None,
        "error": delivery.error,
        "command": f"{delivery.alert_id} to {delivery.subscription_id}",
    }


def run_redrive(args: argparse.Namespace) -> int:
    """Put dead letters back into the queue; the runner takes them from there."""
    if bool(args.ids) == args.all:
        raise InputError("name the letters by their ids, or say --all")
    if args.stack:
        with opening.deployment(args) as deps:
            count = _redrive_stack(deps, None if args.all else args.ids)
        print(f"{count} will be tried again")
        return 0
    with opening.embedded(args) as made:
        letters = {f"c{d.id}": d.id for d in made.queue.dead()}
        dead = {d.id for d in made.store.deliveries(state="dead")}
        for name in args.ids:
            if name not in letters and name not in dead:
                raise InputError(f"no dead letter {name!r}; `dualcross deadletters` lists them")
        commands = [letters[n] for n in (letters if args.all else args.ids) if n in letters]
        deliveries = [n for n in (sorted(dead) if args.all else args.ids) if n in dead]
        count = made.queue.redrive(commands)
        released = [n for n in deliveries if made.store.release(n)]
        made.queue.send([Deliver(delivery_ids=(n,)) for n in released])
    print(f"{count + len(released)} will be tried again")
    return 0


def _redrive_stack(deps: Deps, names: list[str] | None) -> int:
    from dualcross.runners.deadletters import QUEUES, dead_letters, redrive
    from dualcross.runners.queues import SqsQueue
    from dualcross.runners.stack import client

    dead = {d.id for d in deps.store.deliveries(state="dead")}
    wanted = [*QUEUES, *sorted(dead)] if names is None else names
    letters: dict[str, str] = {}
    if any(name not in QUEUES and name not in dead for name in wanted):
        letters = {d.id: d.queue for d in dead_letters(deps.settings)}
    for name in wanted:
        if name not in QUEUES and name not in dead and name not in letters:
            raise InputError(f"no dead letter and no queue {name!r}; `dualcross deadletters` lists them")
    released = [name for name in wanted if name in dead and deps.store.release(name)]
    SqsQueue(deps.settings, client("sqs")).send([Deliver(delivery_ids=(name,)) for name in released])
    count = len(released)
    for queue in QUEUES:
        if queue in wanted:
            count += redrive(deps.settings, queue)
        else:
            picked = frozenset(name for name in wanted if letters.get(name) == queue)
            count += redrive(deps.settings, queue, only=picked) if picked else 0
    return count
