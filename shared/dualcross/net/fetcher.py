"""One polite, guarded GET, from an address to bytes.

    lane of the host ─► robots.txt ─► request ─► redirect? the same again ─► wall? ─► Fetched
                                                    └─ every hop: guard, robots.txt and lane of its own host

A visit ends within `settings.fetch_timeout` seconds of its own requests plus as many of waiting for its turn.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx

from dualcross.clock import SystemClock
from dualcross.errors import FetchBlocked, FetchError, FetchStatus, FetchTimeout, FetchTooLarge
from dualcross.model import Conditions, Fetched
from dualcross.net import robots
from dualcross.net.connection import Deadline
from dualcross.net.cookies import Jar
from dualcross.net.decoding import accepted, expanded, unpacked
from dualcross.net.guard import Guard, Resolver
from dualcross.net.lanes import Lanes
from dualcross.net.outcomes import retry_after, translated
from dualcross.net.robots import Robots
from dualcross.net.transport import GuardedTransport, tls_context
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
_WALLS = frozenset({200, 202, 203, 401, 403, 405, 412, 429, 503, 521})


@dataclass(slots=True)
class _Visit:
    """What one call of `get` carries from hop to hop."""

    asked: str
    conditions: Conditions
    jar: Jar
    first_host: str
    #: seconds that requests may still take, waiting for lanes not counted
    left: float


@dataclass(slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    set_cookies: list[str] = field(default_factory=list)
    #: the body was longer than what was asked for
    cut: bool = False


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
        self._transport = transport or GuardedTransport(
            Guard(settings, resolve=resolve),
            timeout=settings.fetch_timeout,
            max_bytes=settings.fetch_max_bytes,
            tls=lambda: tls_context(lenient=True),
        )
        self._lanes = Lanes(self._clock, patience=settings.fetch_timeout)
        self._robots: dict[str, tuple[float, Robots | FetchStatus]] = {}
        self._lock = threading.Lock()
        self._headers = (
            ("User-Agent", settings.user_agent.encode("ascii", "replace").decode("ascii")),
            ("Accept", "text/html,application/xhtml+xml,application/xml,application/json;q=0.9,*/*;q=0.8"),
            ("Accept-Encoding", accepted()),
            ("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.7"),
        )

    def close(self) -> None:
        """Drop the idle connections."""
        self._transport.close()

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
        target = httpx.URL(url)
        host = target.host
        visit = _Visit(
            asked=url,
            conditions=conditions,
            jar=Jar(host, conditions.cookies, self._clock.now()),
            first_host=host,
            left=self._settings.fetch_timeout,
        )
        moved = True
        seen: set[tuple[str, str]] = set()
        for _ in range(_HOPS_MOST + 1):
            answer = self._polite(target, visit)
            location = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not location:
                return self._judged(target, visit, answer, moved=moved and bool(seen))
            moved = moved and answer.status in _FOR_GOOD
            here = (str(target), visit.jar.header(target.host, secure=True))
            if here in seen:
                break
            seen.add(here)
            target = joined(target, location)
        raise FetchStatus("redirects that lead nowhere", status=answer.status, url=url, reason="redirect-loop")

    def _judged(self, target: httpx.URL, visit: _Visit, answer: _Answer, *, moved: bool) -> Fetched:
        """Return the last answer of a visit, or raise what it amounts to."""
        status, headers, url = answer.status, answer.headers, visit.asked
        final = str(target.copy_with(fragment=None)) if target.fragment else str(target)
        sent_validators = visit.conditions.etag or visit.conditions.last_modified
        if status in _WALLS:
            kind = wall(asked=url, final=final, status=status, headers=headers, body=answer.body)
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
            final_url=final,
            status=status,
            headers=headers,
            body=body,
            moved=moved,
            cookies=visit.jar.mapping(),
        )

    def _plain(self, target: httpx.URL, headers: Mapping[str, str], body: bytes) -> bytes:
        """Unpack feeds and sitemaps that are served as gzip files, or packed without saying so."""
        if not body.startswith(b"\x1f\x8b\x08"):
            return body
        media = headers.get("content-type", "")
        if target.path.endswith(".gz") or any(word in media for word in ("xml", "html", "json", "text/")):
            with suppress(httpx.DecodingError):
                return unpacked(body, cap=self._settings.fetch_max_bytes)
        return body

    def _polite(self, target: httpx.URL, visit: _Visit) -> _Answer:
        """Ask for one address when its host's robots.txt and lane let us."""
        delay = 0.0
        if visit.conditions.robots:
            rules = self._rules(target, visit)
            if not rules.allows(target.raw_path.decode("ascii")):
                raise FetchBlocked("robots.txt does not let us read this", url=visit.asked, reason="robots")
            delay = rules.delay or 0.0
        with self._lanes.hold(target.host, delay=delay):
            return self._exchange(target, visit, self._request_headers(target, visit), cap=None)

    def _request_headers(self, target: httpx.URL, visit: _Visit) -> list[tuple[str, str]]:
        given = visit.conditions
        headers = list(self._headers)
        if given.etag:
            headers.append(("If-None-Match", given.etag))
        if given.last_modified:
            headers.append(("If-Modified-Since", given.last_modified))
        if given.headers and target.host == visit.first_host:
            # what the operator set for a source, tokens among it, is for that source's host alone
            named = {name.lower() for name in given.headers}
            headers = [pair for pair in headers if pair[0].lower() not in named]
            headers += given.headers.items()
        cookies = visit.jar.header(target.host, secure=target.scheme == "https")
        if cookies:
            headers.append(("Cookie", cookies))
        return headers

    def _exchange(
        self, target: httpx.URL, visit: _Visit, headers: list[tuple[str, str]], *, cap: int | None
    ) -> _Answer:
        """Send one request and read its answer; the time it takes comes off the visit's."""
        if visit.left <= 0:
            raise FetchTimeout("the time for the whole visit is over", url=visit.asked)
        begun = time.monotonic()
        proxy = visit.conditions.proxy or ""
        extensions: dict[str, object] = {"deadline": Deadline(visit.left), "cut": cap is not None}
        if "{url}" in proxy:
            # a relay: it fetches what its own address names
            whole = str(target.copy_with(fragment=None))
            request = httpx.Request("GET", proxy.replace("{url}", quote(whole, safe="")), headers=headers)
        else:
            request = httpx.Request("GET", target, headers=headers)
            if proxy:
                extensions["proxy"] = proxy
        request.extensions = extensions
        try:
            response = self._transport.handle_request(request)
            try:
                answer = self._read(response, cap)
            finally:
                response.close()
        finally:
            visit.left -= time.monotonic() - begun
        if answer.set_cookies:
            visit.jar.learn(target.host, answer.set_cookies)
        return answer

    def _read(self, response: httpx.Response, cap: int | None) -> _Answer:
        headers: dict[str, str] = {}
        cookies: list[str] = []
        for raw_name, raw_value in response.headers.raw:
            name, value = raw_name.decode("latin-1").lower(), readable(raw_value)
            if name == "set-cookie":
                cookies.append(value)
            elif name == "location":
                headers[name] = _place(raw_value)
            else:
                headers[name] = f"{headers[name]}, {value}" if name in headers else value
        status = response.status_code
        answer = _Answer(status=status, headers=headers, body=b"", set_cookies=cookies)
        if status == 304 or status in _REDIRECTS:
            return answer
        if status not in (200, 203):
            cap = _ERROR_BYTES
        pieces: list[bytes] = []
        count = 0
        try:
            for piece in self._pieces(response, headers):
                pieces.append(piece)
                count += len(piece)
                if cap is not None and count >= cap:
                    answer.cut = True
                    break
        except (httpx.HTTPError, FetchTooLarge):
            # the status says enough where the page of an error does not arrive
            if status in (200, 203):
                raise
        answer.body = b"".join(pieces)
        return answer

    def _pieces(self, response: httpx.Response, headers: Mapping[str, str]) -> Iterator[bytes]:
        stream = response.stream
        assert isinstance(stream, httpx.SyncByteStream)
        codings = headers.get("content-encoding", "")
        # our own transport has undone the codings; another one, as tests pass, has not
        most = self._settings.fetch_max_bytes
        return expanded(stream, codings, cap=most) if codings else iter(stream)

    def _rules(self, target: httpx.URL, visit: _Visit) -> Robots:
        """Return the rules of a host, from its robots.txt at most a day old."""
        origin = f"{target.scheme}://{target.netloc.decode('ascii')}"
        found = self._remembered(origin)
        if found is None:
            found = self._asked_robots(target, visit, origin)
        if isinstance(found, FetchStatus):
            # a fresh copy: one object raised from two threads would tangle their tracebacks
            raise FetchStatus(str(found), status=found.status, reason=found.reason, retry_after=found.retry_after)
        return found

    def _remembered(self, origin: str) -> Robots | FetchStatus | None:
        known = self._robots.get(origin)
        return known[1] if known is not None and self._clock.monotonic() < known[0] else None

    def _asked_robots(self, target: httpx.URL, visit: _Visit, origin: str) -> Robots | FetchStatus:
        place = target.copy_with(raw_path=b"/robots.txt", fragment=None)
        found: Robots | FetchStatus
        with self._lanes.hold(target.host):
            # another thread may have asked while we waited for the lane
            known = self._remembered(origin)
            if known is not None:
                return known
            answer = self._exchange(place, visit, list(self._headers), cap=robots.MOST)
        for _ in range(_ROBOTS_HOPS):
            location = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not location:
                break
            place = joined(place, location)
            with self._lanes.hold(place.host):
                answer = self._exchange(place, visit, list(self._headers), cap=robots.MOST)
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


def readable(value: bytes) -> str:
    """Return a header's value as text: UTF-8 where it is, else one character a byte."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def joined(base: httpx.URL, location: str) -> httpx.URL:
    """Return where a Location header leads, read as leniently as browsers do; raises `httpx.InvalidURL`."""
    return base.join("".join(c for c in location.replace("\\", "/") if c >= " " and c != "\x7f").strip())


def _place(value: bytes) -> str:
    """Return a Location header as text; bytes in an unknown charset stay the bytes they are, escaped."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)
