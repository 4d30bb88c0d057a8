"""Policy documents on the industrial Internet: what a page issues, and what it only cites."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from dualcross.extraction import owners, regions, titles
from dualcross.extraction.normal import Prepared, simplified
from dualcross.extraction.titles import Title
from dualcross.model import Evidence, Policy

Status = Literal["issued", "cited"]

_BODY = re.compile(
    r"(?:中共中央|国务院(?:办公厅|常务会议)?|工业互联网专项工作组(?:办公室)?|(?:国家)?(?:工业和信息化部|工信部)(?:办公厅|[\u4e00-\u9fff]{2,8}司|中小企业局)?|国家发展(?:和)?改革委(?:员会)?|国家发改委|财政部|科(?:学)?技(?:术)?部|应急管理部|商务部|国务院国资委|国家数据局|国家市场监督管理总局"
    r"|中央全面深化改革委员会|[\u4e00-\u9fff]{2,8}?(?:省|市|自治区|区|县|兵团)(?:委|政府|人民政府)(?:办公厅|办公室)?|[\u4e00-\u9fff]{2,8}?(?:省|市|自治区)?(?:工业和信息化|经济和信息化|经济信息化|发展和改革|工信|经信|通信管理)(?:厅|局|委员会|委)(?:办公室)?)"
    r"(?:等(?:[一二三四五六七八九十\d]+)?(?:个)?部(?:门|委))?"
    r"|(?:the\s)?(?:State Council|Ministry of Industry and Information Technology|MIIT|National Development and Reform Commission|[A-Z][a-z]+(?: [A-Z][a-z]+)?(?: Provincial| Municipal| province's| city's)? (?:Government|People's Government|Department of Industry and Information Technology|Economy and Information(?:i[sz]ation| Technology) (?:Commission|Bureau)|government))"
)
_PLACE_ISSUER = re.compile(
    r"(?P<zh>[\u4e00-\u9fff]{2,4}?[省市])(?:近日|日前|正式|今年|率先|已|又|也|于|[,。]|在全国率先)*(?:制定|研究)?(?:印发|出台|发布|下发|推出|制定)(?:了)?(?:实施)?[^,。;《]{0,12}$"
    r"|(?P<en>[A-Z][a-z]+(?: [A-Z][a-z]+)?)(?: province| municipality)?(?: has| took the lead in| recently| also| has also)* (?:issu\w+|releas\w+|unveil\w+|publish\w+|roll\w+ out|launch\w+|formulat\w+|introduc\w+) (?:the |its |an? )?[“\"]?$"
)
_PRIVATE = re.compile(
    r"(?:公司|集团|联盟|协会|学会|研究院|大学|学院|商会|基金会|信通院|咨询|智库|出版社|银行|alliance|association|institute|company|group|corp\w*|university|consult\w+)"
    r"[^,。;.《“\"]{0,16}(?:编制|编写|发布|印发|推出|出版|制定|牵头|released|published|launched|issued|unveiled)[^,。;.《“\"]{0,20}[《“\"]?$",
    re.IGNORECASE,
)
_GOVERNMENT = re.compile(
    r"\b(?:China|Chinese|[Mm]inistry|MIIT|State Council|[Gg]overnment|[Pp]rovince|[Pp]rovincial|[Mm]unicipal\w*|city|authorit\w+|department|commission|bureau|central|Beijing|"
    r"Guangdong|Jiangsu|Zhejiang|Shandong|Shanghai|Tianjin|Chongqing|Hebei|Henan|Hubei|Hunan|Anhui|Fujian|Jiangxi|Sichuan|Guizhou|Yunnan|Shaanxi|Shanxi|Gansu|"
    r"Liaoning|Jilin|Heilongjiang|Hainan|Guangxi|Ningxia|Qinghai|Xinjiang|Inner Mongolia|Tibet|Shenzhen|Qingdao|Ningbo|Xiamen|Dalian|regulators?)\b"
)
_FOREIGN = re.compile(
    r"(?:日本|韩国|德国|法国|英国|美国|欧盟|印度|新加坡|俄罗斯|越南|泰国|马来西亚)[^。;]{0,30}$"
    r"|\b(?:Japan|Korea|German|French|France|Britain|British|European|EU|India|Singapore|U\.S\.|Russia|Vietnam|Thai|Malaysia)[^.;]{0,60}$"
)
_VERB = re.compile(
    r"印发|发布|出台|下发|颁布|公布|推出|公开|制定(?!的)|审议通过|正式实施|亮相|发文|联合发"
    r"|\b(?:issu(?:ed|es|e|ing)|releas(?:ed|es|ing|e)|unveil\w*|publish\w*|promulgat\w*|roll(?:ed|s) out|launch(?:ed|es)|adopt(?:ed|s)|announc\w+|introduc(?:ed|es)|printed and distributed|came out|put forward)\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"近日|日前|今日|今天|昨日|昨天|本周|上周|刚刚|最近|近期|正式(?:印发|发布|出台)|新(?:印发|发布|出台)|\d{1,2}月\d{1,2}日|\d{1,2}日"
    r"|\brecently|\btoday|\byesterday|\bthis week|\blast week|\bjust\b|\bnewly|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}\b",
    re.IGNORECASE,
)
_CITING = re.compile(
    r"(?:根据|按照|依据|遵照|依照|贯彻|落实|结合|对照|围绕|参照|响应|自|在|以|继|如|推动|实施|执行|宣贯|乘着?|随着|伴随)(?:好|了|国务院|工信部|工业和信息化部|国家|[^,。;:]{0,14})$"
    r"|(?:according to|in accordance with|under|based on|in line with|pursuant to|implement(?:ing)?|following|since|as required by|in response to|guided by)(?:\s\w+){0,5}\s?[“\"]?$",
    re.IGNORECASE,
)
_SOON = re.compile(
    r"即将|有望|将(?:于|适时|尽快|陆续|在)|拟(?:出台|制定|印发)|正在(?:制定|研究|起草)|(?:加快|尽快|抓紧|研究)(?:出台|制定|编制)|\bwill\b|\bsoon\b|is drafting|plans to|is preparing|about to",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"此前|曾|早在|先后|去年|前年|以来|陆续|相继|多年|earlier|previous(?:ly)?|last year|had (?:issued|released)|over the years|in recent years|years? ago",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"解读|一图读懂|图解|问答|答记者问|政策速递|政策速览|全文|重磅|印发|发布|出台|interpret|explain|unveil|issue|release|plan|guideline|roll",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?P<code>[\u4e00-\u9fff]{2,14})\s?[\[(](?P<year>20\d\d)[\])]\s?(?:第)?(?P<n>\d{1,4})\s?号")
_CODE = re.compile(
    r"(?:国发|国办发|国办函|中办发|工信[部厅]联?[\u4e00-\u9fff]{0,6}|工企业函|财建|发改[\u4e00-\u9fff]{1,4}|[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵黔云滇藏陕甘青宁新兵深青杭宁济广]"
    r"[\u4e00-\u9fff]{0,3}(?:政|府|办|发|工信|经信|通信|信|数|函)[\u4e00-\u9fff]{0,5})$"
)
_DATE_ZH = re.compile(r"(?:(?P<y>20[012]\d)年)?(?:(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?)?")
_MONTHS = {m: i + 1 for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())}
_DATE_EN = re.compile(
    r"\b(?P<m>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?: (?P<d>\d{1,2})(?!\d))?(?:,? (?P<y>20[012]\d))?|\b(?:In|in|of|since) (?P<y2>20[012]\d)\b"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A title in the text: where its sentence is, and the words before and after it there."""

    title: Title
    start: int
    end: int
    before: str
    after: str


def find(prepared: Prepared) -> tuple[Policy, ...]:
    """Return the policy documents an article issues or cites, each once, in the order they are named."""
    if not titles.on_topic(prepared.title + "\n" + prepared.text):
        return ()
    out: dict[str, Policy] = {}
    for title in titles.find(prepared.text):
        place = _place(prepared, title)
        if _PRIVATE.search(place.before) or _FOREIGN.search(place.before) or re.search(r"标准[“《]*$", place.before):
            continue
        if place.title.how == "bare" and place.before.isascii() and not _GOVERNMENT.search(place.before):
            continue
        policy = _policy(prepared, place)
        if place.title.how == "bare" and policy.status == "cited":
            continue
        if policy.form == "list" and not (policy.number and policy.status == "issued"):
            continue
        _merge(out, policy)
    for title in titles.find(prepared.title):
        _merge(out, _headline(prepared, title), from_title=True)
    return tuple(out.values())


def _place(prepared: Prepared, title: Title) -> _Place:
    for s in prepared.sentences:
        if s.start <= title.start < s.end:
            end = max(s.end, title.end)
            return _Place(title, s.start, end, prepared.text[s.start : title.start], prepared.text[title.end : end])
    return _Place(title, title.start, title.end, "", "")


def _policy(prepared: Prepared, place: _Place) -> Policy:
    title = place.title
    printed = prepared.evidence(title.start, title.end).quote
    status = _status(prepared, place)
    own = status == "issued" and _is_own(prepared, place)
    near = prepared.text[title.end : title.end + 60]
    number = _number(near) or (_number_of_page(prepared) if own else None)
    issuer = _issuer(prepared, place, own=own)
    return Policy(
        title=re.sub(r"\s*\n\s*", "", printed).strip(),
        status=status,
        number=number,
        issuer=issuer,
        date=_date(prepared, place, own=own),
        form=title.form,
        confidence=0.92 if title.how in ("bracket", "quote", "notice") else 0.75,
        by=f"policy.{title.how}.{status}",
        evidence=(prepared.evidence(place.start, place.end),),
    )


def _status(prepared: Prepared, place: _Place) -> Status:
    """Issued where the page is the document, is titled after it, or reports its issue as news."""
    if _is_own(prepared, place):
        return "issued"
    if place.title.form == "call":
        return "cited"
    text = prepared.text
    if _titled_after(prepared, text[place.title.start : place.title.end]):
        return "issued"
    before = place.before
    clause = re.split(r"[;。]", before)[-1]
    if _CITING.search(re.sub(r"[《“\"]$", "", before)) and not re.search(
        r"印发|发布|issued", re.split("[,;]", clause)[-1]
    ):
        return "cited"
    told = _VERB.search(clause[-70:]) or (
        re.match(r"[》”\"]?(?:\([^()]*\))?[^,。.;]{0,30}", place.after) and _VERB.search(place.after[:40])
    )
    if not told or _PAST.search(clause) or re.match(r"[》”\"]?(?:\([^()]*\))?(?:以来|之后|后,|出台以来)", place.after):
        return "cited"
    behind = re.split(r"[;。]", place.after)[0][:90]
    numbered = re.search(r"〔(20\d\d)〕", _number(place.after[:60]) or "")
    published = _published(prepared)
    # a number of last year may still be released in January
    if numbered and published and published.year - int(numbered.group(1)) > (1 if published.month <= 3 else 0):
        return "cited"
    if _SOON.search(clause[-40:]) or _SOON.search(behind[:24]):
        return "cited"
    when = _stated(clause, prepared) or (_stated(behind, prepared) if _VERB.search(behind) else None)
    if when and published:
        return "cited" if (published - when) > timedelta(days=62) else "issued"
    year = re.search(r"20[012]\d(?=年|\b)", re.sub(r"《[^》]*》", "", clause))
    if year and published and int(year.group()) < published.year:
        return "cited"
    if year and not published and not _NOW.search(clause):
        return "cited"
    lead = place.start <= 160
    return "issued" if _NOW.search(clause) or lead else "cited"


def _is_own(prepared: Prepared, place: _Place) -> bool:
    """The page is the document: its heading stands as a line of its own at the top, or is the headline."""
    head = prepared.text[place.title.start : place.title.end]
    if place.title.how == "notice":
        return place.title.start <= 400 or _core(head) in _core(prepared.title)
    titled = prepared.title
    if re.search(r"关于|通知|公告|Notice", titled) and _core(head) in _core(titled):
        return not re.search(r"解读|发布会|问答|答记者问|图解|读懂|转发.{0,4}$", titled) and bool(
            re.search(r"(?:通知|公告|意见|函)(?:\(.*\))?$", titled.strip())
        )
    line = prepared.text[prepared.text.rfind("\n", 0, place.title.start) + 1 :].split("\n", 1)[0]
    return (
        place.title.start <= 300
        and bool(re.match(r"[^,。]{0,40}关于(?:印发|发布|公布|下发)《", line))
        and line.strip().endswith("通知")
    )


def _core(title: str) -> str:
    return re.sub(r"[^\w]|的通知$|20\d\d", "", simplified(title)).lower().removesuffix("的通知")


def _titled_after(prepared: Prepared, words: str) -> bool:
    """The headline names the document, in full or by most of its words, as what the page is about."""
    headline = _core(prepared.title)
    core = re.sub(r"^(?:国务院|工业和信息化部|[\u4e00-\u9fff]{2,4}省)?(?:人民政府|办公厅)*关于", "", _core(words))
    if not headline or not core:
        return False
    if core in headline and not re.search(r"根据|贯彻|落实|对标|申报|宣贯会", prepared.title):
        return True
    if not _ABOUT.search(prepared.title):
        return False
    grams = (
        {core[i : i + 2] for i in range(len(core) - 1)}
        if not core.isascii()
        else set(re.findall(r"[a-z]{4,}", words.lower()))
    )
    lower = prepared.title.lower()
    inside = sum(1 for g in grams if g in (headline if not core.isascii() else lower))
    return len(grams) >= 3 and inside >= 0.6 * len(grams)


def _published(prepared: Prepared) -> date | None:
    raw = prepared.article.published
    return date.fromisoformat(raw[:10]) if raw and re.match(r"\d{4}-\d\d-\d\d", raw) else None


def _stated(clause: str, prepared: Prepared) -> date | None:
    """The day the clause states; a month and day without year take the publication's year, or the one before."""
    iso = _iso(clause, prepared)
    if not iso or len(iso) < 7:
        return None
    year, month = int(iso[:4]), int(iso[5:7])
    return date.fromisoformat(iso) if len(iso) == 10 else date(year, month, calendar.monthrange(year, month)[1])


def _iso(clause: str, prepared: Prepared) -> str | None:
    published = _published(prepared)
    flat = re.sub(r"《[^》]*》|\([^()]*\)", "", clause)
    best: tuple[int, int, int] | None = None
    for m in [*_DATE_ZH.finditer(flat), *_DATE_EN.finditer(flat)]:
        if not m.group():
            continue
        groups = m.groupdict()
        y = groups.get("y") or groups.get("y2")
        month = groups.get("m")
        if month and not month.isdigit():
            month = str(_MONTHS[month.lower()[:3]])
        if not y and not month:
            continue
        if not y and published is None:
            continue
        year = int(y) if y else (published.year if published else 0)
        mm, dd = int(month or 0), int(groups.get("d") or 0)
        if not y and published and mm and (mm, dd) > (published.month, published.day):
            year -= 1
        best = (year, mm, dd)
    if best is None or best[1] > 12 or best[2] > 31:
        return None
    year, mm, dd = best
    try:
        date(year, mm or 1, dd or 1)
    except ValueError:
        return None
    return f"{year}" + (f"-{mm:02d}" if mm else "") + (f"-{dd:02d}" if mm and dd else "")


def _date(prepared: Prepared, place: _Place, *, own: bool) -> str | None:
    clause = re.split(r"[;。]", place.before)[-1]
    told = _iso(clause[-80:], prepared)
    if told:
        return told
    behind = re.split(r"[;。]", place.after)[0][:90]
    if _VERB.search(behind) and (told := _iso(behind, prepared)):
        return told
    return _signed(prepared) if own else None


def _signed(prepared: Prepared) -> str | None:
    """The day under the document, on a line of its own."""
    for line in reversed([x for x in prepared.text.split("\n") if x.strip()]):
        m = re.fullmatch(r"\s*(20[012]\d)年(\d{1,2})月(\d{1,2})日\s*", line)
        if m:
            return f"{m.group(1)}-{int(m.group(2)):02d}-{int(m.group(3)):02d}"
    return None


def _number(text: str) -> str | None:
    m = _NUMBER.search(re.split(r"[。;\n]", text)[0])
    return _canonical(m) if m else None


def _canonical(m: re.Match[str]) -> str | None:
    code = _CODE.search(m.group("code"))
    if not code:
        return None
    return f"{code.group()}〔{m.group('year')}〕{int(m.group('n'))}号"


def _number_of_page(prepared: Prepared) -> str | None:
    for line in [prepared.title, *prepared.text.split("\n")[:8]]:
        m = _NUMBER.search(line)
        if m and len(line.strip()) - len(m.group()) <= 14 and (number := _canonical(m)):
            return number
    return None


def _issuer(prepared: Prepared, place: _Place, *, own: bool) -> str | None:
    words = prepared.text[place.title.start : place.title.end]
    m = _BODY.match(re.sub(r"^(?:关于转发|转发)", "", words)) if place.title.how != "named" else None
    if m and re.match(r"关于|贯彻", words[m.end() :]):
        return _named(m.group())
    if own:
        m = _BODY.match(simplified(prepared.title))
        if m:
            return _named(m.group())
    found = list(_BODY.finditer(place.before))
    if found:
        return _named(found[-1].group())
    behind = re.match(rf"[》”\"]?(?:\([^()]*\))*,?(?:是|经)?(?:已|日前|近日)?由(?P<body>{_BODY.pattern})", place.after)
    if behind:
        return _named(behind.group("body"))
    office = re.search(r"省(?:委)?(政府|工信厅|经信厅|工业和信息化厅)(?:办公厅)?", place.before)
    where = owners.titled(prepared) or next((p.region for p in regions.find(words[:12]) if p.exact), None)
    if office and where:
        return (
            _named(f"{where.name}省{office.group(1)}")
            .replace("工信厅", "工业和信息化厅")
            .replace("经信厅", "经济和信息化厅")
        )
    placed = _PLACE_ISSUER.search(place.before)
    if placed:
        return placed.group("zh") or placed.group("en")
    if own:
        for line in [*prepared.text.split("\n")[-6:], *prepared.text.split("\n")[:4]]:
            m = _BODY.fullmatch(line.strip())
            if m:
                return _named(m.group())
    return None


def _named(body: str) -> str:
    body = re.sub(r"^(?:近日|日前|由|据|经|the\s|今天|昨日|[一-九十\d月日,]+)", "", body.strip())
    body = re.sub(r"^(?:国家)?工信部", "工业和信息化部", body)
    body = re.sub(r"^国家工业和信息化部", "工业和信息化部", body)
    return re.sub(r"([省市])政府", r"\1人民政府", body)


def _headline(prepared: Prepared, title: Title) -> Policy:
    words = prepared.title[title.start : title.end]
    own = title.how == "notice"
    cited = bool(re.search(r"根据|贯彻|落实|宣贯|学习", prepared.title[: title.start])) or (
        title.form == "call" and not own
    )
    first = prepared.sentences[0] if prepared.sentences else None
    evidence: tuple[Evidence, ...] = (prepared.evidence(first.start, first.end),) if first else ()
    issuer = _BODY.search(prepared.title[: title.start]) or (_BODY.match(words) if own else None)
    return Policy(
        title=_raw_title(prepared, words),
        status="cited" if cited else "issued",
        number=_number_of_page(prepared) if own else None,
        date=_signed(prepared) if own else None,
        issuer=_named(issuer.group()) if issuer else None,
        form=title.form,
        confidence=0.8,
        by=f"policy.headline.{title.how}",
        evidence=evidence,
    )


def _raw_title(prepared: Prepared, words: str) -> str:
    """The headline's own spelling of a normalised part of it."""
    raw = prepared.article.title
    at = prepared.title.find(words)
    return raw[at : at + len(words)] if len(raw) == len(prepared.title) and at >= 0 else words


def _merge(out: dict[str, Policy], policy: Policy, *, from_title: bool = False) -> None:
    core = _core(policy.title)
    for key, old in out.items():
        same = key == core or key in core or core in key
        if same and min(len(key), len(core)) >= 8:
            status: Status = "issued" if "issued" in (old.status, policy.status) else "cited"
            out[key] = replace(
                old,
                status=status,
                number=old.number or policy.number,
                issuer=old.issuer or policy.issuer,
                date=old.date or policy.date,
                form=old.form if old.form != "policy" or from_title else policy.form,
            )
            return
    if from_title and (
        policy.form == "list"
        or (policy.by.endswith((".bare", ".named")) and any(p.status == "issued" for p in out.values()))
    ):
        return
    out[core] = policy
