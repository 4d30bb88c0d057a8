"""Weighs each number an article shows: does it count national dual-cross platforms, and by which measure?

As with names (`weighing`), what the rules of `counts` say is one sign among many of a model trained on the corpus
(`classifiers/tallies.py`). It turns their findings down, and finds numbers told in words that they do not know.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from dualcross.extraction import classes, counts, membership, numbers, owners, regions
from dualcross.extraction import count_words as words
from dualcross.extraction.normal import Prepared
from dualcross.extraction.sentences import Sentence
from dualcross.extraction.sign_cues import CUES
from dualcross.extraction.signs import beside, cues_of, masked
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
    start: int
    end: int
    value: int
    ruled: tuple[Found, ...]
    owner: Region | None


def shown(prepared: Prepared) -> tuple[list[Number], list[Sentence]]:
    """Return the numbers that can be counts, in order, and the sentences."""
    sentences = list(owners.sentences(prepared))
    ruled: dict[int, list[Found]] = defaultdict(list)
    for finding in counts.find(prepared):
        ruled[int(finding.value)].append(finding)
    out: list[Number] = []
    for sentence in sentences:
        pattern = _ZH if owners.chinese(sentence.text) else words.EN
        for m in pattern.finditer(sentence.text):
            value = numbers.value(m.group("n"))
            lead = sentence.text[max(0, m.start() - 14) : m.start()]
            if value is None or not 1 <= value <= 300 or value != int(value) or re.search(r"(?:第|[\d.年—~-])$", lead):
                continue
            own = owners.owner(sentence, m.start(), m.end(), prepared)
            out.append(Number(sentence, m.start(), m.end("n"), int(value), tuple(ruled[int(value)]), own))
            if len(out) >= MOST:
                return out, sentences
    return out, sentences


def features(
    one: Number, everyone: Sequence[Number], sentences: Sequence[Sentence], prepared: Prepared
) -> dict[str, float]:
    """Return the signs of a number, each 1.0."""
    out: dict[str, float] = {}

    def flag(name: str) -> None:
        out[name] = 1.0

    text, english = one.sentence.text, not owners.chinese(one.sentence.text)
    flag("lang:" + ("en" if english else "zh"))
    flag(f"value:{sum(one.value >= step for step in (2, 5, 10, 16, 31, 76))}")
    flag(f"same value:{min(sum(n.value == one.value for n in everyone), 4)}")
    for cue in cues_of(prepared.title):
        flag(f"title:{cue}")
    for mention in classes.find(prepared.title):
        flag(f"title level:{mention.level}")
    for cue in frozenset().union(*(cues_of(s.text) for s in sentences[:2])):
        flag(f"lead:{cue}")
    for cue in cues_of(text):
        flag(f"line:{cue}")
    flag(f"line number:{min(sentences.index(one.sentence), 5)}")
    flag(f"row:{one.sentence.row}")
    flag(f"owner:{one.owner is not None}")
    for finding in one.ruled:
        flag(f"rule:{finding.measure if isinstance(finding, Count) else 'region'}")
    reach = 90 if english else 40
    left = re.split(r"[。;；!?！？]|\.\s", text[: one.start])[-1]
    right = re.split(r"[。;；!?！？]|\.\s", text[one.end :])[0]
    for side, said in (("left", left[-reach:]), ("right", right[:reach]), ("clause", re.split("[,，]", left)[-1])):
        for name, pattern in CUES:
            if pattern.search(said):
                flag(f"{side}:{name}")
    flag(f"place left:{any(p.exact for p in regions.find(left))}")
    for side, near in _classes(text, one):
        flag(f"{side}:{near}")
    national = [i for i, s in enumerate(sentences) if any(c.level == "national" for c in classes.find(s.text))]
    before = [i for i in national if i <= sentences.index(one.sentence)]
    flag(f"since:{min(sentences.index(one.sentence) - before[-1], 4) if before else 'never'}")
    beside(
        masked(text, [(n.start, n.end, "") for n in everyone if n.sentence is one.sentence]), one.start, one.end, flag
    )
    return out


def _classes(text: str, one: Number) -> Iterator[tuple[str, str]]:
    found = classes.find(text)
    after = next((c for c in found if c.start >= one.end), None)
    before = next((c for c in reversed(found) if c.end <= one.start), None)
    steps = (12, 40) if owners.chinese(text) else (30, 100)
    for side, mention, gap in (
        ("after", after, after.start - one.end if after else 0),
        ("before", before, one.start - before.end if before else 0),
    ):
        yield side, f"{mention.level} {sum(gap >= step for step in steps)}" if mention else "none"


def find(prepared: Prepared) -> tuple[Found, ...]:
    """Return the counts of an article, each value of a measure once; what the rules count where no model is shipped."""
    try:
        from dualcross_classifiers import tallies as trained
    except ImportError:
        return counts.find(prepared)
    model = trained.model()
    if model is None or len(prepared.text) > LONGEST or not membership.worth_reading(prepared):
        return counts.find(prepared)
    ruled = counts.find(prepared)
    everyone, sentences = shown(prepared)
    doubted: dict[int, float] = {}
    added: list[Found] = []
    for one in everyone:
        odds = model.odds(features(one, everyone, sentences, prepared))
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


def truth(expected: Sequence[Mapping[str, object]], one: Number) -> str:
    """Return the measure that a number is told by: of the expected findings of its value, the one that fits its owner."""
    fits = [str(e.get("measure", "region")) for e in expected if e["value"] == one.value]
    if not fits:
        return "none"
    return (
        "region"
        if "region" in fits and (one.owner is not None or len(set(fits)) == 1)
        else next((f for f in fits if f != "region"), "region")
    )
