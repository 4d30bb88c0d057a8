"""What English sentences leave to grammar: subjects, stages and dates around a verb."""

from __future__ import annotations

import re

from dualcross.extraction import classes
from dualcross.extraction import english_cues as cues
from dualcross.extraction.claims import Claim, Discourse, named_round, relative_year
from dualcross.extraction.english_names import entities
from dualcross.extraction.names import Entity, Lexicon
from dualcross.model import Stage

_I = re.IGNORECASE
_MONTHS = "january february march april may june july august september october november december".split()


def subject_of(sentence: str, start: int, base: int | None, talk: Discourse, lex: Lexicon) -> list[Entity]:
    """Return who stands before a verb: the nearest clause with names, else what `it` or `the platform` points back to."""
    cut = 0
    for m in re.finditer(
        r"[;:]|,?\s+(?:but|while|whereas|although|as|when|after|because|since|where|who said|said|says)\s+|\bthat\b\s",
        sentence[:start],
        _I,
    ):
        cut = m.end()
    phrase = sentence[cut:start]
    relative = re.search(r",?\s*(?:which|who|that)\s*(?:also|has|have|had|\s)*$", phrase)
    if relative:
        phrase = phrase[: relative.start()]
    lead = re.match(
        r"\s*(?:[Ii]n|[Oo]n|[Aa]t|[Ff]or|[Ff]rom|[Ll]ast|[Tt]his|[Aa]mong|[Oo]f|[Aa]ccording|[Ww]ith|[Uu]nder|[Bb]y|[Ss]ince)\b[^,]*,\s*",
        phrase,
    )
    shift = lead.end() if lead and lead.end() < len(phrase) else 0
    found = entities(phrase[shift:], (base or 0) + cut + shift, lex)
    if found:
        comma = phrase[shift:].find(", a ")
        return found if comma < 0 else [e for e in found if e.start < (base or 0) + cut + shift + comma] or found[:1]
    if re.search(
        r"\b(?:[Ii]t|[Tt]hey|[Bb]oth|[Tt]he (?:platform|company|firm|group|latter|former|companies|platforms))\s*(?:also|has|have|had|was|were|\s)*$",
        phrase,
    ) or not phrase.strip(" ,"):
        return talk.subjects[:1]
    return []


def stage_of(sentence: str, verb: str, talk: Discourse, at_class: classes.ClassMention | None) -> Stage:
    """Return the stage an assertion of selection stands for, from its verb and the words around it."""
    if re.search("recommend|nominat|put forward", verb, _I):
        return "recommended"
    if re.search("publici|propos", verb, _I):
        return "publicized"
    if cues.NOTICE.search(sentence) and not cues.NOTICE_OVER.search(sentence):
        return "publicized"
    if at_class is None and talk.stage == "publicized" and not cues.NOTICE_OVER.search(sentence):
        return "publicized"
    if re.search("retain|kept|re-?select", verb, _I) or cues.AGAIN.search(sentence):
        return "reselected"
    return "selected"


def make(
    entity: Entity,
    stage: Stage,
    sentence: str,
    base: int | None,
    talk: Discourse,
    at_class: classes.ClassMention | None,
    by: str,
    verb_at: int,
) -> Claim:
    """Return a claim of one sentence with its round and whether it is a first; `base` None is the title."""
    named = named_round(sentence, at_class, talk)
    first: bool | None = None
    if stage == "reselected":
        first = False
    elif (cues.FIRST.search(sentence) and stage in ("selected", "publicized")) or (
        stage in ("selected", "publicized") and (talk.additions and at_class is None)
    ):
        first = True
    span = None if base is None else (base, base + len(sentence))
    return Claim(
        entity=entity, stage=stage, span=span, round=named, first_time=first, by=by,
        confidence=0.95 if entity.strength >= 0.9 else 0.82, when=when_of(sentence, verb_at, talk.year),
    )  # fmt: skip


def when_of(sentence: str, at: int, year: int | None) -> str | None:
    """Return the date or year a sentence gives near a verb, None where it gives none."""
    near = sentence[max(0, at - 90) : at + 110]
    m = re.search(
        r"\b(January|February|March|April|May|June|July|August|September|October|November|December)\s+(?:(\d{1,2}),?\s+)?(20[12]\d)",
        near,
    )
    if m:
        return f"{m.group(3)}-{_MONTHS.index(m.group(1).lower()) + 1:02d}" + (
            f"-{int(m.group(2)):02d}" if m.group(2) else ""
        )
    m = re.search(r"\b(?:in|since|during|year) (20[12]\d)\b", near)
    return m.group(1) if m else relative_year(re.sub("this year", "", near, flags=_I), year)
