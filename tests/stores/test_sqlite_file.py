"""The SQLite file: versions, backups, several processes, the full-text index."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading

import pytest
from tests.contracts.values import commit, record

from dualcross.errors import StoreError, StoreUnavailable, StoreVersion
from dualcross.query.tokens import phrase
from dualcross.stores.sqlite import SqliteStore
from dualcross.stores.sqlite.database import Database, connect
from dualcross.stores.sqlite.schema import STEPS, VERSION, prepare


def test_a_newer_file_is_refused_in_one_line_and_left_alone(tmp_path):
    path = str(tmp_path / "x.db")
    SqliteStore(path).close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    with pytest.raises(StoreVersion) as caught:
        SqliteStore(path)
    assert "\n" not in str(caught.value)
    assert str(VERSION + 1) in str(caught.value)
    assert list(tmp_path.glob("*.bak")) == []


def test_an_older_file_is_migrated_after_a_backup_copy(tmp_path):
    path = str(tmp_path / "x.db")
    db = connect(path)
    prepare(db, path, STEPS[:1])
    db.execute("INSERT INTO facts VALUES ('k', 'a', '{}')")
    db.close()
    store = SqliteStore(path)
    assert store.facts("k") == (("a", {}),)
    store.close()
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
    db.close()
    (copy,) = tmp_path.glob("*.bak")
    db = sqlite3.connect(copy)
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM facts").fetchone() == (1,)
    db.close()
    SqliteStore(path).close()
    assert len(list(tmp_path.glob("*.bak"))) == 1


def test_the_index_of_an_older_file_is_written_anew(tmp_path):
    path = str(tmp_path / "x.db")
    store = SqliteStore(path)
    for n in range(3):
        store.commit(commit(n))
    with store.database.write() as db:
        db.execute("INSERT INTO records_fts (records_fts) VALUES ('delete-all')")
        db.execute("ALTER TABLE items DROP COLUMN edition")
        db.execute("PRAGMA user_version = 2")
    store.close()
    store = SqliteStore(path)
    word = phrase(record(0).title)[0][0]
    with store.database.read() as db:
        found = db.execute("SELECT count(*) FROM records_fts WHERE records_fts MATCH ?", (f'body:"{word}"',)).fetchone()
        db.execute("INSERT INTO records_fts (records_fts) VALUES ('integrity-check')")
    assert found == (3,)
    store.commit(commit(0, version=1, text="edited", content_hash="new"))
    store.close()


def test_a_failing_migration_changes_nothing(tmp_path):
    path = str(tmp_path / "x.db")
    db = connect(path)
    prepare(db, path, STEPS[:1])
    with pytest.raises(sqlite3.OperationalError):
        prepare(db, path, (STEPS[0], "CREATE TABLE fresh (a); NONSENSE"))
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'fresh'").fetchone() == (0,)
    db.close()


def test_two_processes_may_open_a_new_file_at_once(tmp_path):
    code = (
        "import sys; from dualcross.stores.sqlite import SqliteStore\n"
        "s = SqliteStore(sys.argv[1])\n"
        "for n in range(20): s.put_fact('k', sys.argv[2] + str(n), {})"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "x.db")]
    running = [subprocess.Popen([*command, name]) for name in "abc"]
    assert [p.wait(30) for p in running] == [0, 0, 0]
    store = SqliteStore(str(tmp_path / "x.db"))
    assert len(store.facts("k")) == 60
    store.close()


def test_a_file_that_is_no_database_is_an_error_of_one_line(tmp_path):
    path = tmp_path / "x.db"
    path.write_bytes(b"not a database at all, but long enough to be taken for one" * 100)
    with pytest.raises(StoreError) as caught:
        SqliteStore(str(path))
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(StoreError, match="no folder"):
        SqliteStore(str(tmp_path / "none" / "x.db"))


def test_a_locked_file_is_unavailable(tmp_path):
    path = str(tmp_path / "x.db")
    SqliteStore(path).close()
    rival = connect(path)
    rival.execute("BEGIN IMMEDIATE")
    store = SqliteStore(path, connect=lambda p: sqlite3.connect(p, isolation_level=None, timeout=0.05))
    with pytest.raises(StoreUnavailable) as caught:
        store.put_fact("k", "a", {})
    assert caught.value.retryable
    rival.execute("ROLLBACK")
    store.put_fact("k", "a", {})
    store.close()
    rival.close()


def test_connections_of_ended_threads_are_closed(tmp_path):
    made = []

    def opened(path):
        made.append(connect(path))
        return made[-1]

    database = Database(str(tmp_path / "x.db"), opened)
    for _ in range(5):
        thread = threading.Thread(target=lambda: database.read().__enter__().execute("SELECT 1"))
        thread.start()
        thread.join()
    with pytest.raises(sqlite3.ProgrammingError):
        made[1].execute("SELECT 1")
    database.close()


def _hits(store: SqliteStore, text: str) -> list[str]:
    words, prefix = phrase(text)
    match = 'body : "' + " ".join(words) + '"' + ("*" if prefix else "")
    with store.database.read() as db:
        found = db.execute(
            "SELECT r.id FROM records_fts f JOIN records r ON r.seq = f.rowid WHERE records_fts MATCH ? ORDER BY r.id",
            (match,),
        )
        return [row[0] for row in found]


def test_two_character_words_are_found_and_replaced_text_is_not(tmp_path):
    store = SqliteStore(str(tmp_path / "x.db"))
    store.commit(commit(1, text="工业互联网平台：双跨名单 FusionPlant 华为"))
    store.commit(commit(2, text="國家級雙跨平臺"))
    assert _hits(store, "双跨") == ["r1", "r2"]
    assert _hits(store, "双跨平台") == ["r2"]
    assert _hits(store, "跨") == ["r1", "r2"]
    assert _hits(store, "fusionplant华为") == ["r1"]
    assert _hits(store, "网双") == []
    store.commit(commit(2, text="改过的正文", subject="platform:other"))
    assert _hits(store, "双跨") == ["r1"]
    assert _hits(store, "改过") == ["r2"]
    with store.database.read() as db:
        db.execute("INSERT INTO records_fts (records_fts) VALUES ('integrity-check')")
    assert store.record("r2") == record(2, text="改过的正文")
    store.close()
