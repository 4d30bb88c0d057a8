"""Self-service on every store: opt-in twice, links that do one thing, silence about who reads, forgetting."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from standardwebhooks import Webhook
from tests import cloud
from tests.alerts.values import NOW, alert
from tests.stages.world import World

from dualcross import channels, flow
from dualcross.alerts import feedback, limits, subscriptions, tokens
from dualcross.alerts.limits import ADDRESS, CLIENT, TooMany
from dualcross.alerts.links import Links
from dualcross.alerts.subscriptions import Desk, FieldError
from dualcross.alerts.waiting import waiting
from dualcross.clock import FakeClock
from dualcross.errors import DeliveryPermanent, InputError
from dualcross.model import Deliver, Digest, FanOut, Record
from dualcross.ports import Commit
from dualcross.settings import Settings
from dualcross.stores.memory import MemoryStore
from dualcross.stores.sqlite import SqliteStore

FIELDS = {"channel": "email", "address": "Reader@Example.org", "query": "region:440000", "language": "en"}
SETTINGS = Settings(
    secret_key="k" * 32, public_url="https://alerts.example.org", operator_email="operator@example.org", attempts=3
)


@pytest.fixture(params=["memory", "sqlite", "dynamodb"])
def world(request, tmp_path):
    stores = {
        "memory": MemoryStore,
        "sqlite": lambda: SqliteStore(str(tmp_path / "x.db")),
        "dynamodb": cloud.dynamodb_store,
    }
    made = World(store=stores[request.param](), clock=FakeClock(NOW), settings=SETTINGS)
    yield made
    made.store.close()


@pytest.fixture
def desk(world):
    return Desk(store=world.store, settings=world.settings, clock=world.clock)


def run(world, *commands):
    queue = list(commands)
    while queue:
        command = queue.pop(0)
        if not command.delay:
            queue += flow.handle(command, world.deps)


def publish(world, *alerts):
    for one in alerts:
        record = Record(
            id=one.record_id, url=one.url, title=one.title, text=one.quotes[0], published=None, language="zh-Hans",
            source="x", official=False, read_at=NOW,
        )  # fmt: skip
        world.store.commit(Commit(record=record, alerts=(one,)))
        run(world, FanOut(alert_ids=(one.id,)))


def token_of(link: str) -> str:
    return link.partition("token=")[2]


def joined(world, desk, **fields):
    """Sign up, take the link out of the message, confirm, and return the subscription with its links."""
    subscriptions.sign_up(FIELDS | fields, "client", desk)
    run(world, Digest())
    made, _ = subscriptions.confirm(token_of(world.channel.sent[-1].links["confirm"]), desk)
    return made, Links.of(desk.settings, desk.clock.now()).subscription(made)


def test_nothing_is_sent_before_the_address_agrees(world, desk):
    subscriptions.sign_up(FIELDS, "client", desk)
    run(world, Digest())
    publish(world, alert(1))
    assert [message.kind for message in world.channel.sent] == ["notice"]
    link = world.channel.sent[0].links["confirm"]
    assert link.startswith("https://alerts.example.org/v1/confirm?token=")
    made, secret = subscriptions.confirm(token_of(link), desk)
    assert (made.state, made.address, secret) == ("active", "Reader@example.org", None)
    assert subscriptions.confirm(token_of(link), desk) == (made, None)
    publish(world, alert(2))
    assert [message.kind for message in world.channel.sent] == ["notice", "alert"]


def test_asking_twice_makes_one_and_never_undoes_leaving_by_an_old_link(world, desk):
    made, links = joined(world, desk)
    old = token_of(world.channel.sent[0].links["confirm"])
    subscriptions.unsubscribe(token_of(links["unsubscribe"]), desk)
    assert subscriptions.confirm(old, desk)[0].state == "ended"
    subscriptions.sign_up(FIELDS, "client", desk)
    (again,) = world.store.subscriptions()
    assert (again.id, again.state) == (made.id, "pending")


def test_signing_up_tells_nobody_who_reads(world, desk):
    made, links = joined(world, desk)
    outcomes = {subscriptions.sign_up(FIELDS, "stranger", desk)}
    outcomes |= {subscriptions.sign_up(FIELDS | {"address": "new@example.org"}, "stranger", desk)}
    outcomes |= {subscriptions.sign_up(FIELDS, "stranger", desk) for _ in range(3)}
    assert outcomes == {None}
    assert world.store.subscription(made.id) == made
    run(world, Digest())
    mine = [m for m in world.channel.sent if m.subscription.id == made.id]
    # The address itself hears of it, and not more often than it may.
    assert [sorted(m.links) for m in mine] == [["confirm"], ["settings", "unsubscribe"]][: len(mine)]
    assert len(mine) <= ADDRESS
    assert links["settings"] == mine[-1].links["settings"]


def test_sign_ups_are_limited_by_the_hour(world, desk):
    for n in range(CLIENT):
        subscriptions.sign_up(FIELDS | {"address": f"r{n}@example.org"}, "one", desk)
    with pytest.raises(TooMany):
        subscriptions.sign_up(FIELDS, "one", desk)
    subscriptions.sign_up(FIELDS, "another", desk)
    kept = json.dumps(world.store.facts("signup"))
    assert "one" not in kept
    assert "example" not in kept
    world.clock.at += timedelta(hours=1)
    subscriptions.sign_up(FIELDS, "one", desk)
    world.clock.at += timedelta(hours=2)
    run(world, Digest())
    assert world.store.facts("signup") == ()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "", True),
    ],
)
def test_a_client_is_a_network_where_addresses_cost_nothing(first, second, same):
    store = MemoryStore()
    limits.Limits(store, "k", NOW).client(first)
    limits.Limits(store, "k", NOW).client(second)
    counts = sorted(value["n"] for _, value in store.facts("signup"))
    assert counts == ([2, 2] if same else [1, 1, 2])


def test_all_clients_together_are_limited(monkeypatch):
    monkeypatch.setattr(limits, "ALL", 3)
    desk = Desk(store=MemoryStore(), settings=SETTINGS, clock=FakeClock(NOW))
    for n in range(3):
        subscriptions.sign_up(FIELDS, f"client {n}", desk)
    with pytest.raises(TooMany):
        subscriptions.sign_up(FIELDS, "client 4", desk)


def test_an_address_that_never_agreed_is_forgotten(world, desk):
    subscriptions.sign_up(FIELDS, "client", desk)
    world.clock.at += timedelta(days=7)
    run(world, Digest())
    assert len(world.store.subscriptions()) == 1
    world.clock.at += timedelta(days=2)
    run(world, Digest())
    assert world.store.subscriptions() == ()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"address": "nobody"}, "address"),
        ({"channel": "apprise", "address": "json://x"}, "channel"),
        ({"channel": "console"}, "channel"),
        ({"channel": "slack", "address": "https://evil.example/x"}, "address"),
        ({"channel": "webhook", "address": "env:DUALCROSS_SMTP_URL"}, "address"),
        ({"channel": "webhook", "address": "https://x.example/", "secret": "ssm:/prod/key"}, "secret"),
        ({"channel": "webhook", "address": "https://x.example/", "secret": "whsec_no base64"}, "secret"),
        ({"query": "nofield:x"}, "query"),
        ({"query": "x" * 501}, "query"),
        ({"triggers": "source.broken"}, "triggers"),
        ({"quiet": "22-7"}, "quiet"),
        ({"cadence": "hourly"}, "cadence"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"min_confidence": "nan"}, "min_confidence"),
        ({"min_confidence": "2"}, "min_confidence"),
        ({"language": "fr"}, "language"),
        ({"state": "active"}, "state"),
        ({"address": "a@example.org\r\nBcc: b@example.org"}, "address"),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_named(fields, field):
    desk = Desk(store=MemoryStore(), settings=SETTINGS, clock=FakeClock(NOW))
    with pytest.raises(FieldError) as caught:
        subscriptions.sign_up(FIELDS | fields, "client", desk)
    assert caught.value.field == field
    assert desk.store.subscriptions() == ()


def test_each_link_does_one_thing(world, desk):
    made, links = joined(world, desk)
    every = Links.of(desk.settings, NOW)
    given = {
        "confirm": token_of(every.confirm(made)["confirm"]),
        "manage": token_of(links["settings"]),
        "unsubscribe": token_of(links["unsubscribe"]),
        "feedback": token_of(every.alert(alert(), made)["right"]),
        "feed": token_of(every.feeds(made)["Atom"]),
    }
    acts = {
        "confirm": lambda token: subscriptions.confirm(token, desk),
        "manage": lambda token: subscriptions.export(token, desk),
        "unsubscribe": lambda token: subscriptions.unsubscribe(token, desk),
        "feedback": lambda token: feedback.claim(token, desk),
        "feed": lambda token: subscriptions.holder(token, "feed", desk),
    }
    for scope, act in acts.items():
        for other, token in given.items():
            if other == scope:
                act(token)
                continue
            with pytest.raises(tokens.TokenError):
                act(token)
    later = replace(desk, clock=FakeClock(NOW + timedelta(days=2000)))
    for scope, token in given.items():
        with pytest.raises(tokens.TokenError):
            subscriptions.holder(token, scope, later)


def test_changing_takes_what_one_may_change(world, desk):
    made, links = joined(world, desk)
    token = token_of(links["settings"])
    changed = subscriptions.change(
        token,
        {"query": "", "quiet": "22:00-07:00", "cap": "3", "always": "yes", "triggers": "deadline,policy.new"},
        desk,
    )
    assert world.store.subscription(made.id) == changed
    assert (changed.quiet, changed.cap, changed.always, changed.triggers) == (
        "22:00-07:00", 3, True, ("policy.new", "deadline")
    )  # fmt: skip
    for wrong in ({"address": "other@example.org"}, {"channel": "webhook"}, {"secret": "x"}, {"state": "pending"}):
        with pytest.raises(FieldError):
            subscriptions.change(token, wrong, desk)
    assert world.store.subscription(made.id) == changed


def test_what_is_held_is_shown_with_its_reason(world, desk):
    made, links = joined(world, desk, quiet="11:00-18:00")
    publish(world, alert(1), alert(2))
    (line,) = waiting(made, world.store)
    assert line == "2 (quiet hours), sent 2026-03-02 18:00 (UTC+08:00)"
    subscriptions.set_state(token_of(links["settings"]), "paused", desk)
    assert waiting(made, world.store) == (line,)


def test_one_gets_what_is_kept_and_can_have_it_forgotten(world, desk):
    made, links = joined(world, desk)
    publish(world, alert(1))
    said = Links.of(desk.settings, NOW).alert(alert(1), made)["wrong"]
    feedback.give(token_of(said), desk, note="  not   one\n")
    token = token_of(links["settings"])
    kept = subscriptions.export(token, desk)
    assert kept["subscription"]["address"] == "Reader@example.org"
    assert {one["kind"] for one in kept["deliveries"]} == {"notice", "alert"}
    assert [one["note"] for one in kept["feedback"]] == ["not one"]
    json.dumps(kept)
    subscriptions.delete(token, desk)
    assert world.store.subscriptions() == ()
    # The ledger keeps that something was sent, and nothing by which to find whom.
    assert {(one.receipt, one.error) for one in world.store.deliveries()} == {("", "")}
    (example,) = feedback.listed(world.store)
    assert (example["verdict"], example["subscription"], example["subject"]) == ("wrong", None, "云枢平台1")
    assert made.id not in json.dumps(list(world.store.facts("feedback")))
    for act in (subscriptions.export, subscriptions.delete):
        with pytest.raises(tokens.TokenError):
            act(token, desk)
    subscriptions.unsubscribe(token_of(links["unsubscribe"]), desk)


def test_an_answer_given_again_replaces_the_first(world, desk):
    made, _ = joined(world, desk)
    publish(world, alert(1))
    links = Links.of(desk.settings, NOW).alert(alert(1), made)
    assert feedback.give(token_of(links["wrong"]), desk) == "wrong"
    assert feedback.give(token_of(links["right"]), desk) == "right"
    assert [one["verdict"] for one in feedback.listed(world.store)] == ["right"]


def test_an_address_that_is_refused_is_parked_and_the_operator_told(world, desk):
    made, links = joined(world, desk)
    world.channel.fail_next(1, DeliveryPermanent("mailbox does not exist"))
    publish(world, alert(1))
    assert world.store.subscription(made.id).state == "paused"
    notice = world.channel.sent[-1]
    assert (notice.subscription.address, notice.kind) == ("operator@example.org", "notice")
    assert "mailbox does not exist" in notice.text
    publish(world, alert(2))
    assert [m.kind for m in world.channel.sent] == ["notice", "notice"]
    dead = list(world.store.deliveries(state="dead"))
    assert [one.error for one in dead] == ["mailbox does not exist"]
    subscriptions.set_state(token_of(links["settings"]), "active", desk)
    assert world.store.facts("parked") == ()
    assert world.store.release(dead[0].id)
    run(world, Deliver(delivery_ids=(dead[0].id,)))
    assert [a.id for m in world.channel.sent for a in m.alerts] == ["alert-1"]


def test_a_secret_address_is_sealed_and_never_shown(world, desk, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "dualcross")
    # Whoever set the program's logs up before keeps them from the root.
    monkeypatch.setattr(logging.getLogger("dualcross"), "propagate", True)
    secret = "https://hooks.slack.com/services/T000/B000/SeCrEtPaRt"
    made, links = joined(world, desk, channel="slack", address=secret)
    assert made.address.startswith("sealed:")
    shown = json.dumps([subscriptions.public(made), subscriptions.export(token_of(links["settings"]), desk)])
    # The real channel, whose request fails with the address at hand: the service's name leads to nobody.
    client = httpx.Client(transport=httpx.MockTransport(_refuses))
    world.deps = replace(world.deps, channel=lambda name: channels.get(name, SETTINGS, world.clock, client=client))
    publish(world, alert(1))
    told = repr(list(world.store.deliveries())) + caplog.text + shown + repr([m.text for m in world.channel.sent])
    assert "SeCrEtPaRt" not in told
    assert caplog.text


def _refuses(request):
    raise httpx.ConnectError(f"cannot reach {request.url}", request=request)


def test_a_web_hook_learns_its_secret_once_and_verifies_with_it(world, desk):
    fields = {"channel": "webhook", "address": "https://hook.example.org/in"}
    subscriptions.sign_up(FIELDS | fields, "client", desk)
    run(world, Digest())
    token = token_of(world.channel.sent[-1].links["confirm"])
    made, secret = subscriptions.confirm(token, desk)
    assert subscriptions.confirm(token, desk) == (made, None)
    seen = []
    client = httpx.Client(transport=httpx.MockTransport(lambda request: (seen.append(request), httpx.Response(204))[1]))
    world.clock.at = datetime.now(UTC)  # the library compares with today
    world.deps = replace(world.deps, channel=lambda name: channels.get(name, SETTINGS, world.clock, client=client))
    publish(world, alert(1))
    told = Webhook(secret).verify(seen[0].content, dict(seen[0].headers))
    assert told["data"]["alerts"][0]["subject"]["name"] == "云枢平台1"
    subscriptions.sign_up(FIELDS | fields | {"query": "", "secret": "whsec_b3du"}, "client", desk)
    own = next(one for one in world.store.subscriptions() if one.secret)
    assert own.secret.startswith("sealed:")
    assert subscriptions.signing_secret(own, SETTINGS) is None


def test_two_subscriptions_of_one_address_are_told_apart_and_ids_cannot_be_guessed(world, desk):
    joined(world, desk)
    joined(world, desk, query="region:330000")
    ids = {one.id for one in world.store.subscriptions()}
    assert len(ids) == 2
    other = subscriptions.make(FIELDS, replace(SETTINGS, secret_key="another key"), world.clock)
    assert other.id not in ids


def test_without_a_public_address_nobody_is_promised_a_link(world, desk):
    bare = replace(desk, settings=replace(desk.settings, public_url=""))
    world.settings = bare.settings
    world.deps = replace(world.deps, settings=bare.settings)
    subscriptions.sign_up(FIELDS, "client", bare)
    run(world, Digest())
    assert world.channel.sent == []
    assert [one.error for one in world.store.deliveries()] == [
        "no public address: set DUALCROSS_PUBLIC_URL, so that links lead somewhere"
    ]


def test_a_verdict_that_is_none_is_refused(world, desk):
    made, _ = joined(world, desk)
    odd = tokens.issue(desk.settings.secret_key, "feedback", "alert-1", NOW, extra=f"maybe/{made.id}")
    with pytest.raises(tokens.TokenError):
        feedback.give(odd, desk)
    gone = tokens.issue(desk.settings.secret_key, "feedback", "no-such-alert", NOW, extra=f"right/{made.id}")
    with pytest.raises(InputError):
        feedback.give(gone, desk)
