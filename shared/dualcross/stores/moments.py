"""The rule that moments are aware, checked at the door of every store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dualcross.model import Delivery, SourceState
from dualcross.ports import Commit

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def aware(*moments: datetime | None) -> None:
    """Raise `ValueError` where a moment is naive."""
    for moment in moments:
        if moment is not None and moment.tzinfo is None:
            raise ValueError(f"naive moment {moment.isoformat()}: give it a zone")


def micros(moment: datetime | None) -> int | None:
    """Return microseconds since the epoch, exact and sortable; None stays None."""
    if moment is None:
        return None
    aware(moment)
    return (moment - EPOCH) // _MICRO


def aware_state(state: SourceState) -> None:
    """Check every moment of a source's state."""
    aware(state.next_due, state.last_polled, state.last_success, state.last_new_item, state.notice_due)


def aware_delivery(delivery: Delivery) -> None:
    """Check every moment of a delivery."""
    aware(delivery.lease_until, delivery.not_before, delivery.created, delivery.settled)


def aware_commit(commit: Commit) -> None:
    """Check every moment that a commit would store."""
    aware(commit.record.read_at, *(alert.created for alert in commit.alerts))
    for dossier in commit.dossiers:
        for event in dossier.events:
            aware(event.first_seen, event.last_seen)
