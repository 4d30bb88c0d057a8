"""When a source is asked next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcross.errors import FetchBlocked, FetchStatus, FetchTimeout, FetchUnreachable, ParseError
from dualcross.model import Fetched, Item, Source, SourceState
from dualcross.settings import Settings
from dualcross.sources.outcome import Outcome
from dualcross.sources.rhythm import BREAKER, garbled, max_age, next_poll

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SETTINGS = Settings(interval_min=600, interval_max=21600)
SOURCE = Source(id="s", url="http://a.example.com/feed")
FRESH = SourceState(source_id="s")


def fetched(status: int = 200, headers: dict[str, str] | None = None, **more) -> Fetched:
    return Fetched(
        url=SOURCE.url, final_url=more.pop("final", SOURCE.url), status=status, headers=headers or {}, body=b"x", **more
    )


def items(*names: str, published: str | None = None) -> tuple[Item, ...]:
    return tuple(
        Item(source_id="s", url=f"http://a.example.com/{n}", title=f"t {n}", published=published) for n in names
    )


def good(*names: str, headers: dict[str, str] | None = None, **more) -> Outcome:
    return Outcome(fetched=fetched(headers=headers, **more), body_hash="h", items=items(*names))


UNCHANGED = Outcome(fetched=fetched(304), body_hash="h", unchanged=True)


def poll(state: SourceState, outcome: Outcome, now: datetime = NOW, source: Source = SOURCE) -> SourceState:
    return next_poll(source, state, outcome, now, SETTINGS)


def wait(state: SourceState, now: datetime = NOW) -> float:
    assert state.next_due is not None
    return (state.next_due - now).total_seconds()


def fail(state: SourceState, error: Exception, times: int = 1, now: datetime = NOW) -> SourceState:
    for _ in range(times):
        state = poll(state, Outcome(error=error), now)  # type: ignore[arg-type]
    return state


def test_the_first_good_poll_keeps_what_makes_the_next_one_cheap() -> None:
    after = poll(FRESH, good("1", "2", headers={"etag": '"e"', "last-modified": "Mon"}))
    assert (after.etag, after.last_modified, after.body_hash, after.outcome) == ('"e"', "Mon", "h", "ok")
    assert (after.polls, after.items_seen, after.last_success, after.last_new_item) == (1, 2, NOW, NOW)
    assert 600 <= wait(after) <= 660


def test_validators_survive_a_304_that_does_not_repeat_them_and_no_200_without() -> None:
    first = poll(FRESH, good("1", headers={"etag": '"e"', "last-modified": "Mon"}))
    assert poll(first, UNCHANGED).etag == '"e"'
    assert poll(first, good("1")).etag is None


def test_news_is_what_was_not_there_before_in_whatever_order() -> None:
    first = poll(FRESH, good("1", "2", "3"))
    later = NOW + timedelta(hours=5)
    same = poll(first, good("3", "1"), later)
    assert (same.items_seen, same.last_new_item) == (3, NOW)
    more = poll(same, good("4", "5", "1"), later)
    assert (more.items_seen, more.last_new_item, more.rhythm) == (5, later, 5 * 3600)


def test_quiet_polls_slow_down_to_an_eighth_of_the_rhythm_and_news_wakes_them() -> None:
    state = replace(poll(FRESH, good("1")), rhythm=40000.0)
    now = NOW
    waits = []
    for _ in range(12):
        now = state.next_due or now
        state = poll(state, UNCHANGED, now)
        waits.append(wait(state, now))
    assert waits[0] < waits[3] < waits[-1]
    assert 5000 <= waits[-1] <= 5500
    assert 600 <= wait(poll(state, good("9"), now), now) <= 660


@pytest.mark.parametrize(("rhythm", "low", "high"), [(60.0, 600, 660), (None, 21600, 23760), (1e9, 21600, 23760)])
def test_the_interval_stays_within_its_bounds(rhythm: float | None, low: float, high: float) -> None:
    state = replace(poll(FRESH, good("1")), rhythm=rhythm)
    now = NOW
    for _ in range(40):
        now = state.next_due or now
        state = poll(state, UNCHANGED, now)
    assert low <= wait(state, now) <= high


def test_a_sources_own_bounds_win() -> None:
    source = replace(SOURCE, interval=(60, 120))
    state = poll(FRESH, good("1"), source=source)
    assert 60 <= wait(state) <= 66
    for _ in range(10):
        state = poll(state, UNCHANGED, source=source)
    assert 120 <= wait(state) <= 132


def test_the_dates_of_a_new_source_teach_its_rhythm() -> None:
    dated = tuple(replace(item, published=f"2026-03-0{day}") for day, item in enumerate(items("1", "2", "3", "4"), 1))
    after = poll(FRESH, Outcome(fetched=fetched(), body_hash="h", items=dated))
    assert after.rhythm == 86400.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=3600"}, 3600.0),
        ({"cache-control": 'public, max-age="60"'}, 60.0),
        ({"cache-control": "Max-Age=3600", "age": "600"}, 3000.0),
        ({"cache-control": "max-age=60", "age": "600"}, 0.0),
        ({"cache-control": "no-cache, max-age=3600"}, None),
        ({"cache-control": "s-maxage=3600"}, None),
        ({"cache-control": "max-age=soon"}, None),
        ({}, None),
    ],
)
def test_cache_control_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert max_age(headers) == seconds


def test_cache_control_is_obeyed_up_to_the_longest_interval() -> None:
    assert wait(poll(FRESH, good("1", headers={"cache-control": "max-age=3600"}))) == 3600
    assert wait(poll(FRESH, good("1", headers={"cache-control": "max-age=31536000"}))) == 21600


def test_failures_double_the_wait_and_then_the_breaker_lets_one_probe_a_day_through() -> None:
    waits = [wait(fail(FRESH, FetchTimeout("slow"), times)) for times in range(1, 12)]
    assert waits[:6] == sorted(waits[:6])
    assert 1200 <= waits[0] <= 1320
    assert waits[BREAKER - 2] <= 21600 * 1.1
    assert 86400 <= waits[BREAKER - 1] <= 86400 * 1.1
    state = fail(FRESH, FetchTimeout("slow"), 11)
    assert (state.failures, state.outcome, state.message) == (11, "timeout", "slow")
    again = poll(state, good("1"))
    assert (again.failures, again.outcome, again.message) == (0, "ok", "")
    assert wait(again) <= 660


def test_retry_after_is_never_undercut() -> None:
    error = FetchStatus("busy", status=429, retry_after=100_000.0)
    assert wait(fail(FRESH, error)) == 100_000
    assert wait(fail(FRESH, FetchStatus("busy", status=503, retry_after=5.0))) >= 1200


def test_410_stops_for_good_unless_a_redirect_had_led_there() -> None:
    gone = FetchStatus("gone", status=410)
    assert fail(FRESH, gone).gone
    moved = fail(replace(FRESH, moved_to="http://b.example.com/"), gone)
    assert (moved.gone, moved.moved_to) == (False, None)


def test_a_move_is_remembered_once_it_proves_useful_and_forgotten_when_it_leads_nowhere() -> None:
    there = "http://b.example.com/feed"
    moved = poll(FRESH, good("1", final=there, moved=True))
    assert moved.moved_to == there
    assert poll(moved, UNCHANGED).moved_to == there
    portal = Outcome(fetched=fetched(final=there, moved=True), error=ParseError("no feed"))
    assert poll(FRESH, portal).moved_to is None
    assert poll(FRESH, good("1", final=there)).moved_to is None
    assert fail(moved, FetchStatus("no", status=404)).moved_to is None
    dns = FetchUnreachable("no name", reason="dns")
    assert fail(moved, dns, 2).moved_to == there
    assert fail(moved, dns, 3).moved_to is None


def test_our_own_queue_is_not_the_sources_failure() -> None:
    state = poll(FRESH, good("1"))
    after = fail(state, FetchTimeout("later", reason="crawl-delay", retry_after=90.0))
    assert (after.failures, after.outcome, after.polls, after.last_polled) == (0, "ok", 1, NOW)
    assert 90 <= wait(after) <= 200


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Outcome(error=FetchBlocked("x", reason="login")), "login"),
        (Outcome(error=FetchBlocked("x")), "blocked"),
        (Outcome(error=FetchStatus("x", status=404)), "http-404"),
        (Outcome(fetched=fetched(), error=ParseError("x")), "unreadable"),
        (Outcome(fetched=replace(fetched(), body=b" \n"), error=ParseError("x")), "empty"),
        (Outcome(fetched=fetched(), items=()), "empty"),
        (Outcome(fetched=fetched(), items=(replace(items("1")[0], title="ä¸\xadå\x9b½å·¥ä¸\x9a"),)), "charset"),
    ],
)
def test_each_failure_has_its_word_and_leaves_the_validators(outcome: Outcome, word: str) -> None:
    state = poll(FRESH, good("1", headers={"etag": '"e"'}))
    after = poll(state, outcome)
    assert (after.outcome, after.failures, after.etag, after.body_hash) == (word, 1, '"e"', "h")


def test_a_feed_that_never_had_entries_may_be_empty_and_a_list_may_not() -> None:
    assert poll(FRESH, good()).outcome == "ok"
    assert poll(FRESH, good(), source=replace(SOURCE, kind="list")).outcome == "empty"


def test_cookies_are_kept_when_asked() -> None:
    keeping = replace(SOURCE, keep_cookies=True)
    state = poll(FRESH, good("1", cookies={"a": "b"}), source=keeping)
    assert state.cookies == {"a": "b"}
    assert poll(state, UNCHANGED, source=keeping).cookies == {"a": "b"}
    assert poll(state, UNCHANGED).cookies == {}


@pytest.mark.parametrize(
    ("title", "bad"),
    [
        ("工业互联网平台名单公布", False),
        ("Policy on platforms", False),
        ("Café déjà vu: émissions", False),
        ("Über die Größe", False),
        ("工業互聯網平台", False),
        ("2023年跨行业跨领域工业互联网平台名单".encode().decode("gb18030", "replace"), True),
        ("工业互联网".encode().decode("latin-1"), True),
        ("工业互联网".encode("gbk").decode("latin-1"), True),
        ("锟斤拷锟斤拷", True),
        ("a \ufffd b", True),
    ],
)
def test_mojibake_is_seen(title: str, bad: bool) -> None:
    assert garbled([title]) is bad


@given(st.lists(st.sampled_from(["new", "same", "timeout", "empty", "429", "crawl"]), max_size=40))
def test_whatever_happens_the_next_poll_lies_ahead_and_within_bounds(story: list[str]) -> None:
    state, now = FRESH, NOW
    for count, step in enumerate(story):
        outcome = {
            "new": good(str(count)),
            "same": UNCHANGED,
            "timeout": Outcome(error=FetchTimeout("t")),
            "empty": good(),
            "429": Outcome(error=FetchStatus("b", status=429, retry_after=700.0)),
            "crawl": Outcome(error=FetchTimeout("c", reason="crawl-delay", retry_after=30.0)),
        }[step]
        before, state = state, poll(state, outcome, now)
        assert state == poll(before, outcome, now)
        assert 30 <= wait(state, now) <= 86400 * 1.1
        now = state.next_due or now
