"""Ninety days of news: entries, reprints, confirmations, corrections, moves, exits, policies and deadlines."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dualcross.deps import Understood
from dualcross.model import Article, Deadline, Evidence, Fetched, Finding, Item, Membership, Policy, Ref, Region, Source
from dualcross.ports import Platform

START = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
MEDIA = tuple(f"https://media{n}.test/feed" for n in range(4))
GOVERNMENT = "https://miit.gov.test/feed"
PROVINCES = (("440000", "广东"), ("330000", "浙江"), ("510000", "四川"), ("130000", "河北"), ("650000", "新疆"))


@dataclass(frozen=True)
class Page:
    """One page as it appears in a source's feed."""

    at: datetime
    feed: str
    url: str
    text: str


def stream(days: int, seed: int) -> list[Page]:
    """Return the pages of that many days, by time; the same seed gives the same pages."""
    dice = random.Random(seed)
    pages: list[Page] = []

    def publish(at: datetime, feed: str, *lines: str, url: str | None = None) -> None:
        host = feed.rsplit("/", 1)[0]
        pages.append(Page(at, feed, url or f"{host}/{len(pages)}.html", "\n".join(lines)))

    for day in range(days):
        at = START + timedelta(days=day, hours=dice.uniform(0, 20))
        code, home = dice.choice(PROVINCES)
        name, feed = f"云链{day:03}平台", dice.choice(MEDIA)
        entry = f"@member selected|{name}|2025|{code}|{home}"
        kind = day % 10
        if kind in (0, 1, 3, 6):
            publish(at, feed, f"{name}入选双跨平台名单", entry, f"报道一：{name}入选。")
            publish(at + timedelta(hours=3), dice.choice(MEDIA), f"转载：{name}入选", entry, f"报道一：{name}入选。")
            if kind == 1:
                publish(at + timedelta(days=2), GOVERNMENT, "关于公布名单的通知", entry, f"名单：{name}。")
            if kind == 3:
                lines = ("更正", f"更正：此前关于双跨平台的报道有误，{name}并未入选。")
                publish(at + timedelta(hours=30), dice.choice(MEDIA), *lines)
        elif kind == 4:
            publish(at, GOVERNMENT, "公示", f"@member publicized|{name}|2025|{code}|{home}", f"公示：{name}。")
            publish(at + timedelta(days=1), GOVERNMENT, "关于公布名单的通知", entry, f"名单：{name}。")
        elif kind == 5:
            publish(at, GOVERNMENT, "通知", f"@policy 工业互联网行动方案{day}|某部|某部〔2026〕{day}号")
        elif kind == 7:
            due = (START + timedelta(days=day + 20)).date().isoformat()
            publish(at, GOVERNMENT, "申报通知", f"@deadline {due}|第{day}批申报|2026")
        elif kind == 8:
            gone = f"云链{day - 7:03}平台"
            publish(at, GOVERNMENT, "退出名单", f"@member removed|{gone}|2025|{code}|{home}", f"{gone}退出。")
        else:
            publish(at, feed, "闲谈", "今天没有什么消息。")
    old = START - timedelta(days=60)
    publish(old, MEDIA[0], "旧闻一入选", "@member selected|旧闻一平台|2024|440000|广东", "旧闻一平台入选。")
    publish(old, MEDIA[0], "旧闻二入选", "@member selected|旧闻二平台|2024|330000|浙江", "旧闻二平台入选。")
    return sorted(pages, key=lambda page: (page.at, page.url))


def sources() -> list[Source]:
    """Return the sources of the stream."""
    made = [Source(id=f"media{n}", url=url, name=f"媒体{n}") for n, url in enumerate(MEDIA)]
    return [*made, Source(id="miit", url=GOVERNMENT, name="工信部", official=True)]


def parse_source(source: Source, fetched: Fetched) -> tuple[Item, ...]:
    """Read a feed: a line is an address and a date."""
    rows = [line.split() for line in fetched.body.decode().splitlines() if line]
    return tuple(Item(source_id=source.id, url=url, published=date) for url, date in rows)


def read_page(fetched: Fetched, source: Source | None, item: Item | None) -> Article:
    """Read a page: the first line is the title."""
    title, _, text = fetched.body.decode().partition("\n")
    return Article(
        url=fetched.final_url,
        title=title,
        text=text,
        published=item.published if item else None,
        language="zh-Hans",
        source=source.name if source else None,
        official=bool(source and source.official),
    )


def understand(article: Article, learned: Sequence[Platform]) -> Understood:
    """Read the marked lines as findings."""
    del learned
    findings: list[Finding] = []
    for line in article.text.split("\n"):
        kind, _, rest = line.partition(" ")
        start = article.text.index(line)
        evidence = (Evidence(start=start, end=start + len(line), quote=line),)
        fields = rest.split("|")
        if kind == "@member":
            stage, name, round_, code, home = fields
            findings.append(
                Membership(
                    platform=Ref(id=name, name=name),
                    operator=Ref(id=f"{name}-co", name=f"{name}公司"),
                    stage=stage,  # type: ignore[arg-type]
                    round=round_,
                    region=Region(code=code, name=home),
                    names=(name,),
                    evidence=evidence,
                    by="chaos",
                )
            )
        elif kind == "@policy":
            title, issuer, number = fields
            findings.append(Policy(title=title, status="issued", issuer=issuer, number=number, evidence=evidence))
        elif kind == "@deadline":
            due, what, round_ = fields
            findings.append(Deadline(date=due, what=what, round=round_, evidence=evidence))
    label = ("selection",) if findings else ()
    return Understood(topics={"selection": 0.9 if findings else 0.1}, labels=label, findings=tuple(findings))
