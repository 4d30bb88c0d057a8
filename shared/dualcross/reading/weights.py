"""How much a block looks like running text."""

from __future__ import annotations

from dualcross.patterns import late
from dualcross.reading.blocks import Block
from dualcross.reading.noise import HEADINGS

SENTENCE = late(r"[。！？；，：]|[.!?,;:][\"'”’)]?(?:\s|$)")
_WIDE = late(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def letters(text: str) -> float:
    """Return the length of a text as a reader feels it: a Chinese sign says as much as two letters and a half."""
    return len(text) if text.isascii() else len(text) + 1.5 * len(_WIDE.findall(text))


def _marks(text: str) -> int:
    """The stops and commas of a text, counted as fast as strings can."""
    count = text.count
    marks = count(". ") + count(", ") + count("? ") + count("! ") + count("; ") + count(": ")
    marks += text[-1:] in ".!?,;:" or text[-2:-1] in ".!?,;:"
    if text.isascii():
        return marks + count('." ') + count('," ') + count(".) ")
    marks += count("。") + count("，") + count("；") + count("：") + count("！") + count("？")
    return marks + count(".” ") + count(",” ") + count("?” ") + count(".’ ") + count(",’ ")


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
    marks = _marks(text)
    if block.links and block.tag != "p":
        size *= max(0.1, 1 - 2.5 * block.links / length)
    if size >= 60 and marks:
        return size + 12 * min(marks, 10)
    if marks and size >= 25:
        return 0.6 * size
    if block.tag in HEADINGS:
        return 0.0
    return -3.0 if size < 40 else 0.3 * size
