"""`doctor`, `backup`, `restore`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcross.cli import opening, output
from dualcross.errors import ConfigError, DualcrossError, InputError, StoreError

if TYPE_CHECKING:
    from dualcross.deps import Deps
    from dualcross.settings import Settings

Finding = tuple[str, str, str]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    doctor = commands.add_parser("doctor", parents=[common], help="check settings, files, sources and channels")
    doctor.add_argument("--json", action="store_true", help="one JSON object a check")
    doctor.set_defaults(run=run_doctor)
    backup = commands.add_parser("backup", parents=[common], help="copy the database, while it runs")
    backup.add_argument("file")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", parents=[common], help="put a backup in the place of the database")
    restore.add_argument("file")
    restore.add_argument("--force", action="store_true", help="replace a database that is there (it is kept as .old)")
    restore.set_defaults(run=run_restore)


def run_doctor(args: argparse.Namespace) -> int:
    """Print every check; 1 where one found something wrong."""
    rows = [{"check": c, "state": s, "told": t} for c, s, t in _checks(args)]
    if args.json:
        output.json_rows(rows)
    else:
        output.table(rows, ("check", "state", "told"), width=90)
    return 1 if any(row["state"] == "wrong" for row in rows) else 0


def _checks(args: argparse.Namespace) -> Iterator[Finding]:
    import sqlite3

    yield "python", "fine", sys.version.split()[0]
    try:
        db = sqlite3.connect(":memory:")
        db.execute("CREATE VIRTUAL TABLE t USING fts5 (a)")
        db.close()
        yield "sqlite", "fine", f"{sqlite3.sqlite_version} with FTS5"
    except sqlite3.OperationalError:
        yield "sqlite", "wrong", f"{sqlite3.sqlite_version} has no FTS5; install a Python with a full SQLite"
    try:
        settings = opening.settings(args)
        yield "settings", "fine", "all can be used"
    except ConfigError as error:
        yield "settings", "wrong", str(error)
        return
    if not args.stack and not Path(settings.db).exists():
        yield "database", "none", f"{settings.db} is not there yet; `dualcross run` makes it"
        return
    try:
        with opening.deployment(args) as deps:
            yield "database", "fine", args.stack or settings.db
            yield from _deployment_checks(deps, deps.settings)
            yield from _stack_checks(deps) if args.stack else _file_checks(args)
    except DualcrossError as error:
        yield "database", "wrong", str(error)


def _deployment_checks(deps: Deps, settings: Settings) -> Iterator[Finding]:
    sources = deps.store.sources()
    if not sources:
        yield "sources", "none", "add one with `dualcross source add URL`"
    for source, state in sources:
        if state.gone or state.notice or state.failures > 2:
            yield f"source {source.id}", "wrong", f"{state.outcome}: {state.message}"
    healthy = sum(1 for s, state in sources if state.outcome == "ok" and not s.paused)
    if sources:
        yield "sources", "fine" if healthy else "wrong", f"{healthy} of {len(sources)} answered last time"
    subscriptions = [s for s in deps.store.subscriptions() if s.state == "active"]
    yield "subscriptions", "fine" if subscriptions else "none", f"{len(subscriptions)} active"
    for name in sorted({s.channel for s in subscriptions}):
        try:
            deps.channel(name)
        except DualcrossError as error:
            yield f"channel {name}", "wrong", str(error)
    if any(s.channel == "email" for s in subscriptions) and settings.mail_transport == "smtp" and not settings.smtp_url:
        yield "channel email", "wrong", "set DUALCROSS_SMTP_URL"
    for key, value in deps.store.facts("parked"):
        yield f"subscription {key[:12]}", "wrong", f"parked: {value.get('why', '')}"
    dead = len(deps.store.deliveries(state="dead"))
    yield "deliveries", "wrong" if dead else "fine", f"{dead} dead" if dead else "none is dead"


def _stack_checks(deps: Deps) -> Iterator[Finding]:
    from datetime import datetime

    from dualcross.query.segments import Bucket
    from dualcross.runners.deadletters import QUEUES, depths
    from dualcross.runners.stack import client

    for queue in QUEUES:
        waiting, dead = depths(deps.settings, queue)
        yield f"queue {queue}", "wrong" if dead else "fine", f"{waiting} waiting, {dead} dead"
    manifest, _ = Bucket(deps.settings.snapshot_bucket, client("s3")).manifest()
    if manifest is None:
        yield "snapshot", "none", "there is none yet; the API answers from the table alone"
        return
    made = datetime.fromisoformat(manifest.made)
    yield "snapshot", "fine", f"last changed {made:%Y-%m-%d %H:%M} UTC, {len(manifest.months)} months and the hot file"


def _file_checks(args: argparse.Namespace) -> Iterator[Finding]:
    with opening.embedded(args) as made:
        with made.store.database.read() as db:
            told = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        yield "integrity", "fine" if told == "ok" else "wrong", told
        counts = made.queue.counts()
        state = "wrong" if counts["dead"] else "fine"
        yield "queue", state, ", ".join(f"{number} {name}" for name, number in counts.items())


def run_backup(args: argparse.Namespace) -> int:
    """Copy the database into a new file."""
    from dualcross.stores.sqlite.schema import backup

    target = Path(args.file)
    if target.exists():
        raise InputError(f"{target} is there already; name another file")
    if not target.absolute().parent.is_dir():
        raise InputError(f"no folder {target.absolute().parent}")
    with opening.embedded(args) as made, made.store.database.read() as db:
        backup(db, target)
    print(target)
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Put a backup in the place of the database, which nobody may be running."""
    import sqlite3

    from dualcross.runners.embedded import FileLock
    from dualcross.stores.sqlite import SqliteStore
    from dualcross.stores.sqlite.schema import backup

    source, target = Path(args.file), Path(opening.settings(args).db)
    if not source.is_file():
        raise InputError(f"no file {source}")
    if target.exists() and not args.force:
        raise InputError(f"{target} is there; --force keeps it as {target.name}.old and replaces it")
    lock = FileLock(str(target))
    try:
        draft = target.with_name(f"{target.name}.restoring")
        draft.unlink(missing_ok=True)
        # Read as a database and written anew: a damaged file, or none of ours, is noticed before anything is replaced.
        old = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
        try:
            if old.execute("SELECT 1 FROM sqlite_master WHERE name = 'records'").fetchone() is None:
                raise InputError(f"{source} is no dualcross database")
            backup(old, draft)
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{source} cannot be read: {error}") from error
        finally:
            old.close()
        SqliteStore(str(draft)).close()
        if target.exists():
            for suffix in ("", "-wal", "-shm"):
                part = Path(f"{target}{suffix}")
                if part.exists():
                    part.replace(f"{target}.old{suffix}")
        draft.replace(target)
    finally:
        lock.release()
    print(target)
    return 0
