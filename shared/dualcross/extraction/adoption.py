"""Figures of industrial Internet adoption: firms transformed or on the cloud, devices, apps, scale, penetration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dualcross.extraction import numbers, owners, spots, trained
from dualcross.extraction.normal import Prepared
from dualcross.extraction.sentences import Sentence
from dualcross.model import Adoption, Region
from dualcross.patterns import late

_N = rf"(?P<n>{numbers.NUMBER})(?P<more>\s?(?:余|多))?(?P<scale>[百千万亿]+)?"
_SUBJECT = late(
    r"工业互联网|工业互联|双跨|industrial[\s-]internet|\bIIoT\b|industrial interconnection|dual[\s-]cross",
    re.IGNORECASE,
)
_USING = late(
    r"工业互联网|上云|上平台|用云|云平台|数字化转型|数字化改造|数字化升级|智能化改造|智改数转|技术改造|接入|连接|链接|联网|入驻|赋能|服务企业|服务[^,。]{0,8}企业|数字化解决方案|工业APP|平台用户|注册|标识"
    r"|industrial[\s-]internet|cloud|digital(?:ly)? transform|digital upgrad|digitali[sz]|transformation|connect|linked|online|platforms? serv|serv(?:e|es|ed|ing)\b|adopt|access",
    re.IGNORECASE,
)
_FIRM_ZH = r"(?:[\u4e00-\u9fff]{0,8}?(?:企业|工厂|厂商|制造商|商户|经营主体))"
_DEVICE_ZH = r"(?:[\u4e00-\u9fffA-Z]{0,6}?(?:设备|机床|终端|传感器|装备|机器|产线|生产线))"
_THING_ZH = rf"(?P<unit>{_FIRM_ZH}|{_DEVICE_ZH}|工业(?:APP|App|app|应用程序|模型|机理模型|微服务)|“?5G\+工业互联网”?(?:在建|建设|融合应用)?项目|国民经济(?:行业)?大类|工业大类)"
_CLASSIFIER = r"(?:规模以上|规上|台\(套\)|台/套|台套|万台|[家户个台套款条项张])"
_AFTER_ZH = late(rf"{_N}\s?(?:{_CLASSIFIER})(?:的)?(?:以上|左右)?(?:的)?{_THING_ZH}")
_BEFORE_ZH = late(
    rf"{_THING_ZH}(?:\([^()]*\))?(?:的)?(?:连接|接入|上云|用云|注册)?(?:总数|总量|数量|数目|规模|户数|家数|接入量|连接数|数)?(?:累计|已|均|就|也|现|由[^,。]{{0,8}}|分别|一举|即)*(?:超过|超|达到|达|突破|逾|近|约|为|有|增至|增加到|升至|多达|总计|共|攀升至|增长到)*\s?{_N}\s?(?P<c>台\(套\)|台/套|台套|[家户个台套款条项])"
)
_YUAN_ZH = late(
    rf"工业互联网[^,。;\d]{{0,14}}?(?:规模|增加值|产值|营收|收入|体量|市场)[^。;\d]{{0,12}}?{_N}\s?(?P<unit>元|美元|元人民币)"
)
_PERCENT_ZH = late(
    r"(?P<what>[\u4e00-\u9fffA-Z+]{0,14}?(?:普及率|渗透率|覆盖率|上云率|数控化率|联网率|接入率|应用率|应用比例|转型比例|企业比例|连接率|改造率|转型率|工业大类))[^。;%\d]{0,30}?(?P<n>\d+(?:\.\d+)?)\s?%"
)
_SHARE_ZH = late(
    r"(?P<n>\d+(?:\.\d+)?)\s?%(?:以上|左右)?的(?P<unit>[\u4e00-\u9fff]{0,8}?(?:企业|工厂|设备))[^,。;]{0,20}(?:工业互联网|上云|上平台|数字化|联网)"
)
_EN_NOUN = (
    r"(?P<unit>(?:(?!(?:and|or|of|in|to|for|have|has|had|were|was|are|is|that|which|with|on|by|from|people|yuan|percent|years?|days?)\b)[A-Za-z][\w-]*\s){0,4}?"
    r"(?:enterprises|companies|firms|businesses|manufacturers|factories|plants|SMEs|devices|machines|pieces of (?:industrial )?equipment|units of (?:industrial )?equipment|sets of (?:industrial )?equipment|equipment"
    r"|industrial apps?|apps|applications|\"?5G ?(?:\+|plus) ?industrial internet\"? projects|industrial (?:models|mechanism models)))\b"
)
_AFTER_EN = late(rf"{_N}\s(?:of (?:its|the|their) )?{_EN_NOUN}", re.IGNORECASE)
_BEFORE_EN = late(
    rf"(?:number of|total of)\s{_EN_NOUN}[^.;\d]{{0,70}}?(?:reach\w*|exceed\w*|hit|stood at|to|over|surpass\w*|topp\w*|was|is)\s(?:more than |over |about |nearly |some )?{_N}(?![\w%-])",
    re.IGNORECASE,
)
_YUAN_EN = late(
    rf"industrial[\s-]internet[^.;\d]{{0,70}}?(?:worth|valued?|reach\w*|exceed\w*|surpass\w*|hit|topp\w*|total\w*|scale|size|output|market|industry)[^.;\d]{{0,50}}?{_N}\s(?P<unit>yuan|RMB|US dollars|dollars)",
    re.IGNORECASE,
)
_PERCENT_EN = late(
    r"(?:penetration|coverage|adoption|popularization|cloud|numerical control|digital\w*|industrial[\s-]internet)[^.;%\d]{0,60}?(?P<n>\d+(?:\.\d+)?)\s?(?:%|percent|per cent)"
    r"|(?P<n2>\d+(?:\.\d+)?)\s?(?:%|percent|per cent) of [^.;]{0,50}?(?:enterprises|companies|firms|factories|manufacturers|devices|equipment)[^.;]{0,50}?(?:industrial[\s-]internet|cloud|connected|digital)",
    re.IGNORECASE,
)
#: 1,260台接上了…平台, 2.7万台接入工业互联网: what is counted stands before, or only its classifier
_JOINED_ZH = late(
    rf"{_N}\s?(?P<unit>[台家户座条套艘辆口][\u4e00-\u9fff、]{{0,9}}?)(?:已|陆续|全部|都|均|先后)*(?:接入|接上|连上|联上|用上|上云|入网|联网|接通)[^,。;]{{0,14}}?(?=工业互联网|平台|网|云|[,。;]|$)"
)
_RATE_ZH = late(
    r"(?P<what>普及率|数控化率|联网率|上云(?:比例|率)|接入率|覆盖率|渗透率)(?:已?(?:达到?|为|是|升至|提高到|超过?))?\s?(?P<n>\d+(?:\.\d+)?)\s?%"
    r"|(?<=%,)(?P<who>[\u4e00-\u9fff]{2,4})(?:为)?(?P<n2>\d+(?:\.\d+)?)\s?%"
)
_JOINED_EN = late(
    rf"{_N}\s(?:of the )?(?:[\d,]+ )?(?P<unit>(?:[a-z][\w-]*\s){{0,2}}?(?:workshops|shops|factories|mills|plants|lines|machines|looms|kilns|boats|pumps|presses|units))\s(?:now |already )?(?:us(?:e|ing)|send|are (?:connected|linked|visible|online)|run on|joined|on)\b",
    re.IGNORECASE,
)
_USERS_EN = late(
    rf"\bcounts? {_N} connected (?P<unit>[a-z][\w-]*)|\bOf the [\d,]+ (?P<unit2>[a-z][\w -]{{2,30}}?)(?: registered| licensed| operating)?(?: in [A-Z]\w+)?, (?P<n2>\d[\d,]*) (?:now|already|use|have)\b"
)
#: words that the pattern takes along before the noun itself
_ABSORBED = late(
    r"^(?:.*(?:连接|接入|链接|平台|推动|带动|促进|服务|赋能|覆盖|吸引|汇聚|聚集|入驻|上云|用云|全省|全市|全国|我国|完成|建成|其中|累计|各类|以上|的|台|实施|和|与))+(?=[\u4e00-\u9fff]{2})|^(?:在|多|余|个|家)+(?=[\u4e00-\u9fff]{2})"
)
_PLAN = late(
    r"力争|计划(?!》)|(?<!即)将(?!近|其|\d)|目标|争取|预计|有望|到20[2-9]\d年(?!底?[,，]?已)|下一步|未来|拟|打算|规划(?!》)|推动到|年内|今年要|实现[^,。]{0,10}目标"
    r"|\b(?:will|aims?|plans?|planned|target\w*|expects?|expected|by 20[2-9]\d|by the end of 20\d\d|goal|seeks?|intends?|hopes?|pledg\w+)\b",
    re.IGNORECASE,
)
_DONE = late(r"已|目前|截至|累计|实现|达到了|了\d|so far|as of|to date|currently|has |have ", re.IGNORECASE)
_NOT_IT = late(
    r"融资|估值|市值|净利|股价|募资|投资额|总投资|注册资本|员工|招聘|参展|参会|观众|补贴|奖励|罚款|financ|valuation|net profit|shares|investment|funding|exhibitors|attend|employees|subsid",
    re.IGNORECASE,
)
_GROWTH = late(
    r"同比|环比|增长率?|提高|提升|下降|降低|缩短|减少|增幅|占GDP|rose by|up by|increase of|growth|year[\s-]on[\s-]year|cut|reduc|shorten|fell",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure in a sentence: offsets of its whole phrase and of the number, value, unit and how it was found."""

    start: int
    end: int
    at: int
    value: float
    unit: str
    how: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of an article where it stands, and whether the rules hold it for one of adoption."""

    sentence: Sentence
    line: int
    figure: _Figure
    ruled: bool


def find(prepared: Prepared) -> tuple[Adoption, ...]:
    """Return the adoption figures of an article, each value of a unit once; targets are none."""
    shown = figures(prepared)
    out: dict[tuple[float, str], Adoption] = {}
    for one, sure in zip(shown, _sure(prepared, shown), strict=True):
        if sure is None:
            continue
        sentence, figure = one.sentence, one.figure
        made = Adoption(
            value=figure.value,
            unit=_printed(prepared, sentence, figure),
            region=_region(prepared, sentence, figure),
            bound=_bound(sentence.text, figure),
            confidence=sure,
            by=f"adoption.{figure.how}",
            evidence=(prepared.evidence(sentence.start, sentence.end),),
        )
        out.setdefault((made.value, made.unit), made)
    return tuple(out.values())


def _sure(prepared: Prepared, shown: Sequence[Figure]) -> list[float | None]:
    """Return how sure each figure is one of adoption, None where it is none: by the model, else by the rules."""
    ruled = [(0.85 if _SUBJECT.search(one.sentence.text) else 0.7) if one.ruled else None for one in shown]
    model = trained.verdict("adoption")
    if model is None or len(shown) > MOST:
        return list(ruled)
    return [
        round(model.probability(signs), 3)
        if model.holds(signs, ruled=one.ruled) and not _planned(one.sentence, one.figure)
        else None
        for one, signs in zip(shown, features(prepared, shown), strict=True)
    ]


def figures(prepared: Prepared) -> list[Figure]:
    """Return the figures that can be of adoption, of an article that speaks of the industrial Internet."""
    whole = prepared.title + "\n" + prepared.text
    if not _SUBJECT.search(whole):
        return []
    about = len(_SUBJECT.findall(whole)) >= 3 or bool(_SUBJECT.search(prepared.title))
    out: list[Figure] = []
    for line, sentence in enumerate(owners.sentences(prepared)):
        near = prepared.text[max(0, sentence.start - 160) : sentence.end]
        subject = not sentence.row and (about or bool(_SUBJECT.search(near)))
        found = _figures(sentence.text)
        out += [Figure(sentence, line, figure, subject and _counts(sentence, figure)) for figure in found]
        taken = [figure.at for figure in found]
        out += [Figure(sentence, line, figure, False) for figure in _shown(sentence.text) if figure.at not in taken]
    return out


#: an article with more figures than that is a table of something else
MOST = 150
_SHOWN_ZH = late(
    rf"{_N}\s?(?P<unit>%|台\(套\)|台/套|台套|[家户个台套款条项张座只口艘辆间处把块根吨]|元)(?!月|年|日|小时|分钟|百分点|季度|工作日|行业|方面|省|市|县|城市|国家)"
    r"(?P<noun>[\u4e00-\u9fff]{0,8}?(?:企业|工厂|厂商|商户|设备|机床|终端|传感器|产线|模型|应用|标识))?"
)
_SHOWN_EN = late(
    rf"{_N}\s?(?P<unit>%|percent\b|per cent\b|(?!(?:years?|days?|hours?|minutes?|months?|weeks?|yuan|people|times|points?)\b)(?:[a-z][\w-]*\s){{0,3}}?[a-z][\w-]*(?:s|ment)\b)",
    re.IGNORECASE,
)


def _shown(text: str) -> Iterator[_Figure]:
    """Yield every figure with a unit, whatever it counts."""
    chinese = owners.chinese(text)
    for m in (_SHOWN_ZH if chinese else _SHOWN_EN).finditer(text):
        percent = m.group("unit") in ("%", "percent", "per cent")
        noun = m.groupdict().get("noun")
        figure = _figure(m, "percent" if percent else "shown", chinese=chinese)
        if figure is not None:
            yield replace(figure, how="shown", unit=noun) if noun and not percent else replace(figure, how="shown")


def features(prepared: Prepared, shown: Sequence[Figure]) -> Iterator[spots.Signs]:
    """Yield the signs of each figure."""
    article = spots.subject(prepared, list(owners.sentences(prepared)))
    mentions = len(_SUBJECT.findall(prepared.text))
    for one in shown:
        figure, text = one.figure, one.sentence.text
        hidden = [(o.figure.at, o.figure.at + 1, "") for o in shown if o.line == one.line]
        out, flag = spots.signs(one.sentence, one.line, (figure.at, figure.end), article, hidden)
        flag(f"ruled:{one.ruled}")
        flag(f"how:{figure.how}")
        flag(f"unit:{figure.unit[:1] if owners.chinese(text) else figure.unit.split()[-1].lower()}")
        flag(f"value:{sum(figure.value >= step for step in (2, 10, 20, 101, 1000, 10_000, 1_000_000))}")
        flag(f"whole:{figure.value == int(figure.value)}")
        flag(f"figures:{min(len(shown), 12) // 2}")
        flag(f"subject:{min(mentions, 4)}")
        flag(f"title:{bool(_SUBJECT.search(prepared.title))}")
        clause = re.split("[,，;；]", text[: figure.at])[-1] + "◇" + re.split("[,，;；]", text[figure.end :])[0]
        for name, pattern in (
            ("plan", _PLAN),
            ("done", _DONE),
            ("not it", _NOT_IT),
            ("growth", _GROWTH),
            ("using", _USING),
            ("subject", _SUBJECT),
        ):
            for where, words in (("line", text), ("clause", clause), ("title", prepared.title)):
                if pattern.search(words):
                    flag(f"{where}:{name}")
        yield out


def _figures(text: str) -> list[_Figure]:
    chinese = owners.chinese(text)
    patterns = (
        (
            (_YUAN_ZH, "scale"),
            (_SHARE_ZH, "share"),
            (_PERCENT_ZH, "percent"),
            (_AFTER_ZH, "thing"),
            (_BEFORE_ZH, "thing"),
            (_JOINED_ZH, "joined"),
            (_RATE_ZH, "percent"),
        )
        if chinese
        else (
            (_YUAN_EN, "scale"),
            (_PERCENT_EN, "percent"),
            (_BEFORE_EN, "thing"),
            (_AFTER_EN, "thing"),
            (_JOINED_EN, "joined"),
            (_USERS_EN, "joined"),
        )
    )
    out: list[_Figure] = []
    for pattern, how in patterns:
        for m in pattern.finditer(text):
            figure = _figure(m, how, chinese=chinese)
            if figure and not any(f.at == figure.at for f in out):
                out.append(figure)
    return sorted(out, key=lambda f: f.at)


def _figure(m: re.Match[str], how: str, *, chinese: bool) -> _Figure | None:
    g = m.groupdict()
    raw = g.get("n") or g.get("n2") or ""
    value = numbers.value(raw)
    # longer runs of digits are identifiers
    if value is None or value > 1e16:
        return None
    at = m.start("n") if g.get("n") else m.start("n2")
    if g.get("scale"):
        scale = numbers.value("一" + str(g["scale"])) or 1
        # 1.1亿 is 110000000, not what binary fractions make of it
        value = round(value * scale, 6)
    if re.search(r"(?:第|[\d.])$", m.string[:at]):
        return None
    if how in ("percent", "share"):
        if value > 100:
            return None
        return _Figure(m.start(), m.end(), at, value, "%" if chinese else "percent", how)
    unit = _ABSORBED.sub("", (g.get("unit") or g.get("unit2") or "").strip()) or (g.get("unit") or "").strip()[:1]
    return _Figure(m.start(), m.end(), at, value, unit, how) if unit else None


def _planned(sentence: Sentence, figure: _Figure) -> bool:
    """The figure is a target: a word of a plan stands before it, and none of what is done between."""
    head = sentence.text[max(0, figure.start - 90) : figure.at]
    plans = list(_PLAN.finditer(head))
    return bool(plans) and not _DONE.search(head[plans[-1].end() :])


def _counts(sentence: Sentence, figure: _Figure) -> bool:
    text = sentence.text
    if _planned(sentence, figure):
        return False
    a, b = next(
        (
            (a - sentence.start, b - sentence.start)
            for a, b in sentence.clauses()
            if a - sentence.start <= figure.at < b - sentence.start
        ),
        (0, len(text)),
    )
    clause = text[min(a, figure.start) : max(b, figure.end)]
    if _NOT_IT.search(clause):
        return False
    if figure.how == "scale":
        return not _GROWTH.search(text[figure.start : figure.at])
    if figure.how in ("percent", "share"):
        return not _GROWTH.search(text[max(figure.start, figure.at - 10) : figure.at])
    if re.search("工业APP|industrial app|5G|大类", figure.unit, re.IGNORECASE):
        return True
    wider = text[max(0, a - 40) : b + 30]
    if figure.how == "joined":
        return figure.value >= 20 and not re.search(r"参展|参会|招聘", wider)
    if re.search("高新技术|优质|上市|专精特新|智能工厂|绿色工厂|灯塔|黑灯|high-tech|listed|smart factor", figure.unit):
        return False
    if re.search("企业|工厂|厂商|商户|主体|enterpris|compan|firm|business|manufactur|factor|plants|SME", figure.unit):
        if re.search(r"入选|获评|上榜|名单|selected|listed as|named", clause) or figure.value < 20:
            return False
        return bool(_USING.search(wider))
    return (
        bool(
            re.search(
                r"连接|接入|链接|联网|上云|工业互联网|connect|linked|access|industrial internet|cloud|manag",
                wider,
                re.IGNORECASE,
            )
        )
        and figure.value >= 20
    )


def _printed(prepared: Prepared, sentence: Sentence, figure: _Figure) -> str:
    """The unit in the article's own script."""
    at = sentence.text.find(figure.unit, figure.start)
    if at < 0 or figure.unit in ("%", "percent"):
        return figure.unit
    return prepared.evidence(sentence.start + at, sentence.start + at + len(figure.unit)).quote


def _region(prepared: Prepared, sentence: Sentence, figure: _Figure) -> Region | None:
    return owners.owner(sentence, figure.at, figure.end, prepared)


def _bound(text: str, figure: _Figure) -> str | None:
    lead = text[max(figure.start - 14, 0) : figure.at][-14:]
    after = text[figure.at : figure.end + 4]
    if numbers.MORE.search(lead[-10:]) or re.search(r"[余多]|以上|\bor more", after):
        return "more than"
    if numbers.NEARLY.search(lead[-7:]):
        return "nearly"
    if numbers.ABOUT.search(lead[-12:]) or "左右" in after:
        return "about"
    return None
