"""Each function under its real events: what it does, what it sends on, and what it reports as failed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests import cloud
from tests.functions.conftest import EVENTS, event

from dualcross.model import (
    Alert,
    Deliver,
    Delivery,
    FanOut,
    Item,
    Poll,
    Read,
    Source,
    SourceState,
    Subject,
    Subscription,
)
from dualcross.runners import health
from dualcross.runners.queues import BATCH, MESSAGE_BYTES, SqsQueue, decode, encode, split
from dualcross.settings import Settings

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>新闻</title>
<item><title>2026年跨行业跨领域工业互联网平台名单公布</title><link>{base}/list.html</link></item></channel></rss>"""
PAGE = """<html lang="zh-CN"><head><title>名单</title></head><body><article>
<h1>2026年跨行业跨领域工业互联网平台名单公布</h1>
<p>工业和信息化部11月20日公布2026年跨行业跨领域工业互联网平台名单，星瀚工业互联网平台首次入选。</p>
<p>名单由工业和信息化部信息技术发展司评审确定，入选平台须连续两年通过动态评价。</p></article></body></html>"""


def alert(deps, alert_id: str = "alert-1", trigger: str = "platform.new") -> Alert:
    subject = Subject(id="xinghan", name="星瀚", names=("星瀚",), code="440000")
    told = Alert(id=alert_id, trigger=trigger, subject=subject, event="e", created=deps.clock.now(), quotes=("入选",))
    deps.store.put_source(Source(id="any", url="https://a.test/"))
    deps.store.commit_poll(SourceState(source_id="any", next_due=deps.clock.now() + timedelta(days=9)), (), alert=told)
    return told


def test_every_event_is_used_and_every_function_has_one():
    tests = EVENTS.parent / "tests" / "functions"
    used = "".join(p.read_text(encoding="utf-8") for p in tests.glob("test_*.py"))
    names = {p.stem for p in EVENTS.glob("*.json")}
    assert {n for n in names if f'"{n}"' not in used} == set()
    functions = {p.parent.name for p in (EVENTS.parent / "functions").glob("*/app.py")}
    assert {n.partition("_")[0] for n in names} == functions


def test_schedule_sends_the_due_sources_to_the_poll_queue(deployed):
    for n in range(60):
        deployed.deps.store.put_source(Source(id=f"s{n:02}", url=f"https://s{n}.test/"))
    deployed.deps.store.put_source(Source(id="paused", url="https://p.test/", paused=True))
    assert deployed.invoke("schedule", event("schedule_tick")) == {"sent": 2}
    sent = deployed.waiting("Poll")
    assert sorted(len(c.source_ids) for c, _ in sent) == [10, 50]
    assert {i for c, _ in sent for i in c.source_ids} == {f"s{n:02}" for n in range(60)}


def test_schedule_tells_how_the_sources_fare(deployed, capsys):
    now = deployed.deps.clock.now()
    for name, failures, success in (("a", 0, now - timedelta(minutes=12)), ("b", 5, None)):
        deployed.deps.store.put_source(Source(id=name, url="https://s.test/"))
        state = SourceState(source_id=name, failures=failures, last_success=success)
        deployed.deps.store.commit_poll(state, ())
    line = health.line(deployed.deps, now)
    assert line["MinutesSincePoll"] == 12.0
    assert line["SourcesFailing"] == 1
    metrics = line["_aws"]["CloudWatchMetrics"][0]
    assert metrics["Dimensions"] == [["Stack"]]
    assert {m["Name"] for m in metrics["Metrics"]} <= set(line)
    fixed = replace(deployed.deps, clock=type("At", (), {"now": lambda self: now.replace(minute=10)})())
    health.emit(fixed)
    assert json.loads(capsys.readouterr().out)["Stack"] == "test"
    health.emit(replace(fixed, clock=type("At", (), {"now": lambda self: now.replace(minute=11)})()))
    assert capsys.readouterr().out == ""


def test_poll_read_and_fan_out_hand_on_to_each_other(deployed, site):
    pages: dict[str, tuple[str, str]] = {}
    base = site(pages)
    pages |= {"/feed.xml": ("application/rss+xml", FEED.format(base=base)), "/list.html": ("text/html", PAGE)}
    store = deployed.deps.store
    store.put_source(Source(id="observer", url=f"{base}/feed.xml", kind="feed"))
    polled = event("poll_sources")
    for _ in range(2):
        # The second run finds the source polled just now, and its item still pending.
        assert deployed.invoke("poll", polled) == {"batchItemFailures": []}
        ((read, wait),) = deployed.waiting("Read")
        assert isinstance(read, Read)
        assert wait == 0
        assert [i.url for i in read.items] == [f"{base}/list.html"]
    message = event("read_items")
    message["Records"][0]["body"] = encode(read)
    for _ in range(2):
        assert deployed.invoke("read", message) == {"batchItemFailures": []}
        (record,) = store.records()
        assert record.url == f"{base}/list.html"
        assert deployed.deps.archive.get(record.raw) == PAGE.encode()
    objects = cloud.shared_client("s3").list_objects_v2(Bucket=deployed.deps.settings.archive_bucket)
    assert all(o["Key"].startswith("raw/") for o in objects["Contents"])
    assert deployed.waiting("Read") == []


def test_read_takes_an_item_of_a_forgotten_source_as_done(deployed):
    assert deployed.invoke("read", event("read_items")) == {"batchItemFailures": []}


def test_fan_out_opens_a_delivery_for_each_subscription_once(deployed):
    alert(deployed.deps)
    for n in range(3):
        deployed.deps.store.put_subscription(Subscription(id=f"s{n}", channel="console", address="-"))
    for _ in range(2):
        assert deployed.invoke("fanout", event("fanout_alerts")) == {"batchItemFailures": []}
        assert len(deployed.deps.store.deliveries()) == 3
        ((command, _),) = deployed.waiting("Deliver")
        assert isinstance(command, Deliver)
        assert len(command.delivery_ids) == 3


def test_deliver_sends_the_good_one_and_reports_the_unknown_one_alone(deployed, capsys):
    told = alert(deployed.deps)
    store = deployed.deps.store
    store.put_subscription(Subscription(id="s", channel="console", address="-"))
    delivery = Delivery(id="delivery-1", alert_id=told.id, subscription_id="s", channel="console", created=told.created)
    store.open([delivery])
    for _ in range(2):
        answer = deployed.invoke("deliver", event("deliver_one_good_one_unknown"))
        assert answer == {"batchItemFailures": [{"itemIdentifier": "059f36b4-87a3-44ab-83d2-661970000001"}]}
        assert store.delivery("delivery-1").state == "sent"
        assert store.delivery("delivery-1").attempt == 1


def test_a_delay_beyond_what_a_queue_can_is_taken_in_hops(deployed):
    assert deployed.invoke("deliver", event("deliver_later")) == {"batchItemFailures": []}
    ((command, wait),) = deployed.waiting("Deliver")
    assert (wait, command.delay) == (900, 4500.0)
    queue = SqsQueue(deployed.deps.settings, cloud.shared_client("sqs"))
    queue.send([Deliver(delivery_ids=("d",), delay=30.5), Deliver(delivery_ids=("e",), delay=0.2)])
    assert [(c.delay, w) for c, w in deployed.waiting("Deliver")] == [(0.5, 30), (0.2, 0)]


def test_digest_releases_what_was_held(deployed):
    told = alert(deployed.deps)
    store = deployed.deps.store
    store.put_subscription(Subscription(id="s", channel="console", address="-", cadence="daily@08:00"))
    past = told.created - timedelta(hours=1)
    held = Delivery(
        id="h", alert_id=told.id, subscription_id="s", channel="console", state="held", held="cadence",
        not_before=past, created=past,
    )  # fmt: skip
    store.open([held])
    assert deployed.invoke("digest", event("digest_tick")) == {"sent": 1}
    ((command, _),) = deployed.waiting("Deliver")
    assert [store.delivery(i).kind for i in command.delivery_ids] == ["digest"]


def test_a_message_of_another_kind_is_a_failure(deployed):
    message = event("fanout_alerts")
    answer = deployed.invoke("deliver", message)
    assert [f["itemIdentifier"] for f in answer["batchItemFailures"]] == [message["Records"][0]["messageId"]]


def test_messages_go_back_when_time_runs_out(deployed):
    message = event("deliver_one_good_one_unknown")
    answer = deployed.invoke("deliver", message, left=1000)
    assert len(answer["batchItemFailures"]) == 2


def test_a_failed_message_comes_again_soon_then_later(deployed):
    sqs = cloud.shared_client("sqs")
    address = deployed.queues["Poll"]
    sqs.send_message(QueueUrl=address, MessageBody="{}")
    (message,) = sqs.receive_message(QueueUrl=address, AttributeNames=["All"])["Messages"]
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "2"},
    }
    answer = deployed.invoke("poll", {"Records": [record]})
    assert answer["batchItemFailures"] == [{"itemIdentifier": message["MessageId"]}]
    (held,) = cloud.queue_backend(address)
    assert 35_000 < held.visible_at - held.sent_timestamp < 60_000


@pytest.mark.parametrize("text", ["普通", "tab\tnewline\n", "\ufffe\uffff", "\x00\x1f\x7f", "\U0001f600", '"\\'])
def test_any_text_travels(deployed, text):
    queue = SqsQueue(deployed.deps.settings, cloud.shared_client("sqs"))
    command = Read(items=(Item(source_id="s", url="https://a.test/", title=text),))
    queue.send([command])
    assert deployed.waiting("Read") == [(command, 0)]
    assert not set(encode(command)) & {"\ufffe", "\uffff", "\x00", "\x1f"}


def test_a_command_too_large_for_a_message_travels_in_parts(deployed):
    items = tuple(Item(source_id="s", url=f"https://a.test/{n}", summary="长" * 4000) for n in range(20))
    command = Read(items=items)
    parts = list(split(command))
    assert len(parts) > 1
    assert tuple(i for part in parts for i in part.items) == items
    assert all(len(encode(part).encode()) <= MESSAGE_BYTES for part in parts)
    queue = SqsQueue(deployed.deps.settings, cloud.shared_client("sqs"))
    queue.send([command, *(FanOut(alert_ids=(str(n),)) for n in range(2 * BATCH + 1))])
    assert len(deployed.waiting("Read")) == len(parts)
    assert len(deployed.waiting("FanOut")) == 2 * BATCH + 1


def test_commands_survive_the_way_through_a_message():
    for command in (Poll(source_ids=("a",), attempt=3), FanOut(alert_ids=()), Deliver(delivery_ids=("x",), delay=1.5)):
        assert decode(encode(command)) == command


def test_a_function_outside_a_stack_says_so(monkeypatch):
    from dualcross.errors import ConfigError
    from dualcross.runners.stack import wired

    with pytest.raises(ConfigError, match="DUALCROSS_TABLE"):
        wired(Settings(), None)
