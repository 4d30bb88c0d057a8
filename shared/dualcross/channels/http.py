"""One POST to a receiver, with its outcome told as the errors the ledger knows."""

from __future__ import annotations

import email.utils
import importlib
import json
import logging
import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from dualcross.errors import (
    DeliveryPermanent,
    DeliveryRefused,
    DeliveryTemporary,
    DeliveryThrottled,
    FetchBlocked,
    FetchError,
    InputError,
)
from dualcross.ports import Clock
from dualcross.settings import Settings

if TYPE_CHECKING:
    import httpx

#: longest answer of a receiver that is looked at
_ANSWER = 16_384
#: a receiver that asks for more is asked again after this many seconds
_LONGEST_WAIT = 6 * 3600.0
#: statuses by which a receiver says that this address will never work
GONE = frozenset({401, 403, 404, 405, 410})
#: statuses by which it says that this message will never be taken
REFUSED = frozenset({400, 413, 414, 415, 422})


def client(settings: Settings) -> httpx.Client:
    """Return the HTTP client that refuses private addresses; channels use no other."""
    return cast("httpx.Client", importlib.import_module("dualcross.net").client(settings))


@dataclass(slots=True)
class Answer:
    """What a receiver said: the status, the body read as JSON where it is an object, else empty."""

    status: int
    headers: Mapping[str, str]
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)


def post(
    http: httpx.Client,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    clock: Clock,
    *,
    gone: frozenset[int] = GONE,
    judge: bool = True,
) -> Answer:
    """POST the bytes and return the answer of a success; redirects are not followed.

    429 raises `DeliveryThrottled`, statuses in `gone` `DeliveryPermanent`, those that speak of the message
    `DeliveryRefused`, everything else that is no success `DeliveryTemporary`. The address stands in no error, it
    may be a secret. With `judge` off the caller judges the status.
    """
    import httpx

    # Both name the address in their logs, and it may be a secret.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        response = http.post(url, content=body, headers=dict(headers), follow_redirects=False)
    except FetchBlocked as error:
        raise DeliveryPermanent(f"the address is refused: {_short(str(error), url)}") from error
    except httpx.UnsupportedProtocol as error:
        raise DeliveryPermanent("the address is no web address") from error
    except (httpx.HTTPError, FetchError) as error:
        raise DeliveryTemporary(f"no answer: {type(error).__name__}") from error
    text = response.text[:_ANSWER]
    answer = Answer(response.status_code, response.headers, text, _object(text))
    if judge:
        check(answer, clock, gone=gone)
    return answer


def check(answer: Answer, clock: Clock, *, gone: frozenset[int] = GONE) -> None:
    """Raise what the status means; nothing for a success."""
    status = answer.status
    if 200 <= status < 300:
        return
    wait = retry_after(answer.headers.get("retry-after"), clock)
    if status == 429:
        raise DeliveryThrottled("the receiver answered 429", retry_after=wait)
    if status in gone:
        raise DeliveryPermanent(f"the receiver answered {status}")
    if status in REFUSED:
        raise DeliveryRefused(f"the receiver answered {status}")
    raise DeliveryTemporary(f"the receiver answered {status}", retry_after=wait)


def retry_after(value: str | None, clock: Clock) -> float | None:
    """Return the seconds of a Retry-After header, given as seconds or as a date; None where it says neither."""
    if not value:
        return None
    try:
        wait = float(value)
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        wait = (moment - clock.now()).total_seconds()
    if math.isnan(wait):
        return None
    return min(max(wait, 0.0), _LONGEST_WAIT)


def json_body(value: Any) -> bytes:
    """Return compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def check_url(address: str, *, hosts: tuple[str, ...] = ()) -> str:
    """Return a web address in normal form; `InputError` where it is none, or belongs to another service."""
    text = address.strip()
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").rstrip(".")
        _ = parts.port
    except ValueError:
        raise InputError("the address is no web address") from None
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() or ord(c) < 32 for c in text):
        raise InputError("the address must begin with https:// and name a host")
    if "@" in parts.netloc:
        raise InputError("the address must not carry a user name")
    if hosts and not any(host == h or host.endswith("." + h) for h in hosts) and not _local(host):
        raise InputError(f"the address must be one of {', '.join(hosts)}")
    return parts._replace(netloc=parts.netloc.lower(), fragment="").geturl()


@dataclass(slots=True)
class Pace:
    """At most `count` sends in `seconds` to one address, in this process; the receiver's own word decides beyond it."""

    clock: Clock
    count: int
    seconds: float
    #: a wait this short is slept, a longer one goes back to the ledger
    patience: float = 2.0
    _sent: dict[str, deque[float]] = field(default_factory=dict)

    def take(self, address: str) -> None:
        """Count one send; sleeps a little or raises `DeliveryThrottled` with the seconds to wait."""
        sent = self._sent.setdefault(address, deque())
        now = self.clock.monotonic()
        while sent and sent[0] <= now - self.seconds:
            sent.popleft()
        if len(sent) >= self.count:
            wait = sent[0] + self.seconds - now
            if wait > self.patience:
                raise DeliveryThrottled("the receiver's rate is used up", retry_after=wait)
            self.clock.sleep(wait)
            sent.popleft()
        sent.append(self.clock.monotonic())


def _object(text: str) -> Mapping[str, Any]:
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _local(host: str) -> bool:
    # The guard still decides whether such an address may be reached; a relay of one's own is a fair receiver.
    return host in ("127.0.0.1", "localhost", "::1")


def _short(text: str, url: str) -> str:
    return text.replace(url, "…")[:200]
