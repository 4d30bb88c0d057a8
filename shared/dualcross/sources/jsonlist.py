"""JSON sources: JSON Feed, and lists of any site by dotted paths."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dualcross.errors import ParseError
from dualcross.sources.entry import Entry, Feed

_LINKS = (
    "url",
    "link",
    "href",
    "weburl",
    "web_url",
    "pageurl",
    "docpuburl",
    "doc_url",
    "detailurl",
    "detail_url",
    "arturl",
    "external_url",
    "permalink",
    "source_url",
    "share_url",
    "route",
    "path",
)
_TITLES = (
    "title",
    "headline",
    "name",
    "doctitle",
    "doc_title",
    "newstitle",
    "news_title",
    "widget_title",
    "subject",
    "arttitle",
)
_DATES = (
    "published", "date_published", "publishtime", "publish_time", "published_at", "publishedat", "publishdate", "publish_date", "showtime", "show_time", "displaytime", "issuedate", "pubdate", "pub_date", "pubtime", "deploytime", "docreltime",
    "releasetime", "release_time", "createtime", "create_time", "createdate", "created_at", "date", "time", "ctime", "datetime", "entitycreationdate",
)  # fmt: skip
_SUMMARIES = ("summary", "description", "brief", "abstract", "intro", "digest", "newscontent", "notes", "content_text")
_MAX_DEPTH = 12


def load(text: str, url: str | None = None) -> Any:
    """Return the value of a JSON or JSONP text; `ParseError` where it is none."""
    text = text.strip().lstrip("\ufeff")
    if not text.startswith(("{", "[")):
        start, end = text.find("("), text.rfind(")")
        text = text[start + 1 : end] if 0 < start < 80 and end > start else text
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"this is no JSON: {str(error)[:80]}", url=url) from None


def is_feed(value: Any) -> bool:
    """Tell whether the value is a JSON Feed."""
    return (
        isinstance(value, dict)
        and "jsonfeed.org" in str(value.get("version", ""))
        and isinstance(value.get("items"), list)
    )


def feed(value: Any) -> Feed:
    """Return a JSON Feed as a feed."""
    entries = []
    for item in value["items"]:
        if not isinstance(item, dict):
            continue
        entries.append(
            Entry(
                title=_text(item.get("title")),
                link=_text(item.get("url") or item.get("external_url")),
                id=_text(item.get("id")),
                published=_text(item.get("date_published")),
                updated=_text(item.get("date_modified")),
                summary=_text(item.get("summary")) or _text(item.get("content_text")),
                content=_text(item.get("content_html")) or _text(item.get("content_text")),
            )
        )
    return Feed(title=_text(value.get("title")), link=_text(value.get("home_page_url")), entries=tuple(entries))


def at(value: Any, path: str) -> Any:
    """Return what a dotted path leads to, None where it leads nowhere; figures index lists, `*` flattens them."""
    for step in filter(None, path.replace("[", ".").replace("]", "").split(".")):
        if step == "*" and isinstance(value, list):
            value = [inner for entry in value for inner in (entry if isinstance(entry, list) else [entry])]
        elif isinstance(value, list) and step.lstrip("-").isdigit():
            value = value[int(step)] if -len(value) <= int(step) < len(value) else None
        elif isinstance(value, list):
            value = [inner for entry in value if (inner := at(entry, step)) is not None]
            value = [x for inner in value for x in (inner if isinstance(inner, list) else [inner])]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def entries(value: Any, selectors: Mapping[str, str], url: str | None = None) -> tuple[Entry, ...]:
    """Return the entries of a JSON list: by the paths `item`, `link`, `title`, `date`, `summary`, else by usual names.

    `link` may be a template like `https://example.org/{id}.html`, filled from the entry.
    """
    rows = at(value, selectors["item"]) if selectors.get("item") else _longest_list(value)
    if not isinstance(rows, list):
        raise ParseError("no list of entries was found in the JSON", url=url)
    out = []
    for row in rows:
        if not isinstance(row, dict):
            continue
        lower = {str(k).lower(): v for k, v in row.items()}
        link = selectors.get("link")
        found = (
            _template(link, row) if link and "{" in link else _text(at(row, link)) if link else _first(lower, _LINKS)
        )
        title = _text(at(row, selectors["title"])) if selectors.get("title") else _first(lower, _TITLES)
        date = _text(at(row, selectors["date"])) if selectors.get("date") else _first(lower, _DATES)
        summary = _text(at(row, selectors["summary"])) if selectors.get("summary") else _first(lower, _SUMMARIES)
        out.append(Entry(title=title, link=found, published=date, summary=summary))
    return tuple(out)


def _template(template: str, row: Mapping[str, Any]) -> str:
    import re

    return re.sub(r"\{([^{}]+)\}", lambda m: _text(at(row, m[1])), template)


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = row.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return _text(value)
    return ""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None:
        return ""
    return str(int(value)) if isinstance(value, int | float) else ""


def _longest_list(value: Any) -> list[Any] | None:
    """The longest list of things that have both a title and an address."""
    best: list[Any] | None = None
    for rows in _lists(value, 0):
        things = [row for row in rows if isinstance(row, dict)]
        good = sum(1 for row in things if _complete({str(k).lower(): v for k, v in row.items()}))
        if good and (best is None or good > len(best)):
            best = rows
    return best


def _complete(row: Mapping[str, Any]) -> bool:
    return bool(_first(row, _LINKS) and _first(row, _TITLES))


def _lists(value: Any, depth: int) -> Iterator[list[Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        yield value
        for entry in value[:200]:
            yield from _lists(entry, depth + 1)
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _lists(entry, depth + 1)
