"""Whether the demonstration did what the week's script asks: the alerts it names, each once, and none else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dualcross.demo.play import Played
from dualcross.demo.week import Expected, Week
from dualcross.model import Alert, Delivery

#: share of the second poll that must be answered 304
UNCHANGED = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What was right and what was not, in words."""

    alerts: int
    problems: tuple[str, ...]

    @property
    def good(self) -> bool:
        """It all happened."""
        return not self.problems


def judge(week: Week, played: Played) -> Verdict:
    """Hold alerts, deliveries, receipts and the second poll against the script."""
    store = played.embedded.store
    alerts = tuple(store.alerts())
    problems = [*compare(week.expected, alerts)]
    deliveries = store.deliveries()
    problems += _deliveries(alerts, deliveries, played)
    morning = played.morning
    if morning.unchanged < UNCHANGED * morning.asked or not morning.asked:
        problems.append(f"second poll: only {morning.unchanged} of {morning.asked} sources answered 304")
    seen = {r.url for r in store.records()}
    unread = [page.url for page in week.pages if page.url not in seen]
    if unread:
        problems.append(f"not read: {', '.join(unread[:3])}{f' and {len(unread) - 3} more' if len(unread) > 3 else ''}")
    return Verdict(alerts=len(alerts), problems=tuple(problems))


def compare(expected: Sequence[Expected], alerts: Sequence[Alert]) -> list[str]:
    """Return what is missing and what is there beyond the script."""
    left = list(alerts)
    problems = []
    for one in expected:
        hit = next((a for a in left if _fits(one, a)), None)
        if hit is None:
            problems.append(f"missing: {one.trigger} {one.subject}{' confirmed' if one.confirmed else ''}")
        else:
            left.remove(hit)
    return problems + [f"not expected: {a.trigger} {subject(a)}{' confirmed' if a.confirmed else ''}" for a in left]


def subject(alert: Alert) -> str:
    """Return what an alert is about, in one word or title."""
    about = alert.subject
    return about.name or about.title or about.date or about.code or "?"


def _fits(expected: Expected, alert: Alert) -> bool:
    about = alert.subject
    shown = [about.name, *about.names, *alert.names, about.code, about.title, about.date]
    words = expected.subject.split()
    return (
        alert.trigger == expected.trigger
        and alert.confirmed == expected.confirmed
        and all(any(word in text for text in shown if text) for word in words)
    )


def _deliveries(alerts: Sequence[Alert], deliveries: Sequence[Delivery], played: Played) -> list[str]:
    problems = []
    wanted = {
        (alert.id, s.id)
        for s in played.embedded.store.subscriptions()
        for alert in alerts
        if alert.trigger in s.triggers
    }
    made = Counter((d.alert_id, d.subscription_id) for d in deliveries)
    problems += [f"never delivered: {pair}" for pair in wanted - set(made)]
    problems += [f"delivered {n} times: {pair}" for pair, n in made.items() if n > 1 or pair not in wanted]
    problems += [f"delivery to {d.subscription_id} is {d.state}: {d.error}" for d in deliveries if d.state != "sent"]
    received = {(r.channel, r.id) for r in played.inbox.all()}
    counts = Counter(channel for channel, _ in received)
    sent = Counter(d.channel for d in deliveries if d.state == "sent")
    problems += [
        f"{channel}: {n} sent, {counts[channel]} received" for channel, n in sent.items() if counts[channel] != n
    ]
    return problems
