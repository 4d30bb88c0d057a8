"""What is sent to fail: one message of a batch, one item of a message; and the way back of what is mended."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from tests.e2e_aws.operating import PAGE, dualcross
from tests.e2e_aws.play import Played, Told

from dualcross.model import Delivery, Item, Read, Subscription
from dualcross.register.keys import record_id
from dualcross.runners.deadletters import dead_letters
from dualcross.runners.queues import SqsQueue
from dualcross.runners.stack import client
from dualcross.stores.dynamodb import keys


def partial_batch(played: Played, _: set[Told]) -> str:
    """Of a batch with a bad message the good one is done at once, and only the bad one comes again."""
    store = played.deps.store
    one = next(a for a in store.alerts())
    now = datetime.now(UTC)
    # Wants nothing by itself: the one delivery is opened here.
    subscription = Subscription(
        id="e2e-batch", channel="webhook", address=played.site.hook("batch"), query="platform:e2e-nobody"
    )
    store.put_subscription(subscription)
    store.open([
        Delivery(id="e2e-good", alert_id=one.id, subscription_id="e2e-batch", channel="webhook", created=now)
    ])  # fmt: skip
    address = played.outputs["QueueDeliver"]
    _die_sooner(address)
    bodies = ['{"command":"Deliver","delivery_ids":["e2e-good"]}', '{"command":"Nonsense"}']
    played.poisoned["Deliver"] = 1
    client("sqs").send_message_batch(
        QueueUrl=address, Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
    )
    played.until(lambda: store.delivery("e2e-good").state == "sent", 60, lambda: "the good message was not delivered")
    played.quiet()
    assert store.delivery("e2e-good").attempt == len(played.site.hooks["batch"]) == 1
    assert played.counts("Deliver") + played.counts("Deliver", dead=True) == 1
    return "of a batch with a bad message the good one is done at once, the bad one comes again alone"


def _die_sooner(queue: str) -> None:
    """Have a message of the queue die after two tries: after three or five, as deployed, it takes minutes."""
    found = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])["Attributes"]
    policy = json.loads(found["RedrivePolicy"]) | {"maxReceiveCount": 2}
    client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(policy)})


def bad_message_is_dead(played: Played, _: set[Told]) -> str:
    """The bad message of the batch lies in the dead letters, and nothing else does."""
    played.until(lambda: played.counts("Deliver", dead=True) == 1, 120, lambda: "the bad message is still about")
    (letter,) = dead_letters(played.deps.settings, "deliver")
    assert "Nonsense" in letter.body
    return "the bad message of the batch lies in the dead letters, alone"


def _poison(played: Played) -> tuple[Item, str]:
    """Return an item that cannot be read, and the id of the record that stands broken in its way."""
    outlet = played.site.week.outlets[0]
    url = played.site.week.pages[0].url.rpartition("/")[0] + "/e2e-poison.html"
    return Item(source_id=outlet.source().id, url=url), record_id(url, "")


def poison(played: Played, _: set[Told]) -> str:
    """One item of a message hits a fault; the others are read, and it goes on in a message of its own."""
    store = played.deps.store
    item, broken = _poison(played)
    good = replace(item, url=item.url.replace("poison", "good"))
    for one in (item, good):
        played.site.pages["/" + one.url.split("/", 3)[3]] = PAGE.format(one.url)
    # In no listing: only who reads this very page comes upon it.
    pk, sk = keys.record(broken)
    row = {"pk": {"S": pk}, "sk": {"S": sk}, "v": {"S": "not what it should be"}, "ver": {"N": "1"}}
    client("dynamodb").put_item(TableName=played.outputs["Table"], Item=row)
    _die_sooner(played.outputs["QueueRead"])
    played.poisoned["Read"] = 1
    SqsQueue(played.deps.settings, client("sqs")).send([Read(items=(item, good))])
    wanted = record_id(good.url, "")
    played.until(lambda: store.record(wanted) is not None, 60, lambda: "the good item was not read")
    return "of a message with a poison item the good one is read"


def poison_redriven(played: Played, _: set[Told]) -> str:
    """The poison item ends in the dead letters; once the fault is mended, redriving it does the work."""
    store = played.deps.store
    item, broken = _poison(played)
    # Two tries, the second later than the first: 10 and 40 seconds, and as long as another reads of the same host.
    played.until(lambda: played.counts("Read", dead=True) == 1, 200, lambda: "no dead letter came")
    pk, sk = keys.record(broken)
    client("dynamodb").delete_item(TableName=played.outputs["Table"], Key={"pk": {"S": pk}, "sk": {"S": sk}})
    (letter,) = (row for row in map(json.loads, dualcross(played, "deadletters", "--json")) if row["what"] == "read")
    assert item.url in letter["command"]
    assert "e2e-good" not in letter["command"]
    assert letter["error"].startswith(("2 tries", "3 tries")), letter
    assert dualcross(played, "redrive", "read") == ["1 will be tried again"]
    played.poisoned.pop("Read")
    played.until(lambda: store.record(broken) is not None, 60, lambda: "the redriven command did nothing")
    assert store.record(broken).url == item.url
    assert played.counts("Read", dead=True) == 0
    return "the poison item: dead letters after its tries, redriven when mended, and read"
