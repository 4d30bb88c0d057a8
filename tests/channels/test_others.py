"""The console, Apprise and SES: what goes out, and what their answers mean."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto.ses.models import ses_backends
from tests import cloud
from tests.alerts.values import subscription
from tests.channels import receivers
from tests.channels.conftest import nasty, told

from dualcross import channels
from dualcross.channels import secrets, ses
from dualcross.errors import DeliveryPermanent, DeliveryRefused, DeliveryTemporary, DeliveryThrottled, InputError


def test_a_terminal_is_not_moved_by_what_a_page_says(settings, clock, capsys):
    channel = channels.get("console", settings, clock)
    hostile = replace(nasty(), quotes=("\x1b[2J\x1b]0;owned\x07bell\u202e\x9b31m",))
    channel.send(told(subscription(channel="console", address="-"), [hostile], settings=settings))
    shown = capsys.readouterr().out
    assert not any(mark in shown for mark in "\x1b\x07\x9b\u202e")
    assert "owned" in shown
    assert channel.check(" ") == "-"


#: what a plug-in of Apprise imports
old_module = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def apprise(settings, clock):
    pytest.importorskip("apprise")
    return channels.get("apprise", settings, clock)


@old_module
def test_apprise_hands_plain_text_to_its_service(apprise, settings):
    with receivers.receiver(lambda _: (200, {}, b"")) as box:
        address = box.url.replace("http://", "json://")
        sealed = secrets.seal(address, settings.secret_key)
        apprise.send(told(subscription(channel="apprise", address=sealed), settings=settings))
        (seen,) = box.accepted
    assert "云枢平台1" in seen.data["title"]
    assert "云枢平台正式列入名单" in seen.data["message"]


@old_module
def test_apprise_says_only_that_it_failed(apprise, settings, caplog):
    with receivers.receiver(lambda _: (500, {}, b"")) as box:
        address = box.url.replace("http://", "json://user:s3cret@")
        with pytest.raises(DeliveryTemporary) as caught:
            apprise.send(told(subscription(channel="apprise", address=address), settings=settings))
    assert "s3cret" not in str(caught.value) + caplog.text


@old_module
def test_apprise_knows_its_addresses(apprise, settings, monkeypatch):
    assert apprise.check(" json://host.example/ ") == "json://host.example/"
    for wrong in ("", "nonsense", "env:DUALCROSS_NOT_SET"):
        with pytest.raises(InputError):
            apprise.check(wrong)
    with pytest.raises(DeliveryPermanent):
        apprise.send(told(subscription(channel="apprise", address="nonsense"), settings=settings))
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    with pytest.raises(InputError, match="pip install"):
        apprise.check("json://host.example/")


@pytest.fixture
def mail(settings, clock, monkeypatch):
    client = cloud.client("sesv2")
    client.create_email_identity(EmailIdentity="alerts@example.org")
    monkeypatch.setattr(ses, "_client", lambda: client)
    return channels.get("email", replace(settings, mail_transport="ses"), clock), client


def test_ses_gets_the_same_mail(mail, settings):
    channel, _ = mail
    receipt = channel.send(told(settings=settings))
    sent = ses_backends["123456789012"][cloud.REGION].sent_messages[-1]
    assert receipt == sent.id
    assert set(sent.destinations) == {"reader@example.org"}
    parsed = email.message_from_string(sent.raw_data, policy=email.policy.default)
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["X-Entity-Ref-ID"] == "d" * 40
    assert "云枢平台正式列入名单" in parsed.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("TooManyRequestsException", DeliveryThrottled),
        ("LimitExceededException", DeliveryThrottled),
        ("MessageRejected", DeliveryRefused),
        ("BadRequestException", DeliveryRefused),
        ("AccountSuspendedException", DeliveryTemporary),
        ("SendingPausedException", DeliveryTemporary),
        ("MailFromDomainNotVerifiedException", DeliveryTemporary),
        (None, DeliveryTemporary),
    ],
)
def test_answers_of_ses_are_mapped(mail, settings, monkeypatch, code, error):
    channel, client = mail

    def refuse(*_, **__):
        if code is None:
            raise EndpointConnectionError(endpoint_url="https://email.example/")
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "SendEmail")

    monkeypatch.setattr(client, "send_email", refuse)
    with pytest.raises(error) as caught:
        channel.send(told(settings=settings))
    # None of them speaks of the reader's address: nobody is parked.
    assert type(caught.value) is error
