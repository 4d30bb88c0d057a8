"""What analysts decide: merge, split, confirm, reject. Every act is a fact, can be undone, and is replayed.

act ──► a record of its own + dossiers + alerts, committed as one ──► the fact, in the inbox
undo ─► the fact is marked ─► the register is derived again without it, and what differs is written
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from dualcross.deps import Understood
from dualcross.errors import InputError
from dualcross.model import Article, Event, Evidence, Membership, Record, Ref, Report
from dualcross.ports import Commit, Committed, Dossier, Inbox, Platform, RegisterStore, Store
from dualcross.register import corrections, evidence
from dualcross.register.desk import Desk
from dualcross.register.judging import judge
from dualcross.register.keys import digest, platform_subject, region_subject, round_subject
from dualcross.register.provinces import province
from dualcross.register.roster import Shipped, fold

ActKind = Literal["merge", "split", "confirm", "reject"]

#: kind of the facts that hold acts
FACT = "registry-act"
#: `source_id` of records that an operator imported, `source` of those that stand for acts
IMPORT, ANALYST = "registry-import", "analyst"
_PREFIX = "act-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One decision of an analyst."""

    kind: ActKind
    #: platform id; for confirm and reject an event key
    subject: str
    at: datetime
    #: merge: the platform it is the same as; split: the name that is another platform's
    other: str = ""
    who: str = ""
    undone: bool = False

    @property
    def id(self) -> str:
        """Derived from all it says."""
        return digest(self.kind, self.subject, self.other, self.at.isoformat())[:16]


def is_act(record_id: str) -> bool:
    """Tell whether a record stands for an act."""
    return record_id.startswith(_PREFIX)


def record_id_of(act: Act) -> str:
    """Name the record that stands for an act."""
    return _PREFIX + act.id


def history(inbox: Inbox) -> tuple[Act, ...]:
    """Return every act, undone ones too, oldest first."""
    rows = [_from_fact(value) for _, value in inbox.facts(FACT)]
    return tuple(sorted(rows, key=lambda a: (a.at, a.id)))


def perform(act: Act, store: Store, shipped: Shipped, *, min_confidence: float) -> Committed:
    """Carry out an act and keep it; doing it again changes nothing. Raises `InputError` where it cannot apply."""
    done = apply(act, store, shipped, min_confidence=min_confidence)
    store.put_fact(FACT, act.id, _to_fact(act))
    return done


def undo(act_id: str, store: Store, scratch: Store, shipped: Shipped, *, min_confidence: float) -> tuple[str, ...]:
    """Take an act back: derive the register without it into `scratch`, write what differs, name what was written.

    What was told stays told. Raises `InputError` for an unknown act.
    """
    from dualcross.register.rebuild import differences, rebuild

    act = next((a for a in history(store) if a.id == act_id), None)
    if act is None:
        raise InputError(f"no act {act_id}; `registry acts` lists them")
    store.put_fact(FACT, act.id, _to_fact(dataclasses.replace(act, undone=True)))
    rebuild(reversed(tuple(store.records())), store, scratch, shipped, min_confidence=min_confidence)
    touched = _reach(act, store, shipped)
    changed = differences(store, scratch, touched)
    held, fresh = store.dossiers(changed), scratch.dossiers(changed)
    dossiers = tuple(dataclasses.replace(fresh[s], version=held[s].version) for s in changed)
    marker = dataclasses.replace(_record(act), id=f"{record_id_of(act)}-undone", title=f"undone: {_title(act)}")
    marker = dataclasses.replace(marker, content_hash=digest(marker.id))
    store.commit(Commit(record=marker, dossiers=dossiers))
    return changed


def apply(act: Act, store: RegisterStore, shipped: Shipped, *, min_confidence: float) -> Committed:
    """Commit what an act changes, without keeping the act."""
    subjects = _reach(act, store, shipped)
    dossiers = store.dossiers(subjects)
    if act.kind == "confirm":
        return _confirm(act, store, dossiers, shipped, min_confidence)
    desk = Desk(
        article=Article(url=None, title=_title(act), text=""),
        record_id=record_id_of(act),
        shipped=shipped,
        dossiers=dossiers,
        now=act.at,
        bar=min_confidence,
    )
    {"merge": _merge, "split": _split, "reject": _reject}[act.kind](desk, act)
    return store.commit(
        Commit(record=_record(act), dossiers=tuple(desk.changed.values()), corrections=tuple(desk.corrections))
    )


def _merge(desk: Desk, act: Act) -> None:
    gone, kept = _platform(desk, act.subject), _platform(desk, act.other)
    if gone.id in (kept.id, kept.merged_into):
        raise InputError(f"{gone.id} cannot be merged into {kept.id}")
    desk.save_platform(_joined(kept, gone))
    source, target = platform_subject(gone.id), platform_subject(kept.id)
    for event in desk.events(source):
        twin = next((e for e in desk.events(target, event.kind) if e.round == event.round), None)
        desk.save_event(target, _joined_event(twin, event) if twin else event)
    held = desk.dossier(source)
    desk.changed[source] = dataclasses.replace(
        held, platform=dataclasses.replace(gone, merged_into=kept.id, member=False, names=()), events=()
    )


def _joined(kept: Platform, gone: Platform) -> Platform:
    names = tuple(dict.fromkeys((*kept.names, gone.name, *gone.names)))
    sure = [p for p in (kept, gone) if p.sure and p.status != "proposed"]
    return dataclasses.replace(
        kept,
        names=names,
        operator_names=tuple(dict.fromkeys((*kept.operator_names, *gone.operator_names))),
        rounds=tuple(dict.fromkeys((*kept.rounds, *gone.rounds))),
        member=kept.member or (gone.member and kept.left is None),
        ever=kept.ever or gone.ever,
        region=kept.region or gone.region,
        operator=kept.operator or gone.operator,
        status=sure[0].status if sure else kept.status,
        since=min(filter(None, (kept.since, gone.since)), default=None),
    )


def _joined_event(one: Event, other: Event) -> Event:
    event = one
    for report in other.reports:
        event = evidence.add(event, report)
    return dataclasses.replace(
        event,
        alerts=tuple(dict.fromkeys((*one.alerts, *other.alerts))),
        candidate=one.candidate and other.candidate,
        replaces=tuple(dict.fromkeys((*one.replaces, other.key, *other.replaces))),
    )


def _split(desk: Desk, act: Act) -> None:
    whole, name = _platform(desk, act.subject), act.other
    if fold(name) not in {fold(n) for n in whole.names} or fold(name) == fold(whole.name):
        raise InputError(f"{name} is no further name of {whole.id}; it has: {', '.join(whole.names)}")
    part = f"{whole.id}-{digest(fold(name))[:6]}"
    left = tuple(n for n in whole.names if fold(n) != fold(name))
    desk.save_platform(dataclasses.replace(whole, names=left))
    source, target = platform_subject(whole.id), platform_subject(part)
    fresh = Platform(id=part, name=name, names=(name,), region=whole.region, status="proposed")
    rounds: list[tuple[str, str]] = []
    for event in desk.events(source):
        told = tuple(r for r in event.reports if fold(name) in fold(r.quote))
        if not told:
            continue
        rest = tuple(r for r in event.reports if r not in told)
        moved = desk.begin(
            target, event.kind, event.round, part, dataclasses.replace(event.subject, id=part, name=name)
        )
        desk.save_event(
            target,
            dataclasses.replace(
                moved, reports=told, stage=event.stage, ladder=event.ladder, last_seen=desk.now, alerts=event.alerts
            ),
        )
        rounds.append((event.round or "-", event.stage))
        if rest:
            desk.save_event(source, dataclasses.replace(event, reports=rest))
    listed = any(stage in ("selected", "reselected", "ranked") for _, stage in rounds)
    if listed:
        fresh = dataclasses.replace(fresh, status="reported", member=True, ever=True)
    desk.save_platform(dataclasses.replace(fresh, rounds=tuple(rounds)))


def _reject(desk: Desk, act: Act) -> None:
    subject, event = _event(desk.dossiers, act.subject)
    platform = desk.platform(event.subject.id) if event.subject.id and subject.startswith("platform:") else None
    corrections.correct(desk, subject, event, "an analyst rejected it", act.who)
    if platform is not None:
        corrections.undo(desk, platform, event)


def _confirm(
    act: Act, store: RegisterStore, dossiers: Mapping[str, Dossier], shipped: Shipped, min_confidence: float
) -> Committed:
    """Judge the event's best report again, with full confidence, as the analyst's word."""
    subject, event = _event(dossiers, act.subject)
    if not subject.startswith("platform:") or not event.reports or event.subject.id is None:
        raise InputError(f"{act.subject} is no event of a platform")
    best = max(event.reports, key=lambda r: r.confidence)
    platform = (dossiers[subject].platform or shipped.platform(event.subject.id)) if subject in dossiers else None
    finding = _vouched(event, platform, best)
    article = Article(
        url=best.url, title=_title(act), text=best.quote, published=best.published, source=ANALYST, official=False
    )
    verdict = judge(
        article,
        Understood(topics={}, labels=("selection",), findings=(finding,)),
        record_id=record_id_of(act),
        dossiers=dossiers,
        shipped=shipped,
        now=act.at,
        min_confidence=min_confidence,
    )
    record = dataclasses.replace(_record(act), findings=verdict.findings, alerts=verdict.alerts)
    return store.commit(
        Commit(record=record, dossiers=verdict.dossiers, alerts=verdict.alerts, corrections=verdict.corrections)
    )


def _vouched(event: Event, platform: Platform | None, best: Report) -> Membership:
    about = event.subject
    assert about.id is not None
    return Membership(
        platform=Ref(id=about.id, name=about.name or about.id),
        operator=platform.operator if platform else None,
        stage=cast("Literal['selected']", event.stage),
        round=event.round,
        region=province(about.moved_to or about.code),
        moved_from=province(about.moved_from),
        names=about.names,
        confidence=1.0,
        by=ANALYST,
        date=event.date,
        evidence=(Evidence(start=0, end=len(best.quote), quote=best.quote),),
    )


def _reach(act: Act, store: RegisterStore, shipped: Shipped) -> tuple[str, ...]:
    """Name the dossiers an act can touch."""
    if act.kind in ("merge", "split"):
        part = f"{act.subject}-{digest(fold(act.other))[:6]}" if act.kind == "split" else act.other
        ids = [act.subject, part]
    else:
        found = next((e for e in store.events() if e.key == act.subject), None)
        if found is None:
            raise InputError(f"no event {act.subject}")
        ids = [found.subject.id] if found.subject.id else []
        extra = [region_subject(found.subject.code)] if found.subject.code else []
        extra += [round_subject(found.round)] if found.round else []
        return tuple(dict.fromkeys([*map(platform_subject, ids), *extra, *_homes(ids, store, shipped)]))
    return tuple(dict.fromkeys([*map(platform_subject, ids), *_homes(ids, store, shipped)]))


def _homes(ids: Iterable[str], store: RegisterStore, shipped: Shipped) -> list[str]:
    wanted = [platform_subject(i) for i in ids]
    held = [d.platform or shipped.platform(s.split(":", 1)[1]) for s, d in store.dossiers(wanted).items()]
    return [region_subject(p.region.code) for p in held if p and p.region]


def _event(dossiers: Mapping[str, Dossier], key: str) -> tuple[str, Event]:
    for subject, dossier in dossiers.items():
        for event in dossier.events:
            if event.key == key:
                return subject, event
    raise InputError(f"no event {key}")


def _platform(desk: Desk, platform_id: str) -> Platform:
    platform = desk.platform(platform_id)
    if platform is None:
        raise InputError(f"no platform {platform_id}")
    return platform


def _title(act: Act) -> str:
    return " ".join(x for x in ("registry", act.kind, act.subject, act.other) if x)


def _record(act: Act) -> Record:
    return Record(
        id=record_id_of(act),
        url=None,
        title=_title(act),
        published=None,
        language="und",
        source=ANALYST,
        official=False,
        text=act.who,
        read_at=act.at,
        content_hash=act.id,
    )


def _to_fact(act: Act) -> dict[str, object]:
    return dataclasses.asdict(act) | {"at": act.at.isoformat()}


def _from_fact(value: Mapping[str, object]) -> Act:
    row = {k: value[k] for k in ("kind", "subject", "other", "who", "undone") if k in value}
    return Act(at=datetime.fromisoformat(str(value["at"])), **row)  # type: ignore[arg-type]
