"""What happened in the world, who is told of it, and the record of one article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dualcross.model.articles import Attachment, Language, Story
from dualcross.model.findings import Finding, Region

Trigger = Literal[
    "platform.new", "platform.left", "platform.moved", "region.new", "policy.new", "deadline",
    "source.silent", "source.broken", "source.recovered",
]  # fmt: skip
Ladder = Literal["reported", "corroborated", "confirmed", "superseded", "corrected"]

TOPICS = ("selection", "policy", "platform", "adoption")
SUBSCRIBER_TRIGGERS = ("platform.new", "platform.left", "platform.moved", "region.new", "policy.new", "deadline")
OPERATOR_TRIGGERS = ("source.silent", "source.broken", "source.recovered")


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
