"""Pull channels: Atom, JSON Feed and iCalendar of what a query matches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request, Response

from dualcross.alerts.links import safe
from dualcross.alerts.match import Index
from dualcross.alerts.render import told
from dualcross.alerts.subscriptions import Desk, holder
from dualcross.alerts.tokens import TokenError
from dualcross.model import Alert, Subscription
from dualcross.query import parse
from dualcross.query.present import alert_json
from dualcross.web.lookups import Text

if TYPE_CHECKING:
    from dualcross.deps import Deps
    from dualcross.query.readmodel import ReadModel

#: entries of a feed
ENTRIES = 100
#: pages of alerts that are looked through for them
_PAGES = 5
_ATOM = "http://www.w3.org/2005/Atom"
#: what XML 1.0 cannot hold
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def router(model: ReadModel) -> APIRouter:
    """Return the routes of the feeds."""
    routes = APIRouter(tags=["feeds"])

    @routes.get("/feed.atom", summary="Alerts that match, as Atom", response_class=Response)
    def feed_atom(request: Request, q: Text = "", lang: str = "en") -> Response:
        alerts = model.alerts(parse(q), limit=ENTRIES).items
        body = atom(alerts, str(request.url), q, lang, model.as_of().isoformat())
        return Response(body, media_type="application/atom+xml")

    @routes.get("/feed.json", summary="Alerts that match, as JSON Feed", response_class=Response)
    def feed_json(request: Request, q: Text = "", lang: str = "en") -> Response:
        alerts = model.alerts(parse(q), limit=ENTRIES).items
        body = json.dumps(json_feed(alerts, str(request.url), q, lang), ensure_ascii=False)
        return Response(body, media_type="application/feed+json")

    @routes.get("/calendar.ics", summary="Filing deadlines that match, as iCalendar", response_class=Response)
    def ics(q: Text = "", lang: str = "en") -> Response:
        # Read by itself first: an error tells where in it, not in what is put before it.
        parse(q)
        found = model.alerts(parse(f"trigger:deadline {q}"), limit=ENTRIES).items
        return Response(calendar(found, lang), media_type="text/calendar; charset=utf-8")

    return routes


def own(model: ReadModel, deps: Deps) -> APIRouter:
    """Return the routes of one subscription's feeds; the token in the address is all they ask for."""
    routes = APIRouter(tags=["subscribers"])
    desk = Desk(store=deps.store, settings=deps.settings, clock=deps.clock)

    def asked(token: str) -> tuple[Subscription, tuple[Alert, ...]]:
        subscription = holder(token, "feed", desk)
        if subscription.state != "active":
            raise TokenError(f"this subscription is {subscription.state}")
        return subscription, matching(model, subscription)

    @routes.get("/subscription/feed.atom", summary="Alerts of a subscription, as Atom", response_class=Response)
    def feed_atom(request: Request, token: str) -> Response:
        subscription, alerts = asked(token)
        body = atom(alerts, str(request.url), subscription.query, subscription.language, model.as_of().isoformat())
        return Response(body, media_type="application/atom+xml")

    @routes.get("/subscription/feed.json", summary="Alerts of a subscription, as JSON Feed", response_class=Response)
    def feed_json(request: Request, token: str) -> Response:
        subscription, alerts = asked(token)
        made = json_feed(alerts, str(request.url), subscription.query, subscription.language)
        return Response(json.dumps(made, ensure_ascii=False), media_type="application/feed+json")

    @routes.get("/subscription/calendar.ics", summary="Deadlines of a subscription", response_class=Response)
    def ics(token: str) -> Response:
        subscription, alerts = asked(token)
        due = tuple(alert for alert in alerts if alert.trigger == "deadline")
        return Response(calendar(due, subscription.language), media_type="text/calendar; charset=utf-8")

    return routes


def matching(model: ReadModel, subscription: Subscription) -> tuple[Alert, ...]:
    """Return the newest alerts that the subscription asks for, by the same judgement as its messages."""
    wanted = Index((subscription,))
    query = parse(subscription.query)
    found: list[Alert] = []
    cursor = None
    for _ in range(_PAGES):
        page = model.alerts(query, limit=ENTRIES, cursor=cursor)
        found += [alert for alert in page.items if wanted.match(alert)]
        cursor = page.next
        if cursor is None or len(found) >= ENTRIES:
            break
    return tuple(found[:ENTRIES])


def headline(alert: Alert, lang: str) -> str:
    """Return what an alert says, in one line."""
    return told(alert, "zh" if lang.startswith("zh") else "en")


def atom(alerts: tuple[Alert, ...], address: str, query: str, lang: str, now: str) -> bytes:
    """Return alerts as an Atom feed."""
    feed = ET.Element("feed", xmlns=_ATOM)
    _text(feed, "title", f"dualcross {query}".strip())
    _text(feed, "id", address)
    ET.SubElement(feed, "link", rel="self", href=_clean(address))
    _text(feed, "updated", alerts[0].created.isoformat() if alerts and alerts[0].created else now)
    _text(ET.SubElement(feed, "author"), "name", "dualcross")
    for alert in alerts:
        entry = ET.SubElement(feed, "entry")
        _text(entry, "id", f"urn:dualcross:alert:{alert.id}")
        _text(entry, "title", headline(alert, lang))
        _text(entry, "updated", alert.created.isoformat() if alert.created else now)
        if alert.url and safe(alert.url):
            ET.SubElement(entry, "link", rel="alternate", href=_clean(alert.url))
        ET.SubElement(entry, "category", term=alert.trigger)
        _text(entry, "summary", "\n".join([alert.title, *alert.quotes]))
    return ('<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode")).encode()


def json_feed(alerts: tuple[Alert, ...], address: str, query: str, lang: str) -> dict[str, object]:
    """Return alerts as a JSON Feed 1.1, each with its public form."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"dualcross {query}".strip(),
        "feed_url": address,
        "items": [
            {
                "id": alert.id,
                "title": headline(alert, lang),
                "content_text": "\n".join([alert.title, *alert.quotes]),
                "tags": [alert.trigger],
                "_dualcross": alert_json(alert),
            }
            | ({"url": alert.url} if alert.url and safe(alert.url) else {})
            | ({"date_published": alert.created.isoformat()} if alert.created else {})
            for alert in alerts
        ],
    }


def calendar(alerts: tuple[Alert, ...], lang: str) -> str:
    """Return deadlines as an iCalendar of whole days (RFC 5545)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dualcross//EN", "CALSCALE:GREGORIAN"]
    for alert in alerts:
        lines += _event(alert, lang)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(alert: Alert, lang: str) -> list[str]:
    try:
        day = date.fromisoformat((alert.subject.date or "")[:10])
    except ValueError:
        return []
    stamp = f"{alert.created:%Y%m%dT%H%M%SZ}" if alert.created else f"{day:%Y%m%d}T000000Z"
    lines = [
        "BEGIN:VEVENT",
        f"UID:{alert.id}@dualcross",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(headline(alert, lang))}",
        f"DESCRIPTION:{_escaped(chr(10).join([alert.title, *alert.quotes]))}",
    ]
    if alert.url and safe(alert.url):
        lines.append(f"URL:{alert.url}")
    return [*lines, "END:VEVENT"]


def _escaped(text: str) -> str:
    plain = "".join(c for c in text if c == "\n" or ord(c) >= 32)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Yield a content line in pieces of at most 75 octets, no character cut."""
    piece, size = "", 0
    for c in line:
        width = len(c.encode())
        if size + width > 75:
            yield piece
            piece, size = " ", 1
        piece += c
        size += width
    yield piece


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    return _ILLEGAL.sub(" ", text)
