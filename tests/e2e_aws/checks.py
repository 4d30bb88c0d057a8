"""What the deployed stack must do, in order; each check returns the line that tells it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.e2e_aws.emulator import ROOT
from tests.e2e_aws.play import Played, Told, beginning, due_again, steps, subscriptions, told

from dualcross.errors import StoreConflict
from dualcross.model import Delivery, Item, Record, Source, SourceState
from dualcross.ports import Commit, Dossier
from dualcross.runners.queues import SqsQueue
from dualcross.runners.stack import client
from dualcross.web import access


def first_day(played: Played, _: set[Told]) -> str:
    """The schedule finds the sources by itself, and everything follows from it."""
    store = played.deps.store
    played.site.now = beginning(played.site)
    for subscription in subscriptions(played.site):
        store.put_subscription(subscription)
    for source in played.site.sources():
        store.put_source(source)
    wanted = len(played.site.week.outlets)
    played.until(
        lambda: sum(state.polls > 0 for _, state in store.sources()) == wanted, 150, lambda: "the schedule did not fire"
    )
    played.quiet()
    records = sum(1 for _ in store.records())
    seen = sum(state.items_seen for _, state in store.sources())
    assert records > 0, [(state.source_id, state.outcome, state.message) for _, state in store.sources()]
    return f"schedule → poll → read by themselves: {wanted} sources, {seen} items, {records} records"


def week(played: Played, expected: set[Told]) -> str:
    """The week, page by page; the alerts are those of the embedded run."""
    store = played.deps.store
    for now, source_id in steps(played.site):
        played.site.now = now
        due_again(store, source_id)
        played.invoke("Schedule", "schedule_tick")
        played.quiet()
    found = told(store.alerts())
    assert found == expected, f"missing {sorted(expected - found)}; too many {sorted(found - expected)}"
    return f"{len(found)} alerts, the same as embedded"


def told_once(played: Played, _: set[Told]) -> str:
    """Each alert reached each subscriber once."""
    store = played.deps.store
    deliveries = store.deliveries()
    alerts = [d for d in deliveries if d.kind == "alert" and d.subscription_id in ("reader", "hook")]
    assert alerts
    assert {d.state for d in alerts} == {"sent"}, {d.id: (d.state, d.error) for d in alerts if d.state != "sent"}
    mails = [m for m in played.mails() if "reader@dualcross.example" in json.dumps(m)]
    by_mail = sum(d.channel == "email" for d in alerts)
    by_hook = sum(d.channel == "webhook" for d in alerts)
    assert len(mails) == by_mail, (len(mails), by_mail)
    hooks = [json.loads(body) for body in played.site.hooks]
    assert len(hooks) == by_hook, (len(hooks), by_hook)
    played.site.hooks.clear()
    return f"{by_mail} mails in the outbox of SES, {by_hook} webhooks, each delivery sent once"


def unchanged(played: Played, _: set[Told]) -> str:
    """A second round over unchanged sources reads nothing and tells nobody."""
    store = played.deps.store
    before = (len(told(store.alerts())), sum(1 for _ in store.records()), len(store.deliveries()))
    due_again(store)
    played.invoke("Schedule", "schedule_tick")
    played.quiet()
    assert (len(told(store.alerts())), sum(1 for _ in store.records()), len(store.deliveries())) == before
    return "polled once more: nothing new, nobody told"


def api(played: Played, _: set[Told]) -> str:
    """The API answers whoever has a token, from the snapshot and the table."""
    store = played.deps.store
    now = datetime.now(UTC)
    reader = access.create(store, "e2e-reader", "reader", now)
    operator = access.create(store, "e2e-operator", "operator", now)
    status, told_status = played.get("/v1/status")
    assert (status, told_status["status"]) == (200, "ok"), told_status
    assert played.get("/v1/records")[0] == 401
    assert played.get("/v1/records", token="dcx_nobody")[0] == 401
    assert played.get("/v1/sources", token=reader)[0] == 403
    status, sources = played.get("/v1/sources", token=operator)
    assert (status, len(sources["items"])) == (200, len(played.site.week.outlets))
    asked = ("/v1/alerts?limit=100", "/v1/records?limit=100&q=topic:selection", "/v1/platforms", "/v1/events?limit=100")
    before = [_found(played, path, reader) for path in asked]
    played.invoke("Snapshot", "snapshot_tick")
    after = [_found(played, path, reader) for path in asked]
    # The same whether it comes from the table's newest records or from the snapshot.
    assert before == after
    assert all(after), dict(zip(asked, map(len, after), strict=True))
    access.revoke(store, "e2e-reader")
    access.revoke(store, "e2e-operator")
    return f"the API answers: {len(after[0])} alerts, {len(after[1])} records, the same before and after a snapshot"


def _found(played: Played, path: str, token: str) -> list[str]:
    status, answer = played.get(path, token=token)
    assert status == 200, (path, status, answer)
    return [json.dumps(row, sort_keys=True) for row in answer["items"]]


def partial_batch(played: Played, _: set[Told]) -> str:
    """One bad message of a batch fails alone, and ends in the dead letters."""
    store = played.deps.store
    one = next(a for a in store.alerts())
    now = datetime.now(UTC)
    delivery = Delivery(id="e2e-good", alert_id=one.id, subscription_id="hook", channel="webhook", created=now)
    store.open([delivery])
    address = played.outputs["QueueDeliver"]
    bodies = ['{"command":"Deliver","delivery_ids":["e2e-good"]}', '{"command":"Nonsense"}']
    client("sqs").send_message_batch(
        QueueUrl=address, Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
    )
    played.until(lambda: store.delivery("e2e-good").state == "sent", 60, lambda: "the good message was not delivered")
    assert store.delivery("e2e-good").attempt == 1
    return "of a batch with a bad message the good one is done at once"


def poison(played: Played, _: set[Told]) -> str:
    """A command that hits a fault ends in the dead letters; once the fault is mended, redriving it does the work."""
    store = played.deps.store
    source = replace(played.site.sources()[0], id="e2e-poison")
    store.put_source(source)
    client("dynamodb").update_item(
        TableName=played.outputs["Table"],
        Key=_source_key(source.id),
        UpdateExpression="SET st = :broken",
        ExpressionAttributeValues={":broken": {"S": "not what it should be"}},
    )
    client("sqs").send_message(
        QueueUrl=played.outputs["QueuePoll"], MessageBody='{"command":"Poll","source_ids":["e2e-poison"]}'
    )
    # Three tries, each later than the one before: 10, 40 and 160 seconds.
    played.until(lambda: played.counts("Poll", dead=True) == 1, 300, lambda: "no dead letter came")
    client("dynamodb").update_item(
        TableName=played.outputs["Table"], Key=_source_key(source.id), UpdateExpression="REMOVE st"
    )
    from dualcross.runners.deadletters import dead_letters, redrive

    (letter,) = [one for one in dead_letters(played.deps.settings, "poll") if "e2e-poison" in one.body]
    assert letter.tries >= 3
    assert redrive(played.deps.settings, "poll") == 1
    played.until(lambda: store.source("e2e-poison")[1].polls == 1, 60, lambda: "the redriven command did nothing")
    assert played.counts("Poll", dead=True) == 0
    store.remove_source("e2e-poison")
    played.quiet()
    return "a poison command: dead letters after three tries, redriven when mended, and done"


def bad_message_is_dead(played: Played, _: set[Told]) -> str:
    """The bad message of the batch went the same way."""
    played.until(lambda: played.counts("Deliver", dead=True) == 1, 900, lambda: "the bad message is still about")
    return "the bad message of the batch lies in the dead letters alone"


def races(played: Played, _: set[Told]) -> str:
    """Sixteen at once on one key: one claims, one has each version, one owns an item."""
    store = played.deps.store
    now = datetime.now(UTC)
    store.open([Delivery(id="e2e-race", alert_id="a", subscription_id="nobody", channel="console", created=now)])
    with ThreadPoolExecutor(16) as pool:
        lease = now + timedelta(minutes=1)
        claimed = list(pool.map(lambda _: store.claim("e2e-race", now=now, lease_until=lease), range(16)))
        assert sum(d is not None for d in claimed) == 1

        def climb(n: int) -> int:
            while True:
                version = store.dossiers(["round:e2e"])["round:e2e"].version
                record = Record(
                    id=f"e2e-{n}", url=None, title="", published=None, language="und", source=None, official=False,
                    text="", read_at=now, content_hash="h",
                )  # fmt: skip
                try:
                    store.commit(Commit(record=record, dossiers=(Dossier(subject="round:e2e", version=version),)))
                except StoreConflict:
                    continue
                return version

        assert sorted(pool.map(climb, range(16))) == list(range(16))
        for n in range(16):
            store.put_source(Source(id=f"e2e-{n}", url="https://e2e.test/", paused=True))
        item = "https://e2e.test/item"
        owners = pool.map(
            lambda n: store.commit_poll(SourceState(source_id=f"e2e-{n}"), [Item(source_id=f"e2e-{n}", url=item)]),
            range(16),
        )
        assert sum(bool(items) for items in owners) == 1
    for n in range(16):
        store.remove_source(f"e2e-{n}")
    store.settle(replace(next(d for d in claimed if d), state="dead"))
    return "sixteen threads on one key: one claim, sixteen versions, one owner"


def delays(played: Played, _: set[Told]) -> str:
    """A delayed command waits in the queue, one delayed by hours is sent on in hops."""
    from dualcross.model import Deliver

    SqsQueue(played.deps.settings, client("sqs")).send([Deliver(delivery_ids=("nobody",), delay=2.0)])
    assert played.counts("Deliver") >= 1
    played.quiet(60)
    return "delayed commands wait in their queue"


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


def _source_key(source_id: str) -> dict[str, dict[str, str]]:
    from dualcross.stores.dynamodb import keys

    pk, sk = keys.source(source_id)
    return {"pk": {"S": pk}, "sk": {"S": sk}}


Check = Callable[[Played, set[Told]], str]
ALL: tuple[Check, ...] = (
    first_day, week, told_once, unchanged, api, partial_batch, poison, races, bad_message_is_dead, delays, smoke,
)  # fmt: skip
#: what the enforced roles are shown by: every function at its work
WITH_ROLES: tuple[Check, ...] = (first_day, week, told_once, unchanged, api, delays)
