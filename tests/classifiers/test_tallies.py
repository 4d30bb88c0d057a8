"""What weighs numbers finds counts told in words that no rule knows, and leaves other numbers alone."""

from __future__ import annotations

import json

import pytest
from classifiers.texts import digest, read
from classifiers.train import DATA

from dualcross.extraction import tallying
from dualcross.extraction.normal import prepare
from dualcross.model import Article
from dualcross_classifiers import tallies


def told(title: str, text: str, language: str = "zh-Hans") -> set[tuple[str, float]]:
    article = Article(
        url=None, title=title, text=text, published="2026-09-20", language=language, source=None, official=False
    )
    found = tallying.find(prepare(article))
    return {(f.measure if f.kind == "count" else f"region {f.region.code}", f.value) for f in found}


def test_more_is_found_than_by_the_rules(monkeypatch) -> None:
    texts = [t for t in read() if not t.held and t.expect["counts"] and t.id.startswith(("d-", "f-"))][:60]

    def right() -> int:
        return sum(
            (c["measure"], c["value"]) in told(t.title, t.text, t.lang) for t in texts for c in t.expect["counts"]
        )

    weighed = right()
    monkeypatch.setattr(tallies, "model", lambda: None)
    assert weighed > 1.5 * right()


@pytest.mark.parametrize(
    "text",
    [
        "国家双跨平台卡奥斯在青岛接入了60家工厂，培训了120名工人。",
        "某双跨平台企业拟招聘15名算法工程师，薪资面议。",
    ],
)
def test_other_numbers(text: str) -> None:
    assert told("消息", text) == set()


def test_odds_add_up() -> None:
    model = tallies.model()
    assert model is not None
    assert sum(model.odds({"lang:zh", "rule:new"}).values()) == pytest.approx(1)


def test_without_a_model_the_rules_count(monkeypatch) -> None:
    monkeypatch.setattr(tallies, "model", lambda: None)
    assert told("消息", "工信部公布2026年新增跨行业跨领域工业互联网平台名单，共新增15家双跨平台。") == {("new", 15)}


def test_it_was_trained_on_this_corpus() -> None:
    manifest = json.loads((DATA / "tallies.manifest.json").read_text("utf-8"))
    assert manifest["corpus"] == digest()
