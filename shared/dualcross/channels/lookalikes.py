"""Markdown whose dialect knows no escape: marks of a source's text are shown by their full-width twins."""

from __future__ import annotations

from urllib.parse import quote

_TWINS = str.maketrans({
    "*": "＊", "_": "＿", "`": "｀", "#": "＃", "[": "［", "]": "］", "<": "＜", ">": "＞", "|": "｜", "~": "～",
    "!": "！", "\\": "＼", "@": "＠",
})  # fmt: skip


def plain(text: str) -> str:
    """Return the text so that no dialect of Markdown reads a mark, a mention or HTML in it."""
    return "\n".join(_line(line) for line in text.split("\n"))


def link(label: str, url: str) -> str:
    """Return a link; what could end it early is percent-encoded."""
    return f"[{plain(label)}]({quote(url, safe=_SAFE)})"


_SAFE = ":/?#&=%+,;@~!$'*-._"


def _line(text: str) -> str:
    clean = text.translate(_TWINS)
    head = clean.lstrip()
    # A list or a rule begins with one of these; a number with a point begins a numbered list.
    if head[:1] in ("-", "+", "="):
        return head[:1].translate({45: "－", 43: "＋", 61: "＝"}) + head[1:]
    digits = len(head) - len(head.lstrip("0123456789"))
    if digits and head[digits : digits + 2] == ". ":
        return head[:digits] + "．" + head[digits + 1 :]
    return clean
