"""`mcp`: the read model for assistants, as a server of the Model Context Protocol on stdin and stdout.

One JSON-RPC message a line, as the protocol's stdio transport has it. Every tool reads and none writes.
https://modelcontextprotocol.io/specification/2025-06-18
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from dualcross import __version__
from dualcross.cli import lookup
from dualcross.errors import DualcrossError, InputError

if TYPE_CHECKING:
    from dualcross.query.readmodel import ReadModel

#: versions of the protocol that are spoken, the newest first
VERSIONS = ("2025-06-18", "2025-03-26", "2024-11-05")
_MOST = 100
_SHORT = 600
_GRAMMAR = (
    "topic:selection region:440000 platform:rootcloud operator:华为 round:2023 stage:selected after:2023-01-01"
    ' before:2024-01-01 source:miit.gov.cn lang:zh conf>0.8 "双跨平台" -招聘; OR between two alternatives'
)
_LISTS = {
    "records": "articles with what was understood of them, texts cut short",
    "events": "what happened, merged from all reports, with quotes",
    "platforms": "the register of platforms: operator, home province, rounds, how sure",
    "regions": "provinces with their member platforms",
    "rounds": "selection rounds with dates, counts and members",
    "policies": "policy documents",
    "alerts": "what subscribers were told, with quotes and sources",
    "sources": "the sources that are polled, and how they fare",
}
_ONE = {
    "record": "one record whole, by its id",
    "event": "one event, by its key",
    "platform": "one platform, by its id",
}


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    made = commands.add_parser("mcp", parents=[common], help="answer assistants over the Model Context Protocol")
    made.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Answer messages until the input ends."""
    with lookup.reading(args, shipped=True) as model:
        for line in getattr(sys.stdin, "buffer", sys.stdin):
            answer = respond(line, model)
            if answer is not None:
                sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
                sys.stdout.flush()
    return 0


def respond(line: str | bytes, model: ReadModel) -> Any:
    """Return the answer to a message or a batch; None where none is due."""
    if not line.strip():
        return None
    try:
        message = json.loads(line)
    except ValueError:
        return _error(None, -32700, "this is no JSON")
    if isinstance(message, list):
        answers = [answer for one in message if (answer := _answer(one, model)) is not None]
        return answers or (None if message else _error(None, -32600, "the batch is empty"))
    return _answer(message, model)


def tools() -> list[dict[str, Any]]:
    """Return the tools as the protocol lists them."""
    query = {"type": "string", "description": f"what to look for, all of it where empty: {_GRAMMAR}"}
    limit = {"type": "integer", "minimum": 1, "maximum": _MOST, "default": 20}
    many = {"type": "object", "properties": {"query": query, "limit": limit}, "additionalProperties": False}
    key = {"type": "string", "description": "id or key, as a list gave it"}
    single = {"type": "object", "properties": {"id": key}, "required": ["id"], "additionalProperties": False}
    read_only = {"readOnlyHint": True, "openWorldHint": False}
    return [
        {"name": name, "description": told, "inputSchema": schema, "annotations": read_only}
        for group, schema in ((_LISTS, many), (_ONE, single))
        for name, told in group.items()
    ]


def _answer(message: Any, model: ReadModel) -> dict[str, Any] | None:
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0" or not isinstance(message.get("method"), str):
        # An answer to a request of ours would have no method; we ask nothing.
        known = isinstance(message, dict) and ("result" in message or "error" in message)
        return None if known else _error(_id(message), -32600, "this is no JSON-RPC 2.0 request")
    if "id" not in message:
        return None
    params = message.get("params")
    given: dict[str, Any] = params if isinstance(params, dict) else {}
    method = message["method"]
    if method == "initialize":
        return _result(message, _hello(given))
    if method == "ping":
        return _result(message, {})
    if method == "tools/list":
        return _result(message, {"tools": tools()})
    if method == "tools/call":
        try:
            return _result(message, _called(given, model))
        except InputError as error:
            return _error(message["id"], -32602, str(error))
    return _error(message["id"], -32601, f"no method {method!r}")


def _hello(given: dict[str, Any]) -> dict[str, Any]:
    wanted = given.get("protocolVersion")
    return {
        "protocolVersion": wanted if wanted in VERSIONS else VERSIONS[0],
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": {"name": "dualcross", "version": __version__},
        "instructions": "Records, events and the register of China's dual cross-platform programme (双跨平台). Quote"
        " evidence with its address. The register is knowingly incomplete: `status` tells how sure a fact is.",
    }


def _called(given: dict[str, Any], model: ReadModel) -> dict[str, Any]:
    """Return what a tool says; a wrong query is told in the result, for the assistant to mend."""
    name, arguments = given.get("name"), given.get("arguments") or {}
    if not isinstance(arguments, dict):
        raise InputError("arguments must be an object")
    if name in _LISTS:
        act: Callable[[], Any] = lambda: _many(str(name), arguments, model)  # noqa: E731
    elif name in _ONE:
        act = lambda: _single(str(name), arguments, model)  # noqa: E731
    else:
        raise InputError(f"no tool {name!r}")
    try:
        found = act()
    except DualcrossError as error:
        return {"content": [{"type": "text", "text": str(error)}], "isError": True}
    text = json.dumps(found, ensure_ascii=False)
    return {"content": [{"type": "text", "text": text}], "structuredContent": found, "isError": False}


def _many(name: str, arguments: dict[str, Any], model: ReadModel) -> dict[str, Any]:
    query, limit = arguments.get("query", ""), arguments.get("limit", 20)
    if not isinstance(query, str):
        raise InputError("query must be a text")
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= _MOST:
        raise InputError(f"limit must lie between 1 and {_MOST}")
    rows = list(_cut(lookup.found(model, name, query, limit + 1)))
    return {"items": rows[:limit], "more": len(rows) > limit}


def _cut(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for row in rows:
        text = row.get("text")
        yield row | {"text": text[:_SHORT] + "…"} if isinstance(text, str) and len(text) > _SHORT else row


def _single(name: str, arguments: dict[str, Any], model: ReadModel) -> Any:
    key = arguments.get("id")
    if not isinstance(key, str) or not key:
        raise InputError("id must be a text")
    found = getattr(model, name)(key)
    if found is None:
        raise InputError(f"no {name} {key!r}")
    return lookup.shape(f"{name}s")(found)


def _result(message: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": message["id"], "result": result}


def _error(key: Any, code: int, told: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": key, "error": {"code": code, "message": told}}


def _id(message: Any) -> Any:
    key = message.get("id") if isinstance(message, dict) else None
    return key if isinstance(key, (str, int)) else None
