"""`import`: the contents of another deployment, a file or a stack, into this one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcross.cli import opening
from dualcross.errors import InputError

if TYPE_CHECKING:
    from dualcross.deps import Deps


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    bring = commands.add_parser("import", parents=[common], help="bring in another deployment's file, stack or table")
    bring.add_argument("file", nargs="?", metavar="FILE", help="an embedded database")
    bring.add_argument("--from-stack", metavar="NAME", help="a deployed stack")
    bring.add_argument("--from-table", metavar="TABLE", help="a table restored beside the stack's own")
    bring.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Copy what is missing here, and print how much of each kind."""
    from dualcross.runners.transfer import copy

    if sum(bool(given) for given in (args.file, args.from_stack, args.from_table)) != 1:
        raise InputError("name one origin: a FILE, --from-stack or --from-table")
    if args.from_table and not args.stack:
        raise InputError("--from-table goes with --stack, whose buckets hold the table's long texts")
    with _origin(args) as origin, opening.deployment(args, create=True) as target:
        written = copy(origin, target)
    print(", ".join(f"{number} {name}" for name, number in written.items()))
    return 0


@contextmanager
def _origin(args: argparse.Namespace) -> Iterator[Deps]:
    if args.file:
        path = Path(args.file)
        if not path.is_file():
            raise InputError(f"no file {path}")
        if not args.stack and path.resolve() == Path(opening.settings(args).db).resolve():
            raise InputError(f"{path} is the database that it would be brought into")
        with opening.embedded(argparse.Namespace(db=str(path), stack=None)) as made:
            yield made.deps
        return
    from dualcross.runners.stack import stack

    deps = stack(args.stack, table=args.from_table) if args.from_table else stack(args.from_stack)
    try:
        yield deps
    finally:
        deps.store.close()
