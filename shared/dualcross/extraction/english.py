"""Claims of membership in English sentences, translated ones included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dualcross.extraction import classes, regions
from dualcross.extraction import english_cues as cues
from dualcross.extraction.claims import Claim, Discourse, governed, named_round, remember
from dualcross.extraction.context import asserted
from dualcross.extraction.english_events import moves, rankings, removals
from dualcross.extraction.english_grammar import make, stage_of, subject_of
from dualcross.extraction.english_names import entities
from dualcross.extraction.names import Lexicon
from dualcross.extraction.phrases import strong_entities
from dualcross.model import Stage

_I = re.IGNORECASE


def read(sentence: str, base: int | None, talk: Discourse, lex: Lexicon, *, group: int) -> list[Claim]:
    """Return the claims of one normalised English sentence and bring the discourse up to date."""
    found = classes.find(sentence)
    claims: list[Claim] = []
    for finder in (removals, moves, rankings, _given, _lists, _selections):
        for claim in finder(sentence, base, talk, lex, found):
            if not any(
                claim.entity.start < c.entity.end
                and c.entity.start < claim.entity.end
                and (c.stage == claim.stage or c.when == claim.when)
                for c in claims
            ):
                claims.append(replace(claim, group=group))
    for claim in _loose(sentence, base, talk, lex, found):
        if not any(claim.entity.start < c.entity.end and c.entity.start < claim.entity.end for c in claims):
            claims.append(replace(claim, group=group))
    _remember(sentence, found, claims, talk)
    return claims


def _loose(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """A sentence that only tells of the selection, in whatever grammar: the names it shows by their form are members."""
    inside = {c.level for c in found} == {"national"}
    talked = not found and talk.level == "national" and talk.age <= 1 and (talk.listed or talk.stage == "publicized")
    if not (inside or talked) or not cues.LOOSE_CUE.search(sentence) or cues.LOOSE_BAR.search(sentence):
        return
    at_class = next((c for c in found if c.level == "national"), None)
    stage = stage_of(sentence, "", talk, at_class)
    for entity in strong_entities(sentence, base or 0, lex):
        yield replace(make(entity, stage, sentence, base, talk, at_class, "en.loose", 0), confidence=0.8)


def _remember(sentence: str, found: tuple[classes.ClassMention, ...], claims: list[Claim], talk: Discourse) -> None:
    if remember(sentence, found, talk) is not None:
        first = next(c for c in found if c.level == "national")
        talk.round = named_round(sentence, first, talk)
        talk.additions = bool(
            re.search(
                r"\b(?:added|adds?|additions?|newly|new)\b[^.;]{0,40}(?:platform|cross|list)|newcomers?|\bnew (?:batch|list)",
                sentence,
                _I,
            )
        )
        talk.listed = bool(
            re.search(r"\b(?:list|roster|additions?|announced|published|released|selected|added|named)\b", sentence, _I)
        )
        talk.evaluation = bool(re.search(r"evaluat|assess|review|rank", sentence, _I))
        talk.stage = "publicized" if cues.NOTICE.search(sentence) and not cues.NOTICE_OVER.search(sentence) else None
        if re.search(
            r"\b(?:call|invit\w+|solicit\w*) (?:for )?applications?|\bapplications? (?:are|is) (?:open|invited)",
            sentence,
            _I,
        ):
            talk.stage = "called"
    if claims:
        talk.subjects = [c.entity for c in claims]
        talk.age = 0


def _selections(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    for pattern in (cues.PASSED, cues.PASSIVE, cues.ACTIVE):
        for m in pattern.finditer(sentence):
            verb = m.group("v") if pattern is not cues.PASSED else "retained"
            passive = pattern is not cues.ACTIVE
            ok, at_class = governed(
                sentence,
                m.start(),
                m.end(),
                talk,
                found,
                objectless=passive
                or bool(re.search(r"among|one of|part of", verb))
                or bool(
                    re.search(
                        r"list|roster|place|spot|seat|notice|annex|announcement", sentence[m.end() : m.end() + 60], _I
                    )
                ),
            )
            if not ok or not asserted(sentence, m.start(), m.end(), english=True):
                continue
            if at_class is not None and at_class.start >= m.end():
                between, tail = sentence[m.end() : at_class.start], sentence[at_class.end : at_class.end + 40]
                if re.search(
                    r"\b(?:based on|using|partner|supplier|customer|client|investor|connected|user|of the platform)\b",
                    between,
                    _I,
                ):
                    continue
                if re.match(
                    r"'?s?\s*(?:partner|supplier|customer|investor|applicant|candidate|contender|ecosystem|user)",
                    tail,
                    _I,
                ):
                    continue
            if (
                pattern is cues.ACTIVE
                and re.match(r"made|won|becom|became|got|received|gained|joined|secured|obtained|earned", verb, _I)
                and (at_class is None or at_class.start < m.end())
                and not re.search(r"\blist|roster|ranks|club|cut\b", sentence[m.end() : m.end() + 50], _I)
            ):
                continue
            stage = stage_of(sentence, verb, talk, at_class)
            for entity in subject_of(sentence, m.start(), base, talk, lex):
                yield make(entity, stage, sentence, base, talk, at_class, "en.subject", m.start())


def _given(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """The ministry named X and Y as …; added X to …; dropped X from …."""
    for m in cues.GIVES.finditer(sentence):
        if not cues.MINISTRY.search(sentence[: m.start()]) or re.search(
            rf"\b{cues.BE}\s+(?:\w+ly\s+)?$", sentence[: m.start()], _I
        ):
            continue
        ok, at_class = governed(
            sentence,
            m.start(),
            m.end(),
            talk,
            found,
            objectless=bool(re.search(r"list|roster", sentence[m.end() - 12 : m.end() + 20], _I)),
        )
        if not ok or not asserted(sentence, m.start(), m.end("v"), english=True):
            continue
        if at_class is not None and m.start("np") <= at_class.start < m.end("np"):
            continue
        out = re.match("removed|removes|dropped|drops|struck|delisted", m.group("v"), _I)
        stage: Stage = "removed" if out else stage_of(sentence, m.group("v"), talk, at_class)
        for entity in entities(m.group("np"), (base or 0) + m.start("np"), lex):
            yield make(entity, stage, sentence, base, talk, at_class, "en.removed" if out else "en.given", m.start())


def _lists(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """The list includes A, B and C; the four are: A, B, C, D; newcomers such as A."""
    for m in cues.LIST.finditer(sentence):
        start, phrase = _names_after(m, lex)
        levels = [c for c in found if c.start < start]
        national = levels[-1].level == "national" if levels else talk.level == "national" and talk.age <= 2
        head = sentence[:start]
        if not national or not _list_is_told(head, named=bool(levels)):
            continue
        if not asserted(sentence, len(head) - 1, len(head), english=True):
            continue
        items = entities(phrase, (base or 0) + start, lex)
        alone = len(items) == 1 and not cues.EVEN_ONE.search(head[-70:])
        if not items or alone:
            continue
        at_class = levels[-1] if levels else None
        stage = _cue(sentence[max(0, m.start() - 150) : start]) or stage_of(sentence, "", talk, at_class)
        lead = sentence[max(0, m.start() - 50) : start]
        region = next((p.region for p in regions.find(lead) if p.exact), None)
        new = bool(re.search(r"newcomer|new entrant|addition|\bnew\b|newly|first time|\badded", lead, _I))
        for entity in items:
            claim = make(entity, stage, sentence, base, talk, at_class, "en.list", m.start())
            # first time of one of them, told later in the sentence, is not said of all
            yield replace(
                claim,
                region=region,
                first_time=True
                if new
                else (False if stage == "reselected" else (True if talk.additions and not levels else None)),
            )
        return


def _names_after(m: re.Match[str], lex: Lexicon) -> tuple[int, str]:
    """Where the names of a list begin, past a later colon, and the text as far as they go."""
    phrase, start = m.group("np"), m.start("np")
    if ":" in phrase and not any(e.strength >= 0.9 for e in entities(phrase[: phrase.rindex(":")], 0, lex)):
        shift = phrase.rindex(":") + 1
        phrase, start = phrase[shift:], start + shift
    stop = cues.LIST_ENDS.search(phrase)
    return start, phrase[: stop.start()] if stop else phrase


def _list_is_told(head: str, *, named: bool) -> bool:
    """The list before its names is one of selected or proposed platforms, not of applicants, partners or guests."""
    if cues.LIST_OF_OTHERS.search(head):
        return False
    return bool(cues.LIST_TOLD.search(head) or (not named and cues.LIST_IN_TALK.search(head)))


def _cue(lead: str) -> Stage | None:
    """What the words right before a list say of its members: three removed:, 59 were retained:."""
    out = [
        m.start() for m in re.finditer(r"\b(?:removed|dropped|delisted|struck|failed|withdrawn|lost|left)\b", lead, _I)
    ]
    if re.search(r"\brecommend(?:ed|s)?\b|\bnominat|\bput(?:s)? [^.]{0,30}forward", lead, _I):
        return "recommended"
    kept = [m.start() for m in re.finditer(r"\b(?:retained|kept|passed|remain(?:ed)?)\b", lead, _I)]
    if not out and not kept:
        return None
    return "removed" if max(out, default=-1) > max(kept, default=-1) else "reselected"
