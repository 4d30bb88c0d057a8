"""The operator as a subscriber, and the parking of addresses that do not work."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dualcross.alerts.ids import delivery_id
from dualcross.model import OPERATOR_TRIGGERS, Delivery, Subscription
from dualcross.ports import Store, SubscriptionStore
from dualcross.settings import Settings

#: the id of the subscription that the setting `operator_email` makes; it stands in no store
OPERATOR = "operator"


def operator(settings: Settings) -> Subscription | None:
    """Return the operator's subscription to the health of sources; None where no address is set."""
    if not settings.operator_email:
        return None
    return Subscription(
        id=OPERATOR, channel="email", address=settings.operator_email, triggers=OPERATOR_TRIGGERS, timezone="UTC"
    )


def subscribers(store: SubscriptionStore, settings: Settings) -> tuple[Subscription, ...]:
    """Return every subscription that alerts are matched with, the operator's among them."""
    own = operator(settings)
    return (*store.subscriptions(), *((own,) if own else ()))


def subscriber(subscription_id: str, store: SubscriptionStore, settings: Settings) -> Subscription | None:
    """Return one subscription by its id, the operator's too."""
    return operator(settings) if subscription_id == OPERATOR else store.subscription(subscription_id)


def park(delivery: Delivery, why: str, store: Store, settings: Settings, now: datetime) -> tuple[str, ...]:
    """Pause the subscription whose address is refused for good, and return the deliveries that tell the operator.

    To be called before the failed delivery is settled: a crash in between does both again, to the same effect.
    """
    subscription = store.subscription(delivery.subscription_id)
    if subscription is None or subscription.state != "active":
        return ()
    store.put_fact("parked", subscription.id, {"why": why, "at": now.isoformat(), "delivery": delivery.id})
    store.put_subscription(replace(subscription, state="paused"))
    own = operator(settings)
    if own is None:
        return ()
    notice = Delivery(
        id=delivery_id(f"parked/{delivery.id}", own.id, own.channel, "notice"),
        alert_id=f"parked/{subscription.id}",
        subscription_id=own.id,
        channel=own.channel,
        kind="notice",
        created=now,
    )
    return store.open([notice])
