"""The full-text index and the plain walk give the same answers, page by page."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contracts.values import NOON, alert, commit, event, platform, record

from dualcross.clock import FakeClock
from dualcross.errors import InputError
from dualcross.model import Count, Membership, Ref, Region
from dualcross.ports import Commit, Dossier
from dualcross.query import parse
from dualcross.query.engine import StoreReadModel
from dualcross.query.readmodel import make_cursor, read_cursor
from dualcross.stores.memory import MemoryStore
from dualcross.stores.sqlite import SqliteStore
from dualcross.stores.sqlite.reading import SqliteReadModel

WORDS = ["双跨平台", "工业互联网", "名单", "华为", "FusionPlant", "根云", "招聘", "平台", "公示 2023", "雙跨"]
QUERIES = [
    "",
    "双跨",
    "平台 -招聘",
    "-平台",
    '"名单 华为"',
    "跨 OR 招聘",
    "双跨 OR -名单",
    "fusionplant",
    "region:440000",
    "region:440000 stage:removed",
    "region:440000,330000 conf>0.8",
    "platform:p1 round:2023",
    "operator:华为",
    "operator:华为技术 OR platform:p2",
    "topic:policy lang:zh",
    "topic:policy OR region:330000",
    "lang:en",
    "after:2026-01-15",
    "before:2026-01-15 双跨",
    "after:2026-01 before:2026-02 stage:selected",
    "source:miit.test",
    "source:News.site",
    "source:测试",
    "source:news",
    "official:no kind:count",
    "trigger:platform.new",
    "trigger:platform",
    "id:r7",
    "after:2026-02-01",
    "after:2026-03",
    "before:2026-01-12 OR after:2026-02",
    "before:2026-01-02",
    "after:2025-12-30 before:2026-01-14",
    "known:yes",
    "conf>0.8",
    "conf>=0.9",
    "conf<0.9",
    "conf<=0.7",
    "conf:0.9 region:440000",
    "-conf>0.8",
    "-lang:zh",
    "-official:yes -招聘",
    "-region:440000 -stage:removed topic:policy",
    "-trigger:platform",
    "-known:no",
    "-round:2023 -kind:count",
    "-跨",
    "-title:招聘",
    "known:no region:440000",
    "title:台",
    "conf>0.8 OR 招聘",
    "round>=2023",
    "round<2023 stage:selected",
    "title:招聘",
    "title:平台 topic:selection",
    "source:miit",
    "source:site",
    "source:测",
    "id:r7,r8",
    "id:R9 OR id:r10",
]
#: what no record here can be
VAIN = [
    "member:yes",
    "ladder:confirmed",
    "issuer:国务院",
    "round>2090",
    "id:r7 id:r8",
    "id:none",
    "state:issued",
    "source:miit.te",
]


def made(n: int, rng: random.Random):
    findings = []
    for _ in range(rng.randrange(3)):
        findings.append(
            Membership(
                platform=Ref(id=f"p{rng.randrange(3)}", name=rng.choice(["根云", "华为FusionPlant"])),
                operator=rng.choice([None, Ref(id="huawei", name="华为技术有限公司")]),
                stage=rng.choice(["selected", "removed"]),
                round=rng.choice([None, "2022", "2023"]),
                region=rng.choice([None, Region(code="440000", name="广东"), Region(code="330000", name="浙江")]),
                confidence=rng.choice([0.7, 0.9]),
                known=rng.random() < 0.5,
            )
        )
    if rng.random() < 0.2:
        findings.append(Count(value=15, measure="new"))
    return record(
        n,
        at=n,
        title=rng.choice(WORDS),
        text="，".join(rng.choices(WORDS, k=4)),
        findings=tuple(findings),
        labels=tuple(rng.sample(["selection", "policy"], rng.randrange(3))),
        language=rng.choice(["zh-Hans", "zh-Hant", "en"]),
        published=rng.choice(
            [None, "2026", "2026-01", f"2026-01-{rng.randrange(10, 28)}", "2026-02-03T10:00:00+08:00"]
        ),
        source=rng.choice([None, "测试", "News.site"]),
        url=rng.choice([None, f"https://www.miit.test/{n}", f"https://iit.test/{n}"]),
        official=rng.random() < 0.5,
        alerts=(alert(n),) if rng.random() < 0.3 else (),
        content_hash=str(n),
    )


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory):
    rng = random.Random(7)
    memory = MemoryStore()
    sqlite = SqliteStore(str(Path(tmp_path_factory.mktemp("search")) / "x.db"))
    for n in range(150):
        one = Commit(record=made(n, rng))
        memory.commit(one)
        sqlite.commit(one)
    clock = FakeClock(NOON)
    yield StoreReadModel(memory, clock), SqliteReadModel(sqlite, clock)
    sqlite.close()


@pytest.mark.parametrize("text", QUERIES + VAIN)
def test_both_give_the_same_records(models, text):
    walked, indexed = models
    query = parse(text)
    whole = [r.id for r in walked.records(query, limit=500).items]
    assert [r.id for r in indexed.records(query, limit=500).items] == whole
    paged, cursor = [], None
    for _ in range(100):
        page = indexed.records(query, limit=7, cursor=cursor)
        paged += [r.id for r in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert paged == whole


def test_the_queries_of_this_test_tell_records_apart(models):
    sizes = {text: len(models[0].records(parse(text), limit=500).items) for text in QUERIES}
    assert [t for t, n in sizes.items() if n == 0] == []
    assert [t for t, n in sizes.items() if n == 150 and t] == []


def test_cursors_stay_good_while_data_grows(tmp_path):
    store = SqliteStore(str(tmp_path / "x.db"))
    model = SqliteReadModel(store, FakeClock(NOON))
    for n in range(6):
        store.commit(Commit(record=record(n, content_hash=str(n)), alerts=(alert(n, n),)))
    first = model.records(parse(""), limit=3)
    alerts = model.alerts(parse(""), limit=3)
    store.commit(Commit(record=record(9, content_hash="9"), alerts=(alert(9, 9),)))
    assert [r.id for r in model.records(parse(""), limit=3, cursor=first.next).items] == ["r2", "r1", "r0"]
    rest = model.alerts(parse(""), limit=3, cursor=alerts.next)
    assert ([a.id for a in rest.items], rest.next) == (["a2", "a1", "a0"], None)
    store.close()


@pytest.mark.parametrize("text", ["x", "%%%", "WyJ", "e30", "W10", "W251bGxd", "é"])
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(InputError, match="no cursor"):
        read_cursor(text)
    assert read_cursor(make_cursor(5, "城")) == (5, "城")


def test_limits_are_bounded(models):
    for model in models:
        for limit in (0, -1, 501):
            with pytest.raises(InputError, match="limit"):
                model.records(parse(""), limit=limit)


def test_the_version_changes_with_what_is_written(tmp_path):
    store = SqliteStore(str(tmp_path / "x.db"))
    model = SqliteReadModel(store, FakeClock(NOON))
    versions = [model.version()]
    store.commit(Commit(record=record(1)))
    versions.append(model.version())
    store.commit(Commit(record=record(1, text="edited", at=5)))
    versions.append(model.version())
    store.commit(Commit(record=record(2), alerts=(alert(2),)))
    versions.append(model.version())
    assert model.version() == versions[-1]
    assert len(set(versions)) == 4
    store.close()


def test_the_register_is_there_without_any_record(models):
    model = models[0]
    assert model.platform("wemake").name
    assert {r["code"] for r in model.regions()} >= {"440000", "370000"}
    assert [r["round"] for r in model.rounds()] == sorted(r["round"] for r in model.rounds())
    assert any(r["members"] for r in model.rounds())
    found = model.platforms(parse("region:广东 member:yes")).items
    assert found
    assert {p.region.code for p in found} == {"440000"}
    assert model.platforms(parse("round:2020 stage:removed")).items == ()
    policies = model.policies(parse("issuer:国务院")).items
    assert policies
    assert [p.date for p in policies if p.date] == sorted((p.date for p in policies if p.date), reverse=True)


def test_an_event_that_changes_is_found_as_it_is(tmp_path):
    store = SqliteStore(str(tmp_path / "x.db"))
    model = SqliteReadModel(store, FakeClock(NOON))
    store.commit(commit(1))
    assert [e.stage for e in model.events(parse("stage:selected")).items] == ["selected"]
    changed = Dossier(
        subject="platform:p1", version=1, platform=platform("p1"), events=(replace(event("e1"), stage="removed"),)
    )
    store.commit(Commit(record=record(2), dossiers=(changed,)))
    assert model.events(parse("stage:selected")).items == ()
    assert [e.key for e in model.events(parse("stage:removed")).items] == ["e1"]
    store.close()
