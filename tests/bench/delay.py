"""From published to alerted, on one machine as it runs: `python -m tests.bench.delay [--seconds 60]`.

Two hundred feeds on loopback are polled every ten seconds by the embedded runner with its own clock and ticks. Pages
appear at random moments, one in six about a platform nobody has heard of; each such page must be told once. The delay
is from the moment a page stands in its feed to the moment the channel has the message.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from dualcross import wiring
from dualcross.clock import SystemClock
from dualcross.model import Source, Subscription
from dualcross.model.messages import Message
from dualcross.net import Fetcher
from dualcross.runners.embedded import EmbeddedRunner
from dualcross.settings import Settings

FEEDS, INTERVAL, PAGES_A_SECOND, ABOUT = 200, 10, 5, 6
#: seconds beyond the poll interval in which 95 of 100 alerts must have come
GOAL = 60
_HAN = "枢岚澜曜砺岑湛沐煦璟淳霖珩奕朔晗钰棠攸"
_CHINA = timezone(timedelta(hours=8))


@dataclass(slots=True)
class News:
    """What has been published, by feed, and what came of it."""

    dice: random.Random
    pages: dict[int, list[str]] = field(default_factory=lambda: {n: [] for n in range(FEEDS)})
    text: dict[str, str] = field(default_factory=dict)
    published: dict[str, float] = field(default_factory=dict)
    told: dict[str, list[float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, number: int) -> None:
        """Put one page into a feed."""
        feed, path = self.dice.randrange(FEEDS), f"/page/{number}.html"
        about = number % ABOUT == 0
        with self.lock:
            self.text[path] = self._about(number) if about else self._other(number)
            self.pages[feed].insert(0, path)
            if about:
                self.published[path] = time.monotonic()

    def _about(self, number: int) -> str:
        left = list(_HAN)
        name = "".join(left.pop(number // ABOUT // 19**place % len(left)) for place in range(3))
        return (
            f"{name}工业互联网平台入选国家级双跨平台|工业和信息化部日前公布新增跨行业跨领域工业互联网平台名单，"
            f"浙江{name}数字科技有限公司的{name}工业互联网平台首次入选国家级双跨平台。"
        )

    def _other(self, number: int) -> str:
        return f"第{number}届社区运动会昨天举行|居民们在公园里跑步、跳绳、下棋，比赛持续了一个下午，大家都很高兴。"

    def send(self, message: Message) -> str:
        """Note when a page's alert came; the channel of this bench."""
        now = time.monotonic()
        with self.lock:
            for path in self.published:
                if path in message.text:
                    self.told.setdefault(path, []).append(now)
        return ""

    def check(self, address: str) -> str:
        """Take any address."""
        return address

    name = "console"


def serve(news: News) -> ThreadingHTTPServer:
    """Serve feeds and pages on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with news.lock:
                if self.path.startswith("/feed/"):
                    paths = news.pages[int(self.path[6:])][:30]
                    items = "".join(
                        f"<item><title>{news.text[p].split('|')[0]}</title><link>http://{self.headers['Host']}{p}</link></item>"
                        for p in paths
                    )
                    body, kind = (
                        f"<rss version='2.0'><channel><title>n</title>{items}</channel></rss>",
                        "application/rss+xml",
                    )
                else:
                    title, _, text = news.text.get(self.path, "").partition("|")
                    day = f"{datetime.now(_CHINA):%Y-%m-%d}"
                    body, kind = (
                        f"<html lang=zh><meta charset=utf-8><body><article><h1>{title}</h1><p>{day}</p><p>{text}</p></article>",
                        "text/html",
                    )
            raw = body.encode()
            self.send_response(200 if raw and "/robots" not in self.path else 404)
            self.send_header("Content-Type", kind + "; charset=utf-8")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def play(folder: Path, seconds: float) -> News:
    """Run everything for a while, then wait until all is told or should be."""
    news = News(random.Random(5))
    server = serve(news)
    settings = Settings(db=str(folder / "delay.db"), allow_private="127.0.0.0/8", backfill_days=30)
    clock = SystemClock()
    fetcher = Fetcher(settings, clock, resolve=lambda host: ("127.0.0.1",))
    made = wiring.embedded(settings, clock=clock, fetcher=fetcher, channel=lambda name: news)  # type: ignore[arg-type, return-value]
    for n in range(FEEDS):
        url = f"http://h{n}.example.com:{server.server_address[1]}/feed/{n}"
        made.store.put_source(Source(id=f"s{n}", url=url, kind="feed", interval=(INTERVAL, INTERVAL)))
    made.store.put_subscription(Subscription(id="s", channel="console", address="-", query=""))
    runner = EmbeddedRunner(made.deps, made.queue, made.archive)
    run = threading.Thread(target=runner.forever)
    run.start()
    # The first poll of a source is a backfill: what it finds alerts no one.
    time.sleep(2 * INTERVAL + 15)
    begin, number = time.monotonic(), 0
    while (passed := time.monotonic() - begin) < seconds:
        while number < passed * PAGES_A_SECOND:
            news.publish(number)
            number += 1
        time.sleep(0.05)
    until = time.monotonic() + INTERVAL + GOAL + 20
    while time.monotonic() < until and len(news.told) < len(news.published):
        time.sleep(0.2)
    time.sleep(1)
    runner.stop()
    run.join()
    fetcher.close()
    made.close()
    server.shutdown()
    server.server_close()
    return news


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="dualcross-bench-") as name:
        news = play(Path(name), given.seconds)
    delays = sorted(news.told[path][0] - moment for path, moment in news.published.items() if path in news.told)
    lost, again = len(news.published) - len(delays), sum(len(times) - 1 for times in news.told.values())
    if not delays:
        print("delay: nothing was told")
        return 1
    p95 = delays[min(len(delays) - 1, int(len(delays) * 0.95))]
    print(
        f"{FEEDS} feeds every {INTERVAL} s, {len(news.text)} pages in {given.seconds:.0f} s, {len(news.published)} of them news;"
        f" p50 {delays[len(delays) // 2]:.1f} s, longest {delays[-1]:.1f} s; {datetime.now(UTC):%Y-%m-%d}"
    )
    for path in news.published.keys() - news.told.keys():
        print(f"lost: {news.text[path]}")
    print(f"delay: published to alerted p95 {p95:.1f} s (goal {INTERVAL} + {GOAL} s), {lost} lost, {again} told again")
    return 0 if p95 <= INTERVAL + GOAL and not lost and not again else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
