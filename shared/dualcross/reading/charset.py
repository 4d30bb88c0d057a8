"""Bytes to text: byte order mark, HTTP header, the document's own word, then gb18030 as the superset; liars detected."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from dualcross.patterns import late
from dualcross.reading.likeness import likeness

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PROLOG = late(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""", re.IGNORECASE)
_META = late(rb"""charset\s*=\s*["']?\s*([a-z0-9._:-]+)""")
_META_TAG = late(rb"<meta\b[^>]*$")
_HEADER = late(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""", re.IGNORECASE)
#: a label means the widest code page that contains it, as browsers read it
_WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "euc-cn": "gb18030", "euccn": "gb18030", "hz-gb-2312": "hz", "gb-2312": "gb18030", "utf8": "utf-8",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "big5hkscs", "x-x-big5": "big5hkscs",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "windows-1252": "cp1252", "shift_jis": "cp932", "x-sjis": "cp932", "shift-jis": "cp932", "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949", "windows-31j": "cp932", "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "utf-16": "utf-16-le", "unicode": "utf-8", "utf-32": "utf-32-le", "utf-8-sig": "utf-8", "unicode-1-1-utf-8": "utf-8",
}  # fmt: skip
#: what undeclared bytes are tried as; the commonest letters of each tell the right one
_GUESSES = ("gb18030", "big5hkscs", "cp1251", "koi8-r", "cp932", "euc-jp", "cp949", "cp1252", "cp1253", "cp1250")
_UTF8_TRIPLE = late(rb"[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
#: in valid UTF-8 every byte from 0xE0 on leads a character of three bytes or four
_BELOW_TRIPLE = bytes(range(0xE0))
_SAMPLE = 40_000


def decode(body: bytes, content_type: str = "", forced: str | None = None) -> tuple[str, str]:
    """Return the text of a document and the name of the code page it was read with.

    A declaration that the bytes contradict is passed over. No input raises; bytes that fit nothing become U+FFFD.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    wide = _utf16_without_mark(body)
    if wide:
        return body.decode(wide, "replace"), wide
    labels = [name for name in _declared(body, content_type, forced) if name]
    shifted = _escaped(body, labels)
    if shifted:
        return body.decode(shifted, "replace"), shifted
    if body.isascii():
        return body.decode("ascii"), "ascii"
    if forced and labels and labels[0] == _codec(forced):
        return body.decode(labels[0], "replace"), labels[0]
    truth = _as_utf8(body, labels)
    if truth is not None:
        return truth, "utf-8"
    best: tuple[float, str, str] | None = None
    for name in labels:
        text = _strict(body, name)
        if text is not None and plausible(text, name):
            return text, name
    for name in dict.fromkeys([*labels, *_GUESSES]):
        text = body.decode(name, "replace")
        score = likeness(text[:_SAMPLE], name) + (0.05 if name in labels else 0.0)
        if best is None or score > best[0]:
            best = (score, text, name)
    assert best is not None
    return best[1], best[2]


def _declared(body: bytes, content_type: str, forced: str | None) -> Iterator[str | None]:
    if forced:
        yield _codec(forced)
    found = _HEADER.search(content_type)
    if found:
        yield _codec(found[1])
    prolog = _PROLOG.search(body, 0, 1024)
    if prolog:
        yield _codec(prolog[1].decode("ascii"))
    # the word first, its element after: pages hold far fewer of the word than of elements
    head = body[:100_000].lower()
    at = head.find(b"charset")
    while at >= 0:
        hit = _META.match(head, at)
        if hit and _META_TAG.search(head[max(0, at - 400) : at]):
            yield _codec(hit[1].decode("ascii"))
            return
        at = head.find(b"charset", at + 7)


def _codec(label: str) -> str | None:
    label = label.strip().lower()
    name = _WIDER.get(label, label)
    try:
        b"".decode(name)
    except (LookupError, ValueError, UnicodeError):
        # unknown, or a transformation that is no code page
        return None
    return name


def _utf16_without_mark(body: bytes) -> str | None:
    head = body[:200]
    if len(head) < 4 or b"\x00" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 5 and even <= odd // 8:
        return "utf-16-le"
    if even > len(head) // 5 and odd <= even // 8:
        return "utf-16-be"
    return None


def _escaped(body: bytes, labels: list[str]) -> str | None:
    """The seven-bit code page whose escape sequences the bytes hold."""
    if b"\x1b" not in body:
        return "hz" if "hz" in labels and b"~{" in body else None
    if b"\x1b$)C" in body[:4096]:
        return "iso2022_kr"
    if b"\x1b$B" in body or b"\x1b$@" in body:
        return "iso2022_jp_2"
    return None


def _as_utf8(body: bytes, labels: list[str]) -> str | None:
    """The text, where the bytes are UTF-8 beyond doubt.

    Valid UTF-8 with a character of three bytes is hardly ever anything else; with two-byte ones only, a
    declared CJK code page is believed (the classic: two GBK characters that happen to be valid UTF-8).
    A lone broken sequence, as cut-off summaries leave, does not make a long UTF-8 text something else.
    """
    text = _strict(body, "utf-8")
    if text is not None:
        if labels and labels[0] not in ("utf-8", "cp1252") and not body.translate(None, _BELOW_TRIPLE):
            other = _strict(body, labels[0])
            return text if other is None or labels[0] not in ("gb18030", "big5hkscs", "cp932", "cp949") else None
        return text
    text = body.decode("utf-8", "replace")
    if labels[:1] == ["utf-8"] and text.count("\ufffd") == 1 and text.endswith("\ufffd") and _UTF8_TRIPLE.search(body):
        # an answer that broke off inside a character
        return text
    good, bad = len(_UTF8_TRIPLE.findall(body)), text.count("�")
    if good > 20 * bad or (labels[:1] == ["utf-8"] and good > 5 * bad):
        return text
    return None


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeError:
        return None


def plausible(text: str, name: str) -> bool:
    """A strictly decoded text looks like language: a wrong code page yields rare ideographs and odd signs."""
    return likeness(text[:_SAMPLE], name) > 0.3
