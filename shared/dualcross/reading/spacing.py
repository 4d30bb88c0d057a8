"""White space as a reader sees it."""

from __future__ import annotations

import re

_HAN = r"\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
_HAN_BREAK = re.compile(rf"(?<=[{_HAN}])[^\S\u3000]*\n\s*(?=[{_HAN}])")


def tidy(text: str) -> str:
    """Return the text on one line: white space is one blank, none where only the source broke a Chinese line."""
    if "\n" in text:
        text = _HAN_BREAK.sub("", text)
    return " ".join(text.split())
