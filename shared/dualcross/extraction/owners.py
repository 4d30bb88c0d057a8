"""Whose number it is: the province that a figure in a sentence belongs to, if it belongs to one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from dualcross.extraction import numbers, regions
from dualcross.extraction.normal import Prepared
from dualcross.extraction.regions import Place
from dualcross.extraction.sentences import Sentence
from dualcross.model import Region
from dualcross.patterns import late

_OURS = late(r"我省|全省|本省|该省|省内|我市|全市|本市|我区|全区|the province\b|province-wide", re.IGNORECASE)
#: somebody who speaks for the whole country stands between the place and the number
_NATION = late(
    r"工信部|工业和信息化部|全国共|全国(?:已|累计|范围)|我国|国家共|中国(?!移动|联通|电信)|全国(?:双跨|跨行业|工业互联网)"
    r"|(?:the )?(?:MIIT|Ministry of Industry)|nationwide|\bChina\b(?!'s)|\bthe country\b(?! in| for| with|,)",
    re.IGNORECASE,
)
#: the place only says where something was said or held, or whose office said it
_SCENE = late(
    r"^(?:[省市区]?[^,。;]{0,14}(?:获悉|了解到|消息|讯|报道|举行|召开|举办|开幕|表示|介绍|透露|发布会|大会|论坛|博览会)"
    r"|[^,.;]{0,30}\b(?:said|told|conference|expo|forum|held|report(?:ed|s)?|announced|learned)\b)",
    re.IGNORECASE,
)
_SCENE_BEFORE = late(
    r"(?:在|于|赴|从|据|走进)$|\b(?:held|conference|forum|expo|opened|speaking|office) (?:in|at)\s$", re.IGNORECASE
)
_SUBJECT_AFTER = late(
    r"(?:省|市|自治区|各|壮族自治区|回族自治区|维吾尔自治区|地区)?(?:(?:企业|平台|共|已|有|拥|新|现|目前|全|累|入|获|占|培|打|建|形|推|成|国家|双跨|跨行|也|再|仅|独|上榜|上云|的|以|就|将|力争|计划|今|工业|规上|规模|数字|作为|到20|为|是|达|超|近|约|带|引|实|完|加|接|连|开|全面|在[^,。;]{2,14}中|始终|\d|[一二两三四五六七八九十])|[,(:\[])"
)
_SUBJECT_AFTER_EN = late(
    r"(?:\s(?:province|municipality))?(?:'s|,|\s(?:has|have|had|now|boasts?|is|was|ranks?|accounts?|owns?|leads?|with|also|already|plans?|aims?|will|"
    r"saw|placed|contribut\w+|took|promoted|helped|cultivated|built|got|gain\w+|add\w+|companies|firms|platforms?|enterprises|put|claims?|"
    r"firmly|currently|alone|drove|drives|led|brought|brings|made|ran|set|\w+ed|comes?|came|expects?|hopes?|secured|won|counts?))",
    re.IGNORECASE,
)
_AFTER_ZH = late(r"^(?:企业|平台|单位|公司|,|均|都)*(?:分别)?(?:来自|属于|出自|落在|总部(?:位于|在)|为|是|位于|在)?$")
_AFTER_EN = late(
    r"^[^,.;:()]{0,60}?\b(?:from|in|based in|headquartered in|located in|of|across|belong(?:ing)? to)\s(?:the\s)?(?:\w+\s)?$|^\s$",
    re.IGNORECASE,
)


def chinese(text: str) -> bool:
    """Tell whether a passage is Chinese; an English one may hold names in Chinese."""
    return len(re.findall("[\u4e00-\u9fff]", text)) * 5 > len(text)


@lru_cache(maxsize=512)
def _places(text: str) -> tuple[Place, ...]:
    return tuple(regions.find(text))


#: characters of a sentence that are read: the longest real ones, enumerations of members, stay below
LONGEST = 1500


def sentences(prepared: Prepared) -> Iterator[Sentence]:
    """Yield the sentences, an endless one cut: figures are near their words, and time must stay in proportion."""
    for s in prepared.sentences:
        if len(s.text) > LONGEST:
            yield Sentence(s.start, s.start + LONGEST, s.text[:LONGEST], s.line)
        else:
            yield s


def titled(prepared: Prepared) -> Region | None:
    """Return the province the headline names, where it names exactly one."""
    named = {p.region.code: p.region for p in regions.find(prepared.title) if p.exact}
    return next(iter(named.values())) if len(named) == 1 else None


def home(prepared: Prepared) -> Region | None:
    """Return the province the article as a whole is about: named in the title, or far more often than any other."""
    if (named := titled(prepared)) is not None:
        return named
    if prepared.article.source:
        issuer = {p.region.code: p.region for p in regions.find(prepared.article.source)}
        if len(issuer) == 1:
            return next(iter(issuer.values()))
    seen = Counter(p.region.code for p in regions.find(prepared.text))
    top = seen.most_common(2)
    if top and (len(top) == 1 or top[0][1] >= 2 * top[1][1]) and top[0][1] >= 1:
        return regions.by_code(top[0][0])
    return None


def owner(sentence: Sentence, start: int, end: int, prepared: Prepared) -> Region | None:
    """Return the province that the figure at `start`..`end` (offsets in the sentence) belongs to.

    A city that stands for no province owns nothing here: its figure is not the province's.
    """
    text = sentence.text
    places = _places(text)
    after = _after(text, end, places)
    if after is not None:
        return after.region if after.exact else None
    before = _before(text, start, places)
    if before is not None:
        return before.region if before.exact else None
    head = text[:start]
    ours = list(_OURS.finditer(head))
    if ours and not _NATION.search(head[ours[-1].end() :]):
        return home(prepared)
    return None


def city_owned(sentence: Sentence, start: int, end: int) -> bool:
    """Tell whether the figure belongs to a city, which is no province."""
    places = _places(sentence.text)
    place = _after(sentence.text, end, places) or _before(sentence.text, start, places)
    return place is not None and not place.exact


def _after(text: str, end: int, places: tuple[Place, ...]) -> Place | None:
    """`4家来自广东`, `4家广东企业`, `four from Guangdong`, `four Guangdong platforms`."""
    for place in places:
        if place.start < end:
            continue
        gap = text[end : place.start]
        if len(gap) > 60:
            break
        tail = text[place.end : place.end + 12]
        if re.search("[\u4e00-\u9fff]", text[place.start : place.end]):
            if not _AFTER_ZH.match(gap):
                break
            if re.search("来自|属于|出自|总部|位于", gap) or re.match(r"[省市]?(?:的)?(?:企业|平台|籍)", tail):
                return place
        elif _AFTER_EN.match(gap) and (
            gap.strip() or re.match(r"[\s-](?:platform|compan|enterprise|firm|based|operator)", tail)
        ):
            if re.search(r"\b(?:conference|expo|forum|held|said)\b", gap):
                break
            return place
        break
    return None


def _before(text: str, start: int, places: tuple[Place, ...]) -> Place | None:
    """The nearest place before the number that can be its subject."""
    for place in reversed([p for p in places if p.end <= start]):
        between = text[place.end : start]
        if _NATION.search(between):
            return None
        lead = text[max(0, place.start - 24) : place.start]
        scene = _SCENE.match(between) or (
            _SCENE_BEFORE.search(lead)
            and re.search(r"举行|召开|举办|开幕|获悉|了解|采访|held|opened|expo|forum|conference", lead + between)
        )
        if scene:
            continue
        if re.search("[\u4e00-\u9fff]", text[place.start : place.end]):
            subject = _SUBJECT_AFTER.match(text[place.end :]) or not between or _heads_clause(text, place)
            if len(between) <= 70 and subject:
                return place
        elif len(between) <= 160 and (_SUBJECT_AFTER_EN.match(text[place.end :]) or re.search(r"\bin\s$", lead)):
            return place
    return None


def _heads_clause(text: str, place: Place) -> bool:
    """The place begins a clause, alone or after a time, and begins no company's or platform's name."""
    lead = re.split(r"[,。;:\n]", text[: place.start])[-1]
    if not re.fullmatch(
        r"\s*(?:目前|如今|近年来|今年以来|截至[^,]{0,8}|去年|20\d\d年|当前|其中|而|另外|同时)?\s*", lead
    ):
        return False
    return not re.match(
        r"[省市]?[\u4e00-\u9fffA-Za-z]{1,16}?(?:公司|集团|股份|科技|平台|网络|云|厅|局|委)(?!台)", text[place.end :]
    )


_RANK = late(
    r"(?:数量|总数|家数|入选数|数目|总量|规模)?(?:稳?居|位居|位列|列|排名?|并列|排在|跃居|保持|继续)?(?:全国|各省|全省份|国内)(?:各省(?:市|份)?)?(?:中)?(?:第[一二三四五六七八九十\d]+|首位|之首|榜首)"
    r"|(?:数量|总数|入选数)[^,。;]{0,6}(?:第[一二三四五六七八九十\d]+|首位|最多)(?:位)?"
    r"|(?:数量|家数)?(?:为|居)?全国最多|最多的省份"
    r"|rank(?:s|ed|ing)?\s(?:the\s)?(?:no\.?\s?\d+|number \w+|\w+)\s(?:in|among|nation|across|of|by)"
    r"|(?:the\s)?(?:second|third|fourth|fifth)?[\s-]?(?:most|highest number|largest number)\s(?:of|in|among|nation)[^,.;]{0,24}"
    r"|(?:first|second|third|fourth|fifth|sixth)(?: place)? (?:in (?:the country|china|the nation)|nationwide|among (?:all )?(?:provinces|chinese))",
    re.IGNORECASE,
)


def rank(sentence: Sentence, start: int, end: int) -> int | None:
    """Return the place among provinces that the sentence gives the figure, where it gives one."""
    m = _RANK.search(sentence.text, end) or _RANK.search(sentence.text, max(0, start - 60), start)
    if not m:
        return None
    words = m.group()
    if re.search("最多|之首|most|highest number|largest number", words, re.IGNORECASE):
        place = re.search("second|third|fourth|fifth", words, re.IGNORECASE)
        return numbers.ordinal(place.group()) if place else 1
    return numbers.ordinal(re.sub("number ", "", words))
