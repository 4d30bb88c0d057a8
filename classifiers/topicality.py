"""How right the topics are: each label beside a keyword baseline, on own and on real texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from classifiers.scoring import Tally, calibration_error
from classifiers.texts import Text
from classifiers.weak import Real

from dualcross_classifiers import TOPICS, labels, topics

_CLASS = r"双跨|雙跨|跨行业跨领域|跨行业、跨领域|cross-(?:industry|sector)|dual[- ]cross"
#: what one would write in an afternoon
_KEYWORDS = {
    "selection": re.compile(
        rf"(?:{_CLASS})(?s:.)*(?:入选|名单|公布|公示|申报|selected|list)|(?:入选|名单)(?s:.)*(?:{_CLASS})",
        re.IGNORECASE,
    ),
    "policy": re.compile(
        r"(?:印发|出台|发布|issue|unveil)[^。]{0,30}(?:《|方案|措施|意见|办法|plan|measures|guide)", re.IGNORECASE
    ),
    "platform": re.compile(rf"(?:{_CLASS})(?s:.)*(?:融资|合作|发布|签约|总部|product|partner|fund)", re.IGNORECASE),
    "adoption": re.compile(r"(?:接入|上云|连接设备|应用率|connected|adopt)[^。]{0,30}\d", re.IGNORECASE),
}


def by_keyword(title: str, text: str) -> tuple[str, ...]:
    """Return the labels of the keyword baseline."""
    return tuple(topic for topic in TOPICS if _KEYWORDS[topic].search(title + "\n" + text))


def _tally(topic: str, found: Sequence[tuple[str, ...]], texts: Sequence[Text]) -> Tally:
    tally = Tally()
    for got, text in zip(found, texts, strict=True):
        if topic in got:
            tally.right += topic in text.labels
            tally.wrong += topic not in text.labels
        elif topic in text.labels:
            tally.missed += 1
    return tally


def measure(held: Sequence[Text], real: Sequence[Real], say: Callable[[str], object]) -> dict[str, float]:
    """Return the figures of the topics, printing own and real texts in columns."""
    figures: dict[str, float] = {}
    scored = [topics(text.title, text.text) for text in held]
    found = [labels(one) for one in scored]
    plain = [by_keyword(text.title, text.text) for text in held]
    off = [one for one in real if one.about is False]
    about = [one for one in real if one.about]
    off_found = [labels(topics(one.title, one.text)) for one in off]
    say("topic       own: P     R     F1   calib  keyword: P     R     F1    real off-topic labelled")
    for topic in TOPICS:
        own, base = _tally(topic, found, held), _tally(topic, plain, held)
        error = calibration_error([(one[topic], topic in text.labels) for one, text in zip(scored, held, strict=True)])
        strays = sum(topic in got for got in off_found)
        say(
            f"{topic:10}    {own.precision:.3f} {own.recall:.3f} {own.f1:.3f}  {error:.3f}"
            f"           {base.precision:.3f} {base.recall:.3f} {base.f1:.3f}   "
            + (f"{strays} of {len(off)}" if off else "-")
        )
        figures[f"own.topic.{topic}.precision"] = own.precision
        figures[f"own.topic.{topic}.recall"] = own.recall
        figures[f"own.topic.{topic}.f1"] = own.f1
        figures[f"own.topic.{topic}.error"] = error
        figures[f"own.topic.{topic}.over-keyword"] = float(own.f1 >= base.f1)
    if off:
        figures["real.topic.off-left-alone"] = sum(not got for got in off_found) / len(off)
        told = [bool(labels(topics(one.title, one.text))) for one in about]
        figures["real.topic.about-labelled"] = sum(told) / len(told)
    return figures
