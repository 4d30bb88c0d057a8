"""The laws of `SubscriptionStore`, `Ledger` and `Inbox`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
from tests.contracts.values import NOON, delivery, later

from dualcross.model import Subscription

SUB = Subscription(id="sub1", channel="email", address="a@b.test", query="region:440000", created=NOON)


def test_subscriptions_come_by_id_and_can_be_replaced(store):
    other = replace(SUB, id="a", state="ended")
    for put in (SUB, other, SUB):
        store.put_subscription(put)
    assert store.subscriptions() == (other, SUB)
    store.put_subscription(replace(SUB, cap=3))
    assert store.subscription("sub1").cap == 3
    assert store.subscription("x") is None


def test_a_number_tells_whether_subscriptions_changed(store):
    seen = [store.subscriptions_version()]
    for change in (
        lambda: store.put_subscription(SUB),
        lambda: store.put_subscription(replace(SUB, cap=3)),
        lambda: store.remove_subscription("sub1"),
        lambda: store.put_subscription(SUB),
    ):
        change()
        seen.append(store.subscriptions_version())
        assert store.subscriptions_version() == seen[-1]
    store.put_fact("kind", "key", {"n": 1})
    store.open([delivery(1)])
    assert store.subscriptions_version() == seen[-1]
    assert seen == sorted(set(seen))


def test_removing_a_subscription_blanks_what_deliveries_hold_of_it(store):
    store.put_subscription(SUB)
    store.open([delivery(1, receipt="to a@b.test", error="a@b.test bounced", state="dead"), delivery(2)])
    for _ in range(2):
        store.remove_subscription("sub1")
    assert store.subscription("sub1") is None
    found = store.delivery("d1")
    assert (found.receipt, found.error, found.state) == ("", "", "dead")


def test_open_leaves_what_exists_and_returns_what_waits(store):
    first = [delivery(1), delivery(2, state="held", held="quiet hours"), delivery(3)]
    for _ in range(2):
        assert store.open(first) == ("d1", "d3")
    store.settle(replace(store.claim("d1", now=NOON, lease_until=later(60)), state="sent", settled=NOON))
    assert store.open([*first, delivery(4)]) == ("d3", "d4")
    assert store.delivery("d1").state == "sent"
    assert store.delivery("x") is None
    assert store.open([]) == ()


def test_claim_raises_the_attempt_and_holds_until_the_lease_runs_out(store):
    store.open([delivery(1)])
    taken = store.claim("d1", now=NOON, lease_until=later(60))
    assert (taken.state, taken.attempt, taken.lease_until) == ("sending", 1, later(60))
    assert store.delivery("d1") == taken
    assert store.claim("d1", now=later(59), lease_until=later(120)) is None
    again = store.claim("d1", now=later(60), lease_until=later(120))
    assert again.attempt == 2
    assert store.claim("nobody", now=NOON, lease_until=later(60)) is None


def test_not_before_holds_for_pending_and_failed(store):
    store.open([delivery(1, not_before=later(10))])
    assert store.claim("d1", now=later(9), lease_until=later(60)) is None
    taken = store.claim("d1", now=later(10), lease_until=later(60))
    assert store.settle(replace(taken, state="failed", not_before=later(100), error="busy"))
    assert store.claim("d1", now=later(99), lease_until=later(160)) is None
    assert store.claim("d1", now=later(100), lease_until=later(160)).attempt == 2


@pytest.mark.parametrize("state", ["sent", "dead", "held"])
def test_settled_and_held_ones_cannot_be_claimed(store, state):
    store.open([delivery(1, state=state)])
    assert store.claim("d1", now=later(1000), lease_until=later(2000)) is None


def test_only_the_latest_attempt_settles(store):
    store.open([delivery(1)])
    slow = store.claim("d1", now=NOON, lease_until=later(60))
    quick = store.claim("d1", now=later(61), lease_until=later(120))
    assert store.settle(replace(slow, state="sent")) is False
    outcome = replace(quick, state="sent", settled=later(62), receipt="id-1")
    for _ in range(2):
        assert store.settle(outcome) is True
    assert store.settle(replace(quick, state="failed")) is False
    assert store.delivery("d1") == outcome
    assert store.settle(delivery(9)) is False


def test_of_racing_claimants_exactly_one_gets_it(store):
    ids = [f"d{n}" for n in range(20)]
    store.open([delivery(n) for n in range(20)])

    def race(_: int) -> list[str]:
        return [i for i in ids if store.claim(i, now=NOON, lease_until=later(60))]

    with ThreadPoolExecutor(8) as pool:
        got = [i for won in pool.map(race, range(8)) for i in won]
    assert sorted(got) == sorted(ids)
    assert all(store.delivery(i).attempt == 1 for i in ids)


def test_release_frees_held_failed_and_dead_ones(store):
    states = {"d1": "held", "d2": "failed", "d3": "dead", "d4": "sent", "d5": "pending", "d6": "sending"}
    store.open([delivery(int(i[1]), state=s) for i, s in states.items()])
    assert [i for i in states if store.release(i, not_before=later(5))] == ["d1", "d2", "d3"]
    assert store.release("d1") is False
    assert store.release("x") is False
    assert (store.delivery("d3").state, store.delivery("d3").not_before) == ("pending", later(5))
    assert store.claim("d2", now=later(5), lease_until=later(60)) is not None


def test_deliveries_come_oldest_first(store):
    store.open([delivery(3, state="dead"), delivery(1), delivery(2, alert_id="a2")])
    assert [d.id for d in store.deliveries()] == ["d1", "d2", "d3"]
    assert [d.id for d in store.deliveries(limit=2)] == ["d1", "d2"]
    assert [d.id for d in store.deliveries(state="pending")] == ["d1", "d2"]
    assert [d.id for d in store.deliveries(alert_id="a1")] == ["d1", "d3"]
    assert [d.id for d in store.deliveries(state="dead", alert_id="a1", limit=5)] == ["d3"]
    assert store.deliveries(subscription_id="other") == ()
    store.open([delivery(4, not_before=later(50), subscription_id="s2"), delivery(5, not_before=later(60))])
    assert [d.id for d in store.deliveries(due=later(50))] == ["d1", "d2", "d3", "d4"]
    assert [d.id for d in store.deliveries(subscription_id="s2", due=later(49))] == []
    everything = store.deliveries()
    for moment in {d.created for d in everything} | {later(-1), later(10_000)}:
        younger = [d.id for d in everything if d.created >= moment]
        assert [d.id for d in store.deliveries(since=moment)] == younger
        for owner in ("s1", "s2"):
            found = store.deliveries(subscription_id=owner, since=moment)
            assert [d.id for d in found] == [d.id for d in everything if d.subscription_id == owner and d.id in younger]
        for state in ("pending", "held", "failed", "sent"):
            found = store.deliveries(state=state, since=moment)
            assert [d.id for d in found] == [d.id for d in everything if d.state == state and d.id in younger]
    same = [delivery(n, created=NOON) for n in (8, 7, 9)]
    store.open(same)
    assert [d.id for d in store.deliveries()][:3] == ["d7", "d8", "d9"]


def test_finish_settles_only_what_is_held(store):
    store.open([delivery(1, state="held", held="quiet"), delivery(2), delivery(3, state="held", held="cap")])
    for _ in range(2):
        store.finish(["d1", "d2", "nobody"], state="sent", now=later(9), receipt="digest:x")
    assert store.delivery("d1") == delivery(1, state="sent", held="quiet", settled=later(9), receipt="digest:x")
    assert store.delivery("d2").state == "pending"
    store.finish(["d1", "d3"], state="dead", now=later(10), error="ended")
    assert (store.delivery("d1").state, store.delivery("d3").error) == ("sent", "ended")


def test_facts_are_kept_by_kind_and_key(store):
    for _ in range(2):
        store.put_fact("feedback", "b", {"right": True, "note": "好", "n": [1, 2.5, None]})
    store.put_fact("feedback", "a", {"right": False})
    store.put_fact("other", "a", {})
    assert store.facts("feedback") == (
        ("a", {"right": False}),
        ("b", {"right": True, "note": "好", "n": [1, 2.5, None]}),
    )
    store.put_fact("feedback", "a", {"x": 1})
    for _ in range(2):
        store.remove_fact("feedback", "b")
    assert store.facts("feedback") == (("a", {"x": 1}),)
    assert store.facts("none") == ()


def test_naive_moments_are_refused(store):
    naive = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001
    store.open([delivery(1)])
    calls = [
        lambda: store.put_subscription(replace(SUB, created=naive)),
        lambda: store.open([delivery(2, created=naive)]),
        lambda: store.claim("d1", now=naive, lease_until=NOON),
        lambda: store.claim("d1", now=NOON, lease_until=naive),
        lambda: store.settle(delivery(1, not_before=naive)),
        lambda: store.release("d1", not_before=naive),
        lambda: store.finish(["d1"], state="sent", now=naive),
        lambda: store.deliveries(due=naive),
        lambda: store.deliveries(since=naive),
    ]
    for call in calls:
        with pytest.raises(ValueError):
            call()
    assert store.delivery("d1").state == "pending"
