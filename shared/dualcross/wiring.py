"""The wiring on one machine: SQLite, a folder of raw responses, the guarded fetcher, channels by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from dualcross.clock import SystemClock
from dualcross.deps import Deps, Understood
from dualcross.model import Article, Conditions, Fetched, Item, Source
from dualcross.ports import Channel, Clock, Fetcher, Platform
from dualcross.runners.queue import SqliteQueue
from dualcross.settings import Settings
from dualcross.stores.archive import FolderArchive
from dualcross.stores.sqlite import SqliteStore


@dataclass(frozen=True, kw_only=True, slots=True)
class Embedded:
    """A deployment on one machine: what the stages are handed, and the parts that only a runner touches."""

    deps: Deps
    store: SqliteStore
    queue: SqliteQueue
    archive: FolderArchive

    def close(self) -> None:
        """Release every file."""
        self.store.close()
        self.archive.close()


class LateFetcher:
    """The fetcher, loaded at the first request: most commands make none."""

    def __init__(self, make: Callable[[], Fetcher]) -> None:
        self._make = make
        self._fetcher: Fetcher | None = None

    def get(self, url: str, conditions: Conditions) -> Fetched:
        """Make one polite, guarded GET."""
        if self._fetcher is None:
            self._fetcher = self._make()
        return self._fetcher.get(url, conditions)


def embedded(
    settings: Settings,
    *,
    clock: Clock | None = None,
    fetcher: Fetcher | None = None,
    channel: Callable[[str], Channel] | None = None,
) -> Embedded:
    """Open the files that the settings name, making those that are not there, and return what runs on them.

    The key that signs links is made once and kept in the store, unless the settings hold one. `fetcher` and
    `channel` replace the network, for tests and demonstrations.
    """
    clock = clock or SystemClock()
    store = SqliteStore(settings.db)
    try:
        from dualcross.alerts.tokens import with_key

        settings = with_key(settings, store)
        settings = replace(settings, public_url=settings.public_url or f"http://{settings.host}:{settings.port}")
        archive = FolderArchive(settings.archive or str(Path(settings.db).with_suffix(".raw")))
    except BaseException:
        store.close()
        raise
    deps = Deps(
        settings=settings,
        clock=clock,
        store=store,
        archive=archive,
        fetcher=fetcher or late_fetcher(settings, clock),
        parse_source=parse_source,
        read_page=read_page,
        understand=understand,
        channel=channel or _channels(settings, clock),
    )
    return Embedded(deps=deps, store=store, queue=SqliteQueue(store.database, clock), archive=archive)


def late_fetcher(settings: Settings, clock: Clock) -> Fetcher:
    """Return the guarded fetcher, which loads its HTTP client at the first request."""

    def make() -> Fetcher:
        from dualcross.net import Fetcher as Guarded

        return Guarded(settings, clock)

    return LateFetcher(make)


def parse_source(source: Source, fetched: Fetched) -> tuple[Item, ...]:
    """Return the items of a source; loads the parsers at the first call."""
    from dualcross.sources import parse

    return parse(source, fetched)


def read_page(fetched: Fetched, source: Source | None = None, item: Item | None = None) -> Article:
    """Return the article of a page; loads the parsers at the first call."""
    from dualcross import reading

    return reading.read_page(fetched, source, item)


def understand(article: Article, learned: tuple[Platform, ...]) -> Understood:
    """Return what an article says; loads rules and model at the first call."""
    from dualcross import understanding

    return understanding.understand(article, learned)


def _channels(settings: Settings, clock: Clock) -> Callable[[str], Channel]:
    made: dict[str, Channel] = {}

    def channel(name: str) -> Channel:
        from dualcross.channels import get

        # One of each per process: they keep connections and their own pace.
        return made.setdefault(name, made.get(name) or get(name, settings, clock))

    return channel
