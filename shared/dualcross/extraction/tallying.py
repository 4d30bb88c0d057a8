"""Weighs each number an article shows: does it count national dual-cross platforms, and by which measure?

As with names (`weighing`), what the rules of `counts` say is one sign among many of a model trained on the corpus
(`classifiers/tallies.py`). It turns their findings down, and finds numbers told in words that they do not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

from dualcross.extraction import count_words as words
from dualcross.extraction import counts, membership, numbers, owners, spots
from dualcross.extraction.normal import Prepared
from dualcross.extraction.sentences import Sentence
from dualcross.model import Count, Measure, Region, RegionCount
from dualcross.patterns import late

Found = Count | RegionCount
#: nine platforms, 八张新面孔, 十五席
_ZH = late(
    rf"(?P<n>{numbers.NUMBER})\s?(?:余|多)?[个家款项席大张位名座员枚](?!月|年|亿|万|百|千|工作日|行业|小时|季度)"
)
#: more numbers than that are a table of something else
MOST = 120
#: an article with more text than that is not weighed number by number
LONGEST = 40_000


@dataclass(frozen=True, slots=True)
class Number:
    """A number where it stands, with what the rules counted by it and the province that owns it."""

    sentence: Sentence
    #: of the sentence, from 0
    line: int
    start: int
    end: int
    value: int
    ruled: tuple[Found, ...]
    owner: Region | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The numbers of an article that can be counts, in order, and what they share."""

    numbers: tuple[Number, ...]
    subject: spots.Subject


def shown(prepared: Prepared, ruled: Sequence[Found]) -> Shown:
    """Return the numbers an article shows; `ruled` is what the rules count."""
    sentences = list(owners.sentences(prepared))
    found = islice(_numbers(prepared, sentences, ruled), MOST)
    return Shown(tuple(found), spots.subject(prepared, sentences))


def _numbers(prepared: Prepared, sentences: Sequence[Sentence], ruled: Sequence[Found]) -> Iterator[Number]:
    for line, sentence in enumerate(sentences):
        pattern = _ZH if owners.chinese(sentence.text) else words.EN
        for m in pattern.finditer(sentence.text):
            value = numbers.value(m.group("n"))
            lead = sentence.text[max(0, m.start() - 14) : m.start()]
            if value is None or not 1 <= value <= 300 or value != int(value) or re.search(r"(?:第|[\d.年—~-])$", lead):
                continue
            counted = tuple(finding for finding in ruled if int(finding.value) == value)
            own = owners.owner(sentence, m.start(), m.end(), prepared)
            yield Number(sentence, line, m.start(), m.end("n"), int(value), counted, own)


def features(one: Number, article: Shown) -> spots.Signs:
    """Return the signs of a number, each 1.0."""
    beside = [(n.start, n.end, "") for n in article.numbers if n.line == one.line]
    out, flag = spots.signs(one.sentence, one.line, (one.start, one.end), article.subject, beside)
    flag(f"value:{sum(one.value >= step for step in (2, 5, 10, 16, 31, 76))}")
    flag(f"same value:{min(sum(n.value == one.value for n in article.numbers), 4)}")
    flag(f"owner:{one.owner is not None}")
    for finding in one.ruled:
        flag(f"rule:{finding.measure if isinstance(finding, Count) else 'region'}")
    return out


def find(prepared: Prepared) -> tuple[Found, ...]:
    """Return the counts of an article, each value of a measure once; what the rules count where no model is shipped."""
    ruled = counts.find(prepared)
    try:
        from dualcross_classifiers import tallies as trained
    except ImportError:
        return ruled
    model = trained.model()
    if model is None or len(prepared.text) > LONGEST or not membership.worth_reading(prepared):
        return ruled
    article = shown(prepared, ruled)
    doubted: dict[int, float] = {}
    added: list[Found] = []
    for one in article.numbers:
        odds = model.odds(features(one, article))
        measure = max((m for m in odds if m != "none"), key=odds.__getitem__)
        doubted[one.value] = max(doubted.get(one.value, 0.0), 1 - odds["none"])
        if odds[measure] >= model.bar and not one.ruled:
            made = _finding(one, measure, odds[measure], prepared)
            if made is not None and not any(_same(made, other) for other in added):
                added.append(made)
    kept = [f for f in ruled if doubted.get(int(f.value), 1.0) >= model.doubt]
    return (*kept, *added)


def _finding(one: Number, measure: str, sure: float, prepared: Prepared) -> Found | None:
    evidence = (prepared.evidence(one.sentence.start, one.sentence.end),)
    confidence = round(sure, 3)
    if measure == "region":
        home = one.owner or owners.home(prepared)
        place = owners.rank(one.sentence, one.start, one.end)
        if home is None:
            return None
        return RegionCount(
            value=one.value, region=home, rank=place, by="weighed", confidence=confidence, evidence=evidence
        )
    region = one.owner if measure == "target" else None
    return Count(
        value=one.value, measure=cast("Measure", measure), region=region, by="weighed", confidence=confidence,
        evidence=evidence,
    )  # fmt: skip


def _same(one: Found, other: Found) -> bool:
    return (one.kind, one.value, one.region, getattr(one, "measure", None)) == (
        other.kind, other.value, other.region, getattr(other, "measure", None),
    )  # fmt: skip
