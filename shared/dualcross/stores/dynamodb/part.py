"""What the parts of the store share: the table, the codec, and an order that never runs backwards."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from dualcross.ports import Clock
from dualcross.stores.dynamodb import keys
from dualcross.stores.dynamodb.table import Item, Table
from dualcross.stores.dynamodb.values import Codec


class Part:
    """The common state of the store's parts."""

    def __init__(self, table: Table, codec: Codec, clock: Clock) -> None:
        self.table = table
        self.codec = codec
        self.clock = clock
        self._guard = Lock()
        self._last = 0
        self._noted: set[tuple[str, str]] = set()

    def order(self) -> int:
        """Return a number above every one returned before: microseconds, or one more where the clock stands still."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        with self._guard:
            self._last = max(now, self._last + 1)
            return self._last

    def listed(self, kind: str, when: datetime | None, order: int | None = None) -> Item:
        """Return the attributes that list an item by day, and within a moment in the order of storing."""
        at = f"{keys.moment(when)}#{self.order() if order is None else order:020d}"
        return {"kind": {"S": kind}, "day": {"S": keys.day(when)}, "at": {"S": at}}

    def note(self, name: str, value: str) -> None:
        """Remember that there is such a value, once a process: the days that a listing has, the kinds of dossiers."""
        if (name, value) in self._noted:
            return
        self.table.update(keys.meta(name), "ADD #found :v", {":v": {"SS": [value]}})
        self._noted.add((name, value))

    def noted(self, name: str) -> list[str]:
        """Return what was noted under the name, sorted."""
        row = self.table.get(keys.meta(name))
        return sorted(row["found"]["SS"]) if row else []
