"""What an operator does with the stack: the command line, the smoke suite, the bill."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from tests.e2e_aws.emulator import ROOT
from tests.e2e_aws.play import Played, Told, due_again

from dualcross import cost, flow
from dualcross.model import Command, Deliver, Delivery, Item, Poll, Read
from dualcross.runners.stack import client, wired

PAGE = "<html><title>食堂通告</title><body><article><h1>食堂通告</h1><p>{0} 食堂将于下周起改造。</p></article></body></html>"


def dualcross(played: Played, *arguments: str, code: int = 0, on: tuple[str, ...] = ()) -> list[str]:
    """Run the command line on the stack, as an operator does, or `on` something else; return the lines it prints."""
    command = [sys.executable, "-m", "dualcross", *(on or ("--stack", played.stack)), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code, (arguments, done.returncode, done.stdout[-1000:], done.stderr[-2000:])
    return done.stdout.splitlines()


def command_line(played: Played, _: set[Told]) -> str:
    """The command line looks up, changes, examines and copies the stack."""
    store = played.deps.store
    sources = [json.loads(line) for line in dualcross(played, "sources", "--json")]
    assert len(sources) == len(played.site.week.outlets)
    for what, wanted in (("records", store.records()), ("alerts", store.alerts())):
        assert len(dualcross(played, what, "--limit", "0", "--json")) == sum(1 for _ in wanted), what
    dualcross(played, "source", "pause", sources[0]["id"])
    assert store.source(sources[0]["id"])[0].paused
    dualcross(played, "source", "resume", sources[0]["id"])
    told = {row["check"]: row["state"] for row in map(json.loads, dualcross(played, "doctor", "--json", code=1))}
    assert (told["queue poll"], told["queue deliver"]) == ("fine", "wrong"), told
    with tempfile.TemporaryDirectory() as folder:
        copy = str(Path(folder) / "copy.db")
        there = dualcross(played, "import", "--from-stack", played.stack, on=("--db", copy))
        assert f"{sum(1 for _ in store.alerts())} alerts" in there[0], there
        back = dualcross(played, "import", copy)
        assert all(written.startswith("0 ") for written in back[0].split(", ")), back
    return (
        f"the command line: sources, records, alerts, doctor; copied to a file ({there[0]}), and nothing to copy back"
    )


def calls(played: Played, _: set[Told]) -> str:
    """A poll, an item and a delivery make the calls that the cost model reckons with."""
    # As the functions are wired: what they may ask on loopback, an operator's command line may not.
    deps = wired(replace(played.deps.settings, allow_private="127.0.0.1"), played.deps.clock)
    store = deps.store
    source = store.sources()[0][0]
    pages = [f"/e2e-calls-{n}.html" for n in range(2)]
    played.site.pages |= {page: PAGE.format(page) for page in pages}
    items = [Item(source_id=source.id, url=urljoin(source.url, page)) for page in pages]
    now = datetime.now(UTC)
    alert_id = next(a.id for a in store.alerts())
    ids = [f"e2e-calls-{n}" for n in range(2)]
    store.open([
        Delivery(id=i, alert_id=alert_id, subscription_id="e2e-batch", channel="webhook", created=now) for i in ids
    ])  # fmt: skip
    due_again(store, source.id)
    plan: tuple[tuple[str, Command, Command], ...] = (
        ("poll", Poll(source_ids=("nobody",)), Poll(source_ids=(source.id,))),
        ("read", Read(items=(items[0],)), Read(items=(items[1],))),
        ("delivery", Deliver(delivery_ids=(ids[0],)), Deliver(delivery_ids=(ids[1],))),
    )
    # A command looks once which hosts are being read; one that reads takes its turn, and asks for an item's source.
    once = {
        "poll": Counter({"BatchGetItem": 1}),
        "read": Counter({"GetItem": 1, "UpdateItem": 1}),
        "delivery": Counter(),
    }
    for name, before, counted in plan:
        if name == "read":
            store.commit_poll(store.source(source.id)[1], items)
        # What a process does once is done by the first.
        played.free(source.url)
        flow.handle(before, deps)
        played.free(source.url)
        with _counted() as found:
            flow.handle(counted, deps)
        model = Counter(cost.ACTIONS[name].calls) + once[name]
        assert found == model, (name, found, model)
    deps.archive.flush()
    return "calls counted as the cost model has them: " + ", ".join(
        f"{name} {sum(cost.ACTIONS[name].calls.values())}" for name, *_ in plan
    )


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    found: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        found[model.name] += 1

    services = ("dynamodb", "s3", "sqs")
    for name in services:
        client(name).meta.events.register(f"before-call.{name}", count, unique_id="calls")
    try:
        yield found
    finally:
        for name in services:
            client(name).meta.events.unregister(f"before-call.{name}", unique_id="calls")


def smoke(played: Played, _: set[Told]) -> str:
    """The suite for a real account passes here too."""
    api_address = f"{played.emulator.endpoint}/_aws/execute-api/{played.outputs['ApiId']}/$default"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "tests/smoke"],
        cwd=ROOT, env=os.environ | {"STACK": played.stack, "SMOKE_API": api_address},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert "skipped" not in done.stdout, done.stdout[-3000:]
    return f"the smoke suite: {done.stdout.splitlines()[-1]}"
