"""Snippets of markup in feeds and lists, as the text a reader sees."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(?:/?[a-zA-Z][\w:.\-]*(?:\s[^<>]*)?/?|[!?][^<>]*)>|<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"</?(?:p|br|div|li|h[1-6]|tr|td|ul|ol|blockquote|hr)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_DROPPED = re.compile(
    r"<(?:(script|style)\b.*?(?:</\1\s*>|$)|(noscript|template)\b.*?</\2\s*>)", re.DOTALL | re.IGNORECASE
)
_SCRIPTED = re.compile(r"<(?:script|style|noscript|template)\b", re.IGNORECASE)
#: control codes that are really Windows punctuation, sent under a Latin-1 label
_C1 = re.compile("[\x80-\x9f]")
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or " " for code in range(0x80, 0xA0)}
_CUT = re.compile(r"<(?:[a-zA-Z/][^<>]*|!--.*)$", re.DOTALL)
#: enough of a summary; entire articles stand in some feeds
LONGEST = 600


def plain(markup: str, limit: int = LONGEST) -> str:
    """Return the text of a snippet on one line, cut at a word near the limit."""
    if not markup:
        return ""
    text = _read(markup[: limit * 2])
    if len(text) < limit < len(markup) // 2:
        text = _read(markup[: limit * 10])
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _read(text: str) -> str:
    if "<" in text:
        # an element that the cut has left open at the end is no text either
        text = _TAG.sub("", _BREAK.sub(" ", _DROPPED.sub(" ", text) if _SCRIPTED.search(text) else text))
        text = _CUT.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii() and _C1.search(text):
        text = text.translate(_WINDOWS)
    return " ".join(text.split())


def headline(markup: str) -> str:
    """Return the text of a title; one that was escaped twice is unescaped twice."""
    text = plain(markup, 500)
    if "&" in text and ";" in text:
        text = " ".join(html.unescape(text).split())
    return text
