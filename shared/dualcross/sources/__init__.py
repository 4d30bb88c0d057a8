"""Sources: what is polled, how it is read, when it is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dualcross.sources.address import canonical_url
    from dualcross.sources.parsing import parse

__all__ = ["canonical_url", "parse"]


def __getattr__(name: str) -> object:
    """Load the parsers at first use: who only imports the package does not pay for them."""
    if name == "parse":
        from dualcross.sources.parsing import parse

        return parse
    if name == "canonical_url":
        from dualcross.sources.address import canonical_url

        return canonical_url
    raise AttributeError(name)
