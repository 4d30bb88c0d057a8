"""The value types: one for every arrow of the flow, frozen, without behaviour that needs a store or a clock.

    Source ─► Fetched ─► Item ─► Article ─► Finding ─► Event ─► Alert ─► Delivery
                                   └────────► Record ◄───────────┘

Moments are aware `datetime`s in UTC. Dates *as printed by a page* stay strings in ISO 8601 form,
because a page's own zone and precision are facts that a conversion would lose.
"""

from __future__ import annotations

from dualcross.model.articles import (
    Article,
    Attachment,
    Language,
    Story,
)
from dualcross.model.commands import (
    Command,
    Deliver,
    Digest,
    FanOut,
    Poll,
    Read,
    Snapshot,
    Tick,
)
from dualcross.model.events import (
    OPERATOR_TRIGGERS,
    SUBSCRIBER_TRIGGERS,
    TOPICS,
    Alert,
    Event,
    Ladder,
    Record,
    Report,
    Subject,
    Trigger,
)
from dualcross.model.findings import (
    Adoption,
    Count,
    Deadline,
    Evidence,
    Finding,
    Measure,
    Membership,
    Policy,
    Ref,
    Region,
    RegionCount,
    Stage,
)
from dualcross.model.sources import (
    Conditions,
    Fetched,
    Item,
    Source,
    SourceKind,
    SourceState,
)
from dualcross.model.subscriptions import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Subscription,
)

__all__ = [
    "OPERATOR_TRIGGERS",
    "SUBSCRIBER_TRIGGERS",
    "TOPICS",
    "Adoption",
    "Alert",
    "Article",
    "Attachment",
    "Command",
    "Conditions",
    "Count",
    "Deadline",
    "Deliver",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "Digest",
    "Event",
    "Evidence",
    "FanOut",
    "Fetched",
    "Finding",
    "Item",
    "Ladder",
    "Language",
    "Measure",
    "Membership",
    "Policy",
    "Poll",
    "Read",
    "Record",
    "Ref",
    "Region",
    "RegionCount",
    "Report",
    "Snapshot",
    "Source",
    "SourceKind",
    "SourceState",
    "Stage",
    "Story",
    "Subject",
    "Subscription",
    "Tick",
    "Trigger",
]
