"""`source add|remove|pause|resume|test|catalogue|import-opml|export-opml`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dualcross.cli import opening, output, source_test
from dualcross.errors import InputError, SourceError
from dualcross.model import Source


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    source = commands.add_parser("source", help="manage sources")
    actions = source.add_subparsers(title="actions", metavar="ACTION", required=True)
    new = actions.add_parser("add", parents=[common], help="add a site, feed, list page, sitemap or JSON list")
    new.add_argument("url")
    _fields(new)
    new.add_argument("--id", help="short name of the source (made from the address)")
    new.add_argument("--no-test", action="store_true", help="do not ask the address first")
    new.add_argument("--as-is", action="store_true", help="this very address, not a feed that its page declares")
    new.set_defaults(run=run_add)
    for name, told in (("remove", "forget a source"), ("pause", "stop polling"), ("resume", "poll again")):
        one = actions.add_parser(name, parents=[common], help=told)
        one.add_argument("ids", nargs="+", metavar="ID")
        one.set_defaults(run=run_change, action=name)
    test = actions.add_parser("test", parents=[common], help="ask an address or source and print what it yields")
    test.add_argument("target", metavar="ID_OR_URL")
    _fields(test)
    source_test.options(test)
    test.set_defaults(run=source_test.run)
    listed = actions.add_parser("catalogue", parents=[common], help="real sources of the field, to choose from")
    listed.add_argument("--add", nargs="+", default=[], metavar="ID", help="add these; `all` for every one")
    listed.add_argument("--json", action="store_true", help="one JSON object a source")
    listed.set_defaults(run=run_catalogue)
    taken = actions.add_parser("import-opml", parents=[common], help="add the feeds of an OPML file")
    taken.add_argument("file")
    taken.set_defaults(run=run_import)
    given = actions.add_parser("export-opml", parents=[common], help="print the sources as OPML")
    given.set_defaults(run=run_export)


def _fields(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", default="", help="name to show")
    parser.add_argument("--kind", choices=("auto", "feed", "list", "sitemap", "json"), default="auto")
    parser.add_argument("--official", action="store_true", default=None, help="the publisher is a government body")
    parser.add_argument("--region", help="province of the publisher, name or GB/T 2260 code")
    parser.add_argument("--charset", help="character set, where the server declares a wrong one")
    parser.add_argument("--header", action="append", default=[], metavar="NAME: VALUE", help="sent with each request")
    parser.add_argument(
        "--select", action="append", default=[], metavar="FIELD=SELECTOR", help="item, link, title, date"
    )
    parser.add_argument("--proxy", help="proxy that requests take, or a relay with {url} in its address")
    parser.add_argument("--keep-cookies", action="store_true", help="hand cookies back at the next request")
    parser.add_argument("--trust", type=float, default=0.5, metavar="0..1", help="weight of its reports (0.5)")
    parser.add_argument("--timezone", default="Asia/Shanghai", help="zone of its dates without one (Asia/Shanghai)")
    parser.add_argument("--every", metavar="MIN[-MAX]", help="seconds between two polls, as 600-7200")


def make(args: argparse.Namespace, url: str, given: str | None) -> Any:
    """Return the source that the arguments describe."""
    from dualcross.model import Source
    from dualcross.sources.opml import source_id

    parts = _split(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InputError(f"{url!r} is no web address: it begins with http:// or https://")
    region = None
    if args.region:
        from dualcross.extraction.regions import by_code, by_name

        found = by_code(args.region) if args.region.isdigit() else by_name(args.region)
        if found is None:
            raise InputError(f"{args.region!r} is no province")
        region = found.code
    return Source(
        id=given or source_id(url),
        url=url,
        name=args.name,
        kind=args.kind,
        official=args.official,
        region=region,
        charset=args.charset,
        headers=_pairs(args.header, ":", "--header"),
        selectors=_pairs(args.select, "=", "--select"),
        proxy=args.proxy,
        keep_cookies=args.keep_cookies,
        trust=_trust(args.trust),
        timezone=_timezone(args.timezone),
        interval=_interval(args.every),
    )


def run_add(args: argparse.Namespace) -> int:
    """Add one source: of a site the feed or list that serves it, asked first unless told not to."""
    source = make(args, args.url, args.id)
    count = None
    with opening.deployment(args, create=True) as deps:
        if not args.no_test:
            source, count = _asked(source, args, deps)
        known = deps.store.source(source.id)
        if known and known[0].url == source.url and not args.id:
            print(f"{source.id} is there already", file=sys.stderr)
        deps.store.put_source(source)
    print(source.id if count is None else f"{source.id}  {count} items")
    return 0


def _asked(source: Any, args: argparse.Namespace, deps: Any) -> tuple[Any, int]:
    """Return the source that answers behind the address, and how many items it has."""
    from dataclasses import replace

    from dualcross.sources.finding import find
    from dualcross.sources.opml import source_id

    look = source_test.looker(source, deps)
    if args.as_is:
        return source, len(deps.parse_source(source, look(source.url)))
    found = find(source, look)
    if not found.items:
        raise SourceError(f"{source.url} yields no items; give --kind or --select, or --no-test to add it all the same")
    if found.source.url == source.url:
        return source, len(found.items)
    print(f"{found.how}: {found.source.url}", file=sys.stderr)
    return replace(found.source, id=args.id or source_id(found.source.url)), len(found.items)


def run_catalogue(args: argparse.Namespace) -> int:
    """Print the shipped sources, or add those named."""
    from dualcross.sources.catalogue import catalogue

    listed = catalogue()
    if not args.add:
        rows = [
            {
                "id": e.source.id,
                "tested": e.tested or "never",
                "name": e.source.name,
                "url": e.source.url,
                "quirks": e.quirks,
            }
            for e in listed
        ]
        if args.json:
            output.json_rows(rows)
        else:
            output.table(rows, ("id", "tested", "name", "url"), width=60)
        return 0
    wanted = {e.source.id: e.source for e in listed}
    unknown = [name for name in args.add if name not in wanted and name != "all"]
    if unknown:
        raise InputError(f"no source {unknown[0]!r} in the catalogue; `dualcross source catalogue` lists them")
    chosen = list(wanted.values()) if "all" in args.add else [wanted[name] for name in args.add]
    return _add_new(args, chosen)


def run_change(args: argparse.Namespace) -> int:
    """Remove, pause or resume the sources named."""
    from dataclasses import replace

    with opening.deployment(args) as deps:
        known = {source_id: deps.store.source(source_id) for source_id in args.ids}
        missing = [source_id for source_id, found in known.items() if found is None]
        if missing:
            raise InputError(f"no source {missing[0]!r}; `dualcross sources` lists them")
        for source_id, found in known.items():
            if args.action == "remove" or found is None:
                deps.store.remove_source(source_id)
            else:
                deps.store.put_source(replace(found[0], paused=args.action == "pause"))
    return 0


def run_import(args: argparse.Namespace) -> int:
    """Add every source of an OPML file that is not there."""
    from dualcross.errors import ParseError
    from dualcross.sources import opml

    try:
        found = opml.read(Path(args.file).read_bytes())
    except OSError as error:
        raise InputError(f"{args.file}: {error.strerror}") from error
    except ParseError as error:
        raise InputError(f"{args.file}: {error}") from error
    return _add_new(args, found)


def _add_new(args: argparse.Namespace, wanted: Sequence[Source]) -> int:
    """Add the sources whose address is not there yet, and say how many were."""
    with opening.deployment(args, create=True) as deps:
        known = {source.url for source, _ in deps.store.sources()}
        new = [source for source in wanted if source.url not in known]
        for source in new:
            deps.store.put_source(source)
    print(f"{len(new)} added, {len(wanted) - len(new)} there already")
    return 0


def run_export(args: argparse.Namespace) -> int:
    """Print every source as OPML."""
    from dualcross.sources import opml

    with opening.deployment(args) as deps:
        print(opml.write(source for source, _ in deps.store.sources()).decode().rstrip())
    return 0


def _split(url: str) -> Any:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise InputError(f"{url!r} is no web address") from error


def _pairs(texts: list[str], sign: str, option: str) -> dict[str, str]:
    found = {}
    for text in texts:
        key, there, value = text.partition(sign)
        if not there or not key.strip():
            raise InputError(f"{option} wants NAME{sign}VALUE, not {text!r}")
        found[key.strip()] = value.strip()
    return found


def _trust(value: float) -> float:
    if not 0 <= value <= 1:
        raise InputError(f"--trust wants a number from 0 to 1, not {value:g}")
    return value


def _timezone(name: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise InputError(f"{name!r} is no time zone; give one as Asia/Shanghai") from error
    return name


def _interval(text: str | None) -> tuple[int, int] | None:
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,8})(?:-(\d{1,8}))?", text)
    low = int(found[1]) if found else 0
    high = int(found[2] or found[1]) if found else 0
    if not 0 < low <= high:
        raise InputError(f"--every wants seconds, as 600 or 600-7200, not {text!r}")
    return low, high
