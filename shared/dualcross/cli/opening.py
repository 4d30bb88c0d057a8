"""What a command works on: settings, the store behind `--db` or `--stack`, and what belongs to it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcross.errors import InputError

if TYPE_CHECKING:
    from dualcross.deps import Deps
    from dualcross.model import Command
    from dualcross.settings import Settings
    from dualcross.wiring import Embedded


def settings(args: argparse.Namespace, **overrides: Any) -> Settings:
    """Return the settings from the environment, `--db` above them."""
    from dualcross.settings import Settings

    return Settings.from_env(os.environ, db=getattr(args, "db", None), **overrides)


@contextmanager
def embedded(args: argparse.Namespace, *, create: bool = False, **overrides: Any) -> Iterator[Embedded]:
    """Hand out the deployment behind `--db`; an absent file is an error unless the command may make it."""
    from dualcross.wiring import embedded as wire

    if args.stack:
        raise InputError("this command works on a file: use --db, not --stack")
    found = settings(args, **overrides)
    if not create and not Path(found.db).exists():
        raise InputError(f"no database {found.db}: start with `dualcross run`, or name one with --db")
    made = wire(found)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def deployment(args: argparse.Namespace, *, create: bool = False) -> Iterator[Deps]:
    """Hand out the dependencies behind `--stack` or `--db`."""
    if args.stack:
        from dualcross.runners.stack import stack

        deps = stack(args.stack)
        try:
            yield deps
        finally:
            deps.store.close()
        return
    with embedded(args, create=create) as made:
        yield made.deps


@contextmanager
def working(args: argparse.Namespace) -> Iterator[tuple[Deps, Callable[[Sequence[Command]], None]]]:
    """Hand out the dependencies behind `--stack` or `--db`, and what hands commands to their runner."""
    if not args.stack:
        with embedded(args) as made:
            yield made.deps, made.queue.send
        return
    from dualcross.runners.queues import SqsQueue
    from dualcross.runners.stack import client

    with deployment(args) as deps:
        yield deps, lambda commands: SqsQueue(deps.settings, client("sqs")).send(commands)
