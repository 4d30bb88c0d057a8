"""What is polled, what polling learned, and what it brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

SourceKind = Literal["auto", "feed", "list", "sitemap", "json"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A feed, list page, sitemap or JSON list that is polled, with what the operator set for it."""

    id: str
    url: str
    name: str = ""
    kind: SourceKind = "auto"
    #: the publisher is a government body; None lets the host decide (gov.cn)
    official: bool | None = None
    paused: bool = False
    #: forced character set, for servers that declare a wrong one
    charset: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    #: `item`, `link`, `title`, `date`: CSS selectors of a list page, dotted paths of a JSON list
    selectors: Mapping[str, str] = field(default_factory=dict)
    #: relay or proxy address that requests of this source take
    proxy: str | None = None
    keep_cookies: bool = False
    #: GB/T 2260 province code the publisher belongs to
    region: str | None = None
    #: 0..1, weight of a report that nobody else confirms
    trust: float = 0.5
    timezone: str = "Asia/Shanghai"
    #: shortest and longest seconds between two polls; None takes the settings
    interval: tuple[int, int] | None = None
    notes: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """What polling has learned about one source; a new source has the defaults."""

    source_id: str
    etag: str | None = None
    last_modified: str | None = None
    #: sha256 of the last body, so that unchanged bytes are not parsed
    body_hash: str | None = None
    #: where the source moved to for good (301, 308)
    moved_to: str | None = None
    gone: bool = False
    next_due: datetime | None = None
    last_polled: datetime | None = None
    last_success: datetime | None = None
    last_new_item: datetime | None = None
    #: failed polls in a row
    failures: int = 0
    #: one word for the last outcome, `ok` or why it failed
    outcome: str = "new"
    message: str = ""
    polls: int = 0
    not_modified: int = 0
    items_seen: int = 0
    items_on_topic: int = 0
    #: seconds between new items, learned; None until two were seen
    rhythm: float | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    #: trigger of the notice that stands open; `notices` counts all ever told of the source, recoveries too
    notice: str | None = None
    notices: int = 0
    #: when the open notice is told again
    notice_due: datetime | None = None
    #: since when the notice stands, and when one was last told
    notice_since: datetime | None = None
    notice_at: datetime | None = None
    #: fingerprints of the entries of the last answer, so that new ones are told from old
    seen: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """What makes a request conditional and how far it may go."""

    etag: str | None = None
    last_modified: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    proxy: str | None = None
    #: ask robots.txt first; off for addresses a person named
    robots: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """One answer: 200 with a body, or 304 with none."""

    url: str
    #: where redirects ended
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    #: every hop was a 301 or 308, so `final_url` may be remembered
    moved: bool = False
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def not_modified(self) -> bool:
        """The server said 304."""
        return self.status == 304


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """An entry in a source: an address worth reading, with what the source said of it."""

    source_id: str
    url: str
    title: str = ""
    #: as printed by the source, ISO 8601; None where it gave none
    published: str | None = None
    summary: str = ""
    #: first poll of a new source and older than the backfill limit: recorded, told only in one summary
    backfill: bool = False
    #: first poll of a new source, which gave no date: the page's own decides whether it is one of the above
    undated_first: bool = False
    #: another one for the same address: the source says that the page was edited; empty where it says nothing
    edition: str = ""
