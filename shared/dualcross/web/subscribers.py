"""Signing up, confirming, changing, leaving, and feedback: the doors onto `dualcross.alerts`.

A link in a message opens a page and changes nothing, because mail scanners follow links; its button posts. Only the
one-click POST of RFC 8058 acts at once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.concurrency import run_in_threadpool

from dualcross.alerts import feedback, subscriptions
from dualcross.alerts.render import told
from dualcross.alerts.subscriptions import Desk
from dualcross.errors import DualcrossError, InputError
from dualcross.web import html
from dualcross.web.problems import of

if TYPE_CHECKING:
    from dualcross.deps import Deps

#: answers under these depend on a token, so nobody may keep them
PATHS = ("/v1/confirm", "/v1/unsubscribe", "/v1/subscription", "/v1/feedback")
#: bytes of a form
_LONGEST = 20_000


def router(deps: Deps) -> APIRouter:
    """Return the routes that subscribers use."""
    desk = Desk(store=deps.store, settings=deps.settings, clock=deps.clock)
    routes = APIRouter(tags=["subscribers"])
    _signing_up(routes, desk)
    _leaving(routes, desk)
    _managing(routes, desk)
    _feedback(routes, desk)
    return routes


def _signing_up(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/subscriptions", status_code=202, summary="Sign up; the address is asked to confirm")
    async def sign_up(request: Request) -> Response:
        fields = await _fields(request)
        client = request.client.host if request.client else ""
        await run_in_threadpool(subscriptions.sign_up, fields, client, desk)
        told_ = "If this address can be written to, a message with a link to confirm is on its way."
        return _answer(request, {"told": told_}, told_, status=202)

    @routes.get("/confirm", summary="Page with the button that confirms", response_class=HTMLResponse)
    def ask_confirm(token: str) -> Response:
        return _page(
            lambda: html.button(
                "Confirm subscription 确认订阅",
                "/v1/confirm",
                token,
                "Confirm 确认",
                _summary(subscriptions.holder(token, "confirm", desk)),
            )
        )

    @routes.post("/confirm", summary="End the double opt-in")
    async def confirm(request: Request) -> Response:
        token = await _token(request)
        await run_in_threadpool(subscriptions.confirm, token, desk)
        return _answer(request, {"state": "active"}, "Confirmed. 已确认。")


def _leaving(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/unsubscribe", summary="Page with the button that unsubscribes", response_class=HTMLResponse)
    def ask_unsubscribe(token: str) -> Response:
        return _page(
            lambda: html.button(
                "Unsubscribe 退订",
                "/v1/unsubscribe",
                token,
                "Unsubscribe 退订",
                _summary(subscriptions.holder(token, "unsubscribe", desk)),
            )
        )

    @routes.post("/unsubscribe", summary="End a subscription at once (RFC 8058)")
    async def unsubscribe(request: Request) -> Response:
        token = await _token(request)
        await run_in_threadpool(subscriptions.unsubscribe, token, desk)
        return _answer(request, {"state": "ended"}, "You will get no more messages. 已退订。")


def _managing(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/subscription", summary="Page to change a subscription", response_class=HTMLResponse)
    def manage(token: str) -> Response:
        return _page(lambda: html.settings(token, subscriptions.public(subscriptions.holder(token, "manage", desk))))

    @routes.get("/subscription/data", summary="All that is kept of a subscriber")
    def data(token: str) -> dict[str, Any]:
        return subscriptions.export(token, desk)

    @routes.post("/subscription", summary="Change, pause, resume or delete a subscription")
    async def change(request: Request) -> Response:
        fields = await _fields(request)
        token = str(fields.pop("token", "") or request.query_params.get("token", ""))
        action = str(fields.pop("action", "change"))
        outcome = await run_in_threadpool(_act, action, token, fields, desk)
        return _answer(request, outcome, "Done. 已保存。")


def _act(action: str, token: str, fields: dict[str, Any], desk: Desk) -> dict[str, Any]:
    if action == "delete":
        subscriptions.delete(token, desk)
        return {"state": "deleted"}
    if action in ("pause", "resume"):
        changed = subscriptions.set_state(token, "paused" if action == "pause" else "active", desk)
        return subscriptions.public(changed)
    if action != "change":
        raise InputError("action must be change, pause, resume or delete")
    return subscriptions.public(subscriptions.change(token, fields, desk))


def _feedback(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/feedback", summary="Page with the button that gives feedback", response_class=HTMLResponse)
    def ask_feedback(token: str) -> Response:
        def page() -> str:
            alert_id, verdict, _ = feedback.claim(token, desk)
            alert = desk.store.alert(alert_id)
            line = told(alert, "zh") + "\n" + told(alert, "en") if alert else ""
            word = "This is right 正确" if verdict == "right" else "This is wrong 有误"
            return html.button("Feedback 反馈", "/v1/feedback", token, word, line, note=True)

        return _page(page)

    @routes.post("/feedback", summary="Say whether an alert is right")
    async def give(request: Request) -> Response:
        fields = await _fields(request)
        token = str(fields.get("token") or request.query_params.get("token", ""))
        verdict = await run_in_threadpool(lambda: feedback.give(token, desk, note=str(fields.get("note") or "")))
        return _answer(request, {"verdict": verdict}, "Thank you. 谢谢。")


async def _fields(request: Request) -> dict[str, Any]:
    """Return the fields of a form or a JSON object, read up to a bound."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST:
            raise InputError(f"the request is longer than {_LONGEST} bytes")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            found = json.loads(body or b"{}")
        else:
            found = {}
            for key, value in parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=50):
                found[key] = f"{found[key]},{value}" if key in found else value
    except ValueError as error:
        raise InputError("the body cannot be read: send a form or a JSON object") from error
    if not isinstance(found, dict):
        raise InputError("the body must be an object")
    return found


async def _token(request: Request) -> str:
    fields = await _fields(request)
    return str(fields.get("token") or request.query_params.get("token", ""))


def _answer(request: Request, value: dict[str, Any], told_: str, status: int = 200) -> Response:
    """Return JSON to programs and a page to people, who post forms."""
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(html.notice("dualcross", told_), status)
    return JSONResponse(value, status)


def _page(make: Any) -> Response:
    try:
        return HTMLResponse(make())
    except DualcrossError as error:
        status = of(error).status_code
        text = str(error) if status < 500 else "Something is wrong here; try again later."
        return HTMLResponse(html.notice("dualcross", text), status)


def _summary(subscription: Any) -> str:
    shown = subscriptions.public(subscription)
    return "\n".join(
        f"{key}: {shown[key]}" for key in ("channel", "address", "query", "cadence", "state") if shown[key]
    )
