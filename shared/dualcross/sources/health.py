"""Whether a source is well, and when the operator hears of it: pure.

    broken ── what it answers cannot be used, several times in a row
    silent ── it answers, and has had nothing new for far longer than its own rhythm
    recovered ── once, after one of these was told

A notice is told once, then again with gaps that double, up to a month, for as long as it lasts.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from dualcross.model import Alert, Source, SourceState, Subject, Trigger

#: what needs hands and does not heal by waiting: told at the second failure in a row
STRUCTURAL = frozenset({
    "empty", "charset", "unreadable", "login", "challenge", "certificate", "robots", "guard", "blocked", "too-large",
    "http-401", "http-403", "http-404", "http-451", "redirect-loop",
})  # fmt: skip
_STRUCTURAL_FAILURES = 2
#: what may pass: with intervals that double from ten minutes, this is five hours
_PASSING_FAILURES = 5
#: a source may pause for four of its own gaps and a holiday week: daily ones for 11 days, weekly ones for 35
_GAPS = 4
_HOLIDAY = timedelta(days=7)
#: sources without a rhythm yet
_UNKNOWN = timedelta(days=60)
_FIRST_REPEAT = timedelta(days=1)
_LAST_REPEAT = timedelta(days=30)

_WORDS = {
    "empty": "nothing is found on the page; check its selectors",
    "charset": "titles cannot be read; set the charset of the source",
    "unreadable": "the answer is no feed, list or sitemap",
    "login": "the site asks for a login",
    "challenge": "a shield asks for proof of a browser; a relay or cookies may help",
    "certificate": "the certificate is not valid",
    "gone": "the server says it is gone for good (410); polling has stopped",
    "robots": "robots.txt does not let us read it",
    "guard": "its address is not allowed",
    "dns": "its name does not resolve",
    "timeout": "it does not answer in time",
    "unreachable": "no connection",
}  # fmt: skip


def judge_health(source: Source, state: SourceState, now: datetime) -> tuple[SourceState, Alert | None]:
    """Return the state with the notice that stands, and the alert that is to be told now, if any.

    To be called with the state that `rhythm.next_poll` returned; state and alert belong into one commit. The
    alert's id follows from the source and the count of its notices, so a repeated call tells nothing twice.
    """
    problem = _problem(state, now)
    if problem is None:
        if state.notice is None:
            return state, None
        lasted = now - state.notice_since if state.notice_since else None
        told = _told(state, now, notice=None, since=None, due=None)
        why = f"read again after {_length(lasted)}" if lasted else "read again"
        return told, _alert(source, told, "source.recovered", "recovered", why, now)
    trigger, word, why = problem
    if state.notice == trigger:
        if state.notice_due is not None and now < state.notice_due:
            return state, None
        since = state.notice_since or now
        gap = min(max(now - since, _FIRST_REPEAT), _LAST_REPEAT)
        told = _told(state, now, notice=trigger, since=since, due=now + gap)
        why = f"{why}; for {_length(now - since)} now"
    else:
        told = _told(state, now, notice=trigger, since=now, due=now + _FIRST_REPEAT)
    return told, _alert(source, told, trigger, word, why, now)


def _told(
    state: SourceState, now: datetime, *, notice: str | None, since: datetime | None, due: datetime | None
) -> SourceState:
    return replace(state, notice=notice, notices=state.notices + 1, notice_at=now, notice_since=since, notice_due=due)


def standing(state: SourceState) -> str | None:
    """Return the id of the alert that the last poll told, None where it told none.

    A poll that is repeated after a crash finds the source not due and sends this one on again.
    """
    if state.notice_at is None or state.notice_at != state.last_polled:
        return None
    return notice_id(state.source_id, state.notices)


def notice_id(source_id: str, number: int) -> str:
    """Return the id of a source's notice by its number."""
    return "source-" + hashlib.sha256(f"{source_id}\n{number}".encode()).hexdigest()[:24]


def _problem(state: SourceState, now: datetime) -> tuple[Trigger, str, str] | None:
    if state.failures:
        enough = _STRUCTURAL_FAILURES if state.outcome in STRUCTURAL else _PASSING_FAILURES
        told = state.notice == "source.broken"
        if told or state.gone or state.failures >= enough:
            return "source.broken", state.outcome, _WORDS.get(state.outcome, state.message or state.outcome)
        # not yet sure: whatever stands keeps standing
        return ("source.silent", "silent", "nothing new") if state.notice == "source.silent" else None
    if state.last_new_item is None:
        return None
    quiet = now - state.last_new_item
    bound = _UNKNOWN if state.rhythm is None else _GAPS * timedelta(seconds=state.rhythm) + _HOLIDAY
    if quiet <= bound:
        return None
    usual = f", usually every {_length(timedelta(seconds=state.rhythm))}" if state.rhythm else ""
    return "source.silent", "silent", f"nothing new for {_length(quiet)}{usual}"


def _alert(source: Source, state: SourceState, trigger: Trigger, word: str, why: str, now: datetime) -> Alert:
    name = source.name or source.id
    return Alert(
        id=notice_id(source.id, state.notices),
        trigger=trigger,
        subject=Subject(id=source.id, name=name, what=word),
        event=f"source/{source.id}",
        names=(name,),
        confidence=1.0,
        by="health",
        url=source.url,
        title=f"{name}: {why}",
        source=name,
        quotes=(state.message,) if state.message else (),
        before=why,
        created=now,
    )


def _length(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours >= 48:
        return f"{hours / 24:.0f} days"
    return f"{hours:.0f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"
