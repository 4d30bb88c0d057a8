"""Text as index tokens: Latin words, and Han runs as overlapping pairs, so that two-character words are found.

`双跨平台 X` becomes `双跨 跨平 平台 台 x`: each run ends with its last character alone, so that one character is a
prefix wherever it stands. Traditional characters are folded to simplified ones; a query passes the same way.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b
from operator import add

_HAN = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003134f"
#: a Han run, or a run of other letters and digits
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")
_IS_HAN = re.compile(f"[{_HAN}]")
#: characters that normalising may turn into other letters; the punctuation left out here becomes other punctuation
_UNUSUAL = re.compile("[^\0-\x7f㐀-䶿一-鿿\U00020000-\U0002f7ff\u3000-\u301f，。；：？！（）“”‘’—…·％～－＋＝＜＞／]")
#: stands between the texts of an index column
BREAK = "zzbreak"


def fold(text: str) -> str:
    """Return the text with width, case and script folded, as it is compared everywhere in queries."""
    if text.isascii():
        return text.lower()
    from zhconv_rs import zhconv

    return unicodedata.normalize("NFKC", str(zhconv(text, "zh-hans"))).casefold()


def tokens(text: str) -> list[str]:
    """Return the index tokens of a text in their order."""
    found: list[str] = []
    for han, other in _RUNS.findall(_letters(text)):
        if han:
            found.extend(map(add, han, han[1:]))
            found.append(han[-1])
        else:
            found.append(other)
    return found


def _letters(text: str) -> str:
    """Return the text folded, as far as letters and digits go: they alone make tokens."""
    if text.isascii():
        return text.lower()
    from zhconv_rs import zhconv

    simplified = str(zhconv(text, "zh-hans"))
    # Normalising is most of the work, and plain text is normal already but for its punctuation.
    normal = unicodedata.normalize("NFKC", simplified) if _UNUSUAL.search(simplified) else simplified
    return normal.casefold()


def phrase(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the tokens that a phrase asks for in a row, and whether the last one is only a prefix.

    Empty for a text without letters or digits: nothing in an index can tell of it.
    """
    found = tokens(text)
    if not found or not _IS_HAN.match(found[-1]):
        return tuple(found), False
    if len(found) > 1 and found[-2].endswith(found[-1]) and len(found[-2]) == 2 and _IS_HAN.match(found[-2]):
        return tuple(found[:-1]), False
    return tuple(found), True


def contains(haystack: str, wanted: tuple[tuple[str, ...], bool]) -> bool:
    """Tell whether joined tokens (see `joined`) hold the phrase; agrees with the full-text index."""
    words, prefix = wanted
    needle = " " + " ".join(words) + ("" if prefix else " ")
    return bool(words) and needle in haystack


def joined(text: str) -> str:
    """Return the tokens of a text as `contains` searches them."""
    return " " + " ".join(tokens(text)) + " "


@lru_cache(maxsize=8192)
def facet(name: str, value: str) -> str:
    """Return one opaque token for a field and its value, so that an index can hold both in one column."""
    return "f" + blake2b(f"{name}\0{value.lower()}".encode(), digest_size=7).hexdigest()


def column(parts: list[str]) -> str:
    """Return what an index column stores for several texts; phrases do not run from one into the next."""
    return f" {BREAK} ".join(" ".join(tokens(part)) for part in parts)
