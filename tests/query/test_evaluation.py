"""What a query matches in records and alerts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.values import alert, record

from dualcross.model import Count, Membership, Ref, Region
from dualcross.query import parse
from dualcross.query.tokens import contains, joined, phrase

GUANGDONG, ZHEJIANG = Region(code="440000", name="广东"), Region(code="330000", name="浙江")
RECORD = record(
    1,
    title="首批名单公布",
    text="工业和信息化部公布双跨平台名单。\nHuawei FusionPlant 入选，国家级平台。",
    findings=(
        Membership(
            platform=Ref(id="fusionplant", name="华为FusionPlant"),
            operator=Ref(id="huawei", name="华为技术有限公司"),
            stage="selected",
            round="2020",
            region=GUANGDONG,
            confidence=0.9,
        ),
        Membership(
            platform=Ref(id="supet", name="阿里supET"), stage="removed", round="2022", region=ZHEJIANG, confidence=0.6
        ),
        Count(value=15, measure="in_force"),
    ),
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", True),
        ("双跨", True),
        ("雙跨平臺", True),
        ("跨平", True),
        ("fusionplant", True),
        ("fusion", False),
        ("FusionPlant入选", True),
        ("名单公布", True),
        ("公布双跨 -华为", True),
        ("-双跨", False),
        ("首批名单公布工业", False),
        ("topic:selection", True),
        ("topic:policy", False),
        ("region:440000 stage:selected", True),
        ("region:330000 stage:selected", False),
        ("region:330000 OR stage:selected", True),
        ("region:330000,440000 stage:selected", True),
        ("-region:330000", False),
        ("-region:110000", True),
        ("stage:selected conf>0.8", True),
        ("stage:removed conf>0.8", False),
        ("operator:华为", True),
        ("operator:华为技术有限公司", True),
        ("operator:阿里", False),
        ("platform:supet stage:removed round>=2021", True),
        ("platform:supET round:2020", False),
        ("kind:count", True),
        ("kind:count region:44", False),
        ("after:2026-03-01 before:2026-03-02", True),
        ("before:2026-03-01", False),
        ("after:2026-03-02", False),
        ("source:miit.test", True),
        ("source:www.miit.test", True),
        ("source:iit.test", False),
        ("source:测试", True),
        ("lang:zh", True),
        ("lang:zh-Hant", False),
        ("official:yes title:首批", True),
    ],
)
def test_records(text, wanted):
    assert parse(text).matches_record(RECORD) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", True),
        ("trigger:platform.new", True),
        ("trigger:platform", True),
        ("trigger:region.new", False),
        ("region:广东", True),
        ("platform:p1", True),
        ("operator:阿尔法", True),
        ("入选", True),
        ("after:2026-03-02", True),
        ("conf>0.95", False),
        ("confirmed:no ladder:reported", True),
        ("-stage:removed", True),
    ],
)
def test_alerts(text, wanted):
    assert parse(text).matches_alert(alert(1)) is wanted


def test_an_undated_record_is_dated_by_its_reading():
    undated = replace(RECORD, published=None)
    assert parse("after:2026-03-02").matches_record(undated)
    assert parse("before:2026-06").matches_record(replace(RECORD, published="2026-05"))


@given(st.text(alphabet="双跨平台ab1 ，。A", min_size=1, max_size=12), st.data())
def test_every_part_of_a_run_of_han_is_found(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    part = text[start:end]
    if all("一" <= c <= "鿿" for c in part):
        assert contains(joined(text), phrase(part))
