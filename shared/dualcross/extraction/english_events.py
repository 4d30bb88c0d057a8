"""English sentences on what happened to members: removed, ranked, moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dualcross.extraction import classes, regions
from dualcross.extraction import english_cues as cues
from dualcross.extraction.claims import Claim, Discourse, governed
from dualcross.extraction.context import asserted
from dualcross.extraction.english_grammar import make, subject_of
from dualcross.extraction.english_names import TOKEN
from dualcross.extraction.names import Lexicon
from dualcross.extraction.numbers import ordinal
from dualcross.patterns import late

_I = re.IGNORECASE


def removals(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """Yield who left the roster: removed, withdrew, failed the evaluation, gave up its place."""
    for m in cues.REMOVED.finditer(sentence):
        ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=True)
        inside = [c for c in found if m.start() <= c.start < m.end()]
        if inside:
            ok, at_class = inside[0].level == "national", inside[0]
        if not ok or not re.search(
            r"list|roster|status|place|evaluation|title|cross|member|qualification|score|threshold|standard",
            sentence,
            _I,
        ):
            continue
        if not asserted(sentence, m.start(), m.end(), english=True):
            continue
        lead = sentence[: m.start()]
        if re.search(
            r"\b(?:could|may|might|would|will|if|risk\w*|should|not|never|to be|would be|unless|facing|threat\w*|rumou?r\w*)\b[^.;,]{0,30}$",
            lead,
            _I,
        ) or sentence.rstrip().endswith("?"):
            continue
        for entity in subject_of(sentence, m.start(), base, talk, lex):
            yield make(entity, "removed", sentence, base, talk, at_class, "en.removed", m.start())


def rankings(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """Yield who took which place in an evaluation of members."""
    for m in cues.RANKED.finditer(sentence):
        ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=True)
        if not ok or not asserted(sentence, m.start(), m.end(), english=True):
            continue
        if re.search(
            r"number|in terms of|count|total|made the list|onto the list|quantity",
            sentence[max(0, m.start() - 30) : m.end() + 40],
            _I,
        ) or re.search(r"\b(?:made|took|won)\b.*\bthe list", m.group(), _I):
            continue
        if not talk.evaluation and not re.search(r"evaluat|rank|place|top|assess|review|\bno\.", sentence, _I):
            continue
        again = bool(cues.AGAIN.search(sentence))
        for entity in subject_of(sentence, m.start(), base, talk, lex):
            claim = make(entity, "ranked", sentence, base, talk, at_class, "en.ranked", m.start())
            yield replace(
                claim,
                rank=ordinal(m.group()) or (1 if re.search("top", m.group(), _I) else None),
                first_time=False if again else None,
            )


def moves(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """Yield whose home moved to another place; branches and plans to move are none."""
    national = any(c.level == "national" for c in found) or (talk.level == "national" and talk.age <= 4)
    if not national or cues.BRANCH.search(sentence):
        return
    for start, end, to, source in _told_moves(sentence):
        target = next(iter(regions.find(to)), None)
        if target is None or not asserted(sentence, start, end, english=True):
            continue
        origin = next(iter(regions.find(source)), None) if source else None
        for entity in subject_of(sentence, start, base, talk, lex)[:1]:
            claim = make(entity, "relocated", sentence, base, talk, None, "en.relocated", start)
            yield replace(
                claim,
                round=None,
                first_time=None,
                region=target.region,
                moved_to=target.region,
                moved_from=origin.region if origin else None,
            )


_PLACE = rf"({TOKEN}(?:\s+{TOKEN})*)"
_TO = late(rf"\b(?:to|into)\s+(?:the\s+)?(?:[a-z]+\s+)?{_PLACE}")
_FROM = late(rf"\bfrom\s+(?:the\s+)?{_PLACE}")
_COMPLETED = late(
    r"\b(?:completed|finished|announced|finali[sz]ed) (?:the |its |a )?(?:transfer|relocation|move|removal) "
    rf"(?:of its [\w ]{{3,40}} )?(?:from ({TOKEN})\b.{{0,40}}? )?to {_PLACE}"
)
_OPENED = late(
    r"\b(?:open(?:ed|s)|set up|establish(?:ed|es)|inaugurated) its (?:new |national |global |corporate )*"
    rf"(?:head office|headquarters) in {_PLACE}"
)


def _told_moves(sentence: str) -> Iterator[tuple[int, int, str, str | None]]:
    """Yield (start, end, to, from) of every move a sentence words."""
    for m in cues.MOVED.finditer(sentence):
        to, source = _TO.search(m.group()), _FROM.search(m.group())
        if to:
            yield m.start(), m.end(), to.group(1), source.group(1) if source else None
    done = _COMPLETED.search(sentence)
    if done:
        yield done.start(), done.end(), done.group(2), done.group(1)
    opened = _OPENED.search(sentence)
    # a head office opened is a move only where the registration went along
    if opened and re.search(r"registered|registration|relocat|moved", sentence):
        yield opened.start(), opened.end(), opened.group(1), None
