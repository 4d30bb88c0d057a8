"""Pages fetched ahead of the one that is being read: a host's one after the other, different hosts beside each other.

    fetches ─► by host ─► one thread each, at most `AHEAD` pages further than what was taken
    reader  ◄─ in its own order

Waiting for hosts is most of a read's time, and on AWS most of its bill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore
from typing import TypeVar
from urllib.parse import urlsplit

#: pages of one host that wait to be taken: what bounds the memory, whatever a host serves
AHEAD = 2

T = TypeVar("T")


@contextmanager
def ahead(urls: Sequence[str], fetch: Callable[[int], T]) -> Iterator[Callable[[int], T]]:
    """Hand out a function that returns what `fetch(n)` returned for the n-th address, or raises what it raised.

    Each is to be taken once, and those of a host in their order; what nobody takes is not fetched any more.
    """
    if len(urls) < 2:
        yield fetch
        return
    hosts = [_host(url) for url in urls]
    made: list[Future[T]] = [Future() for _ in urls]
    room = {host: Semaphore(AHEAD) for host in hosts}
    ended = Event()

    def work(host: str) -> None:
        for n in (n for n, other in enumerate(hosts) if other == host):
            room[host].acquire()
            if ended.is_set():
                return
            try:
                made[n].set_result(fetch(n))
            except BaseException as error:  # noqa: BLE001 - raised where it is taken
                made[n].set_exception(error)

    def take(n: int) -> T:
        try:
            return made[n].result()
        finally:
            room[hosts[n]].release()

    with ThreadPoolExecutor(len(room), thread_name_prefix="ahead") as pool:
        try:
            for host in room:
                pool.submit(work, host)
            yield take
        finally:
            ended.set()
            for free in room.values():
                free.release()


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
