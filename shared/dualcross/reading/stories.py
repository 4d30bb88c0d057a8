"""Pages that hold several stories under headlines of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dualcross.model import Story
from dualcross.patterns import late
from dualcross.reading.blocks import Block
from dualcross.reading.noise import HEADINGS

#: what pages of several stories are called
_ROUNDUP = late(
    r"快讯|简讯|要闻|速览|速递|早报|晚报|日报(?:\s|$|丨|\|)|周报|周刊|汇总|盘点|集锦|联播|一周|今日|每日|早知道|早餐|晚间|早间|动态(?:$|汇)|一览|摘要|简报|新闻榜|"
    r"round-?up|in brief|briefs?\b|briefing|digest|headlines|at a glance|week in|this week|daily news|news wrap|wrap-?up",
    re.IGNORECASE,
)
#: chapters of one text
_CHAPTER = late(
    r"^[（(]?(?:第?[一二三四五六七八九十百]+[、.．章节条部分）)]|(?:\d+[.．、])*\d+[.．、)）]\s*\S{0,7}$|附件|附录|摘要|关键词|参考文献|结语|前言|引言|"
    r"introduction|conclusion|background|overview|summary|abstract|references|methods?|results|step \d|how to|what is|why )",
    re.IGNORECASE,
)
_NUMBER = late(r"^\s*(?:[（(]?\d{1,2}[)）.、．]|[①-⑳]|【\d{1,2}】|No\.?\s?\d+|NO\.?\d+|[·•●■◆▶►▪◎★☆])\s*")
_BRACKETED = late(r"^(?:[（(]?\d{1,2}[)）.、．]\s*|[·•●■◆▶►▪]\s*)?【(?P<title>[^】]{6,60})】\s*(?=\S{10})")
_STOP = late(r"[。；;]|[.!]$|[，,：:]$")
#: how news begins: a day, a source, a place with a verb
_LEAD = late(
    r"^(?:[【（(].{1,12}[)）】])?\s*(?:.{0,14}(?:今天|今日|昨天|昨日|日前|近日|近期|当地时间|\d{1,2}日|\d{1,2}月|本周|记者|据|最新|消息|讯|宣布|公布|发布|表示|称)|"
    r".{0,60}\b(?:said|says|announced|reported|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|according to)\b)",
    re.IGNORECASE,
)
_WIDE = late(r"[\u3400-\u9fff]")


def stories(title: str, blocks: Sequence[Block]) -> tuple[Story, ...]:
    """Return the stories of an article's blocks, with offsets into the blocks joined by newlines; () for one story."""
    heads = _bracketed(blocks) or _headed(title, blocks)
    if len(heads) < 2:
        return ()
    offsets = []
    position = 0
    for block in blocks:
        offsets.append(position)
        position += len(block.text) + 1
    end = max(0, position - 1)
    starts = [offsets[index] for index, _ in heads]
    return tuple(
        Story(title=name, start=start, end=(starts[n + 1] - 1 if n + 1 < len(starts) else end))
        for n, ((_, name), start) in enumerate(zip(heads, starts, strict=True))
    )


def _bracketed(blocks: Sequence[Block]) -> list[tuple[int, str]]:
    """Paragraphs that begin with their headline in brackets, three or more."""
    found = [(n, m["title"].strip()) for n, b in enumerate(blocks) if (m := _BRACKETED.match(b.text)) and not b.row]
    return found if len(found) >= 3 and len(found) * 3 >= len(blocks) else []


def _headed(title: str, blocks: Sequence[Block]) -> list[tuple[int, str]]:
    named = _ROUNDUP.search(title) is not None
    heads = [n for n, block in enumerate(blocks) if _is_head(block)]
    if named and len(heads) < 2:
        heads = [n for n in range(len(blocks) - 1) if _is_bare_head(blocks[n], blocks[n + 1])]
    # a headline followed by another headline is a column's name; one at the very end heads nothing
    heads = [n for n in heads if n + 1 < len(blocks) and n + 1 not in heads and not blocks[n + 1].row]
    if len(heads) < 2:
        return []
    names = [_NUMBER.sub("", blocks[n].text).strip() for n in heads]
    chapters = sum(1 for n in heads if _CHAPTER.match(blocks[n].text))
    if chapters * 4 > len(heads):
        return []
    bounds = [*heads[1:], len(blocks)]
    sizes = [stop - start - 1 for start, stop in zip(heads, bounds, strict=True)]
    leads = sum(1 for n in heads if _LEAD.search(blocks[n + 1].text[:160]))
    before = sum(len(blocks[n].text) for n in range(heads[0]))
    if named:
        good = leads * 2 >= len(heads) or len(heads) >= 3
    else:
        good = len(heads) >= 3 and leads * 4 >= 3 * len(heads) and max(sizes) <= 4 and before < 120
    return list(zip(heads, names, strict=True)) if good else []


def _is_head(block: Block) -> bool:
    text = block.text
    if block.row or block.links > 0.8 * len(text):
        return False
    return _is_short(text) and (block.tag in HEADINGS or block.bold >= 0.9 * len(text.replace(" ", "")))


def _is_short(text: str) -> bool:
    return 10 <= len(text) + len(_WIDE.findall(text)) <= 160 and not _STOP.search(text)


def _is_bare_head(block: Block, following: Block) -> bool:
    """A short line without a stop before a full paragraph: a headline that nobody set in bold."""
    return not block.row and _is_short(block.text) and len(following.text) >= 40 and bool(_STOP.search(following.text))
