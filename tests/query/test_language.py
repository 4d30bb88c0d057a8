"""The query language: what is read, what is refused and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcross.errors import QueryError
from dualcross.query import parse
from dualcross.query.language import LONGEST


def read(text: str):
    return [[(c.field, c.op, c.values, c.negated) for c in group] for group in parse(text).groups]


def test_the_example_of_the_design():
    found = read(
        "topic:selection region:440000 platform:rootcloud operator:华为 round:2023 stage:selected after:2023-01-01"
        ' before:2024 source:miit.gov.cn lang:zh conf>0.8 "双跨平台" -招聘'
    )
    assert [group[0][:3] for group in found] == [
        ("topic", ":", ("selection",)),
        ("region", ":", ("440000",)),
        ("platform", ":", ("rootcloud",)),
        ("operator", ":", ("华为",)),
        ("round", ":", ("2023",)),
        ("stage", ":", ("selected",)),
        ("after", ":", ("2023-01-01",)),
        ("before", ":", ("2024-01-01",)),
        ("source", ":", ("miit.gov.cn",)),
        ("lang", ":", ("zh",)),
        ("conf", ">", ("0.8",)),
        ("text", ":", ("双跨平台",)),
        ("text", ":", ("招聘",)),
    ]
    assert [g[0][3] for g in found] == [False] * 12 + [True]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("region:广东", ("region", ":", ("440000",), False)),
        ("region:廣東省", ("region", ":", ("440000",), False)),
        ("region:Guangdong,330000", ("region", ":", ("440000", "330000"), False)),
        ("region:44", ("region", ":", ("440000",), False)),
        ("TOPIC：Selection", ("topic", ":", ("selection",), False)),
        ("confidence:0.7", ("conf", ">=", ("0.7",), False)),
        ("round >= 2022", ("round", ">=", ("2022",), False)),
        ('operator:"海尔 卡奥斯"', ("operator", ":", ("海尔 卡奥斯",), False)),
        ("“两个 词”", ("text", ":", ("两个 词",), False)),
        ("trigger:source", ("trigger", ":", ("source",), False)),
        ("-region:44", ("region", ":", ("440000",), True)),
        ("https://x.test/a", ("text", ":", ("https://x.test/a",), False)),
        ("平台：华为", ("text", ":", ("平台：华为",), False)),
        ("official:true", ("official", ":", ("yes",), False)),
        ("source:https://www.miit.gov.cn/xwfb/a.html", ("source", ":", ("www.miit.gov.cn",), False)),
        ("lang:zh-TW", ("lang", ":", ("zh-Hant",), False)),
        ("3.5", ("text", ":", ("3.5",), False)),
    ],
)
def test_one_clause(text, wanted):
    assert read(text) == [[wanted]]


def test_alternatives_and_empty_queries():
    assert read("a OR b c") == [
        [("text", ":", ("a",), False), ("text", ":", ("b",), False)],
        [("text", ":", ("c",), False)],
    ]
    assert read("  \u3000 ") == []
    assert read("+ & a ！") == [[("text", ":", ("a",), False)]]
    assert read("a OR +") == [[("text", ":", ("a",), False)]]


@pytest.mark.parametrize(
    ("text", "position", "told"),
    [
        ("a topci:selection", 2, "did you mean topic"),
        ("zzqq:1", 0, "in quotes"),
        ('a "b c', 2, "closing"),
        ("region:", 7, "needs a value"),
        ("region:440000,", 14, "needs a value"),
        ("region:火星", 7, "cannot be"),
        ("stage:won", 6, "selected"),
        ("after:2023-13", 6, "cannot be"),
        ("after:2023-02-31", 6, "cannot be"),
        ("conf>2", 5, "0 to 1"),
        ("topic>1", 0, "cannot be compared"),
        ("round>old", 0, "year"),
        ("OR a", 0, "each side"),
        ("a OR", 2, "each side"),
        ("a OR OR b", 5, "each side"),
        ("a - b", 2, "right behind"),
        ("x" * (LONGEST + 1), LONGEST, "at most"),
        (" ".join("ab" for _ in range(60)), 150, "at most"),
    ],
)
def test_what_cannot_be_read_says_where(text, position, told):
    with pytest.raises(QueryError, match=told) as caught:
        parse(text)
    assert caught.value.position == position
    assert "\n" not in str(caught.value)


@given(st.text(max_size=60) | st.text(alphabet='-:"“,，<>= ORtopic平台2', max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        query = parse(text)
    except QueryError as error:
        place = error.position
    else:
        place = len(query.terms)
    assert 0 <= place <= len(text)
