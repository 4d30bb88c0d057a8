"""What a passage claims of a platform, before names are resolved and claims of one platform are merged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dualcross.extraction.classes import ClassMention, find
from dualcross.extraction.names import Entity
from dualcross.extraction.numbers import value
from dualcross.model import Region, Stage
from dualcross.patterns import late


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One entity went through one stage, says one sentence (or title, or list row)."""

    entity: Entity
    stage: Stage
    #: absolute span of the sentence in the normalised text; None for the title
    span: tuple[int, int] | None
    round: str | None = None
    first_time: bool | None = None
    region: Region | None = None
    confidence: float = 0.9
    by: str = ""
    former: str | None = None
    moved_from: Region | None = None
    moved_to: Region | None = None
    rank: int | None = None
    #: year the text gives for the stage itself, for `round` from the register's dates
    when: str | None = None
    #: the sentence belongs to a list that names who is new
    group: int | None = None


@dataclass
class Discourse:
    """What the passage has established so far; sentences are read in order."""

    #: class level that objectless predicates inherit: `national`, another level, or None
    level: str | None = None
    #: the list or selection the text speaks of: its round, and whether it holds additions
    round: str | None = None
    additions: bool = False
    #: the list spoken of is a public notice, a recommendation, …
    stage: Stage | None = None
    #: entities of the last claims, for 该平台, 其, it
    subjects: list[Entity] = field(default_factory=list)
    region: Region | None = None
    #: year of the page, for 去年, 两年前
    year: int | None = None
    #: the passage speaks of an evaluation of members
    evaluation: bool = False
    #: the list has been told as made, not only spoken of
    listed: bool = False
    #: sentences since the class was last named
    age: int = 0


THIS_YEAR = late(
    r"(?:今年(?:度)?|本年度|当年)(?:的|新增|新一批|新入选|国家级?|全国|工信部|工业和信息化部|第.批|[“\"《(]|\s)*$|this year's (?:new |national |list of |latest )*$",
    re.IGNORECASE,
)
YEAR_BEFORE = late(
    r"(20[12]\d)\s?年?(?:度|新增|新一批|的|国家级?|全国|工信部|工业和信息化部|新增的|新入选|第.批|[“\"《(]|\s)*$"
)


def round_named(text: str, class_start: int, class_end: int) -> str | None:
    """Return the year in the list's or evaluation's name: right before the class words, or right after them."""
    before = text[max(0, class_start - 24) : class_start]
    m = YEAR_BEFORE.search(before)
    if m:
        return m.group(1)
    if THIS_YEAR.search(before):
        return "this"
    after = text[class_end : class_end + 28]
    m = re.match(
        r"(?:平台|动态评价|名单|清单|评价|\s|[\"“”(])*(20[12]\d)年?(?:度)?(?:动态评价|名单|清单|评价|新增)", after
    )
    if m:
        return m.group(1)
    m = re.search(
        r"(20[12]\d)(?:[\s-](?:\w+[\s-]){0,5})?(?:list|roster|round|batch|evaluation|edition|cohort|selection)?\s*(?:of\s+)?(?:new\s+|newly added\s+|national(?:-level)?\s+|the\s+|china's\s+|additional\s+)*[\"“]?$",
        before,
        re.IGNORECASE,
    )
    if m and not re.search(
        r"(?:in|since|by|until|of|from) (?:\w+ )?(?:\d{1,2},? )?20\d\d,?\s*(?:the|its|a|as|into|onto|among)?\s*$",
        before,
        re.IGNORECASE,
    ):
        return m.group(1)
    m = re.match(
        r"[^.,;]{0,40}?\b(?:list|roster|round|batch|evaluation|selection)?\s*(?:for|of|in the) (20[12]\d)\b",
        after,
        re.IGNORECASE,
    )
    return m.group(1) if m else None


_AGO = late(
    r"([一二两三四五六七八九\d]+)年前|(去年|上一?年度?|last year)|(前年)|(今年|this year)|\b(one|two|three|four|five|six|\d) years? (?:ago|earlier|before)",
    re.IGNORECASE,
)


def relative_year(text: str, year: int | None) -> str | None:
    """Return the year that 去年, 两年前 or `two years ago` means on a page of that year."""
    m = _AGO.search(text)
    if m is None or year is None:
        return None
    if m.group(1) or m.group(5):
        back = value(m.group(1) or m.group(5))
        return str(year - int(back)) if back is not None and back < 20 else None
    return str(year - (1 if m.group(2) else 2 if m.group(3) else 0))


_LIST_OF_YEAR = late(
    r"(20[12]\d)年?(?:度)?(?:国家)?(?:新增|动态评价|新一批|入选|最终|新)?(?:平台)?(?:名单|清单|名录|动态评价|评价)|\b(20[12]\d) (?:\w+ )?(?:list|roster|evaluation|round|batch)\b",
    re.IGNORECASE,
)


def named_round(sentence: str, at_class: ClassMention | None, talk: Discourse) -> str | None:
    """Return the round a sentence names by its list's year, else the one the passage speaks of."""
    if at_class is not None and (named := round_named(sentence, at_class.start, at_class.end)):
        return named
    m = _LIST_OF_YEAR.search(sentence)
    if m:
        return m.group(1) or m.group(2)
    for other in find(sentence):
        if other.level == "national" and other != at_class and (named := round_named(sentence, other.start, other.end)):
            return named
    return talk.round if at_class is None else None


_LISTED = late(
    r"名单|清单|入选|公布|发布|公示|认定|榜单|评选|上榜|\b(?:list|listed|released|announced|published|named|selected|recogni[sz]ed|ranking|ranked)\b",
    re.IGNORECASE,
)


def remember(sentence: str, found: tuple[ClassMention, ...], talk: Discourse) -> ClassMention | None:
    """Bring the class the passage speaks of up to date; returns the national mention, if the sentence has one.

    Another class takes over only where the sentence speaks of it as a list or honour: a demonstration zone in
    passing does not end the talk of the roster.
    """
    national = [c for c in found if c.level == "national"]
    if national:
        talk.level, talk.age = "national", 0
        return national[-1]
    for c in found:
        near = sentence[max(0, c.start - 24) : c.end + 24]
        if c.level != "other" or _LISTED.search(near):
            talk.level, talk.age = c.level, 0
            return None
    talk.age += 1
    return None


def governed(
    sentence: str, start: int, end: int, talk: Discourse, found: tuple[ClassMention, ...], *, objectless: bool
) -> tuple[bool, ClassMention | None]:
    """Tell whether the national class governs the predicate at `start:end`, and where the sentence names it, if it does.

    The nearest class word after the predicate is its object; else the nearest before it; else, for predicates that
    need no object, what the passage spoke of last.
    """
    reach = 40 if not sentence.isascii() else 110
    after = [c for c in found if c.start >= end and not re.search("[。;；]", sentence[end : c.start])]
    close = [c for c in after if c.start - end <= reach and sentence[end : c.start].count(",") <= 1]
    if close:
        return close[0].level == "national", close[0]
    before = [c for c in found if c.end <= start or (c.start <= start < c.end)]
    if before:
        nearest = before[-1]
        if objectless or start - nearest.end < reach * 3 // 2:
            return nearest.level == "national", nearest
        return False, nearest
    if after:
        return after[0].level == "national" and objectless, after[0]
    if objectless and talk.level == "national" and talk.age <= 3:
        return True, None
    return False, None
