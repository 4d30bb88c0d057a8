"""What only the DynamoDB store promises: whole commits at any kill, races, small items, calls as written down."""

from __future__ import annotations

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests import cloud
from tests.contracts.values import NOON

from dualcross.clock import FakeClock
from dualcross.errors import StoreConflict, StoreError
from dualcross.model import Alert, Delivery, Event, Item, Record, Source, SourceState, Subject, Subscription
from dualcross.ports import Commit, Dossier, Platform, Store
from dualcross.stores.dynamodb import DynamoStore
from dualcross.stores.dynamodb.keys import PATTERNS, SHARDS, fit
from dualcross.stores.dynamodb.values import INLINE
from dualcross.stores.s3 import S3Texts

_seconds = itertools.count()
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


class Killed(BaseException):
    """The process ends here."""


class Watched:
    """A client that counts its requests, and ends the process before or after the n-th write."""

    def __init__(self, inner, *, before: int = 0, after: int = 0) -> None:
        self.exceptions = inner.exceptions
        self._inner = inner
        self._before = before
        self._after = after
        self.writes = 0
        self.calls: Counter[str] = Counter()
        self.units: Counter[str] = Counter()

    def __getattr__(self, name: str):
        call = getattr(self._inner, name)
        operation = "".join(part.capitalize() for part in name.split("_"))

        def watched(**arguments):
            self.calls[operation] += 1
            if operation not in WRITES:
                return call(**arguments)
            self.writes += 1
            if self.writes == self._before:
                raise Killed
            answer = call(**arguments)
            if self.writes == self._after:
                raise Killed
            return answer

        return watched


def store_on(table: str, **watch: int) -> tuple[DynamoStore, Watched]:
    client = Watched(cloud.shared_client("dynamodb"), **watch)
    # Each process starts a second after the one before, as processes do.
    return DynamoStore(table, client, clock=FakeClock(at=NOON + timedelta(seconds=next(_seconds)))), client


def platform(n: int) -> Platform:
    return Platform(id=f"p{n}", name=f"平台{n}", member=True)


def alert(n: int) -> Alert:
    return Alert(id=f"a{n}", trigger="platform.new", subject=Subject(id=f"p{n}"), event=f"e{n}", created=NOON)


def roster(members: int, *, record_id: str = "list", version: int = 0, content: str = "h") -> Commit:
    """An official list: a dossier and an alert for each member, and one article."""
    return Commit(
        record=Record(
            id=record_id, url="https://gov.test/list", title="名单", published=None, language="zh-Hans", source="部",
            official=True, text="名单公布如下" * 40, labels=("selection",), read_at=NOON, content_hash=content,
        ),
        dossiers=tuple(
            Dossier(
                subject=f"platform:p{n}", version=version, platform=platform(n),
                events=(
                    Event(key=f"e{n}", kind="entry", subject=Subject(id=f"p{n}"), stage="selected", last_seen=NOON),
                ),
            )
            for n in range(members)
        ),
        alerts=tuple(alert(n) for n in range(members)),
        corrections=(("a-old", "wrong", "quote"),),
    )  # fmt: skip


def visible(store: DynamoStore, commit: Commit) -> dict[str, int]:
    subjects = [d.subject for d in commit.dossiers]
    return {
        "record": int(store.record(commit.record.id) is not None),
        "listed": len(list(store.records())),
        "dossiers": sum(d.version > 0 for d in store.dossiers(subjects).values()),
        "learned": len(store.learned()),
        "alerts": sum(store.alert(a.id) is not None for a in commit.alerts),
        "listed alerts": len(list(store.alerts())),
        "events": len(list(store.events())),
        "corrections": len(store.facts("correction")),
    }


def complete(members: int) -> dict[str, int]:
    return {
        "record": 1, "listed": 1, "dossiers": members, "learned": members, "alerts": members,
        "listed alerts": members, "events": members, "corrections": 1,
    }  # fmt: skip


def test_a_commit_killed_at_any_write_is_seen_whole_or_not_at_all_and_then_completed():
    members = 1
    commit = roster(members)
    store, client = store_on(cloud.make_table())
    store.commit(commit)
    writes = client.writes
    assert writes >= 2 * (2 * members + 2) + 1
    seen = Counter()
    for n in range(1, writes + 1):
        table = cloud.make_table()
        # Ending before the next write is ending after this one; the last has nothing behind it.
        killed, _ = store_on(table, before=n)
        with pytest.raises(Killed):
            killed.commit(commit)
        reader, _ = store_on(table)
        found = visible(reader, commit)
        # `learned` may lag behind by the one write that announces it.
        rest = {k: v for k, v in found.items() if k != "learned"}
        whole = {k: v for k, v in complete(members).items() if k != "learned"}
        assert rest in (whole, dict.fromkeys(rest, 0)), f"write {n}: {found}"
        seen[rest == whole] += 1
        again, _ = store_on(table)
        done = again.commit(commit)
        assert done.alert_ids == ("a0", "a-old")
        assert visible(again, commit) == complete(members)
        assert {d.version for d in again.dossiers([d.subject for d in commit.dossiers]).values()} == {1}
    assert seen[True] > 0
    assert seen[False] > 0


def test_a_list_of_sixty_members_is_committed_as_one():
    commit = roster(60)
    store, client = store_on(cloud.make_table())
    assert len(store.commit(commit).alert_ids) == 61
    assert visible(store, commit) == complete(60)
    # staged and applied: each of 60 dossiers, 60 alerts, a record and a correction; the commit itself; five notes
    assert client.writes <= 2 * 122 + 2 + 5
    assert store.commit(commit).fresh is False
    killed, _ = store_on(cloud.make_table(), after=100)
    with pytest.raises(Killed):
        killed.commit(commit)
    assert set(visible(killed, commit).values()) == {0}


@pytest.mark.parametrize("write", [125, 126, 200])
def test_a_list_of_sixty_killed_about_the_write_that_makes_it_stand_is_whole_or_not_there(write):
    commit, table = roster(60), cloud.make_table()
    killed, _ = store_on(table, after=write)
    with pytest.raises(Killed):
        killed.commit(commit)
    reader, _ = store_on(table)
    subjects = [d.subject for d in commit.dossiers]
    # 3 notes and 122 staged; the one after them counts.
    assert {d.version for d in reader.dossiers(subjects).values()} == {int(write > 125)}
    assert (reader.record("list") is not None) == (write > 125)
    assert len(reader.commit(commit).alert_ids) == 61
    assert {d.version for d in reader.dossiers(subjects).values()} == {1}
    assert len(list(reader.alerts())) == 60


def test_an_edited_record_killed_at_any_write_shows_the_old_or_the_new_one():
    first, second = roster(1), roster(1, version=1, content="h2")
    for n in range(1, 12):
        table = cloud.make_table()
        store, _ = store_on(table)
        store.commit(first)
        killed, _ = store_on(table, before=n)
        try:
            killed.commit(second)
        except Killed:
            record = store.record("list")
            assert record is not None
            version = store.dossiers(["platform:p0"])["platform:p0"].version
            assert (record.content_hash, version) in (("h", 1), ("h2", 2))
        store_on(table)[0].commit(second)
        assert store.record("list").content_hash == "h2"
        assert [r.content_hash for r in store.records()] == ["h2"]


def test_a_dead_process_does_not_block_the_next_and_can_no_more_commit():
    table = cloud.make_table()
    slow, _ = store_on(table, before=9)
    with pytest.raises(Killed):
        slow.commit(roster(3, record_id="first"))
    quick = DynamoStore(table, cloud.shared_client("dynamodb"), clock=FakeClock(at=NOON))
    quick.commit(roster(3, record_id="second"))
    assert quick.record("first") is None
    assert {d.version for d in quick.dossiers([f"platform:p{n}" for n in range(3)]).values()} == {1}
    with pytest.raises(StoreConflict):
        quick.commit(roster(3, record_id="first"))


def test_a_poll_killed_at_any_write_loses_no_item_and_repeats_none():
    items = [Item(source_id="s", url=f"https://s.test/{n}") for n in range(3)]
    state = SourceState(source_id="s", etag="new", polls=1)
    for n in range(1, 8):
        table = cloud.make_table()
        store, _ = store_on(table)
        store.put_source(Source(id="s", url="https://s.test/"))
        killed, _ = store_on(table, before=n)
        with pytest.raises(Killed):
            killed.commit_poll(state, items)
        store, _ = store_on(table)
        # The old state still stands unless every item is pending: the next poll is not answered 304.
        saved = store.source("s")[1]
        if saved.etag == "new":
            assert store.commit_poll(state, ()) == tuple(items)
        assert store.commit_poll(state, items) == tuple(items)
        for item in items:
            store.read_done(item.url, "ok")
        assert store.commit_poll(state, items) == ()


def test_sixteen_threads_on_one_delivery_one_claims_it():
    table = cloud.make_table()
    store, _ = store_on(table)
    store.open([Delivery(id="d", alert_id="a", subscription_id="s", channel="console", created=NOON)])
    for attempt in range(1, 4):
        now = NOON + timedelta(minutes=attempt)
        with ThreadPoolExecutor(16) as pool:
            lease = now + timedelta(seconds=30)
            got = list(
                pool.map(lambda _, now=now, lease=lease: store.claim("d", now=now, lease_until=lease), range(16))
            )
        assert [d.attempt for d in got if d] == [attempt]


def test_sixteen_threads_on_one_dossier_each_version_is_had_once():
    table = cloud.make_table()

    def climb(n: int) -> int:
        store = DynamoStore(table, cloud.shared_client("dynamodb"))
        while True:
            dossier = store.dossiers(["platform:p0"])["platform:p0"]
            commit = roster(1, record_id=f"r{n}", version=dossier.version)
            try:
                store.commit(replace(commit, corrections=()))
            except StoreConflict:
                continue
            return dossier.version

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(climb, range(16))) == list(range(16))


def test_sixteen_threads_on_one_address_one_source_has_the_item():
    store, _ = store_on(cloud.make_table())
    for n in range(16):
        store.put_source(Source(id=f"s{n}", url=f"https://s{n}.test/"))

    def poll(n: int) -> tuple[Item, ...]:
        return store.commit_poll(SourceState(source_id=f"s{n}"), [Item(source_id=f"s{n}", url="https://one.test/")])

    with ThreadPoolExecutor(16) as pool:
        got = [items for items in pool.map(poll, range(16)) if items]
    assert len(got) == 1


def test_no_item_comes_near_400_kb():
    bucket = cloud.make_bucket()
    table = cloud.make_table()
    texts = S3Texts(bucket, lambda: cloud.shared_client("s3"))
    store = DynamoStore(table, cloud.shared_client("dynamodb"), texts=texts)
    # Hexadecimal of a counter's hashes: what compresses badly.
    noise = "".join(fit(str(n) * 300)[-64:] for n in range(9000))
    commit = roster(1)
    dossier = replace(commit.dossiers[0], platform=replace(platform(0), sources=(noise,)))
    commit = replace(commit, record=replace(commit.record, text=noise), dossiers=(dossier,))
    store.commit(commit)
    assert store.record("list").text == noise
    assert store.learned()[0].sources == (noise,)
    rows = cloud.shared_client("dynamodb").scan(TableName=table)["Items"]
    assert max(len(str(row)) for row in rows) < 2 * INLINE
    objects = cloud.shared_client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert {o["Key"].partition("/")[0] for o in objects} == {"text"}
    with pytest.raises(StoreError, match="bucket"):
        cloud.dynamodb_store().commit(commit)


@pytest.mark.parametrize("length", [10, 100, 200, 1000, 5000])
def test_keys_fit_whatever_people_call_their_things(length):
    store = cloud.dynamodb_store()
    names = ["名" * length, "名" * length + "x", "n" * length]
    for name in names:
        store.put_source(Source(id=name, url="https://s.test/"))
        store.put_subscription(Subscription(id=name, channel="console", address=""))
        store.put_fact("kind" + name, name, {"name": name})
    assert [s.id for s, _ in store.sources()] == sorted(names)
    assert [s.id for s in store.subscriptions()] == sorted(names)
    assert all(store.facts("kind" + name) == ((name, {"name": name}),) for name in names)


def test_off_topic_records_expire_and_keep_no_text_where_a_stack_says_so():
    table = cloud.make_table()
    store = DynamoStore(table, cloud.shared_client("dynamodb"), clock=FakeClock(at=NOON), keep_off_topic=False)
    plain = replace(roster(0).record, labels=(), text="天气" * 500)
    store.commit(Commit(record=plain))
    assert store.record("list") == replace(plain, text="")
    row = next(r for r in cloud.shared_client("dynamodb").scan(TableName=table)["Items"] if r["pk"]["S"] == "R#list")
    assert timedelta(days=30) < datetime.fromtimestamp(int(row["ttl"]["N"]), UTC) - NOON < timedelta(days=60)
    store.commit(replace(roster(1), record=replace(roster(1).record, content_hash="h2")))
    row = next(r for r in cloud.shared_client("dynamodb").scan(TableName=table)["Items"] if r["pk"]["S"] == "R#list")
    assert "N" not in row["ttl"]
    assert store.record("list").text


def test_the_table_of_patterns_names_every_method_of_the_store():
    methods = {name for name in vars(Store) if not name.startswith("_")}
    for base in Store.__mro__:
        methods |= {name for name, value in vars(base).items() if callable(value) and not name.startswith("_")}
    assert methods - {"close"} == {p.method.partition(".")[0] for p in PATTERNS}


def test_each_pattern_costs_the_calls_that_its_row_says():
    table = cloud.make_table()
    store, _ = store_on(table)
    store.put_source(Source(id="s", url="https://s.test/"))
    store.commit(roster(1))
    store.put_subscription(Subscription(id="x", channel="console", address=""))
    held = Delivery(id="h", alert_id="a", subscription_id="y", channel="console", created=NOON, state="held")
    store.open([held, replace(held, id="h2")])
    store.commit_poll(SourceState(source_id="s"), [Item(source_id="s", url="https://s.test/0")])
    store.learned()
    state = SourceState(source_id="s")
    plain = replace(roster(0).record, id="plain", labels=())
    new = Delivery(id="d", alert_id="a", subscription_id="z", channel="console", created=NOON)
    calls = {
        "put_source": lambda: store.put_source(Source(id="s", url="https://s.test/")),
        "source": lambda: store.source("s"),
        "remove_source": lambda: store.remove_source("unknown"),
        "sources": store.sources,
        "due": lambda: store.due(NOON, 10),
        "commit_poll": lambda: store.commit_poll(state, ()),
        "commit_polls": lambda: store.commit_polls([(state, (), None)]),
        "read_done": lambda: store.read_done("https://s.test/0", "ok"),
        "dossiers": lambda: store.dossiers(["platform:p0", "region:44"]),
        "learned": store.learned,
        "commit": lambda: store.commit(Commit(record=plain)),
        "record": lambda: store.record("list"),
        "alert": lambda: store.alert("a0"),
        "records": lambda: list(store.records()),
        "alerts": lambda: list(store.alerts()),
        "events": lambda: list(store.events()),
        "every_dossier": lambda: list(store.every_dossier()),
        "restore": lambda: store.restore(dossiers=roster(1).dossiers),
        "put_subscription": lambda: store.put_subscription(Subscription(id="x", channel="console", address="")),
        "subscription": lambda: store.subscription("x"),
        "subscriptions": store.subscriptions,
        "subscriptions_version": store.subscriptions_version,
        "open": lambda: store.open([new]),
        "claim": lambda: store.claim("d", now=NOON, lease_until=NOON + timedelta(minutes=1)),
        "settle": lambda: store.settle(replace(new, state="sent", attempt=1)),
        "delivery": lambda: store.delivery("d"),
        "deliveries": store.deliveries,
        "deliveries.state": lambda: store.deliveries(state="held"),
        "deliveries.subscription": lambda: store.deliveries(subscription_id="z"),
        "finish": lambda: store.finish(["h"], state="sent", now=NOON),
        "release": lambda: store.release("h2"),
        "remove_subscription": lambda: store.remove_subscription("x"),
        "put_fact": lambda: store.put_fact("k", "x", {}),
        "facts": lambda: store.facts("k"),
        "remove_fact": lambda: store.remove_fact("k", "x"),
    }
    counted = {}
    for name, call in calls.items():
        client = Watched(cloud.shared_client("dynamodb"))
        store.table.client = client
        call()
        counted[name] = sum(client.calls.values())
    written = {p.method: p.calls for p in PATTERNS if p.method in calls}
    assert counted == written
    assert written["due"] == SHARDS
    assert {p.method for p in PATTERNS} - set(calls) == {"commit_poll.item", "commit.cell"}
