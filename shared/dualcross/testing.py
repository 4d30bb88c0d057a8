"""Fakes with modes, for tests of rules, channels and stages; `FakeClock` is in `dualcross.clock`."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from dualcross.errors import DeliveryTemporary, FetchError, FetchStatus
from dualcross.model import Conditions, Fetched
from dualcross.model.messages import Message

Page = bytes | str | FetchError


@dataclass(slots=True)
class FakeSite:
    """Implements `ports.Fetcher` on a dictionary of addresses; answers 304 to the etag it gave, 404 to the rest.

    A value is a body, or a `FetchError` to raise. `pages` may be changed between requests.
    """

    pages: dict[str, Page]
    media: Mapping[str, str] = field(default_factory=dict)
    #: every request in its order: (url, status)
    requests: list[tuple[str, int]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, url: str, conditions: Conditions) -> Fetched:
        """Return the page, or 304 where the condition names its etag."""
        page = self.pages.get(url)
        if page is None:
            page = FetchStatus(f"404 for {url}", status=404, url=url)
        if isinstance(page, FetchError):
            self._note(url, getattr(page, "status", 0))
            raise page
        body = page.encode() if isinstance(page, str) else page
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        media = self.media.get(url, "application/xml" if body.lstrip().startswith(b"<?xml") else "text/html")
        headers = {"etag": etag, "content-type": media}
        status = 304 if conditions.etag == etag else 200
        self._note(url, status)
        return Fetched(url=url, final_url=url, status=status, headers=headers, body=b"" if status == 304 else body)

    def _note(self, url: str, status: int) -> None:
        with self._lock:
            self.requests.append((url, status))


@dataclass(slots=True)
class RecordingChannel:
    """Implements `ports.Channel`: keeps what it is sent, and fails as it is told."""

    name: str = "recording"
    sent: list[Message] = field(default_factory=list)
    _failures: list[Exception] = field(default_factory=list)
    _after: list[Exception] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fail_next(self, count: int, error: Exception | None = None, *, after_sending: bool = False) -> None:
        """Let the next sends raise (`DeliveryTemporary` by default), before or after the message went out."""
        queue = self._after if after_sending else self._failures
        queue.extend([error or DeliveryTemporary("told to fail")] * count)

    def check(self, address: str) -> str:
        """Return the address as it is."""
        return address

    def send(self, message: Message) -> str:
        """Keep the message and return a receipt that counts them."""
        with self._lock:
            if self._failures:
                raise self._failures.pop(0)
            self.sent.append(message)
            if self._after:
                raise self._after.pop(0)
            return f"receipt-{len(self.sent)}"

    @property
    def told(self) -> list[tuple[str, str]]:
        """Return (subscription id, alert id) of everything sent, in order."""
        return [(m.subscription.id, a.id) for m in self.sent for a in m.alerts]
