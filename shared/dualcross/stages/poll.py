"""Poll: one conditional GET a source, its new entries as Read commands.

    source, state ─► GET ─► 304 or same bytes ──────────────────► state ─► commit_poll ─► pending ─► Read, 20 a piece
                     │ └──► parse ─► items, old ones marked ──────┘
                     └─ FetchError, ParseError: an outcome like the others

A source that another worker has polled since the command was made is not asked again: its pending items are enough.
"""

from __future__ import annotations

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dualcross.errors import ConfigError, FetchError, ParseError
from dualcross.model import Command, FanOut, Item, Poll, Read, Source, SourceState
from dualcross.sources.outcome import Outcome
from dualcross.sources.visit import conditions
from dualcross.stages.batches import chunks, each

if TYPE_CHECKING:
    from dualcross.deps import Deps

log = logging.getLogger("dualcross.poll")

#: items in one Read command
BATCH = 20
#: sources of one command that are asked at once; the fetcher keeps each host to one request
AT_ONCE = 16


def run(command: Poll, deps: Deps) -> list[Command]:
    """Poll the sources and return the Read commands of all their pending items."""
    ids = command.source_ids

    def poll(source_id: str) -> list[Command] | Exception:
        try:
            return _poll(source_id, deps)
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread, for its source alone
            return error

    if len(ids) > 1:
        with ThreadPoolExecutor(min(AT_ONCE, len(ids)), thread_name_prefix="poll") as pool:
            polled = dict(zip(ids, pool.map(poll, ids), strict=True))
    else:
        polled = {source_id: poll(source_id) for source_id in ids}

    def told(source_id: str) -> list[Command]:
        outcome = polled[source_id]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return each(list(polled), told, lambda source_id: Poll(source_ids=(source_id,)))


def _poll(source_id: str, deps: Deps) -> list[Command]:
    found = deps.store.source(source_id)
    if found is None:
        return []
    from dualcross.sources.health import judge_health, standing
    from dualcross.sources.rhythm import next_poll

    source, state = found
    now = deps.clock.now()
    if source.paused or state.gone or (state.next_due is not None and state.next_due > now):
        return [*_notices(standing(state)), *reads(deps.store.commit_poll(state, ()))]
    outcome = ask(source, state, deps)
    now = deps.clock.now()
    after, alert = judge_health(source, next_poll(source, state, outcome, now, deps.settings), now)
    items = mark_backfill(outcome.items, state, now, deps.settings.backfill_days)
    pending = deps.store.commit_poll(after, items, alert=alert)
    log.info(
        "poll.done",
        extra={"source": source_id, "outcome": after.outcome, "items": len(items), "pending": len(pending)},
    )
    return [*_notices(standing(after)), *reads(pending)]


def _notices(alert_id: str | None) -> list[Command]:
    return [FanOut(alert_ids=(alert_id,))] if alert_id else []


def ask(source: Source, state: SourceState, deps: Deps) -> Outcome:
    """Return what the source answers now; expected failures are outcomes."""
    url = state.moved_to or source.url
    try:
        fetched = deps.fetcher.get(url, conditions(source, state, url, validators=True))
    except (FetchError, ConfigError) as error:
        failed = error if isinstance(error, FetchError) else FetchError(str(error), url=source.url)
        failed.source_id = source.id
        return Outcome(error=failed)
    if fetched.not_modified:
        return Outcome(fetched=fetched, body_hash=state.body_hash, unchanged=True)
    body_hash = hashlib.sha256(fetched.body).hexdigest()
    if body_hash == state.body_hash:
        return Outcome(fetched=fetched, body_hash=body_hash, unchanged=True)
    try:
        items = deps.parse_source(source, fetched)
    except ParseError as error:
        error.source_id = source.id
        return Outcome(fetched=fetched, body_hash=body_hash, error=error)
    return Outcome(fetched=fetched, body_hash=body_hash, items=items)


def mark_backfill(items: tuple[Item, ...], state: SourceState, now: datetime, days: int) -> tuple[Item, ...]:
    """Return the items of a source's first good poll with those marked that are older than the backfill limit."""
    if state.last_success is not None:
        return items
    limit = (now - timedelta(days=days)).date().isoformat()
    return tuple(
        replace(item, backfill=True) if item.published and item.published[:10] < limit else item for item in items
    )


def reads(pending: tuple[Item, ...]) -> list[Command]:
    """Return the Read commands of the items, oldest first: what came first must be told first."""
    return [Read(items=batch) for batch in chunks(oldest_first(pending), BATCH)]


def oldest_first(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return the items by date where all have one; else the other way round, because sources list the newest first."""
    backwards = items[::-1]
    if all(item.published for item in items):
        return tuple(sorted(backwards, key=lambda item: _moment(item.published or "")))
    return backwards


def _moment(published: str) -> tuple[str, float]:
    try:
        moment = datetime.fromisoformat(published)
    except ValueError:
        return published[:10], 0.0
    if moment.tzinfo is None:
        return published[:10], moment.hour * 3600.0 + moment.minute * 60
    # Days as printed: a date without a time has no moment that could be compared with one.
    return published[:10], moment.hour * 3600.0 + moment.minute * 60
