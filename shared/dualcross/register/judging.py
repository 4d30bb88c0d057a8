"""Findings become events, events become the register and its alerts: values in, values out.

findings ─► blanks filled from the register ─► events ─► told? ─► alerts, candidates, corrections
            (round, region, known)               └─► platforms, provinces
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dualcross.deps import Understood
from dualcross.model import (
    SUBSCRIBER_TRIGGERS,
    Alert,
    Article,
    Count,
    Deadline,
    Finding,
    Membership,
    Policy,
    Ref,
    Subject,
)
from dualcross.ports import Dossier, Platform
from dualcross.register import corrections, memberships, standing
from dualcross.register.desk import Desk
from dualcross.register.documents import bring_deadline, bring_list, bring_policy
from dualcross.register.keys import deadline_subject, platform_subject, region_subject, round_subject
from dualcross.register.policies import identify, indexed, subjects_of
from dualcross.register.provinces import province
from dualcross.register.roster import Shipped, fold


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What one article changes and what is told of it."""

    #: with `known`, `region` and `round` filled in
    findings: tuple[Finding, ...]
    #: new states, `version` as it was read
    dossiers: tuple[Dossier, ...]
    alerts: tuple[Alert, ...]
    candidates: tuple[Alert, ...]
    #: alerts that turned out wrong: (alert id, why, quote)
    corrections: tuple[tuple[str, str, str], ...] = ()


def subjects(article: Article, understood: Understood, shipped: Shipped) -> tuple[str, ...]:
    """Name the dossiers that judging the article needs, as far as the article tells."""
    day = article.published[:10] if article.published else None
    names: list[str] = []
    for f in understood.findings:
        if isinstance(f, Membership):
            platform = shipped.platform(f.platform.id)
            home = platform.region if platform else None
            names.append(platform_subject(f.platform.id))
            names.extend(platform_subject(p.id) for p in _former(f, shipped))
            names.extend(region_subject(r.code) for r in (f.region, home) if r)
            round_ = standing.fill_round(f, platform, shipped, day)
            names.extend([round_subject(round_)] if round_ else [])
        elif isinstance(f, Count) and f.round:
            names.append(round_subject(f.round))
        elif isinstance(f, Policy) and f.status == "issued" and f.form == "policy":
            names.extend(subjects_of(f))
        elif isinstance(f, Deadline):
            names.append(deadline_subject(f.date))
    return tuple(dict.fromkeys(names))


def further(
    article: Article,
    understood: Understood,
    dossiers: Mapping[str, Dossier],
    learned: Iterable[Platform] = (),
) -> tuple[str, ...]:
    """Name the dossiers that those loaded so far, or the platforms learned, show to be needed too."""
    names: list[str] = []
    for dossier in dossiers.values():
        platform = dossier.platform
        if platform and platform.merged_into:
            names.append(platform_subject(platform.merged_into))
        if platform and platform.region:
            names.append(region_subject(platform.region.code))
        names.extend(round_subject(e.round) for e in dossier.events if e.kind == "entry" and e.round)
        names.extend(_seen(dossier, understood))
        if dossier.subject.startswith("round:"):
            names.extend(platform_subject(i) for i in corrections.proposed(dossier.events))
    former = {fold(f.former) for f in understood.findings if isinstance(f, Membership) and f.former}
    text = fold(article.text) if corrections.corrects(article) else ""
    for platform in learned if former or text else ():
        folded = [fold(n) for n in (platform.name, *platform.names)]
        if former.intersection(folded) or (text and any(len(n) > 1 and n in text for n in folded)):
            names.append(platform_subject(platform.id))
    return tuple(n for n in dict.fromkeys(names) if n not in dossiers)


def _seen(dossier: Dossier, understood: Understood) -> list[str]:
    """Name the subjects a dossier refers to; an index only those that an issued document can be."""
    if not dossier.subject.startswith("policy:index:"):
        return list(dossier.see)
    issued = [identify(f) for f in understood.findings if isinstance(f, Policy) and f.status == "issued"]
    return [hit for me in issued for entry in dossier.see if (hit := indexed(entry, me))]


def seeks_learned(article: Article, understood: Understood) -> bool:
    """Tell whether `further` has a use for the platforms learned: a former name, or a report taken back."""
    renamed = any(isinstance(f, Membership) and f.former for f in understood.findings)
    return renamed or corrections.corrects(article)


def judge(  # noqa: PLR0913 (pure: all it may know is handed in)
    article: Article,
    understood: Understood,
    *,
    record_id: str,
    dossiers: Mapping[str, Dossier],
    shipped: Shipped,
    now: datetime,
    min_confidence: float,
    backfill: bool = False,
    imported: bool = False,
) -> Verdict:
    """Decide what the article's findings change and tell; the same values give the same verdict.

    `imported`: an official list that an operator hands in, which fills the register and tells no one.
    """
    desk = Desk(
        article=article,
        record_id=record_id,
        shipped=shipped,
        dossiers=dossiers,
        now=now,
        bar=min_confidence,
        labels=understood.labels,
        backfill=backfill,
        imported=imported,
    )
    filled = [_fill(desk, f) if isinstance(f, Membership) else f for f in understood.findings]
    findings: list[Finding] = []
    for f, raw in zip(filled, understood.findings, strict=True):
        told_home = province(raw.region.code) if isinstance(raw, Membership) and raw.region else None
        findings.append(memberships.apply(desk, f, told_home) if isinstance(f, Membership) else f)
    for f in findings:
        if isinstance(f, Policy):
            bring_policy(desk, f)
        elif isinstance(f, Deadline):
            bring_deadline(desk, f)
        elif isinstance(f, Count):
            bring_list(desk, f)
    corrections.missing_from_final(desk, findings)
    _remember_proposals(desk, findings)
    corrections.take_back(desk, findings)
    corrections.withdraw(desk, findings)
    order = {trigger: i for i, trigger in enumerate(SUBSCRIBER_TRIGGERS)}
    told = {a.id for a in desk.alerts}
    return Verdict(
        findings=tuple(findings),
        dossiers=tuple(desk.changed.values()),
        alerts=tuple(sorted(desk.alerts, key=lambda a: order[a.trigger])),
        candidates=tuple({a.id: a for a in desk.candidates if a.id not in told}.values()),
        corrections=tuple(dict.fromkeys(desk.corrections)),
    )


def _fill(desk: Desk, f: Membership) -> Membership:
    """Fill in what the register knows of a membership: its id after a merge or rename, round, home, `known`."""
    platform = desk.platform(f.platform.id)
    if platform is None:
        former = [desk.platform(p.id) for p in _former(f, desk.shipped)] + _learned_former(f, desk)
        platform = former[0] if len({p.id for p in former if p}) == 1 else None
    while platform is not None and platform.merged_into:
        platform = desk.platform(platform.merged_into)
    if platform is not None and platform.id != f.platform.id:
        f = dataclasses.replace(
            f,
            platform=Ref(id=platform.id, name=platform.name),
            names=tuple(dict.fromkeys((*f.names, f.platform.name))),
        )
    return dataclasses.replace(
        f,
        round=standing.fill_round(f, platform, desk.shipped, desk.day),
        region=standing.fill_region(f, platform, desk.shipped, official=desk.article.official),
        known=standing.stood(platform),
        operator=f.operator or (platform.operator if platform else None),
    )


def _former(f: Membership, shipped: Shipped) -> tuple[Platform, ...]:
    return shipped.find(f.former) if f.former and shipped.platform(f.platform.id) is None else ()


def _learned_former(f: Membership, desk: Desk) -> list[Platform | None]:
    if not f.former:
        return []
    held = [d.platform for d in desk.dossiers.values() if d.platform]
    return [p for p in held if fold(f.former) in {fold(n) for n in (p.name, *p.names)}]


def _remember_proposals(desk: Desk, findings: Iterable[Finding]) -> None:
    """Keep with the round which platforms were proposed, so that its final list can be held against them."""
    for f in findings:
        if not isinstance(f, Membership) or f.stage != "publicized" or f.round is None:
            continue
        told = [e for e in desk.events(platform_subject(f.platform.id), "entry") if e.round == f.round and e.alerts]
        if not told:
            continue
        subject = round_subject(f.round)
        event = next(iter(desk.events(subject, "list")), None)
        if event is None:
            event = desk.begin(subject, "list", f.round, "-", Subject(round=f.round))
            event = dataclasses.replace(event, stage="publicized", last_seen=desk.now)
        names = tuple(dict.fromkeys((*event.subject.names, f.platform.id)))
        desk.save_event(subject, dataclasses.replace(event, subject=dataclasses.replace(event.subject, names=names)))
