"""An official list fills the register: planned first, so that a dry run shows every row, then judged and committed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dualcross.deps import Understood
from dualcross.errors import InputError
from dualcross.model import Article, Evidence, Membership, Region
from dualcross.patterns import late
from dualcross.ports import Committed, Platform, RegisterStore
from dualcross.register import standing
from dualcross.register.acts import IMPORT
from dualcross.register.keys import content_hash, digest
from dualcross.register.roster import Shipped
from dualcross.register.table import Row, Sheet, read_sheet

ListStage = Literal["publicized", "selected", "reselected", "ranked", "removed"]
State = Literal["new", "sure now", "known", "back"]

_ROUND = late(r"20(?:1[89]|[2-9]\d)")
_ADDED = late(r"新增|新入选|首次|new", re.IGNORECASE)
_BRACKETS = late(r"[（(].*?[)）]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """What one row of the list would do."""

    row: Row
    finding: Membership
    #: `sure now`: held by the register, but as a fact that did not count as known
    state: State


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What an import would do; nothing of it is done yet."""

    title: str
    round: str
    stage: ListStage
    rows: tuple[Planned, ...]
    #: (line, why) of rows that were left out
    problems: tuple[tuple[int, str], ...]
    #: where each column was found: (role, column from 1)
    columns: tuple[tuple[str, int], ...]
    text: str

    def count(self, state: State) -> int:
        """Count the rows of a state."""
        return sum(p.state == state for p in self.rows)


def plan(
    tables: Iterable[Sequence[Sequence[str]]],
    *,
    title: str,
    learned: Iterable[Platform],
    shipped: Shipped,
    round_: str | None = None,
    stage: ListStage = "selected",
) -> Plan:
    """Say what importing the tables would do; raises `InputError` where no table is a list, or no round shows."""
    year = round_ or _round_of(title)
    sheets, problems = _sheets(tables)
    found = {p.id: p for p in (*shipped.platforms, *learned)}
    rows: list[Planned] = []
    text: list[str] = [title]
    offset = len(title) + 1
    seen: dict[str, int] = {}
    for sheet in sheets:
        problems.extend(sheet.problems)
        for row in sheet.rows:
            evidence = Evidence(start=offset, end=offset + len(row.text), quote=row.text)
            finding = _finding(row, found, year, stage, evidence)
            if finding.platform.id in seen:
                problems.append((row.line, f"the same platform as line {seen[finding.platform.id]}"))
                continue
            seen[finding.platform.id] = row.line
            rows.append(Planned(row=row, finding=finding, state=_state(found.get(finding.platform.id))))
            text.append(row.text)
            offset += len(row.text) + 1
    columns = [(role, column + 1) for role, column in (sheets[0].columns if sheets else ())]
    return Plan(
        title=title,
        round=year,
        stage=stage,
        rows=tuple(rows),
        problems=tuple(sorted(problems)),
        columns=tuple(columns),
        text="\n".join(text),
    )


def carry_out(
    plan_: Plan, store: RegisterStore, shipped: Shipped, now: datetime, *, source: str, published: str | None = None
) -> Committed:
    """Bring the list into the register as official and final, and tell no one; doing it again changes nothing."""
    from dualcross.stages.record import decide

    article = Article(
        url=None,
        title=plan_.title,
        text=plan_.text,
        published=published,
        language="zh-Hans",
        source=source,
        official=True,
    )
    return decide(
        article,
        Understood(topics={"selection": 1.0}, labels=("selection",), findings=tuple(p.finding for p in plan_.rows)),
        store,
        shipped,
        now,
        source_id=IMPORT,
        imported=True,
        identity=digest(IMPORT, plan_.round, plan_.stage, content_hash(plan_.title, plan_.text))[:32],
    )


def _sheets(tables: Iterable[Sequence[Sequence[str]]]) -> tuple[list[Sheet], list[tuple[int, str]]]:
    sheets: list[Sheet] = []
    reason = "no table"
    for cells in tables:
        try:
            sheets.append(read_sheet(cells))
        except InputError as error:
            reason = str(error)
    if not sheets:
        raise InputError(reason)
    return sheets, []


def _round_of(title: str) -> str:
    years: set[str] = set(_ROUND.findall(title))
    if len(years) != 1:
        raise InputError("the title does not name one year; give the round")
    return years.pop()


def _finding(row: Row, found: dict[str, Platform], round_: str, stage: ListStage, evidence: Evidence) -> Membership:
    from dualcross.extraction import regions
    from dualcross.extraction.names import Entity, lexicon

    home = (regions.by_name(_BRACKETS.sub("", row.region)) or _recommender(row.region)) if row.region else None
    home = home or (regions.of_legal_name(row.operator) if row.operator else None)
    platform, operator, _ = lexicon(tuple(found.values())).identify(
        Entity(platform=row.platform or None, operator=row.operator or None, region=home)
    )
    return Membership(
        platform=platform,
        operator=operator,
        stage=stage,
        round=round_,
        region=home,
        first_time=True if _ADDED.search(row.remark) else None,
        rank=row.number if stage == "ranked" else None,
        confidence=1.0,
        by="table.import",
        names=tuple(n for n in (row.platform,) if n),
        evidence=(evidence,),
    )


def _recommender(text: str) -> Region | None:
    """Return the province whose office recommended the entry."""
    from dualcross.extraction import regions

    places = regions.find(text)
    return places[0].region if places else None


def _state(platform: Platform | None) -> State:
    if platform is None or platform.status == "proposed":
        return "new"
    if standing.is_member(platform):
        return "known"
    return "back" if platform.left else "sure now"


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What changed in the roster from one round to another, as far as the register knows."""

    before: str
    after: str
    added: tuple[Platform, ...]
    kept: tuple[Platform, ...]
    dropped: tuple[Platform, ...]
    #: kept ones that stand under another name: (platform, name before, name after)
    renamed: tuple[tuple[Platform, str, str], ...]
    #: members that official counts tell of and the register does not hold: (round, how many)
    missing: tuple[tuple[str, int], ...]


def diff(platforms: Iterable[Platform], before: str, after: str, shipped: Shipped) -> Difference:
    """Compare the rosters in force after two rounds; raises `InputError` for a round nobody has heard of."""
    everyone = sorted(platforms, key=lambda p: p.id)
    known = {r for p in everyone for r, _ in p.rounds} | {r.round for r in shipped.rounds}
    for year in (before, after):
        if year not in known:
            raise InputError(f"no round {year}; known are {', '.join(sorted(known - {'-'}))}")
    was = {p.id: p for p in everyone if in_force(p, before)}
    now = {p.id: p for p in everyone if in_force(p, after)}
    kept = tuple(now[i] for i in now if i in was)
    names = [(p, shipped.listed_as(p.id, before), shipped.listed_as(p.id, after)) for p in kept]
    missing = [(y, gap) for y, held in ((before, was), (after, now)) if (gap := _gap(shipped, y, len(held)))]
    return Difference(
        before=before,
        after=after,
        added=tuple(now[i] for i in now if i not in was),
        kept=kept,
        dropped=tuple(was[i] for i in was if i not in now),
        renamed=tuple((p, a, b) for p, a, b in names if a and b and a != b),
        missing=tuple(missing),
    )


def in_force(platform: Platform, round_: str) -> bool:
    """Tell whether a platform that counts as known stood in the roster after that round."""
    if not platform.sure or platform.status == "proposed":
        return False
    listed = [r for r, stage in platform.rounds if stage in standing.LISTED and r != "-" and r <= round_]
    removed = [r for r, stage in platform.rounds if stage == "removed" and r != "-" and r <= round_]
    return bool(listed) and (not removed or max(listed) > max(removed))


def _gap(shipped: Shipped, year: str, held: int) -> int:
    official = next((r.in_force for r in shipped.rounds if r.round == year and r.kind == "selection"), None)
    return max(official - held, 0) if official is not None else 0


def merged(learned: Iterable[Platform], shipped: Shipped) -> tuple[Platform, ...]:
    """Return the platforms of the whole register: learned state wins over shipped, merged ones are left out."""
    everyone = {p.id: p for p in shipped.platforms} | {p.id: p for p in learned}
    return tuple(p for p in everyone.values() if p.merged_into is None)
