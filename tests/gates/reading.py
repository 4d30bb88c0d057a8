"""How well pages and sources are read, on real data: `python -m tests.gates.reading [--update]`.

One line a figure, beside the floor it must reach; exit 1 where one is below. `--update` raises floors, never lowers one.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from dualcross.errors import ParseError
from dualcross.model import Article, Fetched, Source
from dualcross.reading import read_page
from dualcross.reading.charset import decode
from dualcross.reading.duplicates import fingerprint, same_text
from dualcross.sources import feeds, parse

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
PAGES = Path(__file__).resolve().parents[1] / "golden" / "pages"
FLOORS = Path(__file__).resolve().parent / "floors.json"
_WORD = re.compile(r"\w+")


def fetched(body: bytes, url: str = "https://example.org/page", kind: str = "") -> Fetched:
    headers = {"content-type": kind} if kind else {}
    return Fetched(url=url, final_url=url, status=200, headers=headers, body=body)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


def text_f1(truth: str, got: str, width: int = 4) -> float:
    """F1 over runs of four signs, white space left out: right for text without word breaks."""

    def runs(text: str) -> Counter[str]:
        text = "".join(text.split())
        return Counter(text[i : i + width] for i in range(max(1, len(text) - width + 1)))

    wanted, found = runs(truth), runs(got)
    hit = sum((wanted & found).values())
    return 2 * hit / (sum(wanted.values()) + sum(found.values())) if hit else 0.0


def lists() -> dict[str, float]:
    source = Source(id="gate", url="https://example.org/")
    links = titles = total = 0
    for row in rows(DATA / "cctv/lists.jsonl"):
        body = (DATA / "cctv/lists" / row["file"]).read_bytes()
        try:
            got = [(i.url, i.title) for i in parse(source, fetched(body, row["base"]))]
        except ParseError:
            got = []
        wanted = [(i["url"], " ".join(i["title"].split())) for i in row["items"]]
        total += 1
        links += [u for u, _ in got] == [u for u, _ in wanted]
        titles += got == wanted
    return {"lists.links": links / total, "lists.titles": titles / total}


def same_date(truth: str, got: str | None) -> bool:
    """The truth may know only the day of a page that prints a time."""
    return got is not None and (got == truth or (len(truth) == 10 and got[:10] == truth))


def chinese(encoding: str = "") -> dict[str, float]:
    texts: list[float] = []
    titles = dates = total = 0
    for row in rows(DATA / "cctv/articles.jsonl"):
        body = (DATA / "cctv/html" / row["file"]).read_bytes()
        if encoding:
            page = body.decode("utf-8", "replace")
            body = re.sub(r"charset=[\"']?utf-8", "charset=gb2312", page, count=1, flags=re.IGNORECASE).encode(
                encoding, "replace"
            )
        article = read_page(fetched(body, row["url"]))
        texts.append(text_f1(row["text"], article.text))
        titles += article.title == row["title"]
        dates += same_date(row["published"], article.published)
        total += 1
    name = "gb18030" if encoding else "chinese"
    return {f"{name}.text": statistics.mean(texts), f"{name}.title": titles / total, f"{name}.date": dates / total}


def roundups() -> dict[str, float]:
    hits = total = 0
    for row in rows(DATA / "cctv/roundups.jsonl"):
        article = read_page(fetched((DATA / "cctv/roundup_html" / row["file"]).read_bytes()))
        got = {s.title: "".join(article.text[s.start : s.end].split()) for s in article.stories}
        for item in row["items"]:
            body, title = "".join(item["text"].split()), " ".join(item["title"].split())
            found = got.get(title, "")
            hits += bool(found) and body in found and len(found) <= 1.1 * len(body) + len(title) + 10
            total += 1
    split = sum(
        1
        for row in rows(DATA / "cctv/articles.jsonl")
        if row["kind"] == "story" and read_page(fetched((DATA / "cctv/html" / row["file"]).read_bytes())).stories
    )
    return {"roundups.stories": hits / total, "roundups.no_false_split": 1.0 if not split else 0.0}


def shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _WORD.findall(text or "")
    return Counter(tuple(tokens[i : i + 4]) for i in range(max(1, len(tokens) - 3)) if tokens)


def english() -> dict[str, float]:
    """The public benchmark's own measure: mean precision and recall over four-word shingles, F1 of the two."""
    truth = json.loads((DATA / "article-extraction/ground-truth.json").read_text("utf-8"))
    precisions, recalls = [], []
    for name, row in truth.items():
        body = gzip.decompress((DATA / f"article-extraction/html/{name}.html.gz").read_bytes())
        wanted, got = shingles(row["articleBody"]), shingles(read_page(fetched(body, row["url"])).text)
        hit = sum((wanted & got).values())
        if got:
            precisions.append(hit / sum(got.values()))
        if wanted:
            recalls.append(hit / sum(wanted.values()))
    precision, recall = statistics.mean(precisions), statistics.mean(recalls)
    return {"english.text": 2 * precision * recall / (precision + recall)}


def dedup() -> dict[str, float]:
    copies = found = wrong = 0
    for row in rows(DATA / "cctv/dedup_pairs.jsonl"):
        same = same_text(fingerprint(row["a"]["text"]), fingerprint(row["b"]["text"]))
        copies += row["label"]
        found += same and row["label"] == 1
        wrong += same and row["label"] == 0
    return {"dedup.recall": found / copies, "dedup.no_false_merge": 1.0 if not wrong else 0.0}


def expectations() -> dict[str, float]:
    from tests.gates.expectations import run

    held, total, _ = run(DATA / "feeds/feedparser/tests")
    return {"feedparser.expectations": held / total}


def real_feeds() -> dict[str, float]:
    """Feeds as served: entries wherever the reference parser finds some, titles without replacement characters."""
    import feedparser

    good = total = 0
    for path in sorted((DATA / "feeds/real").iterdir()):
        total += 1
        feed = feeds.parse(path.read_bytes(), base="https://example.org/")
        entries = feed.entries or not feedparser.parse(io.BytesIO(path.read_bytes())).entries
        good += bool(entries) and not any("�" in e.title for e in feed.entries)
    folders, clean = 0, 0
    for path in sorted((DATA / "feeds/chardet/tests").glob("*/*.xml")):
        if not feeds.looks_like_feed(decode(path.read_bytes())[0][:20_000]):
            continue
        folders += 1
        try:
            feed = feeds.parse(path.read_bytes(), base="https://example.org/")
        except ParseError:
            continue
        text = feed.title + "".join(e.title + e.summary for e in feed.entries)
        clean += bool(feed.entries or feed.title) and "�" not in text
    return {"feeds.real": good / total, "feeds.chardet": clean / folders}


def hostile() -> dict[str, float]:
    refused = total = 0
    for path in sorted((DATA / "feeds/hostile-xml").rglob("*.xml")):
        total += 1
        start = time.monotonic()
        try:
            feeds.parse(path.read_bytes())
        except ParseError:
            refused += time.monotonic() - start < 1.0
    return {"feeds.hostile_refused": refused / total}


def golden() -> dict[str, float]:
    """Page layouts of our own: text beside the expected one, every other expected field equal."""
    texts: list[float] = []
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for path in sorted(PAGES.glob("*.json")):
        expected = json.loads(path.read_text("utf-8"))["article"]
        article = golden_article(path)
        texts.append(text_f1(expected["text"], article.text))
        for name, value in expected.items():
            asked[name] += 1
            right[name] += getattr(article, name) == value
    return {
        "layouts.text": statistics.mean(texts),
        "layouts.title": right["title"] / asked["title"],
        "layouts.date": right["published"] / asked["published"],
        "layouts.fields": right.total() / asked.total(),
        "layouts.pages": float(len(texts)),
    }


def golden_article(path: Path) -> Article:
    """Read the page that stands beside an expectation, with the address and headers named there."""
    expected = json.loads(path.read_text("utf-8"))
    body = path.with_suffix(".html").read_text("utf-8").encode(expected.get("encoding", "utf-8"))
    return read_page(fetched(body, expected["url"], expected.get("content_type", "text/html")))


@cache
def measure() -> dict[str, float]:
    """Return all figures; those of real data only where it lies beside the checkout."""
    parts = [golden] if any(PAGES.glob("*.json")) else []
    if DATA.exists():
        parts += [
            lists,
            chinese,
            lambda: chinese("gb18030"),
            roundups,
            english,
            dedup,
            expectations,
            real_feeds,
            hostile,
        ]
    out: dict[str, float] = {}
    for part in parts:
        out |= part()
    return out


def floors() -> dict[str, float]:
    """Return the floors of this gate."""
    return dict(json.loads(FLOORS.read_text("utf-8")).get("reading", {})) if FLOORS.exists() else {}


def main(arguments: list[str]) -> int:
    known, figures = floors(), measure()
    below = 0
    for name, value in figures.items():
        floor = known.get(name, 0.0)
        mark = "" if value >= floor else "  BELOW"
        below += value < floor
        print(f"reading {name}: {value:.4f} (floor {floor:.4f}){mark}")
    if "--update" in arguments:
        every = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
        # rounded down, so that the floor is never above what was measured
        raised = {name: max(known.get(name, 0.0), int(value * 10_000) / 10_000) for name, value in figures.items()}
        every["reading"] = known | raised
        FLOORS.write_text(json.dumps(every, indent=1, sort_keys=True) + "\n", "utf-8")
    shown = {"zh": "chinese.text", "en": "english.text", "layouts": "layouts.text", "stories": "roundups.stories"}
    told = " · ".join(f"{word} {figures[name]:.3f}" for word, name in shown.items() if name in figures)
    print(f"gate: {told} · {len(figures) - below}/{len(figures)} held")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
