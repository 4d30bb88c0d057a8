"""Errors as problem+json (RFC 9457): what went wrong, in one line, without anything of the inside."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from dualcross.errors import DualcrossError, InputError, QueryError, StoreUnavailable

log = logging.getLogger("dualcross.web")


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """Return a problem; `more` are members that a program may use."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail} | more
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def missing(what: str) -> HTTPException:
    """Return the error for a thing that is not there."""
    return HTTPException(404, f"there is no such {what}")


def install(app: FastAPI) -> None:
    """Answer every error of the app with a problem."""

    @app.exception_handler(DualcrossError)
    def known(_: Request, error: DualcrossError) -> JSONResponse:
        return of(error)

    @app.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail), dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        return problem(400, f"{'.'.join(str(part) for part in first['loc'][1:])}: {first['msg']}")

    @app.exception_handler(Exception)
    def bug(request: Request, error: Exception) -> JSONResponse:
        log.error("request.failed", extra={"path": request.url.path}, exc_info=error)
        return problem(500, "this is a fault of dualcross; its log says more")


def of(error: DualcrossError) -> JSONResponse:
    """Return the problem of one of our own errors."""
    from dualcross.alerts.limits import TooMany
    from dualcross.alerts.tokens import TokenError

    if isinstance(error, TooMany):
        return problem(429, str(error), {"Retry-After": "3600"})
    if isinstance(error, TokenError):
        return problem(403, str(error))
    if isinstance(error, QueryError):
        return problem(400, str(error), position=error.position)
    if isinstance(error, InputError):
        field = getattr(error, "field", None)
        return problem(400, str(error), **({"field": field} if field else {}))
    if isinstance(error, StoreUnavailable):
        return problem(503, "the store cannot be reached; try again", {"Retry-After": "5"})
    log.error("request.failed", exc_info=error)
    return problem(500, "this is a fault of dualcross; its log says more")
