"""The demonstration's clock: moves on, skips pauses, never goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dualcross.demo.pace import WeekClock


def test_the_clock_is_set_forward_only() -> None:
    start = datetime(2026, 9, 7, 12, tzinfo=UTC)
    clock = WeekClock(start)
    assert start <= clock.now() < start + timedelta(seconds=5)
    clock.set(start + timedelta(days=1))
    assert clock.now() >= start + timedelta(days=1)
    before = clock.monotonic()
    clock.set(start)
    assert clock.now() >= start + timedelta(days=1)
    assert clock.monotonic() >= before


def test_sleeping_takes_no_time() -> None:
    clock = WeekClock(datetime(2026, 9, 7, 12, tzinfo=UTC))
    before = clock.now()
    clock.sleep(3600)
    assert timedelta(hours=1) <= clock.now() - before < timedelta(hours=1, seconds=5)
    assert clock.now().tzinfo is UTC
