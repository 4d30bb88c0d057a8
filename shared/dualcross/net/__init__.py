"""Everything that leaves this machine over HTTP: guarded, bounded, polite.

guard ── transport ── client    webhooks and other channels
             └─────── fetcher   sources and pages: lanes, robots.txt, redirects, walls
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dualcross.net.fetcher import Fetcher
    from dualcross.net.guard import Guard
    from dualcross.net.outgoing import client

__all__ = ["Fetcher", "Guard", "client"]


def __getattr__(name: str) -> Any:
    # httpx costs 0.1 s of a cold start; whoever only needs the guard's words does not pay it
    import importlib

    home = {"Fetcher": "fetcher", "Guard": "guard", "client": "outgoing"}.get(name)
    if home is None:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"dualcross.net.{home}"), name)
