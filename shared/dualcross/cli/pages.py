"""`read` and `replay`: pages and streams through an empty store, judged against the shipped register alone."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dualcross.cli import opening, output
from dualcross.errors import DualcrossError, InputError, SourceError

if TYPE_CHECKING:
    from dualcross.model import Alert, Article, Record
    from dualcross.ports import Store

#: how PDF, the newer and the older office formats begin
_DOCUMENTS = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    read = commands.add_parser("read", parents=[common], help="read pages and print what they say")
    read.add_argument("--json", action="store_true", help="one JSON record for each argument")
    read.add_argument("--url", metavar="U", help="address the page came from")
    read.add_argument("--published", metavar="D", help="date that wins over the page's, ISO 8601")
    read.add_argument("--official", action="store_true", help="the text comes from a government body")
    read.add_argument("pages", nargs="+", metavar="PATH_OR_URL", help="page, text, PDF, DOCX or XLSX; - for stdin")
    read.set_defaults(run=run_read)
    play = commands.add_parser("replay", parents=[common], help="play a stream of articles, or the archive, again")
    play.add_argument("--json", action="store_true", help="JSON lines (always, for a stream)")
    play.add_argument("--since", metavar="90d", help="re-read the archive of the last days with today's rules")
    play.add_argument("stream", nargs="?", metavar="FILE.jsonl", help="stream of articles; - for stdin")
    play.set_defaults(run=run_replay)


def run_read(args: argparse.Namespace) -> int:
    """Print one record for each argument; 1 where one could not be read."""
    if args.url and len(args.pages) > 1:
        raise InputError("--url names one page: give one argument with it")
    if args.url and _address(args.url) is None:
        raise InputError(f"--url {args.url} is no address")
    published = _date(args.published)
    failed = False
    for name in output.watched(args.pages, "pages", quiet=sys.stdout.isatty() or len(args.pages) == 1):
        try:
            article = _article(name, args)
            if published:
                article = replace(article, published=published)
            if args.official:
                article = replace(article, official=True)
            record = _judged(article)
        except Exception as error:  # noqa: BLE001 - each argument gets its line, whatever happens to another
            failed = True
            told = (
                str(error) if isinstance(error, DualcrossError) else f"internal error: {type(error).__name__}: {error}"
            )
            output.json_line({"url": args.url or name, "error": told})
            print(f"dualcross: {name}: {' '.join(told.split())}", file=sys.stderr)
            continue
        if args.json:
            from dualcross.query.present import record_json

            output.json_line(record_json(record))
        else:
            _show(record)
        sys.stdout.flush()
    return 1 if failed else 0


def run_replay(args: argparse.Namespace) -> int:
    """Print the alerts of every line, or what the archive would alert today."""
    if args.since:
        from dualcross.cli.rereading import replay_archive

        return replay_archive(args)
    if not args.stream:
        raise InputError("name a FILE.jsonl, or --since with the days to re-read")
    folder = Path(args.stream).parent if args.stream != "-" else Path()
    failed = False
    with _lines(args.stream) as lines:
        for n, alerts, error in output.watched(_play(lines, folder), "articles", quiet=sys.stdout.isatty()):
            line: dict[str, Any] = {"n": n, "alerts": alerts}
            if error:
                failed = True
                line["error"] = error
                print(f"dualcross: line {n}: {' '.join(error.split())}", file=sys.stderr)
            output.json_line(line)
            sys.stdout.flush()
    return 1 if failed else 0


def _play(lines: Any, folder: Path) -> Iterator[tuple[Any, list[dict[str, Any]], str]]:
    """Yield (n, alerts, error) for every line that is not blank, in the order given."""
    from dualcross.query.present import alert_brief
    from dualcross.register.replay import DAWN, moment
    from dualcross.stores.memory import MemoryStore

    store, clock = MemoryStore(), DAWN
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        n: Any = number
        try:
            row = _object(raw)
            n = row.get("n", number)
            # Python reads numbers that JSON has not.
            n = number if isinstance(n, float) and not isfinite(n) else n
            article = _line_article(row, folder)
            clock = moment(article.published) or clock
            alerts = decide_alone(article, store, clock)
        except Exception as error:  # noqa: BLE001 - every line gets its answer, whatever happens to another
            known = isinstance(error, (DualcrossError, ValueError))
            yield n, [], str(error) if known else f"internal error: {type(error).__name__}: {error}"
            continue
        yield n, [alert_brief(alert) for alert in alerts], ""


def _object(raw: str) -> dict[str, Any]:
    try:
        row = json.loads(raw)
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise InputError("not JSON: nested too deeply") from error
    if not isinstance(row, dict):
        raise InputError("not a JSON object")
    return row


def _line_article(row: dict[str, Any], folder: Path) -> Article:
    """Return the article of a line; its fields win over the page it names."""
    from dualcross.model import Article
    from dualcross.reading.issuer import official_host, official_name
    from dualcross.reading.language import language

    url, source = _address(_text(row, "url")), _text(row, "source")
    if isinstance(row.get("file"), str):
        article = from_bytes(_file(folder, row["file"]), row["file"], url)
    elif isinstance(row.get("text"), str) or isinstance(row.get("title"), str):
        article = Article(url=url, title="", text="")
    else:
        raise InputError('neither "text" nor "file" nor "title"')
    changes: dict[str, Any] = {key: value for key in ("title", "text") if (value := _text(row, key)) is not None}
    changes |= {"url": url} if url else {}
    changes |= {"source": source} if source else {}
    if published := _printed(_text(row, "published")):
        changes["published"] = published
    if isinstance(row.get("official"), bool):
        changes["official"] = row["official"]
    elif not article.official:
        changes["official"] = official_host(url) or official_name(source)
    article = replace(article, **changes)
    if "text" in changes:
        article = replace(article, language=language(f"{article.title}\n{article.text}"), stories=(), annex_start=None)
    return article


def _article(name: str, args: argparse.Namespace) -> Article:
    """Return the article behind an argument of `read`."""
    if name.lower().startswith(("http://", "https://")):
        from dualcross.clock import SystemClock
        from dualcross.model import Conditions
        from dualcross.net import Fetcher

        # A person named the address: robots.txt speaks to crawlers.
        from dualcross.stages.parts import complete
        from dualcross.wiring import read_page

        fetcher = Fetcher(opening.settings(args), SystemClock())
        fetched = fetcher.get(name, Conditions(robots=False))
        article = complete(
            read_page(fetched), fetched, read_page, lambda url: fetcher.get(url, Conditions(robots=False))
        )
        return replace(article, url=args.url) if args.url else article
    return from_bytes(_bytes(name), name, args.url)


def from_bytes(body: bytes, name: str, url: str | None) -> Article:
    """Return the article in a file: a page or document where the bytes look like one, else plain text."""
    from dualcross import reading
    from dualcross.model import Fetched

    if not body.strip():
        raise SourceError("the file is empty", url=url)
    if not body.startswith(_DOCUMENTS) and not _is_markup(body, name):
        from dualcross.reading.charset import decode

        text, _ = decode(body)
        if not _is_text(text):
            raise SourceError("this is neither a page nor a text nor a document", url=url)
        article = reading.read_text(text, url=url)
    else:
        fetched = Fetched(url=url or "", final_url=url or "", status=200, headers={}, body=body)
        article = reading.read_page(fetched)
    if not article.text.strip() and not article.title.strip():
        raise SourceError("no text was found in it", url=url)
    return replace(article, url=url)


def _is_text(text: str) -> bool:
    """Tell whether a text was one before it was decoded: what was not has control characters all over."""
    sample = text[:20_000]
    odd = sum(c == "\ufffd" or (c < " " and c not in "\t\n\v\f\r\x1b") for c in sample)
    return odd * 50 <= len(sample)


def _is_markup(body: bytes, name: str) -> bool:
    head = body[:4096].replace(b"\0", b"").lower()
    if any(mark in head for mark in (b"<!doctype html", b"<html", b"<head", b"<body", b"<?xml", b"<meta ")):
        return True
    return Path(name).suffix.lower() in (".html", ".htm", ".xhtml", ".shtml", ".mht") or (
        Path(name).suffix.lower() not in (".txt", ".md") and any(mark in head for mark in (b"<p>", b"<div", b"<table"))
    )


def _judged(article: Article) -> Record:
    """Return the record of an article by itself, judged at its date against the shipped register."""
    from dualcross.clock import SystemClock
    from dualcross.register.replay import moment
    from dualcross.stores.memory import MemoryStore

    store = MemoryStore()
    decide_alone(article, store, moment(article.published) or SystemClock().now())
    return next(store.records())


def decide_alone(article: Article, store: Store, now: datetime) -> list[Alert]:
    """Commit the article and return the alerts it brings; none where this very content was there before."""
    from dualcross.register import shipped
    from dualcross.stages.record import decide
    from dualcross.wiring import understand

    told = decide(article, understand(article, store.learned()), store, shipped(), now)
    found = {alert.id: alert for alert in told.record.alerts}
    return [found[i] for i in told.alert_ids if i in found] if told.fresh else []


@contextmanager
def _lines(name: str) -> Iterator[Iterator[str]]:
    if name == "-":
        yield _decoded(getattr(sys.stdin, "buffer", sys.stdin))
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - only opening it is an error of the input
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}") from error
    with file:
        yield _decoded(file)


def _decoded(lines: Iterable[bytes | str]) -> Iterator[str]:
    """Yield lines as text: UTF-8, or what Chinese programs write where a line is none."""
    for number, line in enumerate(lines):
        if isinstance(line, str):
            yield line
            continue
        try:
            yield line.decode("utf-8-sig" if number == 0 else "utf-8")
        except UnicodeDecodeError:
            yield line.decode("gb18030", "replace")


def _file(folder: Path, name: str) -> bytes:
    try:
        return _bytes(str(folder / name))
    except SourceError as error:
        raise SourceError(f"{name}: {error}") from error


def _bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        raise SourceError(getattr(error, "strerror", None) or str(error)) from error


def _text(row: dict[str, Any], key: str) -> str | None:
    value = row.get(key)
    # Half a character, which JSON can name, stands for itself nowhere; its mark is as long.
    return re.sub("[\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else None


def _address(url: str | None) -> str | None:
    """Return an address as it is; one that cannot be taken apart is none, the line is worth reading all the same."""
    try:
        urlsplit(url or "")
    except ValueError:
        return None
    return url


def _date(text: str | None) -> str | None:
    """Return a date or moment in ISO 8601 as it was given; `InputError` for anything else."""
    if not text:
        return None
    from dualcross.register.replay import moment

    if moment(text) is None:
        raise InputError(f"{text!r} is no date: write 2021-02-26 or 2021-02-26T10:33:11+08:00")
    return text


def _printed(text: str | None) -> str | None:
    """Return a date of a stream as ISO 8601; what is no date counts as none, the line is worth reading all the same."""
    from dualcross.reading import dates
    from dualcross.register.replay import moment

    if not text or moment(text) is not None:
        return text or None
    found = dates.parse(text)
    return found.iso(dates.CHINA) if found else None


def _show(record: Record) -> None:
    from dualcross.query.present import finding_json

    print(record.title or "(no title)")
    print(f"  {record.published or 'undated'}  {record.source or record.url or ''}  {', '.join(record.labels) or '-'}")
    for finding in record.findings:
        body = finding_json(finding)
        told = [
            f"{k}={_short(v)}"
            for k, v in body.items()
            if k not in ("kind", "evidence", "names", "by") and v is not None
        ]
        print(f"  - {finding.kind}: {' '.join(told)}")
        if finding.evidence:
            print(f"      “{' '.join(finding.evidence[0].quote.split())[:160]}”")
    for alert in record.alerts:
        print(f"  ! {alert.trigger}{' confirmed' if alert.confirmed else ''}: {alert.event}")


def _short(value: Any) -> str:
    return str(value.get("name") or value.get("id") or value.get("code")) if isinstance(value, dict) else str(value)
