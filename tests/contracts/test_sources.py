"""The laws of `SourceStore`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from tests.contracts.values import NOON, item, later

from dualcross.model import Source, SourceState


def source(name: str = "s1", **fields) -> Source:
    return Source(id=name, url=f"https://{name}.test/feed", **fields)


def test_source_comes_back_as_it_was_put_and_keeps_its_state(store):
    put = source(name="来源", headers={"Accept": "text/xml"}, interval=(60, 600), official=True)
    for _ in range(2):
        store.put_source(put)
    assert store.source("来源") == (put, SourceState(source_id="来源"))
    state = SourceState(source_id="来源", etag='"x"', next_due=later(60), polls=3, cookies={"a": "b"})
    store.commit_poll(state, ())
    changed = replace(put, notes="new")
    store.put_source(changed)
    assert store.source("来源") == (changed, state)


def test_unknown_source_is_none(store):
    assert store.source("nobody") is None
    assert store.sources() == ()


def test_sources_come_by_id(store):
    for name in ("b", "a", "c"):
        store.put_source(source(name))
    assert [s.id for s, _ in store.sources()] == ["a", "b", "c"]


def test_due_puts_new_ones_first_then_the_longest_overdue(store):
    for name in ("new2", "new1", "late", "later", "future", "paused", "gone"):
        store.put_source(source(name, paused=name == "paused"))
    store.commit_poll(SourceState(source_id="later", next_due=later(-10)), ())
    store.commit_poll(SourceState(source_id="late", next_due=later(-100)), ())
    store.commit_poll(SourceState(source_id="future", next_due=later(1)), ())
    store.commit_poll(SourceState(source_id="paused", next_due=later(-100)), ())
    store.commit_poll(SourceState(source_id="gone", next_due=later(-100), gone=True), ())
    assert store.due(NOON, 10) == ("new1", "new2", "late", "later")
    assert store.due(NOON, 3) == ("new1", "new2", "late")
    assert "future" in store.due(later(1), 10)


def test_pausing_and_resuming_a_polled_source(store):
    store.put_source(source("s1"))
    store.commit_poll(SourceState(source_id="s1", next_due=later(-5)), ())
    store.put_source(source("s1", paused=True))
    assert store.due(NOON, 10) == ()
    store.put_source(source("s1"))
    assert store.due(NOON, 10) == ("s1",)


def test_unseen_items_become_pending_in_order_and_stay_until_read(store):
    store.put_source(source())
    state = SourceState(source_id="s1", polls=1)
    first = store.commit_poll(state, [item(2), item(1), item(2)])
    assert first == (item(2), item(1))
    assert store.commit_poll(state, [item(2), item(1), item(2)]) == first
    assert store.commit_poll(replace(state, polls=2), ()) == first
    for _ in range(2):
        store.read_done(item(2).url, "ok")
    assert store.commit_poll(state, [item(2), item(3)]) == (item(1), item(3))


def test_an_item_seen_by_one_source_is_not_new_for_another(store):
    for name in ("s1", "s2"):
        store.put_source(source(name))
    store.commit_poll(SourceState(source_id="s1"), [item(1)])
    assert store.commit_poll(SourceState(source_id="s2"), [item(1, "s2"), item(2, "s2")]) == (item(2, "s2"),)


def test_read_done_of_an_unknown_address_changes_nothing(store):
    store.put_source(source())
    store.read_done("https://nowhere.test/", "ok")
    assert store.commit_poll(SourceState(source_id="s1"), [item(1)]) == (item(1),)


def test_a_removed_source_takes_its_pending_items_along_but_not_what_was_read(store):
    store.put_source(source())
    store.commit_poll(SourceState(source_id="s1"), [item(1), item(2)])
    store.read_done(item(1).url, "ok")
    for _ in range(2):
        store.remove_source("s1")
    assert store.source("s1") is None
    assert store.commit_poll(SourceState(source_id="s1", polls=9), [item(3)]) == ()
    assert store.source("s1") is None
    store.put_source(source())
    assert store.source("s1")[1] == SourceState(source_id="s1")
    assert store.commit_poll(SourceState(source_id="s1"), [item(1), item(2), item(3)]) == (item(2), item(3))


def test_naive_moments_are_refused(store):
    store.put_source(source())
    naive = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001
    with pytest.raises(ValueError):
        store.due(naive, 1)
    with pytest.raises(ValueError):
        store.commit_poll(SourceState(source_id="s1", last_polled=naive), ())
    with pytest.raises(ValueError):
        store.commit_poll(SourceState(source_id="s1", next_due=naive), ())


def test_polls_committed_together_are_as_if_committed_one_by_one(store):
    for name in ("s1", "s2"):
        store.put_source(source(name))
    polls = [
        (SourceState(source_id="s1", polls=1, next_due=later(60)), [item(1), item(2)], None),
        (SourceState(source_id="removed", polls=1), [item(3)], None),
        (
            SourceState(source_id="s2", polls=1),
            [replace(item(2), source_id="s2"), replace(item(4), source_id="s2")],
            None,
        ),
    ]
    for _ in range(2):
        assert store.commit_polls(polls) == ((item(1), item(2)), (), (replace(item(4), source_id="s2"),))
    assert store.source("s1")[1] == polls[0][0]
    assert store.commit_polls([]) == ()


def test_an_item_is_pending_again_when_its_source_names_another_edition(store):
    def committed(edition, name="s1"):
        found = replace(item(1), source_id=name, edition=edition)
        return store.commit_poll(SourceState(source_id=name), [found])

    for name in ("s1", "s2"):
        store.put_source(source(name))
    plain = committed("")
    store.read_done(item(1).url, "ok")
    assert plain
    # the first edition that is learned is noted, another source's is not, none at all says nothing
    assert committed("a") == ()
    assert committed("b", "s2") == ()
    assert committed("") == ()
    assert committed("a") == ()
    again = replace(item(1), edition="b")
    for _ in range(2):
        assert committed("b") == (again,)
    store.read_done(item(1).url, "ok")
    assert committed("b") == ()
    # the item that waits already is the newest edition
    assert committed("c") == committed("c") == (replace(item(1), edition="c"),)
