"""The app: routes of lookups, feeds, subscribers and pages, with what they share around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request

from dualcross import __version__
from dualcross.web import feeds, lookups, pages, problems, subscribers
from dualcross.web.around import Around

if TYPE_CHECKING:
    from dualcross.deps import Deps
    from dualcross.query.readmodel import ReadModel

#: raises an HTTPException for a request that may not read; feedback, confirming and unsubscribing bring their own token
Guard = Callable[[Request], None]

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
    app.add_middleware(Around, model=model, hosts=_hosts(deps))
    return app


def _hosts(deps: Deps | None) -> frozenset[str]:
    """Return the names under which an app on loopback is reached; empty where it listens to the world."""
    if deps is None or deps.settings.table or deps.settings.host not in LOOPBACK:
        return frozenset()
    public = urlsplit(deps.settings.public_url).hostname
    return frozenset({*LOOPBACK, *([public] if public else [])})
