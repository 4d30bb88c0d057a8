"""Memberships of an article: claims of title, sentences and printed rosters, resolved to platforms and merged.

One membership per platform: its latest stage, with earlier ones as history.
"""

from __future__ import annotations

import re

from dualcross.extraction import belonging, chinese, classes, english, slugs
from dualcross.extraction.candidates import local_platforms
from dualcross.extraction.claims import Claim, Discourse
from dualcross.extraction.lists import Row, rows
from dualcross.extraction.merging import (
    all_new,
    former_names,
    membership_of,
    settle_first_times,
    without_headline_words,
)
from dualcross.extraction.names import LOCAL, Entity, Lexicon, lexicon
from dualcross.extraction.normal import Prepared
from dualcross.extraction.resolving import gather, link_names
from dualcross.extraction.weighing import may_be, weigh
from dualcross.model import Membership, Stage
from dualcross.ports import Platform
from dualcross.register.roster import Shipped


def find(prepared: Prepared, lex: Lexicon, shipped: Shipped) -> tuple[Membership, ...]:
    """Return the memberships an article tells, in the order of their first mention."""
    return belonging.settle(prepared, by_rule(prepared, lex, shipped), lex, shipped)


def by_rule(prepared: Prepared, lex: Lexicon, shipped: Shipped) -> tuple[Membership, ...]:
    """Return the memberships with home, round and newness as set phrases tell them."""
    if not worth_reading(prepared):
        return ()
    claims, own = told(prepared, lex)
    claims = weigh(prepared, lex, own, claims)
    if not claims:
        return ()
    lex = own
    claims = link_names(claims, prepared, lex)
    gathered = gather(claims, lex)
    settle_first_times(gathered)
    former = former_names(prepared, lex)
    additions = all_new(prepared, gathered)
    gathered = without_headline_words(gathered)
    out = [membership_of(g, prepared, shipped, former, additions=additions) for g in gathered]
    return tuple(m for m in out if m is not None)


def worth_reading(prepared: Prepared) -> bool:
    """Tell whether the article names the class, or can be about it without."""
    return classes.speaks_of_programme(prepared.title + "\n" + prepared.text) or may_be(prepared)


def told(prepared: Prepared, lex: Lexicon) -> tuple[list[Claim], Lexicon]:
    """Return what the rules claim, and the lexicon with the names that the article shows by their form."""
    local = local_platforms(prepared, lex)
    if local:
        lex = lexicon((*lex.platforms, *local))
    printed = rows(prepared.title, prepared.text, lex)
    claims = [*_claims(prepared, lex, printed), *_rows(printed, prepared)]
    return claims or _told_before_named(prepared, lex, local), lex


_SOME_ZH = re.compile(
    r"(?P<n>[一两二三四五六七八九十\d]+)?[家个]?(?:平台|企业|公司|单位)(?:获|被|入选|跻身|拿下|进入|上榜|成功|成为|双双|首次|列入)"
)
_SOME_EN = re.compile(
    r"\b(?P<n>a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s+(?:[\w'-]+\s+){0,4}(?:platform|company|firm|enterprise|operator|developer|manufacturer)s?\b",
    re.IGNORECASE,
)


def _told_before_named(prepared: Prepared, lex: Lexicon, local: tuple[Platform, ...]) -> list[Claim]:
    """The lead says that one platform (or N) was selected, and the article then names just as many."""
    from dualcross.extraction.context import asserted
    from dualcross.extraction.numbers import value

    lead = [(None, prepared.title), *((s.start, s.text) for s in prepared.sentences[:2])]
    pattern = _SOME_EN if prepared.english else _SOME_ZH
    verb = re.compile(
        r"\b(?:named|selected|chosen|added|joins?|joined|made|wins?|won|gets?|listed|approved|recogni[sz]ed)\b|获|被|入选|跻身|拿下|进入|上榜|成为|列入",
        re.IGNORECASE,
    )
    for start, sentence in lead:
        found = classes.find(sentence)
        m, v = pattern.search(sentence), verb.search(sentence)
        if (
            not m
            or not v
            or not any(c.level == "national" for c in found)
            or any(c.level in ("provincial", "foreign", "other") for c in found)
        ):
            continue
        if not asserted(sentence, v.start(), v.end(), english=prepared.english):
            continue
        words = (m.group("n") or "一").lower()
        count = 1 if words in ("a", "an") else int(value(words) or 0)
        named = [p for p in local if p.names or p.operator]
        known = {s.platform.id for s in lex.find(prepared.text) if s.platform.status != LOCAL and not s.weak}
        if count != len(named) or known or chinese.bars(sentence):
            return []
        stage: Stage = (
            "publicized"
            if re.search(r"公示|拟|proposed|public notice|publici", sentence, re.IGNORECASE)
            else "selected"
        )
        out = []
        for p in named:
            surface = p.names[0] if p.names else p.operator.name if p.operator else p.name
            at = max(0, prepared.text.find(surface))
            home = next(((s.start, s.end) for s in prepared.sentences if s.start <= at < s.end), None)
            entity = Entity(
                platform=p.names[0] if p.names else None,
                operator=p.operator.name if p.operator else None,
                start=at,
                end=at + len(surface),
                region=p.region,
                strength=0.85,
            )
            named_year = re.search(r"20[12]\d", sentence)
            out.append(
                Claim(
                    entity=entity,
                    stage=stage,
                    span=home,
                    round=named_year.group() if named_year else None,
                    confidence=0.75,
                    by="lead.count",
                )
            )
        del start
        return out
    return []


_DENIAL = re.compile(
    r"误读|辟谣|不实|谣言|误传|假消息|澄清|不等于|核查|fact[- ]check|false|hoax|debunk|myth|misread", re.IGNORECASE
)
_REPORTED = re.compile(r"称|传|消息|截图|发文|宣称|所谓|据说|说法|claim|said|post|rumou?r|alleg", re.IGNORECASE)


def _claims(prepared: Prepared, lex: Lexicon, printed: list[Row]) -> list[Claim]:
    year = (prepared.article.published or "")[:4]
    talk = Discourse(year=int(year) if year.isdigit() else None)
    first = next((c for s in prepared.sentences for c in classes.find(s.text)), None)
    if first is not None and first.level == "national":
        # a headline may leave the class to the text
        talk.level = "national"
    denial = bool(_DENIAL.search(prepared.title))
    reader = english.read if prepared.english else chinese.read
    out = reader(prepared.title, None, talk, lex, group=-1)
    covered = [(r.start, r.end) for r in printed]
    line = 0
    for number, sentence in enumerate(prepared.sentences):
        if any(a <= sentence.start < b for a, b in covered):
            continue
        if sentence.line != line:
            # a new paragraph keeps what is spoken of, not whom
            line, talk.age = sentence.line, talk.age + 1
        speak = english.read if not slugs.has_han(sentence.text) else chinese.read
        said = speak(sentence.text, sentence.start, talk, lex, group=number)
        if not (denial and _REPORTED.search(sentence.text)):
            out += [c for c in said if not _only_a_first_word(c, prepared)]
    return out


def _rows(printed: list[Row], prepared: Prepared) -> list[Claim]:
    out = []
    for row in printed:
        stage, first = _stage_of_roster(row, prepared)
        if stage is None:
            continue
        out.append(
            Claim(
                entity=row.entity,
                stage=stage,
                span=(row.start, row.end),
                round=row.round,
                first_time=first,
                region=row.entity.region,
                confidence=0.97,
                by="list.row",
                former=row.former,
                rank=row.number if stage == "ranked" else None,
                group=-2,
            )
        )
    return out


def _only_a_first_word(claim: Claim, prepared: Prepared) -> bool:
    """An English name that is one plain word at the start of its sentence, and stands capital nowhere else, is none."""
    name = claim.entity.platform or ""
    if (
        claim.span is None
        or claim.entity.operator
        or claim.entity.strength > 0.8
        or not re.fullmatch(r"[A-Z][a-z]+", name)
    ):
        return False
    text = prepared.text + "\n" + prepared.title
    return re.search(rf"(?<=[a-z,;:'\"“] ){name}\b|[\"“]{name}[\"”]", text) is None


_NOTICE = re.compile(r"公示(?!期满|无异议|结束|后)|public notice|publici[sz]ed|proposed|拟", re.IGNORECASE)
_FINAL = re.compile(
    r"予以公布|正式公布|(?:关于)?(?:公布|印发)(?!拟)[^。]{0,40}(?:名单|清单|结果)|(?:名单|清单|结果)[^。,]{0,8}公布|(?<!pending )(?:the )?final (?:list|roster)",
    re.IGNORECASE,
)


def _stage_of_roster(row: Row, prepared: Prepared) -> tuple[Stage | None, bool | None]:
    note, heading = row.note, row.heading
    about = heading + " " + prepared.title
    if re.search(r"未通过|移出|退出|调出|撤销|removed|failed|withdrawn", note):
        return "removed", None
    if re.search(r"移出|退出|调出|撤销|未通过|removed|withdrawn", heading) and not re.search(r"新增|new", heading):
        return "removed", None
    if re.search(r"申报|征集|候选|培育|applicants?|applications?", heading) and not re.search(r"公布|公示|入选", about):
        return None, None
    if re.search(r"推荐", heading if not classes.find(prepared.title) else prepared.title) and not re.search(
        r"入选|公布", heading
    ):
        return "recommended", None
    first = (
        True
        if re.search(r"新增|\badded\b|additions", about, re.IGNORECASE) or re.search(r"新增|首次|new", note)
        else None
    )
    if re.search(r"保留|再次|复评|retained|again", note):
        first = False
    if _NOTICE.search(about) and not _FINAL.search(about):
        return "publicized", first
    if re.search(r"动态评价|排名|evaluation|ranking", about, re.IGNORECASE) and not first:
        return ("ranked", None) if row.number is not None else ("reselected", False)
    return "selected", first
