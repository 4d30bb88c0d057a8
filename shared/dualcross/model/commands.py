"""What the stages hand each other."""

from __future__ import annotations

from dataclasses import dataclass

from dualcross.model.sources import Item


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """Time has come to see what is due."""

    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Poll:
    """Ask these sources, up to 50."""

    source_ids: tuple[str, ...]
    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """Read these items, up to 20."""

    items: tuple[Item, ...]
    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class FanOut:
    """Match these alerts with the subscriptions."""

    alert_ids: tuple[str, ...]
    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Deliver:
    """Send these deliveries, each through the ledger."""

    delivery_ids: tuple[str, ...]
    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """Release what cadence, quiet hours or caps held back and is now due."""

    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Bring the read model up to date."""

    attempt: int = 1
    delay: float = 0.0


#: `delay`: seconds before it may run; `attempt`: 1 at first, raised when a stage sends it again
Command = Tick | Poll | Read | FanOut | Deliver | Digest | Snapshot
