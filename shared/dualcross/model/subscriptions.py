"""Who wants which alerts, and each message on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dualcross.model.events import SUBSCRIBER_TRIGGERS, Ladder

DeliveryKind = Literal["alert", "correction", "digest", "notice"]
DeliveryState = Literal["held", "pending", "sending", "sent", "failed", "dead"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """Who wants which alerts, where, how and when."""

    id: str
    #: channel name, e.g. `console`, `webhook`, `email`
    channel: str
    #: what the channel needs to reach them: an address, a web address, a chat id
    address: str
    query: str = ""
    triggers: tuple[str, ...] = SUBSCRIBER_TRIGGERS
    language: Literal["zh", "en"] = "en"
    min_confidence: float = 0.0
    min_ladder: Ladder = "reported"
    #: `now`, `daily@HH:MM` or `weekly@mon-HH:MM`, in `timezone`
    cadence: str = "now"
    #: `HH:MM-HH:MM` in `timezone`; empty for none
    quiet: str = ""
    timezone: str = "Asia/Shanghai"
    #: messages an hour; more are told in one summary; 0 for no cap
    cap: int = 0
    state: Literal["pending", "active", "paused", "ended"] = "active"
    #: also a digest when nothing happened
    always: bool = False
    created: datetime | None = None
    #: reference of the channel's secret (setting, SSM or Secrets Manager name), never the secret
    secret: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """Alert × subscription × channel in the ledger; its id is derived from the three."""

    id: str
    alert_id: str
    subscription_id: str
    channel: str
    kind: DeliveryKind = "alert"
    state: DeliveryState = "pending"
    attempt: int = 0
    #: until when the worker that claimed it may be sending
    lease_until: datetime | None = None
    not_before: datetime | None = None
    created: datetime | None = None
    settled: datetime | None = None
    receipt: str = ""
    error: str = ""
    #: why it was held back (`quiet`, `cap`, `cadence`, `backfill`), empty where it was not; `not_before` is its slot
    held: str = ""
    #: ids of the held deliveries that a digest tells, fixed when it is opened
    bundle: tuple[str, ...] = ()
