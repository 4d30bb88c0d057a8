"""Every value type survives the way through JSON, and old readers survive new fields."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcross import model, wire
from dualcross.ports import Commit, Dossier, Platform

AT = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
EVIDENCE = (model.Evidence(start=1, end=3, quote="双跨"),)
REGION = model.Region(code="440000", name="广东")
PLATFORM = model.Ref(id="p", name="平台")
FINDINGS: tuple[model.Finding, ...] = (
    model.Membership(
        platform=PLATFORM, stage="selected", region=REGION, evidence=EVIDENCE, first_time=False,
        history=(("publicized", "2023"), ("selected", None)), names=("a", "b"), rank=1,
    ),
    model.Count(value=15, measure="in_force", evidence=EVIDENCE),
    model.RegionCount(value=4, region=REGION),
    model.Policy(title="意见", status="issued"),
    model.Deadline(date="2023-06-16", what="w"),
    model.Adoption(value=1.5, unit="u", bound="about"),
)  # fmt: skip
ALERT = model.Alert(
    id="a", trigger="deadline", subject=model.Subject(id="s", names=("x",)), event="e", created=AT, quotes=("q",)
)
RECORD = model.Record(
    id="r", url=None, title="t", published="2021-02-26", language="zh-Hans", source=None, official=True, text="x\ny",
    findings=FINDINGS, alerts=(ALERT,), topics={"policy": 0.5}, stories=(model.Story(title="s", start=0, end=1),),
    read_at=AT,
)  # fmt: skip
EVENT = model.Event(key="k", kind="entry", subject=model.Subject(), stage="selected", first_seen=AT, last_seen=AT)
VALUES: list[Any] = [
    model.Source(id="s", url="http://a.cn", official=False, interval=(1, 2), headers={"A": "b"}),
    model.SourceState(source_id="s", next_due=AT, rhythm=3.5, cookies={"a": "b"}, gone=True),
    model.Article(url="u", title="t", text="x", attachments=(model.Attachment(url="u", name="n", media="m"),)),
    RECORD,
    ALERT,
    EVENT,
    Dossier(subject="platform:p", version=2, platform=Platform(id="p", name="n", operator=PLATFORM), events=(EVENT,)),
    Commit(record=RECORD, corrections=(("a", "why", "quote"),)),
    model.Subscription(id="s", channel="webhook", address="http://a.cn", triggers=()),
    model.Delivery(id="d", alert_id="a", subscription_id="s", channel="email", lease_until=AT),
]
COMMANDS: list[model.Command] = [
    model.Tick(), model.Poll(source_ids=("a",), attempt=2), model.FanOut(alert_ids=("a", "b"), delay=1.5),
    model.Read(items=(model.Item(source_id="s", url="u", backfill=True),)), model.Deliver(delivery_ids=()),
    model.Digest(), model.Snapshot(),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_what_goes_in_comes_out(value: Any) -> None:
    text = wire.dumps(value)
    assert wire.loads(type(value), text) == value
    assert wire.dumps(wire.loads(type(value), text)) == text


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_unknown_fields_are_passed_over_and_absent_ones_take_their_default(value: Any) -> None:
    data = json.loads(wire.dumps(value))
    assert wire.unpack(type(value), data | {"of_tomorrow": [1]}) == value
    defaults = {f.name for f in dataclasses.fields(value) if f.default is not dataclasses.MISSING and f.name != "kind"}
    assert all(data[name] != getattr(type(value)(**_needed(value)), name) for name in defaults & set(data))


def _needed(value: Any) -> dict[str, Any]:
    return {
        f.name: getattr(value, f.name)
        for f in dataclasses.fields(value)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    }


def test_every_command_has_its_name() -> None:
    assert {type(command) for command in COMMANDS} == set(get_args(model.Command))
    for command in COMMANDS:
        assert wire.load_command(wire.dump_command(command)) == command
    with pytest.raises(ValueError, match="no such command"):
        wire.load_command('{"command": "Dance"}')


@given(st.text(), st.one_of(st.none(), st.text()), st.booleans(), st.floats(allow_nan=False), st.integers())
def test_any_text_and_number_survives(text: str, maybe: str | None, flag: bool, number: float, whole: int) -> None:
    if any("\ud800" <= c <= "\udfff" for c in text + (maybe or "")):
        return
    source = model.Source(id=text, url=text, charset=maybe, official=flag, trust=number)
    assert wire.loads(model.Source, wire.dumps(source)) == source
    state = model.SourceState(source_id=text, rhythm=number, polls=whole, etag=maybe)
    assert wire.loads(model.SourceState, wire.dumps(state)) == state
