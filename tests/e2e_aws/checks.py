"""What the deployed stack must do, in order; each check returns the line that tells it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from tests.e2e_aws.play import Played, Told, beginning, steps, subscriptions, told

from dualcross.demo.verdict import compare
from dualcross.errors import StoreConflict
from dualcross.model import SUBSCRIBER_TRIGGERS, Deliver, Delivery, Item, Record, Source, SourceState, Subscription
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


def first_alert(played: Played, _: set[Told]) -> str:
    """The week begins: pages come out one by one, until the first alert."""
    store = played.deps.store
    played.left = steps(played.site)
    while played.left and not told(store.alerts()):
        _step(played)
    assert told(store.alerts())
    return f"the first alert, after {len(steps(played.site)) - len(played.left)} pages"


def week(played: Played, expected: set[Told]) -> str:
    """The rest of the week, page by page; the alerts are those of the embedded run, and those of `dualcross demo`."""
    while played.left:
        _step(played)
    alerts = [a for a in played.deps.store.alerts() if a.trigger in SUBSCRIBER_TRIGGERS]
    found = told(alerts)
    assert found == expected, f"missing {sorted(expected - found)}; too many {sorted(found - expected)}"
    assert not compare(played.site.week.expected, alerts), compare(played.site.week.expected, alerts)
    return f"{len(found)} alerts: those that `dualcross demo` is held to, and those of the embedded run"


def _step(played: Played) -> None:
    played.site.now, source_id = played.left.pop(0)
    played.poll(source_id)


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
    hooks = [json.loads(body) for body in played.site.hooks.pop("hook")]
    assert len(hooks) == by_hook, (len(hooks), by_hook)
    return f"{by_mail} mails in the outbox of SES, {by_hook} webhooks, each delivery sent once"


def digest(played: Played, _: set[Told]) -> str:
    """What was held back until its time comes in one mail."""
    store, now = played.deps.store, datetime.now(UTC)
    address = "digest@dualcross.example"
    reader = Subscription(id="e2e-digest", channel="email", address=address, cadence="daily", query="platform:nobody")
    store.put_subscription(reader)
    held = [
        Delivery(
            id=f"e2e-held-{n}", alert_id=alert.id, subscription_id=reader.id, channel="email", created=now,
            state="held", not_before=now - timedelta(minutes=1),
        )
        for n, alert in enumerate(islice(store.alerts(), 3))
    ]  # fmt: skip
    store.open(held)
    played.invoke("Digest", "digest_tick")
    played.quiet()
    assert {store.delivery(one.id).state for one in held} == {"sent"}
    mails = [mail for mail in played.mails() if address in json.dumps(mail)]
    assert len(mails) == 1, len(mails)
    store.remove_subscription(reader.id)
    return f"{len(held)} alerts that were held back came in one mail"


def unchanged(played: Played, _: set[Told]) -> str:
    """A second round over unchanged sources reads nothing and tells nobody."""
    store = played.deps.store
    before = (len(told(store.alerts())), sum(1 for _ in store.records()), len(store.deliveries()))
    played.poll()
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
    with ThreadPoolExecutor(2) as pool:
        # Of two at once one counts, and neither harms the other.
        list(pool.map(lambda _: played.invoke("Snapshot", "snapshot_tick"), range(2)))
    after = [_found(played, path, reader) for path in asked]
    # The same whether it comes from the table's newest records or from the snapshot.
    assert before == after
    assert all(after), dict(zip(asked, map(len, after), strict=True))
    access.revoke(store, "e2e-reader")
    access.revoke(store, "e2e-operator")
    return f"the API answers: {len(after[0])} alerts, {len(after[1])} records, the same before and after two snapshots at once"


def _found(played: Played, path: str, token: str) -> list[str]:
    status, answer = played.get(path, token=token)
    assert status == 200, (path, status, answer)
    return [json.dumps(row, sort_keys=True) for row in answer["items"]]


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
    SqsQueue(played.deps.settings, client("sqs")).send([Deliver(delivery_ids=("nobody",), delay=2.0)])
    assert played.counts("Deliver") >= 1
    played.quiet(60)
    return "delayed commands wait in their queue"
