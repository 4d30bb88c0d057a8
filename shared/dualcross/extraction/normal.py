"""Text as the rules read it: one spelling for every variant, with a way back to the original's offsets.

NFKC, traditional to simplified, zero-width marks out, pinyin splices of spam mirrors out, spaced-out characters
joined, quotation marks unified. `Prepared.text[i]` came from `article.text[origin[i]]`; evidence quotes the original.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

import zhconv_rs

from dualcross.extraction.sentences import Sentence, split
from dualcross.model import Article, Evidence
from dualcross.patterns import late

_QUOTES = {
    "「": "“", "」": "”", "『": "“", "』": "”", "〝": "“", "〞": "”", "＂": '"', "’": "'", "‘": "'", "`": "'",
    "—": "—", "–": "-", "‐": "-", "‑": "-", "−": "-", "·": "·", "•": "·", "・": "·", "～": "~", "〜": "~",
    "【": "[", "】": "]", "〔": "[", "〕": "]", "﹝": "[", "﹞": "]", "\u00a0": " ", "\u3000": " ",
}  # fmt: skip
_INVISIBLE = late(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_SPLICE = late(rf"(?<=[{_HAN}])[(][ ]?([a-z{_TONED}ü]{{1,7}})[ ]?[)]")
_SPACED = late(rf"(?<![{_HAN}])[{_HAN}](?: [{_HAN}]){{3,}}(?![{_HAN}])")
#: words that a character table cannot bring home
_REGIONAL_WORDS = late("网际网路|网路|软体|资讯化|平臺")
_HOME_WORDS = {"网际网路": "互联网", "网路": "网络", "软体": "软件", "资讯化": "信息化", "平臺": "平台"}


@dataclass(frozen=True, slots=True)
class Normal:
    """A normalised string and, for each of its characters, the offset it came from."""

    text: str
    origin: tuple[int, ...]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Return the original's offsets of a non-empty span."""
        return self.origin[start], self.origin[end - 1] + 1


@dataclass(frozen=True)
class Prepared:
    """An article ready for the rules: normalised title and text, and the text's sentences."""

    article: Article
    title: str
    body: Normal

    @property
    def text(self) -> str:
        """The normalised main text."""
        return self.body.text

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the normalised text, in order; a table row is one sentence."""
        return split(self.text)

    @cached_property
    def english(self) -> bool:
        """The article is in English."""
        return self.article.language == "en" or (
            self.article.language == "und" and len(re.findall(rf"[{_HAN}]", self.text)) * 4 < len(self.text)
        )

    def evidence(self, start: int, end: int) -> Evidence:
        """Return the quote of the original behind a normalised span, without white space at its ends."""
        raw = self.article.text
        a, b = self.body.back(start, end) if end > start else (0, 0)
        # an invisible mark or splice dropped at the end belongs to nothing
        while a < b and raw[a].isspace():
            a += 1
        while b > a and raw[b - 1].isspace():
            b -= 1
        return Evidence(start=a, end=b, quote=raw[a:b])


def prepare(article: Article) -> Prepared:
    """Return the article ready for the rules."""
    return Prepared(article, normalise(article.title).text, normalise(article.text))


def normalise(text: str) -> Normal:
    """Return the one spelling of a text with its offsets; `normalise(x).text` is a fixed point."""
    if text.isascii():
        return Normal(text, tuple(range(len(text))))
    chars: list[str] = []
    origin: list[int] = []
    for i, raw in enumerate(text):
        if raw < "\x80":
            chars.append(raw)
            origin.append(i)
            continue
        if _INVISIBLE.match(raw):
            continue
        out = _QUOTES.get(raw)
        if out is None:
            out = raw if "\u4e00" <= raw <= "\u9fff" else unicodedata.normalize("NFKC", raw)
            out = "".join(_QUOTES.get(c, c) for c in out)
        chars.extend(out)
        origin.extend([i] * len(out))
    flat = _simplified("".join(chars))
    return _squeeze(flat, origin)


def simplified(text: str) -> str:
    """Return a name or phrase in its one spelling, without white space at its ends."""
    return normalise(text).text.strip()


def _simplified(flat: str) -> str:
    """Simplify character by character, so that offsets stay."""
    if flat.isascii():
        return flat
    whole = zhconv_rs.zhconv(flat, "zh-hans")
    if len(whole) == len(flat):
        return whole
    out = []
    for c in flat:
        s = zhconv_rs.zhconv(c, "zh-hans") if "\u3400" <= c <= "\u9fff" else c
        out.append(s if len(s) == 1 else c)
    return "".join(out)


def _squeeze(flat: str, origin: list[int]) -> Normal:
    """Take out pinyin splices and the gaps of spaced-out words, and bring regional words home."""
    cuts: list[tuple[int, int, str]] = []
    splices = list(_SPLICE.finditer(flat))
    toned = [m for m in splices if any(c in _TONED for c in m.group(1))]
    if toned or len(splices) >= 4:
        cuts += [(m.start(), m.end(), "") for m in (splices if len(splices) >= 4 else toned)]
    cuts += [(m.start(), m.end(), m.group().replace(" ", "")) for m in _SPACED.finditer(flat)]
    cuts += [(m.start(), m.end(), _HOME_WORDS[m.group()]) for m in _REGIONAL_WORDS.finditer(flat)]
    if not cuts:
        return Normal(flat, tuple(origin))
    cuts.sort()
    chars: list[str] = []
    places: list[int] = []
    at = 0
    for start, end, put in cuts:
        if start < at:
            continue
        chars.append(flat[at:start])
        places += origin[at:start]
        span = origin[start:end]
        chars.append(put)
        # spread what is put over the span it stands for; the last character reaches its end
        places += [span[min(len(span) - 1, k * len(span) // max(1, len(put)))] for k in range(len(put) - 1)]
        places += [span[-1]] if put else []
        at = end
    chars.append(flat[at:])
    places += origin[at:]
    return Normal("".join(chars), tuple(places))
