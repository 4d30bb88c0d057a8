"""What an article states, each with its quote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stage = Literal[
    "planned", "called", "recommended", "publicized", "selected",
    "reselected", "ranked", "removed", "relocated", "renamed",
]  # fmt: skip
Measure = Literal["in_force", "new", "ever", "target"]


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
