"""FanOut: alerts × subscriptions to deliveries in the ledger, and corrections to those who were told.

    alert ─► corrected? ─ yes ─► a correction for each who received it ──────┐
                 └─ no ─► subscriptions that want it ─► planned, held or not ─┴─► ledger.open ─► Deliver, 20 a piece

Ids are derived from alert, subscription and channel: running it again opens nothing twice and returns what still waits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from dualcross.errors import QueryError
from dualcross.model import Alert, Command, Deliver, FanOut, Subscription
from dualcross.query import Query, parse
from dualcross.stages.batches import chunks, each

if TYPE_CHECKING:
    from dualcross.deps import Deps

log = logging.getLogger("dualcross.fanout")

#: deliveries in one command
BATCH = 20


def run(command: FanOut, deps: Deps) -> list[Command]:
    """Open the deliveries of the alerts and return the commands that send them."""
    from dualcross.alerts.operator import subscribers
    from dualcross.alerts.planning import Planner

    now = deps.clock.now()
    planner = Planner(deps.store, now)
    corrected = {key for key, _ in deps.store.facts("correction")}
    everyone = subscribers(deps.store, deps.settings)

    def fan_out(alert_id: str) -> list[Command]:
        from dualcross.alerts.planning import corrections

        alert = deps.store.alert(alert_id)
        if alert is None:
            log.warning("fanout.unknown", extra={"alert": alert_id})
            return []
        if alert_id in corrected:
            planned = corrections(alert_id, deps.store, now)
        else:
            planned = planner.alert(alert, wanting(alert, everyone))
        waiting = deps.store.open(planned)
        log.info("fanout.done", extra={"alert": alert_id, "trigger": alert.trigger, "deliveries": len(planned)})
        return [Deliver(delivery_ids=waiting)] if waiting else []

    follow_ups = each(command.alert_ids, fan_out, lambda alert_id: FanOut(alert_ids=(alert_id,)))
    ids = dict.fromkeys(i for one in follow_ups if isinstance(one, Deliver) for i in one.delivery_ids)
    others = [one for one in follow_ups if not isinstance(one, Deliver)]
    return [*(Deliver(delivery_ids=batch) for batch in chunks(list(ids), BATCH)), *others]


def wanting(alert: Alert, subscriptions: Iterable[Subscription]) -> Iterable[Subscription]:
    """Return the active subscriptions that ask for the alert, in their order."""
    return tuple(subscription for subscription in subscriptions if wants(subscription, alert))


def wants(subscription: Subscription, alert: Alert) -> bool:
    """Tell whether an active subscription asks for the alert: its triggers, bars and query."""
    query = _query(subscription.query)
    return (
        query is not None
        and subscription.state == "active"
        and alert.trigger in subscription.triggers
        and alert.confidence >= subscription.min_confidence
        and _RUNGS.get(alert.ladder, 0) >= _RUNGS[subscription.min_ladder]
        and query.matches_alert(alert)
    )


_RUNGS = {"reported": 0, "corroborated": 1, "confirmed": 2, "superseded": 2, "corrected": 2}


@lru_cache(maxsize=100_000)
def _query(text: str) -> Query | None:
    try:
        return parse(text)
    except QueryError as error:
        # Checked when it was made; an older language may have allowed it. The other subscribers must not wait for it.
        log.warning("fanout.query", extra={"query": text, "error": str(error)})
        return None
