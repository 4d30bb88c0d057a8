"""Signing up, confirming, changing, leaving, and feedback: the doors onto `dualcross.alerts`.

A link in a message opens a page and changes nothing, because mail scanners follow links; its button posts. Only the
one-click POST of RFC 8058 acts at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.concurrency import run_in_threadpool

from dualcross.alerts import feedback, subscriptions
from dualcross.alerts.links import Links
from dualcross.alerts.render import told
from dualcross.alerts.subscriptions import Desk, FieldError
from dualcross.alerts.waiting import waiting
from dualcross.alerts.words import Lang
from dualcross.errors import DualcrossError, InputError
from dualcross.model import Subscription
from dualcross.web import forms
from dualcross.web.phrases import phrase
from dualcross.web.problems import of

if TYPE_CHECKING:
    from dualcross.deps import Deps

#: answers under these depend on a token, so nobody may keep them
PATHS = ("/v1/confirm", "/v1/unsubscribe", "/v1/subscription", "/v1/feedback", "/v1/shared", "/subscribe")
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


def door() -> APIRouter:
    """Return the route of the page to sign up on; it is open to everybody."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/subscribe", response_class=HTMLResponse)
    def page(request: Request, q: str = "") -> Response:
        return HTMLResponse(forms.sign_up(_language(request), {"query": q}))

    return routes


def _signing_up(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/subscriptions", status_code=202, summary="Sign up; the address is asked to confirm")
    async def sign_up(request: Request) -> Response:
        language = _language(request)
        fields = await _fields(request)
        client = request.client.host if request.client else ""
        try:
            await run_in_threadpool(subscriptions.sign_up, fields, client, desk)
        except FieldError as error:
            page = forms.sign_up(language, fields, wrong=error.field, message=error.told)
            return _refused(request, error, page)
        except DualcrossError as error:
            return _refused(request, error, "")
        told_ = "If this address can be written to, a message with a link to confirm is on its way."
        return _answer(request, {"told": told_}, forms.done("sign_up", language), status=202)

    @routes.get("/confirm", summary="Page with the button that confirms", response_class=HTMLResponse)
    def ask_confirm(request: Request, token: str) -> Response:
        def page() -> str:
            subscription = subscriptions.holder(token, "confirm", desk)
            return _asked("confirm", token, subscription)

        return _page(request, page)

    @routes.post("/confirm", summary="End the double opt-in")
    async def confirm(request: Request) -> Response:
        token = await _token(request)

        def act() -> tuple[dict[str, Any], str]:
            subscription, secret = subscriptions.confirm(token, desk)
            # Whoever holds the link that went to the address may hold those that every message carries.
            links = Links.of(desk.settings, desk.clock.now()).subscription(subscription)
            shown: dict[str, str] = {name: links[name] for name in ("settings", "unsubscribe") if name in links}
            value = {"state": subscription.state} | ({"signing_secret": secret} if secret else {})
            return value, forms.done("confirm", subscription.language, shown, secret=secret or "")

        return await _acted(request, act)


def _leaving(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/unsubscribe", summary="Page with the button that unsubscribes", response_class=HTMLResponse)
    def ask_unsubscribe(request: Request, token: str) -> Response:
        return _page(request, lambda: _asked("unsubscribe", token, subscriptions.holder(token, "unsubscribe", desk)))

    @routes.post("/unsubscribe", summary="End a subscription at once (RFC 8058)")
    async def unsubscribe(request: Request) -> Response:
        token = await _token(request)

        def act() -> tuple[dict[str, Any], str]:
            gone = subscriptions.unsubscribe(token, desk)
            return {"state": "ended"}, forms.done("unsubscribe", gone.language if gone else _language(request))

        return await _acted(request, act)


def _managing(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/subscription", summary="Page to change a subscription", response_class=HTMLResponse)
    def manage(request: Request, token: str) -> Response:
        return _page(request, lambda: _settings(token, subscriptions.holder(token, "manage", desk), desk))

    @routes.get("/subscription/data", summary="All that is kept of a subscriber")
    def data(token: str) -> dict[str, Any]:
        return subscriptions.export(token, desk)

    @routes.post("/subscription", summary="Change, pause, resume or delete a subscription")
    async def change(request: Request) -> Response:
        fields = await _fields(request)
        token = str(fields.pop("token", "") or request.query_params.get("token", ""))
        action = str(fields.pop("action", "change"))

        def act() -> tuple[dict[str, Any], str]:
            if action == "delete":
                language = subscriptions.delete(token, desk).language
                return {"state": "deleted"}, forms.done("deleted", language)
            try:
                changed = _changed(action, token, fields, desk)
            except FieldError as error:
                holder = subscriptions.holder(token, "manage", desk)
                page = _settings(token, holder, desk, fields=fields, wrong=error.field, message=error.told)
                raise _Refused(error, page) from error
            return subscriptions.public(changed), _settings(token, changed, desk, saved=True)

        return await _acted(request, act)


def _changed(action: str, token: str, fields: dict[str, Any], desk: Desk) -> Subscription:
    if action in ("pause", "resume"):
        return subscriptions.set_state(token, "paused" if action == "pause" else "active", desk)
    if action != "change":
        raise InputError("action must be change, pause, resume or delete")
    return subscriptions.change(token, fields, desk)


def _settings(
    token: str,
    subscription: Subscription,
    desk: Desk,
    *,
    fields: dict[str, Any] | None = None,
    saved: bool = False,
    wrong: str = "",
    message: str = "",
) -> str:
    shown = subscriptions.public(subscription)
    shown["parked"] = dict(desk.store.facts("parked")).get(subscription.id, {}).get("why")
    typed = {name: value for name, value in (fields or {}).items() if name in subscriptions.CHANGEABLE}
    if typed.get("language") not in ("zh", "en"):
        typed.pop("language", None)
    return forms.settings(
        token,
        shown | typed,
        waiting=waiting(subscription, desk.store),
        feeds=Links.of(desk.settings, desk.clock.now()).feeds(subscription),
        saved=saved,
        wrong=wrong,
        message=message,
    )


def _feedback(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/feedback", summary="Page with the button that gives feedback", response_class=HTMLResponse)
    def ask_feedback(request: Request, token: str) -> Response:
        def page() -> str:
            alert_id, verdict, subscription_id = feedback.claim(token, desk)
            alert = desk.store.alert(alert_id)
            subscriber = desk.store.subscription(subscription_id)
            language = subscriber.language if subscriber else _language(request)
            facts = []
            if alert:
                facts = [
                    (phrase("alert", language), told(alert, language)),
                    (phrase("quote", language), "\n".join(alert.quotes[:2])[:600]),
                    (phrase("source", language), alert.source or ""),
                ]
            return forms.ask(verdict, "/v1/feedback", token, language, facts=facts, note=True)

        return _page(request, page)

    @routes.post("/feedback", summary="Say whether an alert is right")
    async def give(request: Request) -> Response:
        fields = await _fields(request)
        token = str(fields.get("token") or request.query_params.get("token", ""))

        def act() -> tuple[dict[str, Any], str]:
            verdict = feedback.give(token, desk, note=str(fields.get("note") or ""))
            _, _, subscription_id = feedback.claim(token, desk)
            subscriber = desk.store.subscription(subscription_id)
            return {"verdict": verdict}, forms.done(
                "feedback", subscriber.language if subscriber else _language(request)
            )

        return await _acted(request, act)


def _asked(kind: str, token: str, subscription: Subscription) -> str:
    facts = forms.summary(subscriptions.public(subscription), subscription.language)
    return forms.ask(kind, f"/v1/{kind}", token, subscription.language, facts=facts)


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
            # Half a character, which JSON can name, goes on no page and in no store.
            json.dumps(found, ensure_ascii=False).encode()
        else:
            found = {}
            for key, value in parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=50):
                # A box that is ticked comes beside the empty field that stands for one that is not.
                found[key] = ",".join(part for part in (found.get(key, ""), value) if part)
    except ValueError as error:
        raise InputError("the body cannot be read: send a form or a JSON object") from error
    if not isinstance(found, dict):
        raise InputError("the body must be an object")
    return found


async def _token(request: Request) -> str:
    fields = await _fields(request)
    return str(fields.get("token") or request.query_params.get("token", ""))


class _Refused(Exception):
    """An error with the page that shows it where it was made."""

    def __init__(self, error: DualcrossError, page: str) -> None:
        super().__init__(str(error))
        self.error, self.page = error, page


async def _acted(request: Request, act: Callable[[], tuple[dict[str, Any], str]]) -> Response:
    """Return what the act came to: its value to programs, its page to people."""
    try:
        value, page = await run_in_threadpool(act)
    except _Refused as refused:
        return _refused(request, refused.error, refused.page)
    except DualcrossError as error:
        return _refused(request, error, "")
    return _answer(request, value, page)


def _answer(request: Request, value: dict[str, Any], page: str, status: int = 200) -> Response:
    """Return JSON to programs and a page to people, who post forms."""
    return HTMLResponse(page, status) if _wants_page(request) else JSONResponse(value, status)


def _refused(request: Request, error: DualcrossError, page: str) -> Response:
    answer = of(error)
    if not _wants_page(request):
        return answer
    headers = {name: answer.headers[name] for name in ("retry-after",) if name in answer.headers}
    return HTMLResponse(page or _why(request, error, answer.status_code), answer.status_code, headers)


def _page(request: Request, make: Callable[[], str]) -> Response:
    try:
        return HTMLResponse(make())
    except DualcrossError as error:
        status = of(error).status_code
        return HTMLResponse(_why(request, error, status), status)


def _why(request: Request, error: DualcrossError, status: int) -> str:
    text = str(error) if status < 500 else "Something is wrong here; try again later."
    return forms.problem(text, _language(request))


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _language(request: Request) -> Lang:
    return forms.language_of(request.headers.get("accept-language", ""))
