"""What was lost, what was repeated: the ledger and the receivers against what should have been told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.chaos.inboxes import Inboxes

from dualcross.alerts.match import RUNGS
from dualcross.alerts.planning import CORRECTED
from dualcross.model import Alert, Delivery, Subscription
from dualcross.ports import Store
from dualcross.query import parse

#: receivers that keep a message by its id: a repeat inside the window changes nothing there
IDEMPOTENT = frozenset({"webhook"})


@dataclass
class Verdict:
    """The counts of one run."""

    alerts: int = 0
    messages: int = 0
    told: int = 0
    corrections: int = 0
    digests: int = 0
    lost: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    #: accepted again after a crash or a cut connection inside the window the docs state
    in_window: int = 0
    #: of these, those that an idempotent receiver did not notice
    absorbed: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Nothing was lost, repeated or wrong."""
        return not (self.lost or self.repeated or self.wrong)


def judge(store: Store, boxes: Inboxes, expected: Iterable[str]) -> Verdict:
    """Compare what arrived with what should have; `expected` are the alerts of a run without faults."""
    verdict = Verdict()
    alerts = {alert.id: alert for alert in store.alerts()}
    verdict.alerts = len(alerts)
    verdict.lost += [f"alert {one}" for one in set(expected) - set(alerts)]
    verdict.wrong += [f"alert {one} should not be" for one in set(alerts) - set(expected)]
    verdict.wrong += [f"malformed for {one}" for one in boxes.malformed]
    deliveries = {one.id: one for one in store.deliveries()}
    told = _told(deliveries, boxes, verdict)
    corrected = {key for key, _ in store.facts("correction")}
    for subscription in store.subscriptions():
        for alert in alerts.values():
            if wanted(subscription, alert):
                _check(subscription, alert, deliveries, told, corrected, verdict)
    for (subscription_id, alert_id, _), count in told.items():
        subscription = store.subscription(subscription_id)
        if subscription is None or not wanted(subscription, alerts[alert_id]):
            verdict.wrong.append(f"{subscription_id} was told {alert_id} and did not ask")
        if count > 1:
            verdict.repeated.append(f"{subscription_id} {alert_id} in {count} messages")
    for one in deliveries.values():
        if one.state not in ("sent", "dead"):
            verdict.wrong.append(f"{one.kind} {one.id[:8]} stays {one.state}: {one.error}")
        if one.state == "dead" and "correct" not in one.error and "never told" not in one.error:
            verdict.wrong.append(f"{one.kind} {one.id[:8]} is dead: {one.error}")
    return verdict


def wanted(subscription: Subscription, alert: Alert) -> bool:
    """Tell whether the subscription asks for the alert, without the index."""
    return (
        alert.trigger in subscription.triggers
        and alert.confidence >= subscription.min_confidence
        and RUNGS[alert.ladder] >= RUNGS[subscription.min_ladder]
        and parse(subscription.query).matches_alert(alert)
    )


def _told(deliveries: dict[str, Delivery], boxes: Inboxes, verdict: Verdict) -> Counter[tuple[str, str, str]]:
    """Count messages by (subscription, alert, kind), each delivery once, and look for repeats of deliveries."""
    told: Counter[tuple[str, str, str]] = Counter()
    for delivery_id, count in boxes.accepted.items():
        one = deliveries.get(delivery_id)
        if one is None:
            verdict.wrong.append(f"a message of the unknown delivery {delivery_id[:8]}")
            continue
        verdict.messages += count
        verdict.digests += one.kind == "digest"
        if one.state != "sent" and one.error != "corrected while it was being sent":
            verdict.wrong.append(f"{delivery_id[:8]} arrived and is {one.state}")
        outside = count - 1 - boxes.windows[delivery_id]
        if outside > 0:
            verdict.repeated.append(f"{delivery_id[:8]} {count} times, {boxes.windows[delivery_id]} windows")
        verdict.in_window += min(count - 1, boxes.windows[delivery_id])
        verdict.absorbed += count - 1 if one.channel in IDEMPOTENT else 0
        members = [deliveries[member] for member in one.bundle] if one.kind == "digest" else [one]
        for member in members:
            told[member.subscription_id, member.alert_id, member.kind] += 1
    return told


def _check(
    subscription: Subscription,
    alert: Alert,
    deliveries: dict[str, Delivery],
    told: Counter[tuple[str, str, str]],
    corrected: set[str],
    verdict: Verdict,
) -> None:
    heard = told[subscription.id, alert.id, "alert"]
    sorry = told[subscription.id, alert.id, "correction"]
    own = [
        d
        for d in deliveries.values()
        if (d.subscription_id, d.alert_id, d.kind) == (subscription.id, alert.id, "alert")
    ]
    stopped = any(one.error == CORRECTED for one in own)
    verdict.told += heard
    verdict.corrections += sorry
    if not heard and not (alert.id in corrected and stopped):
        verdict.lost.append(f"{subscription.id} {alert.trigger} {alert.event}")
    if alert.id in corrected and heard and not sorry:
        verdict.lost.append(f"correction of {alert.event} for {subscription.id}")
    if sorry and (alert.id not in corrected or not heard):
        verdict.wrong.append(f"{subscription.id} got a correction of {alert.event} without the alert")


def summary(verdicts: list[Verdict], kills: int) -> str:
    """Return the last line."""
    lost = sum(len(v.lost) for v in verdicts)
    repeated = sum(len(v.repeated) for v in verdicts)
    wrong = sum(len(v.wrong) for v in verdicts)
    state = "held" if verdicts and all(v.held for v in verdicts) else "BROKEN"
    return (
        f"chaos: {len(verdicts)} runs, {kills} kills, {lost} lost, {repeated} repeated outside the stated windows,"
        f" {wrong} wrong: {state}"
    )


def grouped(lines: list[str], most: int = 5) -> list[str]:
    """Return the first lines, and how many more."""
    return [*lines[:most], *([f"… {len(lines) - most} more"] if len(lines) > most else [])]
