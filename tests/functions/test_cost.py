"""The bill: calls as they are counted on an emulated stack, and what the model makes of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests import cloud
from tests.cli.test_commands import run
from tests.contracts.values import alert, commit
from tests.template.transformed import source as template

from dualcross import cost
from dualcross.model import Deliver, FanOut, Poll, Read, Source, Subscription
from dualcross.runners import aws
from dualcross.stores.dynamodb import keys

ITEMS = 5
DECISIONS = Path(__file__).resolve().parents[2] / "docs" / "decisions"
PAGE = """<html><title>{0}</title><body><article><h1>{0}</h1><p>{1}</p></article></body></html>"""
TEXT = "食堂将于下周{0}起改造，用餐时间分为两批，请各司局按楼层错峰就餐，具体安排见各楼层公告栏。" * 5


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the requests to every service in the meantime."""
    calls: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        calls[model.name] += 1

    clients = [(cloud.shared_client(name), f"before-call.{name}") for name in ("dynamodb", "s3", "sqs")]
    for client, event in clients:
        client.meta.events.register(event, count, unique_id="cost")
    try:
        yield calls
    finally:
        for client, event in clients:
            client.meta.events.unregister(event, unique_id="cost")


@pytest.fixture
def feed(deployed, site):
    pages = {
        f"/{n}.html": ("text/html; charset=utf-8", PAGE.format(f"第{n}号通告", TEXT.format(n))) for n in range(ITEMS)
    }
    base = site(pages)
    items = "".join(f"<item><title>第{n}号通告</title><link>{base}/{n}.html</link></item>" for n in range(ITEMS))
    text = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
    pages["/feed"] = ("application/rss+xml", text)
    deployed.deps.store.put_source(Source(id="s", url=f"{base}/feed"))
    return deployed


def due(deployed) -> None:
    store = deployed.deps.store
    store.commit_poll(replace(store.source("s")[1], next_due=None), ())


def test_a_poll_an_item_and_a_page_make_the_calls_of_the_model(feed):
    with counted() as first:
        aws._run(Poll(source_ids=("s",)))
    ((read, _),) = feed.waiting("Read")
    # What a process does once.
    aws._run(Read(items=read.items[:1]))
    feed.deps.store.table.delete(keys.host("127.0.0.1"))
    with counted() as pages:
        aws._run(Read(items=read.items[1:]))
    assert pages.pop("UpdateItem") == 1, "the turn with the host, once a command"
    assert pages.pop("PutObject") == 1, "the pages of a command are packed into one object"
    pages["GetItem"] -= 1  # its source
    assert pages == {name: calls * (ITEMS - 1) for name, calls in cost.ACTIONS["read"].calls.items()}
    due(feed)
    feed.deps.store.table.delete(keys.host("127.0.0.1"))
    with counted() as unchanged:
        aws._run(Poll(source_ids=("s",)))
    assert unchanged.pop("BatchGetItem") == 1, "which hosts are being read, once a command"
    assert unchanged == dict(cost.ACTIONS["poll"].calls)
    # Beside what every poll does: one look whose turn it is, one which items are known, one request to the queue.
    new = first - unchanged
    assert new["PutItem"] == cost.ACTIONS["item"].calls["PutItem"] * ITEMS
    assert new.total() <= cost.ACTIONS["item"].calls["PutItem"] * ITEMS + 4


def test_an_alert_costs_a_bounded_number_of_calls_a_subscriber(deployed):
    store, people = deployed.deps.store, 40
    for n in range(people):
        store.put_subscription(Subscription(id=f"u{n}", channel="console", address=""))
    told = replace(alert(), created=deployed.deps.clock.now())
    store.commit(replace(commit(1), alerts=(told,)))
    with counted() as fan_out:
        aws._run(FanOut(alert_ids=(told.id,)))
    waiting = [command for command, _ in deployed.waiting("Deliver")]
    ids = [name for command in waiting for name in command.delivery_ids]
    assert len(ids) == people
    assert all(len(command.delivery_ids) <= 20 for command in waiting)
    # Opened a hundred at a time: what every subscriber adds is not a call.
    assert fan_out.total() <= 40
    with counted() as sent:
        aws._run(Deliver(delivery_ids=tuple(ids[:20])))
    assert sent == {name: calls * 20 for name, calls in cost.ACTIONS["delivery"].calls.items()}


def test_the_bill_of_the_stated_load():
    lines = cost.bill(cost.Load())
    # Not the 10 dollars that were hoped for: what it is, and where it goes.
    assert 10 < cost.total(lines) <= 16.1
    assert [(line.service, line.what) for line in lines[:3]] == [
        ("DynamoDB", "writes"),
        ("CloudWatch", "alarms"),
        ("DynamoDB", "reads"),
    ]
    text = (DECISIONS / "0061-what-a-month-costs.md").read_text("utf-8")
    assert f"{cost.total(lines):.2f}" in text
    assert all(f"{line.dollars:.2f}" in text for line in lines[:3])


def test_more_load_never_costs_less():
    base = cost.total(cost.bill(cost.Load()))
    for more in ({"sources": 1000}, {"every": 5.0}, {"items": 40_000}, {"subscribers": 2000}, {"alerts": 9.0},
                 {"answer": 2.0}):  # fmt: skip
        assert cost.total(cost.bill(cost.Load(**more))) > base, more
    assert cost.total(cost.bill(cost.Load(dashboard=True))) == pytest.approx(base + 3)


def test_the_reads_of_a_poll_are_between_full_ones_and_one_a_lot():
    for sources, items in ((1, 0), (1, 5), (10, 200), (500, 20_000), (500, 2_000_000)):
        load = cost.Load(sources=sources, items=items)
        sent = cost.messages(load)["read"]
        assert items * cost.DAYS / 20 <= sent * (1 + 1e-9)
        assert sent <= items * cost.DAYS / 2


def test_the_fixed_part_is_the_template():
    resources = template()["Resources"]
    kinds = Counter(resource["Type"] for resource in resources.values())
    assert kinds["AWS::CloudWatch::Alarm"] == cost.ALARMS
    assert kinds["AWS::CloudWatch::CompositeAlarm"] == 1
    assert template()["Parameters"]["Dashboard"]["Default"] == str(cost.Load().dashboard).lower()
    for name, gigabytes in cost.MEMORY.items():
        assert resources[f"{name.capitalize()}Function"]["Properties"]["MemorySize"] == gigabytes * 1024, name


def test_the_command_prints_lines_and_their_date(capsys):
    code, out, _ = run(capsys, "cost", "--sources", "50", "--every", "1h", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert {"service", "what", "quantity", "dollars"} == set(rows[0])
    assert str(cost.prices()["date"]) in run(capsys, "cost")[1]
    for bad in (["--every", "soon"], ["--every", "5s"], ["--items", "-1"], ["--answer", "nan"]):
        assert run(capsys, "cost", *bad)[0] == 2, bad
