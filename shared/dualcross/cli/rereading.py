"""`replay --since`: the archive read again with today's rules, beside what was told."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from dualcross.cli import opening, output
from dualcross.cli.pages import decide_alone
from dualcross.errors import InputError, SourceError, StoreError

if TYPE_CHECKING:
    from dualcross.deps import Deps
    from dualcross.model import Alert, Article, Fetched, Source


def replay_archive(args: argparse.Namespace) -> int:
    """Print which alerts today's rules would give for the archive, beside those that were given."""
    from dualcross.stores.memory import MemoryStore

    span = days(args.since)
    with opening.deployment(args) as deps:
        begin = deps.clock.now() - span
        told = {(a.trigger, a.event, a.confirmed): a for a in deps.store.alerts(since=begin) if a.record_id}
        scratch = MemoryStore()
        found = False
        for article, fetched in output.watched(_archived(deps, begin), "pages"):
            found = True
            decide_alone(article, scratch, fetched)
        if told and not found:
            raise StoreError("the archive holds no page of that time; DUALCROSS_ARCHIVE names its folder")
        again = {(a.trigger, a.event, a.confirmed): a for a in scratch.alerts()}
        rows = [_difference(verdict, alert) for verdict, alert in _compared(told, again)]
    if args.json:
        output.json_rows(rows)
    else:
        output.table(rows, ("verdict", "trigger", "event", "title"))
    return 0


def _archived(deps: Deps, begin: datetime) -> Iterator[tuple[Article, datetime]]:
    """Yield the archive's pages as articles, each with the moment it was fetched, oldest first."""
    from dualcross.errors import FetchError
    from dualcross.model import Fetched
    from dualcross.stages.parts import complete

    sources = {source.id: source for source, _ in deps.store.sources()}
    records = list(deps.store.records(since=begin))
    by_raw = {record.raw: record for record in records if record.raw}
    annexes = {file.url for record in records for file in record.attachments}
    latest = {url: digest for digest, url, _ in deps.archive.since(begin)}
    #: pages that were read as parts of others
    parts: set[str] = set()

    def page(digest: str, url: str) -> Fetched:
        body = deps.archive.get(digest) if digest else None
        if body is None:
            raise FetchError("gone from the archive", url=url)
        return Fetched(url=url, final_url=url, status=200, headers={}, body=body)

    def further(url: str) -> Fetched:
        parts.add(url)
        return page(latest.get(url, ""), url)

    for digest, url, fetched in deps.archive.since(begin):
        if url in annexes or url in parts:
            continue
        known = by_raw.get(digest)
        try:
            raw = page(digest, url)
            source = sources.get(known.source_id or "") if known else None
            article = deps.read_page(raw, source, None)
            yield complete(article, raw, partial(_part, deps, source), further), fetched
        except SourceError:
            continue


def _part(deps: Deps, source: Source | None, fetched: Fetched) -> Article:
    return deps.read_page(fetched, source, None)


def _compared(told: dict[Any, Alert], again: dict[Any, Alert]) -> Iterator[tuple[str, Alert]]:
    for key, alert in again.items():
        yield ("alerts still" if key in told else "would alert"), alert
    for key, alert in told.items():
        if key not in again:
            yield "would not alert", alert


def _difference(verdict: str, alert: Alert) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "trigger": alert.trigger,
        "confirmed": alert.confirmed,
        "event": alert.event,
        "title": alert.title,
        "url": alert.url,
    }


def days(text: str) -> timedelta:
    """Return the span that `90d` or `12h` names."""
    number, unit = text[:-1], text[-1:]
    if not number.isdigit() or unit not in ("d", "h") or int(number) > 36500:
        raise InputError(f"{text!r} is no span: write 90d or 12h")
    return timedelta(days=int(number)) if unit == "d" else timedelta(hours=int(number))
