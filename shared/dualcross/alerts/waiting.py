"""What is held back for a subscriber at this moment, and why: nobody has to guess whether something was lost."""

from __future__ import annotations

from collections import Counter

from dualcross.alerts.render import shown
from dualcross.alerts.words import word
from dualcross.model import Subscription
from dualcross.ports import Ledger


def waiting(subscription: Subscription, ledger: Ledger) -> tuple[str, ...]:
    """Return a line for each moment until which something is held, the next one first."""
    held = Counter(
        (one.not_before, one.held)
        for one in ledger.deliveries(subscription_id=subscription.id)
        if one.state == "held" and one.not_before
    )
    lines = []
    for (until, why), count in sorted(held.items(), key=lambda one: (str(one[0][0]), one[0][1])):
        reason = word(f"held.{why}", subscription.language) if why else ""
        moment = shown(until, subscription.timezone) if until else ""
        lines.append(word("waiting", subscription.language, n=count, why=reason, at=moment))
    return tuple(lines)
