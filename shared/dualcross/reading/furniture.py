"""Lines of a page that are never text of its article, wherever they stand."""

from __future__ import annotations

import re

from dualcross.patterns import late
from dualcross.reading.blocks import Block
from dualcross.reading.noise import CONSENT, FOOT, LINE, OWNED

#: a line that names a file is a link by nature
ATTACHED = late(r"附件|附表|附录|\.(?:docx?|xlsx?|pdf|wps|zip|rar|et|ofd)\b", re.IGNORECASE)

#: one of these stands in every line that FOOT finds: cheaper to look for
_FOOTING = ("rights reserved", "©", "powered by", "issn", "icp", "公网安备", "网站标识", "备案", "浏览器", "分辨率", "版权所有", "技术支持", "主办", "承办")  # fmt: skip


def is_footing(text: str) -> bool:
    """Tell whether a line names the licence, the host or the makers of a site."""
    lower = text.lower()
    return any(word in lower for word in _FOOTING) and FOOT.search(text) is not None


def is_furniture(block: Block) -> bool:
    """Tell whether a block asks, links, licences or labels, and says nothing of the article's own."""
    text, length = block.text, len(block.text)
    if length < 260 and not block.row and (LINE.match(text) or is_footing(text)):
        return True
    if length < 1500 and OWNED.match(text):
        return True
    # a paragraph may be one link, a line in a box is a way elsewhere
    if block.links > (0.75 if block.tag == "p" else 0.6) * length and not block.row and not ATTACHED.search(text):
        return True
    return length < 1500 and "ookie" in text and CONSENT.search(text) is not None
