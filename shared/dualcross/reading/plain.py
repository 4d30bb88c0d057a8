"""Plain text files: a headline, often a line with date and outlet, paragraphs."""

from __future__ import annotations

import re
from itertools import pairwise

from dualcross.model import Article
from dualcross.patterns import late
from dualcross.reading import dates, issuer
from dualcross.reading.language import language
from dualcross.reading.spacing import visible

_LABEL = late(
    r"(?:发布时间|發布時間|发布日期|发表时间|发布于|更新时间|时间|日期|时间|date|published|posted|updated|on)\s*[：:]?\s*$",
    re.IGNORECASE,
)
_ROLE = late(
    r"^(?:信息员|通讯员|编辑|责任编辑|责编|作者|记者|发布者|发布人|来源|來源|source|by|author|editor)[：:]?$",
    re.IGNORECASE,
)
_PERSON_ROLE = late(r"^(?:作者|记者|by|author)[：:]?$", re.IGNORECASE)
#: a line with a date that is longer than this is a paragraph
_LONGEST_BYLINE = 120
_LONGEST_TITLE = 300


def read_text(text: str, *, url: str | None = None) -> Article:
    """Return the article of a plain text: first line the headline, a short line with a date its byline."""
    lines = [line for line in (raw.strip() for raw in visible(text).splitlines()) if line]
    if not lines:
        return Article(url=url, title="", text="")
    title = lines.pop(0) if len(lines[0]) <= _LONGEST_TITLE else ""
    published = source = author = None
    for position, line in enumerate(lines[:4]):
        byline = _byline(line)
        if byline:
            published, source, author = byline
            del lines[position]
            break
    body = "\n".join(lines)
    spoken = language(title + "\n" + body)
    printed = dates.parse(published) if published else None
    chinese = spoken.startswith("zh") or any("\u4e00" <= c <= "\u9fff" for c in source or "")
    return Article(
        url=url,
        title=title,
        text=body,
        published=printed.iso(dates.CHINA if chinese or url is None or ".cn" in url else "") if printed else None,
        language=spoken,
        source=source,
        author=author,
        official=issuer.official_host(url) or issuer.official_name(source),
    )


def _byline(line: str) -> tuple[str | None, str | None, str | None] | None:
    """(date as printed, outlet, author) of a line that is nothing but these; None for any other line."""
    found = dates.find(line) if len(line) <= _LONGEST_BYLINE else []
    named, person = issuer.outlet(line), issuer.author(line)
    if not found:
        return (None, named, person) if named and len(line) <= 60 and not line.endswith(("。", ".")) else None
    first = found[0]
    before, after = _LABEL.sub("", line[: first.start]).strip(), line[first.end :].strip()
    if re.search(r"[。；;!?！？]", before + after) or (len(before) + len(after) > 70):
        return None
    if not named:
        words = [w for w in re.split(r"[\s|｜/·]+", before + " " + after) if w]
        plain = [w for i, w in enumerate(words) if not _ROLE.match(w)]
        named = (
            plain[-1] if plain and len(plain) <= 6 and plain[-1].isascii() is False else " ".join(plain[-4:]) or None
        )
        for label, value in pairwise(words):
            if _PERSON_ROLE.match(label) and not person:
                person = value
        if named and named == person:
            named = None
    return line[first.start : first.end], named.strip(" ：:-—()（）") or None if named else None, person
