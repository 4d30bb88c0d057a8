"""Pages of self-service without a browser: statuses, languages, feeds of one subscription, nothing kept by caches."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from fastapi import HTTPException, Request
from tests.contracts.values import NOON, alert, record
from tests.web.client import Client
from tests.web.test_api import EVIL, wired

from dualcross.alerts import tokens
from dualcross.alerts.links import Links
from dualcross.model import Deadline, Subject, Subscription
from dualcross.ports import Commit
from dualcross.query.engine import StoreReadModel
from dualcross.stores.memory import MemoryStore
from dualcross.web import create_app

PERSON = {"Accept": "text/html,*/*"}
CHINESE = PERSON | {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.1"}
READER = Subscription(id="sub1", channel="email", address="reader@example.org", language="en", created=NOON)


@pytest.fixture
def world():
    store = MemoryStore()
    deps = wired(store)

    def guard(request: Request) -> None:
        raise HTTPException(401, "a token is needed")

    # A guarded deployment: what subscribers do needs no token of readers.
    return Client(create_app(StoreReadModel(store, deps.clock), deps, guard=guard)), store, deps


def path(link: str) -> str:
    return link.removeprefix("http://dualcross.test")


def links(deps) -> Links:
    return Links.of(deps.settings, NOON)


@pytest.mark.parametrize(("headers", "words"), [(PERSON, "Sign up"), (CHINESE, "订阅双跨平台动态")])
def test_the_page_to_sign_up_is_open_and_speaks_the_readers_language(world, headers, words):
    client, _, _ = world
    answer = client.get("/subscribe", params={"q": EVIL}, headers=headers)
    assert answer.status_code == 200
    assert words in answer.text
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert client.get("/records").status_code == 401


def test_what_was_typed_wrong_comes_back_beside_its_field(world):
    client, store, _ = world
    form = {"address": "reader@example.org", "query": f"nofield:{EVIL}", "cap": "3", "triggers": ["", "deadline"]}
    answer = client.post("/v1/subscriptions", data=form, headers=CHINESE)
    assert answer.status_code == 400
    assert 'name="query" type="text" value="nofield:&lt;script&gt;' in answer.text
    assert 'value="3"' in answer.text
    assert answer.text.count(" checked") == 1
    assert "<script" not in answer.text
    assert store.subscriptions() == ()
    assert client.post("/v1/subscriptions", data=form).json()["field"] == "query"


@pytest.mark.parametrize(
    "fields", [{"channel": "apprise"}, {"nonsense": "1"}, {"triggers": ""}, {"channel": "console"}]
)
def test_a_field_without_a_place_is_told_above_the_form(world, fields):
    client, _, _ = world
    answer = client.post("/v1/subscriptions", data={"address": "reader@example.org"} | fields, headers=PERSON)
    assert (answer.status_code, "bad" in answer.text) == (400, True)


def test_every_answer_to_a_sign_up_is_the_same(world):
    client, store, _ = world
    form = {"channel": "email", "address": "reader@example.org"}
    first = client.post("/v1/subscriptions", data=form)
    (one,) = store.subscriptions()
    store.put_subscription(replace(one, state="active"))
    later = [client.post("/v1/subscriptions", data=form) for _ in range(4)]
    other = client.post("/v1/subscriptions", data=form | {"address": "other@example.org"})
    assert {(a.status_code, a.text) for a in (first, *later, other)} == {(202, first.text)}


def test_too_many_sign_ups_are_told_to_people_too(world):
    client, _, _ = world
    answers = [
        client.post("/v1/subscriptions", data={"address": f"r{n}@example.org"}, headers=PERSON) for n in range(11)
    ]
    assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "3600")
    assert "try again in an hour" in answers[-1].text


def test_pages_of_links_that_are_no_more(world):
    client, store, deps = world
    store.put_subscription(READER)
    own = links(deps).subscription(READER)
    store.remove_subscription("sub1")
    for name in ("settings", "unsubscribe"):
        answer = client.get(path(own[name]), headers=CHINESE)
        assert (answer.status_code, "无法完成" in answer.text) == (403, True)
    answer = client.post(path(own["settings"]), data={"quiet": ""}, headers=PERSON)
    assert (answer.status_code, "was deleted" in answer.text) == (403, True)
    # Leaving is a success for ever: there is nothing left to leave.
    assert client.post(path(own["one_click"]), data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_settings_keep_what_was_typed_and_say_what_is_wrong(world):
    client, store, deps = world
    store.put_subscription(READER)
    store.put_fact("parked", "sub1", {"why": f"550 {EVIL}", "at": NOON.isoformat()})
    own = path(links(deps).subscription(READER)["settings"])
    page = client.get(own)
    assert page.headers["cache-control"] == "no-store"
    assert "refuses this address for good" in page.text
    assert "<script" not in page.text
    form = {"triggers": ["", "deadline"], "always": ["yes", ""], "cadence": "weekly@tue-09:15", "language": "zh"}
    saved = client.post(own, data=form | {"action": "change"}, headers=PERSON)
    assert (saved.status_code, "已保存" in saved.text) == (200, True)
    assert '<option value="weekly@tue-09:15" selected>' in saved.text
    one = store.subscription("sub1")
    assert (one.triggers, one.always, one.cadence) == (("deadline",), True, "weekly@tue-09:15")
    client.post(own, data={"always": ""}, headers=PERSON)
    assert store.subscription("sub1").always is False
    wrong = client.post(own, data={"triggers": "", "timezone": EVIL, "language": "fr"}, headers=PERSON)
    assert wrong.status_code == 400
    assert "<script" not in wrong.text
    assert store.subscription("sub1").triggers == ("deadline",)
    assert client.post(own, data={"action": "explode"}).status_code == 400


def test_confirming_leads_to_the_settings(world):
    client, store, deps = world
    store.put_subscription(replace(READER, state="pending"))
    link = path(links(deps).confirm(READER)["confirm"])
    answer = client.post(link, headers=PERSON)
    assert "/v1/subscription?token=" in answer.text
    assert client.post(link).json() == {"state": "active"}
    store.put_subscription(replace(READER, state="ended"))
    assert client.post(link).json() == {"state": "ended"}


def test_a_subscription_has_its_own_feeds(world):
    client, store, deps = world
    due = replace(
        alert(3), trigger="deadline", subject=Subject(date="2026-06-16", what="申报", round="2026"), confidence=0.9
    )
    unsure = replace(alert(2), confidence=0.2)
    store.commit(Commit(record=record(1), alerts=(alert(1), unsure, due)))
    assert Deadline(date="2026-06-16", what="x").kind == "deadline"
    mine = replace(READER, min_confidence=0.5, query="", triggers=("deadline",))
    store.put_subscription(mine)
    feeds = {name: path(url) for name, url in links(deps).feeds(mine).items()}
    atom = client.get(feeds["Atom"])
    assert atom.headers["content-type"].startswith("application/atom+xml")
    assert atom.headers["cache-control"] == "no-store"
    ns = {"a": "http://www.w3.org/2005/Atom"}
    root = ET.fromstring(atom.content)
    assert [e.text for e in root.findall("a:entry/a:id", ns)] == ["urn:dualcross:alert:a3"]
    assert [item["id"] for item in client.get(feeds["JSON Feed"]).json()["items"]] == ["a3"]
    calendar = client.get(feeds["iCalendar"]).text
    assert calendar.count("BEGIN:VEVENT") == 1
    store.put_subscription(replace(mine, triggers=("platform.new",)))
    assert "BEGIN:VEVENT" not in client.get(feeds["iCalendar"]).text
    assert [item["id"] for item in client.get(feeds["JSON Feed"]).json()["items"]] == ["a1"]
    manage = links(deps).subscription(mine)["settings"].partition("token=")[2]
    assert client.get(f"/v1/subscription/feed.atom?token={manage}").status_code == 403
    for state in ("paused", "ended", "pending"):
        store.put_subscription(replace(mine, state=state))
        assert {client.get(url).status_code for url in feeds.values()} == {403}


def test_a_message_leads_to_its_record_and_to_no_other(world):
    client, store, deps = world
    store.commit(Commit(record=record(1, text=f"某平台入选双跨平台。{EVIL}"), alerts=(alert(1),)))
    store.commit(Commit(record=record(2), alerts=(alert(2),)))
    link = path(links(deps).alert(alert(1), READER)["record"])
    page = client.get(link)
    assert (page.status_code, "标题 1" in page.text, "某平台入选" in page.text) == (200, True, True)
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    # Nothing on it asks for a token of readers.
    assert 'href="/' not in page.text
    assert client.get("/records/r1").status_code == 401
    assert client.get(path(links(deps).alert(alert(9), READER)["record"])).status_code == 404
    other = links(deps).subscription(READER)["settings"].partition("token=")[2]
    for bad in (other, link.partition("token=")[2][:-3], ""):
        assert client.get("/v1/shared/record", params={"token": bad}).status_code == 403


def test_feedback_shows_the_alert_in_the_readers_language(world):
    client, store, deps = world
    store.commit(Commit(record=record(1), alerts=(replace(alert(1), quotes=(EVIL,), source=EVIL),)))
    store.put_subscription(replace(READER, language="zh"))
    link = path(links(deps).alert(alert(1), READER)["wrong"])
    page = client.get(link, headers=PERSON)
    assert "这条提醒有误吗" in page.text
    assert "<script" not in page.text
    thanks = client.post(link, data={"note": EVIL}, headers=PERSON)
    assert "谢谢" in thanks.text
    ((_, kept),) = store.facts("feedback")
    assert json.dumps(kept)
    gone = tokens.issue(deps.settings.secret_key, "feedback", "none", NOON, extra="right/sub1")
    assert client.post(f"/v1/feedback?token={gone}", headers=PERSON).status_code == 400
