"""What a subscription would have sent: alerts of the past through the present rules of when and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from dualcross.alerts import timing
from dualcross.alerts.match import Index
from dualcross.model import Alert, Subscription


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A message that would have gone out; `held` says why each of its alerts had waited, empty for one told at once."""

    at: datetime
    alerts: tuple[Alert, ...]
    held: tuple[str, ...] = ()


def preview(subscription: Subscription, alerts: Iterable[Alert], since: datetime) -> tuple[Sent, ...]:
    """Return the messages of the alerts created from `since` on, by time; no digest of nothing is among them.

    The subscription counts as active, whatever it is. Alerts without a date of creation are left out.
    """
    wanted = Index((replace(subscription, state="active"),))
    found = [(one.created, one) for one in alerts if one.created and one.created >= since and wanted.match(one)]
    told: list[Sent] = []
    waiting: dict[datetime, list[tuple[Alert, str]]] = {}
    opened: Counter[datetime] = Counter()
    for now, alert in sorted(found, key=lambda one: (one[0], one[1].id)):
        for until in [until for until in waiting if until <= now]:
            # A summary counts against the cap of the hour in which it goes out.
            opened[timing.hour(until)] += 1
            told.append(_released(until, waiting.pop(until)))
        hour = timing.hour(now)
        hold = timing.hold(subscription, now, backfill=alert.backfill, this_hour=opened[hour])
        if hold is None:
            opened[hour] += 1
            told.append(Sent(at=now, alerts=(alert,)))
        else:
            waiting.setdefault(hold.until, []).append((alert, hold.why))
    told += [_released(until, members) for until, members in waiting.items()]
    return tuple(sorted(told, key=lambda one: one.at))


def _released(until: datetime, members: list[tuple[Alert, str]]) -> Sent:
    return Sent(at=until, alerts=tuple(alert for alert, _ in members), held=tuple(why for _, why in members))
