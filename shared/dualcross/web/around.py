"""What every answer has in common: the host asked for, tags, HEAD, headers that keep browsers careful.

request ─► host known? ─► ETag unchanged? 304 ─► route ─► answer
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from anyio import Event
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dualcross import __version__
from dualcross.errors import DualcrossError
from dualcross.web import problems, subscribers

if TYPE_CHECKING:
    from dualcross.query.readmodel import ReadModel

_CAREFUL = {
    "X-Content-Type-Options": "nosniff",
    # Links of messages carry tokens: they must not reach the sites that a page links to.
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
}
_CACHED = "private, no-cache"


class Around:
    """The one middleware. Plain ASGI: the convenient kind costs more than most of the answers."""

    def __init__(self, app: ASGIApp, *, model: ReadModel, hosts: frozenset[str]) -> None:
        self._app = app
        self._model = model
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if self._hosts and _hostname(headers) not in self._hosts:
            # A page elsewhere must not reach this port under a name that it makes point here.
            refusal = problems.problem(421, "this host name does not lead here; set DUALCROSS_PUBLIC_URL")
            await refusal(scope, receive, send)
            return
        tag = None
        if scope["method"] in ("GET", "HEAD") and _tagged(scope["path"]):
            tag = await run_in_threadpool(self._tag, scope, headers)
        if tag and _stands(tag, headers):
            unchanged = Response(status_code=304, headers={"ETag": tag, "Cache-Control": _CACHED} | _CAREFUL)
            await unchanged(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _finish(MutableHeaders(scope=message), tag, message["status"])
            await send(message)

        if scope["method"] == "HEAD":
            await _head(self._app, scope, sending)
        else:
            await self._app(scope, receive, sending)

    def _tag(self, scope: Scope, headers: Headers) -> str | None:
        """Return the tag of what a reading request answers now; None where the model cannot tell."""
        try:
            version = self._model.version()
        except DualcrossError:
            # The route says so in its own words.
            return None
        asked = (__version__, version, scope["path"], scope["query_string"], headers.get("accept-language", ""))
        return f'W/"{hashlib.sha256(repr(asked).encode()).hexdigest()[:24]}"'


async def _head(app: ASGIApp, scope: Scope, send: Send) -> None:
    """Answer as to GET, without the body; who makes one piece by piece is stopped."""
    ended, asked = Event(), False

    async def receiving() -> Message:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await ended.wait()
        return {"type": "http.disconnect"}

    async def sending(message: Message) -> None:
        if ended.is_set():
            return
        if message["type"] == "http.response.body":
            ended.set()
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await send(message)

    # In this version of the protocol, who streams listens for the end of the connection.
    asgi = {**scope.get("asgi", {}), "spec_version": "2.3"}
    await app({**scope, "method": "GET", "asgi": asgi}, receiving, sending)


def _finish(headers: MutableHeaders, tag: str | None, status: int) -> None:
    headers.update(_CAREFUL)
    if headers.get("Allow") == "GET":
        headers["Allow"] = "GET, HEAD"
    if tag and status == 200:
        headers["ETag"] = tag
        headers["Cache-Control"] = _CACHED
    elif not tag:
        headers["Cache-Control"] = "no-store"


def _tagged(path: str) -> bool:
    """Tell whether an answer is the model's alone."""
    return not path.startswith(subscribers.PATHS) and path != "/v1/status"


def _hostname(headers: Headers) -> str:
    host = headers.get("host", "").strip().lower()
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _stands(tag: str, headers: Headers) -> bool:
    """Tell whether what the client has is what it would get; tags are compared weakly (RFC 9110, 13.1.2)."""
    known = [one.strip().removeprefix("W/") for one in headers.get("if-none-match", "").split(",")]
    return tag.removeprefix("W/") in known
