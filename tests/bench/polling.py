"""Polling beside `reader`, on the same machine and in the same run.

    python -m tests.bench.polling [--sources 2000] [--rounds 3]

Both poll the same 2,000 addresses on 2,000 host names that resolve to loopback, and have done so before the clock
starts. Ours: each host's robots.txt known, guarded, one request per host at a time, state and pending items in SQLite,
through the poll stage as a runner calls it. `reader`: its SQLite storage, the best of the numbers of workers tried.
Prints one JSON line and a verdict; rates are sources per second, the median of the rounds.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from dualcross.clock import SystemClock
from dualcross.deps import Deps
from dualcross.model import Fetched, Item, Poll, Source
from dualcross.net import Fetcher
from dualcross.settings import Settings
from dualcross.stages import poll
from dualcross.stages.batches import chunks
from dualcross.stores.sqlite import SqliteStore

SERVER = Path(__file__).with_name("polling_server.py")
WORKERS = (1, 4, 16)
#: goals of a transport of one's own under httpx, times the rate of reader
UNCHANGED, CHANGED = 4, 8


class JumpingClock(SystemClock):
    """The machine's clock, set forward at will: every source is due again without anyone waiting."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@contextmanager
def web() -> Iterator[int]:
    """Run the server and yield its port."""
    process = subprocess.Popen([sys.executable, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.communicate("")


def address(port: int, number: int) -> str:
    return f"http://h{number}.example.com:{port}/feed/{number}"


@contextmanager
def names_on_loopback() -> Iterator[None]:
    """Let every example.com name resolve to loopback, for `reader`, which has no resolver to inject."""
    ask = socket.getaddrinfo

    def answer(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        return ask("127.0.0.1" if str(host).endswith(".example.com") else host, port, *more, **named)

    socket.getaddrinfo = answer
    try:
        yield
    finally:
        socket.getaddrinfo = ask


def poke(port: int, version: int, each: int) -> None:
    with urlopen(f"http://127.0.0.1:{port}/poke?{version},{each}"):
        pass


def timed(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


class Ours:
    """dualcross: the poll stage on a SQLite store."""

    def __init__(self, folder: Path, port: int, count: int) -> None:
        self.clock = JumpingClock()
        settings = Settings(db=str(folder / "ours.db"), allow_private="127.0.0.0/8")
        self.store = SqliteStore(settings.db)
        self.fetcher = Fetcher(settings, self.clock, resolve=lambda host: ("127.0.0.1",))
        for n in range(count):
            self.store.put_source(Source(id=f"s{n:05d}", url=address(port, n), kind="feed"))
        self.deps = Deps(
            settings=settings, clock=self.clock, store=self.store, archive=None, fetcher=self.fetcher,
            parse_source=_parser(), read_page=None, understand=None, channel=None,
        )  # type: ignore[arg-type]  # fmt: skip

    def round(self) -> None:
        due = self.store.due(self.clock.now(), 10_000)
        for ids in chunks(due, 50):
            poll.run(Poll(source_ids=ids), self.deps)

    def jump(self) -> None:
        self.clock.ahead += timedelta(hours=24)

    def facts(self) -> dict[str, int]:
        states = [state for _, state in self.store.sources()]
        return {
            "polls": sum(state.polls for state in states),
            "not_modified": sum(state.not_modified for state in states),
            "failures": sum(state.failures for state in states),
            "items": sum(state.items_seen for state in states),
        }

    def settle(self) -> None:
        """Take every pending item as read, as the read stage would."""
        for _, state in self.store.sources():
            for item in self.store.commit_poll(state, ()):
                self.store.read_done(item.url, "ok")


def _parser() -> Callable[[Source, Fetched], tuple[Item, ...]]:
    from dualcross.sources import parse

    return parse


class Theirs:
    """reader: https://pypi.org/project/reader."""

    def __init__(self, folder: Path, port: int, count: int) -> None:
        from reader import make_reader

        self.reader = make_reader(str(folder / "theirs.db"))
        for n in range(count):
            self.reader.add_feed(address(port, n))
        self.workers = WORKERS[0]

    def round(self) -> None:
        self.reader.update_feeds(workers=self.workers, scheduled=False)

    def best(self) -> None:
        """Keep the number of workers with which one round took the least time."""
        times = {}
        for workers in WORKERS:
            self.workers = workers
            times[workers] = timed(self.round)
        self.workers = min(times, key=lambda workers: times[workers])


def measure(count: int, rounds: int) -> dict[str, Any]:
    """Return the rates of both, unchanged and with a tenth changed, and the ratios."""
    with tempfile.TemporaryDirectory() as name, web() as port, names_on_loopback():
        ours, theirs = Ours(Path(name), port, count), Theirs(Path(name), port, count)
        ours.round()
        ours.settle()
        theirs.round()
        theirs.best()
        rates: dict[str, list[float]] = {"ours": [], "theirs": [], "ours_changed": [], "theirs_changed": []}
        for turn in range(rounds):
            # in turns, so that a busy moment of the machine hits both
            ours.jump()
            rates["ours"].append(count / timed(ours.round))
            rates["theirs"].append(count / timed(theirs.round))
            poke(port, turn + 1, 10)
            ours.jump()
            rates["ours_changed"].append(count / timed(ours.round))
            rates["theirs_changed"].append(count / timed(theirs.round))
            ours.settle()
        facts = ours.facts()
        ours.fetcher.close()
        ours.store.close()
        theirs.reader.close()
    found = {key: round(statistics.median(values), 1) for key, values in rates.items()}
    return {
        "sources": count,
        **found,
        "ratio": round(found["ours"] / found["theirs"], 2),
        "ratio_changed": round(found["ours_changed"] / found["theirs_changed"], 2),
        "reader_workers": theirs.workers,
        **facts,
    }


def main() -> int:
    """Print the figures; 0 only where both ratios hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sources", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    found = measure(given.sources, given.rounds)
    print(json.dumps(found))
    figures = [
        (f"unchanged {found['ratio']:.1f} x reader (goal {UNCHANGED})", found["ratio"] >= UNCHANGED),
        (f"a tenth changed {found['ratio_changed']:.1f} x (goal {CHANGED})", found["ratio_changed"] >= CHANGED),
    ]
    print("polling: " + " · ".join(said if held else f"MISSED {said}" for said, held in figures))
    return 0 if all(held for _, held in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
