"""Everything that is looked up beside records and alerts, in its public form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dualcross.model import Delivery, Event, Report, Source, SourceState, Subject
from dualcross.ports import Platform
from dualcross.query.readmodel import PolicyView


def event_json(event: Event) -> dict[str, Any]:
    """Return an event with all its evidence."""
    return {
        "key": event.key,
        "kind": event.kind,
        "subject": _subject(event.subject),
        "stage": event.stage,
        "ladder": event.ladder,
        "round": event.round,
        "date": event.date,
        "first_seen": _moment(event.first_seen),
        "last_seen": _moment(event.last_seen),
        "candidate": event.candidate,
        "alerts": list(event.alerts),
        "replaces": list(event.replaces),
        "reports": [_report(report) for report in event.reports],
    }


def platform_json(platform: Platform) -> dict[str, Any]:
    """Return a platform of the register, with how sure its membership is."""
    operator, region = platform.operator, platform.region
    return {
        "id": platform.id,
        "name": platform.name,
        "names": list(platform.names),
        "operator": {"id": operator.id, "name": operator.name} if operator else None,
        "operator_names": list(platform.operator_names),
        "region": {"code": region.code, "name": region.name} if region else None,
        "regions_before": list(platform.regions_before),
        "member": platform.member,
        "ever": platform.ever,
        "rounds": [{"round": round_, "stage": stage} for round_, stage in platform.rounds],
        "status": platform.status,
        "sure": platform.sure,
        "since": platform.since,
        "left": platform.left,
        "sources": list(platform.sources),
    }


def policy_json(policy: PolicyView) -> dict[str, Any]:
    """Return a policy."""
    return {
        "title": policy.title,
        "number": policy.number,
        "issuer": policy.issuer,
        "date": policy.date,
        "status": policy.status,
        "event": policy.event,
        "sources": list(policy.sources),
    }


def source_json(source: Source, state: SourceState) -> dict[str, Any]:
    """Return a source and how it fares; headers, cookies and proxies stay inside, they may hold secrets."""
    return {
        "id": source.id,
        "name": source.name,
        "url": source.url,
        "kind": source.kind,
        "official": source.official,
        "region": source.region,
        "paused": source.paused,
        "gone": state.gone,
        "outcome": state.outcome,
        "message": state.message,
        "failures": state.failures,
        "polls": state.polls,
        "not_modified": state.not_modified,
        "items_seen": state.items_seen,
        "last_polled": _moment(state.last_polled),
        "last_success": _moment(state.last_success),
        "last_new_item": _moment(state.last_new_item),
        "next_due": _moment(state.next_due),
        "moved_to": state.moved_to,
        "notice": state.notice,
    }


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery as it stands in the ledger."""
    return {
        "id": delivery.id,
        "alert": delivery.alert_id,
        "subscription": delivery.subscription_id,
        "channel": delivery.channel,
        "kind": delivery.kind,
        "state": delivery.state,
        "attempt": delivery.attempt,
        "created": _moment(delivery.created),
        "settled": _moment(delivery.settled),
        "not_before": _moment(delivery.not_before),
        "held": delivery.held,
        "error": delivery.error,
    }


def _report(report: Report) -> dict[str, Any]:
    return {
        "record": report.record_id,
        "url": report.url,
        "source": report.source,
        "published": report.published,
        "official": report.official,
        "stage": report.stage,
        "confidence": round(report.confidence, 4),
        "quote": report.quote,
        "by": report.by,
    }


def _subject(subject: Subject) -> dict[str, Any]:
    named = {
        "id": subject.id,
        "name": subject.name,
        "names": list(subject.names),
        "operator": subject.operator,
        "code": subject.code,
        "from": subject.moved_from,
        "to": subject.moved_to,
        "title": subject.title,
        "issuer": subject.issuer,
        "number": subject.number,
        "date": subject.date,
        "what": subject.what,
        "round": subject.round,
    }
    return {key: value for key, value in named.items() if value}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
