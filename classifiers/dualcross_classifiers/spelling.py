"""One spelling for what copies write in many: traditional characters, full width, pinyin in brackets."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib import resources

_GLOSS = re.compile(r"(?<=[\u3400-\u9fff])[（(]\s*[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü' ]{1,24}[)）]")
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
#: words that Taiwan and Hong Kong write otherwise, after their characters are simplified
_WORDS = (
    ("工业网际网路", "工业互联网"),
    ("网际网路", "互联网"),
    ("平臺", "平台"),
    ("软体", "软件"),
    ("资讯科技", "信息技术"),
)


@cache
def _table() -> dict[int, int]:
    pairs = json.loads(resources.files(__package__).joinpath("data/simplified.json").read_text("utf-8"))
    return dict(zip(map(ord, pairs["from"]), map(ord, pairs["to"]), strict=True))


def odd(text: str) -> bool:
    """The text has marks that hide words: zero-width characters, or pinyin in brackets."""
    return _UNSEEN.search(text) is not None or _GLOSS.search(text) is not None


def plain(text: str) -> str:
    """Return the text in simplified characters, half width and lower case; offsets are not kept."""
    text = unicodedata.normalize("NFKC", _GLOSS.sub("", _UNSEEN.sub("", text))).translate(_table()).lower()
    for other, word in _WORDS:
        if other in text:
            text = text.replace(other, word)
    return text
