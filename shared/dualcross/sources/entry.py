"""What every kind of source is reduced to before it becomes items."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from dualcross.model import Item, Source
from dualcross.reading import dates
from dualcross.sources.address import absolute
from dualcross.sources.markup import LONGEST, headline, plain

_HALF = re.compile("[\ud800-\udfff]")
_LOOKED_AT = 10 * LONGEST
_NO_LETTER = re.compile(r"[\W\d_]+")
_RFC822 = re.compile(
    r"^(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*\.?[\s-]+(\d{4}|\d{2}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?"
    r"\s*([+-]\d{4}|[+-]\d{2}:\d{2}|[A-Za-z]{1,5})?(?:\s*\(.*\))?$"
)
_W3C = re.compile(
    r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|z|[+-]\d{2}:?\d{2}|UTC|GMT)?)?$"
)
_MONTHS = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ZONES = {
    "gmt": "+00:00", "ut": "+00:00", "utc": "+00:00", "z": "+00:00", "est": "-05:00", "edt": "-04:00", "cst": "-06:00",
    "cdt": "-05:00", "mst": "-07:00", "mdt": "-06:00", "pst": "-08:00", "pdt": "-07:00", "bst": "+01:00",
    "cet": "+01:00", "cest": "+02:00", "jst": "+09:00", "hkt": "+08:00", "sgt": "+08:00", "kst": "+09:00",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as its source gives it: markup unread, dates as printed."""

    title: str = ""
    link: str = ""
    id: str = ""
    published: str = ""
    updated: str = ""
    summary: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed source: its own title and page, and its entries in its order."""

    title: str = ""
    link: str = ""
    entries: tuple[Entry, ...] = field(default=())
    encoding: str = ""


def items(source: Source, base: str, entries: tuple[Entry, ...]) -> tuple[Item, ...]:
    """Return one item for each address, in the source's order; entries that lead nowhere are left out."""
    zone = _zone(source.timezone)
    out: dict[str, Item] = {}
    for entry in map(_whole, entries):
        link = entry.link or (entry.id if entry.id.startswith(("http://", "https://")) else "")
        url = absolute(base, link)
        if not url or url in out:
            continue
        title = headline(entry.title)
        out[url] = Item(
            source_id=source.id,
            url=url,
            title=title,
            published=moment(entry.published or entry.updated, zone),
            summary=plain(entry.summary or entry.content),
            edition=_edition(title, entry, zone),
        )
    return tuple(out.values())


def _whole(entry: Entry) -> Entry:
    """Return the entry without half characters, which JSON and references can name and nothing can store."""
    # no more of a text is looked at than its summary is made of
    found = (
        entry.title, entry.link, entry.id, entry.published, entry.updated, entry.summary[:_LOOKED_AT],
        entry.content[:_LOOKED_AT],
    )  # fmt: skip
    if not any(not value.isascii() and _HALF.search(value) for value in found):
        return entry
    return Entry(*(_HALF.sub("\ufffd", value) for value in found))


def _edition(title: str, entry: Entry, zone: tzinfo) -> str:
    """What changes when the source says that it edited the page: the headline's letters, the day of the update.

    Figures do not count, for some lists count readers in their headlines; nor does the hour, for some feeds are
    always updated just now.
    """
    if not entry.published:
        return ""
    day = moment(entry.updated, zone) if entry.updated and entry.updated != entry.published else None
    told = f"{(day or '')[:10]} {_NO_LETTER.sub('', title)}"
    return f"{zlib.crc32(told.encode()):08x}"


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC


def moment(text: str, zone: tzinfo) -> str | None:
    """Return a source's date in ISO form, with its own offset; one without gets that of the source's zone."""
    text = text.strip()
    if not text:
        return None
    for pattern, order in ((_W3C, (0, 1, 2)), (_RFC822, (2, 1, 0))):
        match = pattern.match(text)
        if match:
            g = match.groups()
            name = g[1].lower()[:3]
            month = _MONTHS.get(name) if pattern is _RFC822 else int(name)
            year = int(g[order[0]])
            if year < 100:
                year += 2000 if year < 70 else 1900
            return _iso(year, month or 0, int(g[order[2]]), (g[3], g[4], g[5]), g[6], zone)
    if text.isdigit() and len(text) in (10, 13):
        seconds = int(text) / (1000 if len(text) == 13 else 1)
        return datetime.fromtimestamp(seconds, zone).replace(microsecond=0).isoformat()
    printed = dates.parse(text)
    if printed is None:
        return None
    if not printed.time:
        return printed.day
    return printed.iso(printed.zone or _offset(datetime.fromisoformat(f"{printed.day}T{printed.time}"), zone))


def _iso(
    year: int, month: int, day: int, clock: tuple[str | None, str | None, str | None], mark: str | None, zone: tzinfo
) -> str | None:
    hour, minute, second = clock
    try:
        if hour is None:
            return datetime(year, month, day, tzinfo=UTC).date().isoformat()
        # a leap second has no place in ISO times of Python
        value = datetime(year, month, day, int(hour) % 24, int(minute or 0), min(int(second or 0), 59))  # noqa: DTZ001
    except ValueError:
        return None
    if mark and mark[0] in "+-":
        offset = mark if ":" in mark else f"{mark[:3]}:{mark[3:]}"
        if not offset[0] + offset[1:] >= "-14:00" and int(offset[1:3]) > 14:
            offset = "+00:00"
    else:
        offset = _ZONES.get((mark or "").lower()) or _offset(value, zone)
    return f"{value.isoformat()}{offset}"


def _offset(value: datetime, zone: tzinfo) -> str:
    raw = value.replace(tzinfo=zone).strftime("%z")
    return f"{raw[:3]}:{raw[3:5]}"
