"""What stands above the first paragraph and is not text: the headline again, the line of facts, labels, teasers."""

from __future__ import annotations

from collections.abc import Sequence

from dualcross.patterns import late
from dualcross.reading import dates, issuer, titles
from dualcross.reading.blocks import Block
from dualcross.reading.noise import HEADINGS
from dualcross.reading.weights import SENTENCE, letters

#: blocks at the top of an article that may be labels and teasers
_HEAD = 12
#: blocks at the top among which the line of facts stands
_FACTS = 6
#: letters of a paragraph that is surely text, not a label
_PARAGRAPH = 60
#: what a line of facts may hold beside its dates
_BESIDE = 44
_BESIDE_LATIN = 90
_SPEAKING = HEADINGS | {"p", "td", "tr", "blockquote", "li", "pre"}
_STOP = late(r"[。；！？;!?]")


def without_headline(blocks: list[Block], title: str, headline: Block | None = None) -> list[Block]:
    """Return the blocks less the lines at their top that repeat the headline, or a piece of it where it is printed."""
    wanted = titles.key(title)
    kept = list(blocks)
    position = 0
    while wanted and position < min(len(kept), 6):
        own = titles.key(kept[position].text)
        piece = headline is not None and kept[position].index <= headline.index and own in wanted
        if own and (own == wanted or piece or (len(own) >= 6 and own in wanted and len(own) > 0.6 * len(wanted))):
            del kept[position]
        else:
            position += 1
    return kept


def without_facts(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks less the line of facts above the first paragraph: a date, an outlet, a name, and little else."""
    kept = list(blocks)
    standfirst = False
    for block in blocks[:_FACTS]:
        text = block.text
        if len(kept) > 1 and not block.row and is_facts(text) and (not standfirst or issuer.author(text)):
            kept.remove(block)
        elif standfirst or block.row or text[-1:] in "：:":
            break
        standfirst = standfirst or letters(text) >= _PARAGRAPH or text[-1:] == "。"
    return kept


def without_forerunners(blocks: list[Block], headline: Block | None) -> list[Block]:
    """Return the blocks less those that stand above the headline, where the text stands below it."""
    if headline is None:
        return blocks
    below = [block for block in blocks if block.index >= headline.index]
    above = sum(len(block.text) for block in blocks) - sum(len(block.text) for block in below)
    return below if below and above < 0.5 * sum(len(block.text) for block in below) else blocks


def is_facts(text: str) -> bool:
    """Tell whether a line is a date, an outlet or an author, and says nothing else."""
    if len(text) > 160:
        return False
    found = dates.find(text)
    beside = len(text) - sum(printed.end - printed.start for printed in found)
    if (
        found
        and beside <= (_BESIDE_LATIN if text.isascii() or letters(text) < 1.2 * len(text) else _BESIDE)
        and not _STOP.search(text)
        and ("，" not in text or beside <= 4)
    ):
        return True
    return len(text) <= 50 and not _STOP.search(text) and issuer.author(text) is not None and "，" not in text


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
    start = next((n for n, b in enumerate(told) if b.row or letters(b.text) >= _PARAGRAPH), 0)
    return [block for n, block in enumerate(told) if n >= start or n > _HEAD or not _is_label(block)]


def _told_again(text: str, after: list[Block]) -> bool:
    bare = text.rstrip("。.…")
    return any(bare in block.text for block in after)


def _is_label(block: Block) -> bool:
    return block.tag not in _SPEAKING and not block.bold and len(block.text) < 14 and not SENTENCE.search(block.text)
