"""A back end that fails: every method of every store says so with a `StoreError` that keeps the cause."""

from __future__ import annotations

import inspect

import pytest
from tests.contracts.values import NOON, commit, delivery, item, later

from dualcross.errors import StoreError
from dualcross.model import Source, SourceState, Subscription
from dualcross.ports import Dossier, Store

CALLS = {
    "put_source": lambda s: s.put_source(Source(id="s", url="https://s.test/")),
    "remove_source": lambda s: s.remove_source("s"),
    "sources": lambda s: s.sources(),
    "source": lambda s: s.source("s"),
    "due": lambda s: s.due(NOON, 1),
    "commit_poll": lambda s: s.commit_poll(SourceState(source_id="s"), [item(1)]),
    "commit_polls": lambda s: s.commit_polls([(SourceState(source_id="s"), [item(1)], None)]),
    "read_done": lambda s: s.read_done("https://s.test/", "ok"),
    "dossiers": lambda s: s.dossiers(["x"]),
    "learned": lambda s: s.learned(),
    "commit": lambda s: s.commit(commit(1)),
    "every_dossier": lambda s: list(s.every_dossier()),
    "restore": lambda s: s.restore(dossiers=[Dossier(subject="round:2026", version=1)]),
    "record": lambda s: s.record("r"),
    "alert": lambda s: s.alert("a"),
    "records": lambda s: list(s.records()),
    "alerts": lambda s: list(s.alerts()),
    "events": lambda s: list(s.events()),
    "put_subscription": lambda s: s.put_subscription(Subscription(id="x", channel="console", address="")),
    "subscription": lambda s: s.subscription("x"),
    "subscriptions": lambda s: s.subscriptions(),
    "subscriptions_version": lambda s: s.subscriptions_version(),
    "remove_subscription": lambda s: s.remove_subscription("x"),
    "open": lambda s: s.open([delivery(1)]),
    "claim": lambda s: s.claim("d", now=NOON, lease_until=later(1)),
    "settle": lambda s: s.settle(delivery(1)),
    "delivery": lambda s: s.delivery("d"),
    "deliveries": lambda s: s.deliveries(),
    "finish": lambda s: s.finish(["d"], state="sent", now=NOON),
    "release": lambda s: s.release("d"),
    "put_fact": lambda s: s.put_fact("k", "x", {}),
    "facts": lambda s: s.facts("k"),
    "remove_fact": lambda s: s.remove_fact("k", "x"),
}


def test_the_roster_names_every_method_of_the_port():
    methods = {n for n, _ in inspect.getmembers(Store, inspect.isfunction) if not n.startswith("_")}
    assert methods - {"close"} == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_a_failing_back_end_is_a_store_error_with_its_cause(broken_store, name):
    with pytest.raises(StoreError) as caught:
        CALLS[name](broken_store)
    assert caught.value.__cause__ is not None
    assert "\n" not in str(caught.value)


def test_closing_a_failing_store_works(broken_store):
    broken_store.close()
