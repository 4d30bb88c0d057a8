"""Pages and feeds read beside the reference tools, in one run on one machine: `python -m tests.bench.reading`.

trafilatura is the measure of pages (extra `bench`), feedparser that of feeds. Rounds alternate, the best counts, in
CPU seconds. The last line sums up; exit 1 where a ratio is below its floor.
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
ROUNDS = 7
#: times as many as the reference, by what is read: the goal, and a floor that a busy machine holds too
GOALS = {"pages, English": 4.0, "pages, Chinese": 4.0, "feeds": 20.0}
FLOORS = {"pages, English": 3.7, "pages, Chinese": 4.0, "feeds": 18.0}


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
    for body in bodies[:10]:
        # imports and caches of both, before the clock runs
        ours(body), theirs(body)
    pairs = [(seconds(ours, bodies), seconds(theirs, bodies)) for _ in range(rounds)]
    mine, other = min(p[0] for p in pairs), min(p[1] for p in pairs)
    ratio = other / mine
    print(f"{name}: {len(bodies) / mine:.0f}/s beside {len(bodies) / other:.1f}/s, ratio {ratio:.1f}")
    return ratio


def pages(folder: Path) -> list[bytes]:
    return [gzip.decompress(path.read_bytes()) for path in sorted(folder.glob("*.gz"))]


def of_pages() -> dict[str, float]:
    try:
        import trafilatura
    except ImportError:
        print("pages: trafilatura is not installed (extra `bench`)")
        return {}

    def theirs(body: bytes) -> object:
        text = body.decode("utf-8", "replace")
        return trafilatura.bare_extraction(text, fast=True, with_metadata=True, include_comments=False)

    def ours(body: bytes) -> object:
        return read_page(fetched(body))

    mixes = {
        "pages, English": (pages(DATA / "article-extraction/html"), ROUNDS),
        "pages, Chinese": ([path.read_bytes() for path in sorted((DATA / "cctv/html").iterdir())[:150]], 2),
    }
    return {name: against(name, ours, theirs, bodies, rounds) for name, (bodies, rounds) in mixes.items()}


def of_feeds() -> dict[str, float]:
    import feedparser

    source = Source(id="bench", url="https://example.org/")
    feeds = [path.read_bytes() for path in sorted((DATA / "feeds/real").iterdir())]

    def ours(body: bytes) -> object:
        return parse(source, fetched(body))

    return {"feeds": against("feeds", ours, lambda body: feedparser.parse(io.BytesIO(body)), feeds, 5)}


def main() -> int:
    """Print the ratios; 1 where one is below its floor."""
    if not DATA.exists():
        print("bench reading: no real data beside the checkout")
        return 0
    warnings.simplefilter("ignore")
    ratios = of_pages() | of_feeds()
    below = [name for name, ratio in ratios.items() if ratio < FLOORS[name]]
    told = ", ".join(f"{name} {ratio:.1f} x (goal {GOALS[name]:g})" for name, ratio in ratios.items())
    print(f"bench reading: {'below: ' + ', '.join(below) + '; ' if below else 'passed: '}{told}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
