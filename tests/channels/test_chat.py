"""The chat channels against services on loopback that enforce format, size and rate."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from tests.alerts.values import subscription
from tests.channels import receivers
from tests.channels.conftest import NASTY, many, nasty, told

from dualcross import channels
from dualcross.channels import lookalikes, secrets
from dualcross.channels.telegram import Telegram
from dualcross.errors import (
    DeliveryError,
    DeliveryPermanent,
    DeliveryRefused,
    DeliveryTemporary,
    DeliveryThrottled,
    InputError,
)

#: channel → (path of its address, secret, requests it may take in a row before it is told to wait)
SERVICES = {
    "slack": ("/services/T/B/x", None),
    "teams": ("/workflows/x", None),
    "telegram": ("", "env:DUALCROSS_TELEGRAM_TOKEN"),
    "feishu": ("/open-apis/bot/v2/hook/x", "env:DUALCROSS_TEST_SECRET"),
    "dingtalk": ("/robot/send?access_token=tok", "env:DUALCROSS_TEST_SECRET"),
    "wecom": ("/cgi-bin/webhook/send?key=k", None),
    "ntfy": ("/alerts", None),
}


class Rig:
    def __init__(self, name, box, channel, settings):
        self.name, self.box, self.channel, self.settings = name, box, channel, settings
        path, self.secret = SERVICES[name]
        self.address = "-100123" if name == "telegram" else box.url + path

    def message(self, alerts=None, *, language="zh", kind="alert", address=None):
        to = subscription(channel=self.name, address=address or self.address, language=language, secret=self.secret)
        return told(to, alerts, settings=self.settings, kind=kind)

    def send(self, *args, **kwargs):
        return self.channel.send(self.message(*args, **kwargs))


@pytest.fixture(params=SERVICES)
def rig(request, clock, settings, client, monkeypatch):
    monkeypatch.setenv("DUALCROSS_TEST_SECRET", "s3cret")
    monkeypatch.setenv("DUALCROSS_TELEGRAM_TOKEN", "T0KEN")
    name = request.param
    make = getattr(receivers, name)
    service = make(clock.monotonic, "s3cret") if name in ("feishu", "dingtalk") else make(clock.monotonic)
    with receivers.receiver(service) as box:
        monkeypatch.setattr(Telegram, "base", box.url)
        yield Rig(name, box, channels.get(name, settings, clock, client=client), settings)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_alert_is_taken(rig, language):
    rig.send(language=language)
    (seen,) = rig.box.accepted
    text = json.dumps(seen.data, ensure_ascii=False)
    assert "云枢平台1" in text
    assert "云枢平台正式列入名单" in text
    assert "2023-06-16 09:05 (UTC+08:00)" in text
    assert "https://alerts.example.org/v1/unsubscribe?token=" in text or rig.name == "ntfy"


@pytest.mark.parametrize("count", [2, 12, 60])
def test_a_long_digest_is_cut_to_the_limit_and_says_so(rig, count):
    rig.send(many(count), kind="digest")
    (seen,) = rig.box.accepted
    text = json.dumps(seen.data, ensure_ascii=False)
    if count == 60:
        assert "另有" in text


def test_one_alert_of_any_length_is_taken(rig):
    long = replace(nasty(), quotes=("长" * 9000,), names=tuple(f"名{i}" * 60 for i in range(50)), before="前" * 9000)
    rig.send([replace(long, subject=replace(long.subject, name="名" * 5000))])
    assert len(rig.box.accepted) == 1


def test_markup_of_a_source_does_nothing(rig):
    rig.send([nasty()])
    (seen,) = rig.box.accepted
    data = seen.data
    if rig.name == "slack":
        assert all("<!channel>" not in t["text"] for t in _texts(data) if t["type"] == "mrkdwn")
        assert "<!channel>" not in data["text"]
    elif rig.name == "teams":
        assert all(item["type"] != "TextBlock" for item in receivers._walk(data["attachments"][0]["content"]["body"]))
    elif rig.name in ("dingtalk", "wecom"):
        text = data["markdown"].get("text") or data["markdown"]["content"]
        assert not re.search(r"\]\(https://evil|<[@!s]|@all", text)
        links = re.findall(r"\[[^\]]*\]\(([^)]*)\)", text)
        assert links
        assert all(link.startswith(("https://alerts.example.org/", "https://news.example.cn/")) for link in links)


def _texts(value):
    if isinstance(value, dict):
        if "text" in value and "type" in value and isinstance(value["text"], str):
            yield value
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def test_the_pace_of_the_service_is_kept(rig, clock):
    """Sending what the ledger hands over, waiting as told, the service never has to refuse."""
    waits = []
    for _ in range(130):
        try:
            rig.send()
        except DeliveryThrottled as error:
            waits.append(error.retry_after)
            clock.sleep(error.retry_after or 0)
            rig.send()
    assert len(rig.box.accepted) == len(rig.box.seen) == 130
    assert waits or rig.name in ("slack", "teams"), "short waits are slept, long ones go back to the ledger"


def test_a_refused_pace_says_when_to_come_back(rig):
    faults = {
        "slack": (429, {"Retry-After": "30"}, b"rate_limited"),
        "teams": (429, {"Retry-After": "30"}, b""),
        "telegram": receivers.answer(429, {"ok": False, "parameters": {"retry_after": 30}}),
        "feishu": receivers.answer(200, {"code": 11232, "msg": "x"}),
        "dingtalk": receivers.answer(200, {"errcode": 130101, "errmsg": "x"}),
        "wecom": receivers.answer(200, {"errcode": 45009, "errmsg": "x"}),
        "ntfy": (429, {"Retry-After": "30"}, b""),
    }
    rig.box.faults.append(faults[rig.name])
    with pytest.raises(DeliveryThrottled) as caught:
        rig.send()
    assert caught.value.retry_after == {"slack": 1, "feishu": 60, "dingtalk": 600, "wecom": 60}.get(rig.name, 30)


@pytest.mark.parametrize("fault", [500, 502, 503, "drop", "hang"])
def test_a_failing_service_is_tried_again(rig, fault):
    rig.box.faults.append(fault)
    with pytest.raises(DeliveryTemporary):
        rig.send()


def test_an_address_that_is_gone_is_told_as_such(rig):
    faults = {
        "slack": (404, {}, b"no_service"),
        "teams": 404,
        "telegram": receivers.answer(403, {"ok": False, "description": "Forbidden: bot was blocked by the user"}),
        "feishu": receivers.answer(200, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}),
        "dingtalk": receivers.answer(200, {"errcode": 300001, "errmsg": "token is not exist"}),
        "wecom": receivers.answer(200, {"errcode": 93000, "errmsg": "invalid webhook url"}),
        "ntfy": 403,
    }
    rig.box.faults.append(faults[rig.name])
    with pytest.raises(DeliveryPermanent) as caught:
        rig.send()
    assert not isinstance(caught.value, DeliveryRefused)


def test_a_refused_message_does_not_speak_of_the_address(rig):
    faults = {
        "slack": (400, {}, b"invalid_blocks"),
        "telegram": receivers.answer(400, {"ok": False, "description": "Bad Request: can't parse entities"}),
        "feishu": receivers.answer(200, {"code": 9499, "msg": "Bad Request"}),
        "dingtalk": receivers.answer(200, {"errcode": 430102, "errmsg": "x"}),
        "wecom": receivers.answer(200, {"errcode": 40058, "errmsg": "x"}),
    }
    rig.box.faults.append(faults.get(rig.name, 413))
    with pytest.raises(DeliveryRefused):
        rig.send()


def test_an_answer_without_a_code_is_no_success(rig):
    if rig.name in ("slack", "teams", "ntfy"):
        pytest.skip("the status is the answer of this service")
    rig.box.faults.append((200, {}, b"<html>proxy</html>"))
    with pytest.raises(DeliveryTemporary):
        rig.send()


def test_no_error_shows_the_address(rig):
    said = []
    for fault in (500, 404, "drop", (200, {}, b"x"), (302, {"Location": "http://127.0.0.1:9/"}, b"")):
        rig.box.faults.append(fault)
        try:
            rig.send()
        except DeliveryError as error:
            said.append(str(error))
    assert not [one for one in said if "T0KEN" in one or "access_token" in one or rig.address in one]
    assert len(rig.box.seen) == 5, "no redirect was followed"


def test_a_sealed_address_is_opened_only_to_send(rig, settings):
    if rig.name == "telegram":
        pytest.skip("a chat id is no secret")
    sealed = secrets.seal(rig.address, settings.secret_key)
    assert rig.address not in sealed
    rig.send(address=sealed)
    assert len(rig.box.accepted) == 1


@pytest.mark.parametrize("name", ["slack", "teams", "feishu", "dingtalk", "wecom"])
def test_an_address_of_another_service_is_refused(name, settings, clock):
    channel = channels.get(name, settings, clock)
    for wrong in (
        "https://evil.example/x",
        "https://hooks.slack.com.evil.example/x",
        "ftp://x",
        "https://u:p@hooks.slack.com/",
    ):
        with pytest.raises(InputError):
            channel.check(wrong)


@pytest.mark.parametrize("wrong", ["", "12 3", "https://x", "@a", "-"])
def test_a_chat_id_is_a_chat_id(wrong, settings, clock):
    with pytest.raises(InputError):
        channels.get("telegram", settings, clock).check(wrong)


def test_telegram_without_a_working_token_parks_nobody(settings, clock, client, monkeypatch):
    monkeypatch.setenv("DUALCROSS_TELEGRAM_TOKEN", "wrong")
    with receivers.receiver(receivers.telegram(clock.monotonic)) as box:
        monkeypatch.setattr(Telegram, "base", box.url)
        channel = channels.get("telegram", settings, clock, client=client)
        with pytest.raises(DeliveryTemporary):
            channel.send(told(subscription(channel="telegram", address="1"), settings=settings))


def test_lookalikes_leave_no_mark():
    made = lookalikes.plain(NASTY)
    assert not set(made) & set("*_`#[]<>|~!\\@")
    assert not re.search(r"(?m)^\s*([-+=]|\d+\. )", made)
