"""Entries, exits and moves: what a membership finding does to the register, and what of it is told."""

from __future__ import annotations

import dataclasses

from dualcross.model import Event, Membership, Region, Report, Subject
from dualcross.ports import Platform
from dualcross.register import evidence, standing
from dualcross.register.desk import Desk, News, tell
from dualcross.register.keys import platform_subject
from dualcross.register.regions import first_member
from dualcross.register.roster import fold, parse_day
from dualcross.register.standing import CLIMB

#: days between a public notice and the list that finishes it, at most; two months have been the longest seen
TURN_DAYS = 120


def apply(desk: Desk, f: Membership, told_home: Region | None) -> Membership:
    """Bring a membership finding, its blanks filled in, into the register; return it with the round of its event.

    `told_home` is the home that the text itself gives.
    """
    if f.stage == "removed":
        return _leave(desk, f)
    if f.stage == "relocated":
        _move(desk, f)
    elif f.stage == "renamed":
        _rename(desk, f)
    elif f.stage in CLIMB:
        return _enter(desk, f, told_home)
    return f


def _enter(desk: Desk, f: Membership, told_home: Region | None) -> Membership:
    subject, platform = platform_subject(f.platform.id), desk.platform(f.platform.id)
    stale = standing.is_stale(f, platform, desk.day, desk.article.title)
    kind = (
        "entry"
        if f.stage in ("recommended", "publicized", "selected") or _comes_in(desk, f, platform)
        else "evaluation"
    )
    event = _matching(desk, subject, kind, f, reopen=not stale) or desk.begin(
        subject, kind, f.round, f.platform.id, _about(f, platform)
    )
    f = _dated(f, event)
    new, earlier = _report(desk, f), event.reports
    event = _climb(desk, event, new, f)
    if stale:
        desk.save_event(subject, dataclasses.replace(event, ladder="superseded"))
        held = platform or _introduced(f)
        desk.save_platform(dataclasses.replace(held, rounds=_with_round(held.rounds, f.round, f.stage)))
        return f
    newcomer = not standing.is_member(platform)
    worth = newcomer and (f.stage in ("publicized", "selected") or standing.is_return(f, platform))
    news = News(
        trigger="platform.new",
        subject=_about(f, platform),
        names=_names(f, platform),
        worth=worth,
        counts=lambda r: CLIMB.get(r.stage, 0) >= CLIMB["publicized"],
        possibly_listed=f.platform.id in desk.shipped.by_id and not desk.shipped.by_id[f.platform.id].sure,
        before=_before(platform),
        region=f.region,
        quotes=_quotes(f),
    )
    event = tell(desk, event, new, news, earlier)
    desk.save_event(subject, event)
    final = CLIMB[f.stage] == CLIMB["selected"]
    if not evidence.ready([r for r in event.reports if CLIMB.get(r.stage, 0) >= CLIMB[f.stage]], desk.bar):
        if platform is None:
            desk.save_platform(_introduced(f))
    else:
        desk.save_platform(_entered(f, platform, desk))
        if final:
            _close(desk, subject, ("exit",), but=event.key)
            if _derived_move(desk, f, platform, told_home):
                return dataclasses.replace(f, region=told_home)
    if final:
        first_member(desk, f, new, worth=f.stage == "selected" or worth)
    return f


def _leave(desk: Desk, f: Membership) -> Membership:
    subject, platform = platform_subject(f.platform.id), desk.platform(f.platform.id)
    out = platform is not None and platform.left is not None and not platform.member
    event = _matching(desk, subject, "exit", f, reopen=not out)
    if event is None and out:
        event = next((e for e in reversed(desk.events(subject, "exit")) if _near(e, f.round or "")), None)
    event = event or desk.begin(subject, "exit", f.round, f.platform.id, _about(f, platform))
    f = _dated(f, event)
    new, earlier = _report(desk, f), event.reports
    event = _climb(desk, event, new, f)
    outdated = standing.outdated_exit(f, platform, f.round, desk.day)
    news = News(
        trigger="platform.left",
        subject=_about(f, platform),
        names=_names(f, platform),
        worth=not out,
        before=_before(platform),
        region=f.region,
        quotes=_quotes(f),
    )
    event = tell(desk, event, new, news, earlier)
    if evidence.ready(event.reports, desk.bar):
        held = platform or _introduced(f)
        rounds = _with_round(held.rounds, f.round, "removed")
        if outdated:
            event = dataclasses.replace(event, ladder="superseded")
            desk.save_platform(dataclasses.replace(held, rounds=rounds))
        else:
            left = f.date or desk.day or f.round or desk.now.date().isoformat()
            if platform is None or platform.status == "proposed":
                held = dataclasses.replace(held, status="reported", ever=True)
            keep = held.left if held.left and not held.member else left
            desk.save_platform(dataclasses.replace(held, member=False, left=keep, rounds=rounds))
            _close(desk, subject, ("entry",), but=event.key)
    elif platform is None:
        desk.save_platform(_introduced(f))
    desk.save_event(subject, event)
    return f


def _move(desk: Desk, f: Membership) -> None:
    subject, platform = platform_subject(f.platform.id), desk.platform(f.platform.id)
    to, home = f.region, platform.region if platform else None
    if to is None or (platform is not None and platform.left is not None and not platform.member):
        return
    event = next((e for e in reversed(desk.events(subject, "move")) if e.subject.moved_to == to.code), None)
    if event is None or (event.ladder == "superseded" and home is not None and home.code != to.code):
        left = f.moved_from.code if f.moved_from else (home.code if home else None)
        arrived = home is not None and home.code == to.code and platform is not None
        if left == to.code or (arrived and platform is not None and left in platform.regions_before):
            return
        about = dataclasses.replace(_about(f, platform), code=to.code, moved_from=left, moved_to=to.code)
        event = desk.begin(subject, "move", None, f"{f.platform.id}/{to.code}", about)
    _moved(desk, f, platform, event, _report(desk, f))


def _moved(desk: Desk, f: Membership, platform: Platform | None, event: Event, new: Report) -> None:
    subject, earlier = platform_subject(f.platform.id), event.reports
    event = _climb(desk, event, new, f)
    assert f.region is not None
    news = News(
        trigger="platform.moved",
        subject=dataclasses.replace(
            _about(f, platform), code=f.region.code, moved_from=event.subject.moved_from, moved_to=f.region.code
        ),
        names=_names(f, platform),
        worth=True,
        before=_before(platform),
        region=f.region,
        quotes=_quotes(f),
    )
    event = tell(desk, event, new, news, earlier)
    desk.save_event(subject, event)
    if evidence.ready(event.reports, desk.bar):
        held = platform or _introduced(f)
        was = event.subject.moved_from
        before = (*held.regions_before, was) if was and was not in held.regions_before[-1:] else held.regions_before
        if _latest_move(desk, subject, event, f):
            moved = dataclasses.replace(held, region=f.region, regions_before=before)
            desk.save_platform(_entered(f, moved, desk))
            for old in desk.events(subject, "move"):
                if old.key != event.key and old.ladder != "superseded":
                    desk.save_event(subject, dataclasses.replace(old, ladder="superseded"))
    elif platform is None:
        desk.save_platform(_introduced(f))
    first_member(desk, f, new, worth=True)


def _derived_move(desk: Desk, f: Membership, platform: Platform | None, home: Region | None) -> bool:
    """Tell a move that only the register shows: an official list of a newer round gives a member another home."""
    if platform is None or platform.region is None or home is None or not desk.article.official:
        return False
    newer = f.round is not None and all(r == "-" or r < f.round for r, _ in platform.rounds)
    settled = platform.id in desk.shipped.settled_homes or platform.id not in desk.shipped.by_id
    if not standing.is_member(platform) or not newer or not settled or home.code == platform.region.code:
        return False
    if home.code in platform.regions_before:
        return False
    _move(
        desk,
        dataclasses.replace(
            f, stage="relocated", region=home, moved_from=platform.region, by="register.derived", round=None
        ),
    )
    return True


def _rename(desk: Desk, f: Membership) -> None:
    subject, platform = platform_subject(f.platform.id), desk.platform(f.platform.id)
    event = next(iter(desk.events(subject, "rename")), None) or desk.begin(
        subject, "rename", None, f.platform.id, _about(f, platform)
    )
    event = _climb(desk, event, _report(desk, f), f)
    desk.save_event(subject, event)
    if evidence.ready(event.reports, desk.bar):
        desk.save_platform(_entered(f, platform, desk))


def _matching(desk: Desk, subject: str, kind: str, f: Membership, *, reopen: bool) -> Event | None:
    """Return the event that the finding tells of: of its round, else the open one that either leaves undated."""
    events = [e for e in desk.events(subject, kind) if e.ladder != "corrected"]
    same = [e for e in events if e.round == f.round]
    if f.round is not None and same:
        closed = same[-1].ladder == "superseded"
        return None if closed and reopen and kind == "entry" else same[-1]
    live = [e for e in events if e.ladder != "superseded"]
    if f.round is None:
        return live[-1] if live else (None if reopen or not events else events[-1])
    undated = [e for e in live if e.round is None and _near(e, f.round)]
    if undated:
        return dataclasses.replace(undated[-1], round=f.round)
    if kind == "entry" and f.stage == "selected":
        return next((e for e in reversed(live) if _turn_of_year(desk, e, f.round)), None)
    return None


def _turn_of_year(desk: Desk, event: Event, round_: str) -> bool:
    """Tell whether a list named by the next year finishes what was proposed shortly before.

    Notice and list of one round can lie on two sides of New Year, and the press dates the round by either.
    """
    if event.stage != "publicized" or not event.alerts or not (event.round or "").isdigit() or not round_.isdigit():
        return False
    told = [day for r in event.reports if (day := parse_day(r.published))]
    today = parse_day(desk.day)
    close = today is not None and any(abs((today - day).days) <= TURN_DAYS for day in told)
    return close and abs(int(round_) - int(event.round or 0)) == 1


def _dated(f: Membership, event: Event) -> Membership:
    """Give a finding without a round that of the event it joined, where their dates agree."""
    if f.round is not None or event.round is None or not _near(event, event.round):
        return f
    return dataclasses.replace(f, round=event.round)


def _near(event: Event, round_: str) -> bool:
    """Tell whether an event without a round can be of that one, by the days it was reported."""
    days = [event.date, *(r.published for r in event.reports)]
    years = [int(d[:4]) for d in days if d and d[:4].isdigit()]
    return not years or not round_.isdigit() or min(abs(int(round_) - y) for y in years) <= 1


def _comes_in(desk: Desk, f: Membership, platform: Platform | None) -> bool:
    """Tell whether `reselected` finishes an entry: of a platform that is back, or that was told as proposed."""
    if f.stage != "reselected":
        return False
    if standing.is_return(f, platform):
        return True
    open_ = _matching(desk, platform_subject(f.platform.id), "entry", f, reopen=True)
    if open_ is None:
        return False
    # 再度入选: of the very round it came back in, and no evaluation of that year
    return not standing.is_member(platform) or (open_.round == f.round is not None and not standing.is_kept(f))


def _climb(desk: Desk, event: Event, new: Report, f: Membership) -> Event:
    stage = event.stage if CLIMB.get(event.stage, 0) > CLIMB.get(f.stage, 0) else f.stage
    event = evidence.add(event, new)
    event = dataclasses.replace(
        event, stage=stage, last_seen=desk.now, first_seen=event.first_seen or desk.now, date=event.date or f.date
    )
    return dataclasses.replace(event, ladder=evidence.rung(event, desk.bar))


def _close(desk: Desk, subject: str, kinds: tuple[str, ...], *, but: str) -> None:
    for event in desk.events(subject):
        if event.kind in kinds and event.key != but and event.ladder not in ("superseded", "corrected"):
            desk.save_event(subject, dataclasses.replace(event, ladder="superseded"))


def _latest_move(desk: Desk, subject: str, event: Event, f: Membership) -> bool:
    told = f.date or desk.day
    others = [e for e in desk.events(subject, "move") if e.key != event.key]
    days = [d for e in others for d in [e.date or min((r.published or "" for r in e.reports), default="")] if d]
    return told is None or all(told[:10] >= d[:10] for d in days)


def _entered(f: Membership, platform: Platform | None, desk: Desk) -> Platform:
    """Return the platform's state once the finding holds."""
    held = platform or _introduced(f)
    final = f.stage in standing.LISTED
    status = held.status
    if final and desk.imported and status not in ("verified", "single-source"):
        status = "imported"
    elif final and (status == "proposed" or not held.sure):
        status = "reported"
    rounds = _with_round(held.rounds, f.round, f.stage)
    for stage, round_ in f.history:
        if stage in standing.LISTED or stage == "publicized":
            rounds = _with_round(rounds, round_, stage)
    return dataclasses.replace(
        _named(held, f),
        member=held.member or final,
        ever=held.ever or final,
        rounds=rounds,
        since=(f.date or desk.day) if final and not held.member else held.since,
        left=None if final else held.left,
        status=status,
        region=f.region if desk.article.official and f.region else held.region or f.region,
        operator=held.operator or f.operator,
    )


def _introduced(f: Membership) -> Platform:
    """Return a platform the register hears of for the first time, not a member yet."""
    return Platform(
        id=f.platform.id,
        name=f.platform.name,
        names=f.names,
        operator=f.operator,
        operator_names=(f.operator.name,) if f.operator else (),
        region=f.region,
        status="proposed",
    )


def _named(platform: Platform, f: Membership) -> Platform:
    """Add the surface forms of a learned platform, and a former name of any; a bare operator is no platform name."""
    taken = {fold(n) for n in (*platform.names, *platform.weak_names, *platform.operator_names, platform.name)}
    operators = [o.name for o in (platform.operator, f.operator) if o]
    taken |= {fold(n) for n in operators}
    surfaces = f.names if platform.status in ("proposed", "reported") else ()
    fresh = [n for n in (*surfaces, f.former) if n and fold(n) not in taken]
    names = tuple(dict.fromkeys((*platform.names, *fresh)))
    owners = dict.fromkeys((*platform.operator_names, *([f.operator.name] if surfaces and f.operator else [])))
    return dataclasses.replace(platform, names=names, operator_names=tuple(owners))


def _with_round(rounds: tuple[tuple[str, str], ...], round_: str | None, stage: str) -> tuple[tuple[str, str], ...]:
    row = (round_ or "-", stage)
    return rounds if row in rounds or stage in ("relocated", "renamed") else (*rounds, row)


def _about(f: Membership, platform: Platform | None) -> Subject:
    operator = f.operator or (platform.operator if platform else None)
    return Subject(
        id=f.platform.id,
        name=f.platform.name,
        names=_names(f, platform),
        operator=operator.name if operator else None,
        code=f.region.code if f.region else None,
    )


def _names(f: Membership, platform: Platform | None) -> tuple[str, ...]:
    known = (platform.name, *platform.names) if platform else ()
    former = (f.former,) if f.former else ()
    return tuple(dict.fromkeys((f.platform.name, *f.names, *former, *known)))


def _before(platform: Platform | None) -> str:
    """Say in one line what the register held: rounds with their stages, the home, the day it left."""
    if platform is None:
        return ""
    rounds = ", ".join(f"{stage} {r}" if r != "-" else stage for r, stage in platform.rounds)
    home = platform.region.name if isinstance(platform.region, Region) else ""
    left = f"left {platform.left}" if platform.left and not platform.member else ""
    return " · ".join(x for x in (rounds, home, left) if x)


def _quotes(f: Membership) -> tuple[str, ...]:
    return tuple(e.quote for e in f.evidence)


def _report(desk: Desk, f: Membership) -> Report:
    return evidence.report(
        desk.article, desk.record_id, stage=f.stage, confidence=f.confidence, by=f.by, evidence=f.evidence
    )
