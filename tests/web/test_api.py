"""The HTTP API: every endpoint, its errors, its tags, and pages that cannot be made to run a source's markup."""

from __future__ import annotations

import base64
import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from tests.contracts.values import NOON, alert, commit, event, record
from tests.web.client import Client

from dualcross.alerts import tokens
from dualcross.alerts.links import Links
from dualcross.clock import FakeClock
from dualcross.deps import Deps
from dualcross.model import Deadline, Source, Subject, Subscription
from dualcross.ports import Commit
from dualcross.query.engine import StoreReadModel
from dualcross.settings import Settings
from dualcross.stores.archive import MemoryArchive
from dualcross.stores.memory import MemoryStore
from dualcross.stores.sqlite import SqliteStore
from dualcross.stores.sqlite.reading import SqliteReadModel
from dualcross.testing import FakeSite, RecordingChannel
from dualcross.web import create_app
from dualcross.web.around import Around

KIND = {"Content-Type": "application/json"}
EVIL = "<script>alert(1)</script>\"'&"


def wired(store) -> Deps:
    channel = RecordingChannel()
    return Deps(
        settings=Settings(secret_key="k" * 32, public_url="http://dualcross.test"),
        clock=FakeClock(NOON),
        store=store,
        archive=MemoryArchive(),
        fetcher=FakeSite(pages={}),
        parse_source=lambda *_: (),
        read_page=lambda *_: None,
        understand=lambda *_: None,
        channel=lambda _: channel,
    )


@pytest.fixture(params=["memory", "sqlite"])
def world(request, tmp_path):
    """A client and the store behind it."""
    store = MemoryStore() if request.param == "memory" else SqliteStore(str(tmp_path / "x.db"))
    deps = wired(store)
    model = StoreReadModel(store, deps.clock) if request.param == "memory" else SqliteReadModel(store, deps.clock)
    yield Client(create_app(model, deps)), store, deps
    store.close()


def filled(store, count: int = 5):
    for n in range(count):
        store.commit(commit(n, at=n, content_hash=str(n)))
    store.put_source(Source(id="s1", url="https://s1.test/feed", name="来源", headers={"Cookie": "secret"}))


def test_records_come_page_by_page(world):
    client, store, _ = world
    filled(store)
    first = client.get("/v1/records?limit=2&q=双跨").json()
    assert [item["id"] for item in first["items"]] == ["r4", "r3"]
    assert first["items"][0]["findings"][0]["platform"] == {"id": "alpha", "name": "阿尔法平台"}
    answer = client.get("/v1/records", params={"limit": 2, "q": "双跨", "cursor": first["next"]})
    assert [item["id"] for item in answer.json()["items"]] == ["r2", "r1"]
    onward = answer.links["next"]["url"]
    last = client.get(onward).json()
    assert [item["id"] for item in last["items"]] == ["r0"]
    assert last["next"] is None


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/v1/records?q=region:44", 5),
        ("/v1/records?q=招聘", 0),
        ("/v1/events", 5),
        ("/v1/platforms?q=id:p1", 1),
        ("/v1/alerts?q=trigger:platform.new", 5),
        ("/v1/alerts?q=trigger:policy", 0),
        ("/v1/sources?q=来源", 1),
        ("/v1/policies?q=issuer:国务院", 4),
    ],
)
def test_lists(world, path, count):
    client, store, _ = world
    filled(store)
    assert len(client.get(path).json()["items"]) == count


def test_single_things(world):
    client, store, _ = world
    filled(store)
    assert client.get("/v1/records/r1").json()["id"] == "r1"
    assert client.get("/v1/events/e1").json()["key"] == "e1"
    assert client.get("/v1/alerts/a1").json()["event"] == "dual-cross/entry/2023/p1"
    assert client.get("/v1/platforms/wemake").json()["operator"]
    assert client.get("/v1/rounds/2020").json()["members"]
    assert client.get("/v1/regions").json()["items"]
    assert client.get("/v1/stats").json()["records"] == 5
    assert {"records", "alerts", "platforms"} <= set(client.get("/v1/search?q=阿尔法").json())
    status = client.get("/v1/status").json()
    assert (status["status"], status["sources"]["total"]) == ("ok", 1)


def test_events_are_found_by_keys_with_slashes(world):
    client, store, _ = world
    made = commit(1)
    key = "dual-cross/entry/2023/wemake"
    store.commit(replace(made, dossiers=(replace(made.dossiers[0], events=(event(key),)),)))
    assert client.get(f"/v1/events/{key}").json()["key"] == key


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/v1/records/none", 404, "no such record"),
        ("/v1/events/a/b", 404, "no such event"),
        ("/v1/rounds/1900", 404, "no such round"),
        ("/v1/records?q=topci:x", 400, "did you mean topic"),
        ("/v1/records?limit=0", 400, "limit"),
        ("/v1/records?limit=x", 400, "limit"),
        ("/v1/records?cursor=zzz", 400, "no cursor"),
        ("/v1/feed.atom?q=after:x", 400, "after"),
        ("/v1/export.csv?q=zz:1", 400, "zz"),
        ("/v1/nothing", 404, "Not Found"),
        ("/v1/subscription/data?token=x", 403, "link"),
    ],
)
def test_errors_are_problems(world, path, status, told):
    client, _, _ = world
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert told in body["detail"]
    if "topci" in path:
        assert body["position"] == 0


def test_a_bug_is_a_problem_without_its_inside():
    class Broken(StoreReadModel):
        def stats(self):
            raise KeyError("a secret of ours")

    answer = Client(create_app(Broken(MemoryStore(), FakeClock(NOON)))).get("/v1/stats")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


def test_unchanged_answers_are_304(world):
    client, store, _ = world
    filled(store)
    first = client.get("/v1/records?limit=2")
    tag = first.headers["etag"]
    again = client.get("/v1/records?limit=2", headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/v1/records?limit=3", headers={"If-None-Match": tag}).status_code == 200
    store.commit(commit(9, at=9, content_hash="9"))
    assert client.get("/v1/records?limit=2", headers={"If-None-Match": tag}).status_code == 200


def test_exports(world):
    client, store, _ = world
    store.commit(commit(1, title="=cmd|' /C calc'!A0", content_hash="1"))
    store.commit(commit(2, content_hash="2"))
    lines = client.get("/v1/export.jsonl").text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["r2", "r1"]
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/export.csv").text)))
    assert rows[1]["title"].startswith("'=cmd")
    assert len(list(csv.DictReader(io.StringIO(client.get("/v1/export.csv?q=id:r1").text)))) == 1


def test_feeds(world):
    client, store, _ = world
    hostile = replace(alert(1), title=f"{EVIL}\x0b", url="javascript:alert(1)")
    fine = replace(alert(2, 5), url="https://news.test/2")
    store.commit(Commit(record=record(1), alerts=(hostile, fine)))
    answer = client.get("/v1/feed.atom?q=trigger:platform.new")
    root = ET.fromstring(answer.content)
    ns = {"a": "http://www.w3.org/2005/Atom"}
    assert [e.findtext("a:id", namespaces=ns) for e in root.findall("a:entry", ns)] == [
        "urn:dualcross:alert:a2",
        "urn:dualcross:alert:a1",
    ]
    assert [e.get("href") for e in root.findall("a:entry/a:link", ns)] == ["https://news.test/2"]
    feed = client.get("/v1/feed.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item.get("url") for item in feed["items"]] == ["https://news.test/2", None]


def test_the_calendar_holds_deadlines_folded_and_escaped(world):
    client, store, _ = world
    subject = Subject(date="2026-06-16", what="申报；材料, 及" + "很长" * 40, round="2026")
    due = replace(alert(1), trigger="deadline", subject=subject, title="A, B; C\\D\nE")
    store.commit(Commit(record=record(1), alerts=(due, alert(2))))
    text = client.get("/v1/calendar.ics").text
    assert text.count("BEGIN:VEVENT") == 1
    assert "DTSTART;VALUE=DATE:20260616\r\n" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "A\\, B\\; C\\\\D\\nE" in text.replace("\r\n ", "")
    assert Deadline(date="2026-06-16", what="x").kind == "deadline"


def test_pages_escape_whatever_a_source_says(world):
    client, store, _ = world
    hostile = replace(alert(1), title=EVIL, source=EVIL, quotes=(EVIL,), url="javascript:alert(1)", names=(EVIL,))
    made = record(1, title=EVIL, text=EVIL, source=EVIL, url="javascript:alert(1)", labels=(EVIL,), alerts=(hostile,))
    store.commit(Commit(record=made, alerts=(hostile,)))
    store.put_source(Source(id="s", url="javascript:x", name=EVIL))
    for path in ("/", "/records", "/records/r1", "/register", f"/?q={EVIL}", f"/records?q={EVIL}"):
        answer = client.get(path)
        assert "<script" not in answer.text, path
        assert 'href="javascript' not in answer.text, path
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["content-type"].startswith("text/html")
    assert client.get("/records/none").status_code == 404
    assert "did you mean" in client.get("/?q=topci:x").text


def test_openapi_names_every_endpoint_of_the_contract(world):
    client, _, _ = world
    paths = client.get("/v1/openapi.json").json()["paths"]
    for path in (
        "status records records/{key} events events/{key} platforms platforms/{key} regions rounds rounds/{year}"
        " policies alerts sources stats search export.csv export.jsonl feed.atom feed.json calendar.ics subscriptions"
        " confirm unsubscribe feedback"
    ).split():
        assert f"/v1/{path}" in paths, path


def test_an_unknown_host_name_is_refused_on_loopback(world):
    client, _, _ = world
    assert client.get("/v1/status", headers={"Host": "evil.test"}).status_code == 421
    assert client.get("/v1/status", headers={"Host": "dualcross.test"}).status_code == 200
    assert client.get("/v1/status", headers={"Host": "localhost:8484"}).status_code == 200


def token(deps, scope: str, subject: str, extra: str = "") -> str:
    return tokens.issue(deps.settings.secret_key, scope, subject, deps.clock.now(), extra=extra)


def test_signing_up_confirming_and_leaving(world):
    client, store, deps = world
    fields = {"channel": "email", "address": "reader@example.org", "query": "region:440000"}
    answer = client.post("/v1/subscriptions", json=fields)
    assert answer.status_code == 202
    assert client.post("/v1/subscriptions", data=fields).status_code == 202
    (waiting,) = store.subscriptions()
    assert waiting.state == "pending"
    assert {d.kind for d in store.deliveries()} == {"notice"}
    link = Links.of(deps.settings, deps.clock.now()).confirm(waiting)["confirm"]
    page = client.get(link.removeprefix("http://dualcross.test"))
    assert page.status_code == 200
    assert "<form method=" in page.text
    assert store.subscription(waiting.id).state == "pending"
    assert client.post("/v1/confirm", data={"token": token(deps, "confirm", waiting.id)}).status_code == 200
    assert store.subscription(waiting.id).state == "active"
    leave = token(deps, "unsubscribe", waiting.id)
    assert client.get(f"/v1/unsubscribe?token={leave}").status_code == 200
    assert store.subscription(waiting.id).state == "active"
    one_click = client.post(f"/v1/unsubscribe?token={leave}", data={"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 200
    assert store.subscription(waiting.id).state == "ended"


def test_changing_pausing_and_deleting(world):
    client, store, deps = world
    store.put_subscription(Subscription(id="sub1", channel="email", address="reader@example.org", created=NOON))
    manage = token(deps, "manage", "sub1")
    assert "reader@example.org" not in client.get(f"/v1/subscription?token={manage}").text
    change = {"token": manage, "query": "region:330000", "cap": "3"}
    page = client.post("/v1/subscription", data=change, headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert (store.subscription("sub1").query, store.subscription("sub1").cap) == ("region:330000", 3)
    bad = client.post("/v1/subscription", json={"token": manage, "query": "zz:1"})
    assert (bad.status_code, bad.json()["field"]) == (400, "query")
    assert client.post("/v1/subscription", data={"token": manage, "action": "pause"}).json()["state"] == "paused"
    assert client.post("/v1/subscription", data={"token": manage, "action": "resume"}).json()["state"] == "active"
    data = client.get(f"/v1/subscription/data?token={manage}")
    assert data.json()["subscription"]["address"] == "reader@example.org"
    assert data.headers["cache-control"] == "no-store"
    assert client.post("/v1/subscription", data={"token": manage, "action": "delete"}).status_code == 200
    assert store.subscription("sub1") is None


def test_feedback_asks_first_and_keeps_the_answer(world):
    client, store, deps = world
    store.commit(commit(1))
    link = token(deps, "feedback", "a1", "wrong/sub1")
    assert "This is wrong" in client.get(f"/v1/feedback?token={link}").text
    assert "这条有误" in client.get(f"/v1/feedback?token={link}", headers={"Accept-Language": "zh-CN,en;q=0.5"}).text
    assert store.facts("feedback") == ()
    answer = client.post("/v1/feedback", json={"token": link, "note": "not a member"})
    assert answer.json() == {"verdict": "wrong"}
    ((_, value),) = store.facts("feedback")
    assert value["note"] == "not a member"


@pytest.mark.parametrize("path", ["/v1/confirm", "/v1/unsubscribe", "/v1/subscription", "/v1/feedback"])
def test_forged_links_are_refused(world, path):
    client, _, deps = world
    wrong = token(deps, "feedback" if path != "/v1/feedback" else "manage", "x")
    for bad in ("", "x", wrong, wrong[:-2]):
        assert client.post(path, data={"token": bad}).status_code == 403
        assert client.get(path, params={"token": bad}).status_code in (403, 404)


def test_bodies_are_bounded_and_must_be_objects(world):
    client, _, _ = world
    assert client.post("/v1/subscriptions", content=b"x" * 30_000).status_code == 400
    assert client.post("/v1/subscriptions", json=[1]).status_code == 400
    broken = client.post("/v1/subscriptions", content=b"{", headers=KIND)
    assert broken.status_code == 400
    assert client.post("/v1/subscriptions", content=b"\xff\xfe").status_code == 400


def test_too_many_sign_ups_are_429(world):
    client, _, _ = world
    fields = {"channel": "email", "query": ""}
    codes = [
        client.post("/v1/subscriptions", json=fields | {"address": f"r{n}@example.org"}).status_code for n in range(12)
    ]
    assert codes[:10] == [202] * 10
    assert codes[-1] == 429


@pytest.mark.parametrize(
    "path",
    ["/v1/records?limit=2", "/v1/records/r1", "/v1/export.csv", "/v1/export.jsonl", "/v1/feed.atom", "/", "/v1/status"],
)
def test_head_tells_what_get_would_send(world, path):
    client, store, _ = world
    filled(store)
    sent, told = client.get(path), client.request("HEAD", path)
    assert (told.status_code, told.content) == (200, b"")
    for name in ("content-type", "content-length", "etag", "cache-control"):
        if name == "content-length" and path == "/v1/status":
            continue
        assert told.headers.get(name) == sent.headers.get(name), name


def test_head_is_refused_where_get_is(world):
    client = world[0]
    assert client.request("HEAD", "/v1/records/none").status_code == 404
    assert client.request("HEAD", "/v1/records?q=topic:x").status_code == 400
    assert client.request("HEAD", "/v1/subscriptions").status_code == 405
    assert client.request("DELETE", "/v1/records").headers["allow"] == "GET, HEAD"


def test_tags_are_compared_weakly(world):
    client, store, _ = world
    filled(store)
    tag = client.get("/v1/records").headers["etag"]
    for asked in (tag, tag.removeprefix("W/"), f'"x", {tag}'):
        again = client.get("/v1/records", headers={"If-None-Match": asked})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == "private, no-cache"
    assert client.request("HEAD", "/v1/records", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/v1/records?limit=1", headers={"If-None-Match": tag}).status_code == 200


def test_regions_and_rounds_take_queries(world):
    client = world[0]

    def asked(path: str, key: str) -> list[str]:
        return [row[key] for row in client.get(path).json()["items"]]

    assert asked("/v1/regions?q=region:440000", "code") == ["440000"]
    assert asked("/v1/regions?q=广东 OR 山东", "code") == ["370000", "440000"]
    assert asked("/v1/regions?q=platform:rootcloud", "code") == ["440000"]
    assert "440000" not in asked("/v1/regions?q=-region:440000", "code")
    assert asked("/v1/rounds?q=round:2020", "round") == ["2020"]
    assert asked("/v1/rounds?q=round>=2022 before:2024", "round") == ["2022", "2023"]
    assert asked("/v1/rounds?q=platform:cosmoplat stage:ranked", "round") == ["2023", "2024", "2025"]
    assert client.get("/v1/rounds?q=round:").status_code == 400
    assert all(row.isdigit() for row in asked("/v1/rounds", "round"))


def test_an_error_in_a_calendar_query_tells_where_in_it(world):
    assert world[0].get("/v1/calendar.ics?q=bogus:1").json()["position"] == 0


def test_parquet_is_exported(world):
    client, store, _ = world
    filled(store)
    answer = client.get("/v1/export.parquet?q=region:440000")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    found = pq.read_table(io.BytesIO(answer.content)).to_pylist()
    lines = [json.loads(line) for line in client.get("/v1/export.jsonl?q=region:440000").text.splitlines()]
    assert [(row["id"], json.loads(row["findings"])) for row in found] == [(r["id"], r["findings"]) for r in lines]
    assert client.get("/v1/export.parquet?q=topic:x").status_code == 400
    assert client.request("HEAD", "/v1/export.parquet").content == b""


def test_head_ends_what_would_never_end():
    made = []

    def endless():
        while True:
            made.append(1)
            yield b"x" * 100

    app = FastAPI()
    app.get("/endless")(lambda: StreamingResponse(endless()))
    store = MemoryStore()
    app.add_middleware(Around, model=StoreReadModel(store, FakeClock(NOON)), hosts=frozenset())
    answer = Client(app).request("HEAD", "/endless")
    assert (answer.status_code, answer.content) == (200, b"")
    count = len(made)
    assert count < 1000
    assert answer.headers["etag"]


def test_what_json_cannot_hold_is_escaped(world):
    client, store, _ = world
    if isinstance(store, SqliteStore):
        pytest.skip("SQLite takes no half characters")
    store.commit(Commit(record=record(1, text="half \ud800 of one")))
    assert client.get("/v1/records/r1").json()["text"] == "half \ud800 of one"


@pytest.mark.parametrize(
    "fields",
    [
        {"channel": "email", "address": "a@b.test", "triggers": None},
        {"channel": "email", "address": "a@b.test", "triggers": True},
        {"channel": "email", "address": "a@b.test", "triggers": {"a": 1}, "state": "x"},
        {"channel": "email", "address": "a@b.test", "query": "half \ud800"},
        {"channel": ["email"], "address": 5},
        {"channel": "email", "address": None, "cap": 10**30},
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_sign_up_with_nonsense_is_refused(world, fields, accept):
    body = json.dumps(fields)
    answer = world[0].post("/v1/subscriptions", content=body, headers=KIND | {"Accept": accept})
    assert answer.status_code == 400


@pytest.mark.parametrize("position", [[10**30], [-(1 << 63)], [1.5], [True, None]])
def test_a_cursor_that_no_page_gave_is_refused(world, position):
    cursor = base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")
    for path in ("records", "alerts", "events", "platforms"):
        assert world[0].get(f"/v1/{path}?cursor={cursor}").status_code == 400
