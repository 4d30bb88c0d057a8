"""The demonstration does what the week's script asks, and tells where it does not."""

from __future__ import annotations

import dataclasses
import io
from collections import Counter
from pathlib import Path

import pytest

from dualcross import demo
from dualcross.demo import markup, play, summary, verdict, week
from dualcross.demo.site import Site
from dualcross.errors import ConfigError, StoreUnavailable
from dualcross.model import Source, Subject
from dualcross.runners.embedded import FileLock
from dualcross.stores.sqlite import SqliteStore


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, Path]:
    db = tmp_path_factory.mktemp("demo") / "demo.db"
    out = io.StringIO()
    code = demo.main(db=str(db), out=out)
    return code, out.getvalue(), db


def test_the_week_holds_what_it_should() -> None:
    script = week.load()
    assert len(script.pages) >= 25
    assert {o.form for o in script.outlets} == {"rss", "atom", "list"}
    assert {o.language for o in script.outlets} == {"zh-CN", "zh-TW", "en"}
    assert any(o.charset == "gbk" for o in script.outlets)
    triggers = Counter((e.trigger, e.confirmed) for e in script.expected)
    assert triggers["platform.new", False] == triggers["platform.new", True] == 3
    for trigger in ("region.new", "policy.new", "deadline", "platform.moved", "platform.left"):
        assert triggers[trigger, False] >= 1
    assert len({p.url for p in script.pages}) == len(script.pages)
    silent = [p for p in script.pages if p.about.startswith(("off topic", "a homonym", "a look-alike"))]
    assert len(silent) * 3 > len(script.pages)


def test_everything_expected_happens_once(played: tuple[int, str, Path]) -> None:
    code, text, db = played
    assert code == 0, text
    assert "each once, and no other" in text
    assert "8 of 8 answered 304" in text
    store = SqliteStore(str(db))
    try:
        assert verdict.compare(week.load().expected, tuple(store.alerts())) == []
        records = list(store.records())
        assert len(records) == len(week.load().pages)
        titles = {p.url: p.title for p in week.load().pages}
        assert {r.url: r.title for r in records} == titles
        broken = [s.id for s, state in store.sources() if state.outcome != "ok"]
        assert broken == []
        assert all(d.state == "sent" and d.attempt == 1 for d in store.deliveries())
    finally:
        store.close()


def test_the_output_is_readable_in_a_pipe(played: tuple[int, str, Path]) -> None:
    text = played[1]
    assert "\x1b" not in text
    for heading in ("Alerts (", "Register", "Sources", "Told"):
        assert f"\n{heading}" in text
    assert "“" in text


def test_colour_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[" in summary.Paper(Terminal()).paint("x", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert summary.Paper(Terminal()).paint("x", "1") == "x"


def test_a_finished_demonstration_starts_fresh(played: tuple[int, str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    db = played[2]
    assert play.progress(db) == play.Progress(step=14, finished=True)
    seen: list[play.Progress] = []

    def note(*_args: object, at: play.Progress, **_rest: object) -> None:
        seen.append(at)
        raise KeyboardInterrupt

    monkeypatch.setattr(play, "playing", note)
    copy = db.with_name("copy.db")
    copy.write_bytes(db.read_bytes())
    with pytest.raises(KeyboardInterrupt):
        demo.main(db=str(copy), out=io.StringIO())
    assert seen == [play.Progress()]
    assert not copy.exists()


def test_another_store_is_left_alone(tmp_path: Path) -> None:
    db = tmp_path / "mine.db"
    store = SqliteStore(str(db))
    store.put_source(Source(id="mine", url="https://news.example/feed"))
    store.close()
    with pytest.raises(ConfigError, match="no demonstration"):
        demo.main(db=str(db), fresh=True, out=io.StringIO())
    assert db.exists()


def test_two_at_once_are_refused(played: tuple[int, str, Path]) -> None:
    db = played[2]
    size = db.stat().st_size
    lock = FileLock(str(db))
    try:
        with pytest.raises(StoreUnavailable):
            demo.main(db=str(db), fresh=True, out=io.StringIO())
    finally:
        lock.release()
    assert db.stat().st_size == size


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match="--db"):
        demo.main(db=str(tmp_path / "file" / "demo.db"), out=io.StringIO())


def test_the_verdict_sees_what_is_wrong(played: tuple[int, str, Path]) -> None:
    script = week.load()
    store = SqliteStore(str(played[2]))
    try:
        alerts = tuple(store.alerts())
    finally:
        store.close()
    assert any("missing" in p for p in verdict.compare(script.expected, alerts[1:]))
    strange = dataclasses.replace(alerts[0], id="x", subject=Subject(name="无名"), names=())
    assert any("not expected" in p for p in verdict.compare(script.expected, (*alerts, strange)))
    flipped = dataclasses.replace(alerts[0], confirmed=not alerts[0].confirmed)
    assert verdict.compare(script.expected, (flipped, *alerts[1:]))


def test_the_site_shows_only_what_is_out() -> None:
    script = week.load()
    noon = script.steps()[0]
    with Site(script, lambda: noon) as site:
        assert site.answer("nobody.example", "/") is None
        for outlet in script.outlets:
            found = site.answer(outlet.host, outlet.index)
            assert found is not None
            later = [p for p in script.pages if p.outlet is outlet and p.moment > noon]
            assert not any(p.path.encode() in found[1] for p in later)
            assert all(site.answer(outlet.host, p.path) is None for p in later)
        assert site.port > 0


def test_a_gbk_page_declares_itself_only_in_its_markup() -> None:
    script = week.load()
    page = next(p for p in script.pages if p.outlet.charset == "gbk")
    body = markup.article(page, [])
    assert page.title in body.decode("gbk")
    assert b'charset="gbk"' in body
    assert "charset" not in markup.media(page.outlet, feed=False)
