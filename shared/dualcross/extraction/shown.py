"""Names an article shows in whatever grammar, each platform linked to its operator by what stands between them.

Far more liberal than `candidates`: whoever asks for these weighs each of them. “澄湖OS” … 由苏州澄湖智联信息技术有限公司运营,
前者归A，后者归B, Anvil Harbor, built by Dalian Beacon Shipyard Software.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dualcross.extraction import english_names, regions, slugs
from dualcross.extraction.candidates import Find, legal_names
from dualcross.extraction.normal import Prepared
from dualcross.extraction.phrases import GENERIC, QUOTED, VERBISH, H, company
from dualcross.patterns import late

_QUOTED = late(QUOTED)
_NO_NAME = late(
    r"双跨|跨行业|国家队|[的了着过吗呢吧]|工业互联网$|^工业互联网|计划|工程|行动|会战|战略|模式|理念|体系|机制|政策|名单|入选|上云|赋能|转型|升级|制造$|智造$|强省|强市|大脑$|一张网|十[四五]五|两化|第一|唯一|国家|中国|全国|领头羊|通行证|入场券|名片|金字招牌|金名片|老大难|不会|不敢|不能|怎么|什么|为什么"
)
_NO_TAIL = late(
    r"^(?:战略|计划|行动|工程|政策|模式|体系|规划|专项|理念|之[路旅称]|的?精神|活动|主题|论坛|大会|奖|称号|标签|牌|项目)"
)
_SHORT_FORM = late(
    rf"(?:^|(?<=[由归是为与和、，,。“(的]))[{H}]{{4,14}}(?:技术|科技|软件|数据|信息|网络|智造|数字|智能|互联)公司"
)
#: a place begins a company's name though no legal form ends it: 佳木斯大雁塔台机电, 丽水竹里智造
_PLACED = late(
    rf"[{H}]{{2,12}}?(?:科技|数据|数科|数链|数联|智造|智联|智控|信息|机电|智能|软件|装备|重工|互联(?!网)|物联|云科|云数|自动化|集团|股份|实业|电气|材料|化工|动力|工业)(?=$|[,、。;:的与和及()（“]|入选|上榜|获|拿|凭|以|则|也|均|是|为|申报|旗下)"
)
_LATIN = late(
    r"(?<![A-Za-z0-9.@/])(?P<pf>[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9³]*(?:[.-][A-Za-z0-9]+)*)(?=(?:工业互联网)?(?:平台|系统))"
)
_EN_PLATFORM = late(
    r"^[\"”']?,?\s*(?:\([^()]{2,24}\)\s*)?(?:(?:cross-\S+|national|industrial|internet|iiot|cloud|digital|of|things|and)\s+){0,6}(?:platform|system|operating system)\b",
    re.IGNORECASE,
)
_EN_COMPANY_TAIL = late(
    r"\b(?:Interconnect\w*|Brain|Works|Loomworks|Robotics|Mining|Machinery|Dairy|Mould|Tractor|Ceramics|Textiles?|Chemical|Energy|Power|Steel|Pharma\w*|Logistics|Semiconductor|Analytics|Labs?|Engineering|Numerical|Intelligen\w+|Smart\w*|Solutions|Services|Electronics|Motors?|Shipyard|Foundry|Furniture|Weaving|Cloud|Port|Internet)$"
)
_OFFICE = late(
    r"\b(?:Ministry|Department|Bureau|Commission|Office|Administration|Hall|Committee|Association|Alliance|Academy|Institute|University|Council)\s+(?:of|for)\s+(?:the\s+)?(?:[A-Z][\w-]*(?:,? and |, | of |\s)?)+"
    r"|(?:[A-Z][\w-]*(?: and | of |, |\s))+(?:Ministry|Department|Bureau|Commission|Office|Administration|Committee|Association|Alliance|Academy|Institute|University|Council|Expo|Conference|Forum|Summit|Fair)\b"
    r"|\([A-Z]{2,5}\)\s*[-\u2014]+"
)
_DOCUMENT = late(
    r"\b(?:Outline|Measures|Rules|Regulations?|Opinions?|Plan|Notice|Provisions|Guidelines?|Circular|Decree|Act|Code|Corps|Province|County|District|Street|Road Map|Program(?:me)?|Initiative|Report|Investors|Members)\b"
)
_ROLE = late(
    r"\b(?:Mr|Ms|Mrs|Dr|Prof\w*|chairman|chairwoman|president|founder|director|manager|engineer|analyst|spokes\w+|official|deputy|minister|governor|mayor|executive|chief|consultant|economist|researcher|professor)\.?\s+$",
    re.IGNORECASE,
)
_SAYS = late(
    r"^[\"”,]*\s*(?:,\s*(?:who|aged)\b|said\b|says\b|told\b|added that|recall|explain|argue|warn|conced|joked|an? (?:analyst|consultant|professor|spokes\w+|researcher|director))"
)

#: between a company and, behind it, its platform
_OWNS = late(
    r"(?:\([^()]{1,20}\))?(?:公司)?(?:以|凭借?|携|靠|用)?(?:其|自家|旗下|自主|联合|牵头|独立)*(?:研发|研制|打造|建设|运营|开发|推出|申报|搭建|孵化|报送|自研|旗下|名下|手里|所属)*(?:并运营|并建设)?(?:的|之|:|\()?(?:工业互联网)?(?:平台)?[“(《]*"
    r"|(?:'s|’s|')?\s*(?:own |flagship |home-grown |industrial |internet |platform |system |cloud )*[\"“(]*|,?\s*(?:whose|with|and its|behind|operator of|developer of|maker of|owner of|for|which (?:runs|operates|built|owns))\s+(?:the |its |platform |system |industrial |internet )*[\"“]*"
)
#: between a platform and, behind it, its company
_OWNED = late(
    r"[”)》]*(?:综合)?(?:工业互联网|工业|智能|云)*(?:平台|系统|操作系统)?[,:]?(?:也|则|其|它|就|正|均|是|系|即|出自|来自|背后(?:的公司|的企业|站着的)?|属于|归属于|归|由|乃)*(?:的)?(?:东家|主人|母公司|运营方|运营商|运营主体|建设方|建设单位|申报单位|申报主体|开发者|研发者|开发商|操盘手|缔造者|作者|背后)?(?:是|为|系|即)?[—-]*[(]?(?:由)?"
    r"|[\"”,]*\s*(?:platform|system)?,?\s*(?:\(|(?:an?|the)\s+(?:[\w-]+\s+){0,5}?(?:by|of|from)\s+|(?:which (?:is|was)|that (?:is|was))?\s*(?:[a-z]+ed|built|run|made|born|grown|spun out|put forward|submitted|owned)(?: and \w+)?\s+(?:by|of|from|out of|at|inside)\s+|by\s+|of\s+|from\s+|belongs to\s+|is (?:the work|a product|the platform) of\s+)(?:the\s+)?"
)


#: names of an article that are linked
MOST = 400


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it stands: in the title (`where` -1) or in a sentence of the text, by number."""

    where: int
    start: int
    end: int
    text: str
    company: bool


def finds(prepared: Prepared) -> list[Find]:
    """Return what the article shows by form alone, each name once, linked names together."""
    lines = [(-1, prepared.title), *((n, s.text) for n, s in enumerate(prepared.sentences) if not s.row)]
    names: list[Name] = []
    for where, line in lines:
        english = prepared.english or not slugs.has_han(line)
        names += _english(where, line, prepared) if english else _chinese(where, line)
    # in the order of the text; of two names that begin in one place the one read first
    names = sorted(dict.fromkeys((*names, *_said_again(names, lines))), key=lambda n: (n.where, n.start))
    # an article that shows more names is an index, and linking them takes a time of their square
    linked = _links(names[:MOST], dict(lines))
    brands = dict.fromkeys(n.text for n in names if not n.company)
    owners = dict.fromkeys(n.text for n in names if n.company)
    used = set(linked.values())
    return [
        *(Find(brand, linked[brand]) for brand in brands if brand in linked),
        *(Find(brand, None) for brand in brands if brand not in linked),
        *(Find(None, owner) for owner in owners if owner not in used),
    ]


def _chinese(where: int, line: str) -> Iterator[Name]:
    spans = legal_names(line)
    for a, b in spans:
        name = company(line[a:b])
        if name is not None and not re.match("[本该我此]|也有|[一二两三四五六七八九十几]+家", name):
            yield Name(where, b - len(name), b, name, company=True)
    for m in _SHORT_FORM.finditer(line):
        name = company(m.group())
        if name is not None and not any(a < m.end() and m.start() < b for a, b in spans):
            spans.append((m.start(), m.end()))
            yield Name(where, m.start(), m.end(), name, company=True)
    for place in regions.find(line):
        trade = _PLACED.match(line, place.end)
        if trade and not any(a <= place.start < b for a, b in spans):
            name = company(line[place.start : trade.end()])
            if name is not None and not re.search("[的在是了和与]|平台|省|企业", name[2:]):
                spans.append((place.start, trade.end()))
                yield Name(where, place.start, trade.end(), name, company=True)
    for m in _QUOTED.finditer(line):
        name = (m.group("pf") + (m.group("latin") or "")).strip()
        if _brandish(name, line[m.end() :]) and not any(a <= m.start() < b for a, b in spans):
            yield Name(where, m.start() + 1, m.end(), name, company=False)
    for m in _LATIN.finditer(line):
        if not any(a <= m.start() < b for a, b in spans):
            yield Name(where, m.start(), m.end(), m.group("pf"), company=False)


def _said_again(names: list[Name], lines: list[tuple[int, str]]) -> Iterator[Name]:
    """Where a platform's name, shown by its form in one place, stands bare in another."""
    covered = {(n.where, at) for n in names for at in range(n.start, n.end)}
    for brand in dict.fromkeys(n.text for n in names if not n.company):
        bounded = re.compile(rf"(?<![A-Za-z0-9]){re.escape(brand)}(?![A-Za-z0-9])")
        for where, line in lines:
            for m in bounded.finditer(line):
                if (where, m.start()) not in covered:
                    yield Name(where, m.start(), m.end(), brand, company=False)


def _brandish(name: str, rest: str) -> bool:
    bare = slugs.brand(name)
    return not bool(
        len(slugs.key(bare)) < 2
        or len(bare) > 12
        or (GENERIC.search(bare) and not re.fullmatch(rf"[{H}]{{2,4}}", bare))
        or VERBISH.search(bare)
        or _NO_NAME.search(bare)
        or regions.by_name(bare)
        or _NO_TAIL.match(rest)
        or re.match("[本该我]|[一二两三四五六七八九十]+[家个]$", bare)
    )


def _english(where: int, line: str, prepared: Prepared) -> Iterator[Name]:
    whole = prepared.title + "\n" + prepared.text
    if where < 0 and _headline_case(line):
        # every word of it is capital: its names are those that the text shows too
        return
    offices = [(m.start(), m.end()) for m in _OFFICE.finditer(line)]
    for m in english_names.NAME.finditer(line):
        raw = m.group()
        name = english_names.clean(raw)
        if name is None:
            continue
        start = m.start() + raw.find(name)
        end = start + len(name)
        if any(a <= start < b for a, b in offices) or _ROLE.search(line[:start]) or _SAYS.match(line[end:]):
            continue
        words = name.split()
        if _DOCUMENT.search(name):
            continue
        if len(words) == 1 and re.search(rf"\b{re.escape(name)} [A-Z][a-z]+ [A-Z][a-z]+", whole):
            # a county or a first word: Wenchang beside Wenchang Coconut Loop Technology
            continue
        placed = regions.of_legal_name(name) is not None and len(words) >= 2
        marked = bool(english_names.COMPANY_MARK.search(name)) or bool(
            _EN_COMPANY_TAIL.search(name) and len(words) >= 2
        )
        branded = bool(_EN_PLATFORM.match(line[end:])) or line[max(0, start - 1) : start] in ('"', "“")
        called = re.match(r",\s(?:as|which|a|an|the|built|operated|run|owned|developed)\b|\s\(", line[end:])
        if (
            len(words) == 1
            and not (branded or called)
            and _begins(line, start)
            and not re.search(rf"[a-z,;] {re.escape(name)}\b", whole)
        ):
            continue
        yield Name(where, start, end, name, company=(placed or marked) and not branded)


def _headline_case(line: str) -> bool:
    words: list[str] = re.findall(r"[A-Za-z][\w'-]*", line)
    return sum(w[0].isupper() for w in words) > 0.6 * len(words)


def _begins(line: str, start: int) -> bool:
    return not line[:start].strip(" \"“'(-*•")


def _links(names: list[Name], lines: dict[int, str]) -> dict[str, str]:
    """Map each platform to its operator: by shared words, by what stands between them, by order, by standing alone."""
    brands = [n for n in names if not n.company]
    companies = [n for n in names if n.company]
    linked: dict[str, str] = {}

    def link(brand: str, owner: str) -> None:
        if brand not in linked and owner not in linked.values():
            linked[brand] = owner

    for b in brands:
        for c in companies:
            if abs(b.where - c.where) <= 3 and _shares(b.text, c.text):
                link(b.text, c.text)
    for b in brands:
        for c in companies:
            if b.where == c.where and _between(b, c, lines[b.where]):
                link(b.text, c.text)
    for where in lines:
        free = list(dict.fromkeys(n.text for n in brands if n.where == where and n.text not in linked))
        owners = list(dict.fromkeys(n.text for n in companies if n.where == where and n.text not in linked.values()))
        if len(free) == len(owners) and len(free) >= 1:
            for brand, owner in zip(free, owners, strict=True):
                link(brand, owner)
        elif len(owners) == 1 and not free:
            near = [n.text for n in brands if n.where in (where - 1, where + 1) and n.text not in linked]
            if len(set(near)) == 1:
                link(near[0], owners[0])
    return linked


def _between(b: Name, c: Name, line: str) -> bool:
    if b.end <= c.start:
        return c.start - b.end <= 90 and _OWNED.fullmatch(line[b.end : c.start]) is not None
    if c.end <= b.start:
        return b.start - c.end <= 60 and _OWNS.fullmatch(line[c.end : b.start]) is not None
    return False


def _shares(brand: str, owner: str) -> bool:
    """The platform's name is a part of its operator's: “骑楼” of 佛山骑楼软件有限公司."""
    bare = slugs.key(slugs.brand(brand))
    han = "".join(re.findall(rf"[{H}]+", bare))
    core = slugs.key(regions.strip_place(owner))
    return (len(han) >= 2 and han.removesuffix("云") in core and len(han.removesuffix("云")) >= 2) or (
        not han and len(bare) >= 4 and bare in core
    )
