"""Pages to articles: bytes in, title, text, date and outlet out. Nothing here touches network, store or clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dualcross.reading.article import read_page
    from dualcross.reading.plain import read_text

__all__ = ["read_page", "read_text"]


def __getattr__(name: str) -> object:
    """Load the parsers at first use: who only imports the package does not pay for them."""
    if name == "read_page":
        from dualcross.reading.article import read_page

        return read_page
    if name == "read_text":
        from dualcross.reading.plain import read_text

        return read_text
    raise AttributeError(name)
