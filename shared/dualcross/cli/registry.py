"""`registry`: the register looked at, compared, corrected; what it decides lives in `dualcross.register`."""

from __future__ import annotations

import argparse
from typing import Any

from dualcross.cli import importing, lookup, opening, output
from dualcross.cli.arguments import query_parser

_COLUMNS = ("id", "name", "operator", "region", "member", "rounds", "status", "since", "left")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    registry = commands.add_parser("registry", help="the register: show, compare, import, correct")
    actions = registry.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, told in (("show", "print the register"), ("export", "print the register as CSV or JSON lines")):
        one = query_parser(actions, name, common, told)
        one.add_argument("query", nargs="*", metavar="QUERY", help="region:广东 member:yes …")
        one.add_argument("--json", action="store_true", help="one JSON object a line")
        one.set_defaults(run=run_show, csv=name == "export")
    importing.add(actions, common)
    for name, told, other in (
        ("merge", "two platforms are one: the first becomes the second", "OTHER"),
        ("split", "a name is another platform's", "NAME"),
        ("confirm", "an event is true", ""),
        ("reject", "an event is wrong", ""),
    ):
        one = actions.add_parser(name, parents=[common], help=told)
        one.add_argument("subject", metavar="EVENT" if not other else "PLATFORM")
        if other:
            one.add_argument("other", metavar=other)
        one.add_argument("--who", default="", help="who decides")
        one.set_defaults(run=run_act, act=name)
    undo = actions.add_parser("undo", parents=[common], help="take an act back")
    undo.add_argument("id", metavar="ACT")
    undo.set_defaults(run=run_undo)
    past = actions.add_parser("acts", parents=[common], help="list what analysts decided")
    past.add_argument("--json", action="store_true", help="one JSON object a line")
    past.set_defaults(run=run_acts)


def run_show(args: argparse.Namespace) -> int:
    """Print the register."""
    with lookup.reading(args, shipped=True) as model:
        rows = lookup.found(model, "platforms", " ".join(args.query), 0)
        if args.json:
            output.json_rows(rows)
        elif args.csv:
            output.csv_rows(map(_flat, rows), _COLUMNS)
        else:
            output.table(map(_flat, rows), ("id", "name", "operator", "region", "member", "rounds", "status"))
    return 0


def run_act(args: argparse.Namespace) -> int:
    """Perform an analyst's act and send what follows from it on its way."""
    from dualcross.model import FanOut
    from dualcross.register import acts, shipped

    with opening.working(args) as (deps, send):
        act = acts.Act(
            kind=args.act,
            subject=args.subject,
            other=getattr(args, "other", ""),
            at=deps.clock.now(),
            who=args.who,
        )
        done = acts.perform(act, deps.store, shipped(), min_confidence=deps.settings.min_confidence)
        if done.alert_ids:
            send([FanOut(alert_ids=done.alert_ids)])
    print(act.id)
    return 0


def run_undo(args: argparse.Namespace) -> int:
    """Take an act back: the register is derived again without it."""
    from dualcross.register import acts, shipped
    from dualcross.stores.memory import MemoryStore

    with opening.deployment(args) as deps:
        changed = acts.undo(args.id, deps.store, MemoryStore(), shipped(), min_confidence=deps.settings.min_confidence)
    print(f"{len(changed)} subjects changed")
    return 0


def run_acts(args: argparse.Namespace) -> int:
    """Print the acts, oldest first."""
    from dualcross.register import acts

    with opening.deployment(args) as deps:
        rows = [
            {"id": a.id, "at": a.at.isoformat(), "act": a.kind, "subject": a.subject, "other": a.other, "who": a.who}
            | {"undone": a.undone}
            for a in acts.history(deps.store)
        ]
    if args.json:
        output.json_rows(rows)
    else:
        output.table(rows, ("id", "at", "act", "subject", "other", "who", "undone"))
    return 0


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    operator, region = row["operator"], row["region"]
    return row | {
        "operator": operator["name"] if operator else None,
        "region": region["name"] if region else None,
        "rounds": [f"{r['round']} {r['stage']}" for r in row["rounds"]],
    }
