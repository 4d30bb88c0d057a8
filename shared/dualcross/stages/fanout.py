"""FanOut: alerts × subscriptions to deliveries in the ledger, and corrections to those who were told.

    alert ─► corrected? ─ yes ─► a correction for each who received it ──────┐
                 └─ no ─► subscriptions that want it ─► planned, held or not ─┴─► ledger.open ─► Deliver, 20 a piece

Ids are derived from alert, subscription and channel: running it again opens nothing twice and returns what still waits.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dualcross.model import Command, Deliver, FanOut
from dualcross.stages.batches import chunks, each

if TYPE_CHECKING:
    from dualcross.deps import Deps

log = logging.getLogger("dualcross.fanout")

#: deliveries in one command
BATCH = 20


def run(command: FanOut, deps: Deps) -> list[Command]:
    """Open the deliveries of the alerts and return the commands that send them."""
    from dualcross.alerts.match import index_of
    from dualcross.alerts.planning import Planner

    now = deps.clock.now()
    planner = Planner(deps.store, now)
    corrected = {key for key, _ in deps.store.facts("correction")}
    subscriptions = index_of(deps.store, deps.settings)

    def fan_out(alert_id: str) -> list[Command]:
        from dualcross.alerts.planning import corrections

        alert = deps.store.alert(alert_id)
        if alert is None:
            log.warning("fanout.unknown", extra={"alert": alert_id})
            return []
        if alert_id in corrected:
            planned = corrections(alert_id, deps.store, now)
        else:
            planned = planner.alert(alert, subscriptions.match(alert))
        waiting = deps.store.open(planned)
        log.info("fanout.done", extra={"alert": alert_id, "trigger": alert.trigger, "deliveries": len(planned)})
        return [Deliver(delivery_ids=waiting)] if waiting else []

    follow_ups = each(command.alert_ids, fan_out, lambda alert_id: FanOut(alert_ids=(alert_id,)))
    ids = dict.fromkeys(i for one in follow_ups if isinstance(one, Deliver) for i in one.delivery_ids)
    others = [one for one in follow_ups if not isinstance(one, Deliver)]
    return [*(Deliver(delivery_ids=batch) for batch in chunks(list(ids), BATCH)), *others]
