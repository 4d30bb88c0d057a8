"""Deciding against a store that moves: conflicts are decided again, and of many readers one tells."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.register.stream import Step, m, official, press

from dualcross.deps import Understood
from dualcross.errors import StoreConflict
from dualcross.ports import Commit, Committed
from dualcross.register import shipped
from dualcross.register.keys import record_id
from dualcross.stages.record import ATTEMPTS, decide
from dualcross.stores.memory import MemoryStore
from dualcross.stores.sqlite import SqliteStore

NOW = datetime(2027, 6, 1, tzinfo=UTC)


class Restless(MemoryStore):
    """A store that moves on under the first deciders."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def commit(self, commit: Commit) -> Committed:
        if self.left:
            self.left -= 1
            raise StoreConflict("moved on")
        return super().commit(commit)


def told(step: Step, n: int, store: MemoryStore | SqliteStore) -> Committed:
    understood = Understood(topics={}, labels=("selection",), findings=step.findings)
    return decide(step.article(n), understood, store, shipped(), NOW)


def test_a_conflict_is_decided_again() -> None:
    assert len(told(press(m("x", "selected", "2027", "440000")), 1, Restless(ATTEMPTS - 1)).alert_ids) == 1


def test_a_store_that_never_rests_leaves_it_to_the_queue() -> None:
    with pytest.raises(StoreConflict):
        told(press(m("x", "selected", "2027", "440000")), 1, Restless(ATTEMPTS))


def test_of_many_readers_one_tells(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "d.db"))
    steps = [press(m("x", "selected", "2027", "360000")) for _ in range(12)]
    steps += [official(m("x", "selected", "2027", "360000"), m("y", "selected", "2027", "360000"))]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda pair: told(pair[1], pair[0], store), enumerate(steps)))
    ids = [i for d in done for i in d.alert_ids]
    assert len(ids) == len(set(ids))
    first = {(a.trigger, a.event) for a in store.alerts() if not a.confirmed}
    assert first == {
        ("platform.new", "dual-cross/entry/2027/x"),
        ("platform.new", "dual-cross/entry/2027/y"),
        ("region.new", "dual-cross/region/2027/360000"),
    }
    store.close()


def test_an_edited_page_tells_what_is_new_in_it_and_takes_back_what_is_gone() -> None:
    store = MemoryStore()
    page = "https://news.example/page"
    first = told(press(m("x", "selected", "2027", "440000"), m("z", "selected", "2027", "440000"), url=page), 1, store)
    edited = told(press(m("x", "selected", "2027", "440000"), m("y", "selected", "2027", "440000"), url=page), 2, store)
    assert {a.subject.id for a in first.record.alerts} == {"x", "z"}
    assert {a.subject.id for a in edited.record.alerts} == {"x", "y"}
    (gone,) = (key for key, _ in store.facts("correction"))
    alert = store.alert(gone)
    assert alert is not None
    assert alert.subject.id == "z"
    assert {p.id: p.member for p in store.learned()} == {"x": True, "y": True, "z": False}


def test_a_page_that_turns_final_is_the_confirmation() -> None:
    store = MemoryStore()
    page = "https://www.miit.gov.cn/page"
    told(official(m("x", "publicized", "2027", "440000"), url=page), 1, store)
    final = told(official(m("x", "selected", "2027", "440000"), url=page), 2, store)
    assert [a.confirmed for a in final.record.alerts] == [False, True]
    assert len(final.alert_ids) == 1


def test_a_page_without_an_address_is_known_by_content_and_outlet() -> None:
    assert record_id(None, "h", "甲") == record_id(None, "h", "甲")
    assert len({record_id(None, "h", "甲"), record_id(None, "h", "乙"), record_id("https://a/", "h", "甲")}) == 3
    assert record_id("https://a/", "one") == record_id("https://a/", "two")


def test_nothing_on_the_programme_touches_no_dossier() -> None:
    store = MemoryStore()
    done = told(press(), 1, store)
    assert done.alert_ids == ()
    assert store.learned() == ()
