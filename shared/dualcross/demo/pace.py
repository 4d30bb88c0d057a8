"""The demonstration's clock: it runs like a real one, is set from day to day, and skips what others would wait."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from dualcross.clock import SystemClock


class WeekClock:
    """Implements `ports.Clock`; safe to share between threads."""

    def __init__(self, moment: datetime) -> None:
        self._real = SystemClock()
        self._lock = threading.Lock()
        self._base = moment.astimezone(UTC)
        self._since = self._real.monotonic()

    def set(self, moment: datetime) -> None:
        """Go on from this moment, where it is not past already: this clock never runs backwards."""
        with self._lock:
            self._base = max(moment.astimezone(UTC), self._now())
            self._since = self._real.monotonic()

    def now(self) -> datetime:
        """Return the played moment, aware, in UTC."""
        with self._lock:
            return self._now()

    def monotonic(self) -> float:
        """Return played seconds."""
        return self.now().timestamp()

    def sleep(self, seconds: float) -> None:
        """Skip that many seconds."""
        with self._lock:
            self._base += timedelta(seconds=max(0.0, seconds))

    def _now(self) -> datetime:
        return self._base + timedelta(seconds=self._real.monotonic() - self._since)
