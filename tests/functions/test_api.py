"""The API of a stack: a token first, then answers from the snapshot and the newest of the table."""

from __future__ import annotations

import json

import pytest
from tests.functions.conftest import event

from dualcross.errors import InputError
from dualcross.model import Record, Source
from dualcross.ports import Commit
from dualcross.stores.memory import MemoryStore
from dualcross.web import access


def record(deps, name: str) -> Record:
    return Record(
        id=name, url=f"https://a.test/{name}", title="双跨平台名单公布", published="2026-11-20", language="zh-Hans",
        source="报", official=False, text="星瀚工业互联网平台入选国家级双跨平台。", labels=("selection",),
        topics={"selection": 0.9}, read_at=deps.clock.now(), content_hash=name,
    )  # fmt: skip


def ask(deployed, path: str, *, token: str = "", query: str = "", basic: bool = False) -> tuple[int, dict]:
    asked = event("api_records") | {"rawPath": path, "rawQueryString": query}
    asked["requestContext"]["http"]["path"] = path
    asked["headers"].pop("authorization")
    if basic:
        import base64

        asked["headers"]["authorization"] = "Basic " + base64.b64encode(f"me:{token}".encode()).decode()
    elif token:
        asked["headers"]["authorization"] = f"Bearer {token}"
    answer = deployed.invoke("api", asked)
    return answer["statusCode"], json.loads(answer["body"]) if answer["body"].startswith("{") else {}


def test_status_is_public_and_the_rest_asks_for_a_token(deployed):
    assert deployed.invoke("api", event("api_status"))["statusCode"] == 200
    # The token of the event was never given out.
    refused = deployed.invoke("api", event("api_records"))
    assert refused["statusCode"] == 401
    assert "www-authenticate" in refused["headers"]
    for path in ("/v1/records", "/v1/alerts", "/v1/feed.atom", "/v1/export.csv", "/", "/v1/stats", "/v1/sources"):
        assert ask(deployed, path)[0] == 401, path
    assert ask(deployed, "/v1/records", token="dcx_" + "x" * 43)[0] == 401


def test_records_come_from_the_snapshot_and_the_newest_from_the_table(deployed):
    deps = deployed.deps
    token = access.create(deps.store, "me", "reader", deps.clock.now())
    deps.store.commit(Commit(record=record(deps, "r1")))
    assert deployed.invoke("snapshot", event("snapshot_tick")) == {"sent": 0}
    deps.store.commit(Commit(record=record(deps, "r2")))
    status, found = ask(deployed, "/v1/records", token=token, query="q=%E6%98%9F%E7%80%9A")
    assert status == 200
    assert [r["url"] for r in found["items"]] == ["https://a.test/r2", "https://a.test/r1"]
    assert ask(deployed, "/v1/records/r1", token=token)[1]["url"] == "https://a.test/r1"
    assert ask(deployed, "/v1/records/none", token=token)[0] == 404
    assert ask(deployed, "/v1/platforms", token=token, basic=True)[0] == 200
    assert ask(deployed, "/v1/stats", token=token)[1]["records"] == 2


def test_a_role_opens_what_it_may_and_no_more(deployed):
    deps = deployed.deps
    deps.store.put_source(Source(id="s", url="https://s.test/"))
    for role, sources in (("reader", 403), ("analyst", 200), ("operator", 200)):
        token = access.create(deps.store, role, role, deps.clock.now())
        assert ask(deployed, "/v1/sources", token=token)[0] == sources
        assert ask(deployed, "/v1/alerts", token=token)[0] == 200


def test_tokens_are_kept_as_hashes_under_a_name_of_their_own():
    store, now = MemoryStore(), __import__("datetime").datetime.fromisoformat("2026-11-25T00:00:00+00:00")
    text = access.create(store, "me", "reader", now)
    assert text.startswith("dcx_")
    assert len(text) > 40
    assert text not in str(store.facts("token"))
    for name, role in (("me", "reader"), ("", "reader"), ("you", "king")):
        with pytest.raises(InputError):
            access.create(store, name, role, now)
    assert [(t.name, t.role) for t in access.tokens(store)] == [("me", "reader")]
    assert access.revoke(store, "me")
    assert not access.revoke(store, "me")
    assert access.tokens(store) == ()
