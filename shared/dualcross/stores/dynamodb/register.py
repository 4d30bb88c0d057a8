"""Records, alerts, events and the register, changed by `commit` alone.

A record that changes nothing else, as all but one in fifty, is one conditional write. The others go through
`cells`: an official list of 60 platforms touches more items than a transaction takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TypeVar

from dualcross.model import Alert, Event, Record
from dualcross.ports import Commit, Committed, Dossier, Platform
from dualcross.stores.dynamodb import keys
from dualcross.stores.dynamodb.cells import Cell, Cells, version
from dualcross.stores.dynamodb.table import BATCH, Item
from dualcross.stores.moments import aware, aware_commit

_OLDEST = datetime.min.replace(tzinfo=UTC)
#: days that a record about nothing of ours is kept; its address stays known
OFF_TOPIC_DAYS = 35


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A record, and what its commit returned."""

    record: Record
    alert_ids: tuple[str, ...] = ()


T = TypeVar("T", Kept, Alert)


class Register(Cells):
    """The part of the store that `ports.RegisterStore` describes."""

    #: keep the text of records about nothing of ours; off in a stack, where the archive has the bytes
    keep_off_topic = True
    _learned: tuple[int, tuple[Platform, ...]] | None = None

    def dossiers(self, subjects: Iterable[str]) -> Mapping[str, Dossier]:
        """Return the stored dossier of each subject; one with version 0 where nothing is stored."""
        wanted = {keys.dossier(subject): subject for subject in subjects}
        rows = self.standing(self.table.batch(wanted).values())
        found = {wanted[row["pk"]["S"], row["sk"]["S"]]: self._dossier(row) for row in rows}
        return {subject: found.get(subject, Dossier(subject=subject)) for subject in wanted.values()}

    def learned(self) -> tuple[Platform, ...]:
        """Return every platform stored in a dossier, by id."""
        at = self.register_count()
        if self._learned is None or self._learned[0] != at:
            found = {d.platform.id: d.platform for d in self._all_dossiers() if d.platform}
            self._learned = (at, tuple(found[key] for key in sorted(found)))
        return self._learned[1]

    def register_count(self) -> int:
        """Return a number that rises with every commit that changes a dossier, once it stands."""
        row = self.table.get(keys.meta("register"))
        return int(row["moved"]["N"]) if row and "moved" in row else 0

    def commit(self, commit: Commit) -> Committed:
        """Write record, dossiers and alerts as one."""
        aware_commit(commit)
        record = commit.record
        key = keys.record(record.id)
        row = self.cell(key)
        if row is not None:
            stands = self.codec.decode(Kept, row["v"])
            if stands.record.content_hash == record.content_hash:
                self.finish_commit(key)
                return Committed(record=stands.record, alert_ids=stands.alert_ids, fresh=False)
        alert_ids = tuple(dict.fromkeys([a.id for a in commit.alerts] + [c[0] for c in commit.corrections]))
        cell = self._record_cell(Kept(record=record, alert_ids=alert_ids), row)
        self.note("days-record", keys.day(record.read_at))
        if commit.dossiers or commit.alerts or commit.corrections:
            self._commit_all(commit, cell)
        elif not self._put_record(cell):
            self.commit_cells([cell])
        return Committed(record=record, alert_ids=alert_ids)

    def every_dossier(self) -> Iterator[Dossier]:
        """Yield every stored dossier, by subject."""
        return iter(sorted(self._all_dossiers(), key=lambda d: d.subject))

    def restore(self, *, dossiers: Sequence[Dossier] = (), alerts: Sequence[Alert] = ()) -> None:
        """Write dossiers and alerts as another store had them; what stands and is as new stays."""
        for dossier in dossiers:
            self.note("kinds", "=" + keys.kind(dossier.subject))
            row = {"v": self.codec.encode(replace(dossier, version=0)), "ver": {"N": str(dossier.version)}}
            fresh = "attribute_not_exists(c) AND (attribute_not_exists(ver) OR ver < :ver)"
            self.table.put(keys.dossier(dossier.subject), row, condition=fresh, values={":ver": row["ver"]})
        if dossiers:
            self.table.update(keys.meta("register"), "ADD #moved :one", {":one": {"N": "1"}})
        for alert in alerts:
            self.put_alert(alert)

    def put_alert(self, alert: Alert) -> None:
        """Keep an alert of its own, unless it is there."""
        aware(alert.created)
        self.note("days-alert", keys.day(alert.created))
        row = self.listed("alert", alert.created) | {"v": self.codec.encode(alert), "ver": {"N": "1"}}
        self.table.put(keys.alert(alert.id), row, condition="attribute_not_exists(pk)")

    def record(self, record_id: str) -> Record | None:
        """Return one record."""
        row = self.cell(keys.record(record_id))
        return self.codec.decode(Kept, row["v"]).record if row else None

    def alert(self, alert_id: str) -> Alert | None:
        """Return one alert."""
        row = self.cell(keys.alert(alert_id))
        return self.codec.decode(Alert, row["v"]) if row else None

    def records(self, *, since: datetime | None = None) -> Iterator[Record]:
        """Yield records read at or after the moment, newest first."""
        aware(since)
        for kept in self._listed("record", Kept, since):
            record = kept.record
            if since is None or (record.read_at and record.read_at >= since):
                yield record

    def alerts(self, *, since: datetime | None = None) -> Iterator[Alert]:
        """Yield alerts created at or after the moment, newest first."""
        aware(since)
        for alert in self._listed("alert", Alert, since):
            if since is None or (alert.created and alert.created >= since):
                yield alert

    def events(self) -> Iterator[Event]:
        """Yield every event, newest `last_seen` first; one that stands in two dossiers comes once."""
        stored = [e for d in sorted(self._all_dossiers(), key=lambda d: d.subject) for e in d.events]
        newest_first = sorted(stored, key=lambda e: e.last_seen or _OLDEST, reverse=True)
        first = {e.key: e for e in reversed(newest_first)}
        return iter([first[key] for key in dict.fromkeys(e.key for e in newest_first)])

    def _dossier(self, row: Item) -> Dossier:
        return replace(self.codec.decode(Dossier, row["v"]), version=version(row))

    def _all_dossiers(self) -> Iterator[Dossier]:
        for kind in self.noted("kinds"):
            for row in self.standing(self.table.partition("D#" + keys.fit(kind.removeprefix("=")))):
                yield self._dossier(row)

    def _listed(self, kind: str, of: type[T], since: datetime | None) -> Iterator[T]:
        first = keys.day(since)
        for day in reversed(self.noted(f"days-{kind}")):
            if since is not None and day < first:
                return
            values = {":k": {"S": kind}, ":d": {"S": day}}
            condition = "#kind = :k AND #day = :d"
            if since is not None and day == first:
                condition += " AND #at >= :at"
                values[":at"] = {"S": keys.moment(since)}
            listing = self.table.query(condition, values, index="listing", newest_first=True)
            order = ((row["pk"]["S"], row["sk"]["S"]) for row in listing)
            while batch := list(islice(order, BATCH)):
                # The index itself follows the table by a moment.
                rows = self.standing(self.table.batch(batch, eventual=True).values())
                found = {(r["pk"]["S"], r["sk"]["S"]): r for r in rows}
                yield from (self.codec.decode(of, found[key]["v"]) for key in batch if key in found)

    def _record_cell(self, kept: Kept, row: Item | None) -> Cell:
        record = kept.record
        order = int(row["at"]["S"].rpartition("#")[2]) if row else None
        index = self.listed("record", record.read_at, order)
        if record.labels or record.findings or record.alerts or record.candidates:
            if row and "ttl" in row:
                index["ttl"] = {"NULL": True}
        else:
            expires = self.clock.now() + timedelta(days=OFF_TOPIC_DAYS)
            index["ttl"] = {"N": str(int(expires.timestamp()))}
            if not self.keep_off_topic:
                kept = replace(kept, record=replace(record, text="", attachments=(), stories=()))
        return Cell(key=keys.record(record.id), value=self.codec.encode(kept), version=version(row), index=index)

    def _put_record(self, cell: Cell) -> bool:
        item = cell.index | {"v": cell.value, "ver": {"N": str(cell.version + 1)}}
        if cell.version:
            condition, values = "ver = :v AND attribute_not_exists(c)", {":v": {"N": str(cell.version)}}
        else:
            condition, values = "attribute_not_exists(pk)", {}
        return self.table.put(cell.key, item, condition=condition, values=values)

    def _commit_all(self, commit: Commit, record: Cell) -> None:
        cells = [record]
        bump = ["register"] if commit.dossiers else []
        for dossier in commit.dossiers:
            self.note("kinds", "=" + keys.kind(dossier.subject))
            value = self.codec.encode(replace(dossier, version=0))
            cells.append(Cell(key=keys.dossier(dossier.subject), value=value, version=dossier.version))
        for alert in {alert.id: alert for alert in reversed(commit.alerts)}.values():
            self.note("days-alert", keys.day(alert.created))
            cells.append(
                Cell(
                    key=keys.alert(alert.id),
                    value=self.codec.encode(alert),
                    keep=True,
                    index=self.listed("alert", alert.created),
                )
            )
        for alert_id, why, quote in reversed(commit.corrections):
            fact = {"why": why, "quote": quote, "record": commit.record.id}
            key = keys.fact("correction", alert_id)
            cells.append(Cell(key=key, value=self.codec.encode(fact), keep=True, index={"k": {"S": alert_id}}))
        self.commit_cells(list({cell.key: cell for cell in cells}.values()), before_apply=bump)
