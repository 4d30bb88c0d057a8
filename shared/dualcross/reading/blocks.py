"""A document as runs of text: one block a paragraph, cell or line, each with the box it stands in.

The walk is the only pass over the tree; everything later works on its two lists.
"""

from __future__ import annotations

import re

from lxml import etree

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

_STRONG_BODY = re.compile(
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
_BOLD = frozenset(("b", "strong"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

NOISE, META, CAPTION, BODY, HIDDEN, HEADER, COMMENTS = 1, 2, 4, 8, 16, 32, 64
_TAG_FLAGS = {
    "nav": NOISE, "aside": NOISE, "footer": NOISE, "menu": NOISE, "dialog": NOISE, "address": NOISE,
    "figcaption": CAPTION, "figure": CAPTION, "header": HEADER,
}  # fmt: skip


class Node:
    """A box of the page."""

    __slots__ = ("depth", "element", "first", "flags", "index", "last", "names", "own", "parent", "score", "tag")

    def __init__(
        self, index: int, parent: Node | None, element: etree._Element, tag: str, own: int, names: str
    ) -> None:
        self.index = index
        self.parent = parent
        self.element = element
        self.tag = tag
        self.own = own
        #: own flags and those inherited
        self.flags: int = own | (parent.flags & ~BODY if parent else 0)
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

    __slots__ = ("blocks", "nodes", "root")

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.blocks: list[Block] = []
        self.nodes: list[Node] = []


def walk(root: etree._Element) -> Page:
    """Return the page's blocks and boxes."""
    return _Walk(root).run()


class _Walk:
    def __init__(self, root: etree._Element) -> None:
        self.page = Page(root)
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
        node = Node(0, None, body, "body", 0, "")
        self.page.nodes.append(node)
        walker = etree.iterwalk(body, events=("start", "end"))
        dropped: etree._Element | None = None
        for event, element in walker:
            tag = element.tag
            if event == "start":
                if tag in INLINE:
                    self._open(tag)
                    if element.text:
                        self._add(element.text)
                elif tag in DROPPED:
                    dropped = element
                    walker.skip_subtree()
                elif tag == "br" or tag == "hr":
                    self._flush(node)
                elif element is not body:
                    self._flush(node)
                    node = self._enter(node, element, tag)
                    if tag == "table" and tables.is_data(element):
                        self._table(node, element)
                        dropped = element
                        walker.skip_subtree()
                    elif element.text:
                        self._add(element.text)
                elif element.text:
                    self._add(element.text)
                continue
            if element is dropped:
                dropped = None
                if tag == "table":
                    node = self._leave(node)
            elif tag in INLINE:
                self._close(tag)
            elif tag in DROPPED or tag in ("br", "hr"):
                pass
            elif element is not body:
                self._flush(node)
                node = self._leave(node)
            if element.tail and element is not body:
                self._add(element.tail)
        self._flush(node)
        self.page.nodes[0].last = len(self.page.blocks)
        return self.page

    def _open(self, tag: str) -> None:
        if tag == "a":
            self.in_link += 1
        elif tag in _BOLD:
            self.in_bold += 1

    def _close(self, tag: str) -> None:
        if tag == "a":
            self.in_link -= 1
        elif tag in _BOLD:
            self.in_bold -= 1

    def _add(self, text: str) -> None:
        self.parts.append(text)
        if self.in_link:
            self.links += len(text.strip())
        if self.in_bold:
            self.bold += len(text.strip())

    def _flush(self, node: Node) -> None:
        if not self.parts:
            return
        text = tidy("".join(self.parts))
        if text:
            blocks = self.page.blocks
            blocks.append(Block(len(blocks), text, self.links, self.bold, node, node.tag))
        self.parts.clear()
        self.links = self.bold = 0

    def _enter(self, parent: Node, element: etree._Element, tag: str) -> Node:
        own = _TAG_FLAGS.get(tag, 0)
        names = ""
        if element.attrib:
            flags, names = _flags(element, tag)
            own |= flags
        node = Node(len(self.page.nodes), parent, element, tag, own, names)
        node.first = len(self.page.blocks)
        self.page.nodes.append(node)
        return node

    def _leave(self, node: Node) -> Node:
        node.last = len(self.page.blocks)
        assert node.parent is not None
        return node.parent

    def _table(self, node: Node, element: etree._Element) -> None:
        blocks = self.page.blocks
        for cells, links in tables.rows(element):
            line = "\t".join(cells)
            if line.strip():
                blocks.append(Block(len(blocks), line.rstrip("\t"), links, 0, node, "tr", row=True))


def _flags(element: etree._Element, tag: str) -> tuple[int, str]:
    get = element.get
    flags = 0
    style = get("style")
    if (style and _HIDDEN.search(style)) or get("hidden") is not None:
        flags |= HIDDEN
    role = get("role")
    if role and role in _NOISE_ROLES:
        flags |= NOISE
    names = f"{get('class') or ''} {get('id') or ''}"
    if len(names) == 1:
        return (flags | BODY if "articleBody" in (get("itemprop") or "") else flags), ""
    names = _CAMEL.sub("-", names).lower()
    if "articleBody" in (get("itemprop") or ""):
        return flags | BODY, names
    if tag in ("main", "html", "body"):
        return flags, names
    strong = _STRONG_BODY.search(names)
    if strong or BODY_CLASS.search(names):
        flags |= BODY
    if not strong and tag not in HEADINGS and tag != "article":
        if COMMENTS_CLASS.search(names):
            flags |= COMMENTS
        if NOISE_CLASS.search(names):
            flags |= NOISE
        if META_CLASS.search(names):
            flags |= META
        if CAPTION_CLASS.search(names):
            flags |= CAPTION
    return flags, names
