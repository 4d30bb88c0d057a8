"""The end of the demonstration as a terminal shows it: alerts with quotes, the register, the sources, the verdict."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import TextIO

from dualcross.demo.play import Played
from dualcross.demo.verdict import Verdict, subject
from dualcross.demo.week import CHINA, Week
from dualcross.model import Alert
from dualcross.register.provinces import province

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_QUOTE = 150


class Paper:
    """Writes lines, with colour on a terminal only."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._colour = stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"

    def line(self, text: str = "") -> None:
        """Write one line."""
        self._stream.write(text.rstrip() + "\n")
        self._stream.flush()

    def head(self, text: str) -> None:
        """Write a heading after an empty line."""
        self.line()
        self.line(self.paint(text, "1"))

    def paint(self, text: str, code: str) -> str:
        """Return the text in that colour, where there is any."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text


def day_line(week: Week, day: int, told: str) -> str:
    """Return the line that tells of one day."""
    return f"  {_DAYS[day - 1]} {week.evening(day):%d %b}   {told}"


def write(paper: Paper, played: Played, verdict: Verdict) -> None:
    """Write the whole summary."""
    alerts = sorted(played.embedded.store.alerts(), key=lambda a: (str(a.published), a.trigger, a.id))
    paper.head(f"Alerts ({len(alerts)})")
    for alert in alerts:
        _alert(paper, alert)
    paper.head("Register")
    for line in _register(played):
        paper.line("  " + line)
    paper.head("Sources")
    for line in _sources(played):
        paper.line("  " + line)
    paper.head("Told")
    for line in _told(played):
        paper.line("  " + line)
    paper.line()
    if verdict.good:
        paper.line(paper.paint(f"All {verdict.alerts} expected alerts came, each once, and no other.", "32"))
    else:
        paper.line(paper.paint("Not as it should be:", "31"))
        for problem in verdict.problems:
            paper.line(f"  {problem}")


def _alert(paper: Paper, alert: Alert) -> None:
    when = _DAYS[_weekday(alert)]
    label = f"{alert.trigger}{' confirmed' if alert.confirmed else ''}"
    place = f"  {alert.region.name}" if alert.region and alert.trigger != "region.new" else ""
    name = alert.subject.name or subject(alert)
    code = f" ({alert.subject.code})" if alert.trigger == "region.new" and alert.subject.code else ""
    stage = f"  {alert.stage}" if alert.stage and alert.trigger == "platform.new" else ""
    paper.line(f"  {when}  {paper.paint(_pad(label, 24), '36')} {paper.paint(name + code, '1')}{place}{stage}")
    for quote in alert.quotes[:1]:
        paper.line(f"       “{_cut(' '.join(quote.split()), _QUOTE)}”")
    paper.line(f"       {alert.source or ''} · {alert.url or ''} · confidence {alert.confidence:.2f} · {alert.by}")


def _weekday(alert: Alert) -> int:
    if alert.published:
        return date.fromisoformat(alert.published[:10]).weekday()
    return alert.created.astimezone(CHINA).weekday() if alert.created else 0


def _register(played: Played) -> Iterator[str]:
    for platform in played.embedded.store.learned():
        home = platform.region.name if platform.region else "?"
        operator = platform.operator.name if platform.operator else ""
        if platform.left and not platform.member:
            yield f"- {_pad(platform.name, 14)} {_pad(home, 6)} left {platform.left}"
        elif platform.regions_before:
            before = ", ".join(_province(code) for code in platform.regions_before)
            yield f"~ {_pad(platform.name, 14)} {_pad(home, 6)} moved from {before}"
        elif platform.since or platform.status in ("reported", "proposed"):
            rounds = ", ".join(f"{stage} {year}" for year, stage in platform.rounds)
            yield f"+ {_pad(platform.name, 14)} {_pad(home, 6)} {_pad(rounds, 16)} {operator}"


def _province(code: str) -> str:
    region = province(code)
    return region.name if region else code


def _sources(played: Played) -> Iterator[str]:
    for source, state in played.embedded.store.sources():
        told = state.outcome if not state.message else f"{state.outcome}: {state.message}"
        yield (
            f"{_pad(source.name, 24)} {state.polls} polls, {state.not_modified} unchanged, "
            f"{state.items_seen} items, {told}"
        )
    morning = played.morning
    yield f"polled again the morning after: {morning.unchanged} of {morning.asked} answered 304"


def _told(played: Played) -> Iterator[str]:
    store = played.embedded.store
    records = list(store.records())
    silent = sum(1 for r in records if not r.alerts)
    yield f"{len(records)} pages read, {silent} of them told nobody anything"
    received = played.inbox.all()
    for channel in ("console", "webhook", "email"):
        ids = [r.id for r in received if r.channel == channel]
        again = len(ids) - len(set(ids))
        repeated = f", {again} handed over again after a crash and recognised" if again else ""
        yield f"{_pad(channel, 8)} {len(set(ids))} messages{repeated}"


def _pad(text: str, width: int) -> str:
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(0, width - wide)


def _cut(text: str, width: int) -> str:
    out, used = "", 0
    for c in text:
        used += 2 if unicodedata.east_asian_width(c) in "WF" else 1
        if used > width:
            return out + "…"
        out += c
    return out
