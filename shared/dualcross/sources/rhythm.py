"""When a source is asked next: pure, from what the poll came to."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from dualcross.errors import FetchStatus, ParseError
from dualcross.model import Source, SourceState
from dualcross.settings import Settings
from dualcross.sources.outcome import Outcome


def next_poll(source: Source, state: SourceState, outcome: Outcome, now: datetime, settings: Settings) -> SourceState:
    """Return the state after a poll: validators kept, failures counted, the next moment chosen.

    Failures double the interval up to the longest one; a server's Retry-After is obeyed above that.
    """
    shortest, longest = source.interval or (settings.interval_min, settings.interval_max)
    after = replace(state, last_polled=now, polls=state.polls + 1)
    if outcome.error is not None:
        failures = state.failures + 1
        wait = float(min(longest, shortest * 2 ** min(failures, 12)))
        asked = getattr(outcome.error, "retry_after", None) or 0.0
        gone = isinstance(outcome.error, FetchStatus) and outcome.error.status == 410
        word = "unreadable" if isinstance(outcome.error, ParseError) else _word(outcome)
        due = now + timedelta(seconds=max(wait + _jitter(source.id, state.polls, wait), asked))
        return replace(after, failures=failures, outcome=word, message=str(outcome.error), gone=gone, next_due=due)
    fetched = outcome.fetched
    assert fetched is not None
    headers = {key.lower(): value for key, value in fetched.headers.items()}
    after = replace(
        after,
        failures=0,
        outcome="ok",
        message="",
        last_success=now,
        etag=headers.get("etag", state.etag if outcome.unchanged else None),
        last_modified=headers.get("last-modified", state.last_modified if outcome.unchanged else None),
        body_hash=outcome.body_hash,
        moved_to=fetched.final_url if fetched.moved else state.moved_to,
        not_modified=state.not_modified + fetched.not_modified,
        items_seen=state.items_seen + len(outcome.items),
        cookies=dict(fetched.cookies) if source.keep_cookies else {},
    )
    wait = float(shortest if not outcome.unchanged else min(longest, shortest * 2))
    return replace(after, next_due=now + timedelta(seconds=wait + _jitter(source.id, state.polls, wait)))


def _word(outcome: Outcome) -> str:
    return getattr(outcome.error, "reason", "") or "failed"


def _jitter(source_id: str, polls: int, wait: float) -> float:
    """Return up to a tenth of the wait, the same for the same poll, so that sources do not march in step."""
    digest = hashlib.blake2b(f"{source_id}/{polls}".encode(), digest_size=2).digest()
    return wait * int.from_bytes(digest, "big") / 655360
