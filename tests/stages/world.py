"""A small world for the stages: sources as lines, pages as text, one rule, everything observable."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from dualcross.clock import FakeClock
from dualcross.deps import Deps, Understood
from dualcross.errors import ParseError
from dualcross.model import Article, Evidence, Fetched, Item, Membership, Ref, Region, Source, Subscription
from dualcross.ports import Store
from dualcross.settings import Settings
from dualcross.stores.archive import MemoryArchive
from dualcross.stores.memory import MemoryStore
from dualcross.testing import FakeSite, RecordingChannel

FEED = "https://feed.test/list"
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SUBSCRIPTION = Subscription(id="sub1", channel="recording", address="x", created=START)


def parse_source(source: Source, fetched: Fetched) -> tuple[Item, ...]:
    """Each line is `url date`; the word `broken` cannot be parsed."""
    text = fetched.body.decode()
    if text == "broken":
        raise ParseError("no entries")
    rows = [line.split() for line in text.splitlines() if line]
    return tuple(Item(source_id=source.id, url=row[0], published=row[1] if len(row) > 1 else None) for row in rows)


def read_page(fetched: Fetched, source: Source | None, item: Item | None) -> Article:
    """The page is its text, the first line the title."""
    text = fetched.body.decode()
    if "unreadable" in text:
        raise ParseError("no text")
    if "bug" in text:
        raise KeyError("a bug in the reader")
    title, _, body = text.partition("\n")
    return Article(
        url=fetched.final_url, title=title, text=body, published=item.published if item else None, language="zh-Hans"
    )


def understand(article: Article, learned: object) -> Understood:
    """`入选：NAME` is a membership of a platform by that name."""
    findings = []
    for line in article.text.splitlines():
        if line.startswith("入选："):
            name = line.removeprefix("入选：")
            start = article.text.index(line)
            findings.append(
                Membership(
                    platform=Ref(id=name.lower(), name=name),
                    operator=Ref(id=f"{name}-co", name=f"{name}公司"),
                    stage="selected",
                    round="2025",
                    region=Region(code="440000", name="广东"),
                    names=(name,),
                    evidence=(Evidence(start=start, end=start + len(line), quote=line),),
                    by="test",
                )
            )
    return Understood(topics={"selection": 0.9}, labels=("selection",), findings=tuple(findings))


@dataclass
class World:
    """Dependencies with a fake site and a recording channel; nothing leaves the process."""

    store: Store = field(default_factory=MemoryStore)
    site: FakeSite = field(default_factory=lambda: FakeSite(pages={}))
    channel: RecordingChannel = field(default_factory=RecordingChannel)
    clock: FakeClock = field(default_factory=lambda: FakeClock(START))
    settings: Settings = field(default_factory=lambda: Settings(secret_key="k" * 32, workers=2))

    def __post_init__(self):
        self.archive = MemoryArchive()
        self.deps = Deps(
            settings=self.settings,
            clock=self.clock,
            store=self.store,
            archive=self.archive,
            fetcher=self.site,
            parse_source=parse_source,
            read_page=read_page,
            understand=understand,
            channel=lambda name: self.channel,
        )

    def with_source(self, name: str = "s1", url: str = FEED, **fields):
        self.store.put_source(Source(id=name, url=url, name=name, **fields))
        return self

    def publish(self, **pages: str):
        """Add pages to the feed, the first one named is the newest."""
        urls = []
        for name, text in pages.items():
            self.site.pages[f"https://news.test/{name}"] = text
            urls.append(f"https://news.test/{name} 2026-03-0{len(pages) - len(urls)}")
        earlier = self.site.pages.get(FEED, "")
        self.site.pages[FEED] = "\n".join([*urls, *([earlier] if earlier else [])])
        return self
