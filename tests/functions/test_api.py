"""The API of a stack answers from the snapshot that the snapshot function keeps fresh."""

from __future__ import annotations

import json

from tests.functions.conftest import event

from dualcross.model import Record
from dualcross.ports import Commit
from dualcross.query import snapshot


def _record(deps, name: str) -> Record:
    return Record(
        id=name, url=f"https://a.test/{name}", title="双跨平台名单公布", published="2026-11-20", language="zh-Hans",
        source="报", official=False, text="星瀚工业互联网平台入选国家级双跨平台。", labels=("selection",),
        topics={"selection": 0.9}, read_at=deps.clock.now(), content_hash=name,
    )  # fmt: skip


def test_the_api_answers_from_the_snapshot(deployed):
    deployed.deps.store.commit(Commit(record=_record(deployed.deps, "r1")))
    assert deployed.invoke("snapshot", event("snapshot_tick")) == {"sent": 0}
    status = deployed.invoke("api", event("api_status"))
    assert status["statusCode"] == 200
    found = deployed.invoke("api", event("api_records"))
    assert found["statusCode"] == 200, found["body"]
    assert "https://a.test/r1" in found["body"] or json.loads(found["body"])


def test_a_second_run_adds_what_is_new_and_a_slower_one_leaves_it(deployed):
    deps = deployed.deps
    deps.store.commit(Commit(record=_record(deps, "r1")))
    assert snapshot.refresh(deps)
    deps.store.commit(Commit(record=_record(deps, "r2")))
    assert snapshot.refresh(deps)
    s3 = snapshot._s3()
    bucket = deps.settings.snapshot_bucket
    stale = '"0123456789abcdef0123456789abcdef"'
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        assert snapshot._get(s3, bucket, path, None)
        assert snapshot._put(s3, bucket, path, stale) is False
    reader = snapshot.SnapshotReader(deps, tempfile.mkdtemp())
    from dualcross.query import parse

    assert {r.id for r in reader.model().records(parse("")).items} == {"r1", "r2"}
