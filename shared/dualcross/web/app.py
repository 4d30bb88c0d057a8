"""The app: routes of lookups, feeds, subscribers and pages, with what they share around them.

request ─► host known? ─► ETag unchanged? 304 ─► route ─► answer, headers that keep browsers careful
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from dualcross import __version__
from dualcross.errors import DualcrossError
from dualcross.web import feeds, lookups, pages, problems, subscribers

if TYPE_CHECKING:
    from dualcross.deps import Deps
    from dualcross.query.readmodel import ReadModel

#: raises an HTTPException for a request that may not read; feedback, confirming and unsubscribing bring their own token
Guard = Callable[[Request], None]

_CAREFUL = {
    "X-Content-Type-Options": "nosniff",
    # Links of messages carry tokens: they must not reach the sites that a page links to.
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
}
_CACHED = "private, no-cache"
#: where an app listens to this machine alone
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def create_app(model: ReadModel, deps: Deps | None = None, *, guard: Guard | None = None) -> FastAPI:
    """Return the app that answers from the model; subscribing and feedback need the dependencies too.

    `guard` decides who may read; without one everybody may who reaches the port.
    """
    app = FastAPI(
        title="dualcross",
        version=__version__,
        description="Records, events, register and alerts on China's dual cross-platform programme.",
        openapi_url="/v1/openapi.json",
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    guarded = [Depends(guard)] if guard else []
    app.include_router(lookups.router(model), prefix="/v1", dependencies=guarded)
    app.include_router(feeds.router(model), prefix="/v1", dependencies=guarded)
    app.include_router(pages.router(model), dependencies=guarded)
    app.include_router(lookups.public(model), prefix="/v1")
    if deps is not None:
        app.include_router(subscribers.router(deps), prefix="/v1")
        app.include_router(feeds.own(model, deps), prefix="/v1")
        app.include_router(pages.shared(model, deps), prefix="/v1")
        app.include_router(subscribers.door())
    hosts = _hosts(deps)

    @app.middleware("http")
    async def around(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        if hosts and (request.url.hostname or "") not in hosts:
            # A page elsewhere must not reach this port under a name that it makes point here.
            return problems.problem(421, "this host name does not lead here; set DUALCROSS_PUBLIC_URL")
        tag = await run_in_threadpool(_tag, request, model)
        if tag and _stands(tag, request):
            return Response(status_code=304, headers={"ETag": tag, "Cache-Control": _CACHED} | _CAREFUL)
        response = await _answered(request, call)
        response.headers.update(_CAREFUL)
        if tag and response.status_code == 200:
            response.headers["ETag"] = tag
            response.headers["Cache-Control"] = _CACHED
        elif not tag:
            response.headers["Cache-Control"] = "no-store"
        return response

    return app


async def _answered(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    """Return the answer; to HEAD what GET would get, without the body, which nobody makes further than asked."""
    if request.method != "HEAD":
        return await call(request)
    request.scope["method"] = "GET"
    try:
        found = await call(request)
    finally:
        # Servers look here again to know that no body may follow.
        request.scope["method"] = "HEAD"
    headers = {key: value for key, value in found.headers.items() if key != "transfer-encoding"}
    response = Response(status_code=found.status_code, headers=headers)
    if "content-length" not in headers:
        del response.headers["content-length"]
    return response


def _hosts(deps: Deps | None) -> frozenset[str]:
    """Return the names under which an app on loopback is reached; empty where it listens to the world."""
    if deps is None or deps.settings.table or deps.settings.host not in LOOPBACK:
        return frozenset()
    public = urlsplit(deps.settings.public_url).hostname
    return frozenset({*LOOPBACK, *([public] if public else [])})


def _tag(request: Request, model: ReadModel) -> str | None:
    """Return the tag of what a reading request answers now; None where the answer is not the model's alone."""
    path = request.url.path
    if request.method not in ("GET", "HEAD") or path.startswith(subscribers.PATHS) or path == "/v1/status":
        return None
    try:
        version = model.version()
    except DualcrossError:
        # The route says so in its own words.
        return None
    asked = f"{__version__}\n{version}\n{path}\n{request.url.query}\n{request.headers.get('accept-language', '')}"
    return f'W/"{hashlib.sha256(asked.encode()).hexdigest()[:24]}"'


def _stands(tag: str, request: Request) -> bool:
    """Tell whether what the client has is what it would get; tags are compared weakly (RFC 9110, 13.1.2)."""
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return tag.removeprefix("W/") in known
