"""`records`, `events`, `platforms`, …: what is stored, by the query language of API and subscriptions."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcross.cli import opening, output
from dualcross.cli.arguments import query_parser
from dualcross.errors import InputError

if TYPE_CHECKING:
    from dualcross.query.readmodel import ReadModel

#: command → columns of its table and CSV
COLUMNS = {
    "records": ("id", "published", "title", "source", "labels", "url"),
    "events": ("key", "kind", "stage", "ladder", "round", "last_seen"),
    "platforms": ("id", "name", "operator", "region", "member", "status"),
    "regions": ("code", "name", "count", "members"),
    "rounds": ("round", "kind", "in_force", "new", "title"),
    "policies": ("date", "number", "title", "issuer", "status"),
    "alerts": ("created", "trigger", "confirmed", "subject", "round", "title", "url"),
    "sources": ("id", "name", "outcome", "last_success", "items_seen", "url"),
    "deliveries": ("id", "created", "state", "kind", "channel", "subscription", "error"),
}
#: what the register that ships with the product answers without any database
SHIPPED = ("platforms", "regions", "rounds", "policies")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    for name in COLUMNS:
        made = query_parser(commands, name, common, f"look up {name}")
        made.add_argument("query", nargs="*", metavar="QUERY", help="topic:selection region:440000 after:2023-01-01 …")
        form = made.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="one JSON object a line")
        form.add_argument("--csv", action="store_true", help="CSV with a header")
        made.add_argument("--limit", type=int, default=50, metavar="N", help="how many (50); 0 for all")
        made.set_defaults(run=run_lookup, what=name)


def run_lookup(args: argparse.Namespace) -> int:
    """Print what matches."""
    if args.limit < 0:
        raise InputError(f"--limit must be 0 or more, not {args.limit}")
    with reading(args, shipped=args.what in SHIPPED) as model:
        rows = found(model, args.what, " ".join(args.query), args.limit)
        if args.json:
            output.json_rows(rows)
        elif args.csv:
            output.csv_rows(rows, COLUMNS[args.what])
        else:
            output.table(_shown(rows), COLUMNS[args.what])
    return 0


@contextmanager
def reading(args: argparse.Namespace, *, shipped: bool = False) -> Iterator[ReadModel]:
    """Hand out the read model behind `--db` or `--stack`; without a file, the shipped register where it will do."""
    if not args.stack and shipped and not Path(opening.settings(args).db).exists():
        from dualcross.clock import SystemClock
        from dualcross.query.engine import StoreReadModel
        from dualcross.stores.memory import MemoryStore

        yield StoreReadModel(MemoryStore(), SystemClock())
        return
    if args.stack:
        from dualcross.query.engine import StoreReadModel

        with opening.deployment(args) as deps:
            yield StoreReadModel(deps.store, deps.clock)
        return
    with opening.embedded(args) as made:
        from dualcross.stores.sqlite.reading import SqliteReadModel

        yield SqliteReadModel(made.store, made.deps.clock)


def found(model: ReadModel, what: str, text: str, limit: int) -> Iterable[dict[str, Any]]:
    """Yield the public form of what matches, at most `limit`, all for 0."""
    from dualcross.query import parse

    query = parse(text)
    if what in ("regions", "rounds"):
        from dualcross.query.engine import regions_matching, rounds_matching

        rows = regions_matching(model, query) if what == "regions" else rounds_matching(model, query)
        yield from (dict(row) for row in rows[: limit or None])
        return
    cursor, left = None, limit
    ask, formed = getattr(model, what), shape(what)
    while True:
        page = ask(query, limit=min(left, 200) if limit else 200, cursor=cursor)
        for item in page.items:
            yield formed(item)
        left -= len(page.items)
        cursor = page.next
        if cursor is None or (limit and left <= 0):
            return


def shape(what: str) -> Any:
    """Return what gives a thing of that kind its public form."""
    from dualcross.query import present, rows

    return {
        "records": present.stored_json,
        "events": rows.event_json,
        "platforms": rows.platform_json,
        "policies": rows.policy_json,
        "alerts": present.alert_json,
        "sources": lambda pair: rows.source_json(*pair),
        "deliveries": rows.delivery_json,
    }[what]


def _shown(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Shorten what a table shows: moments to the minute, ids of deliveries to what tells them apart."""
    for row in rows:
        for key in ("created", "last_seen", "last_success"):
            if isinstance(row.get(key), str):
                row[key] = row[key][:16].replace("T", " ")
        if "subscription" in row:
            row["id"] = row["id"][:12]
        yield row
