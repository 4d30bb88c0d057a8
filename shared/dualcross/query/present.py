"""Records and alerts in their public form (DESIGN 5.1): every key of the contract is there, null where unknown."""

from __future__ import annotations

from typing import Any

from dualcross.model import (
    Adoption,
    Alert,
    Count,
    Deadline,
    Evidence,
    Finding,
    Membership,
    Policy,
    Record,
    Ref,
    Region,
    RegionCount,
    Subject,
)


def record_json(record: Record) -> dict[str, Any]:
    """Return the record as `dualcross read --json` prints it."""
    return {
        "url": record.url,
        "title": record.title,
        "published": record.published,
        "language": record.language,
        "source": record.source,
        "official": record.official,
        "text": record.text,
        "labels": list(record.labels),
        "topics": {topic: round(p, 4) for topic, p in record.topics.items()},
        "findings": [finding_json(finding) for finding in record.findings],
        "alerts": [alert_brief(alert) for alert in record.alerts],
        "candidates": [alert_brief(alert) for alert in record.candidates],
        "stories": [{"title": s.title, "start": s.start, "end": s.end} for s in record.stories],
    }


def stored_json(record: Record) -> dict[str, Any]:
    """Return a stored record: the public form with its id, its source and when it was read."""
    extra: dict[str, Any] = {"id": record.id}
    extra |= record_json(record)
    extra["source_id"] = record.source_id
    extra["read_at"] = record.read_at.isoformat() if record.read_at else None
    extra["attachments"] = [
        {"url": a.url, "name": a.name, "media": a.media, "problem": a.problem} for a in record.attachments
    ]
    return extra


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return one finding; keys beyond the contract's come only where they say something."""
    body: dict[str, Any] = {"kind": finding.kind}
    match finding:
        case Membership():
            body |= _membership(finding)
        case Count():
            body |= {"value": finding.value, "measure": finding.measure, "region": _region(finding.region)}
        case RegionCount():
            body |= {"value": finding.value, "region": _region(finding.region), "rank": finding.rank}
        case Policy():
            body |= {"title": finding.title, "number": finding.number, "issuer": finding.issuer, "date": finding.date}
            body |= {"status": finding.status, "form": finding.form}
        case Deadline():
            body |= {"date": finding.date, "what": finding.what}
        case Adoption():
            body |= {"value": _number(finding.value), "unit": finding.unit, "region": _region(finding.region)}
            if finding.bound:
                body["bound"] = finding.bound
    if not isinstance(finding, (Membership, Policy, Adoption)) and finding.round:
        body["round"] = finding.round
    body |= {"confidence": round(finding.confidence, 4), "by": finding.by, "evidence": _evidence(finding.evidence)}
    return body


def alert_brief(alert: Alert) -> dict[str, Any]:
    """Return the alert as it stands inside a record."""
    return {
        "trigger": alert.trigger,
        "confirmed": alert.confirmed,
        "subject": subject_json(alert.trigger, alert.subject),
        "names": list(alert.names),
        "possibly_listed": alert.possibly_listed,
        "event": alert.event,
    }


def alert_json(alert: Alert) -> dict[str, Any]:
    """Return the alert with everything that explains it."""
    return (
        {"id": alert.id}
        | alert_brief(alert)
        | {
            "stage": alert.stage,
            "round": alert.round,
            "region": _region(alert.region),
            "ladder": alert.ladder,
            "confidence": round(alert.confidence, 4),
            "by": alert.by,
            "sources": alert.sources,
            "quotes": list(alert.quotes),
            "before": alert.before,
            "topics": list(alert.topics),
            "record": alert.record_id or None,
            "url": alert.url,
            "title": alert.title,
            "source": alert.source,
            "published": alert.published,
            "language": alert.language,
            "created": alert.created.isoformat() if alert.created else None,
            "backfill": alert.backfill,
        }
    )


def subject_json(trigger: str, subject: Subject) -> dict[str, Any]:
    """Return what the alert is about, with the keys that its trigger has."""
    if trigger.startswith("platform."):
        body: dict[str, Any] = {
            "id": subject.id,
            "name": subject.name,
            "names": list(subject.names),
            "operator": subject.operator,
            "code": subject.code,
        }
        if trigger == "platform.moved":
            body["from"] = subject.moved_from
            body["code"] = subject.moved_to or subject.code
        return body
    if trigger == "region.new":
        return {"code": subject.code, "name": subject.name}
    if trigger == "policy.new":
        return {"title": subject.title, "issuer": subject.issuer, "number": subject.number, "date": subject.date}
    if trigger == "deadline":
        return {"date": subject.date, "what": subject.what, "round": subject.round}
    return {"id": subject.id, "name": subject.name, "what": subject.what}


def _membership(finding: Membership) -> dict[str, Any]:
    platform: dict[str, Any] = {"id": finding.platform.id, "name": finding.platform.name}
    if finding.former:
        platform["former"] = finding.former
    body: dict[str, Any] = {
        "programme": finding.programme,
        "round": finding.round,
        "stage": finding.stage,
        "first_time": finding.first_time,
        "known": finding.known,
        "platform": platform,
        "operator": _ref(finding.operator),
        "region": _region(finding.region),
    }
    if finding.history:
        body["history"] = [{"stage": stage, "round": round_} for stage, round_ in finding.history]
    if finding.moved_from:
        body["moved_from"] = _region(finding.moved_from)
    body |= {key: value for key in ("rank", "date") if (value := getattr(finding, key)) is not None}
    if finding.names:
        body["names"] = list(finding.names)
    return body


def _evidence(evidence: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    return [{"start": e.start, "end": e.end, "quote": e.quote} for e in evidence]


def _ref(ref: Ref | None) -> dict[str, str] | None:
    return {"id": ref.id, "name": ref.name} if ref else None


def _region(region: Region | None) -> dict[str, str] | None:
    return {"code": region.code, "name": region.name} if region else None


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
