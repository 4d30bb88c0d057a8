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

from dualcross.extraction import classes, counts, membership, numbers, owners, regions
from dualcross.extraction import count_words as words
from dualcross.extraction.normal import Prepared
from dualcross.extraction.sentences import Sentence
from dualcross.extraction.sign_cues import CUES
from dualcross.extraction.signs import around, beside, cues_of, masked, nearest
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
    #: signs of title and lead
    signs: frozenset[str]
    #: the lines that name the national class
    national: tuple[int, ...]


def shown(prepared: Prepared, ruled: Sequence[Found]) -> Shown:
    """Return the numbers an article shows; `ruled` is what the rules count."""
    sentences = list(owners.sentences(prepared))
    national = (i for i, s in enumerate(sentences) if any(c.level == "national" for c in classes.find(s.text)))
    lead = frozenset().union(*(cues_of(s.text) for s in sentences[:2]))
    signs = (
        *(f"title:{cue}" for cue in cues_of(prepared.title)),
        *(f"title level:{mention.level}" for mention in classes.find(prepared.title)),
        *(f"lead:{cue}" for cue in lead),
    )
    numbers_ = tuple(islice(_numbers(prepared, sentences, ruled), MOST))
    return Shown(numbers_, frozenset(signs), tuple(national))


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


def features(one: Number, article: Shown) -> dict[str, float]:
    """Return the signs of a number, each 1.0."""
    out = dict.fromkeys(article.signs, 1.0)

    def flag(name: str) -> None:
        out[name] = 1.0

    text, english = one.sentence.text, not owners.chinese(one.sentence.text)
    flag("lang:" + ("en" if english else "zh"))
    flag(f"value:{sum(one.value >= step for step in (2, 5, 10, 16, 31, 76))}")
    flag(f"same value:{min(sum(n.value == one.value for n in article.numbers), 4)}")
    for cue in cues_of(text):
        flag(f"line:{cue}")
    flag(f"line number:{min(one.line, 5)}")
    flag(f"row:{one.sentence.row}")
    flag(f"owner:{one.owner is not None}")
    for finding in one.ruled:
        flag(f"rule:{finding.measure if isinstance(finding, Count) else 'region'}")
    left, right = around(text, one.start, one.end)
    reach = 90 if english else 40
    for side, said in (("left", left[-reach:]), ("right", right[:reach]), ("clause", re.split("[,，]", left)[-1])):
        for name, pattern in CUES:
            if pattern.search(said):
                flag(f"{side}:{name}")
    flag(f"place left:{any(p.exact for p in regions.find(left))}")
    for side, near in _classes(text, one):
        flag(f"{side}:{near}")
    before = [i for i in article.national if i <= one.line]
    flag(f"since:{min(one.line - before[-1], 4) if before else 'never'}")
    beside(
        masked(text, [(n.start, n.end, "") for n in article.numbers if n.line == one.line]), one.start, one.end, flag
    )
    return out


def _classes(text: str, one: Number) -> Iterator[tuple[str, str]]:
    before, after = nearest(text, one.start, one.end)
    steps = (12, 40) if owners.chinese(text) else (30, 100)
    for side, mention, gap in (
        ("after", after, after.start - one.end if after else 0),
        ("before", before, one.start - before.end if before else 0),
    ):
        yield side, f"{mention.level} {sum(gap >= step for step in steps)}" if mention else "none"


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
