"""E-mail against an SMTP server on loopback; what arrives is parsed."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from tests.alerts.values import subscription
from tests.channels.conftest import many, nasty, told
from tests.channels.smtp import server

from dualcross import channels
from dualcross.alerts.ids import delivery_id
from dualcross.channels.email import build
from dualcross.errors import DeliveryPermanent, DeliveryRefused, DeliveryTemporary, InputError


@pytest.fixture
def rig(settings, clock):
    with server() as (inbox, url):
        yield inbox, channels.get("email", replace(settings, smtp_url=url), clock), settings


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text, self.links, self.attributes = [], "", [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.text += data


def parsed(html):
    page = Page()
    page.feed(html)
    return page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_mail_arrives_as_text_and_html(rig, language):
    inbox, channel, settings = rig
    receipt = channel.send(told(subscription(language=language), settings=settings))
    ((to, mail),) = inbox.mails
    assert to == ["reader@example.org"]
    assert mail["Message-ID"] == receipt == f"<{'d' * 40}@example.org>"
    assert mail.get_content_type() == "multipart/alternative"
    text = mail.get_body(("plain",)).get_content()
    page = parsed(mail.get_body(("html",)).get_content())
    for part in (text, page.text):
        for wanted in (
            "云枢平台1",
            "云枢平台正式列入名单",
            "2023-06-16 09:05 (UTC+08:00)",
            "某市工信局",
            "云枢科技",
            "2023",
        ):
            assert wanted in part
        assert ("广东" if language == "zh" else "Guangdong") in part
        assert ("收到原因" if language == "zh" else "Why you got this") in part
        assert "list.enumeration" in part
    assert mail["Content-Language"] == language
    assert "双跨" in str(mail["Subject"]) if language == "zh" else "dual cross-platform" in str(mail["Subject"])
    kinds = ("feedback", "v1/shared/record?", "v1/subscription?", "unsubscribe")
    assert all(any(kind in link for link in page.links) for kind in kinds)
    assert "https://news.example.cn/a/1.html" in page.links


def test_list_headers_allow_one_click(rig):
    inbox, channel, settings = rig
    channel.send(told(settings=settings))
    ((_, mail),) = inbox.mails
    assert re.fullmatch(r"<https://alerts\.example\.org/v1/unsubscribe\?token=[\w.-]+>", mail["List-Unsubscribe"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"]
    assert mail["Auto-Submitted"] == "auto-generated"


def test_two_readers_get_their_own_links(rig):
    inbox, channel, settings = rig
    channel.send(told(subscription(id="a"), settings=settings))
    channel.send(told(subscription(id="b"), settings=settings))
    first, second = (mail["List-Unsubscribe"] for _, mail in inbox.mails)
    assert first != second


def test_nothing_of_a_page_becomes_markup_or_a_header(rig):
    inbox, channel, settings = rig
    bad = nasty()
    bad = replace(bad, subject=replace(bad.subject, name="a\r\nBcc: x@evil.example\r\n\r\n<img src=x onerror=1>"))
    channel.send(told(alerts=[bad], settings=settings))
    ((to, mail),) = inbox.mails
    assert to == ["reader@example.org"]
    assert mail["Bcc"] is None
    page = parsed(mail.get_body(("html",)).get_content())
    assert not {"script", "img", "iframe"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]
    assert all(link.startswith("https://") for link in page.links)
    assert not [link for link in page.links if "evil.example" in link]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[", "//x", "x y"]
)
def test_only_web_addresses_become_links(url, settings):
    made = told(alerts=[replace(nasty(), url=url)], settings=settings)
    assert all(link.startswith("https://alerts.example.org/") for link in parsed(made.html).links)


def test_a_correction_answers_the_mail_it_corrects(settings, clock):
    one = many(1)
    mail = build(told(alerts=one, settings=settings, kind="correction"), settings, clock)
    assert mail["In-Reply-To"] == f"<{delivery_id(one[0].id, 'sub-1', 'email', 'alert')[:40]}@example.org>"


def test_a_long_digest_is_one_mail(rig):
    inbox, channel, settings = rig
    channel.send(told(alerts=many(120), settings=settings, kind="digest"))
    ((_, mail),) = inbox.mails
    assert "另有 80 个事件未列出" in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("rcpt", "data", "error"),
    [
        ("450 try later", "250 OK", DeliveryTemporary),
        ("550 no such user", "250 OK", DeliveryPermanent),
        ("250 OK", "451 greylisted", DeliveryTemporary),
        ("250 OK", "554 looks like spam", DeliveryRefused),
        ("421 closing", "250 OK", DeliveryTemporary),
    ],
)
def test_replies_are_mapped(rig, rcpt, data, error):
    inbox, channel, settings = rig
    inbox.rcpt, inbox.data = rcpt, data
    with pytest.raises(error) as caught:
        channel.send(told(settings=settings))
    assert isinstance(caught.value, DeliveryRefused) == (error is DeliveryRefused)
    assert not inbox.mails


def test_a_server_that_is_away_is_tried_again(settings, clock):
    away = channels.get("email", replace(settings, smtp_url="smtp://127.0.0.1:1"), clock)
    with pytest.raises(DeliveryTemporary):
        away.send(told(settings=settings))
    with pytest.raises(DeliveryTemporary, match="DUALCROSS_SMTP_URL"):
        channels.get("email", settings, clock).send(told(settings=settings))


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        (" Reader@Example.ORG ", "Reader@example.org"),
        ("a+b@例子.中国", "a+b@xn--fsqu00a.xn--fiqs8s"),
        ("o'brien@example.co", "o'brien@example.co"),
    ],
)
def test_addresses_get_a_normal_form(given, normal, settings, clock):
    assert channels.get("email", settings, clock).check(given) == normal


@pytest.mark.parametrize(
    "given",
    [
        "",
        "a",
        "@b.c",
        "a@",
        "a@@b.c",
        "a b@c.d",
        "a@b c",
        "a\n@b.c",
        "a@b..c",
        "<a@b.c>",
        "a@b.c,d@e.f",
        ".a@b.c",
        "a@-b.c",
    ],
)
def test_what_is_no_address_is_refused(given, settings, clock):
    with pytest.raises(InputError):
        channels.get("email", settings, clock).check(given)
