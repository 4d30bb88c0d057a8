"""The article's own headline: what the head of the page promises, found where the page prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dualcross.patterns import late
from dualcross.reading import dates, issuer
from dualcross.reading.blocks import COMMENTS, LARGE, NOISE, Block, Page
from dualcross.reading.metadata import Metadata
from dualcross.reading.noise import HEADINGS, LINE

_BAR = late(
    r"\s*[|｜_]\s*|\s+[-–—»«·•:/\\]+\s+|(?<=[\u4e00-\u9fff）》”])\s*(?:-{1,2}|–|—{1,2}|»|·)\s*(?=[\u4e00-\u9fffA-Z])"
)
#: a mark of the medium before or after a headline, not part of it
_BADGE = late(
    r"^(?:\s*[\[【\(（]\s*(?:视频|图|组图|图文|图片|高清|动图|音频|直播|转载|原创|置顶|热|新|荐|video|photos?|gallery|watch|live)\s*[\]】\)）]\s*)+"
    r"|(?:\s*[\(（\[]\s*(?:组图|图|图文|视频|附图|附视频|多图|全文|video|photos?)\s*[\)）\]])+\s*$"
    r"|^(?:标题|题目|名称|信息名称|文件标题)[：:]\s*",
    re.IGNORECASE,
)
_OPEN = frozenset("[【(（标题名信文")
_CLOSE = frozenset("]】)）")
_HAN_EDGE = late(r"[^\x00-\u02ff]{2}|[^\x00-\u02ff]\d|\d[^\x00-\u02ff]")
_NAME = re.compile(
    r"(?:局|厅|廳|部|委|委员会|政府|中心|网|網|网站|公司|集团|协会|学会|联盟|研究院|研究所|大学|学院|频道|新闻中心|新闻动态)$"
)
_KEY = late(r"[\W_]+")
_TITLE_CLASS = late(
    r"title|headline|\btit\b|biaoti|\bbt\b|heading|\bh1\b|subject|\btt\b|(?:^|[_\-\s])(?:tit|bt|tt|biaoti)(?:$|[_\-\s\d])|arti_?tit"
)


def clean(text: str) -> str:
    """Return a headline without badges of the medium."""
    text = text.strip()
    if text[:1] not in _OPEN and text[-1:] not in _CLOSE:
        return text
    while True:
        shorter = _BADGE.sub("", text).strip()
        if shorter == text or not shorter:
            return text
        text = shorter


def key(text: str) -> str:
    """Return the letters and figures of a text, for comparing headlines."""
    return _KEY.sub("", clean(text)).casefold()


def headline(page: Page, data: Metadata) -> tuple[str, Block | None]:
    """Return the headline and the block that prints it, None where only the head of the page has it.

    A printed line that the head of the page repeats wins; then the one prominent heading; then the head alone,
    less the names of site and column.
    """
    promised = [t for t in (data.first("articletitle"), data.headline, data.first("og:title", "twitter:title")) if t]
    keys = [k for k in (key(t) for t in promised) if k]
    whole = key(data.title)
    best: Block | None = None
    best_text, best_rank = "", 0.0
    promises = "\n".join([*promised, data.title]).casefold()
    for block in page.blocks:
        if block.row:
            continue
        for text, last in _readings(page, block):
            if not 2 <= len(text) <= 300 or not (
                text[:4].casefold() in promises or text[-4:].casefold() in promises or text[:4] == "原标题："
            ):
                continue
            rank = _rank(text, block, keys, whole, page)
            if rank > best_rank:
                best, best_text, best_rank = last, text, rank
    if best is not None:
        return clean(best_text), best
    lone = _lone_heading(page)
    if lone is not None and not promised:
        return clean(lone[0]), lone[1]
    for text in promised:
        return clean(_without_site(text, data)), lone[1] if lone else None
    return clean(_without_site(data.title, data)), None


def is_name(text: str) -> bool:
    """Tell whether a heading is the name of a body or a site, which some print where the headline belongs."""
    return len(text) <= 24 and _NAME.search(text) is not None


def above(page: Page, first: int) -> Block | None:
    """Return the line above an article's first paragraph that nobody marked as its headline, None where there is none.

    It stands right above the line of facts, or is set in bold or named so.
    """
    facts = False
    fallback: Block | None = None
    for block in reversed(page.blocks[max(0, first - 6) : first]):
        text = block.text
        if dates.find(text) or (len(text) < 60 and (LINE.match(text) or issuer.author(text))):
            facts = True
            continue
        if block.row or block.links > 0.3 * len(text) or not 6 <= len(key(text)) <= 90 or text[-1] in "。；;，,：:":
            continue
        node = block.node
        marked = (
            block.bold > 0.8 * len(text) or block.tag in HEADINGS or node.own & LARGE or _TITLE_CLASS.search(node.names)
        )
        # a line that begins with a dash is the one under the headline
        if node.flags & (NOISE | COMMENTS) or text.startswith(("—", "--")):
            continue
        if marked:
            return block
        if facts and fallback is None:
            fallback = block
    return fallback


def _readings(page: Page, block: Block) -> Iterator[tuple[str, Block]]:
    """The block alone, and with the lines that the same small box breaks it into."""
    yield block.text, block
    node = block.node
    if block.index != node.first or not 2 <= node.last - node.first <= 4:
        return
    lines = page.blocks[node.first : node.last]
    if all(line.node is node for line in lines):
        yield joined([line.text for line in lines]), lines[-1]


def joined(lines: list[str]) -> str:
    """Return a headline that is printed on several lines as one."""
    whole = lines[0]
    for line in lines[1:]:
        whole += line if _HAN_EDGE.match(whole[-1] + line[0]) else f" {line}"
    return whole


def _rank(text: str, block: Block, keys: list[str], whole: str, page: Page) -> float:
    """How surely the text of a block is the headline; 0 where the head of the page does not know it."""
    own = key(text)
    if not own or (len(own) < 4 and block.tag != "h1"):
        return 0.0
    rank = max([_as_promised(own, known) for known in keys] + [_as_document(own, whole)])
    if not rank:
        return 0.0
    rank += {"h1": 3.0, "h2": 1.5, "h3": 1.0}.get(block.tag, 0.0)
    node = block.node
    if node.names and _TITLE_CLASS.search(node.names):
        rank += 1.0
    if block.links > 0.5 * len(block.text):
        rank -= 4.0
    if node.flags & (NOISE | COMMENTS):
        rank -= 3.0
    if block.tag in ("li", "td", "p", "a"):
        rank -= 0.5
    return rank - 0.5 * block.index / (len(page.blocks) + 1)


def _as_promised(own: str, known: str) -> float:
    """How well a line agrees with a headline that the head of the page names."""
    if own == known:
        return 10.0
    begins = len(own) >= 8 and (known.startswith(own) or own.startswith(known))
    return 7.0 if begins and min(len(own), len(known)) > 0.6 * max(len(own), len(known)) else 0.0


def _as_document(own: str, whole: str) -> float:
    """How well a line agrees with the document's title, which names the site beside the headline."""
    if not whole:
        return 0.0
    if own == whole:
        return 8.0
    if len(own) >= 4 and whole.startswith(own):
        return 4.0 + 4.0 * len(own) / len(whole)
    if len(own) >= 8 and own in whole:
        return 2.0 + 3.0 * len(own) / len(whole)
    return 6.0 if len(whole) >= 10 and own.startswith(whole) and len(own) < 2 * len(whole) else 0.0


def _lone_heading(page: Page) -> tuple[str, Block] | None:
    for level in ("h1", "h2", "h3"):
        found = [
            b for b in page.blocks
            if b.tag == level and len(b.text) >= 4 and b.links <= 0.5 * len(b.text) and not b.node.flags & (NOISE | COMMENTS)
        ]  # fmt: skip
        if found and (level == "h1" or len(found) == 1):
            readings = [r for r in _readings(page, found[0]) if not dates.find(r[0])]
            return readings[-1] if readings else (found[0].text, found[0])
    for block in page.blocks:
        node = block.node
        if (
            block.tag not in HEADINGS and node.names and _TITLE_CLASS.search(node.names) and 6 <= len(block.text) <= 120
            and not block.links and not node.flags & (NOISE | COMMENTS)
        ):  # fmt: skip
            return block.text, block
    return None


def _without_site(text: str, data: Metadata) -> str:
    """The longest part of a document title that is not the site's name."""
    site = {key(s) for s in (data.first("og:site_name", "sitename", "application-name"), data.publisher) if s}
    parts = [p.strip() for p in _BAR.split(text) if p and p.strip()]
    if len(parts) < 2:
        return text
    kept = [p for p in parts if key(p) not in site] or parts
    first = kept[0]
    return first if len(key(first)) >= 6 or len(kept) == 1 else max(kept, key=lambda p: len(key(p)))
