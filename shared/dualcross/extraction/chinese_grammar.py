"""What Chinese sentences leave to grammar: subjects, stages and dates around a predicate."""

from __future__ import annotations

import re

from dualcross.extraction import chinese_cues as cues
from dualcross.extraction import classes
from dualcross.extraction.claims import Claim, Discourse, named_round, relative_year
from dualcross.extraction.names import Entity, Lexicon
from dualcross.extraction.phrases import entities
from dualcross.model import Stage


def overlaps(a: Entity, b: Entity) -> bool:
    """Tell whether two passages name the same entity."""
    return (a.start < b.end and b.start < a.end) or (a.platform, a.operator) == (b.platform, b.operator)


def same_list(sentence: str) -> bool:
    """Tell whether a sentence goes on about the list the passage speaks of."""
    return bool(re.search(r"此次|本次|这次|该名单|上述|这份|名单", sentence))


def list_stage(sentence: str) -> Stage | None:
    """Return the stage of the list a sentence speaks of, None where it tells none."""
    if cues.PASSED.search(sentence) and not re.search(r"未通过|没有通过|未能通过", sentence):
        return "reselected"
    if cues.NOTICE.search(sentence) and not cues.NOTICE_OVER.search(sentence):
        return "publicized"
    if re.search(r"拟推荐|推荐名单|择优推荐|推荐.{0,20}(?:申报|参评|参加)", sentence):
        return "recommended"
    if re.search(r"组织申报|征集|申报工作|申报通知", sentence) and not re.search(r"公布|发布.{0,12}名单", sentence):
        return "called"
    return None


def np_before(sentence: str, start: int, *, limit: int = 0) -> tuple[int, int]:
    """Return the span of the clause before a predicate, as far as the last comma that is no enumeration's."""
    head = sentence[:start]
    cut = 0
    depth = 0
    for i in range(len(head) - 1, -1, -1):
        c = head[i]
        if c in ")”》]":
            depth += 1
        elif c in "(“《[":
            depth = max(0, depth - 1)
        elif depth == 0 and c in ",;；:。":
            cut = i + 1
            if limit <= 0:
                break
            limit -= 1
    return cut, start


def subject_of(
    sentence: str, start: int, base: int | None, talk: Discourse, lex: Lexicon, *, bare: bool = True
) -> list[Entity]:
    """Return who stands before a predicate: the clause's own names, the clause before's, or what was spoken of."""
    origin = base or 0
    a, b = np_before(sentence, start)
    phrase = sentence[a:b]
    own = entities(phrase, origin + a, lex, bare=bare and "、" in phrase)
    if own:
        return own
    stripped = re.sub(
        r"^(?:\s|也|还|又|均|都|已|曾|成功|首次|再次|顺利|正式|并|且|同时|此次|近日|日前|最终|于\d+年\w{0,4}|(?:20\d\d年)?(?:\d{1,2}月)?(?:\d{1,2}日)?|其中)+",
        "",
        phrase,
    )
    if cues.NUMBERED_ONLY.search(phrase) and not cues.PRONOUN.match(stripped):
        # 四家企业入选: the names may stand in front (A、B、C、D四家…), else they follow
        return []
    if cues.PRONOUN.match(stripped) or _empty(stripped) or re.match(r"把|将|由|从|因", stripped):
        at = a
        for _ in range(3):
            if at <= 0:
                break
            a2, b2 = np_before(sentence, at - 1)
            earlier = entities(sentence[a2:b2], origin + a2, lex, bare=False)
            if earlier:
                return earlier[:1] if not re.search("、", sentence[a2:b2]) else earlier
            at = a2
        return (
            talk.subjects[:1]
            if cues.PRONOUN.match(stripped)
            else (talk.subjects[:1] if at <= 0 and not sentence[:start].strip(" ,") else [])
        )
    return []


def _empty(phrase: str) -> bool:
    return (
        not phrase.strip(" ,")
        or len(phrase.strip()) <= 1
        or bool(
            re.fullmatch(
                r"(?:均为|均系|均是|都是|皆为|全部|悉数|这一次|重新|再|得以|如愿|终|居然|一举|成功|正式|再次|首次|又|还|也|并|已|被|获|喜|双双|均|凭借.*|以.*|经.*|从.*|在.*|于.*|作为.*|此次|本次|这次|随后|最终|顺利|连续.*|同时|因此|由此|从而|率先|荣幸)+",
                phrase.strip(),
            )
        )
    )


def stage_of(sentence: str, start: int, end: int, talk: Discourse, at_class: classes.ClassMention | None) -> Stage:
    """Return the stage an assertion of selection stands for, from the words around it and the list spoken of."""
    clause_a, _ = np_before(sentence, start)
    clause = sentence[clause_a : end + 40]
    window = sentence[max(0, start - 30) : min(len(sentence), end + 44)]
    if re.search(r"拟(?:入选|认定|确定|新增|列入|纳入)", sentence[max(0, start - 6) : end]):
        return "publicized"
    if cues.NOTICE.search(window) and not cues.NOTICE_OVER.search(sentence):
        return "publicized"
    if re.search(r"重返|重回|重新入选|重新进入", clause):
        # back after having left: a selection anew
        return "selected"
    if cues.AGAIN.search(clause):
        return "reselected"
    if (
        at_class is None
        and talk.stage in ("publicized", "recommended", "reselected")
        and not re.search(r"正式|最终|公布|发布", sentence)
    ):
        return talk.stage
    if (
        at_class is not None
        and list_stage(sentence) == "publicized"
        and not re.search(r"正式(?:公布|发布|入选)|(?:公布|发布)[^,。]{0,20}名单", sentence)
    ):
        return "publicized"
    if re.search(r"推荐名单|拟推荐", window):
        return "recommended"
    return "selected"


def make(entity: Entity, stage: Stage, sentence: str, base: int | None, **extra: object) -> Claim:
    """Return a claim of one sentence; `base` None is the title."""
    span = None if base is None else (base, base + len(sentence))
    return Claim(entity=entity, stage=stage, span=span, **extra)  # type: ignore[arg-type]


def when_of(sentence: str, start: int, end: int, year: int | None) -> str | None:
    """Return the date or year a sentence gives for its predicate, None where it gives none."""
    near = re.sub(
        r"(?:与|较|比|同)20[12]\d年[^,。]{0,6}(?:相比|增加|新增|增长)|自20[12]\d年",
        "",
        sentence[max(0, start - 40) : end + 30],
    )
    m = re.findall(r"(20[12]\d)\s?年(?:(\d{1,2})月)?(?:(\d{1,2})日)?", near)
    if not m:
        clause = sentence[np_before(sentence, start, limit=1)[0] : end]
        return relative_year(clause, year) if "今年" not in clause else None
    y, mo, d = m[-1] if len(m) == 1 else m[0]
    return str(y) + (f"-{int(mo):02d}" if mo else "") + (f"-{int(d):02d}" if mo and d else "")


def selected(
    entity: Entity,
    stage: Stage,
    sentence: str,
    m: re.Match[str],
    base: int | None,
    talk: Discourse,
    at_class: classes.ClassMention | None,
    by: str,
) -> Claim:
    """Return the claim of an asserted selection with its round and whether it is a first."""
    named = named_round(sentence, at_class, talk)
    clause_a, _ = np_before(sentence, m.start(), limit=0)
    clause = sentence[clause_a : m.end() + (len(sentence) if at_class is None else max(0, at_class.end - m.end()) + 12)]
    first: bool | None = None
    if stage == "reselected" or cues.AGAIN.search(clause):
        first = False
    elif (cues.FIRST.search(clause) and stage in ("selected", "publicized")) or (
        stage in ("selected", "publicized")
        and ((at_class is None and talk.additions) or re.search(r"新增(?!长)", sentence))
    ):
        first = True
    return make(
        entity, stage, sentence, base, round=named, first_time=first, by=by, confidence=0.96 * entity.strength / 0.95 if entity.strength < 0.95 else 0.96,
        when=when_of(sentence, m.start(), m.end(), talk.year),
    )  # fmt: skip
