"""The other commands, on a store of their own."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.contracts.values import NOON, commit, delivery

from dualcross.cli import main
from dualcross.model import Poll
from dualcross.runners.queue import TRIES, SqliteQueue
from dualcross.stores.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[2]
ENV = {"PYTHONPATH": f"{ROOT / 'shared'}:{ROOT / 'classifiers'}", "PATH": os.environ.get("PATH", "")}


@pytest.fixture
def db(tmp_path, monkeypatch):
    """A database with five records, and the current folder beside it."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("DUALCROSS_"):
            monkeypatch.delenv(name)
    store = SqliteStore("dualcross.db")
    for n in range(5):
        store.commit(commit(n, at=n, content_hash=str(n), title=f"=标题 {n}"))
    store.close()
    return tmp_path


def run(capsys, *argv: str) -> tuple[int, str, str]:
    try:
        code = main(list(argv))
    except SystemExit as end:
        code = end.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def rows(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def test_help_is_quick_and_names_every_command():
    begin = time.process_time()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "dualcross", "--help"],
        env=ENV,
        capture_output=True,
        text=True,
        check=True,
    )
    assert time.process_time() - begin < 5
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not loaded & {"httpx", "fastapi", "sqlite3", "lxml", "bs4", "feedparser", "boto3", "sklearn", "uvicorn"}
    for name in "demo run serve read replay records source subscribe registry export doctor redrive backup".split():
        assert f"    {name}" in done.stdout


@pytest.mark.parametrize("name", ["records", "events", "platforms", "regions", "rounds", "policies", "alerts"])
def test_lookups_in_three_forms(capsys, db, name):
    code, out, err = run(capsys, name, "--json", "--limit", "3")
    assert (code, err) == (0, "")
    found = rows(out)
    assert found
    code, out, _ = run(capsys, name, "--csv", "--limit", "3")
    assert len(list(csv.DictReader(io.StringIO(out)))) == len(found)
    code, out, _ = run(capsys, name, "--limit", "3")
    assert (code, len(out.splitlines())) == (0, len(found) + 1)


def test_queries_of_lookups(capsys, db):
    assert len(rows(run(capsys, "records", "--json", "双跨", "region:广东")[1])) == 5
    assert rows(run(capsys, "records", "--json", "-双跨")[1]) == []
    assert rows(run(capsys, "records", "--json", "-huawei", "--limit", "1")[1])
    assert len(rows(run(capsys, "records", "--json", "--limit", "0")[1])) == 5
    code, out, err = run(capsys, "records", "topci:x")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "at character 1" in err


def test_the_shipped_register_needs_no_database(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(rows(run(capsys, "platforms", "--json", "--limit", "0")[1])) > 30
    assert rows(run(capsys, "registry", "diff", "2020", "2022", "--json")[1])
    assert run(capsys, "registry", "diff", "2020", "1900")[0] == 2
    code, out, err = run(capsys, "records")
    assert (code, out) == (2, "")
    assert "dualcross run" in err
    assert list(tmp_path.iterdir()) == []


def test_sources_are_added_paused_listed_and_removed(capsys, db):
    assert (
        run(capsys, "source", "add", "https://x.test/feed.xml", "--no-test", "--name", "甲", "--region", "广东")[0] == 0
    )
    (found,) = rows(run(capsys, "sources", "--json")[1])
    assert (found["name"], found["region"], found["outcome"]) == ("甲", "440000", "new")
    assert run(capsys, "source", "pause", found["id"])[0] == 0
    assert rows(run(capsys, "sources", "--json", "state:paused")[1])
    assert run(capsys, "source", "resume", found["id"])[0] == 0
    code, out, err = run(capsys, "source", "pause", "nobody")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert run(capsys, "source", "remove", found["id"])[0] == 0
    assert run(capsys, "sources", "--json")[1] == ""


@pytest.mark.parametrize(
    "argv",
    [
        ["ftp://x.test/"],
        ["nonsense"],
        ["https://x.test/", "--region", "火星"],
        ["https://x.test/", "--header", "nocolon"],
        ["https://x.test/", "--every", "0"],
        ["https://x.test/", "--trust", "2"],
        ["https://x.test/", "--timezone", "Mars/Base"],
        ["https://x.test/", "--every", "9-5"],
        ["http://[::1/"],
    ],
)
def test_a_source_that_cannot_be_is_refused(capsys, db, argv):
    code, out, err = run(capsys, "source", "add", "--no-test", *argv)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_opml_goes_in_and_out(capsys, db):
    (db / "in.opml").write_text(
        '<opml version="2.0"><body><outline text="组"><outline type="rss" text="甲 &amp; 乙" xmlUrl="https://a.test/f"/>'
        '<outline type="rss" text="丙" xmlUrl="https://b.test/f"/></outline></body></opml>',
        "utf-8",
    )
    assert run(capsys, "source", "import-opml", "in.opml")[0] == 0
    run(capsys, "source", "import-opml", "in.opml")
    assert len(rows(run(capsys, "sources", "--json")[1])) == 2
    out = run(capsys, "source", "export-opml")[1]
    assert "甲 &amp; 乙" in out
    assert 'xmlUrl="https://b.test/f"' in out
    (db / "bad.opml").write_text("no outline at all", "utf-8")
    assert run(capsys, "source", "import-opml", "bad.opml")[0] == 2


def test_subscriptions(capsys, db):
    code, out, _ = run(capsys, "subscribe", "region:440000", "-招聘", "--language", "zh")
    assert code == 0
    (found,) = rows(run(capsys, "subscriptions", "--json")[1])
    assert (found["id"], found["query"], found["state"]) == (out.strip(), "region:440000 -招聘", "active")
    assert run(capsys, "unsubscribe", found["id"][:6])[0] == 0
    assert rows(run(capsys, "subscriptions", "--json")[1])[0]["state"] == "ended"
    assert run(capsys, "unsubscribe", "nobody")[0] == 2
    assert run(capsys, "unsubscribe", "--delete", found["id"])[0] == 0
    assert run(capsys, "subscriptions", "--json")[1] == ""
    for bad in (["zz:1"], ["--channel", "pigeon"], ["--cadence", "hourly"], ["--min-confidence", "2"]):
        code, out, err = run(capsys, "subscribe", *bad)
        assert (code, out, err.count("\n")) == (2, "", 1), bad


def test_a_web_hook_is_told_its_secret_once(capsys, db):
    hook = ("--channel", "webhook", "--to", "https://hook.example.org/in")
    code, out, err = run(capsys, "subscribe", *hook)
    assert (code, len(out.split())) == (0, 1)
    secret = err.partition("again: ")[2].strip()
    assert secret.startswith("whsec_")
    (made,) = rows(run(capsys, "subscribe", *hook, "region:440000", "--json")[1])
    assert made["signing_secret"].startswith("whsec_")
    assert made["signing_secret"] != secret
    assert "whsec_" not in run(capsys, "subscriptions", "--json")[1]
    assert run(capsys, "subscribe", *hook, "--secret", "no base64")[0] == 2


def test_feedback_is_a_list_and_labelled_examples(capsys, db):
    from dualcross.alerts import feedback, tokens
    from dualcross.alerts.subscriptions import Desk
    from dualcross.clock import FakeClock
    from dualcross.settings import Settings

    store = SqliteStore("dualcross.db")
    desk = Desk(store=store, settings=Settings(secret_key="k"), clock=FakeClock(NOON))
    for number, verdict in ((1, "wrong"), (2, "right")):
        token = tokens.issue("k", "feedback", f"a{number}", NOON, extra=f"{verdict}/sub1")
        feedback.give(token, desk, note="=cmd")
    store.close()
    code, out, _ = run(capsys, "feedback")
    assert (code, "wrong" in out, "right" in out, "阿尔法" in out) == (0, True, True, True)
    examples = {row["alert"]: row for row in rows(run(capsys, "feedback", "--json")[1])}
    assert (examples["a1"]["verdict"], examples["a1"]["note"], examples["a2"]["verdict"]) == ("wrong", "=cmd", "right")
    article = examples["a1"]["article"]
    assert (article["title"], article["text"], article["labels"]) == ("=标题 1", "某平台入选双跨平台。", ["selection"])


def test_dead_letters_are_listed_and_redriven(capsys, db):
    from dualcross.clock import FakeClock

    store = SqliteStore("dualcross.db")
    clock = FakeClock(NOON)
    queue = SqliteQueue(store.database, clock)
    queue.send([Poll(source_ids=("a",))])
    for _ in range(TRIES):
        clock.sleep(queue.wait())
        queue.failed(queue.take(), "KeyError: x")
    store.open([delivery(1, state="dead", error="no such address")])
    store.close()
    found = rows(run(capsys, "deadletters", "--json")[1])
    assert [(row["what"], row["error"]) for row in found] == [
        ("Poll", "KeyError: x"),
        ("alert by console", "no such address"),
    ]
    assert run(capsys, "redrive")[0] == 2
    assert run(capsys, "redrive", "c99")[0] == 2
    assert run(capsys, "redrive", found[0]["id"])[1].startswith("1 ")
    assert run(capsys, "redrive", "--all")[1].startswith("1 ")
    assert run(capsys, "deadletters", "--json")[1] == ""


def test_backup_and_restore(capsys, db):
    assert run(capsys, "backup", "copy.db")[0] == 0
    assert run(capsys, "backup", "copy.db")[0] == 2
    run(capsys, "subscribe")
    assert run(capsys, "restore", "copy.db")[0] == 2
    assert run(capsys, "restore", "--force", "copy.db")[0] == 0
    assert run(capsys, "subscriptions", "--json")[1] == ""
    assert len(rows(run(capsys, "records", "--json")[1])) == 5
    assert Path("dualcross.db.old").exists()
    Path("junk.db").write_bytes(b"junk" * 500)
    sqlite3.connect("empty.db").execute("CREATE TABLE t (a)").connection.close()
    for bad in ("junk.db", "empty.db", "none.db"):
        assert run(capsys, "restore", "--force", bad)[0] in (1, 2)
    assert len(rows(run(capsys, "records", "--json")[1])) == 5


def test_exports(capsys, db):
    assert len(rows(run(capsys, "export")[1])) == 5
    assert len(rows(run(capsys, "export", "--what", "platforms")[1])) > 30
    found = list(csv.DictReader(io.StringIO(run(capsys, "export", "--format", "csv", "--query", "id:r1")[1])))
    assert [row["title"] for row in found] == ["'=标题 1"]
    run(capsys, "subscribe", "--channel", "email", "--to", "reader@example.org")
    assert run(capsys, "export", "--format", "sqlite", "--out", "out.db")[0] == 0
    assert b"reader@example.org" not in Path("out.db").read_bytes()
    assert run(capsys, "export", "--format", "sqlite", "--out", "out.db")[0] == 2
    assert run(capsys, "export", "--format", "sqlite")[0] == 2
    assert run(capsys, "export", "--out", "out.jsonl")[1] == ""
    assert len(rows(Path("out.jsonl").read_text("utf-8"))) == 5


def test_parquet(capsys, db):
    assert run(capsys, "export", "--format", "parquet", "--out", "out.parquet")[0] == 0
    table = pq.read_table("out.parquet")
    assert table.num_rows == 5
    assert {"id", "url", "title", "text", "findings"} <= set(table.column_names)
    assert run(capsys, "export", "--format", "parquet", "--query", "region:110000", "--out", "none.parquet")[0] == 0
    assert pq.read_table("none.parquet").num_rows == 0
    assert run(capsys, "export", "--format", "parquet", "--out", "no/such/folder.parquet")[0] == 2


def test_doctor(capsys, db, monkeypatch):
    code, out, _ = run(capsys, "doctor", "--json")
    assert code == 0
    assert {row["check"] for row in rows(out)} >= {"python", "sqlite", "settings", "database", "queue", "integrity"}
    monkeypatch.setenv("DUALCROSS_WORKERS", "many")
    code, out, _ = run(capsys, "doctor", "--json")
    assert code == 1
    assert "DUALCROSS_WORKERS" in out


def test_a_newer_database_is_refused_in_one_line(capsys, db):
    connection = sqlite3.connect("dualcross.db")
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    code, out, err = run(capsys, "records")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "newer" in err


def test_output_into_a_closed_pipe_is_quiet(db):
    done = subprocess.run(
        f"{sys.executable} -m dualcross export --what platforms | head -1",
        shell=True,
        env=ENV,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


def test_a_bug_is_one_line(capsys, db, monkeypatch):
    import dualcross.cli.lookup as lookup

    monkeypatch.setattr(lookup, "found", lambda *_: 1 / 0)
    code, out, err = run(capsys, "records")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "ZeroDivisionError" in err


def test_an_address_is_asked_without_any_store(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "source", "test", "https://nobody.invalid/feed.xml", "--json")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "does not resolve" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", ["/dev/full", None])
def test_output_that_cannot_be_written_is_one_line(end):
    command = [sys.executable, "-m", "dualcross", "platforms", "--json"]
    if end is None:
        done = subprocess.run(
            ["sh", "-c", f"exec {' '.join(command)} >&-"], env=ENV, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        return
    with Path(end).open("w") as full:
        done = subprocess.run(command, env=ENV, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "dualcross: output: No space left on device\n")


def test_a_bill_as_json_has_numbers(capsys):
    for row in rows(run(capsys, "cost", "--json")[1]):
        assert {type(row["quantity"]), type(row["dollars"])} <= {int, float}


def test_a_replay_without_the_archive_says_so(capsys, db):
    code, _, err = run(capsys, "replay", "--since", "36500d")
    assert (code, err.count("\n")) == (1, 1)
    assert "archive" in err


def test_regions_and_rounds_take_queries(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [row["code"] for row in rows(run(capsys, "regions", "--json", "region:广东")[1])] == ["440000"]
    assert "440000" not in {row["code"] for row in rows(run(capsys, "regions", "--json", "-region:广东")[1])}
    assert len(rows(run(capsys, "regions", "--json", "--limit", "3")[1])) == 3
    assert [row["round"] for row in rows(run(capsys, "rounds", "--json", "after:2020", "before:2021-12")[1])] == [
        "2020"
    ]


def test_a_subscription_and_a_preview_as_json(capsys, db):
    (made,) = rows(run(capsys, "subscribe", "region:440000", "--json")[1])
    assert (made["query"], made["channel"], made["state"]) == ("region:440000", "console", "active")
    told = rows(run(capsys, "subscribe", "region:440000", "--preview", "36500d", "--json")[1])
    assert [alert["trigger"] for alert in told] == ["platform.new"] * 5


def test_a_dry_run_makes_no_database(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("list.csv").write_text("序号,平台名称,企业名称\n1,星辉工业互联网平台,湖北星辉数科有限公司\n", encoding="utf-8")
    code, out, _ = run(capsys, "registry", "import", "list.csv", "--round", "2027", "--dry-run", "--json")
    assert (code, [row["state"] for row in rows(out)]) == (0, ["new"])
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]
    code, _, err = run(capsys, "registry", "import", "list.csv", "--round", "soon")
    assert (code, err.count("\n")) == (2, 1)


def test_the_register_that_ships_is_exported_without_any_database(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert any(row["id"] == "wemake" for row in rows(run(capsys, "export", "--what", "platforms")[1]))
    assert run(capsys, "export")[0] == 2


def test_progress_is_shown_on_a_terminal_alone(capsys, db, monkeypatch):
    run(capsys, "export", "--out", "quiet.jsonl")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    code, out, err = run(capsys, "export", "--out", "watched.jsonl")
    assert (code, out) == (0, "")
    assert "1 records" in err
    assert err.endswith("\r\033[K")
    assert Path("quiet.jsonl").read_bytes() == Path("watched.jsonl").read_bytes()


def test_bytes_that_are_no_text_are_told_in_one_line(capsys, db):
    for argv in (("sources", "\udcff"), ("records", "\udcff"), ("token", "create", "\udcff")):
        code, _, err = run(capsys, *argv)
        assert code in (0, 2)
        assert "internal" not in err
    name = os.fsdecode(b"b\xff.txt")
    Path(name).write_text("双跨平台名单公布", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "dualcross", "read", "--json", name], env=ENV, capture_output=True, check=True
    )
    assert json.loads(done.stdout)["title"] == "双跨平台名单公布"
