"""The same commands on a deployed stack, as its outputs describe it, and tokens on either."""

from __future__ import annotations

import itertools
import json

import pytest
from botocore.exceptions import ClientError
from tests import cloud
from tests.cli.test_commands import run

from dualcross.model import Deliver, Delivery, Source
from dualcross.runners import deadletters, stack
from dualcross.settings import TABLE
from dualcross.stores.sqlite import SqliteStore

_numbers = itertools.count(1)


@pytest.fixture
def name(tmp_path, monkeypatch):
    """A stack with table, buckets and queues, each queue with its dead letters."""
    monkeypatch.chdir(tmp_path)
    values = {
        "table": cloud.make_table(),
        "archive_bucket": cloud.make_bucket(),
        "snapshot_bucket": cloud.make_bucket(),
    }
    for queue in deadletters.QUEUES:
        values[f"queue_{queue}"] = _with_dead_letters(cloud.make_queue(), cloud.make_queue())
    known = {row.name for row in TABLE}
    assert set(values) <= known
    made = f"stack-{next(_numbers)}"
    described = {stack.output(key): value for key, value in values.items()}

    class CloudFormation:
        def describe_stacks(self, *, StackName: str) -> dict:
            if StackName != made:
                error = {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}
                raise ClientError({"Error": error}, "DescribeStacks")
            return {"Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in described.items()]}]}

    def client(service: str):
        # moto's own stacks load half of AWS; which outputs the template has is shown by the emulator's run.
        return CloudFormation() if service == "cloudformation" else cloud.shared_client(service)

    monkeypatch.setattr(stack, "client", client)
    monkeypatch.setattr(deadletters, "client", client)
    return made


def _with_dead_letters(queue: str, dead: str) -> str:
    sqs = cloud.shared_client("sqs")
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": policy})
    return queue


def _bury(name: str, queue: str, body: str) -> str:
    settings = stack.outputs(name)
    address = deadletters._dead(getattr(settings, f"queue_{queue}"))
    return cloud.shared_client("sqs").send_message(QueueUrl=address, MessageBody=body)["MessageId"]


def test_sources_and_records_of_a_stack(name, capsys):
    stack.stack(name).store.put_source(Source(id="one", url="https://a.test/feed"))
    code, out, err = run(capsys, "sources", "--stack", name, "--json")
    assert (code, err) == (0, "")
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["one"]
    assert run(capsys, "source", "pause", "one", "--stack", name)[0] == 0
    assert stack.stack(name).store.source("one")[0].paused
    assert run(capsys, "records", "--stack", name, "--json")[:2] == (0, "")


def test_the_stack_may_be_named_before_the_command(name, capsys):
    stack.stack(name).store.put_source(Source(id="one", url="https://a.test/feed"))
    for before, behind in (("one", None), (name, None), ("nowhere", name)):
        argv = ["--stack", before, "sources", "--json", *(["--stack", behind] if behind else [])]
        if (behind or before) == name:
            assert json.loads(run(capsys, *argv)[1])["id"] == "one"
        else:
            assert run(capsys, *argv)[0] == 2


def test_an_official_list_is_imported_an_act_done_and_undone_and_all_of_it_exported(name, capsys, tmp_path):
    rows = "序号,平台名称,单位名称,所在省份\n1,星瀚云桥工业互联网平台,星瀚云桥科技有限公司,河北\n"
    sheet = tmp_path / "annex.csv"
    sheet.write_text(rows, "utf-8")
    given = ("--round", "2025", "--issuer", "工业和信息化部", "--published", "2026-03-01")
    code, out, err = run(capsys, "--stack", name, "registry", "import", str(sheet), *given, "--json")
    assert code == 0, err
    platform = json.loads(out)["id"]
    store = stack.stack(name).store
    assert [p.id for p in store.learned()] == [platform]
    code, out, err = run(capsys, "registry", "merge", platform, "wemake", "--stack", name)
    assert code == 0, err
    assert run(capsys, "registry", "undo", out.strip(), "--stack", name)[0] == 0
    target = tmp_path / "all.db"
    assert run(capsys, "export", "--format", "sqlite", "--out", str(target), "--stack", name)[0] == 0
    copied = SqliteStore(str(target))
    assert [p.id for p in copied.learned()] == [platform]
    assert copied.facts("token") == copied.subscriptions() == ()
    copied.close()
    assert {p.name for p in tmp_path.iterdir()} == {"annex.csv", "all.db"}


def test_a_stack_and_a_file_are_imported_into_each_other(name, capsys, tmp_path):
    stack.stack(name).store.put_source(Source(id="one", url="https://a.test/feed"))
    there = tmp_path / "there.db"
    assert run(capsys, "--db", str(there), "import", "--from-stack", name)[1].startswith("1 sources")
    store = SqliteStore(str(there))
    store.put_source(Source(id="two", url="https://b.test/feed"))
    store.close()
    assert run(capsys, "--stack", name, "import", str(there))[1].startswith("1 sources")
    assert [source.id for source, _ in stack.stack(name).store.sources()] == ["one", "two"]
    assert run(capsys, "--stack", name, "import", str(there))[1].startswith("0 sources")


def test_an_unknown_stack_is_one_line(name, capsys):
    code, out, err = run(capsys, "sources", "--stack", "nothing-there")
    assert (code, out) == (2, "")
    assert err.startswith("dualcross: no stack 'nothing-there'")
    assert err.count("\n") == 1


def test_dead_letters_go_back_by_id_by_queue_and_all(name, capsys):
    first = _bury(name, "poll", '{"command":"Poll","source_ids":["a"]}')
    _bury(name, "poll", '{"command":"Poll","source_ids":["b"]}')
    _bury(name, "read", '{"command":"Read"}')
    store = stack.stack(name).store
    now = stack.stack(name).clock.now()
    store.open([Delivery(id="d", alert_id="a", subscription_id="s", channel="email", created=now, state="dead")])
    out = run(capsys, "deadletters", "--stack", name, "--json")[1]
    assert sorted(json.loads(line)["what"] for line in out.splitlines()) == ["alert by email", "poll", "poll", "read"]
    assert run(capsys, "redrive", "--stack", name, first)[1] == "1 will be tried again\n"
    assert len(cloud.queue_backend(stack.outputs(name).queue_poll)) == 1
    assert run(capsys, "redrive", "--stack", name, "poll")[1] == "1 will be tried again\n"
    assert run(capsys, "redrive", "--stack", name, "--all")[1] == "2 will be tried again\n"
    assert store.delivery("d").state == "pending"
    (message,) = cloud.queue_backend(stack.outputs(name).queue_deliver)
    from dualcross.runners.queues import decode

    assert decode(message.body) == Deliver(delivery_ids=("d",))
    code, _, err = run(capsys, "redrive", "--stack", name, "nonsense")
    assert code == 2
    assert "no dead letter and no queue" in err


def test_doctor_tells_of_queues_and_dead_letters(name, capsys):
    _bury(name, "read", '{"command":"Read"}')
    code, out, _ = run(capsys, "doctor", "--stack", name, "--json")
    told = {row["check"]: row for row in map(json.loads, out.splitlines())}
    assert code == 1
    assert told["queue read"]["state"] == "wrong"
    assert told["queue poll"] == {"check": "queue poll", "state": "fine", "told": "0 waiting, 0 dead"}
    assert told["snapshot"]["state"] == "none"


@pytest.mark.parametrize("on", ["stack", "file"])
def test_tokens_are_shown_once_and_kept_as_hashes(on, name, capsys, tmp_path):
    where = ("--stack", name) if on == "stack" else ("--db", str(tmp_path / "dualcross.db"))
    code, text, err = run(capsys, "token", "create", "me", "--role", "analyst", *where)
    assert code == 0
    assert text.startswith("dcx_")
    assert "not shown again" in err
    assert run(capsys, "token", "create", "me", *where)[0] == 2
    (row,) = map(json.loads, run(capsys, "token", "list", "--json", *where)[1].splitlines())
    assert (row["name"], row["role"]) == ("me", "analyst")
    store = stack.stack(name).store if on == "stack" else SqliteStore(str(tmp_path / "dualcross.db"))
    assert text.strip() not in repr(store.facts("token"))
    store.close()
    assert run(capsys, "token", "revoke", "nobody", *where)[0] == 2
    assert run(capsys, "token", "revoke", "me", *where)[0] == 0
    assert run(capsys, "token", "list", "--json", *where)[1] == ""
