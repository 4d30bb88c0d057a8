"""`registry import` and `registry diff`: official lists in, what changed between two rounds out."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcross.cli import opening, output
from dualcross.errors import InputError
from dualcross.ports import Platform

if TYPE_CHECKING:
    from dualcross.deps import Deps

_STAGES = ("selected", "publicized", "reselected", "ranked", "removed")
#: an official annex is a page or two; anything larger is another file
_MAX_BYTES = 20_000_000


def add(actions: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    bring = actions.add_parser("import", parents=[common], help="fill the register from an official list")
    bring.add_argument("file", metavar="FILE", help="csv, html, xlsx or pdf")
    bring.add_argument("--title", default="", help="title of the list; the file's name where it is not given")
    bring.add_argument("--round", metavar="YEAR", help="where the title does not name one year")
    bring.add_argument("--stage", choices=_STAGES, default="selected", help="what the list says of its rows")
    bring.add_argument("--issuer", default="工业和信息化部", help="who published it")
    bring.add_argument("--published", metavar="DATE", help="the day it was published")
    bring.add_argument("--dry-run", action="store_true", help="show what every row would do, and stop")
    bring.add_argument("--json", action="store_true", help="one JSON object a line")
    bring.set_defaults(run=run_import)
    diff = actions.add_parser("diff", parents=[common], help="what changed in the roster between two rounds")
    diff.add_argument("earlier", metavar="YEAR")
    diff.add_argument("later", metavar="YEAR")
    diff.add_argument("--json", action="store_true", help="one JSON object a line")
    diff.set_defaults(run=run_diff)


@contextmanager
def _target(args: argparse.Namespace) -> Iterator[Deps | None]:
    """Hand out what is imported into; None where nothing is to be made and there is nothing."""
    if args.dry_run and not args.stack and not Path(opening.settings(args).db).exists():
        yield None
        return
    with opening.deployment(args, create=not args.dry_run) as deps:
        yield deps


def run_import(args: argparse.Namespace) -> int:
    """Import an official list, or show what importing it would do."""
    from dualcross.register import shipped
    from dualcross.register.importing import carry_out, plan
    from dualcross.register.roster import parse_day
    from dualcross.register.sheets import read_tables

    path = Path(args.file)
    if not path.is_file():
        raise InputError(f"no file {path}")
    if path.stat().st_size > _MAX_BYTES:
        raise InputError(f"{path} is larger than {_MAX_BYTES // 1_000_000} MB; give the annex alone")
    if args.round and not re.fullmatch(r"20\d\d", args.round):
        raise InputError(f"--round {args.round} is no year; write it as 2027")
    if args.published and parse_day(args.published) is None:
        raise InputError(f"--published {args.published} is no day; write it as 2027-06-20")
    tables = read_tables(path.read_bytes(), path.name)
    with _target(args) as deps:
        planned = plan(
            tables,
            title=args.title or path.stem,
            learned=deps.store.learned() if deps else (),
            shipped=shipped(),
            round_=args.round,
            stage=args.stage,
        )
        if deps and not args.dry_run:
            carry_out(planned, deps.store, shipped(), deps.clock.now(), source=args.issuer, published=args.published)
    rows = [
        {
            "line": p.row.line,
            "state": p.state,
            "id": p.finding.platform.id,
            "name": p.finding.platform.name,
            "operator": p.row.operator or None,
            "region": p.finding.region.code if p.finding.region else None,
        }
        for p in planned.rows
    ]
    if args.json:
        output.json_rows(rows)
    else:
        output.table(rows, ("line", "state", "id", "name", "operator", "region"))
    for line, why in planned.problems:
        print(f"line {line}: {why}", file=sys.stderr)
    said = ", ".join(f"{planned.count(s)} {s}" for s in ("new", "sure now", "known", "back"))
    done = "would import" if args.dry_run else "imported"
    print(f"{done} round {planned.round}: {len(planned.rows)} rows ({said})", file=sys.stderr)
    return 0


def run_diff(args: argparse.Namespace) -> int:
    """Print who was added, kept, renamed and dropped, and how many the register does not hold."""
    from dualcross.register import shipped
    from dualcross.register.importing import diff, merged

    found = diff(merged(_learned(args), shipped()), args.earlier, args.later, shipped())
    renamed = {p.id: (a, b) for p, a, b in found.renamed}
    groups = (("added", found.added), ("dropped", found.dropped), ("kept", found.kept))
    rows = [
        {
            "change": "renamed" if change == "kept" and p.id in renamed else change,
            "id": p.id,
            "name": p.name,
            "region": p.region.code if p.region else None,
            "before": renamed.get(p.id, (None, None))[0],
            "after": renamed.get(p.id, (None, None))[1],
        }
        for change, platforms in groups
        for p in platforms
    ]
    if args.json:
        output.json_rows(rows)
    else:
        output.table(rows, ("change", "id", "name", "region", "before", "after"))
    for year, gap in found.missing:
        print(f"{year}: official counts tell of {gap} more than the register holds", file=sys.stderr)
    return 0


def _learned(args: argparse.Namespace) -> tuple[Platform, ...]:
    """Return what the deployment learned; nothing where there is none yet, the shipped register counts all the same."""
    if not args.stack and not Path(opening.settings(args).db).exists():
        return ()
    with opening.deployment(args) as deps:
        return deps.store.learned()
