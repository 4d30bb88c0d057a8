"""HTTP/1.1 over one socket: one request out, one answer in, every wait bounded.

Lenient where real servers are sloppy (bare line feeds, odd header lines, a missing reason phrase, the same
Content-Length twice), strict where sloppiness is an attack (two lengths, broken chunk sizes, endless headers).
Raises httpx's own exceptions, because it stands under httpx's transport seam.
"""

from __future__ import annotations

import re
import select
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx

Headers = list[tuple[bytes, bytes]]

#: bytes of status line and headers, trailers included; servers in use stay far below
HEAD_MOST = 65536
_READ = 65536
#: interim answers (100, 103) before the real one
_INTERIM_MOST = 16
_END = re.compile(rb"\n\r?\n")
#: what has arrived so far may be the beginning of an answer
_BEGIN = re.compile(rb"[\r\n]*(?:HTTP/|HTTP\Z|HTT\Z|HT\Z|H\Z|\Z)")
_STATUS = re.compile(rb"HTTP/(\d)\.?(\d?)\s+(\d{3})(?:\s|$)")
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")


class Deadline:
    """A moment by which everything must be over, with a bound for each single wait."""

    __slots__ = ("_at", "_step")

    def __init__(self, seconds: float, *, step: float | None = None) -> None:
        self._at = time.monotonic() + seconds
        self._step = seconds if step is None else step

    def left(self, late: type[httpx.TimeoutException] = httpx.ReadTimeout) -> float:
        """Return the seconds that the next wait may take; raises when none are left."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise late("the time for the whole request is over")
        return min(left, self._step)


@dataclass(slots=True)
class Head:
    """Status line and headers of an answer; names are in lower case."""

    status: int
    http11: bool
    headers: Headers

    def value(self, name: bytes) -> bytes | None:
        """Return the last value of a header."""
        found = None
        for key, value in self.headers:
            if key == name:
                found = value
        return found

    def values(self, name: bytes) -> list[bytes]:
        """Return every value of a header."""
        return [value for key, value in self.headers if key == name]


def connect(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    """Return a connection to the first of the checked addresses that takes one."""
    failure: Exception | None = None
    for position, address in enumerate(addresses):
        # the last one may use all the time that is left, the others a fair share of it
        share = deadline.left(httpx.ConnectTimeout) / (1 if position == len(addresses) - 1 else 2)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(share)
            sock.connect((address, port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except TimeoutError as error:
            sock.close()
            failure = httpx.ConnectTimeout(f"{address} did not take the connection")
            failure.__cause__ = error
        except OSError as error:
            sock.close()
            failure = httpx.ConnectError(f"{address}: {error.strerror or error}")
            failure.__cause__ = error
        else:
            return sock
    raise failure or httpx.ConnectError("no address to connect to")


def secure(sock: socket.socket, context: ssl.SSLContext, host: str, deadline: Deadline) -> ssl.SSLSocket:
    """Return the connection under TLS, the certificate checked against the host's own name."""
    sock.settimeout(deadline.left(httpx.ConnectTimeout))
    try:
        return context.wrap_socket(sock, server_hostname=host)
    except TimeoutError as error:
        sock.close()
        raise httpx.ConnectTimeout("the TLS handshake did not end") from error
    except (OSError, ValueError) as error:
        sock.close()
        raise httpx.ConnectError(f"TLS: {error}") from error


class Connection:
    """One socket with what was read too far."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.buffer = bytearray()
        #: when it went idle, on the monotonic clock
        self.idle_since = 0.0
        self.used = False

    def close(self) -> None:
        """Drop the connection."""
        self.sock.close()

    def is_dead(self) -> bool:
        """Tell whether the peer closed an idle connection, or spoke without being asked."""
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return bool(self.buffer) or bool(poll.poll(0))

    def send(self, data: bytes, deadline: Deadline) -> None:
        """Write all of the data."""
        self.sock.settimeout(deadline.left(httpx.WriteTimeout))
        try:
            self.sock.sendall(data)
        except TimeoutError as error:
            raise httpx.WriteTimeout("the server stopped taking the request") from error
        except OSError as error:
            raise httpx.WriteError(f"sending failed: {error.strerror or error}") from error

    def more(self, deadline: Deadline) -> bytes:
        """Return the next bytes from the socket, none where the peer closed."""
        self.sock.settimeout(deadline.left())
        try:
            return self.sock.recv(_READ)
        except TimeoutError as error:
            raise httpx.ReadTimeout("the server fell silent") from error
        except ssl.SSLEOFError:
            # a server that drops TLS without saying goodbye; the framing tells whether anything is missing
            return b""
        except OSError as error:
            raise httpx.ReadError(f"receiving failed: {error.strerror or error}") from error

    def _fill(self, deadline: Deadline) -> bool:
        data = self.more(deadline)
        self.buffer += data
        return bool(data)

    def head(self, deadline: Deadline) -> Head:
        """Return the head of the final answer."""
        for _ in range(_INTERIM_MOST):
            head = self._one_head(deadline)
            if head.status >= 200 or head.status == 101:
                return head
        raise httpx.RemoteProtocolError("interim answers without end")

    def _one_head(self, deadline: Deadline) -> Head:
        seen = 0
        while True:
            found = _END.search(self.buffer, max(0, seen - 3))
            if found is not None and found.start() <= HEAD_MOST:
                raw = bytes(self.buffer[: found.start()])
                del self.buffer[: found.end()]
                if raw.strip():
                    return parse_head(raw)
                seen = 0
                continue
            seen = len(self.buffer)
            if found is not None or seen > HEAD_MOST:
                raise httpx.RemoteProtocolError(f"more than {HEAD_MOST} bytes of headers")
            if seen and not _BEGIN.match(self.buffer):
                raise httpx.RemoteProtocolError(f"not HTTP: {bytes(self.buffer[:20])!r}")
            if not self._fill(deadline):
                raise httpx.RemoteProtocolError("the server closed the connection without an answer")

    def line(self, deadline: Deadline, most: int) -> bytes:
        """Return the next line without its end."""
        while True:
            end = self.buffer.find(b"\n")
            if end >= 0:
                text = bytes(self.buffer[:end])
                del self.buffer[: end + 1]
                return text.rstrip(b"\r")
            if len(self.buffer) > most:
                raise httpx.RemoteProtocolError("a chunk line without end")
            if not self._fill(deadline):
                raise httpx.RemoteProtocolError("the server closed the connection inside a chunk")

    def sized(self, size: int, deadline: Deadline) -> Iterator[bytes]:
        """Yield exactly `size` bytes of body."""
        left = size
        if self.buffer and left:
            piece = bytes(self.buffer[:left])
            del self.buffer[:left]
            left -= len(piece)
            yield piece
        while left:
            data = self.more(deadline)
            if not data:
                raise httpx.RemoteProtocolError(f"the server closed the connection after {size - left} of {size} bytes")
            if len(data) > left:
                self.buffer += data[left:]
                data = data[:left]
            left -= len(data)
            yield data

    def chunked(self, deadline: Deadline) -> Iterator[bytes]:
        """Yield the body of a chunked answer, and read its trailers away."""
        while True:
            found = _SIZE.fullmatch(self.line(deadline, 4096))
            if found is None:
                raise httpx.RemoteProtocolError("broken chunk size")
            size = int(found[1], 16)
            if size == 0:
                break
            yield from self.sized(size, deadline)
            if self.line(deadline, 16):
                raise httpx.RemoteProtocolError("a chunk longer than its size")
        trailers = 0
        while line := self.line(deadline, HEAD_MOST):
            trailers += len(line)
            if trailers > HEAD_MOST:
                raise httpx.RemoteProtocolError("trailers without end")

    def until_closed(self, deadline: Deadline) -> Iterator[bytes]:
        """Yield everything up to the end of the connection."""
        if self.buffer:
            piece = bytes(self.buffer)
            self.buffer.clear()
            yield piece
        while data := self.more(deadline):
            yield data


def parse_head(raw: bytes) -> Head:
    """Return status and headers; raises where the first line is no status line."""
    lines = raw.lstrip(b"\r\n").split(b"\n")
    found = _STATUS.match(lines[0])
    if found is None:
        raise httpx.RemoteProtocolError(f"not a status line: {lines[0][:40]!r}")
    headers: Headers = []
    for line in lines[1:]:
        if line[:1] in (b" ", b"\t"):
            if headers:
                name, value = headers[-1]
                headers[-1] = (name, value + b" " + line.strip())
            continue
        name, colon, value = line.partition(b":")
        if colon and name:
            headers.append((name.strip().lower(), value.strip()))
    major, minor = found[1], found[2]
    return Head(status=int(found[3]), http11=(major, minor) >= (b"1", b"1"), headers=headers)


def body_size(head: Head) -> int | None:
    """Return the bytes of body that Content-Length promises, None where it promises nothing."""
    said = {part.strip() for value in head.values(b"content-length") for part in value.split(b",")}
    said.discard(b"")
    if not said:
        return None
    if len(said) > 1:
        raise httpx.RemoteProtocolError("two different lengths of one body")
    text = said.pop()
    if not text.isdigit() or len(text) > 18:
        raise httpx.RemoteProtocolError(f"not a length: {text[:20]!r}")
    return int(text)
