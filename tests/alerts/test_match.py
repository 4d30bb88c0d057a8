"""The index finds exactly what a scan finds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alerts.values import alert, subscription

from dualcross.alerts import match
from dualcross.errors import QueryError
from dualcross.model import OPERATOR_TRIGGERS, SUBSCRIBER_TRIGGERS, Alert, Region, Subject, Subscription
from dualcross.query import parse
from dualcross.settings import Settings
from dualcross.stores.memory import MemoryStore


def scan(subscriptions: list[Subscription], one: Alert) -> list[str]:
    """What matching means, without an index."""
    return [
        s.id
        for s in subscriptions
        if s.state == "active"
        and one.trigger in s.triggers
        and one.confidence >= s.min_confidence
        and match.RUNGS[one.ladder] >= match.RUNGS[s.min_ladder]
        and parse(s.query).matches_alert(one)
    ]


def found(subscriptions: list[Subscription], one: Alert) -> list[str]:
    return [s.id for s in match.Index(subscriptions).match(one)]


WORDS = [
    "云",
    "云枢",
    "云枢平台",
    "双跨平台",
    "平台 工业",
    "Yunshu",
    "yun",
    "科技",
    "rootcloud",
    "++",
    "枢平",
    "工信局",
    "名单公布",
]
TERMS = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).map(lambda w: f'"{w}"'),
    st.sampled_from(WORDS).map(lambda w: f'platform:"{w}"'),
    st.sampled_from(WORDS).map(lambda w: f'operator:"{w}"'),
    st.sampled_from(WORDS).map(lambda w: f'source:"{w}"'),
    st.sampled_from(
        "region:440000 region:130000 region:广东,河北 round:2023 round>=2022 round:2019,2023 stage:selected "
        "stage:publicized,selected topic:selection topic:policy lang:zh lang:en conf>0.9 after:2023-06 before:2023 "
        "source:example.cn source:news.example.cn source:other.cn trigger:platform trigger:policy.new confirmed:yes "
        "ladder:reported issuer:工信部 title:名单 kind:platform kind:membership official:yes known:no".split()
    ),
)


def readable(query: str) -> bool:
    try:
        parse(query)
    except QueryError:
        return False
    return True


QUERIES = (
    st.lists(st.tuples(st.sampled_from(["", "", "", "-"]), TERMS, st.sampled_from(["", "", "OR"])), max_size=4)
    .map(lambda parts: " ".join(f"{sign}{term} {glue}".strip() for sign, term, glue in parts))
    .map(lambda text: text.removesuffix("OR").strip())
    .filter(readable)
)
TEXTS = st.sampled_from(["", *WORDS, "云枢工业互联网平台 Yunshu", "广东新增一家双跨平台"])
SUBSCRIPTIONS = st.lists(
    st.builds(
        replace,
        st.just(subscription()),
        query=QUERIES,
        triggers=st.sets(st.sampled_from((*SUBSCRIBER_TRIGGERS, *OPERATOR_TRIGGERS)), min_size=1).map(tuple),
        min_confidence=st.sampled_from([0.0, 0.5, 0.95]),
        min_ladder=st.sampled_from(["reported", "corroborated", "confirmed"]),
        state=st.sampled_from(["active", "active", "active", "paused", "pending", "ended"]),
    ),
    max_size=25,
).map(lambda many: [replace(one, id=f"s{number:03}") for number, one in enumerate(many)])
ALERTS = st.builds(
    replace,
    st.just(alert()),
    trigger=st.sampled_from((*SUBSCRIBER_TRIGGERS, *OPERATOR_TRIGGERS)),
    subject=st.builds(
        Subject, id=TEXTS, name=TEXTS, operator=TEXTS, issuer=TEXTS, title=TEXTS, code=st.sampled_from([None, "440000"])
    ),
    names=st.lists(TEXTS, max_size=2).map(tuple),
    region=st.sampled_from([None, Region(code="440000", name="广东"), Region(code="130000", name="河北")]),
    confidence=st.sampled_from([0.3, 0.9, 0.99]),
    ladder=st.sampled_from(["reported", "corroborated", "confirmed"]),
    round=st.sampled_from([None, "2019", "2023"]),
    stage=st.sampled_from([None, "publicized", "selected"]),
    title=TEXTS,
    quotes=st.lists(TEXTS, max_size=2).map(tuple),
    source=st.sampled_from([None, *WORDS]),
    topics=st.sampled_from([(), ("selection",), ("policy", "platform")]),
    language=st.sampled_from(["zh-Hans", "zh-Hant", "en"]),
    confirmed=st.booleans(),
)  # fmt: skip


@given(SUBSCRIPTIONS, st.lists(ALERTS, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_the_index_finds_what_a_scan_finds(subscriptions, alerts):
    for one in alerts:
        assert found(subscriptions, one) == scan(subscriptions, one)


@pytest.mark.parametrize(
    "query",
    ["", "云枢", "云", "-招聘", "region:440000 -双跨", "operator:云枢科技", "platform:plat1", "source:example.cn",
     "conf>0.5", "region:130000 OR 云枢", "云枢 OR conf>0.99", "round>=2022 stage:selected", "title:名单"],
)  # fmt: skip
def test_each_kind_of_condition_is_found(query):
    assert found([subscription(query=query)], alert()) == ["sub-1"]


@pytest.mark.parametrize(
    "query",
    ["region:130000", "云山", "-云枢", "operator:别家", "source:other.cn", "conf>0.99", "round:2019", "trigger:policy"],
)
def test_each_kind_of_condition_keeps_out(query):
    assert found([subscription(query=query)], alert()) == []


def test_equal_subscriptions_share_a_profile_and_all_are_found():
    many = [subscription(id=f"s{n:02}", query="region:440000") for n in range(20)]
    index = match.Index(many)
    assert [one.id for one in index.match(alert())] == [one.id for one in many]
    assert len(index._profiles) == 1


def test_the_index_is_kept_until_a_subscription_changes():
    store, other = MemoryStore(), MemoryStore()
    store.put_subscription(subscription(query="云枢"))
    made = match.index_of(store, Settings())
    assert match.index_of(store, Settings()) is made
    assert len(match.index_of(other, Settings())) == 0
    store.put_subscription(subscription(id="other"))
    assert len(match.index_of(store, Settings())) == 2
    assert len(match.index_of(store, Settings(operator_email="operator@example.org"))) == 3
    store.put_subscription(subscription(id="other", state="paused"))
    store.remove_subscription("sub-1")
    assert len(match.index_of(store, Settings())) == 0


def test_a_query_that_cannot_be_read_any_more_silences_only_itself():
    some = [subscription(id="broken", query="nonsense:x"), subscription(id="fine")]
    assert found(some, alert()) == ["fine"]
