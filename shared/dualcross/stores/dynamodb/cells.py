"""Many items as one: staged, made to stand by one write, then applied.

    stage    each item: SET n (its next value), c (the commit's id)     condition: the version that was read, no other c
    stand    the commit item is put                                      ── the moment; from here all of it is visible
    apply    each item: SET v = n, version + 1, REMOVE n, c

    reader   an item with c: is the commit item there?  yes: n counts    no: v counts
    rival    an item with another's c: it stands → apply it, then a conflict
                                       it does not → wait, and after `PATIENCE` put it as aborted: it can stand no more

A process may end between any two writes. Before `stand` nothing of it shows, and the next rival or the next attempt
clears it away; after `stand` everything shows, and the next attempt applies the rest. No clock decides what is true:
`PATIENCE` only decides how soon a rival stops being polite.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from dualcross.errors import StoreConflict
from dualcross.stores.dynamodb import keys
from dualcross.stores.dynamodb.keys import Key
from dualcross.stores.dynamodb.part import Part
from dualcross.stores.dynamodb.table import Item

#: seconds after which an unfinished commit of somebody else is aborted; a commit takes well below one
PATIENCE = 10.0
_GLANCE = 0.025
#: days that the item of a finished commit is kept for slow readers
_KEPT = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One item to be changed as part of a commit."""

    key: Key
    #: the attribute that is to stand
    value: dict[str, Any]
    #: the version that was read, 0 where there was none
    version: int = 0
    #: keep what stands already, instead of a conflict
    keep: bool = False
    #: attributes for the indexes
    index: Item = field(default_factory=dict)


class Cells(Part):
    """Reading and committing cells."""

    def standing(self, rows: Iterable[Item]) -> list[Item]:
        """Return the rows as they stand: staged values of commits that stand, without those that never stood."""
        found = list(rows)
        staged = {row["c"]["S"] for row in found if "c" in row}
        stands = {k for k, row in self.table.batch(keys.commit(c) for c in staged).items() if _stands(row)}
        out = []
        for row in found:
            if "c" in row and keys.commit(row["c"]["S"]) in stands:
                out.append(row | {"v": row["n"], "ver": {"N": str(version(row) + 1)}})
            elif "v" in row:
                out.append(row)
        return out

    def cell(self, key: Key) -> Item | None:
        """Return one cell as it stands."""
        row = self.table.get(key)
        if row is None:
            return None
        standing = self.standing([row])
        return standing[0] if standing else None

    def commit_cells(self, cells: Sequence[Cell], *, before_apply: Sequence[str] = ()) -> None:
        """Make all cells stand as one; `StoreConflict`, and none of them, where one has moved on since it was read.

        `before_apply` names notes whose counter is raised once the commit stands.
        """
        mine = uuid4().hex
        staged: list[Cell] = []
        try:
            # In one order for everybody: two commits that want the same cells never wait for each other in a circle.
            staged.extend(cell for cell in sorted(cells, key=lambda c: c.key) if self._stage(cell, mine))
            plan = [_planned(cell) for cell in staged]
            item = {"st": {"S": "stands"}, "plan": {"L": plan}, "bump": {"L": [{"S": name} for name in before_apply]}}
            self._stand(keys.commit(mine), item)
        except StoreConflict:
            self._unstage(staged, mine)
            raise
        self._apply(mine, item)

    def finish_commit(self, key: Key) -> None:
        """Apply the rest of a commit that stands, where the cell still belongs to one."""
        row = self.table.get(key)
        if row is not None and "c" in row:
            item = self.table.get(keys.commit(row["c"]["S"]))
            if item is not None and _stands(item):
                self._apply(row["c"]["S"], item)

    def _stage(self, cell: Cell, mine: str) -> bool:
        deadline = self.clock.now() + timedelta(seconds=PATIENCE)
        while True:
            if self._try_stage(cell, mine):
                return True
            row = self.table.get(cell.key)
            if row is None:
                if cell.version:
                    raise StoreConflict(f"{cell.key[1]} is gone; read again")
                continue
            holder = row["c"]["S"] if "c" in row else None
            if holder == mine:
                return True
            if holder is None:
                if cell.keep and "v" in row:
                    return False
                if version(row) != cell.version:
                    raise StoreConflict(f"{cell.key[1]} changed since it was read; read again")
                continue
            item = self.table.get(keys.commit(holder))
            if item is not None and _stands(item):
                self._apply(holder, item)
            elif item is not None or self.clock.now() >= deadline:
                self._abort(holder, cell.key)
            else:
                self.clock.sleep(_GLANCE)

    def _try_stage(self, cell: Cell, mine: str) -> bool:
        values: dict[str, Any] = {":n": cell.value, ":c": {"S": mine}}
        expression = "SET n = :n, c = :c"
        condition = "attribute_not_exists(c) AND attribute_not_exists(v)"
        if cell.version:
            condition = "attribute_not_exists(c) AND ver = :ver"
            values[":ver"] = {"N": str(cell.version)}
        else:
            # A new cell is listed from here on, and not shown before it stands; a changed one moves when applied.
            for name, value in cell.index.items():
                expression += f", #{name} = :i_{name}"
                values[f":i_{name}"] = value
        return self.table.update(cell.key, expression, values, condition=condition)

    def _unstage(self, cells: Sequence[Cell], mine: str) -> None:
        values = {":c": {"S": mine}}
        for cell in cells:
            if not self.table.delete(cell.key, condition="c = :c AND attribute_not_exists(v)", values=values):
                self.table.update(cell.key, "REMOVE n, c", values, condition="c = :c")

    def _abort(self, holder: str, key: Key) -> None:
        self.table.put(keys.commit(holder), {"st": {"S": "aborted"}}, condition="attribute_not_exists(pk)")
        item = self.table.get(keys.commit(holder))
        if item is not None and _stands(item):
            self._apply(holder, item)
            return
        values = {":c": {"S": holder}}
        if not self.table.delete(key, condition="c = :c AND attribute_not_exists(v)", values=values):
            self.table.update(key, "REMOVE n, c", values, condition="c = :c")

    def _apply(self, commit_id: str, item: Item) -> None:
        for name in item["bump"]["L"]:
            self.table.update(keys.meta(name["S"]), "ADD #moved :one", {":one": {"N": "1"}})
        for planned in item["plan"]["L"]:
            row = planned["M"]
            values: dict[str, Any] = {":c": {"S": commit_id}, ":zero": {"N": "0"}, ":one": {"N": "1"}}
            expression = "SET v = n, ver = if_not_exists(ver, :zero) + :one"
            for name, value in row.get("index", {"M": {}})["M"].items():
                expression += f", #{name} = :i_{name}"
                values[f":i_{name}"] = value
            key = (row["pk"]["S"], row["sk"]["S"])
            self.table.update(key, expression + " REMOVE n, c", values, condition="c = :c")
        expires = self.clock.now() + timedelta(days=_KEPT)
        self.table.update(keys.commit(commit_id), "SET #ttl = :t", {":t": {"N": str(int(expires.timestamp()))}})

    def _stand(self, key: Key, item: Item) -> None:
        if self.table.put(key, item, condition="attribute_not_exists(pk)"):
            return
        # The SDK repeats a request whose answer was lost, and then meets its own item.
        there = self.table.get(key)
        if there is None or not _stands(there):
            raise StoreConflict("another process gave this commit up as dead; read again")


def version(row: Item | None) -> int:
    """Return the version of a cell, 0 where there is none."""
    return int(row["ver"]["N"]) if row and "ver" in row else 0


def _stands(item: Item) -> bool:
    return bool(item["st"]["S"] == "stands")


def _planned(cell: Cell) -> dict[str, Any]:
    planned: dict[str, Any] = {"pk": {"S": cell.key[0]}, "sk": {"S": cell.key[1]}}
    if cell.version and cell.index:
        planned["index"] = {"M": cell.index}
    return {"M": planned}
