"""Which box of a page holds the article: boxes are summed up by the running text in them, and the headline decides ties."""

from __future__ import annotations

from collections.abc import Sequence

from dualcross.patterns import late
from dualcross.reading.blocks import BODY, Block, Node, Page
from dualcross.reading.furniture import is_furniture
from dualcross.reading.weights import SENTENCE

#: a box that holds this share of its parent's running text stands for it
_DESCEND = 0.72
#: a paragraph stands for its parent only where nothing else speaks there
_LONE = 0.98
#: the day that lists print beside each link
_DAY = late(r"[\d\-/.:年月日\[\]()\s]")
_TEXTUAL = frozenset(("p", "li", "td", "blockquote", "pre", "ul", "ol", "tr"))
#: text outside the headline's box that outweighs the text inside so many times is the article all the same
_OUTWEIGHS = 8.0
#: running text under a headline that can be an article
_LEAST = 25.0
#: lines of links in a row that part an article from what follows
_WALL = 3


def children(page: Page) -> dict[int, list[Node]]:
    """Return the boxes inside each box, by its index."""
    found: dict[int, list[Node]] = {}
    for node in page.nodes[1:]:
        assert node.parent is not None
        found.setdefault(node.parent.index, []).append(node)
    return found


def extent(page: Page, weights: Sequence[float], headline: Block | None) -> tuple[Node, int, int]:
    """Return the article's box and the range of blocks of the article: the box, and its like beside it.

    The best sum, and from there down as long as one box inside holds most of the running text, or the headline and
    text of its own beside boxes of other things.
    """
    inside = children(page)
    current = max(page.nodes, key=lambda n: n.score)
    while below := inside.get(current.index):
        top = max(below, key=lambda n: n.score * (1.15 if n.flags & BODY or n.tag in ("article", "main") else 1.0))
        held = _under_headline(page, below, weights, headline)
        if held is not None:
            current = held
            continue
        run = _run_under_headline(page, below, weights, headline, top)
        if run is not None:
            return (current, *run)
        textual = top.tag in _TEXTUAL
        if top.score > 0 and top.score >= (_LONE if textual and top.tag == "p" else _DESCEND) * current.score:
            if textual and top.last - top.first <= 1:
                break
            current = top
            continue
        break
    siblings = inside.get(current.parent.index, []) if current.parent else []
    return (current, *_with_siblings(page, current, siblings, headline))


def _under_headline(page: Page, below: list[Node], weights: Sequence[float], headline: Block | None) -> Node | None:
    """The box that holds the headline and text under it, where all text after it belongs to boxes of links."""
    if headline is None:
        return None
    own = next((n for n in below if n.first <= headline.index < n.last), None)
    if own is None:
        return None
    told = sum(max(weights[i], 0.0) for i in range(headline.index + 1, own.last))
    after = [n for n in below if n.first >= own.last and n.score > 0]
    if told < _LEAST or sum(n.score for n in after) > _OUTWEIGHS * told:
        return None
    return own if all(_is_apart(page, own, node) for node in after) else None


def _run_under_headline(
    page: Page, below: list[Node], weights: Sequence[float], headline: Block | None, top: Node
) -> tuple[int, int] | None:
    """The range of a headline and the paragraphs after it that no box holds together, where a box of links, or one behind
    a wall of them, would outweigh them."""
    own = next((n for n in below if headline and n.first <= headline.index < n.last), None)
    if headline is None or own is None or top.first <= headline.index:
        return None
    stop = next((n for n in below if n.first >= own.last and n.last > n.first and _is_apart(page, own, n)), None)
    if stop is None or stop.first > top.first:
        return None
    told = sum(max(weights[i], 0.0) for i in range(headline.index + 1, stop.first))
    rest = sum(n.score for n in below if n.first >= stop.first and n.score > 0)
    return (own.first, stop.first) if told >= 2 * _LEAST and rest <= _OUTWEIGHS * told else None


def _is_apart(page: Page, own: Node, other: Node) -> bool:
    """A wall of links stands before the other box, or it opens with a link, or holds furniture alone."""
    between = sum(1 for b in page.blocks[own.last : other.first] if _is_link(b))
    if between >= _WALL:
        return True
    blocks = page.blocks[other.first : other.last]
    return any(_is_link(b) for b in blocks[:2]) or all(is_furniture(b) for b in blocks)


def _is_link(block: Block) -> bool:
    return len(block.text) >= 4 and block.links > 0 and block.links >= 0.8 * len(_DAY.sub("", block.text))


def _with_siblings(page: Page, box: Node, siblings: list[Node], headline: Block | None) -> tuple[int, int]:
    """Boxes of the same make right beside the article's that hold running text belong to it: some systems give each
    paragraph or two a box."""
    first, last = box.first, box.last
    at = siblings.index(box) if box in siblings else -1
    if at < 0:
        return first, last
    for node in siblings[at + 1 :]:
        if not _is_like(page, box, node):
            break
        last = node.last
    for node in reversed(siblings[:at]):
        if not _is_like(page, box, node) or (headline is not None and node.first <= headline.index):
            break
        first = node.first
    return first, last


def _is_like(page: Page, box: Node, node: Node) -> bool:
    if node.tag != box.tag or node.names != box.names or node.own != box.own or node.score < 0:
        return False
    blocks = page.blocks[node.first : node.last]
    size, links = sum(len(b.text) for b in blocks), sum(b.links for b in blocks)
    return not blocks or (links <= 0.2 * size and any(SENTENCE.search(b.text) for b in blocks))
