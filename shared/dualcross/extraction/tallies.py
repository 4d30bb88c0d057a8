"""Counts in set phrases that need no class word beside them: nine additions, 共七家榜上有名, 重庆在册平台增至六家.

The passage must speak of the national list; the phrase itself says what is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dualcross.extraction import classes, numbers, regions
from dualcross.extraction.normal import Prepared
from dualcross.extraction.sentences import Sentence
from dualcross.model import Count, Evidence, Measure, RegionCount
from dualcross.patterns import late

_N = numbers.NUMBER
_THINGS_EN = r"(?:(?:new|more|national|dual-cross|industrial|internet|additional)\s+)*(?:platforms?|companies|firms|enterprises|members?)"
_NEW_EN = late(
    rf"\b(?P<a>{_N})\s+(?:new\s+)?(?:additions|newcomers|new entrants|new members|new faces)\b"
    rf"|\b(?P<b>{_N})\s+(?:platforms|companies|firms|enterprises)\s+(?:were|have been|are)\s+(?:newly\s+)?(?:added|newly selected)\b"
    rf"|\b(?:added|adds|adding|names|named)\s+(?P<c>{_N})\s+(?:new|more)\s+{_THINGS_EN}"
    rf"|\b(?:any|all) of the (?P<d>{_N}) platforms proposed\b",
    re.IGNORECASE,
)
_MEMBERS_EN = late(rf"\b[Oo]f (?P<a>{_N}) members\b|\b(?P<b>{_N}) (?:platforms |members |)were retained\b")
_REGION_EN = late(
    rf"\b(?P<where>[A-Z][a-z]+(?: [A-Z][a-z]+)?) (?:now )?(?:has|had|leads? with|led [^.,;]{{0,24}} with|counts) (?P<n>{_N})(?: (?:platforms|members|of them|in force)|(?=[ ,.;]))"
    rf"|\b(?:ahead of|followed by|behind) (?P<where2>[A-Z][a-z]+) with (?P<n2>{_N})"
)
_NEW_ZH = late(
    rf"(?:共有?|一共|合共|等|共计|总共)?(?P<n>{_N})[家个](?:单位的?)?(?:平台|企业|单位|公司)?(?:的平台)?(?:榜上有名|在列|入列|上榜|入围|跻身名单|进入名单)"
)
_REGION_ZH = late(
    rf"(?P<where>[\u4e00-\u9fff]{{2,3}}?)(?:省|市|自治区)?(?:的|目前)?(?:在册|国家级|现有)(?:的)?(?:国家级)?(?:双跨)?平台(?:总数|数量|已|目前)*(?:增至|增加到|达到?|为|有|扩至|扩大到)(?P<n>{_N})[家个]"
)
_EACH_ZH = late(
    rf"(?P<where>[\u4e00-\u9fff]{{2,3}}(?:[、和与及][\u4e00-\u9fff]{{2,3}}){{0,33}}?)(?:省|市)?(?:均|各|都)?(?:为|有|占|达)?(?P<n>{_N})[家个]"
)
_VAGUE = late(r"(?:将|力争|计划|拟|不超过|约|目标|争取|希望|培育)[^,。;]{0,10}$")


def find(prepared: Prepared) -> tuple[Count | RegionCount, ...]:
    """Return what the set phrases count, in order; each value of a measure or province once."""
    out: dict[tuple[object, ...], Count | RegionCount] = {}
    alive, additions = 0, False
    title = classes.find(prepared.title)
    if title and all(c.level == "national" for c in title):
        alive, additions = (
            2,
            "新增" in prepared.title or bool(re.search(r"\b(?:new|add)", prepared.title, re.IGNORECASE)),
        )
    for sentence in prepared.sentences:
        levels = {c.level for c in classes.find(sentence.text)}
        if "national" in levels:
            alive = 3
            additions = bool(
                re.search(r"新增(?!长)|\b(?:add(?:s|ed|itions?)|new(?:ly)?|proposed)\b", sentence.text, re.IGNORECASE)
            )
        elif levels & {"provincial", "foreign"}:
            alive = 0
        if alive <= 0 or sentence.row:
            continue
        alive -= 1
        for finding in _phrases(sentence, prepared, additions=additions, other="other" in levels):
            key = (finding.kind, finding.value, finding.region.code if finding.region else finding.kind)
            out.setdefault(key, finding)
    return tuple(out.values())


def _phrases(sentence: Sentence, prepared: Prepared, *, additions: bool, other: bool) -> Iterator[Count | RegionCount]:
    text = sentence.text
    evidence = (prepared.evidence(sentence.start, sentence.end),)
    if other:
        return

    def counted(m: re.Match[str], measure: Measure) -> Iterator[Count]:
        told = next((g for g in m.groups() if g), "")
        value = numbers.value(told)
        if value is not None and 2 <= value <= 300 and not _VAGUE.search(text[: m.start()]):
            yield Count(value=int(value), measure=measure, by="count.phrase", confidence=0.85, evidence=evidence)

    for m in _NEW_EN.finditer(text):
        yield from counted(m, "new")
    for m in _MEMBERS_EN.finditer(text):
        yield from counted(m, "in_force")
    if additions or "新增" in text:
        for m in _NEW_ZH.finditer(text):
            # 其中两家来自广东, 西部占四家: a part is not the whole
            if not re.search(r"其中[^,。;]{0,8}$|[、的]$", text[: m.start()]) or m.group().startswith(("等", "共")):
                yield from counted(m, "new")
    for m in (*_REGION_EN.finditer(text), *_REGION_ZH.finditer(text)):
        told = m.groupdict()
        where, number = told["where"] or told.get("where2"), told["n"] or told.get("n2")
        yield from _regional(where or "", number or "", evidence)
    tallied = list(_EACH_ZH.finditer(text))
    if len([m for m in tallied if regions.by_name(re.split("[、和与及]", m.group("where"))[-1])]) >= 2 and re.search(
        "各省|数量|分别|居首|其次", text + prepared.title + _before(prepared, sentence)
    ):
        for m in tallied:
            for where in re.split("[、和与及]", m.group("where")):
                yield from _regional(where, m.group("n"), evidence)


def _before(prepared: Prepared, sentence: Sentence) -> str:
    return prepared.text[max(0, sentence.start - 60) : sentence.start]


def _regional(where: str, told: str, evidence: tuple[Evidence, ...]) -> Iterator[RegionCount]:
    region, value = regions.by_name(where), numbers.value(told)
    if region is not None and value is not None and 1 <= value <= 60:
        yield RegionCount(value=int(value), region=region, by="count.region.phrase", confidence=0.85, evidence=evidence)
