"""Names of deliveries, derived from what they carry, so that whoever computes one twice names the same thing."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime


def delivery_id(alert_id: str, subscription_id: str, channel: str, kind: str = "alert") -> str:
    """Return the id of an alert's delivery: the same four parts give the same id, any other part another."""
    return _digest(alert_id, subscription_id, channel, kind)


def digest_id(subscription_id: str, slot: datetime, part: int = 0) -> str:
    """Return the id of the digest that tells what was held until `slot`; `part` counts stragglers from 1."""
    return _digest(slot.astimezone(UTC).isoformat(), subscription_id, "digest", str(part))


def _digest(*parts: str) -> str:
    # Lengths keep the parts apart: no two different lists of parts have the same text.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
