"""The value types: one for every arrow of the flow, frozen, without behaviour that needs a store or a clock.

    Source ─► Fetched ─► Item ─► Article ─► Finding ─► Event ─► Alert ─► Delivery
                                   └────────► Record ◄───────────┘

Moments are aware `datetime`s in UTC. Dates *as printed by a page* stay strings in ISO 8601 form,
because a page's own zone and precision are facts that a conversion would lose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

SourceKind = Literal["auto", "feed", "list", "sitemap", "json"]
Language = Literal["zh-Hans", "zh-Hant", "en", "und"]
Stage = Literal[
    "planned", "called", "recommended", "publicized", "selected",
    "reselected", "ranked", "removed", "relocated", "renamed",
]  # fmt: skip
Measure = Literal["in_force", "new", "ever", "target"]
Trigger = Literal[
    "platform.new", "platform.left", "platform.moved", "region.new", "policy.new", "deadline",
    "source.silent", "source.broken", "source.recovered",
]  # fmt: skip
Ladder = Literal["reported", "corroborated", "confirmed", "superseded", "corrected"]
DeliveryKind = Literal["alert", "correction", "digest", "notice"]
DeliveryState = Literal["held", "pending", "sending", "sent", "failed", "dead"]

TOPICS = ("selection", "policy", "platform", "adoption")
SUBSCRIBER_TRIGGERS = ("platform.new", "platform.left", "platform.moved", "region.new", "policy.new", "deadline")
OPERATOR_TRIGGERS = ("source.silent", "source.broken", "source.recovered")


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One of several stories on a page; `start`, `end` are offsets into the article's text."""

    title: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file the page links to, read as text where it could be."""

    url: str
    name: str
    media: str
    text: str = ""
    #: why there is no text: `scanned`, `too large`, `unreadable`, …; empty where there is
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """A read page.

    `text` holds the main text only: paragraphs separated by one newline, a table row on a line of its own with
    its cells separated by TAB (row and column spans repeated in each cell they cover).
    """

    url: str | None
    title: str
    text: str
    #: the page's local date as printed, `YYYY-MM-DD` or with time and offset; None where it has none
    published: str | None = None
    language: Language = "und"
    #: outlet or source name as printed or configured
    source: str | None = None
    author: str | None = None
    official: bool = False
    canonical_url: str | None = None
    stories: tuple[Story, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    #: offset in `text` where attachment text begins; None where none was joined
    annex_start: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A quote of `text[start:end]`, exactly."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ref:
    """A platform or operator: its id, and the name to show."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A province by its GB/T 2260 code, six digits, with its short Chinese name."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """A platform went through a stage of the national programme, so the text says."""

    platform: Ref
    stage: Stage
    operator: Ref | None = None
    round: str | None = None
    region: Region | None = None
    first_time: bool | None = None
    #: stood in the register before this article; filled in when events are decided
    known: bool = False
    programme: str = "dual-cross"
    confidence: float = 0.9
    #: the rule or model that found it
    by: str = ""
    evidence: tuple[Evidence, ...] = ()
    #: every surface form the article uses for the platform
    names: tuple[str, ...] = ()
    #: earlier stages of the same platform told in the same article: (stage, round)
    history: tuple[tuple[Stage, str | None], ...] = ()
    #: former name, where the text tells of a rename
    former: str | None = None
    #: province it left, where the text tells of a move
    moved_from: Region | None = None
    #: place in a ranking
    rank: int | None = None
    #: date of the list or event itself where the text gives one, ISO
    date: str | None = None
    kind: Literal["membership"] = "membership"


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """A number of national dual-cross platforms."""

    value: int
    measure: Measure
    region: Region | None = None
    round: str | None = None
    confidence: float = 0.9
    by: str = ""
    evidence: tuple[Evidence, ...] = ()
    kind: Literal["count"] = "count"


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionCount:
    """A number of one province's members, with its place among provinces where told."""

    value: int
    region: Region
    rank: int | None = None
    round: str | None = None
    confidence: float = 0.9
    by: str = ""
    evidence: tuple[Evidence, ...] = ()
    kind: Literal["region_count"] = "region_count"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A document on the industrial Internet that the page issues or cites."""

    title: str
    status: Literal["issued", "cited"]
    number: str | None = None
    issuer: str | None = None
    date: str | None = None
    #: a draft for comment, a call or notice, or a policy proper: only the last one alerts
    form: Literal["policy", "call", "list", "draft"] = "policy"
    confidence: float = 0.9
    by: str = ""
    evidence: tuple[Evidence, ...] = ()
    kind: Literal["policy"] = "policy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A day by which applications for a national round must be filed, ISO date."""

    date: str
    what: str
    round: str | None = None
    confidence: float = 0.9
    by: str = ""
    evidence: tuple[Evidence, ...] = ()
    kind: Literal["deadline"] = "deadline"


@dataclass(frozen=True, kw_only=True, slots=True)
class Adoption:
    """A figure of industrial Internet adoption, in the unit the text counts."""

    value: float
    unit: str
    region: Region | None = None
    #: `more than`, `about`, `nearly` where the text says so
    bound: str | None = None
    confidence: float = 0.9
    by: str = ""
    evidence: tuple[Evidence, ...] = ()
    kind: Literal["adoption"] = "adoption"


Finding = Membership | Count | RegionCount | Policy | Deadline | Adoption


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What an alert is about; which fields are set follows from the trigger (contract: DESIGN 5.1)."""

    id: str | None = None
    name: str | None = None
    names: tuple[str, ...] = ()
    operator: str | None = None
    code: str | None = None
    moved_from: str | None = None
    moved_to: str | None = None
    title: str | None = None
    issuer: str | None = None
    number: str | None = None
    date: str | None = None
    what: str | None = None
    round: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """One article's evidence for an event."""

    record_id: str
    url: str | None
    source: str | None
    published: str | None
    official: bool
    stage: str
    confidence: float
    quote: str
    by: str
    #: hash that reprints of one text share, so that they count once
    origin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """What happened in the world: merges the findings that tell of it."""

    key: str
    kind: str
    subject: Subject
    stage: str
    ladder: Ladder = "reported"
    round: str | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    #: date of the thing itself, ISO
    date: str | None = None
    reports: tuple[Report, ...] = ()
    #: below the confidence bar: waits for a second source or an analyst
    candidate: bool = False
    #: ids of the alerts told of it
    alerts: tuple[str, ...] = ()
    #: event keys this one replaced or was merged from
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """A trigger on one event, with everything that explains it; its id is derived from both."""

    id: str
    trigger: Trigger
    subject: Subject
    event: str
    confirmed: bool = False
    names: tuple[str, ...] = ()
    possibly_listed: bool = False
    ladder: Ladder = "reported"
    stage: str | None = None
    round: str | None = None
    confidence: float = 0.9
    by: str = ""
    region: Region | None = None
    record_id: str = ""
    url: str | None = None
    title: str = ""
    source: str | None = None
    published: str | None = None
    language: Language = "und"
    quotes: tuple[str, ...] = ()
    #: how many independent sources stood behind it when it was told
    sources: int = 1
    #: what the register held before, in one line; empty where nothing
    before: str = ""
    created: datetime | None = None
    #: found in the first poll of a new source: told in one summary only
    backfill: bool = False
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One article with all that was understood of it: the unit that analysts query."""

    id: str
    url: str | None
    title: str
    published: str | None
    language: Language
    source: str | None
    official: bool
    text: str
    labels: tuple[str, ...] = ()
    topics: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    alerts: tuple[Alert, ...] = ()
    candidates: tuple[Alert, ...] = ()
    stories: tuple[Story, ...] = ()
    author: str | None = None
    source_id: str | None = None
    read_at: datetime | None = None
    #: sha256 of the raw bytes in the archive
    raw: str | None = None
    #: sha256 of title and text, to notice an edited page
    content_hash: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """Who wants which alerts, where, how and when."""

    id: str
    #: channel name, e.g. `console`, `webhook`, `email`
    channel: str
    #: what the channel needs to reach them: an address, a web address, a chat id
    address: str
    query: str = ""
    triggers: tuple[str, ...] = SUBSCRIBER_TRIGGERS
    language: Literal["zh", "en"] = "en"
    min_confidence: float = 0.0
    min_ladder: Ladder = "reported"
    #: `now`, `daily@HH:MM` or `weekly@mon-HH:MM`, in `timezone`
    cadence: str = "now"
    #: `HH:MM-HH:MM` in `timezone`; empty for none
    quiet: str = ""
    timezone: str = "Asia/Shanghai"
    #: messages an hour; more are told in one summary; 0 for no cap
    cap: int = 0
    state: Literal["pending", "active", "paused", "ended"] = "active"
    #: also a digest when nothing happened
    always: bool = False
    created: datetime | None = None
    #: reference of the channel's secret (setting, SSM or Secrets Manager name), never the secret
    secret: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """Alert × subscription × channel in the ledger; its id is derived from the three."""

    id: str
    alert_id: str
    subscription_id: str
    channel: str
    kind: DeliveryKind = "alert"
    state: DeliveryState = "pending"
    attempt: int = 0
    #: until when the worker that claimed it may be sending
    lease_until: datetime | None = None
    not_before: datetime | None = None
    created: datetime | None = None
    settled: datetime | None = None
    receipt: str = ""
    error: str = ""
    #: why it was held back (`quiet`, `cap`, `cadence`, `backfill`), empty where it was not; `not_before` is its slot
    held: str = ""
    #: ids of the held deliveries that a digest tells, fixed when it is opened
    bundle: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """Time has come to see what is due."""

    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Poll:
    """Ask these sources, up to 50."""

    source_ids: tuple[str, ...]
    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """Read these items, up to 20."""

    items: tuple[Item, ...]
    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class FanOut:
    """Match these alerts with the subscriptions."""

    alert_ids: tuple[str, ...]
    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Deliver:
    """Send these deliveries, each through the ledger."""

    delivery_ids: tuple[str, ...]
    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """Release what cadence, quiet hours or caps held back and is now due."""

    attempt: int = 1
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Bring the read model up to date."""

    attempt: int = 1
    delay: float = 0.0


#: `delay`: seconds before it may run; `attempt`: 1 at first, raised when a stage sends it again
Command = Tick | Poll | Read | FanOut | Deliver | Digest | Snapshot
