"""What the topic model looks at: cue flags of Chinese and English, and masked character n-grams.

Training and serving both call `features`; there is no second definition.

    title, text ─► gate ─► plain ─► sentences ─► cue flags
                    │                   └──────► masked n-grams
                    └─► off topic: no features, no model
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from dualcross_classifiers.cues import (
    ASIDE,
    BRAND,
    CLASS,
    CUES,
    DEAL,
    EVENT,
    FIGURE,
    GATE,
    GATE_TRADITIONAL,
    INTERNET,
    PAPER,
)
from dualcross_classifiers.spelling import odd, plain

#: characters of the body that are read; past it, long profiles repeat themselves
BODY = 1600
#: characters of the body that count as its lead
LEAD = 160

_SENTENCE = re.compile(r"[。！？!?\n；;]+|(?<=[a-z0-9)\"”])\.\s")
_MASKS = (
    (re.compile(r"《[^》]{2,80}》"), "ㄉ"),
    (re.compile(r"[\u4e00-\u9fff]{2,18}?(?:股份有限公司|有限责任公司|有限公司|集团公司)"), "ㄍ"),
    (
        re.compile(
            "(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川"
            "|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|深圳|青岛|宁波|厦门|大连|广州|武汉|成都|南京|杭州|苏州"
            "|西安|郑州|长沙|合肥|济南)[省市]?"
        ),
        "ㄖ",
    ),
    (re.compile(r"[“\"「『][^”\"」』\n]{1,14}[”\"」』]"), "ㄑ"),
    (re.compile(r"[0-9][0-9,.]*(?:万亿|万|亿)?"), "ㄋ"),
    (re.compile(r"[零一二三四五六七八九十百千两]{1,6}(?=[家个年月日台项名])"), "ㄋ"),
)
_WORD = re.compile(r"[a-z][a-z'-]*|[ㄅ-ㄩ]|[\u3400-\u9fff]+")


def near(title: str, text: str) -> bool:
    """The words of the subject occur: what fails here is about none of the topics."""
    whole = title + "\n" + text
    if any(word in whole for word in GATE_TRADITIONAL):
        return True
    low = whole.lower()
    if any(word in low for word in GATE):
        return True
    if odd(whole):
        low = plain(whole)
        return any(word in low for word in GATE)
    return False


def features(title: str, text: str) -> dict[str, float]:
    """Return the named features of an article; the same text gives the same features in any process."""
    head, body = plain(title), plain(text[:BODY])
    found = dict(_flags(head, body))
    found.update(_grams(head, "t", 2.4))
    found.update(_grams(body, "b", 4.0))
    return found


def _sentences(text: str) -> list[str]:
    return [part for part in (piece.strip() for piece in _SENTENCE.split(text)) if part]


def _flags(head: str, body: str) -> Iterator[tuple[str, float]]:
    sentences = _sentences(body)
    classes = [sentence for sentence in sentences if CLASS.search(sentence)]
    in_title = CLASS.search(head) is not None
    lead = body[:LEAD]
    total = max(len(sentences), 1)
    yield "bias:class-title", float(in_title)
    yield "bias:class-lead", float(CLASS.search(lead) is not None)
    yield "bias:class-none", float(not in_title and not classes)
    yield "bias:class-share", len(classes) / total
    yield "bias:class-once", float(len(classes) == 1 and not in_title)
    brand, brand_title = BRAND.search(body) is not None, BRAND.search(head) is not None
    yield "bias:brand-title", float(brand_title)
    yield "bias:brand", float(brand)
    yield "bias:no-platform", float(not (in_title or classes or brand or brand_title))
    yield "bias:brand-no-class", float((brand or brand_title) and not classes and not in_title)
    yield "bias:internet-title", float(INTERNET.search(head) is not None)
    yield "bias:internet", min(len(INTERNET.findall(body)), 6) / 6
    yield "bias:short", float(len(body) < 120)
    yield "bias:rows", float(body.count("\t") > 3)
    yield from _events(head, lead, classes, sentences, near_title=in_title or brand_title)
    for name, cue in CUES.items():
        hits = [cue.search(sentence) is not None for sentence in classes]
        everywhere = len(cue.findall(body))
        if cue.search(head):
            yield f"{name}:title", 1.0
            yield f"{name}:title+class", float(in_title)
        if any(hits):
            yield f"{name}:class", 1.0
            yield f"{name}:class-most", sum(hits) / len(hits)
        if cue.search(lead):
            yield f"{name}:lead", 1.0
        if everywhere:
            yield f"{name}:body", 0.5 + 0.5 * min(everywhere, 5) / 5


def _events(
    head: str, lead: str, classes: list[str], sentences: list[str], *, near_title: bool
) -> Iterator[tuple[str, float]]:
    """Yield conjunctions: a stage of the programme, a document, a deal or a figure, where it counts most."""
    first = classes[0] if classes else ""
    early = bool(classes) and (CLASS.search(lead) is not None or first in sentences[:2])
    for name, cue in (("event", EVENT), ("deal", DEAL), ("figure", FIGURE), ("aside", ASIDE), ("paper", PAPER)):
        titled = cue.search(head) is not None
        yield f"{name}:in-title", float(titled)
        yield f"{name}:in-title-near", float(titled and near_title)
        yield f"{name}:in-title-early", float(titled and early)
        yield f"{name}:first-class", float(cue.search(first) is not None)
        yield f"{name}:first-class-early", float(early and cue.search(first) is not None)
        yield f"{name}:any-class", float(any(cue.search(sentence) for sentence in classes))
        yield f"{name}:lead", float(cue.search(lead) is not None)
        yield f"{name}:nowhere", float(not titled and not any(cue.search(sentence) for sentence in sentences))
    yield "event:class-without", float(bool(classes) and not any(EVENT.search(sentence) for sentence in classes))
    yield "event:title-not-deal", float(EVENT.search(head) is not None and DEAL.search(head) is None)
    yield "deal:title-not-event", float(DEAL.search(head) is not None and EVENT.search(head) is None)


def _masked(text: str) -> str:
    for pattern, token in _MASKS:
        text = pattern.sub(token, text)
    return text


def _grams(text: str, place: str, weight: float) -> dict[str, float]:
    """Return length-normalised counts of 1-3 character grams of Han and 1-2 word grams of English."""
    counts: Counter[str] = Counter()
    previous = ""
    for run in _WORD.findall(_masked(text)):
        if "\u3400" <= run[0] <= "\u9fff":
            counts.update(run[i : i + 2] for i in range(len(run) - 1))
            counts.update(run[i : i + 3] for i in range(len(run) - 2))
            previous = ""
            continue
        counts[run] += 1
        if previous:
            counts[f"{previous} {run}"] += 1
        previous = run
    scaled = {f"{place}={gram}": 1 + math.log(count) for gram, count in counts.items()}
    norm = math.sqrt(sum(value * value for value in scaled.values())) or 1.0
    return {gram: weight * value / norm for gram, value in scaled.items()}
