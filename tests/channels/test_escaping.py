"""Whatever a source says stays text: one law for each format that leaves the product."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alerts.values import NOW, alert, subscription
from tests.channels.conftest import NASTY, told
from tests.channels.receivers import _Tags

from dualcross import channels
from dualcross.channels import email as mail
from dualcross.clock import FakeClock
from dualcross.model import Subject
from dualcross.query.cells import csv_cell
from dualcross.settings import Settings
from dualcross.web import feeds

SETTINGS = Settings(public_url="https://alerts.example.org", secret_key="key", mail_from="alerts@example.org")
CLOCK = FakeClock(NOW)
#: pieces that mean something somewhere, and anything else
PIECES = [
    *NASTY.split(" "), "<b>", "&amp;", "</blockquote>", "]]>", "\r\nBcc: x@example.org", "\nBEGIN:VEVENT", "\\n", ";", ",",
    "=cmd|' /C calc'!A0", "@channel", "<at id=all></at>", "<@U1>", "](javascript:alert(1))", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "\u2028", "\x00", "\ufffe", "%0a", "{{7*7}}", "`", "**", "_", "~", "|", "双跨", "\u202e",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), min_size=1, max_size=12).map("".join)


def hostile(text: str, **changes):
    made = alert(
        1, subject=Subject(id="x", name=text, operator=text, code="440000"), names=(text, "a" + text), quotes=(text,),
        source=text, before=text, by=text, title=text, url="https://news.example.cn/a?b=1&c=<x>|y)(z",
    )  # fmt: skip
    return replace(made, **changes)


def message(text: str, channel: str = "email", address: str = "reader@example.org"):
    to = subscription(channel=channel, address=address, query='"' + text.replace('"', "") + '"', language="en")
    return told(to, [hostile(text)], settings=SETTINGS)


class Skeleton(HTMLParser):
    """The tags and attributes of a page, without their values and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag != "br":
            self.tags.append((tag, tuple(name for name, _ in attrs)))


PLAIN = Skeleton(message("x").html).tags


@settings(max_examples=60)
@given(TEXTS)
def test_a_mail_has_the_tags_and_headers_of_any_other(text):
    one = message(text)
    rows = [tag for tag in Skeleton(one.html).tags if tag[0] not in ("tr", "td", "blockquote", "div")]
    assert rows == [tag for tag in PLAIN if tag[0] not in ("tr", "td", "blockquote", "div")]
    parsed = email.message_from_bytes(mail.build(one, SETTINGS, CLOCK).as_bytes(), policy=email.policy.default)
    assert (
        parsed.keys()
        == email.message_from_bytes(
            mail.build(message("x"), SETTINGS, CLOCK).as_bytes(), policy=email.policy.default
        ).keys()
    )
    assert parsed["To"] == "reader@example.org"


@settings(max_examples=60)
@given(TEXTS)
def test_chats_read_no_markup_in_it(text):
    telegram = channels.get("telegram", SETTINGS, CLOCK)._body(message(text, "telegram", "-1"))
    tags = _Tags()
    tags.feed(telegram["text"])
    tags.close()
    assert tags.fine
    assert not tags.open
    # Where markup is read stand links of ours alone.
    slack = channels.get("slack", SETTINGS, CLOCK)._body(message(text, "slack", "x"))
    for block in slack["blocks"]:
        for part in [block.get("text", {}), *block.get("elements", [])]:
            if part.get("type") == "mrkdwn":
                assert re.fullmatch(r"(<https://[^<>|\s]+\|[A-Za-z ]+>( \| )?)+", part["text"]), part
    assert not re.search(r"[<>]", slack["text"])
    teams = json.dumps(channels.get("teams", SETTINGS, CLOCK)._body(message(text, "teams", "x")))
    assert '"TextBlock"' not in teams
    feishu = channels.get("feishu", SETTINGS, CLOCK)._body(message(text, "feishu", "x"))
    assert '"lark_md"' not in json.dumps(feishu)
    for name in ("dingtalk", "wecom"):
        body = channels.get(name, SETTINGS, CLOCK)._body(message(text, name, "x"))["markdown"]
        written = body.get("text") or body.get("content")
        assert not re.search(r"[<`@]|!\[", written), name
        targets = re.findall(r"\]\(([^)]*)\)", written)
        assert all(target.startswith("https://") for target in targets), name


@settings(max_examples=60)
@given(TEXTS)
def test_feeds_stay_whole(text):
    made = hostile(text)
    root = ET.fromstring(feeds.atom((made,), "https://x.example/f", text, "en", NOW.isoformat()))
    ns = {"a": "http://www.w3.org/2005/Atom"}
    (entry,) = root.findall("a:entry", ns)
    assert len(list(entry)) == 6
    item = json.loads(json.dumps(feeds.json_feed((made,), "https://x.example/f", text, "en")))["items"][0]
    assert item["content_text"] == f"{text}\n{text}"


@settings(max_examples=60)
@given(TEXTS)
def test_a_calendar_has_one_event_and_gives_its_text_back(text):
    due = hostile(text, trigger="deadline", subject=Subject(date="2026-06-16", what=text, round="2026"))
    written = feeds.calendar((due,), "en")
    lines = written.replace("\r\n ", "").split("\r\n")
    assert [line.partition(":")[0].partition(";")[0] for line in lines[:-1]] == [
        "BEGIN", "VERSION", "PRODID", "CALSCALE", "BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY",
        "DESCRIPTION", "URL", "END", "END",
    ]  # fmt: skip
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    told_ = next(line for line in lines if line.startswith("DESCRIPTION:")).removeprefix("DESCRIPTION:")
    back = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], told_)
    assert back == "".join(c for c in f"{text}\n{text}" if c == "\n" or ord(c) >= 32)


@given(TEXTS)
def test_a_cell_is_no_formula(text):
    out = io.StringIO()
    csv.writer(out).writerow([csv_cell(text), "next"])
    ((cell, after),) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert after == "next"
    assert cell in (text, "'" + text)
    assert cell.lstrip()[:1] not in ("=", "+", "-", "@", "＝", "＋", "－", "＠")
