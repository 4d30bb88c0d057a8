"""Near-duplicates: is this the same text again, or another day's text under the same title?

A text is its set of five-sign shingles over letters and figures alone. Copies share nearly all of them whatever
markup, reporter's line or notice was added; two days' texts of one formula share at most three in four.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from dualcross.patterns import late

_MARKUP = late(r"<[^<>]{1,2000}>|\[[^\]]{0,40}\]\(https?:[^)]*\)|https?://\S+")
_SIGNS = late(r"[\W_]+")
#: signs in a shingle: swept 3-8 on pairs of copies and of same-titled texts; 5 keeps them furthest apart
WIDTH = 5
#: hashes kept of a text; an estimate from 256 is right to about 0.03
KEPT = 256
#: share of the shorter text's shingles; between the best wrong pair (0.73) and the worst right one (0.95)
CONTAINED = 0.85
#: and the shorter must be this much of the longer: a headline sentence inside a report is another text
RATIO = 0.5
#: shingles below which a text is too short to be told apart
FEWEST = 8


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text's smallest shingle hashes, ascending, and how many it has in all; small enough to store."""

    hashes: tuple[int, ...]
    size: int

    def keys(self) -> tuple[int, ...]:
        """Return a few values to look copies up by: copies share at least one of them, near enough always."""
        smallest: dict[int, int] = {}
        for value in self.hashes:
            smallest.setdefault(value & 7, value)
        return tuple(sorted(smallest.values()))


def shingles(text: str) -> frozenset[int]:
    """Return the text's shingles as 64-bit hashes."""
    plain = _SIGNS.sub("", _MARKUP.sub(" ", text)).casefold()
    return frozenset(_hash(plain[i : i + WIDTH]) for i in range(max(0, len(plain) - WIDTH + 1)))


def _hash(piece: str) -> int:
    return int.from_bytes(hashlib.blake2b(piece.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def fingerprint(text: str) -> Fingerprint:
    """Return what is stored of a text to recognise its copies."""
    found = shingles(text)
    return Fingerprint(tuple(heapq.nsmallest(KEPT, found)), len(found))


def similarity(a: Fingerprint, b: Fingerprint) -> tuple[float, float]:
    """Return (share of the shorter text that the longer holds, size ratio); estimates beyond 256 shingles.

    Symmetric, both within 0..1, and (1.0, 1.0) for a text and itself.
    """
    if not a.size or not b.size:
        return 0.0, 0.0
    if a.size <= KEPT and b.size <= KEPT:
        common: float = len(frozenset(a.hashes) & frozenset(b.hashes))
    else:
        union = heapq.nsmallest(KEPT, {*a.hashes, *b.hashes})
        both = frozenset(a.hashes) & frozenset(b.hashes)
        jaccard = sum(1 for h in union if h in both) / len(union)
        common = jaccard * (a.size + b.size) / (1 + jaccard)
    small, large = min(a.size, b.size), max(a.size, b.size)
    return min(1.0, common / small), small / large


def same_text(a: Fingerprint, b: Fingerprint) -> bool:
    """Tell whether two texts are copies of one, allowing for added lines; texts of a few words never are."""
    if min(a.size, b.size) < FEWEST:
        return a.size == b.size and a.hashes == b.hashes and a.size > 0
    contained, ratio = similarity(a, b)
    return contained >= CONTAINED and ratio >= RATIO


def find(new: Fingerprint, known: Iterable[tuple[str, Fingerprint]]) -> str | None:
    """Return the id of the known text that the new one copies best, None where it copies none."""
    best: tuple[float, str] | None = None
    for identity, other in known:
        if same_text(new, other):
            contained, ratio = similarity(new, other)
            if best is None or contained * ratio > best[0]:
                best = (contained * ratio, identity)
    return best[1] if best else None
