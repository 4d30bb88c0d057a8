"""The query language of command line, API, feeds and subscriptions: one parser, one evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dualcross.model import Alert, Record
from dualcross.query.language import Clause, clauses

__all__ = ["Clause", "Query", "parse"]


@dataclass(frozen=True)
class Query:
    """A query that was read: groups of which all must hold, each a choice of clauses of which one must."""

    text: str
    groups: tuple[tuple[Clause, ...], ...]

    @cached_property
    def terms(self) -> tuple[Clause, ...]:
        """Return the clauses that must hold in everything the query matches, for an index to start from."""
        return tuple(group[0] for group in self.groups if len(group) == 1 and not group[0].negated)

    def matches_alert(self, alert: Alert) -> bool:
        """Tell whether the alert is asked for."""
        from dualcross.query.documents import of_alert
        from dualcross.query.evaluation import matches

        return not self.groups or matches(self.groups, of_alert(alert))

    def matches_record(self, record: Record) -> bool:
        """Tell whether the record is asked for; conditions on findings must hold in one and the same finding."""
        from dualcross.query.documents import of_record
        from dualcross.query.evaluation import matches

        return not self.groups or matches(self.groups, of_record(record))


def parse(text: str) -> Query:
    """Read a query; raises `QueryError` with the position where it cannot be read. An empty one asks for all."""
    return Query(text=text.strip(), groups=clauses(text))
