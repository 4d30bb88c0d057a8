"""A synchronous client that speaks to an ASGI app in this process."""

from __future__ import annotations

import asyncio

import httpx


class Client:
    def __init__(self, app, base_url: str = "http://127.0.0.1:8484") -> None:
        self._app = app
        self._base = base_url

    def request(self, method: str, path: str, **options) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self._base) as client:
                return await client.request(method, path, **options)

        # A loop of its own: `asyncio.run` would drop, unclosed, the one that the Lambda adapter keeps for its calls.
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            return runner.run(ask())

    def get(self, path: str, **options) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options) -> httpx.Response:
        return self.request("POST", path, **options)
