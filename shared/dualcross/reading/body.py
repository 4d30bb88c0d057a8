"""Which blocks are the article: boxes are weighed by the running text they hold, then its furniture is taken out."""

from __future__ import annotations

import re

from dualcross.reading.blocks import BODY, CAPTION, COMMENTS, HEADER, HIDDEN, META, NOISE, Block, Node, Page
from dualcross.reading.noise import CONSENT, ENDS, HEADINGS, LINE

_SENTENCE = re.compile(r"[。！？；，：]|[.!?,;:][\"'”’)]?(?:\s|$)")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
#: a line that names a file is a link by nature
_ATTACHED = re.compile(r"附件|附表|附录|\.(?:docx?|xlsx?|pdf|wps|zip|rar|et|ofd)\b", re.IGNORECASE)
#: a box that holds this share of its parent's running text stands for it
_DESCEND = 0.72
#: below this many letters a reading is doubted and tried again without class names
_THIN = 180
#: blocks at the top of an article that may be labels and teasers
_HEAD = 12
#: letters of a paragraph that is surely text, not a label
_PARAGRAPH = 60
_SPEAKING = HEADINGS | {"p", "td", "tr", "blockquote", "li", "pre"}
_BLAME = NOISE | META | CAPTION | HEADER | HIDDEN
#: share of the page's running text at which a class name is not believed
_PARDON = 0.45


def weigh(block: Block) -> float:
    """Return how much the block looks like running text; negative for labels and lists of links."""
    text = block.text
    length = len(text)
    free = length - block.links
    wide = len(_WIDE.findall(text)) if not text.isascii() else 0
    size = free + 1.5 * min(wide, free)
    if block.links > 0.5 * length:
        return -min(length + 1.5 * wide, 90.0) * 0.4
    if block.row:
        return 0.6 * size
    marks = len(_SENTENCE.findall(text))
    if block.links and block.tag != "p":
        size *= max(0.1, 1 - 2.5 * block.links / length)
    if size >= 60 and marks:
        return size + 12 * min(marks, 10)
    if marks and size >= 25:
        return 0.6 * size
    if block.tag in HEADINGS:
        return 0.0
    return -3.0 if size < 40 else 0.3 * size


def main_blocks(page: Page, headline: Block | None = None) -> list[Block]:
    """Return the blocks of the article in order; empty where there is none.

    Running text that stands before the headline counts little: tickers and teasers stand there.
    """
    weights = [weigh(block) for block in page.blocks]
    if headline is not None:
        for index in range(headline.index):
            if weights[index] > 0:
                weights[index] *= 0.25
    _pardon(page, weights)
    best: list[Block] = []
    for excluded in (NOISE | HIDDEN | CAPTION | META | COMMENTS, NOISE | CAPTION | COMMENTS, NOISE | COMMENTS, 0):
        found = _select(page, weights, excluded)
        if _letters(found) > 1.5 * _letters(best):
            best = found
        if _letters(best) >= _THIN:
            break
    return best


def _pardon(page: Page, weights: list[float]) -> None:
    """Take the mark of noise off a box that holds most of the page's running text: its class name lies."""
    held = [0.0] * len(page.nodes)
    for block, weight in zip(page.blocks, weights, strict=True):
        if weight > 0 and not block.node.flags & COMMENTS:
            held[block.node.index] += weight
    for node in reversed(page.nodes):
        if node.parent is not None:
            held[node.parent.index] += held[node.index]
    for node in page.nodes:
        if node.parent is None:
            continue
        own = node.own
        if own & _BLAME and held[node.index] > _PARDON * held[0]:
            own &= ~_BLAME
        node.flags = own | (node.parent.flags & ~BODY)


def _letters(blocks: list[Block]) -> float:
    return sum(len(b.text) + 1.5 * len(_WIDE.findall(b.text)) for b in blocks)


def _select(page: Page, weights: list[float], excluded: int) -> list[Block]:
    for node in page.nodes:
        node.score = 0.0
    for block, weight in zip(page.blocks, weights, strict=True):
        flags = block.node.flags
        if flags & excluded:
            continue
        block.node.score += weight * 0.1 if flags & HEADER and weight > 0 else weight
    for node in reversed(page.nodes):
        if node.parent is not None:
            node.parent.score += node.score
    box = _box(page)
    return _clean(page, box, weights, excluded)


def _box(page: Page) -> Node:
    """The box with the best sum, and from there down as long as one box inside holds most of the running text."""
    children: dict[int, list[Node]] = {}
    for node in page.nodes[1:]:
        assert node.parent is not None
        children.setdefault(node.parent.index, []).append(node)
    current = max(page.nodes, key=lambda n: n.score)
    while True:
        below = children.get(current.index)
        if not below:
            return current
        top = max(below, key=lambda n: n.score * (1.15 if n.flags & BODY or n.tag in ("article", "main") else 1.0))
        if top.score <= 0 or top.score < _DESCEND * current.score:
            return current
        if top.tag in ("p", "li", "td", "blockquote", "pre", "ul", "ol") and top.last - top.first <= 1:
            return current
        current = top


def _clean(page: Page, box: Node, weights: list[float], excluded: int) -> list[Block]:
    dense = _link_boxes(page, box)
    kept: list[Block] = []
    for block in page.blocks[box.first : box.last]:
        flags = block.node.flags
        if flags & (excluded | HEADER if excluded else 0) or block.node.index in dense:
            continue
        text = block.text
        if len(text) < 220 and (ENDS.match(text)) and kept and block.links <= len(text):
            if _tail_is_thin(page, block, box, weights, excluded):
                break
            continue
        if len(text) < 260 and LINE.match(text):
            continue
        if block.links > 0.6 * len(text) and not block.row and not _ATTACHED.search(text):
            if block.tag != "p" or block.links > 0.75 * len(text):
                continue
        if len(text) < 1500 and "ookie" in text and CONSENT.search(text):
            continue
        kept.append(block)
    while kept and kept[-1].tag in HEADINGS:
        kept.pop()
    return kept


def without_labels(blocks: list[Block]) -> list[Block]:
    """Return the blocks less what stands before the first real paragraph: section names, teasers that the text repeats."""
    told = [
        block
        for n, block in enumerate(blocks)
        if n > _HEAD
        or block.row
        or block.bold
        or block.tag in HEADINGS
        or len(block.text) < 8
        or not _told_again(block.text, blocks[n + 1 :])
    ]
    start = next((n for n, b in enumerate(told) if b.row or _letters([b]) >= _PARAGRAPH), 0)
    return [block for n, block in enumerate(told) if n >= start or n > _HEAD or not _is_label(block)]


def _told_again(text: str, after: list[Block]) -> bool:
    bare = text.rstrip("。.…")
    return any(bare in block.text for block in after)


def _is_label(block: Block) -> bool:
    return block.tag not in _SPEAKING and not block.bold and len(block.text) < 14 and not _SENTENCE.search(block.text)


def _tail_is_thin(page: Page, block: Block, box: Node, weights: list[float], excluded: int) -> bool:
    """After a heading like "related": little running text follows."""
    after = sum(
        max(weights[b.index], 0.0) for b in page.blocks[block.index + 1 : box.last] if not b.node.flags & excluded
    )
    before = sum(
        max(weights[b.index], 0.0) for b in page.blocks[box.first : block.index] if not b.node.flags & excluded
    )
    return after < before


def _link_boxes(page: Page, box: Node) -> set[int]:
    """Indexes of boxes inside that are lists of links: related stories, tags, navigation."""
    dense: set[int] = set()
    for node in page.nodes[box.index + 1 :]:
        if node.first >= box.last:
            break
        if node.last > box.last or node.first < box.first or node.last <= node.first:
            continue
        if node.parent is not None and node.parent.index in dense:
            dense.add(node.index)
            continue
        blocks = page.blocks[node.first : node.last]
        if blocks[0].row:
            continue
        total = sum(len(b.text) for b in blocks)
        links = sum(b.links for b in blocks)
        if node.tag == "p":
            if links >= 0.9 * total and total < 200 and node.parent is not None:
                continue
            continue
        if links > 0.55 * total and (len(blocks) > 1 or node.tag in ("ul", "ol", "div", "section", "td")):
            dense.add(node.index)
    return dense
