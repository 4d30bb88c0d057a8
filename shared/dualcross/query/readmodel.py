"""The reading side, as command line and API see it: a port that a store, a snapshot or several files can answer."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from dualcross.errors import InputError
from dualcross.model import Alert, Delivery, Event, Record, Source, SourceState
from dualcross.ports import Platform
from dualcross.query import Query

T = TypeVar("T")

#: things on one page, unless asked otherwise
LIMIT = 50
MOST = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """Some of what a query matches, and the cursor that leads on; None at the end."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyView:
    """A policy as it is known: shipped, or from events."""

    title: str
    number: str | None = None
    issuer: str | None = None
    date: str | None = None
    status: str = ""
    event: str | None = None
    sources: tuple[str, ...] = ()


class ReadModel(Protocol):
    """Answers queries. Pages come newest first unless stated; a cursor is opaque and stays good while data grows."""

    def records(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Record]:
        """Return records that match, the last stored first."""
        ...

    def record(self, record_id: str) -> Record | None:
        """Return one record."""
        ...

    def alerts(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Alert]:
        """Return alerts that match, newest first."""
        ...

    def alert(self, alert_id: str) -> Alert | None:
        """Return one alert."""
        ...

    def events(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Event]:
        """Return events that match, newest first."""
        ...

    def event(self, key: str) -> Event | None:
        """Return one event."""
        ...

    def platforms(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Platform]:
        """Return platforms of the register that match, shipped and learned, by id."""
        ...

    def platform(self, platform_id: str) -> Platform | None:
        """Return one platform."""
        ...

    def policies(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[PolicyView]:
        """Return policies that match, newest date first, undated ones last."""
        ...

    def sources(
        self, query: Query, *, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[tuple[Source, SourceState]]:
        """Return sources that match, by id."""
        ...

    def deliveries(self, query: Query, *, limit: int = LIMIT, cursor: str | None = None) -> Page[Delivery]:
        """Return deliveries that match, newest first."""
        ...

    def regions(self) -> tuple[Mapping[str, Any], ...]:
        """Return every province with a member, by code: its members, and how many."""
        ...

    def rounds(self) -> tuple[Mapping[str, Any], ...]:
        """Return every round known, oldest first: its dates, counts and members."""
        ...

    def stats(self) -> Mapping[str, Any]:
        """Return counts of what is stored."""
        ...

    def version(self) -> str:
        """Return a text that changes whenever an answer may have changed; it makes ETags."""
        ...

    def as_of(self) -> datetime:
        """Return the moment the answers stand for."""
        ...


def make_cursor(*position: int | str) -> str:
    """Return a position as an opaque cursor."""
    return base64.urlsafe_b64encode(json.dumps(position, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> tuple[Any, ...] | None:
    """Return the position of a cursor; `InputError` for a text that never was one."""
    if not cursor:
        return None
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise InputError(f"{cursor[:40]!r} is no cursor: take the one that the page before gave") from error
    if not isinstance(position, list) or not position or not all(map(_place, position)):
        raise InputError(f"{cursor[:40]!r} is no cursor: take the one that the page before gave")
    return tuple(position)


def _place(part: Any) -> bool:
    return isinstance(part, str) or (type(part) is int and abs(part) < 1 << 62)


def bounded(limit: int) -> int:
    """Return the limit, `InputError` where it is out of range."""
    if not 1 <= limit <= MOST:
        raise InputError(f"limit must lie between 1 and {MOST}, not {limit}")
    return limit
