"""Text as a reader sees it: white space, and the marks that nobody sees."""

from __future__ import annotations

from dualcross.patterns import late

_HAN = r"\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
_HAN_BREAK = late(rf"(?<=[{_HAN}])[^\S\u3000]*\n\s*(?=[{_HAN}])")
#: marks that no reader sees but that break words apart, and characters that no document may hold
_UNSEEN = late("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")


def visible(text: str) -> str:
    """Return the text without marks that nobody sees and characters that no document may hold."""
    return _UNSEEN.sub("", text)


def tidy(text: str) -> str:
    """Return the text on one line: white space is one blank, none where only the source broke a Chinese line."""
    if "\n" in text and not text.isascii():
        text = _HAN_BREAK.sub("", text)
    text = " ".join(text.split())
    return text if text.isprintable() else _UNSEEN.sub("", text)
