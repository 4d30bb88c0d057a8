"""What is told of a member besides its stage: home, round, newness, destination, and what has no model."""

from __future__ import annotations

import json

import pytest
from classifiers.texts import digest
from classifiers.train import DATA

from dualcross.extraction import membership
from dualcross.extraction.names import lexicon
from dualcross.extraction.normal import prepare
from dualcross.model import Article, Membership
from dualcross.register.roster import shipped
from dualcross_classifiers import belonging, verdicts

LEX = lexicon(shipped().platforms)


def found(title: str, text: str) -> dict[str, Membership]:
    language = "en" if title.isascii() else "zh-Hans"
    article = Article(
        url=None, title=title, text=text, published="2026-09-20", language=language, source=None, official=False
    )
    return {m.platform.name: m for m in membership.find(prepare(article), LEX, shipped())}


TITLE = "国家双跨新名单里的两张新面孔"
TEXT = (
    "工信部昨天公布2026年新增跨行业跨领域工业互联网平台名单，共九家。株洲的“铁轨云”由轨联数字公司运营，"
    "服务机车与风电；湘潭以外，泉州的“凿石”则来自一家石材厂，运营方是凿石智造科技公司。"
)


def test_each_has_its_own_home_though_no_legal_name_tells_it() -> None:
    homes = {name: m.region.name if m.region else None for name, m in found(TITLE, TEXT).items()}
    assert homes == {"铁轨云": "湖南", "凿石": "福建"}


def test_round_and_newness() -> None:
    assert {(m.round, m.first_time) for m in found(TITLE, TEXT).values()} == {("2026", True)}


def test_without_models_the_rules_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(belonging, "model", lambda: None)
    monkeypatch.setattr(verdicts, "model", lambda question: None)
    member = found("消息", "“凿石”工业互联网平台入选2026年新增跨行业跨领域工业互联网平台名单。")["凿石"]
    assert (member.stage, member.round, member.first_time) == ("selected", "2026", True)


@pytest.mark.parametrize("name", ["belonging", "verdicts"])
def test_they_were_trained_on_this_corpus(name: str) -> None:
    manifest = json.loads((DATA / f"{name}.manifest.json").read_text("utf-8"))
    assert manifest["corpus"] == digest()
