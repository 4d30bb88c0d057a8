"""The read model in S3: incremental, immutable files, safe under two runs at once, and read like any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests import cloud

from dualcross.clock import FakeClock
from dualcross.deps import Deps
from dualcross.model import Alert, Event, Record, Source, Subject, Subscription
from dualcross.ports import Commit, Dossier, Platform
from dualcross.query import parse
from dualcross.query.segmented import SegmentedModel
from dualcross.query.segments import MANIFEST, PREFIX, Bucket
from dualcross.query.snapshot import refresh
from dualcross.settings import Settings
from dualcross.stores.memory import MemoryStore

START = datetime(2026, 9, 29, 12, 0, tzinfo=UTC)


class Stack:
    """A store, a bucket and a clock."""

    def __init__(self) -> None:
        self.clock = FakeClock(at=START)
        self.store = MemoryStore()
        self.bucket = cloud.make_bucket()
        self.client = cloud.shared_client("s3")
        nothing: Any = None
        self.deps = Deps(
            settings=Settings(snapshot_bucket=self.bucket), clock=self.clock, store=self.store, archive=nothing,
            fetcher=nothing, parse_source=nothing, read_page=nothing, understand=nothing, channel=nothing,
        )  # fmt: skip

    def read(
        self, name: str, *, topic: bool = True, text: str = "星瀚平台入选双跨平台名单。", content: str = ""
    ) -> None:
        record = Record(
            id=name, url=f"https://a.test/{name}", title=f"新闻{name}", published=None, language="zh-Hans", source="报",
            official=False, text=text, labels=("selection",) if topic else (), read_at=self.clock.now(),
            content_hash=content or name,
        )  # fmt: skip
        self.store.commit(Commit(record=record))

    def refresh(self) -> bool:
        return refresh(self.deps, self.client)

    def manifest(self):
        return Bucket(self.bucket, self.client).manifest()[0]

    def objects(self) -> set[str]:
        listed = self.client.list_objects_v2(Bucket=self.bucket).get("Contents", ())
        return {o["Key"].removeprefix(PREFIX) for o in listed} - {MANIFEST.removeprefix(PREFIX)}

    def model(self, folder: Path) -> SegmentedModel:
        return SegmentedModel(self.deps, folder, self.client)


@pytest.fixture
def stack() -> Stack:
    return Stack()


def ids(model: SegmentedModel, query: str = "", *, limit: int = 50) -> list[str]:
    found, cursor = [], None
    while True:
        page = model.records(parse(query), limit=limit, cursor=cursor)
        found += [record.id for record in page.items]
        cursor = page.next
        if cursor is None:
            return found


def days(stack: Stack, count: int, *, per_day: int = 2) -> list[str]:
    """Let days pass with records on each; returns their ids, newest first."""
    names = []
    for day in range(count):
        for n in range(per_day):
            stack.clock.at += timedelta(minutes=1)
            names.insert(0, f"d{day}n{n}")
            stack.read(names[0])
        assert stack.refresh()
        stack.clock.at += timedelta(days=1)
    return names


def test_days_that_are_over_go_into_their_months_file_and_the_hot_one_stays_small(stack, tmp_path):
    names = days(stack, 5)
    assert stack.refresh()
    manifest = stack.manifest()
    assert {month: s.records for month, s in manifest.months.items()} == {"2026-09": 4, "2026-10": 6}
    assert manifest.hot.records == 0
    for limit in (1, 2, 3, 7, 50):
        assert ids(stack.model(tmp_path / str(limit)), limit=limit) == names
    assert ids(stack.model(tmp_path / "text"), "星瀚", limit=3) == names
    assert ids(stack.model(tmp_path / "none"), "topic:policy") == []


def test_a_run_with_nothing_new_writes_nothing(stack):
    stack.read("a")
    assert stack.refresh()
    before = (stack.objects(), stack.manifest())
    stack.clock.at += timedelta(minutes=3)
    assert stack.refresh()
    assert (stack.objects(), stack.manifest()) == before or stack.manifest().register is None


def test_of_two_runs_at_once_one_counts_and_the_other_leaves_nothing(stack, tmp_path, monkeypatch):
    stack.read("a")
    assert stack.refresh()
    stack.read("b")
    original = Bucket.swap
    inner: list[bool] = []

    def overtaken(self: Bucket, manifest: Any, etag: str | None) -> bool:
        if not inner:
            inner.append(True)
            monkeypatch.setattr(Bucket, "swap", original)
            assert stack.refresh()
        return original(self, manifest, etag)

    monkeypatch.setattr(Bucket, "swap", overtaken)
    assert stack.refresh() is False
    manifest = stack.manifest()
    assert manifest.hot.records == 2
    assert stack.objects() == {manifest.hot.name, *(name for name, _ in manifest.replaced)}
    assert ids(stack.model(tmp_path)) == ["b", "a"]


def test_a_month_file_never_changes_and_replaced_files_go_after_a_while(stack):
    days(stack, 2)
    seen: dict[str, bytes] = {}
    for _ in range(4):
        stack.refresh()
        for name in stack.objects():
            body = stack.client.get_object(Bucket=stack.bucket, Key=PREFIX + name)["Body"].read()
            assert seen.setdefault(name, body) == body
        stack.clock.at += timedelta(hours=2)
        stack.read(f"x{stack.clock.at:%H%M}")
    stack.refresh()
    manifest = stack.manifest()
    assert len(stack.objects()) <= 2 + len(manifest.months) + len(manifest.replaced)


def test_the_newest_of_the_table_lies_over_the_files(stack, tmp_path):
    stack.read("a")
    assert stack.refresh()
    model = stack.model(tmp_path)
    assert ids(model) == ["a"]
    tag = model.version()
    stack.clock.at += timedelta(seconds=5)
    stack.read("b")
    assert model.version() == tag
    stack.clock.at += timedelta(seconds=30)
    assert ids(model) == ["b", "a"]
    assert model.version() != tag
    assert model.as_of() == stack.clock.at
    assert stack.refresh()
    stack.clock.at += timedelta(minutes=1)
    assert ids(model) == ["b", "a"]


def test_before_the_first_snapshot_everything_comes_from_the_table(stack, tmp_path):
    stack.read("a")
    assert ids(stack.model(tmp_path)) == ["a"]


def test_an_edited_record_is_had_once_in_its_newest_version(stack, tmp_path):
    days(stack, 3)
    stack.read("d0n0", text="改成了云桥平台。", content="edited")
    assert stack.refresh()
    model = stack.model(tmp_path)
    assert ids(model, "云桥") == ["d0n0"]
    assert "d0n0" not in ids(model, "星瀚")
    for limit in (1, 3, 50):
        assert sorted(ids(model, limit=limit)) == sorted({*ids(model)})
        assert len(ids(model, limit=limit)) == 6
    stack.clock.at += timedelta(days=2)
    assert stack.refresh()
    stack.clock.at += timedelta(minutes=1)
    assert ids(model, "云桥") == ["d0n0"]
    assert len(ids(model)) == 6


def test_what_is_none_of_ours_keeps_its_title_and_no_text(stack, tmp_path):
    stack.read("a", topic=False, text="天气晴朗" * 50)
    assert stack.refresh()
    page = stack.model(tmp_path).records(parse("新闻"))
    assert [r.id for r in page.items] == ["a"]
    assert page.items[0].text == ""
    assert page.items[0].content_hash == "a"
    assert ids(stack.model(tmp_path / "2"), "天气") == []


def test_alerts_and_the_register_are_in_it_and_private_things_are_not(stack, tmp_path):
    now = stack.clock.now()
    alert = Alert(id="al", trigger="platform.new", subject=Subject(id="p", name="星瀚"), event="e", created=now)
    event = Event(key="e", kind="entry", subject=Subject(id="p", name="星瀚"), stage="selected", last_seen=now)
    dossier = Dossier(subject="platform:p", platform=Platform(id="p", name="星瀚", member=True), events=(event,))
    stack.read("a")
    commit = Commit(record=replace(stack.store.record("a"), id="b"), dossiers=(dossier,), alerts=(alert,))
    stack.store.commit(commit)
    stack.store.put_source(Source(id="s", url="https://s.test/", headers={"Cookie": "secret-cookie"}))
    stack.store.put_subscription(Subscription(id="x", channel="email", address="reader@people.test"))
    assert stack.refresh()
    model = stack.model(tmp_path)
    assert [a.id for a in model.alerts(parse("trigger:platform.new")).items] == ["al"]
    assert model.event("e") == event
    assert model.platform("p").name == "星瀚"
    assert [s.id for s, _ in model.sources(parse("")).items] == ["s"]
    assert model.stats()["records"] == 2
    assert model.stats()["subscriptions"] == 1
    for path in tmp_path.glob("*.db"):
        content = path.read_bytes()
        assert b"secret-cookie" not in content
        assert b"reader@people.test" not in content
