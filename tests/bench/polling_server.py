"""The web that the polling bench asks: many feeds on one loopback port, in a process of its own.

    python tests/bench/polling_server.py     prints its port, serves until its input closes

`/feed/N` answers 304 to the right ETag; `/feed/N?v=V` has other entries for another V; `/poke?v=V&share=S` makes
every (1/S)-th feed change. A bare asyncio protocol, so that the server is not what is measured.
"""

from __future__ import annotations

import asyncio
import sys

STATE = {"version": 0, "each": 0}


def body(number: int, version: int) -> bytes:
    """Return a feed of 20 entries; a new version brings one more on top and drops the last."""
    entries = "".join(
        f"<item><title>Notice {n} of ministry {number} on industrial Internet platforms</title>"
        f"<link>http://h{number}.example.com/2026/{n}.html</link>"
        f"<guid>http://h{number}.example.com/2026/{n}.html</guid>"
        f"<pubDate>Mon, 02 Mar 2026 08:{n % 60:02d}:00 GMT</pubDate>"
        f"<description>Notice {n} in short, with a sentence or two of text on what was decided.</description></item>"
        for n in range(version + 20, version, -1)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Ministry {number}</title>'
        f"<link>http://h{number}.example.com/</link><description>d</description>{entries}</channel></rss>"
    ).encode()


def respond(head: bytes) -> bytes:
    """Return the answer to a request's head."""
    target = head.split(b" ", 2)[1]
    if target.startswith(b"/feed/"):
        number = int(target[6:])
        changed = STATE["each"] and number % STATE["each"] == 0
        version = STATE["version"] if changed else 0
        etag = b'"%d-%d"' % (number, version)
        if etag in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\nContent-Length: 0\r\n\r\n"
        page = body(number, version)
        return (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: %b\r\nContent-Length: %d\r\n\r\n"
            % (etag, len(page))
        ) + page
    if target.startswith(b"/poke?"):
        version, each = target[6:].split(b",")
        STATE.update(version=int(version), each=int(each))
        return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Web(asyncio.Protocol):
    """Answers pipelined requests as they come."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while (end := self.waiting.find(b"\r\n\r\n")) >= 0:
            head, self.waiting = self.waiting[:end], self.waiting[end + 4 :]
            assert isinstance(self.transport, asyncio.WriteTransport)
            self.transport.write(respond(head))


async def main() -> None:
    """Serve until the standard input closes."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Web, "127.0.0.1", 0, backlog=1000)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
