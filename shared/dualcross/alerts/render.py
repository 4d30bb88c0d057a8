"""Alerts as a message in the subscriber's language: what is new, its evidence, and why it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dualcross.alerts import layout
from dualcross.alerts.coverage import Coverage
from dualcross.alerts.links import Links, safe
from dualcross.alerts.words import STAGES, Lang, before, headline, ladder, province, reason, stage, trigger, word
from dualcross.model import Alert, Event, Subscription
from dualcross.model.messages import Block, Message

#: events shown in one message; beyond them it says how many more there are
SHOWN = 40
_QUOTE = 600
_NAMES = 6
#: characters of the first event in a digest's subject
_SUBJECT = 70


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """Why an alert was wrong, and the page that says so where there is one."""

    why: str
    quote: str = ""
    source: str = ""
    published: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What a message says beside its alerts; everything may be absent."""

    delivery_id: str
    now: datetime
    attempt: int = 1
    links: Links | None = None
    #: alert id → what was wrong with it
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    #: event key → event, for the names of all its sources
    events: Mapping[str, Event] = field(default_factory=dict)
    #: why alerts of this message were held back, one entry for each
    held: Sequence[str] = ()
    coverage: Coverage | None = None


def render(kind: str, subscription: Subscription, alerts: Sequence[Alert], context: Context) -> Message:
    """Return the message that tells these alerts; the same arguments give the same message.

    Alerts of one event are told as one block. `kind` is `alert`, `correction` or `digest`.
    """
    language: Lang = subscription.language
    groups: dict[str, list[Alert]] = {}
    for alert in alerts:
        groups.setdefault(f"{alert.id in context.corrections}/{alert.event}", []).append(alert)
    blocks = [_block(group, subscription, context) for group in list(groups.values())[:SHOWN]]
    notes = _notes(subscription, alerts, context)
    if len(groups) > SHOWN:
        notes.insert(0, word("more", language, n=len(groups) - SHOWN))
    subject = _subject(kind, blocks, len(groups), language)
    if not alerts:
        blocks = [Block(headline=word("nothing", language))]
    links = context.links.subscription(subscription) if context.links else {}
    footer = tuple(
        (word(f"link.{name}", language), links[name]) for name in ("settings", "unsubscribe") if name in links
    )
    if context.links and len(alerts) == 1:
        links = context.links.alert(alerts[0], subscription) | links
    message = Message(
        delivery_id=context.delivery_id,
        attempt=context.attempt,
        kind=kind,
        subscription=subscription,
        alerts=tuple(alerts),
        subject=subject,
        text="",
        html="",
        links=links,
        sent_at=context.now,
        blocks=tuple(blocks),
        notes=tuple(notes),
        footer=footer,
    )
    return laid_out(message)


def laid_out(message: Message) -> Message:
    """Return the message with text and HTML made from its pieces."""
    language = message.subscription.language
    return replace(
        message,
        text=layout.text(message.blocks, message.notes, message.footer, language),
        html=layout.html(message.subject, message.blocks, message.notes, message.footer, language),
    )


def told(alert: Alert, language: Lang) -> str:
    """Return in one line what the alert says is new."""
    subject = alert.subject
    who = subject.name or subject.id or (alert.names[0] if alert.names else "")
    where = province(subject.code or (alert.region.code if alert.region else None), language)
    beside = [part for part in (subject.operator, where if alert.trigger != "region.new" else "") if part]
    if beside and alert.trigger.startswith("platform."):
        who += f"（{'，'.join(beside)}）" if language == "zh" else f" ({', '.join(beside)})"
    origin = province(subject.moved_from, language)
    goal = province(subject.moved_to or subject.code, language)
    proposed = alert.trigger == "platform.new" and alert.stage == "publicized" and not alert.confirmed
    line = headline(
        "platform.new/publicized" if proposed else alert.trigger,
        language,
        who=who,
        region=where or (subject.name or ""),
        title=subject.title or who,
        date=subject.date or "?",
        what=subject.what or "",
        move=f"{origin or '?'} → {goal or '?'}",
    )
    round_ = alert.round or subject.round
    if round_ and alert.trigger != "policy.new":
        line += word("round_of", language, round=round_)
    return _line(word("confirmed", language) + line if alert.confirmed else line)


def _block(group: Sequence[Alert], subscription: Subscription, context: Context) -> Block:
    language: Lang = subscription.language
    lead = max(group, key=lambda a: (a.confirmed, -group.index(a)))
    wrong = context.corrections.get(lead.id)
    quote = wrong.quote if wrong else "\n".join(lead.quotes)
    links = context.links.alert(lead, subscription) if context.links else _source_only(lead, context.now, subscription)
    names = ("corrected_by", "source", "record") if wrong else ("source", "record", "right", "wrong")
    if wrong and wrong.url and safe(wrong.url):
        links["corrected_by"] = wrong.url
    line = told(lead, language)
    return Block(
        headline=word("correction", language) + line if wrong else line,
        quote=_cut(quote),
        origin=_origin(wrong or lead, language) if quote else "",
        facts=tuple(_facts(group, lead, context, subscription)),
        links=tuple((word(f"link.{name}", language), links[name]) for name in names if name in links),
    )


def _facts(group: Sequence[Alert], lead: Alert, context: Context, subscription: Subscription) -> list[tuple[str, str]]:
    language: Lang = subscription.language
    subject = lead.subject
    platform = lead.trigger.startswith("platform.")
    wrong = context.corrections.get(lead.id)
    rows = [
        ("why_wrong", reason(_line(wrong.why), language) if wrong else ""),
        ("told", _told_then(lead, subscription) if wrong else ""),
        ("also", word("then", language).join(told(other, language) for other in group if other is not lead)),
        ("platform", subject.name if platform else ""),
        ("names", _names(lead, language) if platform else ""),
        ("operator", subject.operator),
        ("region", province(subject.code or (lead.region.code if lead.region else None), language)),
        ("round", lead.round or subject.round),
        ("stage", stage(lead.stage, language) if lead.stage in STAGES and not wrong else ""),
        ("issuer", subject.issuer),
        ("number", subject.number),
        ("date", subject.date),
        ("evidence", "" if wrong else _evidence(lead, context, language)),
        ("before", "" if wrong else _before(lead, language)),
        ("found", "" if wrong or not lead.by else _found(lead, language)),
    ]
    return [(word(key, language), _line(value)) for key, value in rows if value]


def _names(alert: Alert, language: Lang) -> str:
    others = [name for name in alert.names if name != alert.subject.name]
    return word("and", language).join(others[:_NAMES])


def _found(alert: Alert, language: Lang) -> str:
    return word("found_by", language, by=alert.by, confidence=round(alert.confidence * 100))


def _told_then(alert: Alert, subscription: Subscription) -> str:
    language: Lang = subscription.language
    line = told(alert, language)
    if alert.created is None:
        return line
    return word("origin", language, source=line, date=shown(alert.created, subscription.timezone))


def _evidence(alert: Alert, context: Context, language: Lang) -> str:
    if alert.trigger.startswith("source."):
        return ""
    event = context.events.get(alert.event)
    count = max(alert.sources, 1)
    line = word("sources", language, ladder=ladder(alert.ladder, language), n=count, s="" if count == 1 else "s")
    outlets = list(dict.fromkeys(r.source for r in event.reports if r.source)) if event else []
    if len(outlets) < 2:
        return line
    return word("outlets", language, line=line, names=word("and", language).join(outlets[:_NAMES]))


def _origin(where: Alert | Correction, language: Lang) -> str:
    source = where.source or word("unknown_source", language)
    return _line(word("origin", language, source=source, date=printed(where.published) or word("undated", language)))


def printed(published: str | None) -> str:
    """Return a page's date as it printed it, the zone beside the time where it gave one."""
    if not published or "T" not in published:
        return published or ""
    try:
        moment = datetime.fromisoformat(published)
    except ValueError:
        return published
    return f"{moment:%Y-%m-%d %H:%M} ({_offset(moment)})" if moment.tzinfo else f"{moment:%Y-%m-%d %H:%M}"


def shown(moment: datetime, timezone: str) -> str:
    """Return a moment in a subscriber's zone, with the offset."""
    try:
        local = moment.astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError):
        local = moment.astimezone(UTC)
    return f"{local:%Y-%m-%d %H:%M} ({_offset(local)})"


def _offset(moment: datetime) -> str:
    text = moment.strftime("%z")
    return f"UTC{text[:3]}:{text[3:5]}"


def _before(alert: Alert, language: Lang) -> str:
    if not alert.trigger.startswith(("platform.", "region.")):
        return alert.before
    possibly = word("possibly", language) if alert.possibly_listed else ""
    known = before(alert.before, language) or ("" if possibly else word("nothing_before", language))
    return word("then", language).join(part for part in (known, possibly) if part)


def _notes(subscription: Subscription, alerts: Sequence[Alert], context: Context) -> list[str]:
    language: Lang = subscription.language
    notes = []
    for why, count in sorted(Counter(h for h in context.held if h).items()):
        notes.append(word("held", language, n=count, why=word(f"held.{why}", language)))
    if context.coverage:
        notes.append(context.coverage.told(language))
    query = word("query", language, query=subscription.query) if subscription.query else word("any_query", language)
    kinds = [trigger(name, language) for name in sorted({str(a.trigger) for a in alerts} or subscription.triggers)]
    notes.append(word("why", language, query=_line(query), triggers=word("and", language).join(kinds)))
    notes.append(word("sent", language, at=shown(context.now, subscription.timezone)))
    return notes


def _subject(kind: str, blocks: Sequence[Block], count: int, language: Lang) -> str:
    if kind == "digest" and count == 0:
        return word("digest.quiet", language)
    if kind == "digest" and count > 1:
        first = blocks[0].headline
        short = first if len(first) <= _SUBJECT else first[: _SUBJECT - 1].rstrip() + "…"
        return word("digest", language, n=count, first=short, more=count - 1)
    return blocks[0].headline if blocks else word("nothing", language)


def _source_only(alert: Alert, now: datetime, subscription: Subscription) -> dict[str, str]:
    return Links(base="", key="", now=now).alert(alert, subscription)


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1].rstrip() + "…"


def _line(text: str) -> str:
    return " ".join(text.split())
