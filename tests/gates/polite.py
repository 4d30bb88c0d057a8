"""Politeness as the servers see it: a web of hosts with wishes of their own, polled for a day by the real poll stage.

    python -m tests.gates.polite [--hosts 40] [--ticks 60]

Every figure is taken from the servers' own log, kept on the clock that the poller runs on. Prints one JSON line and
ends with 1 where a figure is worse than its floor in floors.json (key `polite`).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from dualcross.deps import Deps
from dualcross.model import Fetched, Item, Poll, Source
from dualcross.net import Fetcher
from dualcross.settings import Settings
from dualcross.stages import poll
from dualcross.stages.batches import chunks
from dualcross.stores.sqlite import SqliteStore

FLOORS = Path(__file__).with_name("floors.json")
PER_HOST = 3
TICK = 600.0
CRAWL_DELAY = 2.0
RETRY_AFTER = 5400.0
MAX_AGE = 3000.0


class SharedClock:
    """Moves only when told, or when somebody sleeps; poller and servers read the same one."""

    def __init__(self) -> None:
        self._at = datetime(2026, 3, 2, tzinfo=UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._at.timestamp()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._at += timedelta(seconds=seconds)


@dataclass(slots=True)
class Ledger:
    """What the servers saw."""

    clock: SharedClock
    lock: threading.Lock = field(default_factory=threading.Lock)
    flying: dict[str, int] = field(default_factory=dict)
    most: int = 0
    requests: int = 0
    robots: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    answered_304: int = 0
    forbidden: int = 0
    too_soon: int = 0
    unnamed: int = 0
    served: dict[str, int] = field(default_factory=dict)
    #: key → moment before which the server did not want to be asked
    not_before: dict[str, float] = field(default_factory=dict)


def wish(host: int) -> str:
    """Return what a host wants of its visitors."""
    return {0: "crawl-delay", 1: "disallow", 2: "retry-after", 3: "max-age"}.get(host % 8, "")


class Handler(BaseHTTPRequestHandler):
    """One of the hosts, by its Host header."""

    protocol_version = "HTTP/1.1"
    ledger: Ledger

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        ledger, name = self.ledger, self.headers["Host"]
        with ledger.lock:
            ledger.requests += 1
            ledger.flying[name] = ledger.flying.get(name, 0) + 1
            ledger.most = max(ledger.most, ledger.flying[name])
            ledger.unnamed += "dualcross/" not in self.headers.get("User-Agent", "")
        try:
            self.answer(int(name.split(".")[0][1:]))
        finally:
            with ledger.lock:
                ledger.flying[name] -= 1

    def answer(self, host: int) -> None:
        ledger, wanted, now = self.ledger, wish(host), self.ledger.clock.monotonic()
        if self.path == "/robots.txt":
            ledger.robots[self.headers["Host"]] = ledger.robots.get(self.headers["Host"], 0) + 1
            rules = {"crawl-delay": f"Crawl-delay: {CRAWL_DELAY}\n", "disallow": "Disallow: /s/2\n"}.get(wanted, "")
            return self.send(200, f"User-agent: *\n{rules}".encode(), {})
        number = host * PER_HOST + int(self.path.rpartition("/")[2])
        key = f"host {host}" if wanted == "crawl-delay" else f"source {number}"
        ledger.forbidden += wanted == "disallow" and self.path == "/s/2"
        ledger.too_soon += now < ledger.not_before.get(key, 0.0) - 0.001
        if wanted == "crawl-delay":
            ledger.not_before[key] = now + CRAWL_DELAY
        version = int(now // (TICK * (6 + number % 50)))
        if wanted == "retry-after" and version % 3 == 2 and ledger.served.get(self.path + key) != version:
            ledger.served[self.path + key] = version
            ledger.not_before[key] = now + RETRY_AFTER
            return self.send(429, b"", {"Retry-After": f"{RETRY_AFTER:.0f}"})
        headers = {}
        if wanted == "max-age":
            ledger.not_before[key] = now + MAX_AGE
            headers["Cache-Control"] = f"public, max-age={MAX_AGE:.0f}"
        return self.entry(number, version, headers)

    def entry(self, number: int, version: int, headers: dict[str, str]) -> None:
        """Answer with the source at that version, or 304 where it was served before and the visitor says so."""
        ledger = self.ledger
        same = ledger.served.get(f"v{number}") == version
        ledger.served[f"v{number}"] = version
        ledger.unchanged += same
        modified = f"Mon, 02 Mar 2026 08:00:{version % 60:02d} GMT"
        # one in twenty hands out no validator at all, one in ten a date only
        if number % 20:
            headers["Last-Modified"] = modified
        if number % 20 and number % 10 != 1:
            headers["ETag"] = f'W/"{number}-{version}"'
        tagged = "ETag" in headers and self.headers.get("If-None-Match") == headers["ETag"]
        dated = "Last-Modified" in headers and self.headers.get("If-Modified-Since") == modified
        if tagged or (dated and "ETag" not in headers):
            ledger.answered_304 += same
            return self.send(304, b"", headers)
        links = "".join(f"<link>http://h/{number}/{n}</link>" for n in range(version, version + 5))
        return self.send(200, links.encode(), headers)

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def parse(source: Source, fetched: Fetched) -> tuple[Item, ...]:
    """Read the entries of the servers above."""
    links = fetched.body.decode().split("<link>")[1:]
    return tuple(Item(source_id=source.id, url=link.removesuffix("</link>"), title="t") for link in links)


def measure(hosts: int, ticks: int) -> dict[str, float]:
    """Poll for that many ticks and return the figures."""
    clock = SharedClock()
    ledger = Ledger(clock=clock)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"ledger": ledger}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(db=f"{folder}/polite.db", allow_private="127.0.0.0/8", fetch_timeout=15.0)
        store = SqliteStore(settings.db)
        fetcher = Fetcher(settings, clock, resolve=lambda host: ("127.0.0.1",))
        for host in range(hosts):
            for place in range(PER_HOST):
                url = f"http://h{host}.example.com:{server.server_port}/s/{place}"
                store.put_source(Source(id=f"{host:03d}-{place}", url=url, kind="feed"))
        deps = Deps(
            settings=settings, clock=clock, store=store, archive=None, fetcher=fetcher, parse_source=parse,
            read_page=None, understand=None, channel=None,
        )  # type: ignore[arg-type]  # fmt: skip
        for _ in range(ticks):
            for ids in chunks(store.due(clock.now(), 10_000), 50):
                poll.run(Poll(source_ids=ids), deps)
            clock.sleep(TICK)
        fetcher.close()
        store.close()
    server.shutdown()
    server.server_close()
    return {
        "unchanged_304": round(ledger.answered_304 / max(ledger.unchanged, 1), 4),
        "in_flight_most": ledger.most,
        "robots_broken": ledger.forbidden,
        "wishes_broken": ledger.too_soon,
        "unnamed": ledger.unnamed,
        "robots_asked_a_host": max(ledger.robots.values()),
        "unchanged": ledger.unchanged,
        "requests": ledger.requests,
    }


def failures(figures: dict[str, float], floors: dict[str, float]) -> list[str]:
    """Return what is worse than its floor: shares must reach it, counts must not exceed it."""
    worse = []
    for name, floor in floors.items():
        fine = figures[name] >= floor if name == "unchanged_304" else figures[name] <= floor
        if not fine:
            worse.append(f"{name} is {figures[name]}, the floor is {floor}")
    return worse


def main() -> int:
    """Print the figures and hold them against the floors."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--ticks", type=int, default=60)
    given = parser.parse_args()
    figures = measure(given.hosts, given.ticks)
    print(json.dumps({"polite": figures}))
    worse = failures(figures, json.loads(FLOORS.read_text("utf-8"))["polite"])
    for line in worse:
        print(f"polite: {line}", file=sys.stderr)
    floors = json.loads(FLOORS.read_text("utf-8"))["polite"]
    print(f"gate: unchanged answered 304 {figures['unchanged_304']:.3f}, {len(floors) - len(worse)}/{len(floors)} held")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
