"""The register is derived: judged again from its records it is the same, and no stream tells anything twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.register import test_streams_of_documents, test_streams_of_findings
from tests.register.stream import Player, Step, deadline, listed, m, official, player, policy, press

from dualcross.register import shipped
from dualcross.register.acts import Act, history, perform, undo
from dualcross.register.rebuild import differences, rebuild
from dualcross.stores.memory import MemoryStore

STREAMS = test_streams_of_findings.CASES | test_streams_of_documents.CASES
NOW = datetime(2026, 6, 2, tzinfo=UTC)


def play(steps: list[Step]) -> tuple[Player, list[tuple[str, ...]]]:
    """Play with a clock that moves on, as reading does."""
    stage = player()
    return stage, [stage.play(step) for step in steps]


def subjects(store: MemoryStore) -> list[str]:
    return sorted({f"platform:{p.id}" for p in store.learned()} | set(store._dossiers))


@pytest.mark.parametrize("name", STREAMS)
def test_judging_the_records_again_gives_the_same_register(name: str) -> None:
    stage, _ = play(STREAMS[name])
    replayed = MemoryStore()
    # A stream's dates may go back, a reader's clock never does: the order of reading is the order of the store.
    for identity in stage.store._records:
        record = stage.store.record(identity)
        assert record is not None
        rebuild([record], None, replayed, shipped())
    assert differences(stage.store, replayed, subjects(stage.store)) == ()
    assert {a.id for a in replayed.alerts()} == {a.id for a in stage.store.alerts()}


PLATFORMS = ("x", "y", "hanyun", "lingyang", "supos")
TITLES = ("江西省工业互联网办法", "江西省工业互联网促进办法（2026年版）")
YEARS = (None, "2026", "2027")
STAGES = ("recommended", "publicized", "selected", "selected", "reselected", "ranked", "removed", "relocated")
REGIONS = (None, "360000", "340000", "440000", "530000")


@st.composite
def steps(draw: st.DrawFn) -> Step:
    findings = draw(
        st.lists(
            st.one_of(
                st.builds(
                    m,
                    st.sampled_from(PLATFORMS),
                    st.sampled_from(STAGES),
                    st.sampled_from((None, "2022", "2025", "2026", "2027")),
                    st.sampled_from(REGIONS),
                    confidence=st.sampled_from((0.9, 0.9, 0.4)),
                    quote=st.just("甲平台进入名单"),
                ),
                st.builds(
                    policy,
                    st.sampled_from(TITLES),
                    issuer=st.just("江西省人民政府"),
                ),
                st.builds(deadline, st.sampled_from(("2026-06-16", "2027-06-16")), st.sampled_from(YEARS)),
                st.builds(listed, st.integers(1, 3), st.just("new"), st.sampled_from(YEARS)),
            ),
            max_size=4,
        )
    )
    day = draw(st.dates(datetime(2025, 1, 1).date(), datetime(2027, 12, 31).date()))  # noqa: DTZ001 (a date is meant)
    kind = official if draw(st.booleans()) else press
    return kind(*findings, published=day.isoformat(), source=draw(st.sampled_from(("甲", "乙", "丙", "丁"))))


@settings(max_examples=60, deadline=None)
@given(st.lists(steps(), max_size=9))
def test_no_stream_tells_anything_twice(stream: list[Step]) -> None:
    stage, told = play(stream)
    ids = [a.id for a in stage.store.alerts()]
    assert len(ids) == len(set(ids)) == sum(len(t) for t in told)
    confirmed = {(a.trigger, a.event) for a in stage.store.alerts() if a.confirmed}
    first = {(a.trigger, a.event) for a in stage.store.alerts() if not a.confirmed}
    assert confirmed <= first
    regions = [a.subject.code for a in stage.store.alerts() if a.trigger == "region.new" and not a.confirmed]
    assert len(regions) == len(set(regions))
    assert not {a.subject.code for a in stage.store.alerts() if a.trigger == "region.new"} & shipped().regions


@settings(max_examples=30, deadline=None)
@given(st.lists(steps(), max_size=6), st.data())
def test_reposts_add_evidence_and_no_alert(stream: list[Step], data: st.DataObject) -> None:
    stage, _ = play(stream)
    before = {a.id for a in stage.store.alerts() if a.confidence >= 0.6}
    fresh = MemoryStore()
    twice = Player(store=fresh, clock=stage.clock)
    for i, step in enumerate(stream):
        twice.n = i
        twice.play(step)
        twice.play(step)
    # A repost in the same outlet's words may only lift nothing: the sure alerts are the same ones.
    assert {a.id for a in fresh.alerts() if a.confidence >= 0.6} >= before
    plain = [(a.trigger, a.event, a.confirmed) for a in fresh.alerts()]
    assert len(plain) == len(set(plain))


def act(kind: str, subject: str, other: str = "", minutes: int = 0) -> Act:
    return Act(kind=kind, subject=subject, other=other, at=NOW + timedelta(minutes=minutes), who="ana")  # type: ignore[arg-type]


def test_a_merge_brings_two_names_under_one_id_and_can_be_undone() -> None:
    stage, _ = play(
        [
            press(m("x", "publicized", "2027", "360000", name="寻星")),
            press(m("y", "selected", "2027", "360000", name="Seeker")),
        ]
    )
    before = {s: stage.store.dossiers([s])[s] for s in subjects(stage.store)}
    merge = act("merge", "y", "x")
    perform(merge, stage.store, shipped(), min_confidence=0.6)
    perform(merge, stage.store, shipped(), min_confidence=0.6)
    kept = stage.store.dossiers(["platform:x"])["platform:x"]
    assert kept.platform is not None
    assert kept.platform.member
    assert "Seeker" in kept.platform.names
    assert [e.replaces for e in kept.events] == [("dual-cross/entry/2027/y",)]
    assert stage.play(press(m("y", "selected", "2027", name="Seeker"))) == ()
    assert undo(merge.id, stage.store, MemoryStore(), shipped(), min_confidence=0.6)
    after = stage.store.dossiers(["platform:y"])["platform:y"]
    assert after.platform == before["platform:y"].platform
    assert [a.undone for a in history(stage.store)] == [True]


def test_a_split_gives_a_name_its_own_platform() -> None:
    stage, _ = play(
        [
            press(m("x", "selected", "2027", "440000", name="寻星", names=("寻星",), quote="寻星入选")),
            press(m("x", "selected", "2027", "440000", name="寻星", names=("寻星云",), quote="寻星云入选")),
        ]
    )
    perform(act("split", "x", "寻星云"), stage.store, shipped(), min_confidence=0.6)
    names = {p.name: (p.names, p.member) for p in stage.store.learned()}
    assert names == {"寻星": (("寻星",), True), "寻星云": (("寻星云",), True)}


def test_confirming_a_candidate_tells_it_and_rejecting_takes_back() -> None:
    stage, told = play([press(m("x", "selected", "2027", "360000", confidence=0.3))])
    assert told == [()]
    confirm = act("confirm", "dual-cross/entry/2027/x")
    done = perform(confirm, stage.store, shipped(), min_confidence=0.6)
    assert [a.trigger for a in done.record.alerts] == ["platform.new", "region.new"]
    assert stage.play(press(m("x", "selected", "2027", "360000"))) == ()
    reject = act("reject", "dual-cross/entry/2027/x", minutes=1)
    perform(reject, stage.store, shipped(), min_confidence=0.6)
    taken = {key for key, _ in stage.store.facts("correction")}
    assert taken == {a.id for a in stage.store.alerts()}
    (platform,) = stage.store.learned()
    assert not platform.member
    undo(reject.id, stage.store, MemoryStore(), shipped(), min_confidence=0.6)
    (platform,) = stage.store.learned()
    assert platform.member


def test_acts_are_replayed_in_their_place() -> None:
    stage, _ = play([press(m("x", "selected", "2027", "360000", confidence=0.3), published="2026-05-01")])
    perform(act("confirm", "dual-cross/entry/2027/x"), stage.store, shipped(), min_confidence=0.6)
    replayed = MemoryStore()
    rebuild(stage.store.records(), stage.store, replayed, shipped())
    assert differences(stage.store, replayed, subjects(stage.store)) == ()
