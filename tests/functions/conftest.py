"""A stack of moto's: table, buckets and queues named in the environment, as a function finds them."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests import cloud

from dualcross.runners import aws, stack
from dualcross.runners.queues import QUEUES, decode

EVENTS = Path(__file__).resolve().parents[2] / "events"


class Context:
    """What Lambda hands a function beside the event."""

    def __init__(self, left: int = 60_000) -> None:
        self.left = left
        self.function_name = "dualcross"
        self.aws_request_id = "8f5b1d3e-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return self.left


@dataclass
class Stack:
    """The stack under test."""

    queues: dict[str, str]

    @property
    def deps(self):
        return aws.deps()

    def invoke(self, function: str, event: dict[str, Any], *, left: int = 60_000) -> dict[str, Any]:
        handler = importlib.import_module(f"functions.{function}.app").handler
        return handler(event, Context(left))

    def waiting(self, kind: str) -> list[tuple[Any, int]]:
        """Take all messages of a queue, delayed ones too: (command, seconds it is delayed)."""
        backend = cloud.queue_backend(self.queues[kind])
        found = [(decode(m.body), max(0, round((m.delayed_until - m.sent_timestamp) / 1000))) for m in backend]
        cloud.queue_backend(self.queues[kind], clear=True)
        return found


def event(name: str) -> dict[str, Any]:
    """Return one of the events of the folder."""
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    queues = {kind: cloud.make_queue() for kind in QUEUES}
    env = {
        "DUALCROSS_TABLE": cloud.make_table(),
        "DUALCROSS_ARCHIVE_BUCKET": cloud.make_bucket(),
        "DUALCROSS_SNAPSHOT_BUCKET": cloud.make_bucket(),
        "DUALCROSS_ALLOW_PRIVATE": "127.0.0.1",
        "DUALCROSS_STACK": "test",
        "DUALCROSS_SECRET_KEY": "",
    }
    env |= {f"DUALCROSS_{QUEUES[kind].upper()}": address for kind, address in queues.items()}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(stack, "client", cloud.shared_client)
    monkeypatch.setattr(aws, "client", cloud.shared_client)
    aws.forget()
    yield Stack(queues)
    aws.forget()


@pytest.fixture
def site() -> Iterator[Callable[[dict[str, tuple[str, str]]], str]]:
    """Serve pages on loopback: path → (media type, text); returns the address they begin with."""
    servers = []

    def serve(pages: dict[str, tuple[str, str]]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, text = pages.get(self.path, ("text/plain", ""))
                self.send_response(200 if self.path in pages else 404)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format, *args) -> None:  # noqa: A002
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()
