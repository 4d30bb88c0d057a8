"""Play a stream of articles through an empty register, in memory, in the order given."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from dualcross.deps import Understood
from dualcross.errors import InputError
from dualcross.model import Alert, Article
from dualcross.ports import Platform, RegisterStore
from dualcross.register.roster import Shipped

Understand = Callable[[Article, tuple[Platform, ...]], Understood]

#: Chinese pages print their dates without a zone
BEIJING = timezone(timedelta(hours=8))
#: where the clock stands for a stream whose first lines have no date
DAWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of a stream, ready to be judged."""

    n: Any
    article: Article


def read_lines(text: Iterable[str], read: Callable[[Mapping[str, Any]], Article]) -> Iterator[Line]:
    """Yield the lines of a JSON Lines stream as articles; raises `InputError` that names the line that is none."""
    for number, raw in enumerate(text, 1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
        except ValueError as error:
            raise InputError(f"line {number} is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise InputError(f"line {number} is not a JSON object")
        if not isinstance(row.get("text"), str) and not isinstance(row.get("file"), str):
            raise InputError(f'line {number} has neither "text" nor "file"')
        yield Line(n=row.get("n", number), article=read(row))


def replay(
    lines: Iterable[Line],
    understand: Understand,
    store: RegisterStore,
    shipped: Shipped,
    *,
    min_confidence: float = 0.6,
) -> Iterator[tuple[Any, tuple[Alert, ...]]]:
    """Yield each line's `n` with the alerts it brought, the clock standing at each article's date."""
    from dualcross.stages.record import decide

    clock = DAWN
    for line in lines:
        clock = moment(line.article.published) or clock
        understood = understand(line.article, store.learned())
        told = decide(line.article, understood, store, shipped, clock, min_confidence=min_confidence)
        found = {a.id: a for a in told.record.alerts}
        yield line.n, tuple(found[i] for i in told.alert_ids if i in found) if told.fresh else ()


#: years that a page may be of
_EARLIEST, _LATEST = 1900, 2200


def moment(published: str | None) -> datetime | None:
    """Return the moment a printed date stands for, in UTC; midnight in Beijing where it has no time or zone.

    None for what is no date, or none that a page of the web can have.
    """
    if not published:
        return None
    try:
        when = datetime.fromisoformat(published)
    except ValueError:
        try:
            when = datetime.combine(date.fromisoformat(published[:10]), datetime.min.time())
        except ValueError:
            return None
    if not _EARLIEST <= when.year <= _LATEST:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=BEIJING)).astimezone(UTC)
