"""What the full-text index of records holds; the query engine asks for the same tokens."""

from __future__ import annotations

from dualcross.model import Membership, Record
from dualcross.query.fields import facets, operator_names, platform_names
from dualcross.query.tokens import column


def columns(record: Record) -> tuple[str, str, str, str]:
    """Return the index columns body, platform, operator and facets of a record."""
    members = [f for f in record.findings if isinstance(f, Membership)]
    return (
        column([record.title, record.text]),
        column([name for member in members for name in platform_names(member)]),
        column([name for member in members for name in operator_names(member)]),
        " ".join(facets(record)),
    )
