"""When a subscriber is told: at once, or held until a slot.

    cadence    `now`, `daily@HH:MM`, `weekly@mon-HH:MM`      wall time in the subscriber's zone
    quiet      `HH:MM-HH:MM`, may pass midnight               held until it ends, told in one message
    cap        messages in a clock hour (UTC)                 the rest is held until the next hour
    backfill   what a new source had before                   held until the next hour

A slot is the moment a held delivery becomes due; everything a subscription holds until one slot is told in one
message. A wall time that a change of clocks skips is the first moment after the gap; one that it repeats is the first
of the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dualcross.errors import InputError
from dualcross.model import Subscription

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
_DAILY = re.compile(rf"daily@{_CLOCK}")
_WEEKLY = re.compile(rf"weekly@({'|'.join(DAYS)})-{_CLOCK}")
_QUIET = re.compile(rf"{_CLOCK}-{_CLOCK}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """Not before `until`, because of `why` (`quiet`, `cap`, `cadence` or `backfill`)."""

    until: datetime
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cadence:
    """When messages go out: `at` is None for at once, `weekday` None for every day."""

    at: time | None = None
    weekday: int | None = None


def zone(name: str) -> ZoneInfo:
    """Return the time zone of that name; `InputError` where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(f"no time zone named {name!r}; write one like Asia/Shanghai") from None


@lru_cache(maxsize=1024)
def cadence(text: str) -> Cadence:
    """Read a cadence; `InputError` says how to write one."""
    if text == "now":
        return Cadence()
    if found := _DAILY.fullmatch(text):
        return Cadence(at=time(int(found[1]), int(found[2])))
    if found := _WEEKLY.fullmatch(text):
        return Cadence(at=time(int(found[2]), int(found[3])), weekday=DAYS.index(found[1]))
    raise InputError(f"{text!r} is no cadence: write now, daily@HH:MM or weekly@mon-HH:MM")


@lru_cache(maxsize=1024)
def quiet_hours(text: str) -> tuple[time, time] | None:
    """Read quiet hours, None for none; `InputError` says how to write them."""
    if not text:
        return None
    found = _QUIET.fullmatch(text)
    if not found:
        raise InputError(f"{text!r} are no quiet hours: write HH:MM-HH:MM")
    begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if begin == end:
        raise InputError("quiet hours must not begin and end at the same time; pause the subscription instead")
    return begin, end


def hold(subscription: Subscription, now: datetime, *, backfill: bool = False, this_hour: int = 0) -> Hold | None:
    """Return until when a new alert is held and why, None where it is told at once.

    `this_hour` is how many messages of the subscription were opened, unheld, in the current clock hour. The result
    is always later than `now` and never inside quiet hours.
    """
    rhythm = cadence(subscription.cadence)
    if rhythm.at is not None:
        return Hold(until=_out_of_quiet(next_slot(subscription, now), subscription), why="cadence")
    if backfill:
        return Hold(until=_out_of_quiet(_next_hour(now), subscription), why="backfill")
    loud = _out_of_quiet(now, subscription)
    if loud > now:
        return Hold(until=loud, why="quiet")
    if subscription.cap and this_hour >= subscription.cap:
        return Hold(until=_out_of_quiet(_next_hour(now), subscription), why="cap")
    return None


def next_slot(subscription: Subscription, now: datetime) -> datetime:
    """Return the first moment of a daily or weekly cadence that is later than `now`."""
    return next(slot for slot in _slots(subscription, now) if slot > now)


def last_slot(subscription: Subscription, now: datetime) -> datetime | None:
    """Return the latest moment, not later than `now`, at which the cadence sends; None for a cadence of `now`."""
    if cadence(subscription.cadence).at is None:
        return None
    slots = (_out_of_quiet(slot, subscription) for slot in _slots(subscription, now - timedelta(days=9)))
    return max(slot for slot in slots if slot <= now)


def hour(now: datetime) -> datetime:
    """Return the beginning of the clock hour, by which caps are counted."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def instant(day: date, at: time, where: ZoneInfo) -> datetime:
    """Return the moment of a wall time in UTC; see the top of this file for skipped and repeated ones."""
    wall = datetime.combine(day, at, tzinfo=where)
    moment = wall.astimezone(UTC)
    if moment.astimezone(where).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    # Skipped: the gap ends where the offset changes, between the readings with the offset before and after.
    low, high = wall.replace(fold=1).astimezone(UTC), moment
    before = low.astimezone(where).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(where).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def _slots(subscription: Subscription, start: datetime) -> Iterator[datetime]:
    rhythm = cadence(subscription.cadence)
    if rhythm.at is None:
        raise ValueError("a cadence of `now` has no slots")
    where = zone(subscription.timezone)
    day = start.astimezone(where).date() - timedelta(days=1)
    for step in range(20):
        on = day + timedelta(days=step)
        if rhythm.weekday is None or on.weekday() == rhythm.weekday:
            yield instant(on, rhythm.at, where)


def _out_of_quiet(moment: datetime, subscription: Subscription) -> datetime:
    hours = quiet_hours(subscription.quiet)
    if hours is None:
        return moment.astimezone(UTC)
    begin, end = hours
    where = zone(subscription.timezone)
    day = moment.astimezone(where).date()
    for step in (-2, -1, 0, 1):
        on = day + timedelta(days=step)
        starts = instant(on, begin, where)
        ends = instant(on + timedelta(days=1) if end < begin else on, end, where)
        if starts <= moment < ends:
            return ends
    return moment.astimezone(UTC)


def _next_hour(now: datetime) -> datetime:
    return hour(now) + timedelta(hours=1)
