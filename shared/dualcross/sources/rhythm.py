"""When a source is asked next, and what polling learned of it: pure, from what the poll came to.

    outcome ─► one word ─┬─ ok: validators, cookies, new address kept; rhythm learned; interval follows the rhythm
                         ├─ not the source's doing (busy lane, crawl-delay): only the moment moves
                         └─ failed: interval doubles, then the breaker lets one probe a day through

Whatever is computed, Retry-After and Cache-Control are never undercut.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from dualcross.errors import FetchError, FetchStatus, ParseError
from dualcross.model import Item, Source, SourceState
from dualcross.settings import Settings
from dualcross.sources.outcome import Outcome

#: failures in a row after which only a probe a day goes out
BREAKER = 8
_PROBE = 86400.0
#: reasons that say something of our own politeness and nothing of the source
NOT_ITS_FAULT = frozenset({"busy", "crawl-delay"})
#: intervals in one usual gap: news is met after a sixteenth of a gap on average
_PER_GAP = 8
#: weight of the newest gap in the learned rhythm
_NEWEST = 0.3
#: entries whose fingerprints are kept, and hex digits of each: one false "old" in 160,000
_SEEN_MOST = 64
_DIGITS = 6
#: failures after which an address that a redirect taught us is given up for the operator's own
_MOVED_FAILURES = 3
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def next_poll(source: Source, state: SourceState, outcome: Outcome, now: datetime, settings: Settings) -> SourceState:
    """Return the state after a poll: what was learned kept, failures counted, the next moment chosen."""
    shortest, longest = source.interval or (settings.interval_min, settings.interval_max)
    word, message = _word(source, state, outcome)
    if word in NOT_ITS_FAULT:
        wait = max(_asked(outcome), float(shortest) / 4)
        return replace(state, next_due=now + timedelta(seconds=_jittered(source.id, state.polls, wait)))
    if word != "ok":
        return _failed(source, state, outcome, now, word=word, message=message, bounds=(shortest, longest))
    fetched = outcome.fetched
    assert fetched is not None
    headers = fetched.headers
    new, learned = 0, state
    if not outcome.unchanged:
        new = _count_new(state.seen, outcome.items)
        learned = _learned(state, outcome.items, new, now, first=state.last_success is None)
    wait = _interval(learned.rhythm, state, shortest=shortest, longest=longest, new=new)
    fresh_for = min(max_age(headers) or 0.0, float(longest))
    # one copy, because this is what every unchanged poll costs
    return replace(
        learned,
        last_polled=now,
        polls=state.polls + 1,
        failures=0,
        outcome="ok",
        message="",
        last_success=now,
        etag=headers.get("etag") or (state.etag if outcome.unchanged else None),
        last_modified=headers.get("last-modified") or (state.last_modified if outcome.unchanged else None),
        body_hash=outcome.body_hash,
        # only an answer that could be used proves that a redirect leads to the source and not to a portal
        moved_to=fetched.final_url if fetched.moved and fetched.final_url != source.url else state.moved_to,
        not_modified=state.not_modified + (fetched.status == 304),
        cookies=dict(fetched.cookies) if source.keep_cookies and fetched.cookies else _cookies(source, state),
        next_due=now + timedelta(seconds=max(_jittered(source.id, state.polls, wait), fresh_for)),
    )


def _word(source: Source, state: SourceState, outcome: Outcome) -> tuple[str, str]:
    """Return the word for what happened, `ok` or what was wrong, with the sentence that explains it."""
    error = outcome.error
    if isinstance(error, ParseError):
        empty = outcome.fetched is not None and not outcome.fetched.body.strip()
        return ("empty", "the answer has no body") if empty else ("unreadable", str(error))
    if isinstance(error, FetchStatus) and error.status == 410:
        return "gone", str(error)
    if error is not None:
        return (error.reason if isinstance(error, FetchError) else "failed"), str(error)
    if outcome.unchanged:
        return "ok", ""
    if not outcome.items and (state.items_seen or source.kind in ("list", "json")):
        return "empty", "the page was read and holds no entry any more" if state.items_seen else "no entry was found"
    if garbled(item.title for item in outcome.items):
        return "charset", f"titles cannot be read, such as {outcome.items[0].title[:40]!r}"
    return "ok", ""


def _failed(
    source: Source,
    state: SourceState,
    outcome: Outcome,
    now: datetime,
    *,
    word: str,
    message: str,
    bounds: tuple[int, int],
) -> SourceState:
    """Return the state after a failure; validators stay as they were, so that the next answer is read whole."""
    shortest, longest = bounds
    failures = state.failures + 1
    cap = float(longest) if failures < BREAKER else max(float(longest), _PROBE)
    wait = min(cap, float(shortest) * 2.0 ** min(failures, 20))
    lost = state.moved_to is not None and (
        word in ("gone", "http-404", "guard") or (word in ("dns", "certificate") and failures >= _MOVED_FAILURES)
    )
    due = now + timedelta(seconds=max(_jittered(source.id, state.polls, wait), _asked(outcome)))
    return replace(
        state,
        last_polled=now,
        polls=state.polls + 1,
        failures=failures,
        outcome=word,
        message=message,
        gone=word == "gone" and not lost,
        moved_to=None if lost else state.moved_to,
        next_due=due,
    )


def _interval(rhythm: float | None, before: SourceState, *, shortest: int, longest: int, new: int) -> float:
    """Return the seconds to wait after a good poll: the shortest after news, then slower up to a part of the rhythm."""
    if new or before.last_success is None:
        return float(shortest)
    settled = float(longest) if rhythm is None else rhythm / _PER_GAP
    settled = min(max(settled, float(shortest)), float(longest))
    last = 0.0
    if before.next_due is not None and before.last_polled is not None:
        last = (before.next_due - before.last_polled).total_seconds()
    return min(settled, max(float(shortest), last * 1.5))


def _learned(state: SourceState, items: tuple[Item, ...], new: int, now: datetime, *, first: bool) -> SourceState:
    """Return the state with what the entries of an answer teach: how many were new, and how often that happens."""
    seen = "".join(_fingerprint(item.url) for item in items[:_SEEN_MOST])
    if not new:
        return replace(state, seen=seen or state.seen)
    rhythm = state.rhythm
    if first:
        rhythm = _dated_rhythm(items)
    elif state.last_new_item is not None:
        gap = (now - state.last_new_item).total_seconds()
        rhythm = gap if rhythm is None else (1 - _NEWEST) * rhythm + _NEWEST * gap
    return replace(state, seen=seen, items_seen=state.items_seen + new, last_new_item=now, rhythm=rhythm)


def _count_new(seen: str, items: tuple[Item, ...]) -> int:
    known = {seen[i : i + _DIGITS] for i in range(0, len(seen), _DIGITS)}
    return sum(_fingerprint(item.url) not in known for item in items[:_SEEN_MOST])


def _fingerprint(url: str) -> str:
    return f"{zlib.crc32(url.encode('utf-8', 'surrogatepass')) & 0xFFFFFF:06x}"


def _dated_rhythm(items: tuple[Item, ...]) -> float | None:
    """Return the usual gap between the dates that a new source prints, so that its rhythm is known from the start."""
    moments = sorted({moment for item in items if (moment := _moment(item.published)) is not None})
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    return median(gaps) if len(gaps) >= 2 else None


def _moment(published: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(published or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _cookies(source: Source, state: SourceState) -> Mapping[str, str]:
    return state.cookies if source.keep_cookies else {}


def _asked(outcome: Outcome) -> float:
    return (outcome.error.retry_after or 0.0) if isinstance(outcome.error, FetchError) else 0.0


def max_age(headers: Mapping[str, str]) -> float | None:
    """Return the seconds for which an answer is fresh, by Cache-Control and Age; None where it does not say."""
    control = headers.get("cache-control", "")
    found = _MAX_AGE.search(control) if control else None
    if found is None or "no-cache" in control.lower() or "no-store" in control.lower():
        return None
    age = headers.get("age", "")
    return max(float(found[1]) - (float(age) if age.isdigit() and len(age) < 10 else 0.0), 0.0)


def _jittered(source_id: str, polls: int, wait: float) -> float:
    """Return the wait and up to a tenth more, the same for the same poll, so that sources do not march in step."""
    return wait * (1 + zlib.crc32(f"{source_id}/{polls}".encode()) / 0x100000000 / 10)


def garbled(titles: Iterable[str]) -> bool:
    """Tell whether a good part of the titles was read in a wrong charset."""
    read = [title for title in titles if title]
    bad = sum(_is_garbled(title) for title in read)
    return bool(read) and bad * 4 >= len(read)


def _is_garbled(title: str) -> bool:
    if title.isascii():
        return False
    if "\ufffd" in title or "锟斤拷" in title:
        return True
    # text of one charset read as another goes back to bytes and comes out as Chinese
    for wrong, right in (("latin-1", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "gb18030"), ("gb18030", "utf-8")):
        try:
            again = title.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if again != title and sum("\u4e00" <= c <= "\u9fff" for c in again) * 3 >= len(again):
            return True
    return False
