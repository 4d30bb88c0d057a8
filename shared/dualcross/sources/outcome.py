"""What one poll of a source came to: the arrow from the poll stage to rhythm and health."""

from __future__ import annotations

from dataclasses import dataclass

from dualcross.errors import SourceError
from dualcross.model import Fetched, Item


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """An answer (200 or 304), or the error that came instead; items only where the body was parsed."""

    fetched: Fetched | None = None
    #: sha256 of the body; None without one
    body_hash: str | None = None
    #: all entries of the source, in its order
    items: tuple[Item, ...] = ()
    #: 304, or the same bytes as last time: nothing was parsed
    unchanged: bool = False
    error: SourceError | None = None
