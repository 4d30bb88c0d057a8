"""One lane per host: one request in flight, and the crawl-delay between two."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dualcross.errors import FetchTimeout
from dualcross.ports import Clock

#: lanes are forgotten, idle ones only, when there are more
_MOST = 20_000


class _Lane:
    __slots__ = ("free_at", "lock", "users")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        #: moment of the monotonic clock before which no request may start
        self.free_at = 0.0
        self.users = 0


class Lanes:
    """Hands out the right to speak with a host; safe to share between threads."""

    def __init__(self, clock: Clock, *, patience: float) -> None:
        self._clock = clock
        self._patience = patience
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, host: str, *, delay: float = 0.0) -> Iterator[None]:
        """Wait for the host's lane, then for its crawl-delay, and keep others out meanwhile.

        Raises `FetchTimeout` with `retry_after` where the wait would exceed the patience: reasons `busy` and
        `crawl-delay`, which say nothing about the source.
        """
        with self._lock:
            lane = self._lanes.get(host)
            if lane is None:
                if len(self._lanes) >= _MOST:
                    self._forget()
                lane = self._lanes[host] = _Lane()
            lane.users += 1
        try:
            if not lane.lock.acquire(blocking=False) and not lane.lock.acquire(timeout=self._patience):
                raise FetchTimeout(f"{host} is busy with another request", reason="busy", retry_after=self._patience)
            try:
                self._space(host, lane)
                yield
            finally:
                if delay:
                    lane.free_at = self._clock.monotonic() + delay
                lane.lock.release()
        finally:
            with self._lock:
                lane.users -= 1

    def _space(self, host: str, lane: _Lane) -> None:
        if not lane.free_at:
            return
        wait = lane.free_at - self._clock.monotonic()
        if wait > self._patience:
            raise FetchTimeout(f"{host} asks for a longer pause", reason="crawl-delay", retry_after=wait)
        if wait > 0:
            self._clock.sleep(wait)

    def _forget(self) -> None:
        now = self._clock.monotonic()
        for host in [host for host, lane in self._lanes.items() if not lane.users and lane.free_at <= now]:
            del self._lanes[host]
