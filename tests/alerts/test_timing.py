"""When a subscriber is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alerts.values import subscription

from dualcross.alerts import timing
from dualcross.errors import InputError

BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    "text", ["", "daily", "daily@24:00", "daily@9:00", "weekly@monday-09:00", "NOW", "daily@09:60"]
)
def test_a_wrong_cadence_is_refused(text):
    with pytest.raises(InputError, match="cadence"):
        timing.cadence(text)


@pytest.mark.parametrize("text", ["22:00", "22-07", "22:00-22:00", "25:00-07:00"])
def test_wrong_quiet_hours_are_refused(text):
    with pytest.raises(InputError):
        timing.quiet_hours(text)


@pytest.mark.parametrize("text", ["Mars/Base", "../../etc/passwd", "", "/etc/localtime"])
def test_a_wrong_zone_is_refused(text):
    with pytest.raises(InputError):
        timing.zone(text)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        ("22:00-07:00", "2026-03-02T23:00+08:00", "2026-03-03T07:00+08:00"),
        ("22:00-07:00", "2026-03-03T06:59:59+08:00", "2026-03-03T07:00+08:00"),
        ("22:00-07:00", "2026-03-03T07:00+08:00", None),
        ("22:00-07:00", "2026-03-03T21:59:59+08:00", None),
        ("22:00-07:00", "2026-03-03T22:00+08:00", "2026-03-04T07:00+08:00"),
        ("12:00-13:30", "2026-03-03T12:15+08:00", "2026-03-03T13:30+08:00"),
        ("00:00-23:59", "2026-03-03T00:00+08:00", "2026-03-03T23:59+08:00"),
        ("", "2026-03-03T00:00+08:00", None),
    ],
)
def test_quiet_hours_hold_until_they_end(quiet, now, until):
    held = timing.hold(subscription(quiet=quiet, timezone="Asia/Shanghai"), at(now))
    assert (held.until if held else None) == (at(until) if until else None)
    assert held is None or held.why == "quiet"


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        # 29 March 2026: 02:00 becomes 03:00, so 02:30 is skipped and the quiet hours end with the gap.
        ("22:00-02:30", "2026-03-29T00:30+00:00", "2026-03-29T01:00+00:00"),
        ("22:00-07:00", "2026-03-28T23:00+00:00", "2026-03-29T05:00+00:00"),
        # They begin inside the gap.
        ("02:30-05:00", "2026-03-29T01:00+00:00", "2026-03-29T03:00+00:00"),
        # 25 October 2026: 03:00 becomes 02:00, so 02:30 comes twice and the first one counts.
        ("22:00-02:30", "2026-10-25T00:29+00:00", "2026-10-25T00:30+00:00"),
        ("22:00-02:30", "2026-10-25T01:10+00:00", None),
        ("22:00-07:00", "2026-10-25T01:10+00:00", "2026-10-25T06:00+00:00"),
    ],
)
def test_quiet_hours_over_a_change_of_clocks(quiet, now, until):
    held = timing.hold(subscription(quiet=quiet, timezone=BERLIN), at(now))
    assert (held.until if held else None) == (at(until) if until else None)


@pytest.mark.parametrize(
    ("cadence", "zone", "now", "until"),
    [
        ("daily@08:00", "Asia/Shanghai", "2026-03-02T07:59+08:00", "2026-03-02T08:00+08:00"),
        ("daily@08:00", "Asia/Shanghai", "2026-03-02T08:00+08:00", "2026-03-03T08:00+08:00"),
        ("weekly@mon-09:30", "Asia/Shanghai", "2026-03-02T09:31+08:00", "2026-03-09T09:30+08:00"),
        ("weekly@sun-09:30", "Asia/Shanghai", "2026-03-02T09:31+08:00", "2026-03-08T09:30+08:00"),
        ("daily@02:30", BERLIN, "2026-03-28T12:00+01:00", "2026-03-29T03:00+02:00"),
        ("daily@02:30", BERLIN, "2026-10-25T00:00+02:00", "2026-10-25T02:30+02:00"),
    ],
)
def test_cadence(cadence, zone, now, until):
    held = timing.hold(subscription(cadence=cadence, timezone=zone), at(now))
    assert held == timing.Hold(until=at(until), why="cadence")


def test_a_cadence_inside_quiet_hours_waits_for_their_end():
    one = subscription(cadence="daily@06:00", quiet="22:00-07:00")
    assert timing.hold(one, at("2026-03-02T12:00+08:00")).until == at("2026-03-03T07:00+08:00")
    assert timing.last_slot(one, at("2026-03-03T06:30+08:00")) == at("2026-03-02T07:00+08:00")
    assert timing.last_slot(one, at("2026-03-03T07:00+08:00")) == at("2026-03-03T07:00+08:00")


def test_a_cap_holds_what_is_more_until_the_next_hour():
    one = subscription(cap=2)
    now = at("2026-03-02T10:20+00:00")
    assert timing.hold(one, now, this_hour=1) is None
    assert timing.hold(one, now, this_hour=2) == timing.Hold(until=at("2026-03-02T11:00+00:00"), why="cap")


def test_backfill_is_told_in_one_summary():
    held = timing.hold(subscription(), at("2026-03-02T10:20+00:00"), backfill=True)
    assert held == timing.Hold(until=at("2026-03-02T11:00+00:00"), why="backfill")


ZONES = st.sampled_from(
    ["Asia/Shanghai", BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu", "Pacific/Apia"]
)
CLOCKS = st.times().map(lambda t: t.strftime("%H:%M"))
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    MOMENTS,
    ZONES,
    CLOCKS,
    CLOCKS,
    st.sampled_from(["now", "daily@02:30", "weekly@sun-02:15"]),
    st.booleans(),
    st.integers(0, 3),
)
@settings(max_examples=250, deadline=None)
def test_held_is_later_and_outside_quiet_hours(now, zone, begin, end, cadence, backfill, count):
    one = subscription(timezone=zone, quiet="" if begin == end else f"{begin}-{end}", cadence=cadence, cap=2)
    held = timing.hold(one, now, backfill=backfill, this_hour=count)
    if held is None:
        return
    assert held.until > now
    again = timing.hold(subscription(timezone=zone, quiet=one.quiet), held.until)
    assert again is None, "the slot itself is not quiet"


@given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.times(), ZONES)
@settings(max_examples=250, deadline=None)
def test_an_instant_shows_its_wall_time_or_ends_a_gap(day, clock, zone):
    where = ZoneInfo(zone)
    wanted = time(clock.hour, clock.minute)
    moment = timing.instant(day, wanted, where)
    wall = moment.astimezone(where).replace(tzinfo=None)
    naive = datetime.combine(day, wanted)
    if wall != naive:
        before = (moment - timedelta(seconds=1)).astimezone(where).replace(tzinfo=None)
        assert before < naive < wall
