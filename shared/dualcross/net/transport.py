"""httpx's transport seam, guarded: what goes through here has passed the guard, and ends in time and in bounds.

    request ─► guard ─► idle connection or a new one to a checked address ─► answer, body capped and expanded

TLS keeps the host's own name for SNI and for the certificate, and Host stays as httpx wrote it, since only the
address of the socket is pinned. Safe to share between threads.
"""

from __future__ import annotations

import base64
import contextlib
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import httpx

from dualcross.errors import FetchTooLarge, FetchUnreachable, ParseError
from dualcross.net.connection import Connection, Deadline, Head, body_size, connect, secure
from dualcross.net.decoding import expanded
from dualcross.net.guard import Guard
from dualcross.net.places import Place, place_of

Key = tuple[str, str, int, str]

#: idle connections kept, and for how many seconds: servers close theirs after 5 to 75
_IDLE_MOST = 64
_IDLE_SECONDS = 20.0
#: bytes of a request gathered before they are sent
_TOGETHER = 16384
_SAFE_TO_REPEAT = frozenset({b"GET", b"HEAD", b"OPTIONS"})
_NOT_IN_HEADER = re.compile(rb"[\r\n\0]")
_CODED = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


def tls_context(*, lenient: bool = False) -> ssl.SSLContext:
    """Return a context that checks certificates; `lenient` also speaks with servers of the last decade."""
    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    if lenient:
        # many ministry sites still renegotiate the old way or hold 1024-bit keys; names and chains stay checked
        context.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT, named in ssl from Python 3.12 on
        context.set_ciphers("DEFAULT:@SECLEVEL=1")
    return context


class GuardedTransport(httpx.BaseTransport):
    """Carries httpx requests over guarded HTTP/1.1 connections.

    Raises `FetchBlocked` from the guard, `FetchTooLarge` above `max_bytes` sent or expanded, and httpx's own
    exceptions for everything else. A request takes `timeout` seconds at most, all phases together.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        timeout: float = 20.0,
        max_bytes: int = 10_000_000,
        tls: Callable[[], ssl.SSLContext] = tls_context,
    ) -> None:
        self._guard = guard
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._make_tls = tls
        self._tls: ssl.SSLContext | None = None
        self._idle: dict[Key, list[Connection]] = {}
        self._idle_count = 0
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return its answer; the body is read as it is iterated."""
        if request.url.userinfo:
            self._guard.check(str(request.url))
        extensions = request.extensions
        stream = request.stream
        if not isinstance(stream, httpx.SyncByteStream):
            raise httpx.LocalProtocolError("an asynchronous body cannot be sent")
        has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
        head, body = self.exchange(
            place_of(request.url),
            b"".join(header_line(name, value) for name, value in request.headers.raw),
            deadline=Deadline(self._timeout, step=_step(extensions)),
            method=request.method.encode("ascii"),
            content=stream if has_body else None,
            chunked="chunked" in request.headers.get("transfer-encoding", "").lower(),
        )
        headers = head.headers
        if head.value(b"content-encoding") is not None:
            # it is undone here, under the cap, so httpx must not see it
            headers = [pair for pair in headers if pair[0] not in _CODED]
        return httpx.Response(head.status, headers=headers, stream=body or httpx.ByteStream(b""))

    def exchange(
        self,
        place: Place,
        lines: bytes,
        *,
        deadline: Deadline,
        method: bytes = b"GET",
        content: Iterable[bytes] | None = None,
        chunked: bool = False,
        proxy: str = "",
        cut: bool = False,
    ) -> tuple[Head, Body | None]:
        """Send one request, `lines` its headers with Host, and return the head of its answer and its body.

        The body is to be closed. `proxy` is an http address to go through; `cut` says that the reader will stop by
        itself, so that a large announced size is fine.
        """
        key = (place.scheme, place.host, place.port, proxy)
        target = place.target
        if proxy and place.scheme == "http":
            target = place.text.encode("ascii")
            lines += _credentials(httpx.URL(proxy)).encode("ascii")
        message = b"%b %b HTTP/1.1\r\n%b\r\n" % (method, target, lines)
        connection = self._take(key) if content is None and method in _SAFE_TO_REPEAT else None
        head = _asked_again(connection, message, deadline) if connection is not None else None
        if head is None or connection is None:
            connection = self._open(key, deadline)
            try:
                if content is None:
                    connection.send(message, deadline)
                else:
                    _send(connection, message, content, deadline, chunked=chunked)
                head = connection.head(deadline)
            except BaseException:
                connection.close()
                raise
        keep = head.http11 and b"close" not in (head.value(b"connection") or b"").lower()
        if method == b"HEAD" or head.status in (204, 304):
            self._done(key, connection, keep=keep)
            return head, None
        try:
            body, keep = self._framed(connection, head, deadline, keep=keep, cut=cut)
        except BaseException:
            connection.close()
            raise
        used = connection
        return head, Body(body, head, self._max_bytes, lambda whole: self._done(key, used, keep=whole and keep))

    def _done(self, key: Key, connection: Connection, *, keep: bool) -> None:
        if keep:
            self._give(key, connection)
        else:
            connection.close()

    def _framed(
        self, connection: Connection, head: Head, deadline: Deadline, *, keep: bool, cut: bool
    ) -> tuple[Iterator[bytes], bool]:
        """Return the body by its framing, and whether the connection outlives it."""
        codings = (head.value(b"transfer-encoding") or b"").lower()
        if codings and codings.rsplit(b",", 1)[-1].strip() == b"chunked":
            return connection.chunked(deadline), keep
        size = None if codings else body_size(head)
        if size is None:
            return connection.until_closed(deadline), False
        if size > self._max_bytes and head.status < 300 and not cut:
            raise FetchTooLarge(f"the server announces {size} bytes, the cap is {self._max_bytes}")
        return connection.sized(size, deadline), keep

    def _take(self, key: Key) -> Connection | None:
        oldest = time.monotonic() - _IDLE_SECONDS
        while True:
            with self._lock:
                waiting = self._idle.get(key)
                if not waiting:
                    return None
                connection = waiting.pop()
                self._idle_count -= 1
                if not waiting:
                    del self._idle[key]
            if connection.idle_since >= oldest and not connection.is_dead():
                return connection
            connection.close()

    def _give(self, key: Key, connection: Connection) -> None:
        if connection.buffer:
            # bytes beyond the answer would be taken for the next one
            connection.close()
            return
        connection.idle_since = time.monotonic()
        with self._lock:
            self._idle.setdefault(key, []).append(connection)
            self._idle_count += 1
            spare = self._drop_oldest() if self._idle_count > _IDLE_MOST else None
        if spare is not None:
            spare.close()

    def _drop_oldest(self) -> Connection | None:
        # dicts keep their order of insertion: the first key has waited longest, near enough
        key = next(iter(self._idle))
        waiting = self._idle[key]
        connection = waiting.pop(0)
        self._idle_count -= 1
        if not waiting:
            del self._idle[key]
        return connection

    def _open(self, key: Key, deadline: Deadline) -> Connection:
        scheme, host, port, proxy = key
        try:
            if proxy:
                return self._through(proxy, scheme, host, port, deadline)
            addresses = self._guard.addresses(scheme, host, port)
        except FetchUnreachable as error:
            raise httpx.ConnectError(str(error)) from error
        sock = connect(addresses, port, deadline)
        if scheme == "https":
            sock = secure(sock, self._context(), host, deadline)
        return Connection(sock)

    def _through(self, proxy: str, scheme: str, host: str, port: int, deadline: Deadline) -> Connection:
        """Open a way through a proxy, which is guarded too; the proxy resolves the name, we refuse what we can see."""
        # names that only the proxy can resolve are what it is there for
        with contextlib.suppress(FetchUnreachable):
            self._guard.addresses(scheme, host, port)
        relay = httpx.URL(proxy)
        if relay.scheme != "http":
            raise httpx.ProxyError(f"a proxy must be an http address, not {relay.scheme!r}")
        relay_port = relay.port or 80
        addresses = self._guard.addresses("http", relay.raw_host.decode("ascii"), relay_port)
        connection = Connection(connect(addresses, relay_port, deadline))
        if scheme == "https":
            target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            lines = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{_credentials(relay)}\r\n"
            connection.send(lines.encode("ascii"), deadline)
            head = connection.head(deadline)
            if head.status != 200 or connection.buffer:
                connection.close()
                raise httpx.ProxyError(f"the proxy answered {head.status}")
            return Connection(secure(connection.sock, self._context(), host, deadline))
        return connection

    def _context(self) -> ssl.SSLContext:
        with self._lock:
            if self._tls is None:
                self._tls = self._make_tls()
            return self._tls

    def close(self) -> None:
        """Drop every idle connection."""
        with self._lock:
            idle, self._idle, self._idle_count = self._idle, {}, 0
        for waiting in idle.values():
            for connection in waiting:
                connection.close()


class Through:
    """Any other httpx transport behind `exchange`, for tests and for operators who bring their own."""

    def __init__(self, transport: httpx.BaseTransport, *, max_bytes: int) -> None:
        self._transport = transport
        self._max_bytes = max_bytes

    def exchange(
        self, place: Place, lines: bytes, *, deadline: Deadline, proxy: str = "", cut: bool = False
    ) -> tuple[Head, Body | None]:
        """Send one GET; codings are undone here, under the cap."""
        pairs = (line.partition(b": ") for line in lines.split(b"\r\n") if line)
        headers = [(name, value) for name, _, value in pairs]
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), deadline.left())
        extensions = {"timeout": timeouts, "proxy": proxy, "cut": cut}
        response = self._transport.handle_request(
            httpx.Request("GET", place.url, headers=headers, extensions=extensions)
        )
        head = Head(
            status=response.status_code,
            http11=True,
            headers=[(name.lower(), value) for name, value in response.headers.raw],
        )
        stream = response.stream
        assert isinstance(stream, httpx.SyncByteStream)
        return head, Body(iter(stream), head, self._max_bytes, lambda _: response.close())

    def close(self) -> None:
        """Close the transport."""
        self._transport.close()


class Body(httpx.SyncByteStream):
    """The body of an answer: capped as sent, expanded, capped again; hands its connection back when whole."""

    def __init__(self, raw: Iterator[bytes], head: Head, cap: int, done: Callable[[bool], None]) -> None:
        self._raw = raw
        self._codings = b",".join(head.values(b"content-encoding")).decode("latin-1")
        self._cap = cap
        self._done = done
        self._whole = False
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            if self._codings:
                yield from expanded(self._sent(), self._codings, cap=self._cap)
            else:
                yield from self._sent()
        except ParseError as error:
            raise httpx.DecodingError(str(error)) from error

    def _sent(self) -> Iterator[bytes]:
        count = 0
        for piece in self._raw:
            count += len(piece)
            if count > self._cap:
                raise FetchTooLarge(f"more than {self._cap} bytes were sent")
            yield piece
        self._whole = True

    def close(self) -> None:
        """Hand the connection back, or drop it where the body was not read to its end."""
        if not self._closed:
            self._closed = True
            self._done(self._whole)


def _step(extensions: object) -> float | None:
    timeouts = extensions.get("timeout") if isinstance(extensions, dict) else None
    given = [value for value in (timeouts or {}).values() if value is not None]
    return max(given) if given else None


def header_line(name: bytes, value: bytes) -> bytes:
    """Return one header as sent; raises where it would smuggle another."""
    if _NOT_IN_HEADER.search(value) or _NOT_IN_HEADER.search(name) or b":" in name:
        raise httpx.LocalProtocolError(f"header {name!r} cannot be sent")
    return b"%b: %b\r\n" % (name, value)


def _asked_again(connection: Connection, message: bytes, deadline: Deadline) -> Head | None:
    """Ask on a connection that was idle; None where it had died meanwhile, and a fresh one decides."""
    try:
        connection.send(message, deadline)
        return connection.head(deadline)
    except (httpx.NetworkError, httpx.RemoteProtocolError):
        connection.close()
        return None
    except BaseException:
        connection.close()
        raise


def _credentials(relay: httpx.URL) -> str:
    if not relay.userinfo:
        return ""
    token = base64.b64encode(f"{relay.username}:{relay.password}".encode()).decode("ascii")
    return f"Proxy-Authorization: Basic {token}\r\n"


def _send(connection: Connection, head: bytes, content: Iterable[bytes], deadline: Deadline, *, chunked: bool) -> None:
    """Send head and body, a small body in one piece with its head."""
    waiting = head
    for piece in content:
        waiting += b"%x\r\n%b\r\n" % (len(piece), piece) if chunked and piece else piece
        if len(waiting) > _TOGETHER:
            connection.send(waiting, deadline)
            waiting = b""
    if chunked:
        waiting += b"0\r\n\r\n"
    if waiting:
        connection.send(waiting, deadline)
