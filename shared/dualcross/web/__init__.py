"""The HTTP API and its pages (DESIGN 5.4): an ASGI app over a read model, embedded and under Mangum alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dualcross.web.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """Load FastAPI at first use: the command line imports this package for its help."""
    if name == "create_app":
        from dualcross.web.app import create_app

        return create_app
    raise AttributeError(name)
