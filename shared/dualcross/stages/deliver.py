"""Deliver: each delivery through the ledger, claim → compose → send → settle.

    claim ──► compose ──► send ──► settle sent
      │          │          ├─ DeliveryTemporary: settle failed, the delivery again, later; after `attempts` dead
      │          │          ├─ DeliveryThrottled: the same, and the attempt does not count
      │          │          └─ DeliveryPermanent: the address is parked, the operator told, settle dead
      │          └─ DeliveryRefused (nobody wants it, or it cannot be taken): settle dead
      └─ not to be had: sent and dead ones need nothing; a leased or delayed one is tried again then

The window of a repeat is a crash between `send` and `settle`: after the lease it is sent again, under the same
delivery id, which channels with an idempotency key pass on.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from dualcross.errors import (
    ConfigError,
    DeliveryError,
    DeliveryPermanent,
    DeliveryRefused,
    DeliveryTemporary,
    DeliveryThrottled,
)
from dualcross.model import Command, Deliver, Delivery
from dualcross.stages.batches import each

if TYPE_CHECKING:
    from dualcross.deps import Deps

log = logging.getLogger("dualcross.deliver")

#: seconds before the second, third, … attempt
DELAYS = (30.0, 120.0, 600.0, 1800.0, 3600.0)
#: a receiver's Retry-After is believed up to this
LONGEST = 6 * 3600.0
#: attempts in all, throttled ones included, before a delivery is dead
MOST = 200


def run(command: Deliver, deps: Deps) -> list[Command]:
    """Send what waits and return the commands that try again later."""
    return each(
        command.delivery_ids,
        lambda delivery_id: _deliver(delivery_id, command.attempt, deps),
        lambda delivery_id: Deliver(delivery_ids=(delivery_id,), attempt=command.attempt),
    )


def _deliver(delivery_id: str, attempt: int, deps: Deps) -> list[Command]:
    now = deps.clock.now()
    lease = timedelta(seconds=deps.settings.lease)
    delivery = deps.store.claim(delivery_id, now=now, lease_until=now + lease)
    if delivery is None:
        return _later(delivery_id, attempt, deps)
    from dualcross.alerts.telling import compose

    try:
        message = compose(delivery, deps.store, deps.settings, now)
        receipt = deps.channel(delivery.channel).send(message)
    except (DeliveryError, ConfigError) as error:
        return _failed(delivery, attempt, error, deps)
    settled = replace(delivery, state="sent", settled=deps.clock.now(), receipt=receipt, error="", lease_until=None)
    if not deps.store.settle(settled):
        log.warning("deliver.overtaken", extra=_fields(delivery))
    log.info("deliver.sent", extra=_fields(delivery))
    return []


def _later(delivery_id: str, attempt: int, deps: Deps) -> list[Command]:
    """Return the command that comes back when the delivery may be had again."""
    found = deps.store.delivery(delivery_id)
    now = deps.clock.now()
    if found is None or found.state not in ("pending", "failed", "sending"):
        return []
    until = found.lease_until if found.state == "sending" else found.not_before
    delay = (until - now).total_seconds() if until else 0.0
    return [Deliver(delivery_ids=(delivery_id,), attempt=attempt, delay=max(delay, 1.0))]


def _failed(delivery: Delivery, attempt: int, error: DeliveryError | ConfigError, deps: Deps) -> list[Command]:
    now = deps.clock.now()
    told = _fields(delivery) | {"error": str(error)}
    if isinstance(error, DeliveryTemporary):
        spent = attempt if isinstance(error, DeliveryThrottled) else attempt + 1
        if spent <= deps.settings.attempts and delivery.attempt < MOST:
            wait = min(max(DELAYS[min(attempt, len(DELAYS)) - 1], error.retry_after or 0.0), LONGEST)
            again = now + timedelta(seconds=wait)
            failed = replace(delivery, state="failed", not_before=again, error=str(error), lease_until=None)
            deps.store.settle(failed)
            log.info("deliver.later", extra=told | {"delay": wait})
            return [Deliver(delivery_ids=(delivery.id,), attempt=spent, delay=wait)]
    notices: tuple[str, ...] = ()
    if isinstance(error, DeliveryPermanent) and not isinstance(error, DeliveryRefused):
        from dualcross.alerts.operator import park

        notices = park(delivery, str(error), deps.store, deps.settings, now)
    deps.store.settle(replace(delivery, state="dead", settled=now, error=str(error), lease_until=None))
    log.error("deliver.dead", extra=told)
    return [Deliver(delivery_ids=notices)] if notices else []


def _fields(delivery: Delivery) -> dict[str, object]:
    return {
        "delivery": delivery.id,
        "alert": delivery.alert_id,
        "subscription": delivery.subscription_id,
        "channel": delivery.channel,
        "attempt": delivery.attempt,
    }
