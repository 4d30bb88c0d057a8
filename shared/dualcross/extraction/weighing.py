"""Weighs each name an article shows: is it told to have gone through a stage of the national programme?

The rules know wordings; news has others. What the rules claim is one sign among many of a model that was trained on the
corpus (`classifiers/members.py`); it turns claims down, and finds members that no rule claims.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from dualcross.extraction import classes
from dualcross.extraction.candidates import Find, gazetteer
from dualcross.extraction.claims import Claim, Discourse, named_round
from dualcross.extraction.names import LOCAL, Entity, Lexicon, lexicon
from dualcross.extraction.normal import Prepared
from dualcross.extraction.shown import finds
from dualcross.extraction.signs import Candidate, Lines, cues_of, features, masked
from dualcross.model import Stage
from dualcross.patterns import late
from dualcross.ports import Platform

_I = re.IGNORECASE
#: from this probability on the model's stage stands against that of a rule
STAGE_SURE = 0.85
#: what takes a member away, or to another province, is told by the model alone only where it is as sure as that
_GRAVE = ("removed", "relocated")
GRAVE = 0.7


def candidates(
    prepared: Prepared, lex: Lexicon, own: Lexicon, claims: Sequence[Claim]
) -> tuple[list[Candidate], Lines]:
    """Return every platform the article names, in order of first mention, and its lines.

    `own` is `lex` with the names that the rules read by their form (`membership.told`); others are shown besides.
    """
    named = [found for found in finds(prepared) if not _held(found, lex)]
    for local in own.platforms:
        if local.status == LOCAL:
            operator = local.operator.name if local.operator else None
            named += [Find(name, operator, local.region) for name in local.names[:1]]
    wide = lexicon((*lex.platforms, *gazetteer(named, lex)))
    sentences = prepared.sentences
    texts = (prepared.title, *(s.text for s in sentences))
    starts = (None, *(s.start for s in sentences))
    found: dict[str, Candidate] = {}
    places: list[list[tuple[int, int, str]]] = []
    for number, text in enumerate(texts):
        here: list[tuple[int, int, str]] = []
        for surface in wide.find(text):
            platform = surface.platform
            one = found.setdefault(platform.id, Candidate(platform))
            one.spans.append((number, surface.start, surface.end))
            one.owned |= surface.operator
            one.named |= not surface.operator
            one.strong |= not surface.weak
            here.append((surface.start, surface.end, platform.id))
        places.append(here)
    for claim in claims:
        platform = _platform_of(claim, wide)
        one = found.setdefault(platform.id, Candidate(platform, shown=False))
        one.claims.append(claim)
        if not one.spans:
            one.spans.append(_place_of(claim, starts, texts))
    lines = Lines(
        texts,
        starts,
        tuple(masked(text, here) for text, here in zip(texts, places, strict=True)),
        tuple(cues_of(text) for text in texts),
        tuple(frozenset(c.level for c in classes.find(text)) for text in texts),
    )
    return list(found.values()), lines


def _held(found: Find, lex: Lexicon) -> bool:
    """The lexicon knows a part of the name for a platform: Kaos COSMOPlat is COSMOPlat."""
    return found.platform is not None and any(not s.weak and not s.operator for s in lex.find(found.platform))


def _platform_of(claim: Claim, wide: Lexicon) -> Platform:
    ref, operator, known = wide.identify(claim.entity)
    if known is not None:
        return known
    if ref.id in wide.by_id:
        return wide.by_id[ref.id]
    return Platform(
        id=ref.id, name=ref.name, names=(ref.name,) if claim.entity.platform else (), operator=operator, status=LOCAL
    )


def _place_of(claim: Claim, starts: Sequence[int | None], texts: Sequence[str]) -> tuple[int, int, int]:
    if claim.span is None:
        return 0, min(claim.entity.start, len(texts[0])), min(claim.entity.end, len(texts[0]))
    number = max((n for n, start in enumerate(starts) if start is not None and start <= claim.span[0]), default=0)
    origin, size = starts[number] or 0, len(texts[number])
    return number, min(max(0, claim.entity.start - origin), size), min(max(0, claim.entity.end - origin), size)


_MAY_BE = (
    late(r"平台|双跨|\bplatforms?\b|cross-", _I),
    late(
        r"工业和信息化部|工信部|国家|部里|中央|\bMIIT\b|\bministr\w+|\bnational\w*|\bregulator|\bBeijing\b|\bChina\b",
        _I,
    ),
    late(
        r"名单|清单|公示|榜|入选|入围|遴选|评价|评选|新增|认定|获评|跻身|晋级|授牌|席位|成员|迁|移出|退出|\b(?:lists?|rosters?|roll|register|select\w*|named?|added|additions?|evaluat\w+|admi\w+|chosen|picked|join\w*|club|league|tier|status|title|badge|label|seat|ranks?|entrants?|newcomers?|members?|approved|recogni\w+|removed|struck|relocat\w+|moved)\b",
        _I,
    ),
)


def may_be(prepared: Prepared) -> bool:
    """Tell whether the article can be about a selection in words that no class name stands among."""
    whole = prepared.title + "\n" + prepared.text
    return all(pattern.search(whole) for pattern in _MAY_BE)


def weigh(prepared: Prepared, lex: Lexicon, own: Lexicon, claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims that the model holds for true, and claims of its own for names that no rule claims.

    `own` as in `candidates`. Where no model is shipped the rules' claims stand.
    """
    try:
        from dualcross_classifiers import members
    except ImportError:
        return list(claims)
    trained = members.model()
    if trained is None:
        return list(claims)
    everyone, lines = candidates(prepared, lex, own, claims)
    out: list[Claim] = []
    for one in everyone:
        found = features(one, everyone, lines, prepared)
        if one.claims:
            if trained.accepts(found):
                out += _restaged(one.claims, *trained.stage(found))
        elif not denied(found):
            sure, (likely, odds) = trained.membership(found), trained.stage(found)
            stage = cast("Stage", likely)
            only_proposed = stage == "removed" and ("left:proposed" in found or "right:proposed" in found)
            if sure >= trained.bar(found) and not only_proposed and (stage not in _GRAVE or min(sure, odds) >= GRAVE):
                out.append(_claim(one, lines, stage, sure))
    return out


def _restaged(claims: Sequence[Claim], stage: str, sure: float) -> Sequence[Claim]:
    """Return the rules' claims at the model's stage where it is sure of another than the one they all tell."""
    if {c.stage for c in claims} & {stage} or len({c.stage for c in claims}) > 1 or sure < STAGE_SURE:
        return claims
    return [replace(c, stage=cast("Stage", stage)) for c in claims]


def denied(found: Mapping[str, float]) -> bool:
    """Tell whether every line that names it denies it, only plans it, or speaks of another list."""
    return "unasserted" in found or "of another list" in found


def _claim(one: Candidate, lines: Lines, stage: Stage, sure: float) -> Claim:
    number, start, end = min(one.spans, key=lambda span: _telling(span[0], lines))
    text, origin = lines.texts[number], lines.starts[number]
    platform = one.platform
    named = platform.name if platform.status != LOCAL or platform.names else None
    entity = Entity(
        platform=named if one.named or platform.status != LOCAL else None,
        operator=platform.operator.name if platform.operator and platform.status == LOCAL else None,
        start=(origin or 0) + start,
        end=(origin or 0) + end,
        region=platform.region if platform.status == LOCAL else None,
        strength=round(sure, 3),
    )
    talk = Discourse()
    at_class = next((c for c in classes.find(text) if c.level == "national"), None)
    said = named_round(text, at_class, talk) or next(
        (r for line in lines.texts if (r := _round_of(line)) is not None), None
    )
    first = None
    if stage in ("selected", "publicized"):
        additions = any(
            _ADDITIONS.search(t) for t, levels in zip(lines.texts, lines.levels, strict=True) if "national" in levels
        )
        first = True if additions or "first" in lines.cues[number] else None
    elif stage == "reselected":
        first = False
    return Claim(
        entity=entity,
        stage=stage,
        span=None if origin is None else (origin, origin + len(text)),
        round=said,
        first_time=first,
        confidence=round(sure, 3),
        by="weighed",
    )


_ADDITIONS = late(
    r"新增(?!长)|新一批|新面孔|新成员|增补|\b(?:additions?|newcomers?|newly|new entrants?|added|adds)\b", _I
)


def _round_of(line: str) -> str | None:
    return next(
        (r for c in classes.find(line) if c.level == "national" and (r := named_round(line, c, Discourse()))), None
    )


def _telling(number: int, lines: Lines) -> tuple[bool, bool, int]:
    """Order of the lines that can stand as evidence: of the text, with a word of selection, the first."""
    return lines.starts[number] is None, "select" not in lines.cues[number], number
