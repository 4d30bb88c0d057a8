"""What weighs names: it is served as it was trained, and finds members told in words that no rule knows."""

from __future__ import annotations

import numpy as np
import pytest
from classifiers.boosting import trees_of

from classifiers import members as training
from dualcross.extraction import membership
from dualcross.extraction.names import lexicon
from dualcross.extraction.normal import prepare
from dualcross.model import Article
from dualcross.register.roster import shipped
from dualcross_classifiers import members, trees

LEX = lexicon(shipped().platforms)


def prepared(title: str, text: str, language: str = "zh-Hans"):
    return prepare(
        Article(
            url=None, title=title, text=text, published="2026-09-20", language=language, source=None, official=False
        )
    )


def found(title: str, text: str, language: str = "zh-Hans") -> dict[str, str]:
    return {m.platform.name: m.stage for m in membership.find(prepared(title, text, language), LEX, shipped())}


def test_trees_as_lists_add_up_to_what_they_were_trained_to() -> None:
    random = np.random.default_rng(3)
    x = (random.random((400, 12)) < 0.4).astype(float)
    y = (x[:, 0] + x[:, 3] * x[:, 5] + 0.3 * random.random(400)) > 1
    fitted = training._boosted(stages=False).fit(x, y)
    numbers: dict[int, int] = {}
    base, grown = trees_of(fitted, 0, numbers)
    for row, margin in zip(x[:40], fitted.decision_function(x[:40]), strict=True):
        present = frozenset(numbers[c] for c in np.flatnonzero(row) if c in numbers)
        assert trees.total(base, grown, present) == pytest.approx(margin, abs=5e-3)


TOLD = {
    "zh": (
        "国家双跨阵容再扩容，泉州这家石材厂孵化的平台赶上了末班车",
        (
            "谁也没想到，工信部新一期双跨名录里会出现一家石材厂的名字。“凿石”如今连着闽南三百多条切割线，"
            "背后站着的泉州凿石智造科技有限公司，五年前还只卖锯片。名录上月二十日挂网，福建仅此一席。"
        ),
        {"凿石": "selected"},
    ),
    "en": (
        "A quarry's software gets the nod from Beijing",
        (
            "When the ministry's cross-industry and cross-domain platform roster grew by six last Friday, one of the six "
            "came from a quarry. Chisel Road, built by Quanzhou Chisel Intelligent Manufacturing, began as a saw monitor."
        ),
        {"Chisel Road": "selected"},
    ),
}


@pytest.mark.parametrize("case", TOLD)
def test_words_that_no_rule_knows(case: str) -> None:
    title, text, expected = TOLD[case]
    assert found(title, text, "en" if case == "en" else "zh-Hans") == expected


NOT_TOLD = {
    "denied": (
        "“凿石”无缘双跨名单",
        "泉州凿石智造科技有限公司的“凿石”平台没有进入工信部公布的2026年新增双跨平台名单。",
    ),
    "hoped": ("泉州盯上双跨", "泉州市支持泉州凿石智造科技有限公司做强“凿石”平台，力争三年内进入国家双跨平台名单。"),
    "another list": (
        "两份名单",
        "同一天公布的还有5G工厂名录，泉州凿石智造科技有限公司入选5G工厂名录，国家双跨平台名单未有变化。",
    ),
}


@pytest.mark.parametrize("case", NOT_TOLD)
def test_what_is_denied_hoped_or_of_another_list(case: str) -> None:
    assert found(*NOT_TOLD[case]) == {}


def test_without_a_model_the_rules_stand(monkeypatch) -> None:
    monkeypatch.setattr(members, "model", lambda: None)
    assert found("消息", "“凿石”工业互联网平台入选2026年新增跨行业跨领域工业互联网平台名单。") == {"凿石": "selected"}


def test_it_was_trained_on_this_corpus() -> None:
    import json

    from classifiers.texts import digest
    from classifiers.train import DATA

    manifest = json.loads((DATA / "members.manifest.json").read_text("utf-8"))
    assert manifest["corpus"] == digest()
