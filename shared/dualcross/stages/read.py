"""Read: one item to a committed record, its alerts as FanOut.

    item ─► GET ─► archive ─► article ─► same text as stored? ─► understood ─► judged, committed ─► read_done ─► FanOut
             │                  │               └─ what stands ─────────────────────────────────────┘
             └─ retryable: the item again, later; else read_done with the reason

Pages are asked for ahead, of several hosts at once; everything behind the GET happens in the items' order.

`read_done` comes after the commit; the command itself survives until its follow-ups are with the queue. So a crash
anywhere reads the item again, finds the commit and returns the same FanOut.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from dualcross.errors import FetchError, ParseError, SourceError
from dualcross.model import Article, Command, FanOut, Fetched, Item, Read, Source, SourceState
from dualcross.ports import Commit, Committed
from dualcross.sources.visit import conditions
from dualcross.stages import turns
from dualcross.stages.ahead import ahead
from dualcross.stages.batches import chunks, each
from dualcross.stages.parts import complete

if TYPE_CHECKING:
    from dualcross.deps import Deps

log = logging.getLogger("dualcross.read")

#: seconds before an item that could not be fetched is tried again; after the last one it is given up
DELAYS = (60.0, 300.0, 1800.0, 7200.0)
#: a server's Retry-After is believed up to this
LONGEST = 6 * 3600.0
#: alerts in one FanOut command
BATCH = 20


def run(command: Read, deps: Deps) -> list[Command]:
    """Read the items and return the FanOut of their alerts."""
    items, waiting = turns.taken(command, deps)
    sources = {source_id: deps.store.source(source_id) for source_id in {item.source_id for item in items}}
    # Those of a removed source are nobody's work any more.
    work = [(item, *found) for item in items if (found := sources[item.source_id]) is not None]

    def fetch(n: int) -> Fetched:
        item, source, state = work[n]
        return deps.fetcher.get(item.url, conditions(source, state, item.url))

    with ahead([item.url for item, *_ in work], fetch) as take:
        follow_ups = each(
            range(len(work)),
            lambda n: _read(*work[n], command.attempt, lambda: take(n), deps),
            lambda n: Read(items=(work[n][0],), attempt=command.attempt),
        )
    ids = dict.fromkeys(i for one in follow_ups if isinstance(one, FanOut) for i in one.alert_ids)
    others = [one for one in follow_ups if not isinstance(one, FanOut)]
    turns.give_back(command, items, deps)
    if waiting:
        others.append(Read(items=waiting, attempt=command.attempt, delay=turns.LATER))
    return [*(FanOut(alert_ids=batch) for batch in chunks(list(ids), BATCH)), *others]


def _read(
    item: Item, source: Source, state: SourceState, attempt: int, fetch: Callable[[], Fetched], deps: Deps
) -> list[Command]:
    def kept(fetched: Fetched) -> str:
        return deps.archive.put(fetched.body, url=fetched.final_url, fetched=deps.clock.now())

    def further(url: str) -> Fetched:
        fetched = deps.fetcher.get(url, conditions(source, state, url))
        kept(fetched)
        return fetched

    try:
        fetched = fetch()
        raw = kept(fetched)
        article = deps.read_page(fetched, source, item)
        article = complete(article, fetched, lambda part: deps.read_page(part, source, item), further)
    except SourceError as error:
        return _failed(item, attempt, error, deps)
    committed = take_in(
        article, deps, source=source, raw=raw, backfill=item.backfill or _was_before(item, article, deps)
    )
    deps.store.read_done(item.url, "ok")
    log.info(
        "read.done",
        extra={"url": item.url, "record": committed.record.id, "fresh": committed.fresh, "alerts": committed.alert_ids},
    )
    return [FanOut(alert_ids=committed.alert_ids)] if committed.alert_ids else []


def _was_before(item: Item, article: Article, deps: Deps) -> bool:
    """The page is older than the backfill limit, where the source that was new said nothing of its age."""
    if not item.undated_first or not article.published:
        return False
    limit = (deps.clock.now() - timedelta(days=deps.settings.backfill_days)).date().isoformat()
    return article.published[:10] < limit


def take_in(
    article: Article, deps: Deps, *, source: Source | None = None, raw: str | None = None, backfill: bool = False
) -> Committed:
    """Understand and judge the article and commit what follows; one that stands unchanged is not read anew."""
    from dualcross.register import shipped
    from dualcross.register.keys import content_hash, record_id
    from dualcross.stages.record import decide

    hashed = content_hash(article.title, article.text)
    stands = deps.store.record(record_id(article.canonical_url or article.url, hashed))
    if stands is not None and stands.content_hash == hashed:
        # The same content again commits nothing and returns the same alerts: the commit is the outbox.
        return deps.store.commit(Commit(record=stands))
    return decide(
        article,
        deps.understand(article, deps.store.learned()),
        deps.store,
        shipped(),
        deps.clock.now(),
        min_confidence=deps.settings.min_confidence,
        source_id=source.id if source else None,
        raw=raw,
        backfill=backfill,
    )


def _failed(item: Item, attempt: int, error: SourceError, deps: Deps) -> list[Command]:
    told = {"url": item.url, "source": item.source_id, "attempt": attempt, "error": str(error)}
    if error.retryable and attempt <= len(DELAYS):
        wait = DELAYS[attempt - 1]
        asked = getattr(error, "retry_after", None)
        log.info("read.later", extra=told | {"delay": wait})
        return [Read(items=(item,), attempt=attempt + 1, delay=min(max(wait, asked or 0.0), LONGEST))]
    log.warning("read.given_up", extra=told)
    deps.store.read_done(item.url, _word(error))
    return []


def _word(error: SourceError) -> str:
    if isinstance(error, ParseError):
        return "unreadable"
    if isinstance(error, FetchError):
        return getattr(error, "reason", "") or "unreachable"
    return "failed"
