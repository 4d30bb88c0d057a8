"""When the operator hears of a source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dualcross.model import Alert, Source, SourceState
from dualcross.sources.health import judge_health, notice_id, standing

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SOURCE = Source(id="s", url="http://a.example.com/feed", name="Ministry")
WELL = SourceState(
    source_id="s", outcome="ok", last_polled=NOW, last_success=NOW, last_new_item=NOW, rhythm=86400.0, items_seen=9
)


def failing(outcome: str, failures: int, **more) -> SourceState:
    return replace(WELL, outcome=outcome, failures=failures, message="what happened", **more)


def test_a_source_that_is_well_is_not_spoken_of() -> None:
    assert judge_health(SOURCE, WELL, NOW) == (WELL, None)
    assert judge_health(SOURCE, SourceState(source_id="s"), NOW)[1] is None


@pytest.mark.parametrize(
    ("outcome", "quiet", "told"),
    [
        ("login", 1, 2), ("challenge", 1, 2), ("charset", 1, 2), ("empty", 1, 2), ("certificate", 1, 2),
        ("http-404", 1, 2), ("timeout", 4, 5), ("http-503", 4, 5), ("dns", 4, 5),
    ],
)  # fmt: skip
def test_broken_is_told_when_it_is_sure(outcome: str, quiet: int, told: int) -> None:
    assert judge_health(SOURCE, failing(outcome, quiet), NOW)[1] is None
    state, alert = judge_health(SOURCE, failing(outcome, told), NOW)
    assert alert is not None
    assert (alert.trigger, alert.subject.id, alert.subject.name, alert.subject.what) == (
        "source.broken", "s", "Ministry", outcome,
    )  # fmt: skip
    assert alert.quotes == ("what happened",)
    assert alert.created == NOW
    assert (state.notice, state.notices, state.notice_at) == ("source.broken", 1, NOW)


def test_gone_is_told_at_once() -> None:
    alert = judge_health(SOURCE, failing("gone", 1, gone=True), NOW)[1]
    assert alert is not None
    assert alert.subject.what == "gone"


def test_silence_is_held_against_the_sources_own_rhythm() -> None:
    daily, weekly = WELL, replace(WELL, rhythm=7 * 86400.0)
    later = NOW + timedelta(days=12)
    alert = judge_health(SOURCE, daily, later)[1]
    assert alert is not None
    assert (alert.trigger, "12 days" in alert.title) == ("source.silent", True)
    assert judge_health(SOURCE, daily, NOW + timedelta(days=10))[1] is None
    assert judge_health(SOURCE, weekly, later)[1] is None
    assert judge_health(SOURCE, weekly, NOW + timedelta(days=36))[1] is not None
    assert judge_health(SOURCE, replace(WELL, rhythm=None), NOW + timedelta(days=50))[1] is None
    assert judge_health(SOURCE, replace(WELL, rhythm=None), NOW + timedelta(days=61))[1] is not None


def told_over(days: int, state: SourceState) -> tuple[SourceState, list[tuple[float, Alert]]]:
    told = []
    for hour in range(days * 24):
        now = NOW + timedelta(hours=hour)
        state, alert = judge_health(SOURCE, replace(state, last_polled=now), now)
        if alert is not None:
            told.append((hour / 24, alert))
    return state, told


def test_one_notice_repeated_with_growing_gaps_and_one_on_recovery() -> None:
    state, told = told_over(100, failing("login", 2))
    assert [day for day, _ in told] == [0, 1, 2, 4, 8, 16, 32, 62, 92]
    ids = [alert.id for _, alert in told]
    assert len(set(ids)) == len(ids)
    well = replace(state, failures=0, outcome="ok", last_new_item=NOW + timedelta(days=100))
    after, alert = judge_health(SOURCE, well, NOW + timedelta(days=100))
    assert alert is not None
    assert (alert.trigger, after.notice, alert.id in ids) == ("source.recovered", None, False)
    assert "100 days" in alert.title
    assert judge_health(SOURCE, after, NOW + timedelta(days=101))[1] is None


def test_one_failure_after_a_notice_is_no_recovery_and_one_success_is() -> None:
    broken, _ = judge_health(SOURCE, failing("login", 2), NOW)
    still = replace(broken, outcome="timeout", failures=3)
    assert judge_health(SOURCE, still, NOW + timedelta(hours=1)) == (still, None)
    well = replace(broken, outcome="ok", failures=0)
    recovered = judge_health(SOURCE, well, NOW + timedelta(hours=1))[1]
    assert recovered is not None
    assert recovered.trigger == "source.recovered"


def test_a_silent_source_that_breaks_is_told_as_broken() -> None:
    later = NOW + timedelta(days=12)
    silent, _ = judge_health(SOURCE, WELL, later)
    once = replace(silent, failures=1, outcome="timeout")
    assert judge_health(SOURCE, once, later)[1] is None
    alert = judge_health(SOURCE, replace(silent, failures=2, outcome="login"), later)[1]
    assert alert is not None
    assert alert.trigger == "source.broken"


def test_a_poll_run_again_finds_the_notice_it_told() -> None:
    state, alert = judge_health(SOURCE, failing("login", 2), NOW)
    assert alert is not None
    assert standing(state) == alert.id == notice_id("s", 1)
    assert standing(replace(state, last_polled=NOW + timedelta(hours=1))) is None
    assert standing(SourceState(source_id="s")) is None
    assert judge_health(SOURCE, failing("login", 2), NOW) == (state, alert)
