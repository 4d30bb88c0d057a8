"""The `snapshot` function: keeps the read model in S3 fresh, incrementally, safe under two runs at once.

    manifest ─► hot file + records read since its mark, alerts, register ─► new hot file ─┐
                 └─ days that are over ─► their month's file ─► new month file ───────────┴─► manifest, if unchanged

Nothing that a reader may be using is changed: files are new, and count once the manifest names them. Of two runs
at once one manifest is refused; that run's files are deleted, and its work is done by the next tick.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcross.model import Record
from dualcross.ports import Commit
from dualcross.query.segments import Bucket, Manifest, Segment, opened, slim

if TYPE_CHECKING:
    from dualcross.deps import Deps
    from dualcross.stores.sqlite import SqliteStore

#: records are asked for again from this long before the mark: commits land out of order
OVERLAP = timedelta(minutes=15)
#: a day is sealed this long after its end
_SETTLED = timedelta(hours=1)
#: a replaced file is kept this long for readers that still have the manifest which names it
_GRACE = timedelta(hours=1)
_OLDEST = datetime(1970, 1, 1, tzinfo=UTC)


def refresh(deps: Deps, client: Any = None) -> bool:
    """Bring the read model up to the store; False where another run was faster. Running it again adds nothing."""
    from dualcross.runners.stack import client as of

    bucket = Bucket(deps.settings.snapshot_bucket, client or of("s3"))
    manifest, etag = bucket.manifest()
    with tempfile.TemporaryDirectory(prefix="dualcross-") as temporary:
        folder = Path(temporary)
        path = folder / "hot.db"
        if manifest is not None:
            bucket.fetch(manifest.hot, path)
        with opened(path) as hot:
            made = _Run(deps, bucket, folder, manifest).run(hot)
    if made is None:
        return True
    if bucket.swap(made, etag):
        for name in _expired(manifest, deps.clock.now()):
            bucket.drop(name)
        return True
    known = {s.name for s in (manifest.hot, *manifest.months.values())} if manifest else set()
    for segment in (made.hot, *made.months.values()):
        if segment.name not in known:
            bucket.drop(segment.name)
    return False


def absorb(deps: Deps, hot: SqliteStore, since: datetime | None, register: int | None) -> tuple[int, int | None]:
    """Add to the hot store what the deployment's store has gained; returns (how much, the register's count).

    Private things stay out: sources, subscriptions and deliveries are asked of the store itself.
    """
    changed = 0
    for record in sorted(deps.store.records(since=since), key=read_at):
        changed += hot.commit(Commit(record=slim(record))).fresh
    alerts = [alert for alert in deps.store.alerts(since=since) if hot.alert(alert.id) is None]
    count = getattr(deps.store, "register_count", None)
    now = count() if count else None
    if now is None or now != register:
        changed += 1
        hot.restore(dossiers=tuple(deps.store.every_dossier()))
    hot.restore(alerts=tuple(reversed(alerts)))
    return changed + len(alerts), now


class _Run:
    def __init__(self, deps: Deps, bucket: Bucket, folder: Path, manifest: Manifest | None) -> None:
        self._deps = deps
        self._bucket = bucket
        self._folder = folder
        self._manifest = manifest
        self._now = deps.clock.now()

    def run(self, hot: SqliteStore) -> Manifest | None:
        before = self._manifest
        since = datetime.fromisoformat(before.mark) - OVERLAP if before else None
        changed, register = absorb(self._deps, hot, since, before.register if before else None)
        over = (self._now - _SETTLED).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        old = [record for record in hot.records() if read_at(record) < over]
        if before and not changed and not old:
            return None
        newest = next((read_at(record) for record in hot.records()), None)
        mark = max(newest or _OLDEST, datetime.fromisoformat(before.mark) if before else _OLDEST)
        months = dict(before.months) if before else {}
        replaced = list(before.replaced) if before else []
        if old:
            for month, records in _by_month(old).items():
                if month in months:
                    replaced.append((months[month].name, self._now.isoformat()))
                months[month] = self._sealed(month, months.get(month), records)
            with opened(self._folder / "young.db") as young:
                for record in sorted((r for r in hot.records() if read_at(r) >= over), key=read_at):
                    young.commit(Commit(record=record))
                young.restore(dossiers=tuple(hot.every_dossier()), alerts=tuple(reversed(list(hot.alerts()))))
                segment = self._bucket.keep("hot", young, self._folder)
        else:
            segment = self._bucket.keep("hot", hot, self._folder)
        if before:
            replaced.append((before.hot.name, self._now.isoformat()))
        kept = tuple(pair for pair in replaced if pair[0] not in set(_expired(before, self._now)))
        return Manifest(
            hot=segment, months=months, mark=mark.isoformat(), register=register, made=self._now.isoformat(),
            replaced=kept,
        )  # fmt: skip

    def _sealed(self, month: str, segment: Segment | None, records: list[Record]) -> Segment:
        path = self._folder / f"{month}.db"
        if segment is not None:
            self._bucket.fetch(segment, path)
        with opened(path) as store:
            for record in sorted(records, key=read_at):
                store.commit(Commit(record=record))
            return self._bucket.keep(month, store, self._folder)


def read_at(record: Record) -> datetime:
    """Return when a record was read; the beginning of time where it does not say."""
    return record.read_at or _OLDEST


def _by_month(records: list[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(f"{read_at(record).astimezone(UTC):%Y-%m}", []).append(record)
    return found


def _expired(manifest: Manifest | None, now: datetime) -> list[str]:
    if manifest is None:
        return []
    return [name for name, at in manifest.replaced if datetime.fromisoformat(at) + _GRACE < now]
