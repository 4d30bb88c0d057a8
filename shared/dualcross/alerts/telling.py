"""From a claimed delivery to its message: gathers what `render` words."""

from __future__ import annotations

from datetime import datetime

from dualcross.alerts.coverage import coverage
from dualcross.alerts.ids import delivery_id
from dualcross.alerts.links import Links
from dualcross.alerts.operator import subscriber
from dualcross.alerts.planning import CORRECTED, PERHAPS_TOLD
from dualcross.alerts.render import Context, Correction, laid_out, render
from dualcross.alerts.words import word
from dualcross.errors import DeliveryRefused, DeliveryThrottled
from dualcross.model import Alert, Delivery, Event, Subscription
from dualcross.model.messages import Block, Message
from dualcross.ports import Store
from dualcross.settings import Settings

#: a correction waits this long for its alert to be on its way no more
_WAIT = 120.0


def compose(delivery: Delivery, store: Store, settings: Settings, now: datetime) -> Message:
    """Return the message of a claimed delivery.

    Raises `DeliveryRefused` where nobody wants it any more (ended, paused, deleted, corrected before it was told),
    and `DeliveryThrottled` for a correction whose alert is still being sent. The settings must hold the key that
    signs links.
    """
    subscription = subscriber(delivery.subscription_id, store, settings)
    if subscription is None:
        raise DeliveryRefused("the subscription was deleted")
    if delivery.kind == "notice":
        return _notice(delivery, subscription, store, settings, now)
    if subscription.state != "active":
        raise DeliveryRefused(f"the subscription is {subscription.state}")
    if delivery.kind == "digest":
        return _digest(delivery, subscription, store, settings, now)
    correction = _correction(delivery.alert_id, store)
    if delivery.kind == "alert" and correction:
        if delivery.attempt <= 1:
            raise DeliveryRefused(CORRECTED)
        # An earlier attempt may have reached the reader: then the correction follows, and this one is not repeated.
        raise DeliveryRefused(PERHAPS_TOLD)
    if delivery.kind == "correction":
        _check_told(delivery, store)
    alert = store.alert(delivery.alert_id)
    if alert is None:
        raise DeliveryRefused("the alert is gone")
    context = Context(
        delivery_id=delivery.id,
        attempt=delivery.attempt,
        now=now,
        links=Links.of(settings, now),
        corrections={alert.id: correction} if correction else {},
        events=_events([alert], store),
    )
    return render(delivery.kind, subscription, [alert], context)


def _digest(delivery: Delivery, subscription: Subscription, store: Store, settings: Settings, now: datetime) -> Message:
    alerts: list[Alert] = []
    corrections: dict[str, Correction] = {}
    held: list[str] = []
    for member_id in delivery.bundle:
        member = store.delivery(member_id)
        alert = store.alert(member.alert_id) if member else None
        if member is None or alert is None:
            continue
        correction = _correction(alert.id, store) if member.kind == "correction" else None
        if correction:
            corrections[alert.id] = correction
        if alert not in alerts:
            alerts.append(alert)
        held.append(member.held)
    alerts.sort(key=lambda one: (one.created or now, one.id))
    context = Context(
        delivery_id=delivery.id,
        attempt=delivery.attempt,
        now=now,
        links=Links.of(settings, now),
        corrections=corrections,
        events=_events(alerts, store),
        held=held,
        coverage=coverage(store.sources(), now),
    )
    return render("digest", subscription, alerts, context)


def _notice(delivery: Delivery, subscription: Subscription, store: Store, settings: Settings, now: datetime) -> Message:
    language = subscription.language
    links = Links.of(settings, now)
    topic, _, about = delivery.alert_id.partition("/")
    made: dict[str, str] = {}
    if topic == "confirm":
        if subscription.state != "pending":
            raise DeliveryRefused("the subscription is confirmed or gone")
        made = links.confirm(subscription)
        if not made:
            raise DeliveryRefused("no public address: set DUALCROSS_PUBLIC_URL, so that links lead somewhere")
        subject = word("confirm.subject", language)
        text = word("confirm.text", language, query=_query(subscription))
    elif topic == "again":
        links_ = links.subscription(subscription)
        made = {name: links_[name] for name in ("settings", "unsubscribe") if name in links_}
        subject = word("again.subject", language)
        text = word("again.text", language, query=_query(subscription))
    else:
        parked = dict(store.facts("parked")).get(about, {})
        why = str(parked.get("why", ""))
        subject = word("parked.subject", language, who=about)
        text = word("parked.text", language, why=why, id=about)
    block = Block(
        headline=subject,
        facts=(("dualcross", text),),
        links=tuple((word(f"link.{name}", language), url) for name, url in made.items()),
    )
    message = Message(
        delivery_id=delivery.id,
        attempt=delivery.attempt,
        kind="notice",
        subscription=subscription,
        alerts=(),
        subject=subject,
        text="",
        html="",
        links=made,
        sent_at=now,
        blocks=(block,),
    )
    return laid_out(message)


def _query(subscription: Subscription) -> str:
    language = subscription.language
    return word("query", language, query=subscription.query) if subscription.query else word("any_query", language)


def _correction(alert_id: str, store: Store) -> Correction | None:
    value = dict(store.facts("correction")).get(alert_id)
    if value is None:
        return None
    why, quote = str(value.get("why", "")), str(value.get("quote", ""))
    record = store.record(str(value.get("record", "")))
    if record is None or not quote or quote not in f"{record.title}\n{record.text}":
        # Not the words of a page: what an analyst's act was about, or by whom, is no evidence to print.
        return Correction(why=why)
    return Correction(why=why, quote=quote, source=record.source or "", published=record.published, url=record.url)


def _check_told(delivery: Delivery, store: Store) -> None:
    """Raise unless the alert of this correction reached the subscriber, or may have."""
    one = store.delivery(delivery_id(delivery.alert_id, delivery.subscription_id, delivery.channel))
    if one is None:
        raise DeliveryRefused("the alert was never told")
    if one.receipt.startswith("digest:"):
        one = store.delivery(one.receipt.removeprefix("digest:")) or one
    if one.state in ("pending", "sending", "failed"):
        raise DeliveryThrottled("its alert is still being sent", retry_after=_WAIT)
    if one.state == "dead" and one.error != PERHAPS_TOLD:
        raise DeliveryRefused("the alert was never told")


def _events(alerts: list[Alert], store: Store) -> dict[str, Event]:
    """Return the events of the alerts, from the dossiers of their subjects."""
    wanted = {alert.event for alert in alerts}
    subjects = set()
    for alert in alerts:
        if alert.trigger.startswith("platform.") and alert.subject.id:
            subjects.add(f"platform:{alert.subject.id}")
        elif alert.trigger == "region.new" and alert.subject.code:
            subjects.add(f"region:{alert.subject.code}")
    found = store.dossiers(sorted(subjects)) if subjects else {}
    return {event.key: event for dossier in found.values() for event in dossier.events if event.key in wanted}
