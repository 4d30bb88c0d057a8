"""The pictures of the documents: mails as they arrived, pages as they are served. `python -m tests.browser.pictures`.

The week of the demonstration is played by the product's own parsers and rules; its alerts then go to readers of both
languages, through an SMTP server, and the parsed mails are shown as a mail program shows them.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any

from tests.browser.stand import Stand, chromium, stand, text_of
from tests.chaos import runs
from tests.chaos.scenarios import demo

from dualcross.alerts.links import Links
from dualcross.model import FanOut, Record, Subscription
from dualcross.ports import Commit

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
WIDTH = 680
_QUALITY = 65


@dataclass(frozen=True)
class Shot:
    """One picture: its name, and what to show."""

    name: str
    url: str = ""
    html: str = ""
    language: str = "en"
    width: int = WIDTH
    #: pixels of the page that are shown; 0 for all of it
    height: int = 0


def main(arguments: list[str]) -> int:
    """Write the pictures; with a folder as argument also as PNG into it."""
    found = chromium()
    if found is None:
        print("pictures need a Chromium: apt-get install chromium fonts-noto-cjk", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in _all(found):
        (FOLDER / f"{picture.name}.webp").write_bytes(picture.webp)
        if arguments:
            (Path(arguments[0]) / f"{picture.name}.png").write_bytes(picture.png)
        print(f"{picture.name}.webp {len(picture.webp) // 1024} KB")
    return 0


@dataclass(frozen=True)
class Picture:
    """A picture in both forms."""

    name: str
    webp: bytes
    png: bytes


def _all(executable: str) -> Iterator[Picture]:
    os.environ.update(DUALCROSS_CHAOS_SECRET="s3cret", DUALCROSS_CHAOS_TOKEN="T0KEN")
    with runs.memory() as opener:
        world, alerts = runs.play(opener, 7, 1, faults=False, make=demo)
    for one in world.store.subscriptions():
        world.store.remove_subscription(one.id)
    with (
        stand(world.store, world.clock, public="https://alerts.example.org") as served,
        browser(executable) as opened,
    ):
        for shot in [*_mails(served, alerts), *_pages(served)]:
            yield _taken(opened, shot)


@contextmanager
def browser(executable: str) -> Iterator[Any]:
    """Run a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield opened
        finally:
            opened.close()


#: a ministry's erratum, invented like the week
_ERRATUM = "经复核，本栏9月11日公布的名单中第3项系误录，予以更正。"


def _mails(served: Stand, alerts: list[str]) -> Iterator[Shot]:
    store = served.store
    page = Record(
        id="erratum", url="http://gonggao.miit.example/gsgg/2026/art_0915_01.html", title="关于名单的更正", text=_ERRATUM,
        source="工业和信息化部公告栏", published="2026-09-15T09:30:00+08:00", language="zh-Hans", official=True,
        labels=("selection",), read_at=served.clock.now(),
    )  # fmt: skip
    store.commit(Commit(record=page))
    _, state = next(iter(store.sources()))
    ailing = replace(
        state, failures=4, outcome="timeout", last_success=served.clock.now() + timedelta(days=6, hours=15)
    )
    store.commit_poll(ailing, ())
    for language in ("zh", "en"):
        reader = Subscription(
            id=f"reader-{language}",
            channel="email",
            address="reader@example.org",
            language=language,
            created=served.clock.now(),
        )
        # What is new at once; the week in one mail; what turned out wrong.
        told = {alert.id: alert for alert in store.alerts()}
        new = next(one for one in told.values() if one.trigger == "platform.new" and one.confirmed)
        store.put_subscription(reader)
        served.tell([new.id])
        yield _mail(f"mail-alert-{language}", served.mails[-1], language)
        weekly = replace(
            reader, id=f"weekly-{language}", cadence="weekly@mon-08:00", query="region:520000 OR region:610000"
        )
        store.put_subscription(replace(reader, state="ended"))
        store.put_subscription(weekly)
        served.tell(alerts)
        served.clock.at += timedelta(days=7)
        served.tell([])
        yield _mail(f"mail-digest-{language}", served.mails[-1], language)
        store.put_subscription(replace(weekly, state="ended"))
        store.put_subscription(reader)
        why = "the report was taken back"
        store.put_fact("correction", new.id, {"why": why, "quote": _ERRATUM, "record": "erratum"})
        served.run(FanOut(alert_ids=(new.id,)))
        yield _mail(f"mail-correction-{language}", served.mails[-1], language)
        store.remove_fact("correction", new.id)
        store.put_subscription(replace(reader, state="ended"))


def _pages(served: Stand) -> Iterator[Shot]:
    store, base = served.store, served.url
    reader = Subscription(
        id="reader", channel="email", address="reader@example.org", query="region:440000 OR 双跨", language="zh",
        cadence="daily@08:00", quiet="22:00-07:30", created=served.clock.now(),
    )  # fmt: skip
    for language in ("zh", "en"):
        own = replace(reader, language=language, id=f"reader-{language}")
        store.put_subscription(own)
        served.run(FanOut(alert_ids=tuple(alert.id for alert in store.alerts())[:3]))
        links = Links(base=base, key=served.settings.secret_key, now=served.clock.now()).subscription(own)
        yield Shot(f"page-sign-up-{language}", f"{base}/subscribe", language=language)
        yield Shot(f"page-settings-{language}", links["settings"], language=language)
        yield Shot(f"page-unsubscribe-{language}", links["unsubscribe"], language=language)
    record = next(one for one in store.records() if one.alerts and one.official)
    yield Shot("page-records", f"{base}/records", width=960, height=760)
    yield Shot("page-record", f"{base}/records/{record.id}", width=960, height=1100)
    yield Shot("page-start", f"{base}/", width=960, height=1100)
    yield Shot("page-register", f"{base}/register", width=960, height=760)


def _mail(name: str, mail: EmailMessage, language: str) -> Shot:
    heads = "".join(
        f"<tr><td style='color:#667085;padding-right:12px;vertical-align:top'>{head}</td><td>{escape(str(mail[head]))}</td></tr>"
        for head in ("From", "To", "Subject", "Date")
    )
    body = escape(text_of(mail))
    page = (
        "<!doctype html><meta charset=utf-8><body style='margin:0'>"
        "<table style='font:13px/1.6 system-ui,sans-serif;padding:8px 12px;border-bottom:1px solid #d0d5dd;width:100%'>"
        f"{heads}</table><iframe style='border:0;width:100%;display:block' sandbox='allow-same-origin' srcdoc=\"{body}\"></iframe>"
        "<script>for(const f of document.querySelectorAll('iframe'))f.onload=()=>{f.style.height="
        "f.contentDocument.documentElement.scrollHeight+'px'}</script>"
    )
    return Shot(name, html=page, language=language)


def _taken(opened: Any, shot: Shot) -> Picture:
    locale = "zh-CN" if shot.language == "zh" else "en-GB"
    context = opened.new_context(viewport={"width": shot.width, "height": 400}, locale=locale)
    page = context.new_page()
    if shot.url:
        page.goto(shot.url)
    else:
        page.set_content(shot.html)
        page.wait_for_timeout(300)
    whole = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": shot.width, "height": min(whole, shot.height or whole), "scale": 1}
    session = context.new_cdp_session(page)

    def capture(**how: Any) -> bytes:
        answer = session.send("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True, **how})
        return base64.b64decode(answer["data"])

    made = Picture(shot.name, capture(format="webp", quality=_QUALITY), capture(format="png"))
    context.close()
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
