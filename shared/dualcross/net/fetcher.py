"""One polite, guarded GET, from an address to bytes.

    lane of the host ─► robots.txt ─► request ─► redirect? the same again ─► wall? ─► Fetched
                                                    └─ every hop: guard, robots.txt and lane of its own host

A visit ends within `settings.fetch_timeout` seconds of its own requests plus as many of waiting for its turn.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

import httpx

from dualcross.clock import SystemClock
from dualcross.errors import FetchBlocked, FetchError, FetchStatus, FetchTimeout, FetchTooLarge
from dualcross.model import Conditions, Fetched
from dualcross.net import robots
from dualcross.net.connection import Deadline, Head
from dualcross.net.cookies import Jar
from dualcross.net.decoding import accepted, unpacked
from dualcross.net.guard import Guard, Resolver
from dualcross.net.lanes import Lanes
from dualcross.net.outcomes import retry_after, translated
from dualcross.net.places import Place, joined, place
from dualcross.net.robots import Robots
from dualcross.net.transport import Body, GuardedTransport, Through, header_line, tls_context
from dualcross.net.walls import wall
from dualcross.ports import Clock
from dualcross.settings import Settings

_REDIRECTS = (301, 302, 303, 307, 308)
_FOR_GOOD = (301, 308)
_HOPS_MOST = 10
#: RFC 9309 asks for five
_ROBOTS_HOPS = 5
_ROBOTS_SECONDS = 86400.0
#: a host that cannot show its robots.txt is asked again after this
_ROBOTS_AGAIN = 600.0
_ROBOTS_MOST = 10_000
#: bytes of an error page that are read, to see whether it is a wall
_ERROR_BYTES = 131_072
#: statuses whose page may be a wall
_ACCEPT = b"text/html,application/xhtml+xml,application/xml,application/json;q=0.9,*/*;q=0.8"
_WALLS = frozenset({200, 202, 203, 401, 403, 405, 412, 429, 503, 521})


class Wire(Protocol):
    """What carries one request: the guarded transport, or another one behind `Through`."""

    def exchange(
        self, place: Place, lines: bytes, *, deadline: Deadline, proxy: str = "", cut: bool = False
    ) -> tuple[Head, Body | None]:
        """Send one GET and return the head of its answer and its body, which is to be closed."""
        ...

    def close(self) -> None:
        """Drop idle connections."""
        ...


@dataclass(slots=True)
class _Visit:
    """What one call of `get` carries from hop to hop."""

    asked: str
    conditions: Conditions
    first_host: str
    #: seconds that requests may still take, waiting for lanes not counted
    left: float
    #: made at the first cookie
    jar: Jar | None = None


@dataclass(slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes = b""


class Fetcher:
    """Keeps to `ports.Fetcher`; safe to share between threads, and one for a process keeps politeness whole."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        *,
        resolve: Resolver | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._wire: Wire = (
            Through(transport, max_bytes=settings.fetch_max_bytes)
            if transport is not None and not isinstance(transport, GuardedTransport)
            else transport
            or GuardedTransport(
                Guard(settings, resolve=resolve),
                timeout=settings.fetch_timeout,
                max_bytes=settings.fetch_max_bytes,
                tls=lambda: tls_context(lenient=True),
            )
        )
        self._lanes = Lanes(self._clock, patience=settings.fetch_timeout)
        self._robots: dict[str, tuple[float, Robots | FetchStatus]] = {}
        self._lock = threading.Lock()
        agent = settings.user_agent.encode("ascii", "replace")
        self._headers = {
            b"user-agent": header_line(b"User-Agent", agent),
            b"accept": header_line(b"Accept", _ACCEPT),
            b"accept-encoding": header_line(b"Accept-Encoding", accepted().encode("ascii")),
            b"accept-language": header_line(b"Accept-Language", b"zh-CN,zh;q=0.9,en;q=0.7"),
        }
        self._plain_lines = b"".join(self._headers.values())

    def close(self) -> None:
        """Drop the idle connections."""
        self._wire.close()

    def get(self, url: str, conditions: Conditions) -> Fetched:
        """Return the answer (200 with a body, or 304); raises a `FetchError` for everything else."""
        try:
            return self._get(url, conditions)
        except FetchError as error:
            # whatever hop it was, the address asked for is the one that the caller knows
            error.url = url
            raise
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise translated(error, url) from error

    def _get(self, url: str, conditions: Conditions) -> Fetched:
        target = place(url)
        visit = _Visit(asked=url, conditions=conditions, first_host=target.host, left=self._settings.fetch_timeout)
        if conditions.cookies:
            visit.jar = Jar(target.host, conditions.cookies, self._clock.now())
        moved = True
        seen: set[tuple[str, str]] = set()
        for _ in range(_HOPS_MOST + 1):
            answer = self._polite(target, visit)
            location = answer.headers.get("location", "") if answer.status in _REDIRECTS else ""
            if not location:
                return self._judged(target, visit, answer, moved=moved and bool(seen))
            moved = moved and answer.status in _FOR_GOOD
            here = (target.text, visit.jar.header(target.host, secure=True) if visit.jar else "")
            if here in seen:
                break
            seen.add(here)
            target = joined(target, location)
        raise FetchStatus("redirects that lead nowhere", status=answer.status, url=url, reason="redirect-loop")

    def _judged(self, target: Place, visit: _Visit, answer: _Answer, *, moved: bool) -> Fetched:
        """Return the last answer of a visit, or raise what it amounts to."""
        status, headers, url = answer.status, answer.headers, visit.asked
        sent_validators = visit.conditions.etag or visit.conditions.last_modified
        if status in _WALLS:
            kind = wall(asked=url, final=target.text, status=status, headers=headers, body=answer.body)
            if kind:
                raise FetchBlocked(f"{status}: a {kind} page stands before it", url=url, reason=kind)
        if status == 304 and sent_validators:
            body = b""
        elif status in (200, 203):
            status, body = 200, self._plain(target, headers, answer.body)
        else:
            text = f"the server answered {status}" + (" to a request without conditions" if status == 304 else "")
            wait = retry_after(headers.get("retry-after"), now=self._clock.now(), date=headers.get("date"))
            raise FetchStatus(text, status=status, url=url, retry_after=wait)
        return Fetched(
            url=url,
            final_url=target.text,
            status=status,
            headers=headers,
            body=body,
            moved=moved,
            cookies=visit.jar.mapping() if visit.jar else {},
        )

    def _plain(self, target: Place, headers: Mapping[str, str], body: bytes) -> bytes:
        """Unpack feeds and sitemaps that are served as gzip files, or packed without saying so."""
        if not body.startswith(b"\x1f\x8b\x08"):
            return body
        media = headers.get("content-type", "")
        if target.target.partition(b"?")[0].endswith(b".gz") or any(
            word in media for word in ("xml", "html", "json", "text/")
        ):
            with suppress(httpx.DecodingError):
                return unpacked(body, cap=self._settings.fetch_max_bytes)
        return body

    def _polite(self, target: Place, visit: _Visit) -> _Answer:
        """Ask for one address when its host's robots.txt and lane let us."""
        if target.url.userinfo:
            raise FetchBlocked("an address must not carry a user name or password", url=visit.asked, reason="guard")
        delay = 0.0
        if visit.conditions.robots:
            rules = self._rules(target, visit)
            if rules.rules and not rules.allows(target.target.decode("ascii")):
                raise FetchBlocked("robots.txt does not let us read this", url=visit.asked, reason="robots")
            delay = rules.delay or 0.0
        lines = self._lines(target, visit)
        with self._lanes.hold(target.host, delay=delay):
            return self._exchange(target, visit, lines, cap=None)

    def _lines(self, target: Place, visit: _Visit) -> bytes:
        """Return the request's headers, as sent."""
        given = visit.conditions
        lines = self._plain_lines
        if given.headers and target.host == visit.first_host:
            # what the operator set for a source, tokens among it, is for that source's host alone
            own = {name.lower().encode("latin-1", "replace") for name in given.headers}
            lines = b"".join(line for name, line in self._headers.items() if name not in own)
            for name, value in given.headers.items():
                lines += header_line(name.encode("latin-1", "replace"), value.encode("utf-8"))
        if given.etag:
            lines += header_line(b"If-None-Match", given.etag.encode("utf-8"))
        if given.last_modified:
            lines += header_line(b"If-Modified-Since", given.last_modified.encode("utf-8"))
        cookies = visit.jar.header(target.host, secure=target.scheme == "https") if visit.jar else ""
        if cookies:
            lines += header_line(b"Cookie", cookies.encode("latin-1"))
        return lines

    def _exchange(self, target: Place, visit: _Visit, lines: bytes, *, cap: int | None) -> _Answer:
        """Send one request and read its answer; the time it takes comes off the visit's."""
        if visit.left <= 0:
            raise FetchTimeout("the time for the whole visit is over", url=visit.asked)
        begun = time.monotonic()
        asked, proxy = target, visit.conditions.proxy or ""
        if "{url}" in proxy:
            # a relay: it fetches what its own address names
            asked, proxy = place(proxy.replace("{url}", quote(target.text, safe=""))), ""
        try:
            head, body = self._wire.exchange(
                asked,
                b"Host: %b\r\n%b" % (asked.netloc, lines),
                deadline=Deadline(visit.left),
                proxy=proxy,
                cut=cap is not None,
            )
            try:
                return self._read(head, body, target, visit, cap)
            finally:
                if body is not None:
                    body.close()
        finally:
            visit.left -= time.monotonic() - begun

    def _read(self, head: Head, body: Body | None, target: Place, visit: _Visit, cap: int | None) -> _Answer:
        headers: dict[str, str] = {}
        cookies: list[str] = []
        for raw_name, raw_value in head.headers:
            name = raw_name.decode("latin-1")
            if name == "set-cookie":
                cookies.append(_readable(raw_value))
            else:
                value = _location(raw_value) if name == "location" else _readable(raw_value)
                headers[name] = f"{headers[name]}, {value}" if name in headers else value
        if cookies:
            visit.jar = visit.jar or Jar(visit.first_host, {}, self._clock.now())
            visit.jar.learn(target.host, cookies)
        answer = _Answer(status=head.status, headers=headers)
        if body is None or head.status == 304 or head.status in _REDIRECTS:
            return answer
        good = head.status in (200, 203)
        most = cap if good else _ERROR_BYTES
        pieces: list[bytes] = []
        count = 0
        try:
            for piece in body:
                pieces.append(piece)
                count += len(piece)
                if most is not None and count >= most:
                    break
        except (httpx.HTTPError, FetchTooLarge):
            # the status says enough where the page of an error does not arrive
            if good:
                raise
        answer.body = b"".join(pieces)
        return answer

    def _rules(self, target: Place, visit: _Visit) -> Robots:
        """Return the rules of a host, from its robots.txt at most a day old."""
        found = self._remembered(target.origin)
        if found is None:
            found = self._asked_robots(target, visit)
        if isinstance(found, FetchStatus):
            # a fresh copy: one object raised from two threads would tangle their tracebacks
            raise FetchStatus(str(found), status=found.status, reason=found.reason, retry_after=found.retry_after)
        return found

    def _remembered(self, origin: str) -> Robots | FetchStatus | None:
        known = self._robots.get(origin)
        return known[1] if known is not None and self._clock.monotonic() < known[0] else None

    def _asked_robots(self, target: Place, visit: _Visit) -> Robots | FetchStatus:
        origin = target.origin
        asked = place(f"{origin}/robots.txt")
        found: Robots | FetchStatus
        with self._lanes.hold(target.host):
            # another thread may have asked while we waited for the lane
            known = self._remembered(origin)
            if known is not None:
                return known
            answer = self._exchange(asked, visit, self._plain_lines, cap=robots.MOST)
        for _ in range(_ROBOTS_HOPS):
            location = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not location:
                break
            asked = joined(asked, location)
            with self._lanes.hold(asked.host):
                answer = self._exchange(asked, visit, self._plain_lines, cap=robots.MOST)
        seconds = _ROBOTS_SECONDS
        if answer.status in (200, 203):
            found = robots.parse(answer.body)
        elif answer.status < 500:
            found = robots.EVERYTHING
        else:
            found, seconds = self._withheld(origin, answer), _ROBOTS_AGAIN
        with self._lock:
            if len(self._robots) >= _ROBOTS_MOST:
                self._robots.clear()
            self._robots[origin] = (self._clock.monotonic() + seconds, found)
        return found

    def _withheld(self, origin: str, answer: _Answer) -> Robots | FetchStatus:
        """A robots.txt that cannot be had forbids everything, unless we knew one before."""
        before = self._robots.get(origin)
        if before is not None and isinstance(before[1], Robots):
            return before[1]
        return FetchStatus(
            f"robots.txt answered {answer.status}, which forbids everything until it answers",
            status=answer.status,
            reason="robots",
            retry_after=_ROBOTS_AGAIN,
        )


def _readable(value: bytes) -> str:
    """Return a header's value as text: UTF-8 where it is, else one character a byte."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _location(value: bytes) -> str:
    """Return a Location header as text; bytes in an unknown charset stay the bytes they are, escaped."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)
