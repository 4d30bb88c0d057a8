"""`export`: everything that is stored, for other tools."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from dualcross.cli import lookup, opening, output
from dualcross.errors import InputError

FORMATS = ("jsonl", "csv", "sqlite", "parquet")
WHAT = ("records", "alerts", "events", "platforms", "policies")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    export = commands.add_parser(
        "export", parents=[common], help="write what is stored as JSON lines, CSV, SQLite or Parquet"
    )
    export.add_argument("--format", choices=FORMATS, default="jsonl")
    export.add_argument("--what", choices=WHAT, default="records", help="what to write (records)")
    export.add_argument("--query", default="", metavar="QUERY", help="only what matches")
    export.add_argument("--out", metavar="FILE", help="file to write; stdout for jsonl and csv")
    export.set_defaults(run=run_export)


def run_export(args: argparse.Namespace) -> int:
    """Write the export."""
    if args.format in ("sqlite", "parquet") and not args.out:
        raise InputError(f"--format {args.format} wants a file: name one with --out")
    if args.out and Path(args.out).exists():
        raise InputError(f"{args.out} is there already; name another file")
    if args.format == "sqlite":
        return _sqlite(args)
    with lookup.reading(args, shipped=args.what in lookup.SHIPPED) as model:
        found = lookup.found(model, args.what, args.query, 0)
        rows = output.watched(found, args.what, quiet=not args.out and sys.stdout.isatty())
        if args.format == "parquet":
            return _parquet(rows, args.what, args.out)
        with _stdout_to(args.out):
            if args.format == "csv":
                output.csv_rows(rows, columns(args.what))
            else:
                output.json_rows(rows)
    return 0


def columns(what: str) -> tuple[str, ...]:
    """Return the columns of a CSV: those of the table, and the text of records."""
    return (*lookup.COLUMNS[what], "language", "official", "text") if what == "records" else lookup.COLUMNS[what]


class _stdout_to:  # noqa: N801 - used like contextlib's own
    """Print into a file for a while; stdout where none is named."""

    def __init__(self, name: str | None) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._old = sys.stdout
        if self._name:
            try:
                sys.stdout = Path(self._name).open("x", encoding="utf-8", newline="")
            except OSError as error:
                raise InputError(f"{self._name}: {error.strerror}") from error

    def __exit__(self, *_: object) -> None:
        if self._name:
            sys.stdout.close()
        sys.stdout = self._old


def _sqlite(args: argparse.Namespace) -> int:
    from dualcross.stores.sqlite.schema import backup

    if args.query or args.what != "records":
        raise InputError("--format sqlite writes the whole database; leave out --query and --what")
    if args.stack:
        _copy_stack(args)
    else:
        with opening.embedded(args) as made, made.store.database.read() as db:
            backup(db, Path(args.out))
    # Whoever is handed the file must not get what is nobody else's: keys, addresses, deliveries.
    _strip(args.out)
    return 0


def _copy_stack(args: argparse.Namespace) -> None:
    from dualcross.runners.transfer import copy
    from dualcross.stores.sqlite import SqliteStore

    with opening.deployment(args) as deps, closing(SqliteStore(args.out)) as store:
        copy(deps, replace(deps, store=store))


def _strip(path: str) -> None:
    import sqlite3

    db = sqlite3.connect(path, isolation_level=None)
    try:
        for table in ("subscriptions", "deliveries", "facts", "commands"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - four names of ours
        db.execute(
            "UPDATE sources SET source = json_remove(source, '$.headers', '$.proxy'),"
            " state = json_remove(state, '$.cookies')"
        )
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("VACUUM")
    finally:
        db.close()


def _parquet(rows: Iterable[dict[str, Any]], what: str, target: str) -> int:
    from dualcross.query.parquet import write

    try:
        with Path(target).open("xb") as file:
            file.writelines(write(rows, columns(what)))
    except OSError as error:
        raise InputError(f"{target}: {error.strerror}") from error
    return 0
