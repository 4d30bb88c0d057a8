"""Each handler started as Lambda starts it: awslambdaric on a small Runtime API, only the built layers on the path.

The emulator's functions see its own packages, so that a missing one goes unnoticed there; here it cannot. Beside
each stands the processor time of its cold start, with an empty handler that makes the same clients and one call.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

from tests.e2e_aws.emulator import REGION, ROOT
from tests.e2e_aws.play import Played

#: what the runtime itself brings
RUNTIME = ("awslambdaric>=3.0", "boto3>=1.36")
#: processor seconds that a cold start may take beyond the empty handler
BUDGET = {"schedule": 0.25, "fanout": 0.25, "deliver": 0.25, "digest": 0.25, "read": 0.6}
_EMPTY = """
import os
import boto3
from botocore.config import Config


def handler(event, context):
    config = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5})
    made = {name: boto3.client(name, config=config) for name in event["clients"]}
    made["dynamodb"].get_item(TableName=os.environ["DUALCROSS_TABLE"], Key={"pk": {"S": "-"}, "sk": {"S": "-"}})
    return {}
"""
_SECONDS = 60


@dataclass(frozen=True)
class Started:
    """What came of one start."""

    answer: Any
    error: Any
    #: processor seconds until it asked for the first event, and until the first was answered
    cold: float
    first: float
    output: str


def runtime(python: str, folder: Path) -> Path:
    """Install what Lambda's runtime brings into a folder, where it is not there yet."""
    marker = folder / "packages.txt"
    wanted = "\n".join([python, *RUNTIME])
    if not (marker.exists() and marker.read_text() == wanted):
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
        subprocess.run([*pip, "--target", str(folder), *RUNTIME], check=True)
        marker.write_text(wanted)
    return folder


def start(python: str, path: list[Path], event: Mapping[str, Any], environment: Mapping[str, str]) -> Started:
    """Start `app.handler` of the first folder, hand it one event, and return what it answered."""
    api = _RuntimeApi(event)
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            # No site-packages: what is not in the layers is not there.
            [python, "-S", "-m", "awslambdaric", "app.handler"],
            cwd=path[0],
            env={
                **environment,
                "PATH": os.environ.get("PATH", ""),
                "HOME": home,
                "PYTHONPATH": os.pathsep.join(map(str, path)),
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.port}",
                "AWS_LAMBDA_FUNCTION_NAME": path[0].name,
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "LAMBDA_TASK_ROOT": str(path[0]),
                "LAMBDA_RUNTIME_DIR": str(path[-1]),
                "_HANDLER": "app.handler",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        api.process = process.pid
        try:
            Thread(target=_ended, args=(process, api), daemon=True).start()
            api.done.wait(_SECONDS)
        finally:
            process.kill()
            api.close()
        output = process.stdout.read().decode(errors="replace") if process.stdout else ""
        process.wait()
    cold, first = (*api.spent, float("nan"), float("nan"))[:2]
    return Started(answer=api.answer, error=api.error, cold=cold, first=first, output=output[-2000:])


def path_of(function: str, built: Path, brought: Path) -> list[Path]:
    """Return what is on the path of a function: its folder, its layers, what the runtime brings."""
    layers = [built / "SharedLayer" / "python"]
    if function == "read":
        layers.append(built / "ClassifiersLayer" / "python")
    return [built / f"{function.capitalize()}Function", *layers, brought]


def empty(folder: Path) -> Path:
    """Make the handler that only makes clients and one call."""
    made = folder / "EmptyFunction"
    made.mkdir(exist_ok=True)
    (made / "app.py").write_text(_EMPTY)
    return made


def event(name: str) -> dict[str, Any]:
    """Return one of the events of the folder."""
    found: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text("utf-8"))
    return found


def environment(endpoint: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Return what a function's environment holds."""
    return {
        **variables,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
    }


def all_start(played: Played, python: str, built: Path) -> str:
    """Start every function by itself on the stack's queues and table; returns the line with what it took."""
    brought = runtime(python, ROOT / ".venvs" / f"runtime-{built.name.removeprefix('layers-')}")
    subprocess.run([python, "-m", "compileall", "-q", str(built)], check=True, capture_output=True)
    base = _best(lambda: start(python, [empty(built), brought], {"clients": ["dynamodb", "sqs"]}, _of("Poll", played)))
    told, over = [], []
    for function, given in _events(played).items():
        path, variables = path_of(function, built, brought), _of(function.capitalize(), played)
        took = _best(lambda path=path, given=given, variables=variables: start(python, path, given, variables))  # type: ignore[misc]
        beyond = took - base
        told.append(f"{function} {beyond:+.2f}")
        if beyond > BUDGET.get(function, float("inf")):
            over.append(f"{function}: {beyond:.2f} s beyond the empty handler, {BUDGET[function]} allowed")
    assert not over, over
    sizes = {name: _megabytes(built / name) for name in ("SharedLayer", "ClassifiersLayer")}
    return (
        f"each handler starts with its layers alone ({sizes} MB unzipped); CPU s beyond an empty one: {', '.join(told)}"
    )


def _events(played: Played) -> dict[str, Mapping[str, Any]]:
    page = played.site.week.pages[-1]
    source = page.outlet.source().id
    read = event("read_items")
    read["Records"][0]["body"] = json.dumps(
        {"command": "Read", "items": [{"source_id": source, "url": page.url, "title": "", "published": None}]}
    )
    poll = event("poll_sources")
    poll["Records"][0]["body"] = json.dumps({"command": "Poll", "source_ids": [source]})
    return {
        "schedule": event("schedule_tick"),
        "poll": poll,
        "read": read,
        "fanout": event("fanout_alerts"),
        "deliver": event("deliver_later"),
        "digest": event("digest_tick"),
        "snapshot": event("snapshot_tick"),
        "api": event("api_status"),
    }


def _of(function: str, played: Played) -> dict[str, str]:
    name = played.outputs[f"{function}Function"]
    found = played.emulator.client("lambda").get_function_configuration(FunctionName=name)
    return environment(played.emulator.endpoint, found["Environment"]["Variables"])


def _best(run: Callable[[], Started]) -> float:
    """Return the least processor seconds of three starts: the others are noise of the machine."""
    starts = [run() for _ in range(3)]
    for one in starts:
        assert one.error is None, one.error
        assert one.answer is not None, one.output
        assert not one.answer.get("batchItemFailures"), one.output
        assert one.answer.get("statusCode", 200) == 200, one.answer
    return min(one.first for one in starts)


def _megabytes(folder: Path) -> float:
    total = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
    return round(total / 1e6, 1)


class _RuntimeApi:
    """The half of Lambda that a runtime talks to: one event to be had, its answer or error taken."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self.answer: Any = None
        self.error: Any = None
        self.spent: list[float] = []
        self.done = Event()
        self.process = 0
        self._event = json.dumps(event).encode()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> bytes | None:
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        self.spent.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
        if len(self.spent) > 1:
            self.done.set()
            return None
        return self._event

    def take(self, path: str, body: bytes) -> None:
        value = json.loads(body or b"null")
        if path.endswith("/response"):
            self.answer = value
        else:
            self.error = value
            self.done.set()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = api.next()
                if body is None:
                    # A runtime waits here until there is another event; it is ended meanwhile.
                    api.done.wait()
                    self.close_connection = True
                    return
                self.send_response(200)
                for name, value in (
                    ("Lambda-Runtime-Aws-Request-Id", "8f5b1d3e-0000-4000-8000-000000000000"),
                    ("Lambda-Runtime-Deadline-Ms", "99999999999999"),
                    ("Lambda-Runtime-Invoked-Function-Arn", f"arn:aws:lambda:{REGION}:000000000000:function:f"),
                    ("Content-Type", "application/json"),
                    ("Content-Length", str(len(body))),
                ):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                api.take(self.path, self.rfile.read(int(self.headers.get("Content-Length", 0))))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        return Handler


def _ended(process: subprocess.Popen[bytes], api: _RuntimeApi) -> None:
    process.wait()
    api.done.set()
