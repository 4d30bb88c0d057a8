"""List pages: the repeated block of links is found without configuration, or taken by CSS selectors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from dualcross.reading import dates
from dualcross.reading.noise import COMMENTS_CLASS
from dualcross.reading.spacing import tidy
from dualcross.reading.tree import parse_html
from dualcross.sources.address import absolute, same_site
from dualcross.sources.entry import Entry

_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navi|menu|foot|footer|crumbs?|breadcrumb|pager?|pages|pagination|tags?|friend|copyright|"
    r"toolbar|login|share|search|top-?bar|header|lang|sitemap)(?:$|[\s_\-\d])|friend-?link|youqing|weizhi|banquan"
)
_MORE = re.compile(
    r"^\W*(?:更多|more|首页|尾页|末页|上一页|下一页|上页|下页|prev(?:ious)?|next|»|«|\d{1,4}|详细|查看(?:详情|更多|全文)|阅读全文|read more|continue reading|\[?详情\]?)\W*$",
    re.IGNORECASE,
)
#: a date stands in the addresses of articles more often than in those of columns
_DATED = re.compile(r"(?:19|20)\d{2}[-/_]?(?:0?[1-9]|1[0-2])|\d{5,}|/[a-z0-9-]+-[a-z0-9-]+-[a-z0-9-]+")
#: the address that a script opens
_CALLED = re.compile(r"[\"'](/?[\w./?=&%:#-]{3,300}\.\w{2,5}(?:\?[^\"']*)?|https?://[^\"']{4,300})[\"']")
#: a day set apart from its year and month, in front of it or behind
_BADGE = re.compile(
    r"(?<![\d/.-])(\d{1,2})\s+((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})(?!\d|\s*[-./月]\s*\d)|(?<![\d/.-])((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})月?\s+(\d{1,2})(?![\d/.:-])"
)
_DAY = re.compile(r"(?<![\d/.-])(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?(?![\d/.-])")
_YEAR = re.compile(r"((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])(?:[-/_]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_BLOCKS = frozenset(("li", "tr", "dl", "dd", "dt", "div", "article", "section", "td", "p"))


class _Link:
    __slots__ = ("element", "text", "title", "url")

    def __init__(self, element: etree._Element, url: str, text: str, title: str) -> None:
        self.element = element
        self.url = url
        self.text = text
        self.title = title


def by_selectors(text: str, base: str, selectors: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return the entries that the CSS selectors `item`, `link`, `title`, `date`, `summary` pick.

    Without `item`, `link` picks over the whole page. A selector may end in `@name` to take an attribute.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(text, "lxml")
    base = _base(soup.find("base"), base)
    boxes = soup.select(selectors["item"]) if selectors.get("item") else soup.select(selectors.get("link") or "a[href]")
    entries = []
    for box in boxes:
        link = _pick(box, selectors.get("link") or "a[href]", "href") if selectors.get("item") else box.get("href", "")
        anchor = box if box.name == "a" else box.select_one("a[href]")
        if not link and anchor is not None:
            link = anchor.get("href", "")
        title = _pick(box, selectors["title"]) if selectors.get("title") else ""
        if not title and anchor is not None:
            title = _headline(tidy(anchor.get_text(" ")), tidy(str(anchor.get("title") or "")))
        found = _pick(box, selectors["date"]) if selectors.get("date") else _date_in(tidy(box.get_text(" ")))
        summary = _pick(box, selectors["summary"]) if selectors.get("summary") else ""
        url = absolute(base, str(link))
        if url:
            entries.append(Entry(title=title, link=url, published=found, summary=summary))
    return _merged(entries)


def _base(tag: Any, base: str) -> str:
    href = tag.get("href") if tag is not None else None
    return absolute(base, str(href)) or base if href else base


def _pick(box: Any, selector: str, attribute: str = "") -> str:
    selector, _, named = selector.partition("@")
    found = box.select_one(selector.strip()) if selector.strip() else box
    if found is None and box.name == "a":
        found = box
    if found is None:
        return ""
    name = named.strip() or attribute
    return tidy(str(found.get(name) or "")) if name else tidy(found.get_text(" "))


def discovered(text: str, base: str) -> tuple[Entry, ...]:
    """Return the entries of the page's main list; empty where no block of links repeats.

    Links of one shape (the same path of elements and classes) form a group; the group whose texts read most like
    headlines wins. A picture and a text that lead to one address are one entry.
    """
    root = parse_html(text)
    if root is None:
        return ()
    head = root.find(".//base")
    base = _base(head, base)
    groups: dict[tuple[str, ...], list[_Link]] = {}
    for element in root.iter("a"):
        url = _address(element, base)
        if not url or url == base or _in_furniture(element):
            continue
        text_ = _label(element)
        title = tidy(element.get("title") or "")
        if not text_ and not title:
            image = element.find(".//img")
            title = tidy(image.get("alt") or "") if image is not None else ""
        groups.setdefault(_shape(element), []).append(_Link(element, url, text_, title))
    scored = sorted(
        ((_score(links, base), order, links) for order, links in enumerate(groups.values())),
        key=lambda s: (-s[0], s[1]),
    )
    if not scored or scored[0][0] <= 0:
        return ()
    chosen = scored[0][2]
    box = _common(chosen)
    members = [
        links
        for score, _, links in scored
        if links is chosen or (score > 0 and _inside(links, box)) or _twins(links, chosen)
    ]
    # of a group that only says the same again, what says something else is a byline
    urls = {link.url for link in chosen}
    order = [
        link
        for links in members
        for link in _of_the_list(links, base)
        if links is chosen or link.url in urls or not _twins(links, chosen)
    ]
    position = {id(e): n for n, e in enumerate(root.iter("a"))}
    order.sort(key=lambda link: position[id(link.element)])
    return _merged([_entry(link) for link in order])


def _address(element: etree._Element, base: str) -> str:
    """Where a link leads, be it only by its script."""
    href = element.get("href") or ""
    url = absolute(base, href) if href else ""
    if not url or href.startswith("#"):
        called = _CALLED.search(element.get("onclick") or "")
        return absolute(base, called[1]) if called else url
    return url


def _label(element: etree._Element) -> str:
    """The text of a link: of a card that is one link, its headline."""
    if len(element):
        for child in element.iter("h1", "h2", "h3", "h4", "h5", "h6"):
            headline = tidy("".join(child.itertext()))
            if headline:
                return headline
    return tidy("".join(element.itertext()))


def _of_the_list(links: list[_Link], base: str) -> list[_Link]:
    """The links of a group less those of its shape elsewhere: without a date, to another site, where the others are not so."""
    dated = {id(link) for link in links if _box_date(link.element)}
    if len(dated) * 10 < len(links) * 7:
        return links
    return [link for link in links if id(link) in dated or same_site(link.url, base)]


def _in_furniture(element: etree._Element) -> bool:
    for depth, box in enumerate(element.iterancestors()):
        if depth > 12:
            return False
        if box.tag in ("nav", "footer", "header") or (box.tag == "aside" and depth < 6):
            return True
        names = f"{box.get('class') or ''} {box.get('id') or ''}".lower()
        if (
            len(names) > 1
            and box.tag not in ("body", "html", "main")
            and (_FURNITURE.search(names) or COMMENTS_CLASS.search(names))
        ):
            return True
    return False


def _shape(element: etree._Element) -> tuple[str, ...]:
    """The path of elements above a link, with the first class of each, numbers left out."""
    path = []
    for depth, box in enumerate(element.iterancestors()):
        if depth > 5 or box.tag in ("body", "html"):
            break
        name = (box.get("class") or "").split()[:1]
        label = re.sub(r"\d+", "", name[0]) if name and depth > 1 and box.tag != "li" else ""
        path.append(f"{box.tag}.{label}" if box.tag not in ("li", "tr") else box.tag)
    return tuple(path)


def _length(text: str) -> float:
    return len(text) + 1.5 * len(_WIDE.findall(text))


def _score(links: list[_Link], base: str) -> float:
    """How much a group reads like a list of headlines."""
    urls: dict[str, float] = {}
    for link in links:
        label = link.text if not _MORE.match(link.text) else ""
        size = max(_length(label), _length(link.title))
        urls[link.url] = max(urls.get(link.url, 0.0), size)
    count = len(urls)
    if count < 2:
        return 0.0
    sizes = sorted(urls.values())
    middle = sizes[count // 2]
    if middle < 12:
        return 0.0
    dated = sum(1 for url in urls if _DATED.search(urlsplit(url).path + "?" + urlsplit(url).query)) / count
    near = sum(1 for url in urls if same_site(url, base)) / count
    printed = sum(1 for link in links if _box_date(link.element)) / len(links)
    return (
        float(min(count, 60) ** 0.7)
        * min(middle, 70.0)
        * (0.35 + dated)
        * (0.4 + near)
        * (1.0 + 0.8 * min(printed, 1.0))
    )


def _common(links: list[_Link]) -> etree._Element | None:
    """The smallest box around all links of a group."""
    paths = [list(link.element.iterancestors())[::-1] for link in (links[0], links[len(links) // 2], links[-1])]
    box = None
    for level in zip(*paths, strict=False):
        if all(element is level[0] for element in level):
            box = level[0]
    return box


def _inside(links: list[_Link], box: etree._Element | None) -> bool:
    if box is None or box.tag in ("body", "html"):
        return False
    return all(any(above is box for above in link.element.iterancestors()) for link in links)


def _twins(links: list[_Link], chosen: list[_Link]) -> bool:
    """The group leads to the same addresses: the pictures beside the headlines."""
    theirs, ours = {link.url for link in links}, {link.url for link in chosen}
    return len(theirs & ours) > 0.8 * len(theirs)


def _entry(link: _Link) -> Entry:
    label = "" if _MORE.match(link.text) else link.text
    return Entry(title=_headline(label, link.title), link=link.url, published=_box_date(link.element))


def _headline(text: str, title: str) -> str:
    """The headline of a link from its text and its tooltip.

    The tooltip wins where the text is a cut form of it, or holds it beside a badge or a date.
    """
    if not title or title == text:
        return _without_date(text)
    if not text:
        return title
    bare = text.rstrip(".… ")
    if title.startswith(bare) or title in text:
        return title
    return _without_date(text)


def _without_date(text: str) -> str:
    found = dates.find(text) if any(c.isdigit() for c in text) else []
    for printed in found:
        if printed.end >= len(text.rstrip(" ])）】")) and printed.start > 4 and text[printed.start - 1] in " [(（【\t":
            return text[: printed.start].rstrip(" [(（【-|·")
        if printed.start <= 1 and len(text) - printed.end > 8 and text[printed.end : printed.end + 1] in " ])）】\t":
            return text[printed.end :].lstrip(" ])）】-|·")
    return text


def _box_date(element: etree._Element) -> str:
    """The date printed in the smallest box of the link that holds one and no other headline."""
    own = _own_date(element)
    if own:
        return own
    url = element.get("href") or ""
    box = element
    for _ in range(4):
        parent = box.getparent()
        if parent is None or parent.tag in ("body", "ul", "ol", "tbody", "table"):
            break
        box = parent
        text = " ".join(box.itertext())
        if len(text) > 1500:
            break
        urls = {a.get("href") for a in box.iter("a") if len("".join(a.itertext()).strip()) > 8}
        if len(urls) > 1:
            break
        found = _date_in(tidy(text), url)
        if found:
            return found
    return _date_in(_line_after(element), url)


def _own_date(element: etree._Element) -> str:
    """The date that a card prints in a small box of its own."""
    for child in element.iter("time", "span", "em", "i", "p", "div", "small"):
        text = tidy(" ".join(child.itertext())) if child is not element else ""
        if 0 < len(text) <= 24:
            found = _date_in(text)
            if found:
                return found
    return ""


def _line_after(element: etree._Element) -> str:
    """What stands behind a link on its line, where lines are not boxes: up to the next break or link."""
    parts = [element.tail or ""]
    for sibling in element.itersiblings():
        if sibling.tag in ("a", "br", "hr") or sibling.tag in _BLOCKS or next(sibling.iter("a"), None) is not None:
            break
        parts += ["".join(sibling.itertext()), sibling.tail or ""]
        if len(parts) > 12:
            break
    return tidy("".join(parts))[:120]


def _date_in(text: str, url: str = "") -> str:
    """The last date of a text; one set apart (day, then year and month), or without its year where the address has it."""
    found = dates.find(text)
    if not found:
        return _apart(text) or (_with_year(text, url) if url else "")
    best = found[-1]
    return text[best.start : best.end].strip()


def _apart(text: str) -> str:
    badge = _BADGE.search(text)
    if not badge:
        return ""
    day, year, month = (badge[1], badge[2], badge[3]) if badge[1] else (badge[6], badge[4], badge[5])
    return f"{year}-{int(month):02}-{int(day):02}" if 0 < int(month) < 13 and 0 < int(day) < 32 else ""


def _with_year(text: str, url: str) -> str:
    printed, named = _DAY.search(text), _YEAR.search(url)
    if not printed or not named or int(printed[1]) != int(named[2]):
        return ""
    if named[3] and int(named[3]) != int(printed[2]):
        return ""
    return f"{named[1]}-{int(printed[1]):02}-{int(printed[2]):02}"


def _merged(entries: list[Entry]) -> tuple[Entry, ...]:
    """One entry an address, at its first place, with its longest title."""
    out: dict[str, Entry] = {}
    for entry in entries:
        known = out.get(entry.link)
        if known is None:
            out[entry.link] = entry
        else:
            title = entry.title if len(entry.title) > len(known.title) else known.title
            out[entry.link] = Entry(
                title=title, link=entry.link, published=known.published or entry.published, summary=known.summary
            )
    return tuple(entry for entry in out.values() if entry.title)
