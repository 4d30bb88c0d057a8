"""The pages as a person uses them, in a real browser: links of real mails, buttons, words beside a wrong field."""

from __future__ import annotations

import re

import pytest
from tests.alerts.values import NOW, alert
from tests.browser.stand import text_of
from tests.channels.conftest import NASTY

from dualcross.alerts.links import Links
from dualcross.model import Digest, Record, Source, Subscription
from dualcross.ports import Commit

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>" + NASTY


def link(mail, words: str) -> str:
    """Return the address behind the words in a mail."""
    found = re.search(rf'<a href="([^"]+)"[^>]*>{re.escape(words)}</a>', text_of(mail))
    assert found, words
    return found[1].replace("&amp;", "&")


def known(served, *alerts):
    for one in alerts:
        record = Record(
            id=one.record_id, url=one.url, title=one.title, text="\n".join(one.quotes), read_at=NOW,
            published=one.published, language="zh-Hans", source=one.source, official=False,
        )  # fmt: skip
        served.store.commit(Commit(record=record, alerts=(one,)))
    return [one.id for one in alerts]


def test_a_reader_signs_up_is_told_answers_changes_and_leaves(served, page):
    page.goto(f"{served.url}/subscribe")
    page.get_by_label("Address").fill("reader@example.org")
    page.get_by_label("Query").fill("region:330000 OR 云枢")
    page.get_by_label("New policy").uncheck()
    page.get_by_role("button", name="Sign up").click()
    assert "message with a link" in page.inner_text("main")

    served.run(Digest())
    page.goto(link(served.mails[0], "Confirm the subscription"))
    (waiting,) = served.store.subscriptions()
    assert waiting.state == "pending"
    assert "region:330000 OR 云枢" in page.inner_text("main")
    page.get_by_role("button", name="Confirm").click()
    (reader,) = served.store.subscriptions()
    assert (reader.state, reader.language, "policy.new" in reader.triggers) == ("active", "en", False)

    served.tell(known(served, alert()))
    mail = served.mails[1]
    assert "云枢平台1" in str(mail["Subject"])
    page.goto(link(mail, "Record"))
    assert "云枢平台正式列入名单" in page.inner_text("main")
    page.goto(link(mail, "This is wrong"))
    assert served.store.facts("feedback") == ()
    page.get_by_label("Note").fill("not on the list")
    page.get_by_role("button", name="This is wrong").click()
    assert "Thank you" in page.inner_text("h1")
    ((_, said),) = served.store.facts("feedback")
    assert (said["verdict"], said["note"], said["alert"]) == ("wrong", "not on the list", "alert-1")

    page.goto(link(mail, "Settings"))
    page.get_by_label("Quiet hours").fill("late")
    page.get_by_label("Messages an hour").fill("3")
    page.get_by_role("button", name="Save").click()
    assert "write HH:MM-HH:MM" in page.locator("p", has=page.get_by_label("Quiet hours")).inner_text()
    # What was typed is still there, and nothing was changed.
    assert page.get_by_label("Messages an hour").input_value() == "3"
    assert served.store.subscription(reader.id) == reader
    page.get_by_label("Quiet hours").fill("22:00-07:30")
    page.get_by_label("Language").select_option("zh")
    page.get_by_label("Send the digest also when nothing happened").check()
    page.get_by_role("button", name="Save").click()
    assert "已保存" in page.inner_text("main")
    changed = served.store.subscription(reader.id)
    assert (changed.quiet, changed.cap, changed.language, changed.always) == ("22:00-07:30", 3, "zh", True)
    page.get_by_role("button", name="暂停").click()
    assert served.store.subscription(reader.id).state == "paused"
    page.get_by_role("button", name="恢复").click()
    assert served.store.subscription(reader.id).state == "active"
    feed = page.context.request.get(page.get_by_role("link", name="Atom").get_attribute("href"))
    assert (feed.status, "云枢平台1" in feed.text()) == (200, True)

    page.goto(link(mail, "Unsubscribe"))
    assert served.store.subscription(reader.id).state == "active"
    page.get_by_role("button", name="退订").click()
    assert served.store.subscription(reader.id).state == "ended"
    assert page.context.request.get(feed.url).status == 403


def test_deleting_leaves_nothing_behind(served, page):
    reader = Subscription(id="r", channel="email", address="reader@example.org", language="en", created=NOW)
    served.store.put_subscription(reader)
    page.goto(Links.of(served.settings, NOW).subscription(reader)["settings"])
    page.get_by_role("link", name="Everything that is kept about you").click()
    assert "reader@example.org" in page.inner_text("body")
    page.go_back()
    page.get_by_role("button", name="Delete my data").click()
    assert "gone" in page.inner_text("main")
    assert served.store.subscriptions() == ()


def test_nothing_of_a_source_runs_in_a_browser(served, page):
    hostile = alert(1, title=EVIL, source=EVIL, quotes=(EVIL,), url="javascript:alert(1)", names=(EVIL,), by=EVIL)
    known(served, hostile)
    served.store.put_source(Source(id="s", url="https://x.example/", name=EVIL))
    reader = Subscription(id="r", channel="email", address="reader@example.org", query="", language="en", created=NOW)
    served.store.put_subscription(reader)
    links = Links.of(served.settings, NOW)
    own = links.alert(hostile, reader)
    for url in (f"{served.url}/", f"{served.url}/records", f"{served.url}/records/record-1", own["right"]):
        page.goto(url)
        assert page.locator("img, script").count() == 0
    served.tell(["alert-1"])
    # A mail program has no such policy as our pages: the markup itself must be harmless.
    page.set_content(text_of(served.mails[-1]))
    assert page.locator("img, script, iframe").count() == 0
    assert "<img src=x onerror=alert(1)>" in page.inner_text("body")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_and_mails_fit_a_telephone_and_name_their_fields(served, chrome, language):
    known(served, *(alert(n, title="长" * 80 + "x" * 200) for n in range(1, 4)))
    reader = Subscription(
        id="r", channel="email", address="reader@example.org", language=language, cadence="daily@08:00", created=NOW
    )
    served.store.put_subscription(reader)
    served.tell([f"alert-{n}" for n in range(1, 4)])
    links = Links.of(served.settings, NOW)
    own = links.subscription(reader) | links.alert(alert(), reader)
    locale = "zh-CN" if language == "zh" else "en-GB"
    context = chrome.new_context(viewport={"width": 360, "height": 700}, locale=locale)
    page = context.new_page()
    for url in (
        f"{served.url}/subscribe",
        own["settings"],
        own["unsubscribe"],
        own["wrong"],
        own["record"],
        f"{served.url}/records",
    ):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, url
        unnamed = "e => e.filter(x => x.type != 'hidden' && !x.labels?.length && !x.ariaLabel).map(x => x.name)"
        assert page.eval_on_selector_all("input, select, textarea", unnamed) == [], url
        if "record" not in url:
            assert page.evaluate("document.documentElement.lang") == locale[: 5 if language == "zh" else 2]
    served.clock.at = NOW.replace(day=3)
    served.tell([])
    page.set_content(text_of(served.mails[-1]))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
