"""Days by which applications for a national round must be filed."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dualcross.extraction import classes, numbers, owners, spots, trained
from dualcross.extraction.normal import Prepared
from dualcross.extraction.sentences import Sentence
from dualcross.model import Deadline
from dualcross.patterns import late

_DAY_ZH = (
    r"(?:(?P<y>20[12]\d)\s?年\s?)?(?P<m>\d{1,2})\s?月\s?(?:(?P<d>\d{1,2})\s?[日号]|(?P<end>底|末|上旬|中旬|下旬))(?:\s?\([^()]{1,8}\))?"
    r"|(?P<y2>20[12]\d)[-./](?P<m2>\d{1,2})[-./](?P<d2>\d{1,2})"
    r"|(?P<zm>[一二三四五六七八九十]{1,2})月(?P<zd>[一二三四五六七八九十廿卅]{1,4})[日号]"
)
_CLOCK = r"(?:\s?(?:上午|下午|中午|晚上?|24时|24:00)?\s?(?:\d{1,2}(?:[:时点]\d{0,2}分?)?)?(?:整)?)?"
_FILE_ZH = r"(?:收件|寄达|送抵|寄到|交卷|受理|截止日|纸质|纸本|推荐书|申请|报送|提交|寄送|报至|报我|报工信|报工业|报到|上报|申报|填报|上传|送达|递交|推荐|报省|报市|寄至|邮寄|发送|注册|录入|完成网上|网上填|材料)"
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DAY_EN = (
    rf"(?:(?P<mon>{_MONTH})[a-z]*\.?\s(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<ey>20[12]\d))?"
    rf"|(?P<ed2>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<mon2>{_MONTH})[a-z]*\.?(?:,?\s(?P<ey2>20[12]\d))?)"
)
_ZH = (
    late(
        rf"(?:{_DAY_ZH}){_CLOCK}\s?(?:之前|以前|前|截止|止|为止|为限|寄达|送达|送抵|收件|交卷|关门|关闭|停止(?:受理|收件)|截稿|封箱|下班)"
    ),
    late(
        rf"(?:收件|寄达|送达|截止|交卷|提交|报送|受理|申报|关门|期限|时间|收件日|截止日|日子)[^。;]{{0,16}}?(?:定在|定为|定于|订于|订在|订为|卡在|设在|锁在|锁死在|调整为|改为|改到|放宽到|放宽至|延到|延至|为|是|在)\s?(?:{_DAY_ZH})(?!\s?(?:起|至|到|-|—|~))"
    ),
    #: 浙江订五月二十日,广东订五月二十二日
    late(rf"[\u4e00-\u9fff]{{2,3}}(?:省|市|区)?(?:则|也)?(?:定|订|最晚)(?:于|在|为)?[,，]?(?:为|是)?(?:{_DAY_ZH})"),
    late(
        rf"(?:截止|截至|延长至|延期至|延期到|延长到|顺延至|推迟至|止于|deadline)(?:时间|日期|日|期限)?(?:为|至|到|是|调整为|延至)?[^,。;\d]{{0,6}}[:：]?\s?(?:{_DAY_ZH})"
    ),
    late(
        rf"(?:申报|报送|受理|填报|报名|推荐|提交)[^,。;]{{0,8}}(?:时间|期限|日期)?[^,。;]{{0,10}}?月\d{{1,2}}日[^,。;]{{0,6}}?(?:至|到|-|—|~)(?:{_DAY_ZH})"
    ),
)
_EN = (
    late(
        rf"\b(?:by|before|no later than|not later than|until|till|due(?: on| by)?|clos(?:es|ing|e)(?: on)?|deadline (?:is|of|was|has been \w+ to|falls on|for[^.;]{{0,60}}? is)|extended (?:\w+ )?(?:to|until)|ends? on)\s(?:the end of\s|midnight on\s|[A-Z][a-z]+day,?\s)?{_DAY_EN}"
    ),
    late(rf"\bdeadline\b[^.;]{{0,80}}?\b{_DAY_EN}"),
    late(
        rf"\b(?:until|cut-?off|closing date|last day|by|before|no later than|close of business|due|midnight|p\.?m\.?|a\.?m\.?|o'clock|\d\d:\d\d|at|arrive|received|reach\w*)\b[^.;]{{0,24}}?\b{_DAY_EN}"
    ),
)
_ANY_DAY = late(rf"{_DAY_ZH}|\b{_DAY_EN}")
#: a day later than that is no filing deadline
FARTHEST = 240
#: days of an article that are looked at
MOST = 40
_FILE_EN = late(
    r"\b(?:submit\w*|submission\w*|appl(?:y|ies|ication\w*|icants?)|fil(?:e|ed|ing)|deadline|recommend\w*|nominat\w*|materials|papers?|documents?|dossiers?|parcels?|cut-?off|closing date|shut|reach|hand(?:ed)? in|entries|register)\b",
    re.IGNORECASE,
)
_NOT = late(
    r"异议|(?<!推荐)(?<!审核)(?<!初审)意见|反映(?:情况|问题|意见)|实名反映|公示期|公示时间|征求意见|反馈意见|大会|展会|论坛|参会|会议|培训|答辩|验收|建设期|试用|招聘|应聘|招标|投标|开标|签到|评选活动|大赛|赛事"
    r"|objection|comment|feedback|conference|expo|forum|hearing|register for|contest|recruit|tender|bid(?:s|ding)\b|exhibit|vot(?:e|ing)",
    re.IGNORECASE,
)
_HIRING = late(r"招聘|诚聘|招贤|\b(?:hiring|vacanc\w+|job|recruit\w*|we are looking for)\b", re.IGNORECASE)
_RECOMMEND = late(r"推荐|汇总|主管部门|各省|recommend|nominat|provinc", re.IGNORECASE)
_CALLING = late(
    r"申报|征集|遴选|报送|推荐|appl(?:y|ication|ications|icants)|submit|call for|nominat|recommend|selection",
    re.IGNORECASE,
)
_OTHER_CALL = late(
    r"(?:试点示范|示范项目|典型案例|应用案例|特色型|专业型|省级(?!主管|工信|工业和信息化|部门|有关)|市级(?!主管|工信|工业和信息化|部门|有关)|揭榜挂帅|5G工厂|智能工厂|创新领航|小巨人|专精特新|优秀案例|解决方案|示范区|pilot|provincial-level|featured|lighthouse)[^。;\n]{0,40}(?:申报|征集|推荐|报送|遴选|appl|submi|nominat)",
    re.IGNORECASE,
)
_ROUND = late(
    r"(20[12]\d)\s?年(?:度)?[^,。;]{0,10}(?:跨行业|双跨|“双跨)|(20[12]\d)[^.;]{0,24}(?:cross[\s-]industry|dual[\s-]cross)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day later than the page's date where it stands, and whether the rules hold it for a filing deadline."""

    date: date
    sentence: Sentence
    line: int
    start: int
    end: int
    ahead: int
    ruled: bool


def find(prepared: Prepared) -> tuple[Deadline, ...]:
    """Return the filing deadlines for a national round later than the page's date; none where it is undated."""
    published = _published(prepared)
    if published is None or _HIRING.search(prepared.title):
        return ()
    found = days(prepared)
    out: dict[str, Deadline] = {}
    for day, held in zip(found, _held(prepared, found), strict=True):
        if not held:
            continue
        iso, text = day.date.isoformat(), day.sentence.text
        out.setdefault(
            iso,
            Deadline(
                date=iso,
                what=_what(text[max(0, day.start - 40) : day.end + 60], english=prepared.english),
                round=_round(prepared, published),
                by="deadline.filing" if day.ruled else "deadline.weighed",
                evidence=(prepared.evidence(day.sentence.start, day.sentence.end),),
            ),
        )
    return tuple(sorted(out.values(), key=lambda d: d.date))


def _held(prepared: Prepared, found: Sequence[Day]) -> list[bool]:
    """Tell of each day whether it is a filing deadline: by the model, or by the rules where none is shipped."""
    model = trained.verdict("deadline")
    if model is None:
        return [day.ruled for day in found]
    return [model.holds(signs, ruled=day.ruled) for day, signs in zip(found, features(prepared, found), strict=True)]


def days(prepared: Prepared) -> list[Day]:
    """Return the days after its own that an article names which speaks of the national class and of filing."""
    published = _published(prepared)
    whole = prepared.title + "\n" + prepared.text
    if published is None or not _CALLING.search(whole) or not classes.speaks_of_programme(whole):
        return []
    out: list[Day] = []
    for line, sentence in enumerate(owners.sentences(prepared)):
        ruled = {}
        for day, start, end in _days(sentence.text, published):
            if day <= published or _put_off(sentence.text, day) or not _files(sentence.text, start, end):
                continue
            if not _concerns_round(prepared, sentence):
                break
            ruled[day] = True
        for m in _ANY_DAY.finditer(sentence.text):
            named = _day(m, published)
            if named is not None and 0 < (named - published).days <= FARTHEST and len(out) < MOST:
                ahead = (named - published).days
                out.append(Day(named, sentence, line, m.start(), m.end(), ahead, ruled.get(named, False)))
    return out


def features(prepared: Prepared, found: Sequence[Day]) -> Iterator[spots.Signs]:
    """Yield the signs of each day."""
    article = spots.subject(prepared, list(owners.sentences(prepared)))
    calling, other = bool(_CALLING.search(prepared.title)), bool(_OTHER_CALL.search(prepared.text))
    concerns: dict[int, bool] = {}
    for day in found:
        hidden = [(d.start, d.end, "") for d in found if d.line == day.line]
        out, flag = spots.signs(day.sentence, day.line, (day.start, day.end), article, hidden)
        text = day.sentence.text
        flag(f"ruled:{day.ruled}")
        flag(f"ahead:{sum(day.ahead > step for step in (7, 21, 45, 90))}")
        flag(f"days:{min(len({d.date for d in found}), 4)}")
        flag(f"last day:{day.date == max(d.date for d in found)}")
        flag(f"calling title:{calling}")
        flag(f"other call:{other}")
        if day.line not in concerns:
            concerns[day.line] = _concerns_round(prepared, day.sentence)
        flag(f"concerns:{concerns[day.line]}")
        if _put_off(text, day.date):
            flag("put off")
        for where, words in (("near", text[max(0, day.start - 30) : day.end + 30]), ("line", text)):
            if re.search(_FILE_ZH, words) or _FILE_EN.search(words):
                flag(f"{where}:files")
            if _NOT.search(words):
                flag(f"{where}:not filing")
        yield out


def _put_off(text: str, day: date) -> bool:
    """The day is the one that an extension moves away from: 由5月8日延长至…."""
    zh = rf"(?:由|从|原定于?|原)\s?(?:{day.year}年)?{day.month}月{day.day}日[^。;]{{0,10}}?(?:延长|调整|推迟|延期|顺延)"
    en = rf"from {_MONTH.split('|')[day.month - 1]}[a-z]*\.? {day.day}\b[^.;]{{0,20}}?\bto\b"
    return bool(re.search(f"{zh}|{en}", text))


def _published(prepared: Prepared) -> date | None:
    raw = prepared.article.published or ""
    return date.fromisoformat(raw[:10]) if re.match(r"\d{4}-\d\d-\d\d", raw) else None


def _concerns_round(prepared: Prepared, sentence: Sentence) -> bool:
    """The last call spoken of before the day is the national round's, in the text or in the headline."""
    before = prepared.text[: sentence.end]
    last_other = max((m.start() for m in _OTHER_CALL.finditer(before)), default=-1)
    nation = [c for c in _mentions(before) if c > last_other or _same_sentence(prepared, c, last_other)]
    if nation:
        near = before[max(0, nation[-1] - 120) :]
        if re.search(r"申报|征集|遴选|推荐|报送|appl|call|nominat|submi|select", near, re.IGNORECASE):
            return True
    titled = any(c.level == "national" for c in classes.find(prepared.title)) and bool(_CALLING.search(prepared.title))
    return titled and last_other < 0


def _mentions(before: str) -> list[int]:
    out = []
    at = 0
    for line in before.split("\n"):
        out += [at + c.start for c in classes.find(line) if c.level == "national"]
        at += len(line) + 1
    return out


def _same_sentence(prepared: Prepared, a: int, b: int) -> bool:
    """`双跨平台与试点示范项目申报` calls for both at once."""
    return b >= 0 and any(s.start <= a < s.end and s.start <= b < s.end for s in prepared.sentences)


def _days(text: str, published: date) -> list[tuple[date, int, int]]:
    out: list[tuple[date, int, int]] = []
    for pattern in (*_ZH, *_EN):
        for m in pattern.finditer(text):
            day = _day(m, published)
            if day and not any(a < m.end() and m.start() < b and d == day for d, a, b in out):
                out.append((day, m.start(), m.end()))
    return out


def _day(m: re.Match[str], published: date) -> date | None:
    g = m.groupdict()
    try:
        if g.get("mon") or g.get("mon2"):
            month = _MONTH.split("|").index(str(g.get("mon") or g.get("mon2"))) + 1
            return _dated(g.get("ey") or g.get("ey2"), month, int(str(g.get("ed") or g.get("ed2"))), published)
        if g.get("zm"):
            spelled = g["zd"].replace("廿", "二十").replace("卅", "三十")
            return _dated(None, int(numbers.value(g["zm"]) or 0), int(numbers.value(spelled) or 0), published)
        if g.get("y2"):
            return date(int(g["y2"]), int(g["m2"]), int(g["d2"]))
        month = int(g["m"])
        if g.get("d"):
            return _dated(g.get("y"), month, int(g["d"]), published)
        day = {"上旬": 10, "中旬": 20}.get(g["end"])
        year = int(g["y"]) if g.get("y") else _dated(None, month, 1, published).year
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, TypeError, KeyError):
        return None


def _dated(year: str | None, month: int, day: int, published: date) -> date:
    """A day without a year is the publication year's, or the next one's where it would lie half a year back."""
    if year:
        return date(int(year), month, day)
    guess = date(published.year, month, day)
    return date(published.year + 1, month, day) if (published - guess).days > 183 else guess


def _files(text: str, start: int, end: int) -> bool:
    clause_start = max(text.rfind(mark, 0, start) for mark in "。;\n")
    near = text[max(clause_start + 1, start - 90) : end + 110]
    close = re.split(r"[。;]", text[max(clause_start + 1, start - 50) : end + 50])
    if any(_NOT.search(part) for part in close[:1]):
        return False
    if owners.chinese(near):
        return bool(re.search(_FILE_ZH, near))
    return bool(_FILE_EN.search(near))


def _what(near: str, *, english: bool) -> str:
    recommended = bool(_RECOMMEND.search(near))
    if english:
        return (
            "recommendations of dual-cross platforms due" if recommended else "applications of dual-cross platforms due"
        )
    return "双跨平台推荐材料报送截止" if recommended else "双跨平台申报截止"


def _round(prepared: Prepared, published: date) -> str:
    m = _ROUND.search(prepared.title) or _ROUND.search(prepared.text)
    return (m.group(1) or m.group(2)) if m else str(published.year)
