"""Which blocks are the article: boxes are weighed by the running text they hold, then its furniture is taken out."""

from __future__ import annotations

from dualcross.patterns import late
from dualcross.reading.blocks import BODY, CAPTION, COMMENTS, HEADER, HIDDEN, LARGE, META, NOISE, Block, Node, Page
from dualcross.reading.boxes import extent
from dualcross.reading.furniture import ATTACHED, is_furniture
from dualcross.reading.noise import ENDS, HEADINGS, LINE, REMARKS, TAIL
from dualcross.reading.weights import SENTENCE, letters, weigh

_ANNEX = late(r"^(?:附件|附表|附錄|附录)\s*(?:下载|列表)?\s*\d{0,2}\s*[：:.、]?\s*\S")
#: below this many letters a reading is doubted and tried again without class names
_THIN = 180
_BLAME = NOISE | META | CAPTION | HEADER | HIDDEN
#: share of the page's running text at which a class name is not believed
_PARDON = 0.45
#: signs of the longest line that names what follows
_LABEL = 24
#: blocks between a headline and the text that surely is its own
_NEAR = 8


def main_blocks(page: Page, headline: Block | None = None) -> list[Block]:
    """Return the blocks of the article in order; empty where there is none.

    Running text that stands before the headline counts little: tickers and teasers stand there.
    """
    weights = [weigh(block) for block in page.blocks]
    if headline is not None:
        for index in range(headline.index):
            if weights[index] > 0:
                weights[index] *= 0.25
    _mark_remarks(page, headline)
    _pardon(page, weights)
    best: list[Block] = []
    for excluded in (NOISE | HIDDEN | CAPTION | META | COMMENTS, NOISE | CAPTION | COMMENTS, NOISE | COMMENTS, 0):
        found = _select(page, weights, excluded, headline)
        if _size(found) > 1.5 * _size(best):
            best = found
        if _size(best) >= _THIN or _is_under(best, headline):
            break
    return best


def _is_under(blocks: list[Block], headline: Block | None) -> bool:
    """The blocks hold a sentence right under the headline: short as they are, they are the article."""
    return headline is not None and any(
        headline.index < b.index <= headline.index + _NEAR and b.text[-1:] in "。.！!？?" and letters(b.text) >= 30
        for b in blocks
    )


def _mark_remarks(page: Page, headline: Block | None) -> None:
    """Boxes under the headline that open with a line like "3 comments" hold what readers wrote."""
    start = headline.index + 1 if headline is not None else 1
    for node in page.nodes:
        if node.first < start or node.last - node.first < 2:
            continue
        opening = page.blocks[node.first].text
        if len(opening) <= _LABEL and REMARKS.match(opening):
            node.own |= COMMENTS


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
        node.flags = own | (node.parent.flags & ~(BODY | LARGE))


def _size(blocks: list[Block]) -> float:
    return sum(letters(b.text) for b in blocks)


def _select(page: Page, weights: list[float], excluded: int, headline: Block | None) -> list[Block]:
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
    box, first, last = extent(page, weights, headline)
    return [*_clean(page, box, first, last, weights, excluded), *_annexes(page, last)]


def _annexes(page: Page, last: int) -> list[Block]:
    """Lines right after the article that name its annexes."""
    found: list[Block] = []
    for block in page.blocks[last : last + 12]:
        if len(block.text) > 120 or not (_ANNEX.match(block.text) or (found and ATTACHED.search(block.text))):
            break
        found.append(block)
    return found


def _clean(page: Page, box: Node, first: int, last: int, weights: list[float], excluded: int) -> list[Block]:
    dense = _link_boxes(page, box, first, last)
    kept: list[Block] = []
    for block in page.blocks[first:last]:
        flags = block.node.flags
        if flags & (excluded | HEADER if excluded else 0) or block.node.index in dense:
            continue
        text = block.text
        if len(text) < 220 and ENDS.match(text) and kept and block.links <= len(text):
            if _tail_is_thin(page, block, first, last, weights, excluded):
                break
            continue
        if not is_furniture(block) or _heads_text(page, block, weights):
            block.text = TAIL.sub("", text) if text[-1:] not in "。." else text
            kept.append(block)
    while kept and kept[-1].tag in HEADINGS:
        kept.pop()
    return _without_pull_quotes(kept)


def _heads_text(page: Page, block: Block, weights: list[float]) -> bool:
    """A heading that links to its story, over a paragraph about it."""
    if block.tag not in HEADINGS or block.index + 1 >= len(page.blocks) or LINE.match(block.text):
        return False
    return weights[block.index + 1] >= 60


def _without_pull_quotes(blocks: list[Block]) -> list[Block]:
    """Less the quotations that only repeat a sentence of the text in large type."""
    quotes = [b for b in blocks if len(b.text) >= 12 and (b.tag == "blockquote" or "quote" in b.node.names)]
    again = {b.index for b in quotes if any(_bare(b.text) in o.text for o in blocks if o is not b)}
    return [b for b in blocks if b.index not in again]


def _bare(text: str) -> str:
    return text.strip("“”\"'‘’「」 .。…,，")


def _tail_is_thin(page: Page, block: Block, first: int, last: int, weights: list[float], excluded: int) -> bool:
    """After a heading like "related": little running text follows."""

    def held(start: int, end: int) -> float:
        return sum(max(weights[b.index], 0.0) for b in page.blocks[start:end] if not b.node.flags & excluded)

    return held(block.index + 1, last) < held(first, block.index)


def _link_boxes(page: Page, box: Node, first: int, last: int) -> set[int]:
    """Indexes of boxes inside that are lists of links, with or without a line about each: related stories, tags, navigation."""
    dense: set[int] = set()
    whole = sum(len(b.text) for b in page.blocks[first:last])
    for node in page.nodes[box.index + 1 :]:
        if node.first >= last:
            break
        if node.last > last or node.first < first or node.last <= node.first:
            continue
        if node.parent is not None and node.parent.index in dense:
            dense.add(node.index)
            continue
        blocks = page.blocks[node.first : node.last]
        if blocks[0].row or node.tag == "p":
            continue
        total = sum(len(b.text) for b in blocks)
        links = sum(b.links for b in blocks)
        if (links > 0.55 * total and (len(blocks) > 1 or node.tag in ("ul", "ol", "div", "section", "td"))) or (
            total < 0.4 * whole and _are_teasers(blocks)
        ):
            dense.add(node.index)
    return dense


def _are_teasers(blocks: list[Block]) -> bool:
    """Headlines that are links, each with a line or two about it."""
    if len(blocks) < 3 or len(blocks) > 60:
        return False
    heads = [n for n, b in enumerate(blocks) if b.links >= 0.8 * len(b.text) and len(b.text) >= 6]
    texts = sum(1 for b in blocks if not b.links and SENTENCE.search(b.text))
    return len(heads) >= 2 and heads[0] <= 1 and 3 * len(heads) >= len(blocks) and texts <= len(heads) + 1
