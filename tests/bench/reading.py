"""Pages and feeds read beside the reference tools, in one run on one machine: `python -m tests.bench.reading`.

trafilatura is the measure of pages (extra `bench`), feedparser that of feeds. Rounds alternate, the best counts.
"""

from __future__ import annotations

import gc
import gzip
import io
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from dualcross.model import Fetched, Source
from dualcross.reading import read_page
from dualcross.sources import parse

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ROUNDS = 5


def fetched(body: bytes, url: str = "https://example.org/a") -> Fetched:
    return Fetched(url=url, final_url=url, status=200, headers={}, body=body)


def seconds(work: Callable[[bytes], object], bodies: list[bytes]) -> float:
    gc.collect()
    start = time.process_time()
    for body in bodies:
        work(body)
    return time.process_time() - start


def against(
    name: str, ours: Callable[[bytes], object], theirs: Callable[[bytes], object], bodies: list[bytes], rounds: int
) -> float:
    pairs = [(seconds(ours, bodies), seconds(theirs, bodies)) for _ in range(rounds)]
    mine, other = min(p[0] for p in pairs), min(p[1] for p in pairs)
    ratio = other / mine
    print(f"{name}: {len(bodies) / mine:.0f}/s beside {len(bodies) / other:.1f}/s, ratio {ratio:.1f}")
    return ratio


def pages(folder: Path) -> list[bytes]:
    return [gzip.decompress(path.read_bytes()) for path in sorted(folder.glob("*.gz"))]


def main() -> int:
    if not DATA.exists():
        print("no real data beside the checkout")
        return 0
    warnings.simplefilter("ignore")
    source = Source(id="bench", url="https://example.org/")
    try:
        import trafilatura
    except ImportError:
        print("pages: trafilatura is not installed (extra `bench`)")
    else:

        def theirs(body: bytes) -> object:
            text = body.decode("utf-8", "replace")
            return trafilatura.bare_extraction(text, fast=True, with_metadata=True, include_comments=False)

        def ours(body: bytes) -> object:
            return read_page(fetched(body))

        against(
            "pages, English, against trafilatura (fast)", ours, theirs, pages(DATA / "article-extraction/html"), ROUNDS
        )
        chinese = [path.read_bytes() for path in sorted((DATA / "cctv/html").iterdir())[:150]]
        against("pages, Chinese, against trafilatura (fast)", ours, theirs, chinese, 2)
    import feedparser

    feeds = [path.read_bytes() for path in sorted((DATA / "feeds/real").iterdir())]
    against(
        "feeds to items, against feedparser",
        lambda body: parse(source, fetched(body)),
        lambda body: feedparser.parse(io.BytesIO(body)),
        feeds,
        2,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
