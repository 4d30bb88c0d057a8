"""The marks of a document beside its title: number, issuer, date, in running text and on its own page."""

from __future__ import annotations

import calendar
import re
from datetime import date

from dualcross.extraction import owners, regions
from dualcross.extraction.normal import Prepared, simplified
from dualcross.extraction.titles import Title
from dualcross.patterns import late

NUMBER = late(r"(?P<code>[\u4e00-\u9fff]{2,14})\s?[\[(](?P<year>20\d\d)[\])]\s?(?:第)?(?P<n>\d{1,4})\s?号")
CODE = late(
    r"(?:国发|国办发|国办函|中办发|工信[部厅]联?[\u4e00-\u9fff]{0,6}|工企业函|财建|发改[\u4e00-\u9fff]{1,4}|[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵黔云滇藏陕甘青宁新兵深青杭宁济广]"
    r"[\u4e00-\u9fff]{0,3}(?:政|府|办|发|工信|经信|通信|信|数|函)[\u4e00-\u9fff]{0,5})$"
)
DATE_ZH = late(r"(?:(?P<y>20[012]\d)年)?(?:(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?)?")
_MONTHS = {m: i + 1 for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())}
DATE_EN = late(
    r"\b(?P<m>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?: (?P<d>\d{1,2})(?!\d))?(?:,? (?P<y>20[012]\d))?|\b(?:In|in|of|since) (?P<y2>20[012]\d)\b"
)


BODY = late(
    r"(?:中共中央|国务院(?:办公厅|常务会议)?|工业互联网专项工作组(?:办公室)?|(?:国家)?(?:工业和信息化部|工信部)(?:办公厅|[\u4e00-\u9fff]{2,8}司|中小企业局)?|国家发展(?:和)?改革委(?:员会)?|国家发改委|财政部|科(?:学)?技(?:术)?部|应急管理部|商务部|国务院国资委|国家数据局|国家市场监督管理总局"
    r"|中央全面深化改革委员会|[\u4e00-\u9fff]{2,8}?(?:省|市|自治区|区|县|兵团)(?:委|政府|人民政府)(?:办公厅|办公室)?|[\u4e00-\u9fff]{2,8}?(?:省|市|自治区)?(?:工业和信息化|经济和信息化|经济信息化|发展和改革|工信|经信|通信管理)(?:厅|局|委员会|委)(?:办公室)?)"
    r"(?:等(?:[一二三四五六七八九十\d]+)?(?:个)?部(?:门|委))?"
    r"|(?:the\s)?(?:State Council|Ministry of Industry and Information Technology|MIIT|National Development and Reform Commission|[A-Z][a-z]+(?: [A-Z][a-z]+)?(?: Provincial| Municipal| province's| city's)? (?:Government|People's Government|Department of Industry and Information Technology|Economy and Information(?:i[sz]ation| Technology) (?:Commission|Bureau)|government))"
)
_PLACE_ISSUER = late(
    r"(?P<zh>[\u4e00-\u9fff]{2,4}?[省市])(?:近日|日前|正式|今年|率先|已|又|也|于|[,。]|在全国率先)*(?:制定|研究)?(?:印发|出台|发布|下发|推出|制定)(?:了)?(?:实施)?[^,。;《]{0,12}$"
    r"|(?P<en>[A-Z][a-z]+(?: [A-Z][a-z]+)?)(?: province| municipality)?(?: has| took the lead in| recently| also| has also)* (?:issu\w+|releas\w+|unveil\w+|publish\w+|roll\w+ out|launch\w+|formulat\w+|introduc\w+) (?:the |its |an? )?[“\"]?$"
)


def published(prepared: Prepared) -> date | None:
    """Return the page's day, None where it has none."""
    raw = prepared.article.published
    return date.fromisoformat(raw[:10]) if raw and re.match(r"\d{4}-\d\d-\d\d", raw) else None


def stated(clause: str, prepared: Prepared) -> date | None:
    """Return the day the clause states; a month and day without year take the publication's year, or the one before."""
    told = iso(clause, prepared)
    if not told or len(told) < 7:
        return None
    year, month = int(told[:4]), int(told[5:7])
    return date.fromisoformat(told) if len(told) == 10 else date(year, month, calendar.monthrange(year, month)[1])


def iso(clause: str, prepared: Prepared) -> str | None:
    """Return the last date a clause tells, ISO, as precise as it is told; a day without year is no later than the page."""
    day = published(prepared)
    flat = re.sub(r"《[^》]*》|\([^()]*\)", "", clause)
    best: tuple[int, int, int] | None = None
    for m in [*DATE_ZH.finditer(flat), *DATE_EN.finditer(flat)]:
        if not m.group():
            continue
        groups = m.groupdict()
        y = groups.get("y") or groups.get("y2")
        month = groups.get("m")
        if month and not month.isdigit():
            month = str(_MONTHS[month.lower()[:3]])
        if not y and not month:
            continue
        if not y and day is None:
            continue
        year = int(y) if y else (day.year if day else 0)
        mm, dd = int(month or 0), int(groups.get("d") or 0)
        if not y and day and mm and (mm, dd) > (day.month, day.day):
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


def signed(prepared: Prepared) -> str | None:
    """Return the day under a document, on a line of its own."""
    for line in reversed([x for x in prepared.text.split("\n") if x.strip()]):
        m = re.fullmatch(r"\s*(20[012]\d)年(\d{1,2})月(\d{1,2})日\s*", line)
        if m:
            return f"{m.group(1)}-{int(m.group(2)):02d}-{int(m.group(3)):02d}"
    return None


def number(text: str) -> str | None:
    """Return the document number at the beginning of a text, in its one form."""
    m = NUMBER.search(re.split(r"[。;\n]", text)[0])
    return _canonical(m) if m else None


def _canonical(m: re.Match[str]) -> str | None:
    code = CODE.search(m.group("code"))
    if not code:
        return None
    return f"{code.group()}〔{m.group('year')}〕{int(m.group('n'))}号"


def number_of_page(prepared: Prepared) -> str | None:
    """Return the number that stands on a line of its own at the head of a document."""
    for line in [prepared.title, *prepared.text.split("\n")[:8]]:
        m = NUMBER.search(line)
        if m and len(line.strip()) - len(m.group()) <= 14 and (number := _canonical(m)):
            return number
    return None


def issuer(prepared: Prepared, title: Title, around: tuple[str, str], *, own: bool) -> str | None:
    """Return who issued the document, by its title, the words before and after it, or the page's head and foot."""
    before, after = around
    words = prepared.text[title.start : title.end]
    m = BODY.match(re.sub(r"^(?:关于转发|转发)", "", words)) if title.how != "named" else None
    if m and re.match(r"关于|贯彻", words[m.end() :]):
        return named(m.group())
    if own:
        m = BODY.match(simplified(prepared.title))
        if m:
            return named(m.group())
    found = list(BODY.finditer(before))
    if found:
        return named(found[-1].group())
    behind = re.match(rf"[》”\"]?(?:\([^()]*\))*,?(?:是|经)?(?:已|日前|近日)?由(?P<body>{BODY.pattern})", after)
    if behind:
        return named(behind.group("body"))
    office = re.search(r"省(?:委)?(政府|工信厅|经信厅|工业和信息化厅)(?:办公厅)?", before)
    where = owners.titled(prepared) or next((p.region for p in regions.find(words[:12]) if p.exact), None)
    if office and where:
        return (
            named(f"{where.name}省{office.group(1)}")
            .replace("工信厅", "工业和信息化厅")
            .replace("经信厅", "经济和信息化厅")
        )
    placed = _PLACE_ISSUER.search(before)
    if placed:
        return placed.group("zh") or placed.group("en")
    if own:
        for line in [*prepared.text.split("\n")[-6:], *prepared.text.split("\n")[:4]]:
            m = BODY.fullmatch(line.strip())
            if m:
                return named(m.group())
    return None


def named(body: str) -> str:
    """Return a body by its full name."""
    body = re.sub(r"^(?:近日|日前|由|据|经|the\s|今天|昨日|[一-九十\d月日,]+)", "", body.strip())
    body = re.sub(r"^(?:国家)?工信部", "工业和信息化部", body)
    body = re.sub(r"^国家工业和信息化部", "工业和信息化部", body)
    return re.sub(r"([省市])政府", r"\1人民政府", body)
