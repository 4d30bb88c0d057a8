"""The only place that asks what time it is; everything else is told."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Reads the machine's clock, always in UTC."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards, for measuring durations."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block for that many seconds."""
        time.sleep(seconds)


@dataclass(slots=True)
class FakeClock:
    """Stands still until told; `sleep` advances it at once. For tests and for `replay`."""

    at: datetime
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        """Return the moment it stands at."""
        return self.at

    def monotonic(self) -> float:
        """Return the moment as seconds since the epoch."""
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        """Advance by that many seconds without waiting, and remember it."""
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
