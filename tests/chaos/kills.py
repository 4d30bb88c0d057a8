"""Kills at every write: the first time a write is tried it dies before it takes effect, the second time after.

A write's kind is what it does and to what: `settle`, or `update_item` of a delivery. Where only a part of the writes
is killed, some of every kind are all the same, and the verdict says which kinds were written and never killed.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: what a store is written by, and what tells one write from another
STORE_WRITES: Mapping[str, Callable[..., tuple[object, ...]]] = {
    "commit_poll": lambda state, items, **_: (state.source_id, state.body_hash, len(items)),
    "commit_polls": lambda polls: tuple((state.source_id, state.body_hash, len(items)) for state, items, _ in polls),
    "read_done": lambda url, outcome: (url, outcome),
    "commit": lambda commit: (commit.record.id, commit.record.content_hash, len(commit.alerts)),
    "open": lambda deliveries: tuple(sorted(one.id for one in deliveries)),
    "claim": lambda delivery_id, **_: (delivery_id,),
    "settle": lambda delivery: (delivery.id, delivery.state),
    "finish": lambda ids, **told: (tuple(ids), told["state"]),
    "release": lambda delivery_id, **_: (delivery_id,),
    "put_fact": lambda kind, key, value: (kind, key),
    "put_subscription": lambda one: (one.id, one.state),
}
ARCHIVE_WRITES: Mapping[str, Callable[..., tuple[object, ...]]] = {"put": lambda body, **told: (told["url"], body)}
QUEUE_WRITES: Mapping[str, Callable[..., tuple[object, ...]]] = {
    "done": lambda taken, follow_ups: (repr(taken.command), len(follow_ups)),
    "send": lambda commands: tuple(repr(one) for one in commands),
}


def _request(**request: Any) -> tuple[object, ...]:
    """Return what tells one request to DynamoDB from another: items and expressions, not the values of the moment."""
    parts = request.get("TransactItems", [request])
    return tuple(
        (
            repr(one.get("Key") or {name: one.get("Item", {}).get(name) for name in ("pk", "sk")}),
            one.get("UpdateExpression", ""),
        )
        for part in parts
        for one in (list(part.values()) if "TransactItems" in request else [part])
    )


TABLE_WRITES: Mapping[str, Callable[..., tuple[object, ...]]] = dict.fromkeys(
    ("put_item", "update_item", "delete_item", "transact_write_items"), _request
)
#: the item by which a commit stands has a random name
ONCE = " X"
#: what a key of the table begins with: the entity
_ENTITY = re.compile(r"'pk': \{'S': '([A-Z]+)")


def kind(name: str, what: tuple[object, ...]) -> str:
    """Return the kind of a write; requests to a table differ by the entities that they touch."""
    if name not in TABLE_WRITES:
        return name
    return f"{name} {'+'.join(sorted(set(_ENTITY.findall(repr(what)))))}"


class Killed(BaseException):
    """The process ends here, as by the power going."""


@dataclass
class Kills:
    """Decides about each write; every one is killed once before and once after it takes effect.

    With a `share` below 1 only that part of the writes is killed, chosen by the seed, and the first `always` of each
    kind in any case.
    """

    dice: random.Random
    share: float = 1.0
    always: int = 2
    armed: bool = True
    #: writes that are killed at a finer grain below
    skip: frozenset[str] = frozenset()
    done: Counter[str] = field(default_factory=Counter)
    #: writes of each kind that were met
    met: Counter[str] = field(default_factory=Counter)
    _seen: dict[tuple[object, ...], int] = field(default_factory=dict)

    def pass_by(self, name: str, what: tuple[object, ...]) -> bool:
        """Count one try of a write: dies before it, or returns whether to die after it."""
        if not self.armed or name in self.skip:
            return False
        mark = (name, *what)
        tries = self._seen.get(mark)
        if tries is None:
            sort = kind(name, what)
            self.met[sort] += 1
            killed = self.dice.random() < self.share or self.met[sort] <= self.always
            # What has another name at each try is never tried again: one side for each, by turns.
            tries = (self.met[sort] % 2 if sort.endswith(ONCE) else 0) if killed else 2
        self._seen[mark] = tries + 1
        if tries == 0:
            self.done[f"{kind(name, what)} before"] += 1
            raise Killed(name)
        return tries == 1

    def failed(self, name: str, what: tuple[object, ...]) -> None:
        """Say that a try that was to die afterwards took no effect: the next one will."""
        self._seen[(name, *what)] = 1

    def die(self, name: str, what: tuple[object, ...]) -> None:
        """Die after a write took effect."""
        self.done[f"{kind(name, what)} after"] += 1
        raise Killed(name)

    @property
    def missed(self) -> tuple[str, ...]:
        """Kinds that were written and not killed on both sides."""
        return tuple(
            sorted(sort for sort in self.met if not (self.done[f"{sort} before"] and self.done[f"{sort} after"]))
        )

    @property
    def count(self) -> int:
        """How often the process was killed."""
        return sum(self.done.values())


class Mortal:
    """Passes every call on to what it wraps, and dies around the writes among them."""

    def __init__(
        self,
        inner: Any,
        kills: Kills,
        writes: Mapping[str, Callable[..., tuple[object, ...]]],
        watch: Callable[[str, tuple[Any, ...]], None] = lambda _name, _given: None,
    ) -> None:
        self._inner, self._kills, self._writes, self._watch = inner, kills, writes, watch

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        key = self._writes.get(name)
        if key is None:
            return found

        def write(*given: Any, **named: Any) -> Any:
            try:
                after = self._kills.pass_by(name, key(*given, **named))
            except Killed:
                self._watch(name, given)
                raise
            try:
                result = found(*given, **named)
            except Killed:
                self._watch(name, given)
                raise
            except Exception:
                if after:
                    self._kills.failed(name, key(*given, **named))
                raise
            if after:
                self._kills.die(name, key(*given, **named))
            return result

        return write
