"""The bundled site on loopback: one server that stands for every outlet, by the Host it is asked for."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import httpx

from dualcross.demo import markup
from dualcross.demo.week import Week


class Site:
    """Serves what has appeared by `now()`, with ETag and Last-Modified; counts its answers."""

    def __init__(self, week: Week, now: Callable[[], datetime]) -> None:
        self._week = week
        self._now = now
        self._outlets = {o.host: o for o in week.outlets}
        self._lock = threading.Lock()
        #: (`index` or `page`, status) → answers since the last `reset`
        self.answers: Counter[tuple[str, int]] = Counter()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="demo-site", daemon=True)

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reset(self) -> None:
        """Count from zero again."""
        with self._lock:
            self.answers.clear()

    def answer(self, host: str, path: str) -> tuple[str, bytes, datetime] | None:
        """Return media type, body and last change of an address; None where there is nothing (yet)."""
        outlet = self._outlets.get(host.partition(":")[0].lower())
        if outlet is None:
            return None
        now = self._now()
        out = [p for p in self._week.pages if p.outlet is outlet and p.moment <= now]
        if path == "/robots.txt":
            return "text/plain; charset=utf-8", b"User-agent: *\nAllow: /\n", self._week.evening(0)
        if path == outlet.index:
            changed = max((p.moment for p in out), default=self._week.evening(0))
            return markup.media(outlet, feed=outlet.form != "list"), markup.index(outlet, out, now), changed
        for page in out:
            if page.path == path:
                # only pages of the same day or before are linked, so that a page never changes
                before = [p for p in out if p is not page and p.moment < page.moment]
                return markup.media(outlet, feed=False), markup.article(page, before), page.moment
        return None

    def count(self, path: str, status: int) -> None:
        """Note one answer."""
        if path == "/robots.txt":
            return
        kind = "index" if any(path == o.index for o in self._outlets.values()) else "page"
        with self._lock:
            self.answers[kind, status] += 1

    def down(self, host: str) -> bool:
        """Tell whether the outlet's server is out of order just now."""
        outlet = self._outlets.get(host.partition(":")[0].lower())
        return outlet is not None and outlet.down == self._week.day(self._now())


class Loopback(httpx.BaseTransport):
    """Sends requests for the outlets to the site's port; the host named in the request stays."""

    def __init__(self, inner: httpx.BaseTransport, port: int) -> None:
        self._inner = inner
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Make the request on the site's port."""
        request.url = request.url.copy_with(port=self._port)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Drop the idle connections."""
        self._inner.close()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # an idle connection does not hold the server's end up for long
        timeout = 5
        server_version = "demo"
        sys_version = ""

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            host = self.headers.get("Host", "")
            if path != "/robots.txt" and site.down(host):
                self._send(503, b"out of order", {"Content-Type": "text/plain", "Retry-After": "3600"}, path)
                return
            found = site.answer(host, path)
            if found is None:
                self._send(404, b"nothing here", {"Content-Type": "text/plain"}, path)
                return
            kind, body, changed = found
            etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
            headers = {
                "Content-Type": kind,
                "ETag": etag,
                "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True),
            }
            if self.headers.get("If-None-Match") == etag:
                self._send(304, b"", headers, path)
            else:
                self._send(200, body, headers, path)

        def _send(self, status: int, body: bytes, headers: dict[str, str], path: str) -> None:
            site.count(path, status)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
            del format, args

    return Handler
