"""Self-service of a stack: the pages and posts of subscribers through the `api` function and the table."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.functions.conftest import event

from dualcross.alerts import tokens
from dualcross.alerts.links import Links
from dualcross.model import Deliver


def ask(deployed, method: str, path: str, query: str = "", form: dict[str, str] | None = None) -> dict[str, Any]:
    asked = event("api_records") | {"rawPath": path, "rawQueryString": query}
    asked["requestContext"]["http"] |= {"path": path, "method": method}
    asked["headers"].pop("authorization")
    asked["headers"] |= {"accept": "text/html", "content-type": "application/x-www-form-urlencoded"}
    if form is not None:
        # As the gateway hands bodies over.
        asked["body"], asked["isBase64Encoded"] = base64.b64encode(urlencode(form).encode()).decode(), True
    return deployed.invoke("api", asked)


def test_a_reader_signs_up_confirms_and_leaves_with_one_click(deployed):
    deps = deployed.deps
    assert "Sign up" in ask(deployed, "GET", "/subscribe")["body"]
    answer = ask(deployed, "POST", "/v1/subscriptions", form={"address": "reader@example.org", "language": "en"})
    assert answer["statusCode"] == 202
    (waiting,) = deps.store.subscriptions()
    assert waiting.state == "pending"
    # The next tick of `digest` finds the notice, and what it says leads back here.
    deployed.invoke("digest", event("digest_tick"))
    ((command, _),) = deployed.waiting("Deliver")
    assert isinstance(command, Deliver)
    (notice,) = deps.store.deliveries()
    assert command.delivery_ids == (notice.id,)
    settings = tokens.with_key(deps.settings, deps.store)
    public = settings.public_url or "https://alerts.example.org"
    links = Links(base=public, key=settings.secret_key, now=deps.clock.now())
    confirm = urlsplit(links.confirm(waiting)["confirm"])
    assert "Confirm" in ask(deployed, "GET", confirm.path, confirm.query)["body"]
    assert deps.store.subscription(waiting.id).state == "pending"
    token = confirm.query.partition("=")[2]
    assert ask(deployed, "POST", confirm.path, form={"token": token})["statusCode"] == 200
    assert deps.store.subscription(waiting.id).state == "active"

    own = links.subscription(waiting)
    page = urlsplit(own["settings"])
    form = {"token": page.query.partition("=")[2], "quiet": "22:00-07:30", "triggers": "deadline", "always": "yes"}
    assert "Saved" in ask(deployed, "POST", page.path, form=form)["body"]
    assert deps.store.subscription(waiting.id).quiet == "22:00-07:30"
    feed = urlsplit(links.feeds(waiting)["Atom"])
    assert ask(deployed, "GET", feed.path, feed.query)["statusCode"] == 200

    leave = urlsplit(own["one_click"])
    answer = ask(deployed, "POST", leave.path, leave.query, form={"List-Unsubscribe": "One-Click"})
    assert answer["statusCode"] == 200
    assert deps.store.subscription(waiting.id).state == "ended"
    assert ask(deployed, "GET", feed.path, feed.query)["statusCode"] == 403
