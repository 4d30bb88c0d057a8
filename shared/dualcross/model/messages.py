"""What a subscriber is told: a message in pieces, before a channel gives it a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dualcross.model.events import Alert
from dualcross.model.subscriptions import Subscription


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One thing told in a message, in the subscriber's language; free of markup: each channel adds its own."""

    headline: str
    quote: str = ""
    #: source and date of the quote, with the zone where there is a time
    origin: str = ""
    #: (label, value), in the order to show
    facts: tuple[tuple[str, str], ...] = ()
    #: (label, address), in the order to show
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What one subscriber is told at once: one alert, a correction, or several in a digest."""

    delivery_id: str
    attempt: int
    kind: str
    subscription: Subscription
    alerts: tuple[Alert, ...]
    #: one line, in the subscriber's language
    subject: str
    text: str
    html: str
    #: named links: record, source, right, wrong, settings, unsubscribe
    links: Mapping[str, str] = field(default_factory=dict)
    sent_at: datetime | None = None
    #: the same content in pieces, for channels with a markup of their own
    blocks: tuple[Block, ...] = ()
    #: lines below the blocks: why it came, what was held back, how the sources fare
    notes: tuple[str, ...] = ()
    #: (label, address) below the notes
    footer: tuple[tuple[str, str], ...] = ()
