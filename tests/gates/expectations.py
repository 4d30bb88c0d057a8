"""feedparser's own expectations, held against our reading of the same feeds.

Only those that touch what we use: title, link, id, date, content, encoding. Markup is compared as the text a reader
sees, because that is what is kept of it. An expected encoding holds where both give the same text.
"""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dualcross.reading.charset import decode
from dualcross.sources import feeds
from dualcross.sources.entry import Entry, moment
from dualcross.sources.markup import headline, plain

_FIELDS = frozenset(
    "title link id guid published updated created issued modified date published_parsed updated_parsed created_parsed "
    "issued_parsed modified_parsed date_parsed summary description content value title_detail summary_detail".split()
)
_EXPECT = re.compile(r"Expect:\s*(.*?)\s*(?:\n|-->)")
_HEADER = re.compile(r"Header:\s*([\w-]+)\s*:\s*(.*?)\s*\n")
_DATES = ("published", "updated", "created", "issued", "modified", "date")


class Text(str):
    """Text that equals another when a reader sees the same."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        one, two = str(self), str(other)
        seen = plain(one)
        return one == two or seen in (plain(two), " ".join(two.split())) or headline(one) == headline(two)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __len__(self) -> int:
        return len(plain(str(self)))


class Fields(dict[str, Any]):
    """A dictionary as the expectations ask it."""

    def has_key(self, key: str) -> bool:
        return bool(self.get(key))

    def __missing__(self, key: str) -> Text:
        return Text("")


def _parsed(value: str) -> tuple[int, ...] | None:
    iso = moment(value, UTC)
    if not iso:
        return None
    when = datetime.fromisoformat(iso)
    when = when.astimezone(UTC) if when.tzinfo else when
    return (*when.utctimetuple()[:8], 0)


def view(entry: Entry) -> Fields:
    published, updated = entry.published, entry.updated
    body = Text(entry.summary or entry.content)
    fields = Fields(
        title=Text(entry.title), link=entry.link, id=entry.id, guid=entry.id,
        published=published or updated, updated=updated or published, date=updated or published,
        issued=published, modified=updated or published, created=published, summary=body, description=body,
        title_detail=Fields(value=Text(entry.title)), summary_detail=Fields(value=body),
        content=[Fields(value=Text(entry.content or entry.summary))],
    )  # fmt: skip
    for name in _DATES:
        fields[f"{name}_parsed"] = _parsed(fields[name]) if fields[name] else None
    return fields


def _comment(body: bytes) -> str:
    for text in (body.decode("utf-8", "replace"), decode(body)[0]):
        if "Expect:" in text:
            return text
    return ""


def touches(expectation: str) -> bool:
    """Tell whether an expectation is about what we use and nothing else."""
    keys = set(re.findall(r"\['(\w+)'\]", expectation))
    names = re.sub(r"'[^']*'", "", expectation)
    if not (keys or "encoding" in names) or not keys <= _FIELDS:
        return False
    if re.search(r"feed\['(?!title'|link')", expectation):
        return False
    return "detail" not in expectation or "value" in expectation


def holds(body: bytes, expectation: str, headers: dict[str, str], base: str) -> bool:
    """Tell whether our reading meets the expectation; whatever fails on the way does not."""
    kind = headers.get("content-type", "")
    asked = re.sub(r"^(not )?bozo( and)?\s*", "", expectation)
    feed = feeds.parse(body, kind, base=headers.get("content-location", base))
    encoding = re.search(r"encoding\s*==\s*'([^']*)'", asked)
    if encoding:
        ours = decode(body, kind)[0].lstrip("\ufeff")
        same = not encoding[1] or body.decode(encoding[1], "replace").lstrip("\ufeff") == ours
        asked = asked.replace(encoding[0], str(same))
    names = {
        "entries": [view(entry) for entry in feed.entries],
        "feed": Fields(title=Text(feed.title), link=feed.link, title_detail=Fields(value=Text(feed.title))),
    }
    return bool(eval(asked, {"__builtins__": {"len": len, "ord": ord}}, names)) if asked else True


def run(folder: Path) -> tuple[int, int, list[str]]:
    """Return (held, all, files that did not hold)."""
    held = total = 0
    missed = []
    for path in sorted(folder.rglob("*.xml")):
        body = path.read_bytes()
        comment = _comment(body)
        match = _EXPECT.search(comment)
        if not match or not touches(match[1]):
            continue
        total += 1
        headers = {name.lower(): value.strip() for name, value in _HEADER.findall(comment)}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                good = holds(body, match[1], headers, f"http://127.0.0.1:8097/{path.name}")
        except Exception:  # noqa: BLE001 - a failure of any kind is an expectation that does not hold
            good = False
        held += good
        if not good:
            missed.append(str(path.relative_to(folder)))
    return held, total, missed
