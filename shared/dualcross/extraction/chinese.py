"""Claims of membership in Chinese sentences: who was selected, proposed, recommended, retained, ranked, removed, moved.

A sentence is read predicate by predicate. The governing class is the nearest class word after the predicate, else
before it in the sentence, else what the passage spoke of last; only the national one counts. The subject is the
noun phrase before the predicate, the list after it, or what a pronoun points back to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dualcross.extraction import chinese_cues as cues
from dualcross.extraction import classes
from dualcross.extraction.chinese_events import moves, rankings, removals
from dualcross.extraction.chinese_grammar import (
    list_stage,
    make,
    overlaps,
    same_list,
    selected,
    stage_of,
    subject_of,
    when_of,
)
from dualcross.extraction.chinese_lists import added, enumerations, given, recommended
from dualcross.extraction.claims import Claim, Discourse, governed, named_round, remember, round_named
from dualcross.extraction.context import asserted
from dualcross.extraction.names import Lexicon
from dualcross.extraction.phrases import entities, strong_entities
from dualcross.model import Stage


def read(sentence: str, base: int | None, talk: Discourse, lex: Lexicon, *, group: int) -> list[Claim]:
    """Return the claims of one normalised sentence and bring the discourse up to date.

    `base` is the sentence's offset in the text, None for the title. `group` numbers the list the claims belong to.
    """
    found = classes.find(sentence)
    claims: list[Claim] = []
    for finder in (removals, moves, rankings, enumerations, given, _selections, added, _attributive):
        for claim in finder(sentence, base, talk, lex, found):
            if not any(
                overlaps(claim.entity, c.entity) and (c.stage == claim.stage or c.when == claim.when) for c in claims
            ):
                claims.append(claim)
    for claim in _loose(sentence, base, talk, lex, found):
        if not any(overlaps(claim.entity, c.entity) for c in claims):
            claims.append(claim)
    claims = [replace(c, group=group) for c in claims]
    _remember(sentence, found, claims, talk)
    return claims


def _remember(sentence: str, found: tuple[classes.ClassMention, ...], claims: list[Claim], talk: Discourse) -> None:
    last = remember(sentence, found, talk)
    if last is not None:
        named = round_named(sentence, last.start, last.end)
        talk.round = named or (talk.round if same_list(sentence) else None)
        talk.additions = bool(re.search(r"新增(?!长)[^,。;]{0,16}(?:跨行业|双跨|平台|名单|清单|\d+家)", sentence))
        talk.stage = list_stage(sentence)
        talk.evaluation = bool(re.search(r"动态评价|评价|复核|排名|考核", sentence))
        talk.listed = bool(re.search(r"名单|清单|公布|公示|入选|评审|认定|新增|获评|上榜", sentence)) and not re.search(
            r"申报|计划|力争|培育|遴选工作", sentence
        )
    if claims:
        talk.subjects = [c.entity for c in claims]
        talk.age = 0


def _selections(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """X入选…, X被认定为…, X拟入选…, X获推荐…."""
    for pattern, kind in (
        (cues.PROPOSED, "publicized"),
        (cues.RECOMMENDED, "recommended"),
        (cues.PASSED, "reselected"),
        (cues.SELECTED, "selected"),
    ):
        for m in pattern.finditer(sentence):
            on_list = re.match(
                r"(?:了|到|至)?(?:国家|工信部|部级|最终|该|这份|这一|正式)?(?:级)?(?:的)?(?:名单|清单|名录|榜单|行列|阵营|国家队)",
                sentence[m.end() :],
            )
            objectless = bool(re.search(cues.OBJECTLESS, m.group()) or on_list) or kind != "selected"
            ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=objectless)
            if not ok or not _counts(sentence, m, kind, at_class):
                continue
            if kind == "recommended":
                yield from recommended(sentence, m, base, talk, lex, at_class)
                continue
            stage = stage_of(sentence, m.start(), m.end(), talk, at_class) if kind == "selected" else kind
            subject = subject_of(sentence, m.start(), base, talk, lex)
            for entity in subject:
                yield selected(entity, stage, sentence, m, base, talk, at_class, "zh.subject")  # type: ignore[arg-type]


def _counts(sentence: str, m: re.Match[str], kind: str, at_class: classes.ClassMention | None) -> bool:
    start = m.start() + (1 if kind == "publicized" and m.group().startswith("拟") else 0)
    if not asserted(sentence, m.start() if kind != "publicized" else start - 1, m.end(), english=False):
        return False
    after = sentence[m.end() :]
    if at_class is not None and at_class.start >= m.end():
        between = sentence[m.end() : at_class.start]
        tail = sentence[at_class.end :]
        if cues.AFTER_CLASS.search(tail) or re.search(r"基于|依托|接入|参与|服务|助力", between):
            return False
        if re.search(r"成为|进入", m.group()) and re.search(
            r"[申培候]|评审|答辩|储备|潜在|意向|推荐|入围", between + tail[:8]
        ):
            return False
        if re.search(r"争创|冲刺|申报|培育|后备|储备|预备|候选", between) or re.match(
            r"[^,。;]{0,6}(?:后备|储备|候选|预备|对象|梯队|培育库)", tail
        ):
            return False
        if re.match(r"(?:名单|清单)?(?:的)?(?:申报|培育|候选|评审|答辩|储备|复审环节|初评|短名单|推荐)", tail):
            return False
    if re.search(r"^(?:获得|取得|荣获|拿到|收获|成为|加入|晋升|斩获|摘得|拿下|夺得)$", m.group()) and (
        at_class is None or at_class.start < m.end()
    ):
        return False
    return not re.match(
        r"(?:的)?(?:条件|标准|门槛|机会|可能|难度|意义|背后|要求|流程|秘诀|关键|理由|原因|规则|奖励|后将)", after
    )


def _attributive(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """入选双跨平台的X…: the verb makes it a claim, a bare 国家级双跨平台X is none."""
    for m in cues.ATTRIBUTIVE.finditer(sentence):
        inside = [c for c in found if m.start() <= c.start and c.end <= m.start("np") + 1]
        if not inside and re.match("[^,。;]{0,3}的“", sentence[m.start() + 2 :]):
            # 2024年入选的“X”: of the class named before
            ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=True)
            inside = [at_class] if ok and at_class is not None else []
        if (
            not inside
            or inside[-1].level != "national"
            or not asserted(sentence, m.start(), m.start("np"), english=False)
        ):
            continue
        if re.match(r"(?:工业互联网)?(?:平台|企业|单位)?(?:中|里|数量|名单|总数|有|达|共)", m.group("np")):
            continue
        for entity in entities(m.group("np"), (base or 0) + m.start("np"), lex, bare=False)[:4]:
            claim = selected(entity, "selected", sentence, m, base, talk, inside[-1], "zh.attributive")
            yield claim


def bars(sentence: str) -> bool:
    """Tell whether a sentence speaks of plans, partners or other things beside which a name is no member."""
    return bool(cues.LOOSE_BAR.search(sentence) or re.search("争创|后备|入库", sentence))


def _loose(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """A sentence that only tells of the selection, in whatever grammar: the names it shows by their form are members."""
    levels = {c.level for c in found}
    inside = "national" in levels and not levels & {"provincial", "foreign", "other"}
    talked = not found and talk.level == "national" and talk.age <= 2
    if (
        not (inside and cues.LOOSE_CUE.search(sentence))
        and not (talked and cues.UNOPPOSED.search(sentence))
        and not (
            talked
            and cues.LOOSE_DISCOURSE_CUE.search(sentence)
            and (talk.subjects or talk.stage or talk.listed or re.search(r"名单|入选|上榜|公布", sentence))
        )
    ):
        return
    unopposed = cues.UNOPPOSED.search(sentence) and not re.search("提出异议|如有异议", sentence)
    if unopposed:
        for entity in strong_entities(sentence, base or 0, lex):
            yield make(entity, "publicized", sentence, base, round=talk.round, by="zh.notice", confidence=0.85)
        return
    if cues.LOOSE_BAR.search(sentence) or not asserted(sentence, len(sentence) - 1, len(sentence), english=False):
        return
    at_class = next((c for c in found if c.level == "national"), None)
    stage: Stage = list_stage(sentence) or (talk.stage if at_class is None else None) or "selected"
    if stage == "called":
        return
    if cues.AGAIN.search(sentence):
        stage = "reselected"
    named = named_round(sentence, at_class, talk)
    first = True if cues.FIRST.search(sentence) or (talk.additions and at_class is None) else None
    for entity in strong_entities(sentence, base or 0, lex):
        yield make(
            entity, stage, sentence, base, round=named, first_time=False if stage == "reselected" else first, by="zh.loose",
            confidence=0.82, when=when_of(sentence, 0, len(sentence), talk.year),
        )  # fmt: skip
