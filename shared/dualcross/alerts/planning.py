"""Which deliveries an alert or a correction gives, and when they are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from dualcross.alerts import timing
from dualcross.alerts.ids import delivery_id
from dualcross.model import Alert, Delivery, Subscription
from dualcross.ports import Ledger, Store

#: the error of a delivery whose alert was corrected before anybody was told
CORRECTED = "corrected before it was told"
#: the error of one that an earlier attempt may have handed over
PERHAPS_TOLD = "corrected while it was being sent"


class Planner:
    """Plans the deliveries of one fan-out; it remembers what it planned, so that caps hold within it.

    A cap counts what was opened in the clock hour. Workers that fan out at the same moment do not see each other:
    a cap may be exceeded by as many messages as there are such workers.
    """

    def __init__(self, ledger: Ledger, now: datetime) -> None:
        self._ledger = ledger
        self._now = now
        self._opened: dict[str, int] = {}

    def alert(self, alert: Alert, subscriptions: Iterable[Subscription]) -> tuple[Delivery, ...]:
        """Return a delivery of the alert for each of the subscriptions, held where it is not told at once."""
        return tuple(self._alert(alert, subscription) for subscription in subscriptions)

    def _alert(self, alert: Alert, subscription: Subscription) -> Delivery:
        count = self._this_hour(subscription) if subscription.cap else 0
        held = timing.hold(subscription, self._now, backfill=alert.backfill, this_hour=count)
        if held is None and subscription.cap:
            self._opened[subscription.id] = count + 1
        return _delivery(alert.id, subscription, "alert", held, self._now)

    def _this_hour(self, subscription: Subscription) -> int:
        if subscription.id not in self._opened:
            begin = timing.hour(self._now)
            self._opened[subscription.id] = sum(
                1
                for one in self._ledger.deliveries(subscription_id=subscription.id, since=begin)
                if not one.held and one.kind in ("alert", "digest")
            )
        return self._opened[subscription.id]


def corrections(alert_id: str, store: Store, now: datetime) -> tuple[Delivery, ...]:
    """Return the correction of an alert for everyone who received it, or may have, once each.

    The correction must stand in the store. Held deliveries of the alert are ended here; one that nobody has tried
    to send ends when it is composed, because composing looks for a correction after the claim. So an alert that is
    still on its way is either never told, or told and corrected.
    """
    alert = store.alert(alert_id)
    # Nobody was told before it was made; clocks of two machines may differ a little.
    since = alert.created - timedelta(hours=1) if alert and alert.created else None
    given = [one for one in store.deliveries(alert_id=alert_id, since=since) if one.kind == "alert"]
    store.finish([one.id for one in given if one.state == "held"], state="dead", now=now, error=CORRECTED)
    planned = []
    for one in given:
        fresh = store.delivery(one.id) if one.state == "held" else one
        if fresh is None or (fresh.attempt == 0 and fresh.state != "sent"):
            continue
        if fresh.state == "dead" and fresh.error != PERHAPS_TOLD:
            continue
        subscription = store.subscription(one.subscription_id)
        if subscription and subscription.state == "active":
            planned.append(_delivery(alert_id, subscription, "correction", timing.hold(subscription, now), now))
    return tuple(planned)


def _delivery(
    alert_id: str, subscription: Subscription, kind: str, held: timing.Hold | None, now: datetime
) -> Delivery:
    made = Delivery(
        id=delivery_id(alert_id, subscription.id, subscription.channel, kind),
        alert_id=alert_id,
        subscription_id=subscription.id,
        channel=subscription.channel,
        kind="correction" if kind == "correction" else "alert",
        created=now,
    )
    return replace(made, state="held", not_before=held.until, held=held.why) if held else made
