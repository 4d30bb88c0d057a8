"""The laws of `Archive`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from tests import cloud
from tests.contracts.values import NOON, later

from dualcross.stores.archive import FolderArchive, MemoryArchive
from dualcross.stores.s3 import S3Archive


@pytest.fixture(params=["memory", "folder", "s3"])
def archive(request, tmp_path):
    if request.param == "memory":
        yield MemoryArchive()
    elif request.param == "s3":
        yield S3Archive(cloud.make_bucket(), lambda: cloud.shared_client("s3"))
    else:
        made = FolderArchive(str(tmp_path / "raw"))
        yield made
        made.close()


def test_bytes_come_back_by_their_hash_and_are_kept_once(archive):
    digests = {archive.put(b"\x00body" * 1000, url="https://a.test/", fetched=NOON) for _ in range(2)}
    (digest,) = digests
    assert len(digest) == 64
    assert archive.get(digest) == b"\x00body" * 1000
    assert archive.get("0" * 64) is None
    assert archive.get("../../etc/passwd") is None
    assert list(archive.since(NOON)) == [(digest, "https://a.test/", NOON)]


def test_what_was_put_comes_oldest_first_from_a_moment_on(archive):
    late = archive.put(b"2", url="u2", fetched=later(20))
    early = archive.put(b"1", url="u1", fetched=later(10))
    archive.put(b"1", url="u3", fetched=later(30))
    assert [(d, u) for d, u, _ in archive.since(NOON)] == [(early, "u1"), (late, "u2"), (early, "u3")]
    assert [u for _, u, _ in archive.since(later(20))] == ["u2", "u3"]


def test_expired_bytes_go_unless_a_later_fetch_still_has_them(archive):
    shared = archive.put(b"shared", url="u1", fetched=later(10))
    archive.put(b"shared", url="u2", fetched=later(30))
    gone = archive.put(b"gone", url="u1", fetched=later(10))
    assert archive.expire(later(20)) == 2
    assert archive.expire(later(20)) == 0
    assert archive.get(gone) is None
    assert archive.get(shared) == b"shared"
    assert [u for _, u, _ in archive.since(NOON)] == ["u2"]


def test_naive_moments_are_refused(archive):
    naive = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001
    with pytest.raises(ValueError):
        archive.put(b"", url="u", fetched=naive)
    with pytest.raises(ValueError):
        list(archive.since(naive))
    with pytest.raises(ValueError):
        archive.expire(naive)


def test_a_damaged_file_counts_as_gone(tmp_path: Path):
    archive = FolderArchive(str(tmp_path))
    digest = archive.put(b"body", url="u", fetched=NOON)
    (path,) = tmp_path.glob("*/*.gz")
    path.write_bytes(path.read_bytes()[:-6])
    assert archive.get(digest) is None
    path.write_bytes(b"junk")
    assert archive.get(digest) is None
    archive.close()


def test_more_than_one_page_of_entries_is_walked(tmp_path: Path):
    archive = FolderArchive(str(tmp_path))
    for n in range(1100):
        archive.put(b"same", url=f"u{n}", fetched=later(n % 7))
    assert len({u for _, u, _ in archive.since(NOON)}) == 1100
    archive.close()
