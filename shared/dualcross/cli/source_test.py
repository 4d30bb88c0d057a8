"""`source test`: what an address or source yields, what of it would be read, and why the rest would not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from dualcross.cli import opening, output
from dualcross.errors import InputError, SourceError


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's own options."""
    parser.add_argument("--read", type=int, default=2, metavar="N", help="pages that are read on trial (2)")
    parser.add_argument("--json", action="store_true", help="one JSON object an item")


def run(args: argparse.Namespace) -> int:
    """Ask a source and print its items with what would become of each; nothing is stored."""
    if "://" in args.target:
        from dualcross import wiring
        from dualcross.cli.sources import make
        from dualcross.clock import SystemClock

        class Alone:
            """What asking needs, without a store."""

            settings = opening.settings(args)
            clock = SystemClock()
            fetcher = wiring.late_fetcher(settings, clock)
            parse_source = staticmethod(wiring.parse_source)
            read_page = staticmethod(wiring.read_page)

        return _shown(make(args, args.target, None), None, Alone, args)
    with opening.deployment(args) as deps:
        found = deps.store.source(args.target)
        if found is None:
            raise InputError(f"no source {args.target!r}; give its address, or see `dualcross sources`")
        return _shown(*found, deps, args)


def looker(source: Any, deps: Any) -> Callable[[str], Any]:
    """Return what asks one address on behalf of a source."""
    from dualcross.model import SourceState
    from dualcross.sources.visit import conditions

    state = SourceState(source_id=source.id)
    return lambda url: deps.fetcher.get(url, conditions(source, state, url))


def _shown(source: Any, state: Any, deps: Any, args: argparse.Namespace) -> int:
    from dualcross.model import SourceState
    from dualcross.stages.poll import ask, mark_backfill

    outcome = ask(source, SourceState(source_id=source.id), deps)
    if outcome.error:
        raise outcome.error
    if not outcome.items:
        raise SourceError(f"{source.url} yields no items; give --kind or --select, or --no-test to add it all the same")
    state = state or SourceState(source_id=source.id)
    items = mark_backfill(outcome.items, state, deps.clock.now(), deps.settings.backfill_days)
    look = looker(source, deps)
    rows = []
    for number, item in enumerate(items):
        would = "read"
        if item.backfill:
            would = f"fills the register: older than {deps.settings.backfill_days} days"
        elif item.undated_first:
            would = "read: its page's date decides whether it alerts"
        if number < args.read:
            would = _tried(source, item, look, deps) or would
        rows.append({"published": item.published, "title": item.title, "would": would, "url": item.url})
    if args.json:
        output.json_rows(rows)
    else:
        output.table(rows, ("published", "title", "would", "url"), width=60)
    told = [f"{len(items)} items", f"{sum(item.backfill for item in items)} too old to alert"]
    print(f"{source.url}: {', '.join([*told, *_hints(source, outcome)])}", file=sys.stderr)
    return 0


def _tried(source: Any, item: Any, look: Callable[[str], Any], deps: Any) -> str:
    """What reading the item's page comes to, in a few words."""
    try:
        article = deps.read_page(look(item.url), source, item)
    except SourceError as error:
        return f"not read: {error}"
    if not article.text:
        return "not read: no text stands on its page"
    words = [f"read: {len(article.text)} signs", article.published or "no date", article.language]
    if article.title and article.title != item.title:
        words.append(f"titled {article.title[:40]}")
    return ", ".join(words)


def _hints(source: Any, outcome: Any) -> list[str]:
    """Feeds that a page declares, which are surer than its list of links."""
    from dualcross.sources.discover import candidates

    if (
        outcome.fetched is None
        or source.kind not in ("auto", "list")
        or b"<html" not in outcome.fetched.body[:2000].lower()
    ):
        return []
    return [f"the page declares {one.url}" for one in candidates(outcome.fetched) if one.sure][:2]
