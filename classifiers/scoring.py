"""Compares what was found in a text with what its `expect` says; pure, knows no extraction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from classifiers.texts import Text

from dualcross_classifiers.spelling import plain

_DECOR = re.compile(
    r"[\s“”\"'「」《》『』·、,，.．（）()-]|工业互联网平台$|工业互联网$|(?<=.{2})平台$|industrialinternetplatform$"
)
_POLICY_DECOR = re.compile(r"[\s《》“”\"'<>〈〉]")


def bare(name: str) -> str:
    """Return a name without what outlets add or drop: quotes, spaces, the class word."""
    short = plain(name)
    for _ in range(2):
        short = _DECOR.sub("", short)
    return short


def same_name(one: str, other: str) -> bool:
    """The two surfaces name one thing: equal when bare, or one within the other with little around it."""
    a, b = bare(one), bare(other)
    if not a or not b:
        return False
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    return len(short) >= 2 and short in long and len(long) - len(short) <= 12


@dataclass
class Tally:
    """Right, wrong and missed, with what to look at."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found; 1 where nothing is there."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0

    def add(self, other: Tally) -> None:
        """Take in another tally."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed
        self.notes.extend(other.notes)


@dataclass
class Score:
    """All that was compared in one text or many."""

    kinds: dict[str, Tally] = field(default_factory=dict)
    #: field → (right, seen) over matched memberships
    fields: dict[str, list[int]] = field(default_factory=dict)
    alerts: dict[str, Tally] = field(default_factory=dict)
    #: trap → (passed, seen)
    traps: dict[int, list[int]] = field(default_factory=dict)
    broken_quotes: int = 0
    #: (confidence, right) of each membership found
    confidences: list[tuple[float, bool]] = field(default_factory=list)

    def kind(self, name: str) -> Tally:
        """Return the tally of a finding kind."""
        return self.kinds.setdefault(name, Tally())

    def alert(self, name: str) -> Tally:
        """Return the tally of a trigger."""
        return self.alerts.setdefault(name, Tally())

    def field(self, name: str, right: bool) -> None:
        """Count one compared field."""
        seen = self.fields.setdefault(name, [0, 0])
        seen[0] += right
        seen[1] += 1


def names_of(member: Any) -> list[str]:
    """Return every surface of a found membership."""
    return [name for name in (member.platform.name, *member.names) if name]


def same_member(expected: Mapping[str, Any], member: Any) -> bool:
    """Tell whether a found membership is of the platform that is expected."""
    if any(same_name(expected["platform"], name) for name in names_of(member)):
        return True
    operator = member.operator.name if member.operator else None
    return bool(operator and expected["operator"] and same_name(expected["operator"], operator))


def memberships(text: Text, found: Sequence[Any], score: Score) -> None:
    """Match memberships one to one by name, then compare stage, round, first time, region, operator."""
    tally, left = score.kind("membership"), list(found)
    for expected in text.expect["memberships"]:
        match = next((member for member in left if same_member(expected, member)), None)
        if match is None:
            tally.missed += 1
            tally.notes.append(f"{text.id} missed {expected['platform']} {expected['stage']}")
            continue
        left.remove(match)
        tally.right += 1
        score.confidences.append((match.confidence, match.stage == expected["stage"]))
        _fields(text, expected, match, score)
    for member in left:
        if any(same_name(name, surface) for name in text.expect["either"] for surface in names_of(member)):
            continue
        tally.wrong += 1
        score.confidences.append((member.confidence, False))
        tally.notes.append(f"{text.id} wrong {member.platform.name} {member.stage} by {member.by}")


def _fields(text: Text, expected: Mapping[str, Any], match: Any, score: Score) -> None:
    got = {
        "stage": match.stage,
        "round": match.round,
        "first_time": match.first_time,
        "region": match.region.code if match.region else None,
    }
    for name, value in got.items():
        if name in {"round", "region"} and expected[name] is None and value is not None:
            continue  # the register may know what the text does not say
        score.field(name, value == expected[name])
        if value != expected[name]:
            score.kind("membership").notes.append(
                f"{text.id} {name} of {expected['platform']}: {value} for {expected[name]}"
            )
    if expected["operator"]:
        right = match.operator is not None and same_name(expected["operator"], match.operator.name)
        score.field("operator", right)
        if not right:
            got_name = match.operator.name if match.operator else None
            score.kind("membership").notes.append(f"{text.id} operator of {expected['platform']}: {got_name}")
    alerts = text.expect["alerts"]
    if alerts is not None and expected["stage"] in {"publicized", "selected"}:
        new = any(a["trigger"] == "platform.new" and same_name(a["subject"], expected["platform"]) for a in alerts)
        score.field("known", match.known is not new)
        if match.known is new:
            score.kind("membership").notes.append(f"{text.id} known of {expected['platform']}: {match.known}")


def _keyed(text: Text, name: str, expected: set[Any], found: set[Any], score: Score) -> None:
    tally = score.kind(name)
    either = set(text.expect["either"])
    found = {key for key in found if str(key[0] if isinstance(key, tuple) else key) not in either} | (found & expected)
    tally.right += len(expected & found)
    tally.wrong += len(found - expected)
    tally.missed += len(expected - found)
    tally.notes.extend(f"{text.id} {name} missed {key}" for key in sorted(expected - found, key=str))
    tally.notes.extend(f"{text.id} {name} wrong {key}" for key in sorted(found - expected, key=str))


def _code(region: Any) -> str | None:
    return region.code if region else None


def findings(text: Text, found: Iterable[Any], score: Score) -> None:
    """Score every finding of a text."""
    by_kind: dict[str, list[Any]] = {}
    for finding in found:
        by_kind.setdefault(finding.kind, []).append(finding)
        score.broken_quotes += sum(text.text[e.start : e.end] != e.quote for e in finding.evidence)
    expect = text.expect
    memberships(text, by_kind.get("membership", []), score)
    _keyed(
        text,
        "count",
        {(c["value"], c["measure"], c["region"]) for c in expect["counts"]},
        {(c.value, c.measure, _code(c.region)) for c in by_kind.get("count", [])},
        score,
    )
    ranks = {(r.value, r.region.code): r.rank for r in by_kind.get("region_count", [])}
    wanted = {(r["value"], r["region"]): r["rank"] for r in expect["region_counts"]}
    _keyed(text, "region_count", set(wanted), set(ranks), score)
    for key in set(wanted) & set(ranks):
        score.field("rank", wanted[key] == ranks[key])
    _keyed(
        text,
        "deadline",
        {d["date"] for d in expect["deadlines"]},
        {d.date for d in by_kind.get("deadline", [])},
        score,
    )
    policies(text, by_kind.get("policy", []), score)
    amounts = {float(a["value"]) for a in expect["adoption"]}
    got = {float(a.value) for a in by_kind.get("adoption", [])}
    # a passing figure in a text about something else is right but need not be listed
    _keyed(text, "adoption", amounts, got if "adoption" in text.labels else got & amounts, score)


def _document(title: str) -> str:
    return _POLICY_DECOR.sub("", plain(title))


def same_document(one: str, other: str) -> bool:
    """Tell whether two titles are of one document: one within the other, whatever sets them off."""
    a, b = _document(one), _document(other)
    return a in b or b in a


def policies(text: Text, found: Sequence[Any], score: Score) -> None:
    """Match policies by title; lists are documents too, but nobody needs them told as policy."""
    tally, left = score.kind("policy"), list(found)
    for expected in text.expect["policies"]:
        name = _document(expected["title"])
        match = next((p for p in left if _document(p.title) == name), None) or next(
            (p for p in left if _document(p.title) in name or name in _document(p.title)), None
        )
        if match is None:
            if expected["form"] not in {"list", "draft"} and expected["title"] not in text.expect["either"]:
                tally.missed += 1
                tally.notes.append(f"{text.id} policy missed {expected['title']}")
            continue
        left.remove(match)
        tally.right += 1
        for name, value in (("status", match.status), ("number", match.number), ("date", match.date)):
            if expected[name] is not None:
                score.field(f"policy {name}", value == expected[name])
                if value != expected[name]:
                    tally.notes.append(f"{text.id} policy {name}: {value} for {expected[name]} of {expected['title']}")
        if expected["issuer"] and expected["issuer"] not in text.expect["either"]:
            right = match.issuer is not None and same_name(match.issuer, expected["issuer"])
            score.field("policy issuer", right)
    either = {_document(name) for name in text.expect["either"]}
    for policy in left:
        title = _document(policy.title)
        if policy.form not in {"list", "draft"} and not any(title in name or name in title for name in either if name):
            tally.wrong += 1
            tally.notes.append(f"{text.id} policy wrong {policy.title} {policy.status} {policy.form}")


def _subject_names(alert: Any) -> list[str]:
    subject = alert.subject
    if alert.trigger == "region.new":
        return [subject.code or ""]
    if alert.trigger == "deadline":
        return [subject.date or ""]
    if alert.trigger == "policy.new":
        return [subject.title or ""]
    return [subject.name or "", *subject.names]


def alerts(text: Text, told: Sequence[Any], score: Score) -> bool:
    """Score the alerts of a text; False where one is wrong or missing."""
    expected, left, right = text.expect["alerts"], list(told), True
    if expected is None:
        return True
    for want in expected:
        match = next((a for a in left if a.trigger == want["trigger"] and _told(want, a)), None)
        if match is None:
            right = False
            score.alert(want["trigger"]).missed += 1
            score.alert(want["trigger"]).notes.append(f"{text.id} {want['trigger']} missed {want['subject']}")
            continue
        left.remove(match)
        score.alert(want["trigger"]).right += 1
    for alert in left:
        names = _subject_names(alert)
        if any(either in names or any(same_name(either, name) for name in names) for either in text.expect["either"]):
            continue
        right = False
        score.alert(alert.trigger).wrong += 1
        score.alert(alert.trigger).notes.append(f"{text.id} {alert.trigger} wrong {names[0]}")
    return right


def _told(want: Mapping[str, Any], alert: Any) -> bool:
    names = _subject_names(alert)
    if want["trigger"] == "policy.new":
        name = _document(want["subject"])
        return any(n and (_document(n) in name or name in _document(n)) for n in names)
    return any(want["subject"] == name or same_name(want["subject"], name) for name in names)


def calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Return the expected calibration error: how far, on average, confidence lies from the share that is right."""
    if not pairs:
        return 0.0
    sums: dict[int, list[float]] = {}
    sizes: Counter[int] = Counter()
    for confidence, right in pairs:
        index = min(int(confidence * bins), bins - 1)
        into = sums.setdefault(index, [0.0, 0.0])
        into[0] += confidence
        into[1] += right
        sizes[index] += 1
    return sum(abs(said - was) for said, was in sums.values()) / len(pairs)
