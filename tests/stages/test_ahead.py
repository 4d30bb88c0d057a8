"""Pages fetched ahead: in the reader's order, hosts beside each other, a host never asked twice at once."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from threading import Barrier, Lock
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcross.errors import FetchTimeout
from dualcross.model import Item, Poll, Read
from dualcross.stages.ahead import AHEAD, ahead
from dualcross.stages.poll import BATCH, together

FAR = 5.0


@given(hosts=st.lists(st.sampled_from("abc"), max_size=25), bad=st.sets(st.integers(0, 24)))
def test_everything_comes_in_the_order_it_is_taken_and_a_host_is_asked_one_at_a_time(hosts, bad):
    busy: Counter[str] = Counter()
    overlaps, untaken, most = [], Counter(), Counter()
    lock = Lock()

    def fetch(n: int) -> int:
        with lock:
            busy[hosts[n]] += 1
            overlaps.append(busy[hosts[n]])
        with lock:
            busy[hosts[n]] -= 1
            untaken[hosts[n]] += 1
            most[hosts[n]] = max(most[hosts[n]], untaken[hosts[n]])
        if n in bad:
            raise FetchTimeout(str(n))
        return n

    with ahead([f"https://{host}.test/{n}" for n, host in enumerate(hosts)], fetch) as take:
        for n, host in enumerate(hosts):
            if n in bad:
                with pytest.raises(FetchTimeout, match=f"^{n}$"):
                    take(n)
            else:
                assert take(n) == n
            with lock:
                untaken[host] -= 1
    assert set(overlaps) <= {1}
    # one more than allowed may stand between being taken and being counted as taken
    assert all(count <= AHEAD + 1 for count in most.values())


def test_hosts_are_asked_beside_each_other():
    # Each fetch ends only when all three have begun.
    together_there = Barrier(3, timeout=FAR)
    with ahead([f"https://{n}.test/" for n in range(3)], lambda n: together_there.wait() or n) as take:
        assert sorted(take(n) is not None for n in range(3)) == [True] * 3


def test_a_reader_that_stops_leaves_no_thread_and_asks_for_no_more():
    asked = []

    def fetch(n: int) -> int:
        asked.append(n)
        sleep(0.01)
        return n

    with suppress(KeyError), ahead([f"https://a.test/{n}" for n in range(20)], fetch) as take:
        take(0)
        raise KeyError
    count = len(asked)
    assert count <= AHEAD + 2
    sleep(0.05)
    assert len(asked) == count


def test_one_page_needs_no_thread_and_an_address_that_is_none_does_no_harm():
    with ahead(["https://[broken"], lambda n: n + 1) as take:
        assert take(0) == 1
    with ahead(["https://[broken", "https://a.test/"], lambda n: n + 1) as take:
        assert [take(0), take(1)] == [1, 2]


def reads(*sizes: int) -> list[Read]:
    return [
        Read(items=tuple(Item(source_id=f"s{n}", url=f"https://{n}.test/{i}") for i in range(size)))
        for n, size in enumerate(sizes)
    ]


@given(st.lists(st.integers(1, BATCH), max_size=12))
def test_few_items_of_many_sources_share_a_command_and_none_is_lost_or_moved(sizes):
    given_ = reads(*sizes)
    poll = Poll(source_ids=("again",))
    first, *packed = together([*given_, poll])
    assert first == poll
    assert [i for r in packed for i in r.items] == [i for r in given_ for i in r.items]
    assert all(1 <= len(r.items) <= BATCH for r in packed)
    # What a source brought stays in one command.
    assert all(len({n for n, r in enumerate(packed) if set(r.items) & set(one.items)}) == 1 for one in given_)
    assert len(packed) <= max(1, 2 * -(-sum(sizes) // BATCH)) or not sizes
