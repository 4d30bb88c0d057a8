"""The server for assistants: the handshake, the tools, and what is said to nonsense."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.contracts.values import NOON, commit

from dualcross.cli.mcp import respond, tools
from dualcross.clock import FakeClock
from dualcross.query.engine import StoreReadModel
from dualcross.stores.memory import MemoryStore

ROOT = Path(__file__).resolve().parents[2]
ENV = {"PYTHONPATH": f"{ROOT / 'shared'}:{ROOT / 'classifiers'}", "PATH": os.environ.get("PATH", "")}


@pytest.fixture
def model():
    store = MemoryStore()
    for n in range(30):
        store.commit(commit(n, at=n, text=f"某平台入选双跨平台。{'长' * 900}", content_hash=str(n)))
    return StoreReadModel(store, FakeClock(NOON))


def asked(model, method: str, key=1, **params):
    return respond(json.dumps({"jsonrpc": "2.0", "id": key, "method": method, "params": params}), model)


def called(model, name: str, **arguments):
    return asked(model, "tools/call", name=name, arguments=arguments)["result"]


def test_the_handshake(model):
    for version, answer in (("2024-11-05", "2024-11-05"), ("1999-01-01", "2025-06-18")):
        result = asked(model, "initialize", protocolVersion=version, capabilities={}, clientInfo={})["result"]
        assert result["protocolVersion"] == answer
        assert result["serverInfo"]["name"] == "dualcross"
    assert respond(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n', model) is None
    assert asked(model, "ping", key="a") == {"jsonrpc": "2.0", "id": "a", "result": {}}


@pytest.mark.parametrize("tool", tools(), ids=lambda tool: tool["name"])
def test_every_tool_answers(model, tool):
    arguments = (
        {}
        if "query" in tool["inputSchema"]["properties"]
        else {"id": {"record": "r3", "event": "e3"}.get(tool["name"], "wemake")}
    )
    result = called(model, tool["name"], **arguments)
    assert not result["isError"]
    assert json.loads(result["content"][0]["text"]) == result["structuredContent"]


def test_lists_are_bounded_and_texts_short(model):
    found = called(model, "records", query="region:440000", limit=7)["structuredContent"]
    assert (len(found["items"]), found["more"]) == (7, True)
    assert all(len(row["text"]) < 700 for row in found["items"])
    assert len(called(model, "record", id="r3")["structuredContent"]["text"]) > 900
    assert called(model, "regions", query="region:440000")["structuredContent"]["more"] is False


@pytest.mark.parametrize(
    ("name", "arguments", "word"),
    [
        ("records", {"query": "topic:none"}, "topic"),
        ("records", {"limit": 0}, "limit"),
        ("records", {"limit": True}, "limit"),
        ("records", {"query": 5}, "query"),
        ("record", {}, "id"),
        ("record", {"id": "none"}, "none"),
    ],
)
def test_what_is_wrong_is_told_to_the_assistant(model, name, arguments, word):
    result = called(model, name, **arguments)
    assert result["isError"]
    assert word in result["content"][0]["text"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("nonsense", -32700),
        (b"\xff\xfe", -32700),
        ("5", -32600),
        ("[]", -32600),
        ('{"id": 1, "method": "ping"}', -32600),
        ('{"jsonrpc": "2.0", "id": 1, "method": "no/such"}', -32601),
        ('{"jsonrpc": "2.0", "id": 1, "method": "tools/call"}', -32602),
        (
            '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "records", "arguments": [1]}}',
            -32602,
        ),
    ],
)
def test_nonsense_is_answered_with_an_error(model, line, code):
    assert respond(line, model)["error"]["code"] == code


def test_a_batch_is_answered_as_one(model):
    one = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert len(respond(json.dumps([one, {**one, "id": 2}, {"jsonrpc": "2.0", "method": "x"}]), model)) == 2
    assert respond(json.dumps([{"jsonrpc": "2.0", "method": "x"}]), model) is None


def test_the_server_lives_until_its_input_ends(tmp_path):
    lines = [
        {
            "jsonrpc": "2.0",
            "id": n,
            "method": "tools/call",
            "params": {"name": "platform", "arguments": {"id": "wemake"}},
        }
        for n in range(2)
    ]
    done = subprocess.run(
        [sys.executable, "-m", "dualcross", "mcp"], input="\n".join(map(json.dumps, lines)), cwd=tmp_path, env=ENV,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [0, 1]
    assert (done.stderr, list(tmp_path.iterdir())) == ("", [])
