"""httpx's transport seam, guarded: what goes through here has passed the guard, and ends in time and in bounds.

    request ─► guard ─► idle connection or a new one to a checked address ─► answer, body capped and expanded

TLS keeps the host's own name for SNI and for the certificate, and Host stays as httpx wrote it, since only the
address of the socket is pinned. Safe to share between threads.
"""

from __future__ import annotations

import base64
import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator

import httpx

from dualcross.errors import FetchTooLarge, FetchUnreachable, ParseError
from dualcross.net.connection import Connection, Deadline, Head, Headers, body_size, connect, secure
from dualcross.net.decoding import expanded
from dualcross.net.guard import Guard

Key = tuple[str, str, int, str]

#: idle connections kept, and for how many seconds: servers close theirs after 5 to 75
_IDLE_MOST = 64
_IDLE_SECONDS = 20.0
#: bytes of a request gathered before they are sent
_TOGETHER = 16384
_SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS"})
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
    exceptions for everything else. `request.extensions` may hold `deadline` (a `Deadline`), `proxy` (an http
    address) and `cut` (the reader will stop by itself, so a large announced size is fine); without the first,
    `timeout` seconds bound the whole exchange.
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
        url = request.url
        if url.userinfo:
            self._guard.check(str(url))
        extensions = request.extensions
        deadline: Deadline = extensions.get("deadline") or Deadline(self._timeout, step=_step(extensions))
        proxy: str = extensions.get("proxy") or ""
        host = url.raw_host.decode("ascii")
        key = (url.scheme, host, url.port or (443 if url.scheme == "https" else 80), proxy)
        method = request.method
        message = _head_of(request, absolute=bool(proxy) and url.scheme == "http", proxy=proxy)
        connection = self._take(key) if method in _SAFE_TO_REPEAT and not _has_body(request) else None
        if connection is not None:
            try:
                connection.send(message, deadline)
                head = connection.head(deadline)
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                # it died while idle; a fresh one decides
                connection.close()
                connection = None
            except BaseException:
                connection.close()
                raise
        if connection is None:
            connection = self._open(key, deadline)
            try:
                _send(connection, message, request, deadline)
                head = connection.head(deadline)
            except BaseException:
                connection.close()
                raise
        return self._answer(request, key, connection, head, deadline)

    def _answer(
        self, request: httpx.Request, key: Key, connection: Connection, head: Head, deadline: Deadline
    ) -> httpx.Response:
        keep = head.http11 and b"close" not in (head.value(b"connection") or b"").lower()
        if request.method == "HEAD" or head.status in (204, 304):
            if keep:
                self._give(key, connection)
            else:
                connection.close()
            return httpx.Response(head.status, headers=head.headers, stream=httpx.ByteStream(b""))
        try:
            cut = bool(request.extensions.get("cut"))
            body, keep = self._framed(connection, head, deadline, keep=keep, cut=cut)
        except BaseException:
            connection.close()
            raise

        def done(*, whole: bool) -> None:
            if whole and keep:
                self._give(key, connection)
            else:
                connection.close()

        stream = _Body(body, head, self._max_bytes, done)
        headers = head.headers
        if head.value(b"content-encoding") is not None:
            # it is undone here, under the cap, so httpx must not see it
            headers = [pair for pair in headers if pair[0].lower() not in _CODED]
        return httpx.Response(head.status, headers=headers, stream=stream)

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


class _Body(httpx.SyncByteStream):
    """The body of an answer: capped as sent, expanded, capped again; hands its connection back when whole."""

    def __init__(self, raw: Iterator[bytes], head: Head, cap: int, done: Callable[..., None]) -> None:
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
        if not self._closed:
            self._closed = True
            self._done(whole=self._whole)


def _step(extensions: object) -> float | None:
    timeouts = extensions.get("timeout") if isinstance(extensions, dict) else None
    given = [value for value in (timeouts or {}).values() if value is not None]
    return max(given) if given else None


def _head_of(request: httpx.Request, *, absolute: bool, proxy: str) -> bytes:
    url = request.url
    target = str(url.copy_with(fragment=None)).encode("ascii") if absolute else url.raw_path
    parts = [request.method.encode("ascii"), b" ", target, b" HTTP/1.1\r\n"]
    for name, value in request.headers.raw:
        if b"\n" in value or b"\r" in value or b"\0" in value or b"\n" in name or b"\r" in name or b":" in name:
            raise httpx.LocalProtocolError(f"header {name!r} cannot be sent")
        parts += (name, b": ", value, b"\r\n")
    if absolute:
        parts.append(_credentials(httpx.URL(proxy)).encode("ascii"))
    parts.append(b"\r\n")
    return b"".join(parts)


def _has_body(request: httpx.Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


def _credentials(relay: httpx.URL) -> str:
    if not relay.userinfo:
        return ""
    token = base64.b64encode(f"{relay.username}:{relay.password}".encode()).decode("ascii")
    return f"Proxy-Authorization: Basic {token}\r\n"


def _send(connection: Connection, head: bytes, request: httpx.Request, deadline: Deadline) -> None:
    """Send head and body, a small body in one piece with its head."""
    stream = request.stream
    if not isinstance(stream, httpx.SyncByteStream):
        raise httpx.LocalProtocolError("an asynchronous body cannot be sent")
    chunked = "chunked" in request.headers.get("transfer-encoding", "").lower()
    waiting = head
    for piece in stream:
        waiting += b"%x\r\n%b\r\n" % (len(piece), piece) if chunked and piece else piece
        if len(waiting) > _TOGETHER:
            connection.send(waiting, deadline)
            waiting = b""
    if chunked:
        waiting += b"0\r\n\r\n"
    if waiting:
        connection.send(waiting, deadline)


__all__ = ["GuardedTransport", "Headers", "tls_context"]
