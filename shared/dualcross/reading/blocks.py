"""A document as runs of text: one block a paragraph, cell or line, each with the box it stands in.

The walk is the only pass over the tree; everything later works on its two lists.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from dualcross.patterns import late
from dualcross.reading import tables
from dualcross.reading.noise import (
    BODY_CLASS,
    CAPTION_CLASS,
    COMMENTS_CLASS,
    DROPPED,
    HEADINGS,
    INLINE,
    META_CLASS,
    NOISE_CLASS,
)
from dualcross.reading.spacing import tidy

_STRONG_BODY = late(
    r"(?:article|entry|post|story|news|page)[-_]?(?:body|content|text|detail)|articlebody|trs_editor|zhengwen|"
    r"content[-_]?(?:body|article|text|main)|main[-_]?(?:content|text|body)|hentry"
)
_NOISE_ROLES = frozenset(
    (
        "navigation",
        "complementary",
        "banner",
        "contentinfo",
        "search",
        "menu",
        "menubar",
        "dialog",
        "alert",
        "toolbar",
        "tablist",
    )
)
_BREAKS = frozenset(("br", "hr"))
#: boxes deeper than this are read as one run of text: nobody nests so by hand
_DEEPEST = 250
_BLANK_LINE = late(r"\n[ \t\r]*\n")
_SMALL = 600
_FACTS = late(r"(?:19|20)\d\d|[来來]源|作者")
_BOLD = frozenset(("b", "strong"))
_HIDDEN = late(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LARGE = re.compile(
    r"font-size\s*:\s*(?:(?:1[89]|[2-5]\d)(?:\.\d+)?px|(?:1[4-9]|[2-4]\d)(?:\.\d+)?pt|(?:1\.[3-9]\d*|[2-4](?:\.\d+)?)r?em)",
    re.IGNORECASE,
)
_CAMEL = late(r"(?<=[a-z])(?=[A-Z])")

NOISE, META, CAPTION, BODY, HIDDEN, HEADER, COMMENTS = 1, 2, 4, 8, 16, 32, 64
#: set in large type: of the box itself, what stands inside has its own
LARGE = 128
_TAG_FLAGS = {
    "nav": NOISE, "aside": NOISE, "footer": NOISE, "menu": NOISE, "dialog": NOISE, "address": NOISE,
    "figcaption": CAPTION, "figure": CAPTION, "header": HEADER,
}  # fmt: skip


class Node:
    """A box of the page."""

    __slots__ = ("depth", "first", "flags", "index", "last", "names", "own", "parent", "score", "tag")

    def __init__(self, index: int, parent: Node | None, tag: str, own: int, names: str) -> None:
        self.index = index
        self.parent = parent
        self.tag = tag
        self.own = own
        #: own flags and those inherited
        self.flags: int = own | (parent.flags & ~(BODY | LARGE) if parent else 0)
        #: class and id, in lower case
        self.names = names
        self.depth: int = parent.depth + 1 if parent else 0
        self.score = 0.0
        #: range of blocks inside
        self.first = 0
        self.last = 0


class Block:
    """A run of text without a line break."""

    __slots__ = ("bold", "index", "links", "node", "row", "tag", "text")

    def __init__(self, index: int, text: str, links: int, bold: int, node: Node, tag: str, row: bool = False) -> None:
        self.index = index
        self.text = text
        #: characters that are links
        self.links = links
        #: characters in bold type
        self.bold = bold
        self.node = node
        self.tag = tag
        #: a row of a data table, cells joined by TAB
        self.row = row


class Page:
    """The blocks and boxes of a page in document order."""

    __slots__ = ("blocks", "nodes", "passed", "root")

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        #: letters in paragraphs of boxes that the walk passed by
        self.passed = 0
        self.blocks: list[Block] = []
        self.nodes: list[Node] = []


def walk(root: etree._Element, *, whole: bool = False) -> Page:
    """Return the page's blocks and boxes; those of boxes beside the article only where `whole` asks for them."""
    return _Walk(root, whole).run()


class _Walk:
    """One walk over a tree; the run of text that is being gathered, and what of it is link or bold."""

    __slots__ = ("blocks", "bold", "in_bold", "in_link", "links", "nodes", "page", "parts", "whole")

    def __init__(self, root: etree._Element, whole: bool) -> None:
        self.page = Page(root)
        self.whole = whole
        self.blocks = self.page.blocks
        self.nodes = self.page.nodes
        self.parts: list[str] = []
        self.in_link = 0
        self.in_bold = 0
        self.links = 0
        self.bold = 0

    def run(self) -> Page:
        root = self.page.root
        body = root.find("body") if root.tag == "html" else None
        if body is None:
            body = root
        node = Node(0, None, "body", 0, "")
        self.nodes.append(node)
        if body.text:
            self._add(body.text)
        self._visit(body, node, 0)
        self._flush(node)
        node.last = len(self.blocks)
        return self.page

    def _visit(self, element: etree._Element, node: Node, depth: int) -> None:
        parts = self.parts
        for child in element:
            tag = child.tag
            if tag in INLINE:
                if tag == "a" or tag in _BOLD or len(child):
                    self._inline(child, tag, node, depth)
                elif child.text:
                    self._add(child.text)
            elif tag in _BREAKS:
                if parts:
                    self._flush(node)
            elif tag not in DROPPED:
                if parts:
                    self._flush(node)
                self._box(child, tag, node, depth)
            tail = child.tail
            if tail and (parts or not tail.isspace()):
                if self.in_link or self.in_bold:
                    self._add(tail)
                else:
                    parts.append(tail)

    def _inline(self, element: etree._Element, tag: str, node: Node, depth: int) -> None:
        link, bold = tag == "a", tag in _BOLD
        self.in_link += link
        self.in_bold += bold
        if element.text:
            self._add(element.text)
        if len(element):
            if depth < _DEEPEST:
                self._visit(element, node, depth + 1)
            else:
                self._add("".join(element.itertext()))
        self.in_link -= link
        self.in_bold -= bold

    def _box(self, element: etree._Element, tag: str, parent: Node, depth: int) -> None:
        own, names = _flags(element, tag)
        if tag in _TAG_FLAGS:
            own |= _TAG_FLAGS[tag]
        if own & (NOISE | COMMENTS) and not self.whole and self._pass_by(element):
            return
        nodes, blocks = self.nodes, self.blocks
        node = Node(len(nodes), parent, tag, own, names)
        node.first = len(blocks)
        nodes.append(node)
        if tag == "table" and tables.is_data(element):
            for cells, links in tables.rows(element):
                line = "\t".join(cells)
                if line.strip():
                    blocks.append(Block(len(blocks), line.rstrip("\t"), links, 0, node, "tr", row=True))
        else:
            text = element.text
            if text and not text.isspace():
                if tag == "pre" and not len(element):
                    text = self._paragraphs(text, node)
                self._add(text)
            if len(element):
                if depth < _DEEPEST:
                    self._visit(element, node, depth + 1)
                else:
                    self._add("".join(element.itertext()))
            if self.parts:
                self._flush(node)
        node.last = len(blocks)

    def _add(self, text: str) -> None:
        self.parts.append(text)
        if self.in_link:
            self.links += len(text.strip())
        if self.in_bold:
            self.bold += len(text.strip())

    def _paragraphs(self, text: str, node: Node) -> str:
        """Add what a blank line ends in preformatted text; the rest is returned."""
        *whole, rest = _BLANK_LINE.split(text)
        for part in whole:
            self._add(part)
            self._flush(node)
        return rest

    def _flush(self, node: Node) -> None:
        text = tidy("".join(self.parts))
        if text:
            blocks = self.blocks
            blocks.append(Block(len(blocks), text, self.links, self.bold, node, node.tag))
        self.parts.clear()
        self.links = self.bold = 0

    def _pass_by(self, element: etree._Element) -> bool:
        """A box beside the article, without headline and byline: not worth a walk, unless the class name lies.

        That is known at the end, when its paragraphs are held against those of the article that was found.
        """
        if next(element.iter("h1"), None) is not None:
            return False
        text = "".join(element.itertext())
        if len(text) < _SMALL:
            return not _FACTS.search(text) and next(element.iter("h2", "h3", "time"), None) is None
        self.page.passed += sum(len(p.text or "") for p in element.iter("p"))
        return True


def _flags(element: etree._Element, tag: str) -> tuple[int, str]:
    own = 0
    names = ""
    for key, value in element.items():
        if key == "class" or key == "id":  # noqa: PLR1714 - the hottest line of the walk
            names = f"{names} {value}"
        elif key == "style":
            if _HIDDEN.search(value):
                own |= HIDDEN
            if _LARGE.search(value):
                own |= LARGE
        elif key == "hidden":
            own |= HIDDEN
        elif key == "role":
            if value in _NOISE_ROLES:
                own |= NOISE
        elif key == "itemprop" and "articleBody" in value:
            own |= BODY
    if not names:
        return own, ""
    flags, lower = _named(names, tag in _NAMELESS or bool(own & BODY))
    return own | flags, lower


#: elements whose class names say much about the site and nothing about themselves
_NAMELESS = HEADINGS | {"main", "html", "body", "article", "blockquote"}
_STRONG = 1 << 10


@lru_cache(maxsize=8192)
def _named(names: str, nameless: bool) -> tuple[int, str]:
    """The flags of a class and id; one word that surely means the article overrules what the others mean."""
    flags = 0
    for word in names[:300].split():
        flags |= _word(word.rstrip("0123456789"))
    if "embed" in names:
        flags &= ~NOISE
    if flags & _STRONG or nameless:
        flags &= BODY
    return flags, names.lower()


@lru_cache(maxsize=32768)
def _word(word: str) -> int:
    """The flags of one word of a class; few words come again and again on all sites."""
    word = _CAMEL.sub("-", word).lower()
    if _STRONG_BODY.search(word):
        return BODY | _STRONG
    flags = BODY if BODY_CLASS.search(word) else 0
    if COMMENTS_CLASS.search(word):
        flags |= COMMENTS
    if NOISE_CLASS.search(word):
        flags |= NOISE
    if META_CLASS.search(word):
        flags |= META
    if CAPTION_CLASS.search(word):
        flags |= CAPTION
    return flags
