"""The wiring: what the stages are handed. Built once per process by a runner; nothing else constructs adapters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dualcross.model import Article, Fetched, Finding, Item, Source
from dualcross.ports import Archive, Channel, Clock, Fetcher, Hosts, Platform, Store
from dualcross.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Understood:
    """What an article says: topics with probabilities, the labels above their thresholds, and the findings."""

    topics: Mapping[str, float]
    labels: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Deps:
    """Everything a stage may touch. The pure parts are functions, so that a door need not load what it does not use."""

    settings: Settings
    clock: Clock
    store: Store
    archive: Archive
    fetcher: Fetcher
    #: bytes of a source → its items in the source's order; raises `ParseError`
    parse_source: Callable[[Source, Fetched], tuple[Item, ...]]
    #: bytes of a page → article; `item` tells what the source said of it; raises `ParseError`
    read_page: Callable[[Fetched, Source | None, Item | None], Article]
    #: article and the platforms learned so far → what it says
    understand: Callable[[Article, tuple[Platform, ...]], Understood]
    #: channel by name; raises `ConfigError` for an unknown one
    channel: Callable[[str], Channel]
    #: turns with hosts, where several processes fetch; None where one does, whose fetcher keeps lanes
    hosts: Hosts | None = None
