"""Web hooks, verified by the public library of the Standard Webhooks scheme."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError
from tests.alerts.values import subscription
from tests.channels import receivers
from tests.channels.conftest import nasty, told

from dualcross import channels
from dualcross.channels.webhook import signing_secret
from dualcross.clock import SystemClock
from dualcross.errors import ConfigError, DeliveryPermanent, DeliveryTemporary, DeliveryThrottled


@pytest.fixture
def rig(settings, client):
    with receivers.receiver(lambda _: (204, {"X-Request-Id": "req-9"}, b"")) as box:
        # The public library compares the stamp with the machine's own clock.
        yield box, channels.get("webhook", settings, SystemClock(), client=client)


def test_the_public_library_accepts_the_signature(rig, settings):
    box, channel = rig
    to = subscription(channel="webhook", address=box.url + "/hook")
    assert channel.send(told(to, [nasty()], settings=settings, attempt=3)) == "req-9"
    (seen,) = box.accepted
    data = Verifier(signing_secret(to.id, settings)).verify(seen.body, seen.headers)
    assert data["type"] == "dualcross.alert"
    assert data["data"]["delivery"] == seen.headers["webhook-id"] == "d" * 64
    assert data["data"]["attempt"] == 3 == int(seen.headers["webhook-attempt"])
    assert data["data"]["alerts"][0]["trigger"] == "platform.new"
    assert datetime.fromisoformat(data["timestamp"]).tzinfo == UTC


def test_another_body_or_secret_is_not_accepted(rig, settings):
    box, channel = rig
    to = subscription(channel="webhook", address=box.url)
    channel.send(told(to, settings=settings))
    (seen,) = box.accepted
    with pytest.raises(WebhookVerificationError):
        Verifier(signing_secret(to.id, settings)).verify(seen.body + b" ", seen.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(signing_secret("other", settings)).verify(seen.body, seen.headers)


def test_a_secret_of_ones_own_signs(rig, settings, monkeypatch):
    box, channel = rig
    own = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
    monkeypatch.setenv("DUALCROSS_HOOK", own)
    channel.send(told(subscription(channel="webhook", address=box.url, secret="env:DUALCROSS_HOOK"), settings=settings))
    Verifier(own).verify(box.accepted[0].body, box.accepted[0].headers)


@pytest.mark.parametrize(
    ("fault", "error"),
    [(410, DeliveryPermanent), (404, DeliveryTemporary), (500, DeliveryTemporary), ("drop", DeliveryTemporary),
     ("hang", DeliveryTemporary), (302, DeliveryTemporary), ((429, {"Retry-After": "12"}, b""), DeliveryThrottled)],
)  # fmt: skip
def test_answers_are_mapped(rig, settings, fault, error):
    box, channel = rig
    box.faults.append(fault)
    with pytest.raises(error):
        channel.send(told(subscription(channel="webhook", address=box.url), settings=settings))


def test_without_a_key_nothing_is_sent_unsigned(rig, settings, client, clock):
    box, _ = rig
    channel = channels.get("webhook", replace(settings, secret_key=""), clock, client=client)
    with pytest.raises(DeliveryPermanent, match="DUALCROSS_SECRET_KEY"):
        channel.send(told(subscription(channel="webhook", address=box.url), settings=settings))
    assert not box.seen


def test_the_guard_refuses_private_addresses(settings, clock):
    channel = channels.get("webhook", settings, clock)
    for address in ("http://127.0.0.1:9/x", "http://169.254.169.254/latest/meta-data", "http://[::1]:9/"):
        with pytest.raises(DeliveryPermanent):
            channel.send(told(subscription(channel="webhook", address=address), settings=settings))


def test_an_unknown_channel_is_named(settings, clock):
    with pytest.raises(ConfigError, match="carrier-pigeon"):
        channels.get("carrier-pigeon", settings, clock)


def test_the_payload_is_plain_json(rig, settings):
    box, channel = rig
    channel.send(told(subscription(channel="webhook", address=box.url), settings=settings))
    body = box.accepted[0].body.decode("utf-8")
    assert "云枢" in body
    assert json.loads(body)["data"]["links"]["unsubscribe"].startswith("https://")
