"""What a query sees of each kind of thing: its texts, its values by field, and its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from dualcross.model import (
    Alert,
    Delivery,
    Event,
    Finding,
    Membership,
    Policy,
    Record,
    Region,
    Source,
    SourceState,
)
from dualcross.ports import Platform
from dualcross.query.fields import day_of, hosts, operator_names, platform_names
from dualcross.query.tokens import joined

Values = Mapping[str, tuple[str, ...]]


@dataclass(kw_only=True)
class Document:
    """One thing under a query. `parts` are its findings: conditions on one of them must hold in the same part."""

    values: Values
    texts: Callable[[], tuple[str, ...]]
    parts: tuple[Values, ...] = field(default=())

    @cached_property
    def body(self) -> str:
        """The tokens of all texts, ready for `contains`; phrases do not run from one text into the next."""
        return " \0 ".join(joined(text) for text in self.texts() if text)


def of_record(record: Record) -> Document:
    """Return a record as a document; its date is the page's, else the day it was read."""
    return Document(
        values={
            "topic": record.labels,
            "lang": _language(record.language),
            "source": _some(record.source_id, record.source, *hosts(record.url)),
            "official": _yes(record.official),
            "trigger": _triggers(*(alert.trigger for alert in record.alerts)),
            "date": _date(record.published, record.read_at),
            "title": _some(record.title),
            "id": _some(record.id),
        },
        texts=lambda: (record.title, record.text),
        parts=tuple(_finding(finding) for finding in record.findings),
    )


def of_alert(alert: Alert) -> Document:
    """Return an alert as a document; its texts are title, quotes and names."""
    subject = alert.subject
    codes = _some(alert.region.code if alert.region else None, subject.code, subject.moved_from, subject.moved_to)
    return Document(
        values={
            "topic": alert.topics,
            "lang": _language(alert.language),
            "source": _some(
                alert.source, subject.id if alert.trigger.startswith("source.") else None, *hosts(alert.url)
            ),
            "trigger": _triggers(alert.trigger),
            "date": _date(alert.published, alert.created),
            "title": _some(alert.title),
            "id": _some(alert.id),
            "region": codes,
            "platform": _some(subject.id, subject.name, *subject.names, *alert.names)
            if alert.trigger.startswith("platform.")
            else (),
            "operator": _some(subject.operator),
            "round": _some(alert.round or subject.round),
            "stage": _some(alert.stage),
            "ladder": _some(alert.ladder),
            "confirmed": _yes(alert.confirmed),
            "conf": (str(alert.confidence),),
            "issuer": _some(subject.issuer),
            "kind": _some(alert.trigger.split(".", maxsplit=1)[0]),
        },
        texts=lambda: (alert.title, *alert.quotes, *_strings(subject), *alert.names),
    )


def of_event(event: Event) -> Document:
    """Return an event as a document."""
    subject = event.subject
    return Document(
        values={
            "id": _some(event.key),
            "kind": _some(event.kind),
            "stage": _some(event.stage),
            "round": _some(event.round),
            "ladder": _some(event.ladder),
            "region": _some(subject.code, subject.moved_from, subject.moved_to),
            "platform": _some(subject.id, subject.name, *subject.names) if not subject.title else (),
            "operator": _some(subject.operator),
            "issuer": _some(subject.issuer),
            "title": _some(subject.title),
            "official": _yes(any(report.official for report in event.reports)),
            "source": _some(*(name for r in event.reports for name in (r.source, *hosts(r.url)))),
            "date": _date(event.date, event.last_seen),
            "conf": tuple(str(report.confidence) for report in event.reports),
        },
        texts=lambda: (*_strings(subject), *(report.quote for report in event.reports)),
    )


def of_platform(platform: Platform) -> Document:
    """Return a platform of the register as a document; its date is since when it is a member."""
    operator = platform.operator
    names = (platform.name, *platform.names)
    owners = _some(operator.id if operator else None, operator.name if operator else None, *platform.operator_names)
    return Document(
        values={
            "id": _some(platform.id),
            "platform": _some(platform.id, *names),
            "operator": owners,
            "region": _some(platform.region.code if platform.region else None),
            "round": tuple(round_ for round_, _ in platform.rounds),
            "stage": tuple(stage for _, stage in platform.rounds),
            "member": _yes(platform.member),
            "state": _some(platform.status),
            "date": _date(platform.since, None),
        },
        texts=lambda: (platform.id, *names, *owners, *_region_names(platform.region)),
        parts=tuple({"round": (round_,), "stage": (stage,)} for round_, stage in platform.rounds),
    )


def of_region(row: Mapping[str, Any]) -> Document:
    """Return a province of the register, with its members, as a document."""
    members = row["members"]
    return Document(
        values={
            "id": (row["code"],),
            "region": (row["code"],),
            "platform": tuple(name for member in members for name in (member["id"], member["name"])),
            "state": tuple(member["status"] for member in members),
            "member": _yes(bool(members)),
        },
        texts=lambda: (row["code"], row["name"], *(member["name"] for member in members)),
    )


def of_round(row: Mapping[str, Any]) -> Document:
    """Return a selection round as a document; its date is that of its list, else of its notice or call."""
    return Document(
        values={
            "id": (row["round"],),
            "round": (row["round"],),
            "kind": _some(row["kind"]),
            "title": _some(row["title"]),
            "date": _date(row["listed"] or row["noticed"] or row["called"], None),
        },
        texts=lambda: _some(row["round"], row["title"], *(member["name"] for member in row["members"])),
        parts=tuple(
            {"platform": (member["id"], member["name"]), "stage": (member["stage"],)} for member in row["members"]
        ),
    )


def of_source(source: Source, state: SourceState) -> Document:
    """Return a source as a document; its state is the outcome of the last poll, or `paused` or `gone`."""
    conditions = _some("paused" if source.paused else None, "gone" if state.gone else None, state.outcome)
    return Document(
        values={
            "id": _some(source.id),
            "source": _some(source.id, source.name, *hosts(source.url)),
            "kind": _some(source.kind),
            "state": conditions,
            "region": _some(source.region),
            "official": _yes(bool(source.official)),
            "date": _date(None, state.last_success),
        },
        texts=lambda: (source.id, source.name, source.url, source.notes, state.message),
    )


def of_delivery(delivery: Delivery) -> Document:
    """Return a delivery as a document."""
    return Document(
        values={
            "id": _some(delivery.id, delivery.alert_id, delivery.subscription_id),
            "state": _some(delivery.state),
            "kind": _some(delivery.kind),
            "date": _date(None, delivery.created),
        },
        texts=lambda: (delivery.id, delivery.alert_id, delivery.subscription_id, delivery.channel, delivery.error),
    )


def _finding(finding: Finding) -> Values:
    values: dict[str, tuple[str, ...]] = {"kind": (finding.kind,), "conf": (str(finding.confidence),)}
    region: Region | None = getattr(finding, "region", None)
    values["round"] = _some(getattr(finding, "round", None))
    values["region"] = _some(region.code if region else None)
    if isinstance(finding, Membership):
        values["stage"] = (finding.stage,)
        values["platform"] = tuple(platform_names(finding))
        values["operator"] = tuple(operator_names(finding))
        values["known"] = _yes(finding.known)
        values["region"] += _some(finding.moved_from.code if finding.moved_from else None)
    if isinstance(finding, Policy):
        values["issuer"] = _some(finding.issuer)
        values["state"] = (finding.status,)
    return values


def _some(*values: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _yes(flag: bool) -> tuple[str, ...]:
    return ("yes",) if flag else ("no",)


def _language(language: str) -> tuple[str, ...]:
    return _some(language, language.split("-", maxsplit=1)[0])


def _triggers(*triggers: str) -> tuple[str, ...]:
    return _some(*triggers, *(trigger.split(".", maxsplit=1)[0] for trigger in triggers))


def _date(printed: str | None, otherwise: Any) -> tuple[str, ...]:
    return _some(day_of(printed, otherwise))


def _region_names(region: Region | None) -> tuple[str, ...]:
    return (region.code, region.name) if region else ()


def _strings(value: object) -> tuple[str, ...]:
    found: list[str] = []
    for each in fields(value):  # type: ignore[arg-type]
        content = getattr(value, each.name)
        if isinstance(content, str):
            found.append(content)
        elif isinstance(content, tuple):
            found.extend(content)
    return tuple(found)
