"""Sources, their states, and the items that wait to be read.

    commit_poll:   pending of each unseen item ─► its seen mark ─► the state
    a crash        └ put again, same key          └ pending, seen  └ the old state: the next poll is a 200 again

The state goes last, so that a poll that broke off is asked again without its conditions, and finds every item pending.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from dualcross.model import Alert, Item, Source, SourceState
from dualcross.stores.dynamodb import keys
from dualcross.stores.dynamodb.register import Register
from dualcross.stores.moments import aware, aware_state, micros


class Sources(Register):
    """The part of the store that `ports.SourceStore` describes."""

    def put_source(self, source: Source) -> None:
        """Add or replace a source by its id; its state is kept."""
        values = {":v": self.codec.encode(source), ":p": {"BOOL": source.paused}}
        self.table.update(keys.source(source.id), "SET v = :v, paused = :p", values)

    def remove_source(self, source_id: str) -> None:
        """Forget a source, its state and its pending items, which are unseen again."""
        for row in self.table.partition(keys.pending(source_id, "")[0]):
            item = self.codec.decode(Item, row["v"])
            self.table.delete(keys.seen(item.url), condition="src = :s", values={":s": {"S": source_id}})
            self.table.delete((row["pk"]["S"], row["sk"]["S"]))
        self.table.delete(keys.source(source_id))

    def sources(self) -> tuple[tuple[Source, SourceState], ...]:
        """Return every source with its state, by id."""
        rows = chain.from_iterable(self.table.partition(f"SRC#{n}") for n in range(keys.SHARDS))
        return tuple(sorted((self._source(row) for row in rows), key=lambda pair: pair[0].id))

    def source(self, source_id: str) -> tuple[Source, SourceState] | None:
        """Return one source with its state."""
        row = self.table.get(keys.source(source_id))
        return self._source(row) if row else None

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return ids of sources due at `now`, never polled ones first, then the longest overdue."""
        aware(now)
        ready = []
        moment = micros(now) or 0
        for n in range(keys.SHARDS):
            for row in self.table.partition(f"SRC#{n}", eventual=True, fields=("v", "paused", "gone", "due")):
                if row.get("paused", {}).get("BOOL") or row.get("gone", {}).get("BOOL"):
                    continue
                due = int(row["due"]["N"]) if "due" in row else None
                if due is None or due <= moment:
                    ready.append((due is not None, due or 0, self.codec.decode(Source, row["v"]).id))
        return tuple(source_id for _, _, source_id in sorted(ready)[:limit])

    def commit_poll(self, state: SourceState, items: Sequence[Item], *, alert: Alert | None = None) -> tuple[Item, ...]:
        """Save the state, make the unseen items pending, keep the alert, and return all pending items of the source."""
        aware_state(state)
        source_id = state.source_id
        if (items or alert) and self.table.get(keys.source(source_id)) is None:
            return ()
        if alert is not None:
            self.put_alert(alert)
        fresh = self._put_unseen(source_id, items) if items else []
        if not self._put_state(state):
            for item in fresh:
                self.table.delete(keys.seen(item.url), condition="src = :s", values={":s": {"S": source_id}})
                self.table.delete(keys.pending(source_id, item.url))
            return ()
        # Most polls bring nothing, and what is still pending then was written minutes ago: half the price.
        found = self.table.partition(keys.pending(source_id, "")[0], eventual=not items)
        rows = sorted(found, key=lambda row: int(row["seq"]["N"]))
        return tuple(self.codec.decode(Item, row["v"]) for row in rows)

    def commit_polls(
        self, polls: Sequence[tuple[SourceState, Sequence[Item], Alert | None]]
    ) -> tuple[tuple[Item, ...], ...]:
        """Commit several polls, one after the other; each is idempotent."""
        return tuple(self.commit_poll(state, items, alert=alert) for state, items, alert in polls)

    def read_done(self, url: str, outcome: str) -> None:  # noqa: ARG002 - the record tells it; a write here would not
        """Take the item off the pending ones; it stays seen."""
        mark = self.table.get(keys.seen(url))
        if mark is not None:
            self.table.delete(keys.pending(mark["src"]["S"], url))

    def _source(self, row: dict[str, Any]) -> tuple[Source, SourceState]:
        source = self.codec.decode(Source, row["v"])
        state = self.codec.decode(SourceState, row["st"]) if "st" in row else SourceState(source_id=source.id)
        return source, state

    def _put_state(self, state: SourceState) -> bool:
        values = {":s": self.codec.encode(state), ":g": {"BOOL": state.gone}}
        expression = "SET st = :s, gone = :g"
        due = micros(state.next_due)
        if due is None:
            expression += " REMOVE due"
        else:
            values[":d"] = {"N": str(due)}
            expression += ", due = :d"
        return self.table.update(keys.source(state.source_id), expression, values, condition="attribute_exists(v)")

    def _put_unseen(self, source_id: str, items: Sequence[Item]) -> list[Item]:
        unique: dict[str, Item] = {}
        for item in items:
            unique.setdefault(item.url, item)
        met = self.table.batch((keys.seen(url) for url in unique), eventual=True)
        fresh = []
        for item in unique.values():
            mark = met.get(keys.seen(item.url))
            if mark is not None:
                self._put_edited(source_id, item, mark)
                continue
            self._put_pending(source_id, item)
            seen = {"src": {"S": source_id}} | ({"ed": {"S": item.edition}} if item.edition else {})
            if self.table.put(keys.seen(item.url), seen, condition="attribute_not_exists(pk)"):
                fresh.append(item)
                continue
            stands = self.table.get(keys.seen(item.url))
            if stands is not None and stands["src"]["S"] != source_id:
                self.table.delete(keys.pending(source_id, item.url))
        return fresh

    def _put_edited(self, source_id: str, item: Item, mark: dict[str, Any]) -> None:
        """Make an item pending again whose own source names another edition: pending first, then its mark."""
        known = mark["ed"]["S"] if "ed" in mark else ""
        if not item.edition or item.edition == known or mark["src"]["S"] != source_id:
            return
        if known:
            self._put_pending(source_id, item)
        self.table.update(
            keys.seen(item.url), "SET ed = :e", {":e": {"S": item.edition}}, condition="attribute_exists(src)"
        )

    def _put_pending(self, source_id: str, item: Item) -> None:
        row = {"v": self.codec.encode(item), "seq": {"N": str(self.order())}}
        self.table.put(keys.pending(source_id, item.url), row)
