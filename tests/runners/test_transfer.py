"""A deployment's contents brought into another store and back: the same, once, and nobody told twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests import cloud
from tests.contracts.values import NOON, alert, commit, delivery, later

from dualcross.channels.secrets import seal, unseal
from dualcross.clock import FakeClock
from dualcross.deps import Deps
from dualcross.model import Item, Source, Subscription
from dualcross.ports import Dossier
from dualcross.runners.transfer import FACTS, copy
from dualcross.settings import Settings
from dualcross.stores.memory import MemoryStore
from dualcross.stores.sqlite import SqliteStore


class Only(Deps):
    """A deployment of which only settings and store are used."""

    def __init__(self, store, key: str) -> None:
        object.__setattr__(self, "store", store)
        object.__setattr__(self, "settings", Settings(secret_key=key))


def filled() -> MemoryStore:
    store = MemoryStore()
    store.put_source(Source(id="s", url="https://s.test/feed"))
    state = store.source("s")[1]
    store.commit_poll(state, [Item(source_id="s", url="https://s.test/1")])
    for n in range(3):
        given = commit(n, at=n, content_hash=str(n))
        given = replace(given, alerts=(alert(n, at=n),), dossiers=(Dossier(subject=f"round:{n}"),))
        store.commit(given)
    store.put_subscription(Subscription(id="hook", channel="slack", address=seal("https://hook.test/1", "old")))
    store.open([delivery(n) for n in range(150)])
    for kind in FACTS:
        store.put_fact(kind, "k", {"v": kind})
    store.put_fact("secret", "k", {"key": "old"})
    return store


def contents(store) -> dict:
    return {
        "sources": store.sources(),
        "records": list(store.records()),
        "alerts": list(store.alerts()),
        "dossiers": list(store.every_dossier()),
        "deliveries": store.deliveries(),
        "facts": {kind: store.facts(kind) for kind in FACTS},
    }


@pytest.mark.parametrize("middle", ["sqlite", "dynamodb"])
def test_there_and_back_is_the_same(tmp_path, middle):
    origin = filled()
    claimed = origin.claim(delivery(0).id, now=later(3600), lease_until=later(7200))
    assert origin.settle(replace(claimed, state="sent", settled=later(3601), receipt="r", lease_until=None))
    between = SqliteStore(str(tmp_path / "a.db")) if middle == "sqlite" else cloud.dynamodb_store(FakeClock(NOON))
    written = copy(Only(origin, "old"), Only(between, "new"))
    assert written["records"] == written["alerts"] == written["dossiers"] == 3
    assert contents(between) == contents(origin)
    assert unseal(between.subscription("hook").address, "new") == "https://hook.test/1"
    assert between.facts("secret") == ()
    back = SqliteStore(str(tmp_path / "b.db"))
    copy(Only(between, "new"), Only(back, "third"))
    assert contents(back) == contents(origin)
    # Once more changes nothing.
    assert set(copy(Only(between, "new"), Only(back, "third")).values()) == {0}
    between.close()
    back.close()


def test_what_is_newer_there_stays(tmp_path):
    target = SqliteStore(str(tmp_path / "t.db"))
    target.commit(commit(1, at=500, content_hash="newer", title="newer"))
    target.put_fact("token", "k", {"v": "mine"})
    copy(Only(filled(), "old"), Only(target, "new"))
    assert target.record(commit(1).record.id).title == "newer"
    assert dict(target.facts("token"))["k"] == {"v": "mine"}
    target.close()
