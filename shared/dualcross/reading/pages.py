"""Articles spread over several pages: where the other pages are, and how they become one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from lxml import etree

from dualcross.model import Article, Fetched, Story
from dualcross.patterns import late
from dualcross.reading import metadata
from dualcross.reading.charset import decode
from dualcross.reading.spacing import tidy
from dualcross.reading.tree import parse_html
from dualcross.sources.address import absolute

_NEXT = late(r"^\W*(?:下一页|下页|后一页|下一頁|下頁|next(?:\s+page)?|»|›|>)\W*$", re.IGNORECASE)
_FIGURE = late(r"^\W*(?:第\s*)?(\d{1,2})\s*页?\W*$")
#: a pager drawn by a script: createPageHTML(pages, current, name, suffix)
_SCRIPTED = late(
    r"createPageHTML\w*\(\s*['\"]?(\d{1,2})['\"]?\s*,\s*['\"]?(\d{1,2})['\"]?\s*,\s*['\"]([\w\-.]+)['\"]\s*,\s*['\"](\w+)['\"]"
)
_PART = late(r"(?P<stem>.*?)(?:[_\-](?P<n>\d{1,2})|/(?P<m>\d{1,2}))?(?P<suffix>\.\w{3,5})?/?$")
_PAGE_PARAMETER = late(
    r"(?:^|&)(?:page|p|pn|pageno|pagenum|paged|currentpage|pageindex)=(\d{1,2})(?=&|$)", re.IGNORECASE
)
#: more parts than this and it is a forum or an archive
MOST = 20


def next_pages(fetched: Fetched) -> tuple[str, ...]:
    """Return the addresses of the article's further pages, in order, the fetched one left out.

    Only addresses that differ from the page's own by a part number count: a link to the next *article* never does.
    Where the page names only the next part, that one is returned; ask it in turn.
    """
    url = fetched.final_url or fetched.url
    kind = next((v for k, v in fetched.headers.items() if k.lower() == "content-type"), "")
    text, _ = decode(fetched.body, kind)
    root = parse_html(text)
    if root is None or not url:
        return ()
    scripted = _from_script(text, url)
    if scripted:
        return scripted
    here = _number(url)
    parts: dict[int, str] = {}
    for target, label in _links(root, url):
        number = _number(target)
        figure = _FIGURE.match(label)
        if not _same_article(url, target) or target == url:
            continue
        if number > here and (figure or _NEXT.match(label)):
            parts.setdefault(number, target)
    return tuple(parts[n] for n in sorted(parts))[:MOST]


def _from_script(text: str, url: str) -> tuple[str, ...]:
    match = _SCRIPTED.search(text)
    if not match:
        return ()
    total, current, name, suffix = int(match[1]), int(match[2]), match[3], match[4]
    if not 1 < total <= MOST or name not in urlsplit(url).path:
        return ()
    # parts are counted from 0; part 0 has no number
    return tuple(urljoin(url, f"{name}_{n}.{suffix}") for n in range(current + 1, total))


def _links(root: etree._Element, url: str) -> list[tuple[str, str]]:
    found = [(absolute(url, a.get("href") or ""), tidy("".join(a.itertext()))) for a in root.iter("a")]
    declared = metadata.gather(root).next_page
    if declared:
        found.append((absolute(url, declared), "next"))
    return [(target, label) for target, label in found if target]


def _number(url: str) -> int:
    """The part that an address names: 1 where it names none."""
    parts = urlsplit(url)
    named = _PAGE_PARAMETER.search(parts.query)
    if named:
        return int(named[1])
    match = _PART.match(parts.path)
    digits = (match["n"] or match["m"]) if match else None
    return int(digits) if digits else 1


def _stem(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    match = _PART.match(parts.path)
    stem = match["stem"] if match else parts.path
    query = _PAGE_PARAMETER.sub("", parts.query).strip("&")
    return (parts.hostname or "").removeprefix("www."), stem.rstrip("/"), query


def _same_article(url: str, target: str) -> bool:
    """The addresses differ in a part number alone, and the first one's own name stays whole."""
    if _stem(target) == _stem(url) and len(_stem(url)[1]) > 1:
        return True
    # a name that itself ends in a figure (post_123.html): the part is added to the whole
    ours, theirs = urlsplit(url), urlsplit(target)
    base, _, _ = ours.path.rpartition(".")
    whole = base or ours.path.rstrip("/")
    return (
        ours.hostname == theirs.hostname
        and len(whole) > 1
        and re.match(re.escape(whole) + r"[_\-/]\d{1,2}(?:\.\w+)?/?$", theirs.path) is not None
    )


def joined(parts: Sequence[Article]) -> Article:
    """Return the parts as one article: the first one's facts, all texts in order, repeated lines once.

    Lines that two parts share are furniture of the page, or the headline again.
    """
    first = parts[0]
    text = first.text
    stories = list(first.stories)
    seen = set(text.split("\n"))
    for part in parts[1:]:
        fresh = [line for line in part.text.split("\n") if line and line not in seen]
        seen.update(fresh)
        if not fresh:
            continue
        addition = "\n".join(fresh)
        for story in part.stories:
            start = addition.find(part.text[story.start : story.end])
            if start >= 0:
                offset = len(text) + 1 + start
                stories.append(Story(title=story.title, start=offset, end=offset + story.end - story.start))
        text = f"{text}\n{addition}" if text else addition
    return replace(first, text=text, stories=tuple(stories))
