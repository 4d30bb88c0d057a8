"""The served model is the trained model, and costs little."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from classifiers.texts import digest, read
from tests.realdata import folder

from dualcross_classifiers import TOPICS, labels, logistic, model, topics
from dualcross_classifiers.features import features, near
from dualcross_classifiers.rules import by_rule
from dualcross_classifiers.spelling import plain

TEXTS = read()


@pytest.fixture(scope="module")
def trained():
    from classifiers import train

    return train.build(TEXTS)


def test_training_gives_the_committed_bytes(trained) -> None:
    from classifiers import train

    committed = (train.DATA / "topics.manifest.json").read_text("utf-8")
    if f'"scikit-learn": "{trained.manifest["versions"]["scikit-learn"]}"' not in committed:
        pytest.skip("the committed model was trained with another scikit-learn")
    assert train.dump(trained.model) == (train.DATA / "topics.json").read_text("utf-8")


def test_the_model_is_of_this_corpus(trained) -> None:
    assert trained.manifest["corpus"] == digest()


def test_serving_agrees_with_predict_proba(trained) -> None:
    from classifiers.train import matrix

    found = [features(text.title, text.text) for text in TEXTS]
    expected = trained.estimator.predict_proba(matrix(found, trained.names))
    served = model()
    assert served is not None
    for one, row in zip(found, expected, strict=True):
        assert [logistic(margin) for margin in served.margins(one)] == pytest.approx(list(row), abs=1e-9)


def test_off_topic_is_nothing() -> None:
    assert topics("天气", "明天多云转晴，最高气温十八度。") == dict.fromkeys(TOPICS, 0.0)
    assert labels(dict.fromkeys(TOPICS, 0.0)) == ()


def test_an_old_spelling_passes_the_gate() -> None:
    assert near("", "工(gōng)業互(hù)聯網平台")
    assert near("", "工\u200b业互联网")
    assert plain("雙跨平臺（píng tái）ＡＢＣ") == "双跨平台abc"


def test_the_seed_is_a_selection() -> None:
    raw = next(folder("seed").glob("*.txt")).read_text("utf-8")
    title, _, text = raw.partition("\n")
    assert labels(topics(title, text)) == ("selection",)


def test_rules_stand_in_for_a_missing_model() -> None:
    title = "四川首家国家级双跨平台诞生"
    text = "在刚刚公布的名单里，一家成都企业建设的平台入选双跨平台。"
    assert by_rule(features(title, text))["selection"] == 1.0


def test_inference_needs_the_standard_library_only() -> None:
    code = (
        "import sys; import dualcross_classifiers as d; d.topics('双跨平台', '双跨平台名单公布');"
        "print([m for m in ('sklearn','numpy','scipy','dualcross','zhconv_rs') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_off_topic_articles_cost_next_to_nothing() -> None:
    text = "记者从市气象局了解到，本周后期冷空气活动频繁，市民出行注意添衣保暖。" * 40
    start = time.perf_counter()
    for _ in range(500):
        topics("本周降温", text)
    assert (time.perf_counter() - start) / 500 < 0.002
