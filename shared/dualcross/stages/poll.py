"""Poll: one conditional GET a source, its new entries as Read commands.

    source, state ─► GET ─► 304 or same bytes ──────────────────► state ─► commit_polls ► pending ─► Read, 20 a piece
                     │ └──► parse ─► items, old ones marked ──────┘           of several sources together
                     └─ FetchError, ParseError: an outcome like the others

A source that another worker has polled since the command was made is not asked again: its pending items are enough.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from dualcross.errors import ConfigError, FetchError, ParseError, StoreError
from dualcross.model import Alert, Command, FanOut, Item, Poll, Read, Source, SourceState
from dualcross.sources.health import judge_health, standing
from dualcross.sources.outcome import Outcome
from dualcross.sources.rhythm import next_poll
from dualcross.sources.visit import conditions
from dualcross.stages import turns
from dualcross.stages.batches import chunks, each

if TYPE_CHECKING:
    from dualcross.deps import Deps

log = logging.getLogger("dualcross.poll")

#: items in one Read command
BATCH = 20
#: sources of one command that are asked at once; the fetcher keeps each host to one request
AT_ONCE = 16
#: days after its publication in which an edited page is read again
EDITED_DAYS = 30
#: polls committed together
TOGETHER = 25

#: the state after it, its items, the notice it gives, and whether nothing was parsed
_Poll = tuple[SourceState, tuple[Item, ...], Alert | None, bool]


def run(command: Poll, deps: Deps) -> list[Command]:
    """Poll the sources and return the Read commands of all their pending items."""
    ids = list(dict.fromkeys(command.source_ids))
    polled: dict[str, list[Command] | Exception] = {}
    asked: dict[Future[Outcome], tuple[Source, SourceState]] = {}
    due: list[tuple[Source, SourceState]] = []
    # Only the asking is spread over threads: the store is read and written here, by one connection.
    for source_id in ids:
        try:
            found = deps.store.source(source_id)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - raised again below, for its source alone
            polled[source_id] = error
            continue
        # what is not asked now, because a reader has its host, stays due
        polled[source_id] = []
        if found is not None and _is_due(*found, deps.clock.now()):
            due.append(found)
        elif found is not None:
            polled[source_id] = _again(found[1], deps)
    free = turns.free([source for source, _ in due], deps)
    for source, state in due:
        if source.id not in free:
            continue
        if len(ids) == 1:
            polled |= _settled([_judged(source, state, ask(source, state, deps), deps)], deps)
        else:
            asked[_threads().submit(ask, source, state, deps)] = source, state
    polled |= _gathered(asked, deps)

    def told(source_id: str) -> list[Command]:
        outcome = polled[source_id]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return together(each(ids, told, lambda source_id: Poll(source_ids=(source_id,))))


def together(commands: list[Command]) -> list[Command]:
    """Return the commands with Read commands that are not full put together, a source's items as they came.

    A message, a pack of raw bytes and a start of `read` are paid once a command; and its pages are of several
    hosts, which are asked beside each other.
    """
    packs: list[tuple[Item, ...]] = []
    for command in commands:
        if not isinstance(command, Read):
            continue
        if packs and len(packs[-1]) + len(command.items) <= BATCH:
            packs[-1] += command.items
        else:
            packs.append(command.items)
    return [*(one for one in commands if not isinstance(one, Read)), *(Read(items=pack) for pack in packs)]


def _gathered(
    asked: dict[Future[Outcome], tuple[Source, SourceState]], deps: Deps
) -> dict[str, list[Command] | Exception]:
    """Settle the answers as they come, a handful at a time: one transaction for all that has come meanwhile."""
    polled: dict[str, list[Command] | Exception] = {}
    waiting: list[_Poll] = []
    for future in as_completed(asked):
        source, state = asked[future]
        try:
            waiting.append(_judged(source, state, future.result(), deps))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - raised again by the caller, for its source alone
            polled[source.id] = error
        if len(waiting) >= TOGETHER:
            polled |= _settled(waiting, deps)
            waiting = []
    return polled | _settled(waiting, deps)


@cache
def _threads() -> ThreadPoolExecutor:
    # kept for the life of the process: making threads for each command costs more than an unchanged poll
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="poll")


def _is_due(source: Source, state: SourceState, now: datetime) -> bool:
    return not (source.paused or state.gone or (state.next_due is not None and state.next_due > now))


def _again(state: SourceState, deps: Deps) -> list[Command]:
    return [*_notices(standing(state)), *reads(deps.store.commit_poll(state, ()))]


def _judged(source: Source, state: SourceState, outcome: Outcome, deps: Deps) -> _Poll:
    """Return what a poll came to: the state after it, its items, and the notice that it gives."""
    now = deps.clock.now()
    after, alert = judge_health(source, next_poll(source, state, outcome, now, deps.settings), now)
    items = mark_editions(mark_backfill(outcome.items, state, now, deps.settings.backfill_days), now)
    return after, items, alert, outcome.unchanged


def _settled(polls: Sequence[_Poll], deps: Deps) -> dict[str, list[Command] | Exception]:
    """Commit polls and return what follows from each, by source."""
    if not polls:
        return {}
    # by name, not as they came: whose item another source has too must not hang on the network
    polls = sorted(polls, key=lambda poll: poll[0].source_id)
    every = deps.store.commit_polls([(after, items, alert) for after, items, alert, _ in polls])
    found: dict[str, list[Command] | Exception] = {}
    for (after, items, _, unchanged), pending in zip(polls, every, strict=True):
        # Most polls find nothing, and a line for each would cost more than all others: the state tells it.
        log.log(
            logging.DEBUG if unchanged and not pending else logging.INFO,
            "poll.done",
            extra={"source": after.source_id, "outcome": after.outcome, "items": len(items), "pending": len(pending)},
        )
        found[after.source_id] = [*_notices(standing(after)), *reads(pending)]
    return found


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
    """Return the items of a source's first good poll with those marked that are older than the backfill limit.

    Many lists print a day without its year, or none: the page has to tell then.
    """
    if state.last_success is not None:
        return items
    limit = (now - timedelta(days=days)).date().isoformat()
    return tuple(
        replace(item, undated_first=True)
        if not item.published
        else replace(item, backfill=True)
        if item.published[:10] < limit
        else item
        for item in items
    )


def mark_editions(items: tuple[Item, ...], now: datetime) -> tuple[Item, ...]:
    """Return the items with the edition of old ones taken off: what is edited long after is not read again."""
    limit = (now - timedelta(days=EDITED_DAYS)).date().isoformat()
    return tuple(
        replace(item, edition="") if item.edition and (item.published or "")[:10] < limit else item for item in items
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
