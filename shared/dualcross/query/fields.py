"""What the fields of a query see in a record: names, places, stages, hosts; shared by index and evaluation."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from dualcross.model import Membership, Policy, Record
from dualcross.query.tokens import column, facet

#: steps between 0 and 1 that the index tells apart in a confidence
CONFIDENCES = 20


def platform_names(member: Membership) -> list[str]:
    """Return every name of the platform that a finding knows, its id first."""
    names = [member.platform.id, member.platform.name, *member.names]
    return list(dict.fromkeys(n for n in [*names, member.former or ""] if n))


def operator_names(member: Membership) -> list[str]:
    """Return id and name of the operator, as far as a finding knows them."""
    return [n for n in (member.operator.id, member.operator.name) if n] if member.operator else []


def hosts(url: str | None) -> list[str]:
    """Return the host of an address and the domains it lies in: `a.b.cn`, `b.cn`, `cn`."""
    if not url:
        return []
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return []
    parts = host.split(".")
    return [".".join(parts[i:]) for i in range(len(parts))] if host else []


def day_of(printed: str | None, otherwise: datetime | None) -> str | None:
    """Return the day by which a thing is asked for: as printed, a month or year being its first day, else the other."""
    if printed and printed[:4].isdigit():
        day = printed[:10]
        return day + "-01-01"[len(day) - 4 :] if len(day) in (4, 7) else day
    return otherwise.date().isoformat() if otherwise else None


def confidence(value: float) -> str:
    """Return the step of a confidence; a higher confidence never has a lower step."""
    return str(int(value * CONFIDENCES))


def publisher(record: Record) -> str:
    """Return what an index holds of a record's source as text: its id, its name and its host, word by word."""
    host = hosts(record.url)[:1]
    return column([part for part in (record.source_id, record.source, *host) if part])


def facets(record: Record) -> list[str]:
    """Return one token per field and value by which a record can be asked for exactly."""
    pairs: list[tuple[str, str]] = [("topic", label) for label in record.labels]
    pairs.append(("lang", record.language))
    pairs.append(("lang", record.language.split("-")[0]))
    pairs.extend(("host", host) for host in hosts(record.url))
    pairs.append(("official", "yes" if record.official else "no"))
    if record.source_id:
        pairs.append(("source", record.source_id))
    if record.source:
        pairs.append(("source", record.source))
    if day := day_of(record.published, record.read_at):
        pairs += [("year", day[:4]), ("month", day[:7]), ("day", day)]
    for finding in record.findings:
        pairs.append(("kind", finding.kind))
        pairs.append(("conf", confidence(finding.confidence)))
        region = None if isinstance(finding, Policy) else getattr(finding, "region", None)
        if region:
            pairs.extend((("region", region.code), ("region", region.name)))
        stated = getattr(finding, "round", None)
        if stated:
            pairs.append(("round", stated))
        if isinstance(finding, Membership):
            pairs += [("stage", finding.stage), ("known", "yes" if finding.known else "no")]
            if finding.moved_from:
                pairs.append(("region", finding.moved_from.code))
    for alert in record.alerts:
        pairs += [("trigger", alert.trigger), ("trigger", alert.trigger.split(".", maxsplit=1)[0])]
    return list(dict.fromkeys(facet(name, value) for name, value in pairs))
