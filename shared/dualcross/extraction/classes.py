"""What kind of honour or list a passage speaks of: the national dual-cross class, or one of those that only look alike.

`national` is the only one that makes a member. `provincial` and `foreign` carry the same words for another
programme; `other` are neighbouring lists (特色型, 试点示范, 灯塔工厂, analysts' rankings, …).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from dualcross.extraction import regions
from dualcross.patterns import late

Level = Literal["national", "provincial", "foreign", "other"]


@dataclass(frozen=True, slots=True)
class ClassMention:
    """A class word in a normalised text, with its level."""

    start: int
    end: int
    level: Level


_OVER = r"(?:industr(?:y|ies|ial)|trades?|sectors?|sectoral|fields?|domains?|verticals?|businesses|business|professions?|areas?|realms?|disciplines?)"
_CROSS_EN = (
    r"(?:cross[\s-]?industr(?:y|ies|ial)[\s,-]*(?:and\s+|&\s*|/\s*|or\s+)?cross[\s-]?(?:field|sector|domain|area|disciplin)\w*"
    r"|cross[\s-]?sector(?:al)?[\s,-]*(?:and\s+|&\s*)?cross[\s-]?(?:field|domain|industry)\w*"
    r"|cross[\s-]?industry[\s,-]*(?:and\s+)?(?:multi|cross)[\s-]?(?:field|domain)\w*"
    r"|cross[\s-]?(?:trade|business|vertical)s?[\s,-]*(?:and\s+|&\s*)?cross[\s-]?(?:field|domain|sector|area)\w*"
    r"|cross[\s-]?(?:field|domain)s?[\s,-]*(?:and\s+|&\s*)?cross[\s-]?(?:industr(?:y|ies)|sector)\w*"
    r"|(?:multi|inter|trans)[\s-]?industry[\s,-]*(?:and\s+|&\s*)?(?:multi|inter|trans|cross)[\s-]?(?:field|domain|sector)\w*"
    rf"|(?:cross|inter|multi|trans|pan)[\s-]?{_OVER}[\s,/&-]+(?:and\s+|or\s+)?(?:(?:cross|inter|multi|trans|pan)[\s-]?){_OVER}"
    rf"|(?:span\w*|straddl\w*|bridg\w*|cross(?:es|ing)?|across|cut\w* across)\s+(?:(?:several|many|multiple|different|various|both|all)\s+)?{_OVER}(?:,| and| as well as| and across| and between)\s+(?:(?:several|many|multiple|different|various|technical)\s+)?{_OVER}"
    r"|(?:dual|double)[\s-]?span(?:ning)?(?:[\s-]?platforms?)?|cross[\s-]cross"
    r"|span\w* (?:industries|sectors) and (?:fields|domains|sectors)"
    r"|(?:dual|double|twin)[\s-]?cross(?:ing|over)?(?:[\s-]?(?:industry|platforms?))?"
    r"|(?:platforms?|internet)\s+(?:that\s+)?(?:work\w*\s+|span\w*\s+|cut\w*\s+)?(?:across|spanning|crossing) (?:industr(?:y|ies)|sectors)(?: and (?:across )?|, )(?:fields?|domains?|sectors?)"
    r"|cross(?:ing)? industries and (?:cross(?:ing)? )?(?:fields|domains)|inter-?industry and inter-?(?:field|domain)"
    r"|[\"“']?shuang\s?kua[\"”']?|two[\s-]crosses|cross[\s-]?(?:industry|field|sector|domain)(?=\s+(?:(?:industrial|internet|national|iiot)\s+)*(?:platforms?|lists?|rosters?|rolls?|registers?|entr(?:y|ies)|status|title|tier|badge|label|class|selection|round|designation)\b))"
)
_CROSS_ZH = r"(?:[“\"]?双跨[”\"]?|跨(?:行业|行|业|界)[、,和与及]?\s?跨(?:领域|域)|跨行业领域|跨行业[、,和与及]?\s?跨领域|跨领域[、,和与及]?\s?跨行业)"
_NATIONAL = late(
    rf"{_CROSS_ZH}(?:的)?(?:综合型|综合性)?(?:国家级)?(?:工业互联网)?(?:平台)?"
    rf"|(?<![A-Za-z]){_CROSS_EN}(?:\s+(?:integrated|comprehensive|industrial[\s-]internet(?: of things)?|iiot|industrial interconnection|"
    r"industrial iot|digital))*(?:\s+platforms?)?(?![A-Za-z])",
    re.IGNORECASE,
)
#: half of the name; it stands for the class where the nation or its ministry is near
_ONE_CROSS = late(
    r"cross[\s-]?(?:industry|field|sector|domain)(?:\s+(?:integrated|comprehensive|industrial|internet|of|things|iiot|digital|platforms?))*$",
    re.IGNORECASE,
)
#: stands for the class only where the class was named before
_ALIAS = late(r"[“\"]?国家队[”\"]?|(?:国家级)?综合型(?:工业互联网)?平台|national team", re.IGNORECASE)
_NATIONAL_MARK = late(
    r"国家级|国家|全国|工信部|工业和信息化部|部级|national|MIIT|ministry of industry|country's|china's|state[\s-]level",
    re.IGNORECASE,
)
_PROVINCIAL_MARK = late(
    r"(?:(?:省级|市级|区级|州级|自治区级|省市级|provincial(?:[\s-]level)?|province[\s-]level|municipal(?:[\s-]level)?|city[\s-]level)"
    r"(?:(?!入选|获评|推荐|企业|单位)[^,。;]){0,8}|(?:我省|我市|全省|本省|我区|全市)(?:级|首批|第[一二三]批)?)$",
    re.IGNORECASE,
)
_FOREIGN_MARK = late(
    r"(?:日本|韩国|德国|法国|英国|美国|欧盟|欧洲|印度|新加坡|泰国|越南|马来西亚|印尼|俄罗斯|巴西|沙特|阿联酋"
    r"|japan(?:'s|ese)?|(?:south )?korea(?:'s|n)?|german(?:y|y's)?|french|france's|britain's|british|european(?: union)?(?:'s)?|\beu(?:'s)?"
    r"|india(?:'s|n)?|singapore(?:'s)?|thai(?:land(?:'s)?)?|vietnam(?:'s|ese)?|malaysia(?:'s|n)?|indonesia(?:'s|n)?|russia(?:'s|n)?|brazil(?:'s|ian)?"
    r"|saudi(?: arabia(?:'s)?)?|\buae(?:'s)?|u\.s\.|american)[^,。;]{0,30}$",
    re.IGNORECASE,
)
_OTHER = late(
    r"特色(?:型|化)?(?:专业型?|行业型?)?(?:工业互联网)?平台|特色专业型|(?<!跨)专业型(?:工业互联网)?平台|行业[级型](?:工业互联网)?平台|区域[级型](?:工业互联网)?平台|企业级(?:工业互联网)?平台"
    r"|(?:省|市|区)级(?:重点|示范|优秀|标杆)?(?:工业互联网)?平台|重点(?:工业互联网)?平台|(?:一定)?(?:行业、?区域)?影响力的?(?:工业互联网)?平台"
    r"|试点示范|示范项目|示范(?:企业|平台|工厂|基地|区)|创新领航|领航应用|应用案例|典型案例|优秀案例|十佳案例|二级节点|灯塔工厂|5G(?:全连接)?工厂|智能(?:制造)?(?:示范)?工厂"
    r"|优秀场景|典型场景|绿色工厂|绿色算力|专精特新|小巨人|单项冠军|独角兽|瞪羚|百强|[五5]百强|500强|[五5四4三3]A?星级|星级|象限|权威榜单|解决方案(?:提供商|供应商)|解决方案(?:名单|榜)"
    r"|工业APP|可信(?:服务|认证)|评测|测评|大数据产业|产业集群|高新技术企业|领军企业|链主|双创|标杆|揭榜挂帅|揭榜"
    r"|领导者|(?:Forrester|IDC|Gartner|Frost|胡润|福布斯|福布思|赛迪|德勤|毕马威|Hurun|Forbes|Deloitte|KPMG|AII|工业互联网产业联盟)"
    r"|lighthouse|pilot (?:demonstration )?(?:project|program|list)s?|demonstration (?:project|zone|factor|base|platform)\w*|5G factor\w+|smart (?:manufacturing )?factor\w+"
    r"|featured (?:and )?(?:professional|specialty|specialized)|(?:professional|specialized|industry-specific|sector-specific|region-specific|characteristic) (?:industrial[\s-]internet )?platforms?"
    r"|provincial(?:[\s-]level)? (?:key |industrial[\s-]internet )?platforms?|(?:leader|leaders|visionar\w+) quadrant|magic quadrant|little giants?|unicorns?|influential (?:industrial[\s-]internet )?platforms?"
    r"|specialized[, ]+(?:refined|sophisticated)[^.]{0,40}new",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def find(text: str) -> tuple[ClassMention, ...]:
    """Return the class words of one normalised sentence or title, in order, each with its level."""
    out: list[ClassMention] = []
    for m in _NATIONAL.finditer(text):
        if _is_betrayal(text, m):
            continue
        out.append(ClassMention(m.start(), m.end(), _level(text, m)))
    for m in _ALIAS.finditer(text):
        if not _inside(out, m):
            level: Level = (
                "provincial" if _PROVINCIAL_MARK.search(text[max(0, m.start() - 14) : m.start()]) else "national"
            )
            if re.search(r"[省市]级|省工|省经|provincial", text[: m.start()]) and "国家" not in text:
                level = "provincial"
            out.append(ClassMention(m.start(), m.end(), level))
    for m in _OTHER.finditer(text):
        if not _inside(out, m):
            out.append(ClassMention(m.start(), m.end(), "other"))
    return tuple(sorted(out, key=lambda c: c.start))


def speaks_of_programme(text: str) -> bool:
    """Tell whether a normalised text names the class at all."""
    return any(not _is_betrayal(text, m) for m in _NATIONAL.finditer(text))


def _inside(found: list[ClassMention], m: re.Match[str]) -> bool:
    return any(c.start <= m.start() < c.end or m.start() <= c.start < m.end() for c in found)


def _is_betrayal(text: str, m: re.Match[str]) -> bool:
    """`double-cross` is also a betrayal, and 双跨 alone also other things: ask for the industrial Internet near."""
    words = m.group()
    near = text[max(0, m.start() - 160) : m.end() + 160]
    if _ONE_CROSS.match(words):
        wide = text[max(0, m.start() - 400) : m.end() + 400]
        return not re.search(r"\bMIIT\b|ministry|national|state[\s-]level|China|Chinese|Beijing", wide, re.IGNORECASE)
    if re.match(
        r"\s+(?:list|roster|roll|status|title|badge|label|round|selection|programme|program|tier|evaluation)\b",
        text[m.end() :],
    ):
        return False
    if re.match(r"[\"“']?(?:double|dual|twin|two)", words, re.IGNORECASE) and "platform" not in words.lower():
        return not re.search(r"industr|platform|MIIT|ministry", near, re.IGNORECASE)
    if re.match(r"跨|[“\"]?双跨", words):
        after = text[m.end() : m.end() + 8]
        return not re.search(
            r"平台|工业互联网|名单|清单|企业|入选|国家|称号|资质|行列|阵营|认定|序列|家|工信|榜|评价|资格|申报|梯队",
            words + after + near,
        )
    return False


def _level(text: str, m: re.Match[str]) -> Level:
    before = re.split(r"[,。;，；:]", text[: m.start()])[-1]
    close = before[-16:]
    if _FOREIGN_MARK.search(before[-48:]) and not _NATIONAL_MARK.search(before[-12:]):
        return "foreign"
    if _PROVINCIAL_MARK.search(close) and not re.search(
        r"国家级|国家|national|首[个家]|唯一|获批|[一二两三四五六七八九十\d]+[个家]$", close, re.IGNORECASE
    ):
        return "provincial"
    if re.search(r"级", close) and re.search(r"[省市]级", close) and not re.search(r"国家", close):
        return "provincial"
    if _run_by_province(text, m.start()):
        return "provincial"
    return "national"


def _run_by_province(text: str, at: int) -> bool:
    """The sentence's issuer is a province's own office and nothing national stands in it: 湖南省工信厅公布…综合型平台名单."""
    if _NATIONAL_MARK.search(text):
        return False
    head = text[:at]
    office = re.search(
        r"(?:省|市|自治区|区)(?:人民)?(?:政府)?(?:工业和信息化|工信|经信|经济和信息化|经信委)(?:厅|局|委|委员会)?|(?:provincial|municipal) (?:department|bureau|commission|government)",
        head,
        re.IGNORECASE,
    )
    if not office or not re.search(
        r"公布|发布|认定|印发|确定|评选|遴选|公示|announc|releas|publish|recogni|select|nam", text, re.IGNORECASE
    ):
        return False
    between = head[office.end() :]
    place = regions.find(between)
    return (
        bool(
            re.search(
                r"公布|发布|认定|印发|确定|评选|遴选|公示|announc|releas|publish|recogni|select|nam",
                between,
                re.IGNORECASE,
            )
        )
        and not (re.search(r"推荐|获悉|了解|消息|称|透露|表示|转发|learned|said|told", between))
    ) or bool(place and place[0].exact and re.search(r"名单$", between))
