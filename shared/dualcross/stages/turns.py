"""Whose turn it is with a host, where several workers could speak with it at once.

    Read ─► take each host for as long as its pages may take ─► pages of hosts that another has: the same Read, later
    Poll ─► look which hosts a reader has ────────────────────► their sources stay due, and the next tick asks them

One process keeps its own lanes, one request a host; this is for workers that share nothing but the store. A turn ends
by itself, so that a worker that dies keeps nobody waiting for long. Only a long one is handed back: after the first
poll of a source others wait for it, and a short one is over before handing it back would be worth its write.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dualcross.model import Item, Read, Source

if TYPE_CHECKING:
    from dualcross.deps import Deps

#: seconds after which pages of a host that another worker has are tried again
LATER = 30.0
#: no turn is longer: a function ends before
LONGEST = 300.0
#: pages of a host that make a turn long
_MANY = 8


def host(url: str) -> str:
    """Return the host of an address, empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def taken(command: Read, deps: Deps) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Return the items whose hosts are ours now, and those that must wait."""
    if deps.hosts is None:
        return command.items, ()
    counts = Counter(host(item.url) for item in command.items)
    holder = _holder(command)
    now = deps.clock.now()
    ours = set()
    for name, pages in counts.items():
        seconds = min(LONGEST, pages * deps.settings.fetch_timeout)
        if not name or deps.hosts.take(name, holder, now=now, until=now + timedelta(seconds=seconds)):
            ours.add(name)
    mine = tuple(item for item in command.items if host(item.url) in ours)
    return mine, tuple(item for item in command.items if host(item.url) not in ours)


def give_back(command: Read, items: Sequence[Item], deps: Deps) -> None:
    """End the long turns of a Read command that is done."""
    if deps.hosts is None:
        return
    for name, pages in Counter(host(item.url) for item in items).items():
        if name and pages >= _MANY:
            deps.hosts.give_back(name, _holder(command))


def _holder(command: Read) -> str:
    """The same command, brought again, is the same worker."""
    return hashlib.sha256("\n".join(item.url for item in command.items).encode()).hexdigest()[:16]


def free(sources: Sequence[Source], deps: Deps) -> frozenset[str]:
    """Return the ids of the sources whose hosts no reader has."""
    if deps.hosts is None or not sources:
        return frozenset(source.id for source in sources)
    held = deps.hosts.held({host(source.url) for source in sources}, now=deps.clock.now())
    return frozenset(source.id for source in sources if host(source.url) not in held)
