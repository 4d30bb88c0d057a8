"""Names inside Chinese noun phrases: 江苏星澜数字科技有限公司自主研发的“星澜云”工业互联网平台、岭泉科技等4家企业."""

from __future__ import annotations

import re
from dataclasses import replace

from dualcross.extraction import regions, slugs
from dualcross.extraction.names import LOCAL, Entity, Lexicon, Surface
from dualcross.model import Region
from dualcross.patterns import late

H = r"\u3400-\u4dbf\u4e00-\u9fff"
LEGAL = rf"[{H}A-Za-z0-9·\-]{{2,24}}?(?:\([{H}]{{2,6}}\))?[{H}A-Za-z0-9]{{0,16}}?(?:股份有限公司|有限责任公司|集团有限公司|集团公司|有限公司|总公司|分公司)"
SHORT = rf"[{H}A-Za-z0-9]{{1,10}}?(?:集团|科技|股份|数科|数智|数字|智能|网络|信息技术|信息|软件|技术|智联|云网|工业互联(?!网)|互联(?!网)|智造|数控|数造|云创|机电|云科|物联|重工|电气|控股|智控|数据|云智|工联|工软|研究院|公司)"
#: “澄湖”OS: a name in quotes, with the Latin brand behind it
QUOTED = rf"“(?P<pf>[{H}A-Za-z0-9³·.\- ]{{2,20}})”(?P<latin>[A-Za-z][A-Za-z0-9.\-]*)?"
_COMPANY = late(rf"^(?:{LEGAL}|{SHORT})(?![{H}]?云平台)")
_LEGAL_ANYWHERE = late(LEGAL)
LINK = late(
    r"^(?:\([^()]{2,20}\))?(?:公司)?(?:所建|所属|所)?(?:自主|联合|倾力|独立|牵头|主导|负责|自行|潜心|精心|全力|共同)*(?:研发|研制|打造|建设|运营|开发|推出|申报|搭建|创建|构建|孵化|培育|承建|创立|自研|发布|报送|上报|选送|提交)*(?:(?<=[发造设营])(?:并|和|、)(?:研发|运营|建设|推广|推出|申报))?"
    r"(?:旗下|下属|所属|下的|自有)?(?:的|之|:|-|—|--)?(?:核心|主力|综合型|国家级|明星)?(?:产品|品牌)?"
)
_PLATFORM = late(
    rf"^(?:“[^“”]{{1,30}}”[A-Za-z0-9³]*[{H}A-Za-z]{{0,10}}?(?:工业互联网(?:综合服务|服务)?平台|工业操作系统|工业云平台|云平台|平台|操作系统)?"
    rf"|《[^《》]{{1,24}}》(?:工业互联网)?平台"
    rf"|[{H}A-Za-z0-9.³·\-+ ]{{1,24}}?(?:\([A-Za-z0-9{H}.\- ]{{2,24}}\))?[{H}A-Za-z0-9.\- ]{{0,8}}?(?:工业互联网(?:综合服务|服务|公共服务)?平台|工业操作系统|工业应用智能平台|工业云平台|云平台|平台|工业互联网)"
    rf"|[A-Za-z][A-Za-z0-9.³+\-]*(?: [A-Z][A-Za-z0-9.\-]*){{0,2}}(?:\([{H}A-Za-z]{{2,12}}\))?)"
)
_LEFT = late(
    r"^(?:[\s,、:;“]?(?:其中|当中|同批|此外|另外|近日|日前|昨日|今日|今天|昨天|当日|据悉|据了解|获悉|目前|今年|去年|同时|随后|最终|最新|此次|本次|这次|此番|截至目前|记者[^,]{0,12}获悉|(?:20\d\d年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:上午|下午|晚)?"
    r"|以及|还有|包括|包含|涵盖|分别为|分别是|依次为|分别由|即|如|比如|例如|像|由|来自|还|也|而|则|又|和|与|及|至此"
    r"|我[国省市区县]|全[国省市区]|本[省市区土地]|该[省市区]|两地|当地|国内|业内|本地|知名|领先的?|龙头(?:企业)?|头部(?:企业)?|老牌|新晋(?:企业|平台)?|新入选的?(?:平台|企业|单位)?|新增的?(?:平台|企业|单位)?|入选的?(?:平台|企业|单位)?|上榜的?(?:平台|企业|单位)?"
    r"|(?:国家级?)?(?:双跨|“双跨”|跨行业跨领域)(?:工业互联网)?平台(?:运营商|运营方|运营单位|运营企业|企业|公司|服务商)"
    r"|工业互联网(?:领域的?)?(?:企业|公司|平台企业|服务商)|制造业?企业|民营企业|民企|国企|央企|上市公司|高新技术企业|科技企业|企业|公司|平台型企业|软件企业|家电企业|装备企业|数字化转型服务商|服务商"
    r"|(?:位于|总部位于|注册于|注册地在|落户|坐落于|扎根)[\u4e00-\u9fff]{2,8}的|另一家|一家|首家|唯一一家|第[一二三四五六七八九十]家|排名第[一二三四五六七八九十\d]+的|曾经?|已|刚刚|再度|再次)\s*)(?=.)"
)
_RIGHT = late(
    r"(?:\s|,|等(?:\d+|[一二两三四五六七八九十百]+|多|数)?(?:余|多)?[家个款]?(?:国家级|入选|新增|本土|本地|知名)?(?:单位|企业|平台|工业互联网平台|公司|双跨平台|平台企业)*"
    r"|[一二两三四五六七八九十百\d]+[家个款](?:单位|企业|平台|公司|工业互联网平台|项目)?(?:均|都|全部|悉数|同时|一道)?"
    r"|成功|顺利|正式|再次|再度|首次|首度|第一次|又一次|双双|均|都|也|又|已经?|曾经?|刚刚?|近日|日前|今天|昨日|今日|当日|今年|去年|此前|同时|一举|率先|此次|本次|这次|一同|一并|一起|共同|光荣|凭借[^,]*|以[^,]{2,20}?(?:成绩|实力|身份|分数|名次)|于20\d\d年[^,]{0,8}|于\d+月[^,]{0,6}|在20\d\d年[^,]{0,6}|20\d\d年(?:度)?(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月(?:\d{1,2}日)?|连续[^,]{1,6}[年次届轮度]|榜上|成|还|则|悉数|全部|脱颖而出|从[^,]{2,30}中|经[^,]{2,20}(?:评审|审核|评定|公示)|有望|最终|终于|喜|荣|获|被|新|拟|名单|中|的|是|共|共有|现|由|将|把|同|第[一二三四五六七八九十\d]+次|作为[^,]{0,30})$"
)
_PARTNER = late(
    r"(?:基于|依托|借助|接入|采用|使用|联合|携手|牵手|对接|搭载|购买|引入|部署|加盟|服务于?|赋能|供应|投资(?:方|者|人)?(?:包括|为|有)?|股东(?:包括|为|有)?|母公司(?:是|为)?|控股股东(?:是|为)?|孵化自|脱胎于|参股|入股|合作(?:方|伙伴)(?:包括|为|有)?|客户(?:包括|为|有)?|继|除(?!名)|不同于|区别于|相比|对标|比肩|追赶|超越|竞争对手|友商|媲美|类似|联手|与)\s*[“]?$"
)
#: what follows a name that only announces, or owns the one that was selected
_OWNER = late(r"(?:\([^()]*\))?[^,。]{0,12}(?:公告|披露|发布公告)")
_OWNER_INSIDE = late(r"(?:\([^()]*\))[^,。]{0,14}公告$|(?:公告|披露)(?:称)?$")
GENERIC = late(
    r"^(?:该|此|本|这|其|各|多|某|下列|以下|以上|前者|后者|子公司|入库|上述|相关|有关|部分|所有|全部|众多|一批|若干|\d+|[一二两三四五六七八九十百]+[家个批])"
    r"|^(?:国家级?|省级?|市级?|综合型?|双跨|跨行业.*|工业互联网|工业|平台|企业|公司|单位|名单|清单|项目|产品|数量|总数|成员|代表|记者|专家|行业|领域|喜报|捷报|祝贺|热烈祝贺|评价|动态评价|最近|一次|主动|较早|作为|老牌|通行证|名片|牌子|入场券|工信部|工业和信息化部|国务院|政府|省政府|市政府|办公厅|我国|中国|全国|全省|全市|这些|它们|他们|大家|名额|结果|评价|动态评价|方面|一是|二是|云平台|云|操作系统|数字化|智能制造|制造业|先进制造业|互联网|大数据|人工智能|入选|上榜|首批|新增|新一批|国家队|领军|龙头|头部|核心|自主研发|自主|自研|研发|研制|开发|建设|运营|打造|推出|申报|旗下|集团|科技|公示|认定|目前|其中|此外|消息|据|近日|日前|评审|专家组|能力|水平|应用|服务|生态|中小企业|大企业|小微企业|工厂|园区|产业|集群|技术|设备|数据|模型|APP|5G|AI|试点示范|示范|标杆|场景)+$"
    r"|(?:工信|经信|工业和信息化|经济和信息化|发改|通信管理)(?:厅|局|委|部|委员会)|人民政府|办公室|办公厅|研究所|协会|联盟|日报|晚报|新闻|记者|大会|论坛|博览会|峰会|省委|市委|专家"
    r"|^\d*(?:第|届|年|月|日)(?!喀则|照|月)|(?:奖|率|额|量|度|性|化|类|种|次|位|名|年|月|亿元|万元|万家|以上|左右|之一|之后|以来|期间|消息|公告|通知|报告|数据显示)$"
)
VERBISH = late(
    r"报送|予以|现将|我部|我厅|拟确定|确定|以下|拟新增|新增|20\d\d年|祝贺|捷报|作为|它|他们|我们|你们|只有|最初|按时|表示|介绍|认为|指出|公布|发布|印发|显示|宣布|透露|组织|开展|推进|推动|加快|实施|实现|提升|促进|支持|深化|围绕|聚焦|超过|达到|突破|覆盖|服务了|拥有|具有|累计|增长|位居|属于|成为|提供|完成|参加|出席|举行|召开|举办|签约|签署|展示|展出|亮相|前来|设立|落地|投产|获得|荣获|根据|按照|针对|关于|对于|通过|随着|为了|因为|由于|虽然|但是|不过|可以|能够|需要|应当|已有|共有|仅有|没有|还是|就是|也是|正是|则是"
)


def entities(text: str, base: int, lex: Lexicon, *, bare: bool) -> list[Entity]:
    """Return the members a noun phrase names, in order, with absolute spans.

    `bare` admits names that carry no sign of being one (星澜、岭泉): only where the grammar demands names.
    """
    out: list[Entity] = []
    surfaces = lex.find(text)
    partner = False
    for start, end in _items(text, surfaces):
        item = text[start:end]
        lead = text[:start]
        if _OWNER.match(text[start + len(item.rstrip()) :]) or _OWNER_INSIDE.search(item):
            continue
        if _PARTNER.search(lead[-8:]) or (partner and re.search(r"[、和与及]$", lead)):
            partner = True
            continue
        partner = False
        inside = [replace(s, start=s.start - start, end=s.end - start) for s in surfaces if start <= s.start < end]
        found = _entity(item, base + start, inside, bare=bare)
        if found is not None and not any(o.start == found.start for o in out):
            out.append(found)
    return out


def strong_entities(text: str, base: int, lex: Lexicon) -> list[Entity]:
    """Return the members a sentence names by names of the lexicon alone, one per platform, without partners."""
    out: dict[str, Entity] = {}
    for s in lex.find(text):
        if _PARTNER.search(text[max(0, s.start - 8) : s.start]) or _OWNER.match(text[s.end :]):
            continue
        words = text[s.start : s.end]
        mine = out.get(s.platform.id)
        if s.weak and mine is None and s.platform.status != LOCAL:
            continue
        if mine is None:
            mine = Entity(
                start=base + s.start,
                end=base + s.end,
                region=s.platform.region if s.platform.status == LOCAL else None,
                strength=0.92,
            )
        if s.operator and mine.operator is None:
            mine = replace(mine, operator=words)
        elif not s.operator and mine.platform is None:
            mine = replace(mine, platform=words)
        out[s.platform.id] = mine
    return list(out.values())


def _items(text: str, surfaces: list[Surface]) -> list[tuple[int, int]]:
    """Split a noun phrase at 、, commas and 和/与/及, never inside quotes, brackets or a known name."""
    guarded: set[int] = set()
    for s in surfaces:
        guarded.update(range(s.start, s.end))
    out, start, depth = [], 0, 0
    for i, c in enumerate(text):
        if c in "(“《[":
            depth += 1
        elif c in ")”》]":
            depth = max(0, depth - 1)
        elif depth == 0 and i not in guarded:
            joint = (
                c in "和与及"
                and i - start >= 2
                and len(text) - i > 2
                and text[i : i + 2] not in ("和利", "与时", "及其", "和君")
            )
            if c in "、,;/|" or joint:
                out.append((start, i))
                start = i + 1
    out.append((start, len(text)))
    return [(a, b) for a, b in out if text[a:b].strip()]


def _trim(item: str) -> tuple[int, int]:
    """Return the span of the item without the words around its name."""
    start, end = 0, len(item)
    while True:
        m = _LEFT.match(item[start:end])
        if not m or not m.group():
            break
        # a place or trade word glued to a legal name belongs to it
        rest = item[start + m.end() : end]
        if not rest.strip():
            break
        start += m.end()
    while True:
        m = _RIGHT.search(item[start:end])
        if not m or not m.group() or m.start() == 0:
            break
        end = start + m.start()
    while start < end and item[start] in " ,、:;”的":
        start += 1
    return start, end


def _entity(item: str, base: int, surfaces: list[Surface], *, bare: bool) -> Entity | None:
    a, b = _trim(item)
    core = item[a:b]
    if len(core) < 2:
        return None
    region, skip = _home(core)
    a += skip
    core = item[a:b]
    lead_partner = re.search(
        r"(?:基于|依托|接入|由|和|与|同|跟)[^,]{2,20}(?:合作|共建|共同|联合|投资|赋能|提供|支持)", item[: a + 2]
    )
    if lead_partner:
        return None
    operator, platform, strength = _parse(core, [s for s in surfaces if s.end > a], item, a, bare=bare)
    if operator is None and platform is None:
        return None
    if region is None:
        region = regions.of_legal_name(operator) if operator else None
    if region is None and platform and not surfaces:
        region = regions.of_legal_name(platform) if not re.match(r"[A-Za-z]", platform) else None
    return Entity(platform=platform, operator=operator, start=base + a, end=base + b, region=region, strength=strength)


_Parsed = tuple[str | None, str | None, float]
#: 由X公司建设的Y平台
_BUILT_BY = late(
    rf"^由?({LEGAL}|{SHORT})(?:自主|联合|牵头|独立)*(?:研发|建设|运营|打造|申报|开发|推出|搭建|承建)+(?:并运营)?的(.+)$"
)
#: Y平台(X公司)
_BRACKETED = late(r"^(.{2,40}?)\(([^()]*?(?:公司|集团|科技|股份)[^()]*)\)")
#: X旗下Y平台, X的“Y”, where nothing else shows that X is a company
_OWNED = (
    late(rf"^([{H}A-Za-z0-9]{{2,8}}?)(?:公司)?(?:旗下|自主研发|打造|建设|运营|研发|推出|申报)的?(.+)$"),
    late(rf"^([{H}]{{2,8}}?)的(“.+|[A-Za-z].+|.+平台)$"),
)


def _parse(core: str, surfaces: list[Surface], item: str, at: int, *, bare: bool) -> _Parsed:
    """Read operator, link and platform from the left; returns them with the strength of their signs."""
    if any(not s.weak for s in surfaces):
        return *_known(item, surfaces, at), 0.97
    by = _BUILT_BY.match(core)
    if by and (platform := platform_name(by.group(2))):
        return by.group(1), platform, 0.95
    paren = _BRACKETED.match(core)
    if paren and (platform := platform_name(paren.group(1))):
        return company(paren.group(2)) or paren.group(2), platform, 0.95
    led = _led_by_company(core, alone=not surfaces)
    if led is not None:
        return led
    if surfaces:
        return *_known(item, surfaces, at), 0.97
    return _unmarked(core, bare=bare)


def _led_by_company(core: str, *, alone: bool) -> _Parsed | None:
    """A phrase that begins with a company: X公司(旗下)(的)Y平台, or X公司."""
    legal = _LEGAL_ANYWHERE.match(core)
    m = legal or _COMPANY.match(core)
    operator = company(m.group()) if m else None
    if m is None or operator is None:
        return None
    rest = core[m.end() :]
    link = LINK.match(rest)
    tail = rest[link.end() :] if link else rest
    platform = platform_name(tail) if tail and not VERBISH.match(tail) else None
    whole = platform_name(core)
    if platform is None and tail and legal is None and whole and alone and not re.match(r"的|旗下", rest):
        return None, whole, 0.9
    return operator, platform, 0.95 if legal else 0.85


def _unmarked(core: str, *, bare: bool) -> _Parsed:
    """A phrase without a company's form: an owned platform, a platform, a place with a name, or a bare name."""
    for pattern in _OWNED:
        owner = pattern.match(core)
        if owner and not GENERIC.search(owner.group(1)) and not VERBISH.search(owner.group(1)):
            platform = platform_name(owner.group(2))
            if platform:
                return owner.group(1), platform, 0.85
    platform = platform_name(core)
    if platform:
        return None, platform, 0.9
    placed = regions.find(core[:10])
    name = core[placed[0].end :] if placed and placed[0].start == 0 else ""
    if re.fullmatch(rf"[{H}]{{2,8}}", name) and _plausible(name):
        return core, None, 0.75
    return (core, None, 0.7) if bare and _plausible(core) else (None, None, 0.0)


def _known(item: str, surfaces: list[Surface], at: int) -> tuple[str | None, str | None]:
    """Operator and platform of a phrase around names of the register: the first platform named, and its own operator."""
    own = [s for s in surfaces if not s.operator and not s.weak] or [s for s in surfaces if not s.operator]
    firms = [s for s in surfaces if s.operator]
    chosen = (own or firms)[0]
    name = None
    if own:
        name = item[chosen.start : chosen.end]
        whole = _PLATFORM.match(item[at:])
        middle = slugs.brand(whole.group())[len(name) :] if whole and whole.group().startswith(name) else "?"
        if whole and len(own) == 1 and re.fullmatch(r"[A-Za-z0-9 .\-]*", middle):
            name = whole.group().strip()
    operator = next((item[s.start : s.end] for s in firms if s.platform.id == chosen.platform.id), None)
    return operator, name


def company(name: str) -> str | None:
    """Return an operator's name without a function word glued to it; None where it can be no name."""
    name = re.sub(r"^(?:的|由|与|和|对|向|从|在|将|把|被|为)", "", name)
    name = re.sub(r"^.*平台(?:运营商|运营方|运营单位|运营企业|企业|公司|服务商)", "", name)
    core = slugs.company_core(name)
    if len(slugs.key(name)) < 3 or GENERIC.search(core) or VERBISH.search(name) or len(slugs.key(core)) < 2:
        return None
    return name


def platform_name(text: str) -> str | None:
    """Return the platform's name a text begins with; None where it begins with none."""
    m = _PLATFORM.match(text.strip())
    if not m:
        return None
    surface = m.group().strip()
    surface = re.sub(r"^(?:的|由|与|和|我[省市区县国]|本[省市]|全[省市])", "", surface)
    name = slugs.brand(surface)
    quoted = text.lstrip().startswith("“")
    if len(slugs.key(name)) < 2 or (not quoted and (GENERIC.search(name) or VERBISH.search(name))):
        return None
    if quoted and re.fullmatch(r"(?:双跨|国家队|.*跨行业.*|领头羊|名片|样板|通行证|入场券)", name):
        return None
    if not quoted and re.search(
        r"跨行业|双跨|国家级|省级|综合型|特色|专业型|[的了在被不于某]|[一二两三四五六七八九十\d][家个]?$", name
    ):
        return None
    return surface


def _plausible(name: str) -> bool:
    """Tell whether this can be a bare short name: two to ten characters, no function words, not a place."""
    if not re.fullmatch(rf"[{H}A-Za-z0-9³·\-. ]{{2,16}}", name):
        return False
    if (
        re.search(r"[的了在是有被将把从对向之而且或等所其该各这那还也已又很不]", name)
        or GENERIC.search(name)
        or VERBISH.search(name)
    ):
        return False
    return regions.by_name(name) is None and len(name) <= (10 if slugs.has_han(name) else 24)


def _home(core: str) -> tuple[Region | None, int]:
    """A home place before a name: 湖北的…, 合肥企业…, 苏州本土…; returns the province and how much to skip."""
    places = regions.find(core[:14])
    if not places or places[0].start != 0:
        return None, 0
    place = places[0]
    rest = core[place.end :]
    m = re.match(
        r"(?:省|市|区|自治区)?(?:的|企业|本土企业|本土|籍企业|籍|本地企业|民企|公司|工业互联网企业|[--—:]|有)(?=.{2})",
        rest,
    )
    if m and not re.match(r"的(?:企业|平台)?(?:数量|总数)", rest):
        return place.region, place.end + m.end()
    return None, 0
