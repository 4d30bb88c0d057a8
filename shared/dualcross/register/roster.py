"""The roster that ships with the product: knowingly incomplete facts, each with its status and source.

A fact that is verified, has a single source, or is remembered with high confidence counts as known and silences an
alert. Any other row only labels one as possibly already listed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from dualcross.model import Ref
from dualcross.ports import Platform
from dualcross.register.provinces import province

#: days after a list that a report without a year is still taken to tell of it: the press follows within a month,
#: companies' own pages within a quarter; longer windows began to date plain retellings
REPORT_DAYS = 150

_CALL = {"planned", "called", "recommended"}
_EVALUATION = {"ranked", "removed"}
_EITHER = {"reselected"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One selection or evaluation as the shipped register knows it; dates are ISO, None where not known."""

    round: str
    #: `selection` or `evaluation`
    kind: str
    title: str
    called: str | None = None
    noticed: str | None = None
    notice_ended: str | None = None
    listed: str | None = None
    in_force: int | None = None
    ever: int | None = None
    new: int | None = None
    basis: str | None = None
    in_force_status: str = "unsourced"
    new_status: str = "unsourced"
    #: names of the dates above that are known to the month only
    approximate: tuple[str, ...] = ()
    #: how many of its rows the shipped register holds
    rows_here: int = 0
    sources: tuple[str, ...] = ()

    def spans(self, day: date, stage: str) -> bool:
        """Tell whether a report of that day about that stage can be of this round."""
        if stage in _CALL:
            if self.called is None:
                return False
            until = _day(self.noticed or self.listed, last=False)
            return _day(self.called, last=False) <= day < until
        first = self.noticed or self.listed
        if first is None:
            return False
        last = max(x for x in (self.noticed, self.notice_ended, self.listed) if x)
        grace = 45 if "listed" in self.approximate else 0
        begins = _day(first, last=False) - timedelta(days=grace)
        return begins <= day <= _day(last, last=True) + timedelta(days=REPORT_DAYS)


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownPolicy:
    """A document on the industrial Internet whose existence is known."""

    title: str
    title_status: str
    number: str | None
    number_status: str | None
    issuer: str
    date: str | None
    published: str | None
    date_status: str
    level: str
    regions: tuple[str, ...]
    #: `policy`, `call`, `list` or `standard`
    form: str
    short_forms: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipped:
    """The shipped register, whole, whatever the clock says."""

    platforms: tuple[Platform, ...] = ()
    rounds: tuple[Round, ...] = ()
    policies: tuple[KnownPolicy, ...] = ()
    #: provinces that have had a member, as far as facts go that count as known
    regions: frozenset[str] = frozenset()
    #: provinces that only rows which do not count as known give a member
    doubtful_regions: frozenset[str] = frozenset()
    #: platforms whose home province is more than a guess
    settled_homes: frozenset[str] = frozenset()
    #: source id → address
    sources: Mapping[str, str] = field(default_factory=dict)
    by_id: Mapping[str, Platform] = field(default_factory=dict)
    by_name: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: (platform, round) → the name it was listed under
    listed: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def listed_as(self, platform_id: str, round_: str) -> str | None:
        """Return the name under which a platform last stood in a list, up to and including that round."""
        years = [r for i, r in self.listed if i == platform_id and r <= round_]
        return self.listed[(platform_id, max(years))] if years else None

    def platform(self, platform_id: str) -> Platform | None:
        """Return one platform by its id."""
        return self.by_id.get(platform_id)

    def find(self, name: str) -> tuple[Platform, ...]:
        """Return the platforms that bear this name, brand or operator, in any case and spacing."""
        return tuple(self.by_id[i] for i in self.by_name.get(fold(name), ()))

    def round_for(self, day: str | None, stage: str = "selected") -> str | None:
        """Return the round whose dates fit a report of that ISO day about that stage, None where none does."""
        moment = parse_day(day)
        if moment is None or stage in ("relocated", "renamed"):
            return None
        if stage in _EITHER:
            fitting = self._fitting(moment, stage, "evaluation") or self._fitting(moment, stage, "selection")
        else:
            fitting = self._fitting(moment, stage, "evaluation" if stage in _EVALUATION else "selection")
        return max(fitting, default=None)

    def _fitting(self, day: date, stage: str, kind: str) -> list[str]:
        return [r.round for r in self.rounds if r.kind == kind and r.spans(day, stage)]


def fold(name: str) -> str:
    """Return a name without case, spaces and middle dots, to look it up."""
    return "".join(c for c in name.casefold().replace("³", "3") if c.isalnum())


def parse_day(text: str | None) -> date | None:
    """Return the calendar day an ISO date or moment was printed with; None where it is no full date."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


@cache
def shipped() -> Shipped:
    """Return the shipped register, read once per process."""
    folder = resources.files("dualcross.register") / "data"
    roster = json.loads((folder / "roster.json").read_text(encoding="utf-8"))
    documents = json.loads((folder / "policies.json").read_text(encoding="utf-8"))
    moves = {m["platform"]: m for m in roster["relocations"]}
    platforms = (
        *(_platform(row, moves.get(row["id"])) for row in roster["platforms"]),
        *(_candidate(row) for row in roster["candidates"]),
    )
    sure = {code for p in platforms if p.sure for code in _homes(p)}
    return Shipped(
        platforms=platforms,
        rounds=tuple(Round(**_tuples(row)) for row in roster["rounds"]),
        policies=tuple(KnownPolicy(**_tuples(row)) for row in documents["policies"]),
        regions=frozenset(sure),
        doubtful_regions=frozenset({code for p in platforms for code in _homes(p)} - sure),
        settled_homes=frozenset(row["id"] for row in roster["platforms"] if _settled(row)),
        sources={k: v["address"] for k, v in roster["sources"].items()},
        by_id={p.id: p for p in platforms},
        by_name=_index(platforms),
        listed={(p["id"], r["round"]): r["listed_as"] for p in roster["platforms"] for r in p["rounds"]},
    )


def _platform(row: Mapping[str, Any], move: Mapping[str, Any] | None) -> Platform:
    legal = [n["name"] for n in row["legal_names"]]
    return Platform(
        id=row["id"],
        name=row["name"],
        names=tuple(row["names"]),
        operator=Ref(**row["operator"]),
        operator_names=tuple(dict.fromkeys([*legal, *row["operator_names"]])),
        region=province(row["province"]),
        regions_before=(move["from"],) if move else (),
        member=True,
        ever=True,
        rounds=tuple((r["round"], r["stage"]) for r in row["rounds"]),
        status=row["status"],
        weak_names=tuple(row["weak"]),
        sources=tuple(dict.fromkeys(s for r in row["rounds"] for s in r["sources"])),
    )


def _candidate(row: Mapping[str, Any]) -> Platform:
    return Platform(
        id=row["id"],
        name=row["name"],
        names=tuple(row["names"]),
        operator=Ref(**row["operator"]),
        operator_names=tuple(row["operator_names"]),
        region=province(row["province"]),
        member=True,
        ever=True,
        status=row["status"],
        weak_names=tuple(row["weak"]),
    )


def _homes(platform: Platform) -> Iterable[str]:
    yield from platform.regions_before
    if platform.region:
        yield platform.region.code


def _settled(row: Mapping[str, Any]) -> bool:
    home = province(row["province"])
    named = home is not None and any(home.name in n["name"][:6] for n in row["legal_names"])
    return named or row["home_status"] in ("verified", "single-source")


def _index(platforms: Iterable[Platform]) -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for p in platforms:
        operator = (p.operator.name,) if p.operator else ()
        for name in dict.fromkeys((p.name, *p.names, *p.weak_names, *p.operator_names, *operator)):
            ids = index.setdefault(fold(name), [])
            if p.id not in ids:
                ids.append(p.id)
    return {k: tuple(v) for k, v in index.items()}


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}


def _day(text: str | None, *, last: bool) -> date:
    """Read an ISO day; an absent one is the end of time that leaves a span open or empty."""
    if text is None:
        return date.max if last else date.min
    return date.fromisoformat(text)
