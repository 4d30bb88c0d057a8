"""A web server on loopback that misbehaves on purpose: one path, one behaviour (`behaviours.py`).

Raw sockets, because half of what it does no HTTP library would send. A behaviour gets the open connection and the
request's head, writes what it likes and returns; the connection is closed afterwards unless it returned True.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable

Behaviour = Callable[["Hostile", socket.socket, bytes], bool | None]
BEHAVIOURS: dict[str, Behaviour] = {}


def path(where: str) -> Callable[[Behaviour], Behaviour]:
    def add(behaviour: Behaviour) -> Behaviour:
        BEHAVIOURS[where] = behaviour
        return behaviour

    return add


def answer(peer: socket.socket, status: str, body: bytes = b"", *headers: str, length: bool = True) -> bool:
    lines = [f"HTTP/1.1 {status}", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    peer.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
    return length


class Hostile:
    """The server; `asked` lists the (host, path) of every request, `most` the requests that were in flight at once."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, robots: bytes | str = b"") -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self.listener.getsockname()[1]
        self.robots = robots
        self.tls = tls
        self.asked: list[tuple[str, str]] = []
        self.heads: list[bytes] = []
        self.flying: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.stop = threading.Event()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, where: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{where}"

    def close(self) -> None:
        self.stop.set()
        self.listener.close()

    def _accept(self) -> None:
        while not self.stop.is_set():
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        try:
            peer.settimeout(10)
            if self.tls is not None:
                peer = self.tls.wrap_socket(peer, server_side=True)
            waiting = b""
            while not self.stop.is_set():
                while b"\r\n\r\n" not in waiting:
                    data = peer.recv(65536)
                    if not data:
                        return
                    waiting += data
                head, _, waiting = waiting.partition(b"\r\n\r\n")
                if not self._one(peer, head):
                    return
        except OSError:
            pass
        finally:
            peer.close()

    def _one(self, peer: socket.socket, head: bytes) -> bool | None:
        where = head.split(b" ", 2)[1].decode()
        found = re.search(rb"(?im)^host: *([^\r\n]+)", head)
        host = found[1].decode() if found else ""
        with self._lock:
            self.asked.append((host, where))
            self.heads.append(head)
            self.flying[host] = self.flying.get(host, 0) + 1
            self.most[host] = max(self.most.get(host, 0), self.flying[host])
        try:
            if where == "/robots.txt" and self.robots != "behave":
                status = self.robots if isinstance(self.robots, str) else "200 OK" if self.robots else "404 Not Found"
                return answer(peer, status, self.robots if isinstance(self.robots, bytes) else b"")
            behaviour = BEHAVIOURS.get(where.partition("?")[0])
            return behaviour(self, peer, head) if behaviour else answer(peer, "404 Not Found")
        finally:
            with self._lock:
                self.flying[host] -= 1

    def drip(self, peer: socket.socket, data: bytes, pause: float = 0.05) -> None:
        while not self.stop.is_set():
            peer.sendall(data)
            time.sleep(pause)
