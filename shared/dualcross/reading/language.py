"""Which language and script a text is written in."""

from __future__ import annotations

import re

from dualcross.model import Language
from dualcross.patterns import late
from dualcross.reading.frequent import HANS_ONLY, HANT_ONLY

_HAN = late(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = late(r"[\u3040-\u30ff]")
_HANGUL = late(r"[\uac00-\ud7a3]")
_WORD = late(r"[A-Za-z]+")
_LETTER = late(r"[^\W\d_]")
_ENGLISH = frozenset(
    "the of and to in a is that for on with as was by are at from it this an be has have which will its not or were "
    "their been more also first new said who".split()
)


def language(text: str, hint: str = "") -> Language:
    """Return the language of a text; `hint` is the page's own word and decides only where the text cannot."""
    han = _HAN.findall(text)
    kana, hangul = len(_KANA.findall(text)), len(_HANGUL.findall(text))
    words = _WORD.findall(text)
    if len(han) > max(1, 3 * kana, 3 * hangul) and len(han) * 2.5 >= len(words):
        simplified = sum(1 for c in han if c in HANS_ONLY)
        traditional = sum(1 for c in han if c in HANT_ONLY)
        if traditional == simplified:
            return "zh-Hant" if re.match(r"zh-(?:hant|tw|hk|mo)", hint, re.IGNORECASE) else "zh-Hans"
        return "zh-Hant" if traditional > simplified else "zh-Hans"
    if not words or kana + hangul > len(words):
        return "und"
    letters = len(_LETTER.findall(text))
    if sum(map(len, words)) < 0.8 * letters:
        return "und"
    known = sum(1 for w in words if w.lower() in _ENGLISH)
    if known >= 0.12 * len(words):
        return "en"
    return (
        "en"
        if hint.startswith("en") and known >= 0.04 * len(words)
        else "en"
        if known >= 1 and len(words) < 15
        else "und"
    )
