"""How the sources fare, as a digest prints it: silence of a subscription is only news if the sources were read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dualcross.alerts.words import Lang, outcome, word
from dualcross.model import Source, SourceState

_SHOWN = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Ailing:
    """A source that is not read as it should be, since when."""

    name: str
    outcome: str
    lasting: timedelta | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """All sources that should be read, and those that are not well."""

    total: int
    ailing: tuple[Ailing, ...] = ()

    def told(self, language: Lang) -> str:
        """Return the line a digest prints."""
        line = word("coverage", language, n=self.total, ok=self.total - len(self.ailing))
        items = [_told(one, language) for one in self.ailing[:_SHOWN]]
        if len(self.ailing) > _SHOWN:
            items.append("…")
        return f"{line} {'；'.join(items) if language == 'zh' else '; '.join(items)}".strip()


def coverage(sources: Iterable[tuple[Source, SourceState]], now: datetime) -> Coverage:
    """Return the coverage at `now`: paused sources do not count, a new one counts as healthy.

    A source ails while its last poll failed, while a notice on it stands open, or when it is gone for good.
    """
    total = 0
    ailing = []
    for source, state in sources:
        if source.paused:
            continue
        total += 1
        if not (state.failures or state.notice or state.gone):
            continue
        since = state.last_new_item if state.notice == "source.silent" and not state.failures else state.last_success
        kind = "gone" if state.gone else "silent" if state.notice == "source.silent" else state.outcome
        ailing.append(Ailing(name=source.name or source.id, outcome=kind, lasting=now - since if since else None))
    # One that was never read ails for ever.
    ailing.sort(key=lambda one: (one.lasting is not None, -(one.lasting or timedelta()), one.name))
    return Coverage(total=total, ailing=tuple(ailing))


def _told(one: Ailing, language: Lang) -> str:
    what = outcome(one.outcome, language)
    if one.lasting is None:
        return f"{one.name} {what}"
    return word("coverage.item", language, name=one.name, what=what, time=_time(one.lasting, language))


def _time(lasting: timedelta, language: Lang) -> str:
    seconds = max(int(lasting.total_seconds()), 0)
    if seconds >= 2 * 86400:
        return word("days", language, n=seconds // 86400)
    if seconds >= 3600:
        return word("hours", language, n=seconds // 3600)
    return word("minutes", language, n=seconds // 60)
