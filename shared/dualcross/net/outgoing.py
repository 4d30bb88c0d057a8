"""A guarded httpx client, for webhooks and every other channel that speaks HTTP."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import httpx

from dualcross.net.guard import Guard, Resolver
from dualcross.net.transport import GuardedTransport, tls_context
from dualcross.settings import Settings


def client(
    settings: Settings,
    *,
    resolve: Resolver | None = None,
    timeout: float | None = None,
    max_bytes: int = 1_000_000,
    tls: Callable[[], ssl.SSLContext] = tls_context,
) -> httpx.Client:
    """Return a client whose every request, redirects included, passes the guard and ends within `timeout` seconds.

    Raises `FetchBlocked` where the guard refuses (trying again is useless), `FetchTooLarge` for an answer above
    `max_bytes`, and httpx's exceptions for the rest. It follows no redirect unless asked, and keeps no cookies.
    """
    seconds = settings.fetch_timeout if timeout is None else timeout
    transport = GuardedTransport(Guard(settings, resolve=resolve), timeout=seconds, max_bytes=max_bytes, tls=tls)
    return httpx.Client(
        transport=transport,
        timeout=seconds,
        headers={"User-Agent": settings.user_agent, "Accept-Encoding": "identity"},
        trust_env=False,
    )
