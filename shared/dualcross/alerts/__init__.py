"""From an alert to what each subscriber is told: who wants it, when, and in which words."""

from __future__ import annotations

from dualcross.alerts.ids import delivery_id, digest_id
from dualcross.alerts.render import Context, render

__all__ = ["Context", "delivery_id", "digest_id", "render"]
