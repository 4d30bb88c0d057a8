"""A short chaos in the tests, and proof that its verdict can fail."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from tests.chaos import runs, verdict

from dualcross.alerts import planning
from dualcross.stages import digest
from dualcross.stores.memory import MemoryStore

DAYS = 4


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    monkeypatch.setitem(os.environ, "DUALCROSS_CHAOS_SECRET", "s3cret")
    monkeypatch.setitem(os.environ, "DUALCROSS_CHAOS_TOKEN", "T0KEN")


@pytest.fixture(scope="module")
def expected():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUALCROSS_CHAOS_SECRET", "s3cret")
        patch.setenv("DUALCROSS_CHAOS_TOKEN", "T0KEN")
        with runs.memory() as opener:
            _, alerts = runs.play(opener, DAYS, 1, faults=False)
    return alerts


def judged(expected, store="memory", *, seed=1, share=0.2):
    with runs.STORES[store]() as opener:
        world, _ = runs.play(opener, DAYS, seed, faults=True, share=share)
        found = verdict.judge(world.store, world.boxes, expected)
        world.store.close()
    return found, world


@pytest.mark.parametrize(("store", "seed"), [("memory", 2), ("sqlite", 3)])
def test_nothing_is_lost_or_repeated(expected, store, seed):
    found, world = judged(expected, store, seed=seed, share=1.0)
    assert found.held, (found.lost, found.repeated, found.wrong)
    assert len(expected) > 5
    assert world.kills.done["message after"] == world.kills.done["message before"] > 10
    assert world.kills.missed == ()


def test_it_sees_a_lost_alert(expected, monkeypatch):
    monkeypatch.setattr(planning.Planner, "alert", lambda self, alert, subscriptions: ())
    assert judged(expected)[0].lost


def test_it_sees_a_repeated_alert(expected, monkeypatch):
    real = planning.delivery_id
    count = iter(range(10**6))
    monkeypatch.setattr(planning, "delivery_id", lambda *parts: real(*parts[:3], f"{parts[3]}{next(count) % 2}"))
    assert judged(expected)[0].repeated


def test_it_sees_a_digest_whose_name_is_not_derived(expected, monkeypatch):
    real = digest.digest_id
    count = iter(range(10**6))
    # Two names a slot, taken by turns: a digest that is opened again after a crash gets the other one.
    monkeypatch.setattr(digest, "digest_id", lambda *parts: real(*parts)[:-1] + str(next(count) % 2))
    found = judged(expected)[0]
    assert found.repeated or found.wrong


def test_it_sees_members_that_are_finished_before_their_digest_stands(expected, monkeypatch):
    def early(members, subscription, slot, deps):
        names = [member.id for member in members]
        deps.store.finish(names, state="sent", now=deps.clock.now(), receipt="digest:x")
        return real(members, subscription, slot, deps)

    real = digest._release
    monkeypatch.setattr(digest, "_release", early)
    assert judged(expected)[0].lost


def test_it_sees_a_store_that_hands_out_what_was_sent(expected, monkeypatch):
    real = MemoryStore.claim

    def claim(self, delivery_id, *, now, lease_until):
        one = self.delivery(delivery_id)
        if one and one.state == "sent" and one.attempt < 8 and not one.receipt.startswith("digest:"):
            return replace(one, attempt=one.attempt + 1, state="sending")
        return real(self, delivery_id, now=now, lease_until=lease_until)

    monkeypatch.setattr(MemoryStore, "claim", claim)
    assert judged(expected)[0].repeated
