"""The demo's week behind an HTTP proxy on loopback, so that invented hosts are reached by their own names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from dualcross.demo.site import Site
from dualcross.demo.week import Week
from dualcross.model import Source


@dataclass
class Served:
    """The site as it stands, and the webhooks that came in."""

    week: Week
    port: int
    now: datetime
    #: path → bodies that were posted there
    hooks: dict[str, list[bytes]] = field(default_factory=dict)
    #: path → page beside those of the week, on any host
    pages: dict[str, str] = field(default_factory=dict)

    def hook(self, name: str = "hook") -> str:
        """Return an address where webhooks are received."""
        return f"http://127.0.0.1:{self.port}/{name}"

    def sources(self) -> list[Source]:
        """Return the week's outlets as sources that are reached through the proxy."""
        proxy = f"http://127.0.0.1:{self.port}"
        return [replace(outlet.source(), proxy=proxy) for outlet in self.week.outlets]


@contextmanager
def served(week: Week) -> Iterator[Served]:
    """Serve the week as of `now`, which the caller moves on."""
    state = Served(week=week, port=0, now=week.evening(0))
    site = Site(week, lambda: state.now)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _proxy(site, state))
    server.daemon_threads = True
    state.port = int(server.server_address[1])
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        with site:
            yield state
    finally:
        server.shutdown()
        server.server_close()


def _proxy(site: Site, state: Served) -> type[BaseHTTPRequestHandler]:
    inner: Any = site._server.RequestHandlerClass
    lock = Lock()

    class Proxy(inner):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.netloc:
                del self.headers["Host"]
                self.headers["Host"] = asked.netloc
                self.path = asked.path or "/"
            if self.path not in state.pages:
                super().do_GET()
                return
            body = state.pages[self.path].encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                state.hooks.setdefault(self.path.strip("/"), []).append(body)
            self.send_response(204)
            self.end_headers()

    return Proxy
