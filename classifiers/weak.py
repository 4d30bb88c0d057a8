"""Real texts with weak labels, where they lie beside the checkout; the gate reads them, nothing is trained on them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dualcross.model import Article

#: beside the checkout, as tests/realdata.py has it
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
#: mentions of 工业互联网 from which a page is usually about it
ABOUT = 3
_TRADE = ("智能制造", "工业互联网")


@dataclass(frozen=True, kw_only=True, slots=True)
class Real:
    """A real text; `about` says whether it is about the subject, None where nobody knows."""

    origin: str
    title: str
    text: str
    published: str | None
    about: bool | None

    def article(self) -> Article:
        """Return the article it stands for."""
        return Article(
            url=None, title=self.title, text=self.text, published=self.published, language="zh-Hans", source=self.origin
        )


def _broadcast(folder: Path) -> Iterator[Real]:
    rows = (folder / "industrial_internet.tsv").read_text("utf-8").splitlines()
    mentions = {row.split("\t")[4]: int(row.split("\t")[2]) for row in rows if row.split("\t")[2].isdigit()}
    for line in (folder / "articles.jsonl").read_text("utf-8").splitlines():
        page = json.loads(line)
        hits = mentions.get(page["url"], 0)
        text = page["text"] if isinstance(page["text"], str) else "\n".join(page["text"])
        about = True if hits >= ABOUT else None if hits else False
        yield Real(origin="cctv", title=page["title"], text=text, published=page["published"], about=about)


def _digest(folder: Path) -> Iterator[Real]:
    for line in (folder / "items.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        trade = any(word in (item["category"] or "") for word in _TRADE)
        about = None if trade or "工业互联" in f"{item['title']}{item['desc']}" else False
        yield Real(
            origin="digest",
            title=item["title"] or "",
            text=item["desc"] or "",
            published=item["digest_date"],
            about=about,
        )


def _hot_list(folder: Path) -> Iterator[Real]:
    for path in sorted(folder.glob("*.json")):
        for item in json.loads(path.read_text("utf-8")):
            yield Real(origin="36kr", title=item["title"], text="", published=path.stem, about=False)


def _headlines(path: Path) -> Iterator[Real]:
    for line in path.read_text("utf-8").splitlines():
        title, _, _ = line.rpartition("\t")
        yield Real(origin="thucnews", title=title, text="", published="2012-06-01", about=False)


def read(folder: Path = DATA) -> tuple[Real, ...]:
    """Return every real text; empty where the folder is absent."""
    if not folder.exists():
        return ()
    return (
        *_broadcast(folder / "cctv"),
        *_digest(folder / "daily-tech-news"),
        *_hot_list(folder / "negatives" / "36kr"),
        *_headlines(folder / "negatives" / "thucnews-dev.txt"),
    )


def day(real: tuple[Real, ...], on_topic: list[Real], size: int = 1000) -> list[Real]:
    """Return a day's mix: 2 % on topic, the rest off-topic texts with a body."""
    draw = random.Random(7)  # noqa: S311  (a sample, not a secret)
    off = [one for one in real if one.about is False and len(one.text) > 80]
    mix = draw.choices(off, k=size - size // 50) + draw.choices(on_topic, k=size // 50)
    draw.shuffle(mix)
    return mix
