"""The facts printed around a headline: when, by which outlet, by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dualcross.patterns import late
from dualcross.reading import dates, issuer
from dualcross.reading.blocks import COMMENTS, META, NOISE, Block, Page
from dualcross.reading.dates import Printed
from dualcross.reading.metadata import Metadata

#: a clock that a script or the server writes is no date of the page
_CLOCK = late(
    r"今天是|今天日期|今日是|现在是|現在是|现在时间|当前(?:时间|日期)|系统时间|北京时间[:：]?\s*\d|today is|current (?:date|time)|welcome",
    re.IGNORECASE,
)
_ISSUE = late(r"第\s*\d+\s*[版期]|[A-D]?\d{2}版|版次|总第")
_PUBLISHED = late(
    r"(?:发布|發布|發佈|发表|刊登|刊发|上线|发稿|录入|添加|公布|公开|创建)(?:时间|日期|于|時間)?\s*[：:]?\s*$|\b(?:published|posted|released|first published)(?:\s+(?:on|at))?\s*:?\s*$|(?:^|\W)(?:时间|日期|時間|date)\s*[：:]?\s*$",
    re.IGNORECASE,
)
_UPDATED = late(
    r"(?:更新|修改|最后|编辑)(?:时间|日期|于)?\s*[：:]?\s*$|\b(?:updated|modified|edited)(?:\s+(?:on|at))?\s*:?\s*$",
    re.IGNORECASE,
)
_OTHER = late(
    r"(?:成文|印发|生效|施行|实施|截止|截至|有效|失效|有效期|开始|结束|浏览|打印|版权|出版)\S{0,4}\s*[：:]?\s*$|©|copyright|expires?",
    re.IGNORECASE,
)
#: rank of a date that wins over what the head of the page says
_SURE = 0.9
_WRITTEN = late(r"(?:发文|签发|制发)(?:时间|日期)?\s*[：:]?\s*$")
_DATE_CLASS = late(r"time|date|publish|posted|riqi|shijian")
#: a constant of a script that is a day, and what it must be called
_CONSTANT = late(r"[\"']((?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}[^\"']{0,24})[\"']")
_CALLED = late(
    r"\b(?:publi\w*|pub|create|post|issue|release)_?(?:time|date|at|ed_?at)\b[\"']?\s*[:=]\s*$", re.IGNORECASE
)
_NAMES = (
    "article:published_time", "pubdate", "publishdate", "publish_date", "publish-date", "datepublished", "dc.date.issued",
    "dcterms.created", "dc.date", "firstpublishedtime", "og:published_time", "og:pubdate", "article.published", "date",
    "sailthru.date", "parsely-pub-date", "citation_publication_date", "weibo:article:create_at", "bytedance:published_time",
    "og:release_date", "pub_date", "publishtime", "publish_time", "createdate", "article:create_at", "apub:time", "article_date_original",
)  # fmt: skip
_UPDATED_NAMES = (
    "article:modified_time",
    "og:updated_time",
    "lastmodified",
    "last-modified",
    "datemodified",
    "revised",
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What the page prints or says of its date, outlet and author."""

    date: Printed | None = None
    outlet: str | None = None
    author: str | None = None


def read(page: Page, data: Metadata, headline: Block | None, body: list[Block]) -> Byline:
    """Return date, outlet and author; printed ones win over those in the head of the page."""
    near = _near(page, headline, body)
    named = next(filter(None, (issuer.outlet(b.text) for b in near if len(b.text) < 300)), None)
    person = next(filter(None, (issuer.author(b.text) for b in near if len(b.text) < 120)), None)
    printed, sure = _printed(near, headline, body, page)
    said = _said(page, data) or (None if printed else _scripted(page))
    if said is not None and not sure:
        printed = None
    return Byline(
        _agree(printed, said),
        named
        or data.first("contentsource", "source", "mediaid", "article:source")
        or data.publisher
        or data.first("og:site_name")
        or None,
        person or _person(data),
    )


def with_data(byline: Byline, published: str, outlet: str) -> Byline:
    """Return a byline filled up with what the data of a page says."""
    said = dates.parse(published) if published else None
    return Byline(_agree(byline.date, said) if said else byline.date, byline.outlet or outlet or None, byline.author)


def _person(data: Metadata) -> str | None:
    for value in (
        data.first("author", "byl", "parsely-author", "dc.creator"),
        data.author,
        data.first("article:author"),
    ):
        if value and not value.startswith(("http", "/", "@")) and len(value) < 80:
            return re.sub(r"^by\s+", "", value, flags=re.IGNORECASE)
    return None


def _near(page: Page, headline: Block | None, body: list[Block]) -> list[Block]:
    """Blocks between a little above the headline and the first lines of the article, then those after its end."""
    first = body[0].index if body else (headline.index + 1 if headline else 0)
    last = body[-1].index if body else first
    start = headline.index if headline is not None and headline.index <= first else max(0, first - 12)
    chosen = page.blocks[max(0, start - 8) : first + 3]
    return chosen[-60:] + page.blocks[last + 1 : last + 9]


def _printed(near: list[Block], headline: Block | None, body: list[Block], page: Page) -> tuple[Printed | None, bool]:
    """The best date around the headline, and whether it surely is the page's; else that of a signature, which is not."""
    best: Printed | None = None
    best_rank = 0.0
    last = body[-1].index if body else len(page.blocks)
    text = {block.index for block in body}
    for block in near:
        if len(block.text) > 400:
            continue
        for printed in dates.find(block.text):
            rank = _rank(printed, block, headline, block.index in text, last)
            if rank > best_rank:
                best, best_rank = printed, rank
    return (best, best_rank >= _SURE) if best else (_signed(body), False)


def _rank(printed: Printed, block: Block, headline: Block | None, inside: bool, last: int) -> float:
    text = block.text
    before = text[max(0, printed.start - 24) : printed.start]
    if _CLOCK.search(text) or _OTHER.search(before):
        return 0.0
    if _WRITTEN.search(before):
        # the day of the document, where the page names no other
        return 0.5
    labelled = _PUBLISHED.search(before) is not None
    updated = _UPDATED.search(before) is not None
    rank = 6.0 if labelled else 3.0 if updated else 0.0
    names = block.node.names
    if names and _DATE_CLASS.search(names):
        rank += 2.0
    if block.node.tag == "time" or block.node.flags & META:
        rank += 1.5
    if issuer.outlet(text):
        rank += 2.0
    if block.index > last:
        return rank - 2.5 if rank >= 3.0 and not block.links else 0.0
    alone = len(text) - (printed.end - printed.start)
    if not rank:
        issue = _ISSUE.search(text) is not None
        if inside or (block.links > 4 and not issue) or alone > 60:
            return 0.0
        above = headline is not None and block.index < headline.index
        rank = (
            (1.0 if issue else 0.3 if alone < 12 and not block.node.flags & NOISE else 0.0)
            if above
            else 2.0 - alone / 60
        )
    elif inside and alone > 100 and not labelled:
        return 0.0
    if block.node.flags & COMMENTS or block.links > 0.6 * len(text):
        rank -= 3.0
    if headline is not None and block.index > headline.index:
        rank += 1.0 / (block.index - headline.index)
    return rank + (0.4 if printed.time else 0.0)


def _signed(body: list[Block]) -> Printed | None:
    """The date under a document's signature: alone on one of the last lines."""
    for block in reversed(body[-4:]):
        found = dates.find(block.text) if len(block.text) < 60 else []
        if found and len(block.text) - (found[0].end - found[0].start) <= 24:
            return found[0]
    return None


def _said(page: Page, data: Metadata) -> Printed | None:
    for value in (data.first(*_NAMES), data.published):
        printed = dates.parse(value) if value else None
        if printed:
            return printed
    marked = [e for e in page.root.iter("time") if e.get("datetime")]
    preferred = [
        e
        for e in marked
        if "datePublished" in (e.get("itemprop") or "")
        or e.get("pubdate") is not None
        or "publish" in (e.get("class") or "")
    ]
    for element in (*preferred, *marked[:1]):
        printed = dates.parse(element.get("datetime") or "")
        if printed:
            return printed
    for value in (data.modified, data.first(*_UPDATED_NAMES)):
        printed = dates.parse(value) if value else None
        if printed:
            return printed
    return None


def _scripted(page: Page) -> Printed | None:
    """The date that a script prints: a constant named after publication, where all such constants name one day."""
    found: list[Printed] = []
    for script in page.root.iter("script"):
        text = script.text or ""
        if not 10 < len(text) < 400_000:
            continue
        for constant in _CONSTANT.finditer(text):
            if _CALLED.search(text, max(0, constant.start() - 40), constant.start()):
                found.extend(filter(None, (dates.parse(constant[1]),)))
    return max(found, key=lambda p: p.time) if len({p.day for p in found}) == 1 else None


def _agree(printed: Printed | None, said: Printed | None) -> Printed | None:
    """The printed date; with the head's time and offset where both name one day and the page prints no time.

    Midnight in the head of a page is the mark of a system that knows only the day.
    """
    if said is not None and said.time in ("00:00:00", "23:59:59"):
        said = Printed(said.start, said.end, said.day)
    if printed is None or said is None:
        return printed or said
    if said.day != printed.day:
        return printed
    if not printed.time:
        return said
    if said.time[:5] == printed.time[:5] and said.zone:
        return said
    return printed
