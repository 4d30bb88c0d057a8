"""Hundreds of names found in a text like a regular expression of them finds them, without compiling one.

    text ─► next first character of a name ─► its names in their order ─► the first that is there ─► on behind it

A pattern of a thousand alternatives takes a tenth of a second to compile, which every cold start would pay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(slots=True)
class _Name:
    #: what the name begins with, in lower case
    head: str
    #: what it is, None where it is its head
    pattern: str | None
    compiled: re.Pattern[str] | None = None


class Spotter:
    """Finds the first of its names at each place, from left to right, none overlapping another."""

    def __init__(self, names: Iterable[tuple[str, str | None]], flags: int = 0) -> None:
        """Take each name as its literal beginning and the pattern of all of it; None where the beginning is all."""
        self._flags = flags
        self._folds = bool(flags & re.IGNORECASE)
        self._by_first: dict[str, list[_Name]] = {}
        for beginning, pattern in names:
            head = beginning.lower() if self._folds else beginning
            self._by_first.setdefault(head[0], []).append(_Name(head, pattern))
        firsts = set(self._by_first) | {first.upper() for first in self._by_first if self._folds}
        self._firsts = re.compile("[" + "".join(map(re.escape, sorted(firsts))) + "]") if firsts else None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of each name in the text."""
        if self._firsts is None:
            return
        # A text whose lower case is longer has other places; then no letter of ours is among those that differ.
        lower = text.lower() if self._folds else text
        if len(lower) != len(text):
            lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        place = 0
        while (found := self._firsts.search(text, place)) is not None:
            start = found.start()
            end = self._at(text, lower, start)
            if end is not None:
                yield start, end
            place = start + 1 if end is None else max(end, start + 1)

    def _at(self, text: str, lower: str, start: int) -> int | None:
        for name in self._by_first.get(lower[start], ()):
            if not lower.startswith(name.head, start):
                continue
            if name.pattern is None:
                return start + len(name.head)
            if name.compiled is None:
                name.compiled = re.compile(name.pattern, self._flags)
            found = name.compiled.match(text, start)
            if found is not None:
                return found.end()
        return None
