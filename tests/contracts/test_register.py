"""The laws of `RegisterStore`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
from tests.contracts.values import alert, commit, event, later, platform, record

from dualcross.errors import StoreConflict
from dualcross.ports import Commit, Dossier


def test_what_is_committed_comes_back_whole(store):
    made = commit(1)
    for turn in range(2):
        done = store.commit(made)
        assert done.record == made.record
        assert done.alert_ids == ("a1",)
        assert done.fresh is (turn == 0)
    assert store.record("r1") == made.record
    assert store.alert("a1") == made.alerts[0]
    assert store.dossiers(["platform:p1"])["platform:p1"] == replace(made.dossiers[0], version=1)
    assert store.learned() == (platform("p1"),)
    assert list(store.events()) == [event("e1", 1)]


def test_unknown_things_are_none_and_version_zero(store):
    assert store.record("x") is None
    assert store.alert("x") is None
    assert store.dossiers(["a", "b", "a"]) == {"a": Dossier(subject="a"), "b": Dossier(subject="b")}
    assert store.dossiers([]) == {}


def test_a_dossier_that_moved_on_refuses_the_whole_commit(store):
    store.commit(commit(1, subject="platform:x"))
    late = Commit(
        record=record(2),
        dossiers=(Dossier(subject="region:1"), Dossier(subject="platform:x", version=0)),
        alerts=(alert(2),),
        corrections=(("a1", "why", "quote"),),
    )
    with pytest.raises(StoreConflict):
        store.commit(late)
    assert store.record("r2") is None
    assert store.alert("a2") is None
    assert store.dossiers(["region:1"])["region:1"].version == 0
    assert store.facts("correction") == ()


def test_a_repeated_commit_returns_what_stands_although_dossiers_moved_on(store):
    first = commit(1, subject="platform:x")
    store.commit(first)
    store.commit(commit(2, subject="platform:x", version=1))
    again = store.commit(replace(first, alerts=(alert(7),)))
    assert (again.fresh, again.alert_ids) == (False, ("a1",))
    assert store.dossiers(["platform:x"])["platform:x"].version == 2
    assert store.alert("a7") is None


def test_another_content_replaces_the_record_and_keeps_alerts_that_exist(store):
    store.commit(commit(1, text="旧的内容"))
    edited = Commit(record=record(1, text="新的内容"), alerts=(replace(alert(1), by="other"), alert(2)))
    done = store.commit(edited)
    assert done.fresh
    assert done.alert_ids == ("a1", "a2")
    assert store.record("r1").text == "新的内容"
    assert store.alert("a1").by == ""
    assert [r.id for r in store.records()] == ["r1"]
    assert store.commit(edited).alert_ids == ("a1", "a2")


def test_events_follow_their_dossier(store):
    store.commit(commit(1, subject="platform:x"))
    dossier = Dossier(subject="platform:x", version=1, events=(event("e9", 50), event("e8", 99)))
    store.commit(Commit(record=record(2), dossiers=(dossier,)))
    store.commit(Commit(record=record(3), dossiers=(Dossier(subject="region:1", events=(event("e9", 50),)),)))
    assert [e.key for e in store.events()] == ["e8", "e9"]
    assert store.learned() == ()


def test_corrections_are_told_once_and_returned_for_fan_out(store):
    store.commit(commit(1))
    made = Commit(record=record(2), alerts=(alert(2),), corrections=(("a1", "not in the final list", "原文"),))
    for _ in range(2):
        assert store.commit(made).alert_ids == ("a2", "a1")
    store.commit(Commit(record=record(3), corrections=(("a1", "again", "别的"),)))
    assert store.facts("correction") == (("a1", {"why": "not in the final list", "quote": "原文", "record": "r2"}),)


def test_records_and_alerts_come_newest_first_from_a_moment_on(store):
    for n, at in ((1, 10), (2, 30), (3, 20)):
        store.commit(Commit(record=record(n, at=at), alerts=(alert(n, at),)))
    assert [r.id for r in store.records()] == ["r2", "r3", "r1"]
    assert [r.id for r in store.records(since=later(20))] == ["r2", "r3"]
    assert [a.id for a in store.alerts()] == ["a2", "a3", "a1"]
    assert [a.id for a in store.alerts(since=later(20))] == ["a2", "a3"]


def test_iterating_many_while_writing_is_safe(store):
    for n in range(450):
        store.commit(Commit(record=record(n, at=n), alerts=(alert(n, n),)))
    seen = []
    for n, found in enumerate(store.records()):
        seen.append(found.id)
        if n == 100:
            store.commit(Commit(record=record(999, at=999)))
    assert seen == [f"r{n}" for n in reversed(range(450))]
    assert len(list(store.alerts())) == 450


def test_of_racing_commits_on_one_dossier_each_version_is_had_once(store):
    def climb(n: int) -> int:
        conflicts = 0
        for step in range(5):
            while True:
                version = store.dossiers(["region:44"])["region:44"].version
                try:
                    store.commit(
                        Commit(record=record(n * 10 + step), dossiers=(Dossier(subject="region:44", version=version),))
                    )
                    break
                except StoreConflict:
                    conflicts += 1
        return conflicts

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(climb, range(4)))
    assert store.dossiers(["region:44"])["region:44"].version == 20


def test_restored_dossiers_keep_their_version_and_yield_to_newer_ones(store):
    old, new = (Dossier(subject="round:2026", version=v, events=()) for v in (3, 5))
    for dossier in (new, old, new):
        store.restore(dossiers=[dossier])
        assert list(store.every_dossier()) == [new]
    store.commit(Commit(record=record(1), dossiers=(new,)))
    assert store.dossiers(["round:2026"])["round:2026"].version == 6
    assert [d.subject for d in store.every_dossier()] == ["round:2026"]


def test_naive_moments_are_refused(store):
    naive = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001
    for bad in (
        Commit(record=record(1, read_at=naive)),
        Commit(record=record(1), alerts=(replace(alert(1), created=naive),)),
        Commit(record=record(1), dossiers=(Dossier(subject="x", events=(replace(event("e"), last_seen=naive),)),)),
    ):
        with pytest.raises(ValueError):
            store.commit(bad)
    with pytest.raises(ValueError):
        list(store.records(since=naive))
    with pytest.raises(ValueError):
        list(store.alerts(since=naive))
    assert store.record("r1") is None


def test_odd_text_survives(store):
    text = "零\x00字节 \u2028 😀 \U00020000 '\"; DROP TABLE records;--"
    store.commit(commit(1, text=text, title=text, id=text, url=text))
    assert store.record(text).text == text
    assert next(store.records()).title == text
