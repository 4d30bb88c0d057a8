"""The signs of a spot of an article, a number, a day or a title: what is said around it, and what the article is about.

sentences ─► what they share (Subject) ─► signs of one spot ─► the models of `tallying` and `verdicts`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dualcross.extraction import classes, owners, regions
from dualcross.extraction.normal import Prepared
from dualcross.extraction.sentences import Sentence
from dualcross.extraction.sign_cues import CUES
from dualcross.extraction.signs import Flag, around, beside, cues_of, masked, nearest

Signs = dict[str, float]


@dataclass(frozen=True, slots=True)
class Subject:
    """What all spots of an article share: signs of title and lead, and the lines that name the national class."""

    signs: frozenset[str]
    national: tuple[int, ...]


def subject(prepared: Prepared, sentences: Sequence[Sentence]) -> Subject:
    """Return what the spots of an article share."""
    national = (i for i, s in enumerate(sentences) if any(c.level == "national" for c in classes.find(s.text)))
    lead = frozenset().union(*(cues_of(s.text) for s in sentences[:2]))
    signs = (
        *(f"title:{cue}" for cue in cues_of(prepared.title)),
        *(f"title level:{mention.level}" for mention in classes.find(prepared.title)),
        *(f"lead:{cue}" for cue in lead),
    )
    return Subject(frozenset(signs), tuple(national))


def signs(
    sentence: Sentence, line: int, span: tuple[int, int], article: Subject, hidden: Sequence[tuple[int, int, str]]
) -> tuple[Signs, Flag]:
    """Return the signs of a spot, and what adds to them; `hidden` are the spots of the line, put out of sight."""
    start, end = span
    out = dict.fromkeys(article.signs, 1.0)

    def flag(name: str) -> None:
        out[name] = 1.0

    text, english = sentence.text, not owners.chinese(sentence.text)
    flag("lang:" + ("en" if english else "zh"))
    for cue in cues_of(text):
        flag(f"line:{cue}")
    flag(f"line number:{min(line, 5)}")
    flag(f"row:{sentence.row}")
    left, right = around(text, start, end)
    reach = 90 if english else 40
    for side, said in (("left", left[-reach:]), ("right", right[:reach]), ("clause", re.split("[,，]", left)[-1])):
        for name, pattern in CUES:
            if pattern.search(said):
                flag(f"{side}:{name}")
    flag(f"place left:{any(p.exact for p in regions.find(left))}")
    for side, near in _classes(text, start, end):
        flag(f"{side}:{near}")
    before = [i for i in article.national if i <= line]
    flag(f"since:{min(line - before[-1], 4) if before else 'never'}")
    beside(masked(text, hidden), start, end, flag)
    return out, flag


def _classes(text: str, start: int, end: int) -> Iterator[tuple[str, str]]:
    before, after = nearest(text, start, end)
    steps = (12, 40) if owners.chinese(text) else (30, 100)
    for side, mention, gap in (
        ("after", after, after.start - end if after else 0),
        ("before", before, start - before.end if before else 0),
    ):
        yield side, f"{mention.level} {sum(gap >= step for step in steps)}" if mention else "none"
