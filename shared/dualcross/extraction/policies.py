"""Policy documents on the industrial Internet: what a page issues, and what it only cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from dualcross.extraction import marks, owners, spots, titles, trained
from dualcross.extraction.normal import Prepared, normalise, simplified
from dualcross.extraction.sentences import Sentence
from dualcross.extraction.titles import Title
from dualcross.model import Evidence, Policy
from dualcross.patterns import late

if TYPE_CHECKING:
    from dualcross_classifiers.trees import Verdict

Status = Literal["issued", "cited"]

_PRIVATE = late(
    r"(?:公司|集团|联盟|协会|学会|研究院|大学|学院|商会|基金会|信通院|咨询|智库|出版社|银行|alliance|association|institute|company|group|corp\w*|university|consult\w+)"
    r"[^,。;.《“\"]{0,16}(?:编制|编写|发布|印发|推出|出版|制定|牵头|审议|签署|签订|released|published|launched|issued|unveiled)[^,。;.《“\"]{0,20}[《“\"]?$",
    re.IGNORECASE,
)
_GOVERNMENT = late(
    r"\b(?:China|Chinese|[Mm]inistry|MIIT|State Council|[Gg]overnment|[Pp]rovince|[Pp]rovincial|[Mm]unicipal\w*|city|authorit\w+|department|commission|bureau|central|Beijing|"
    r"Guangdong|Jiangsu|Zhejiang|Shandong|Shanghai|Tianjin|Chongqing|Hebei|Henan|Hubei|Hunan|Anhui|Fujian|Jiangxi|Sichuan|Guizhou|Yunnan|Shaanxi|Shanxi|Gansu|"
    r"Liaoning|Jilin|Heilongjiang|Hainan|Guangxi|Ningxia|Qinghai|Xinjiang|Inner Mongolia|Tibet|Shenzhen|Qingdao|Ningbo|Xiamen|Dalian|regulators?)\b"
)
_FOREIGN = late(
    r"(?:日本|韩国|德国|法国|英国|美国|欧盟|印度|新加坡|俄罗斯|越南|泰国|马来西亚)[^。;]{0,30}$"
    r"|\b(?:Japan|Korea|German|French|France|Britain|British|European|EU|India|Singapore|U\.S\.|Russia|Vietnam|Thai|Malaysia)[^.;]{0,60}$"
)
_VERB = late(
    r"印发|发布|出台|下发|颁布|公布|推出|公开|修订|制定(?!的)|审议通过|正式实施|亮相|发文|联合发|挂网|下达"
    r"|\b(?:issu(?:ed|es|e|ing)|releas(?:ed|es|ing|e)|unveil\w*|publish\w*|promulgat\w*|roll(?:ed|s) out|launch(?:ed|es)|adopt(?:ed|s)|announc\w+|introduc(?:ed|es)|printed and distributed|came out|put forward|made public|signed|enacted|handed down|posted|out today|in force)\b",
    re.IGNORECASE,
)
_NOW = late(
    r"近日|日前|今日|今天|昨日|昨天|本周|上周|刚刚|最近|近期|正式(?:印发|发布|出台)|新(?:印发|发布|出台)|\d{1,2}月\d{1,2}日|\d{1,2}日"
    r"|\brecently|\btoday|\byesterday|\bthis week|\blast week|\bjust\b|\bnewly|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}\b",
    re.IGNORECASE,
)
_CITING = late(
    r"(?:根据|按照|依据|遵照|依照|贯彻|落实|结合|对照|围绕|参照|响应|自|在|以|继|如|推动|实施|执行|宣贯|乘着?|随着|伴随)(?:好|了|国务院|工信部|工业和信息化部|国家|[^,。;:]{0,14})$"
    r"|(?:according to|in accordance with|under|based on|in line with|pursuant to|implement(?:ing)?|following|since|as required by|in response to|guided by)(?:\s\w+){0,5}\s?[“\"]?$",
    re.IGNORECASE,
)
_SOON = late(
    r"即将|有望|将(?:于|适时|尽快|陆续|在)|拟(?:出台|制定|印发)|正在(?:制定|研究|起草)|(?:加快|尽快|抓紧|研究)(?:出台|制定|编制)|\bwill\b|\bsoon\b|is drafting|plans to|is preparing|about to",
    re.IGNORECASE,
)
_EFFECT = late(r"生效|施行|实施|执行|起(?:正式)?(?:实行|适用)|effect|in force|apply from", re.IGNORECASE)
_PAST = late(
    r"此前|曾|早在|先后|去年|前年|以来|陆续|相继|多年|earlier|previous(?:ly)?|last year|had (?:issued|released)|over the years|in recent years|years? ago",
    re.IGNORECASE,
)
_ABOUT = late(
    r"解读|一图读懂|图解|问答|答记者问|政策速递|政策速览|全文|重磅|印发|发布|出台|interpret|explain|unveil|issue|release|plan|guideline|roll",
    re.IGNORECASE,
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
    found = by_rule(prepared)
    model = trained.verdict("issued")
    if model is None or not found:
        return found
    page = Documents(prepared, found)
    return tuple(
        policy if policy.form != "policy" else replace(policy, status=_weighed(page.features(policy), policy, model))
        for policy in found
    )


#: what no model turns into news: the document is cited, only coming, or of long ago
_NOT_NEWS = frozenset(("left:citing", "left:soon", "right:soon", "clause:long ago", "of long ago"))
#: days after which a document is no news
OLD = timedelta(days=62)


def _weighed(signs: spots.Signs, policy: Policy, model: Verdict) -> Status:
    ruled = policy.status == "issued"
    if not ruled and (_NOT_NEWS & signs.keys()):
        return "cited"
    return "issued" if model.holds(signs, ruled=ruled) else "cited"


class Documents:
    """The documents of an article, with the signs of whether each is issued there or only cited."""

    def __init__(self, prepared: Prepared, found: Sequence[Policy]) -> None:
        """Read where each document is named."""
        self.prepared, self.found = prepared, found
        self.sentences = list(owners.sentences(prepared))
        self.subject = spots.subject(prepared, self.sentences)
        self.spots = [self._spot(policy) for policy in found]

    def _spot(self, policy: Policy) -> tuple[int, int, int] | None:
        words = normalise(policy.title).text
        for line, sentence in enumerate(self.sentences):
            at = sentence.text.find(words)
            if at >= 0:
                return line, at, at + len(words)
        return None

    def features(self, policy: Policy) -> spots.Signs:
        """Return the signs of a document."""
        spot = self.spots[self.found.index(policy)]
        line, start, end = spot or (0, 0, 0)
        sentence = self.sentences[line] if self.sentences else Sentence(0, 0, "", 0)
        hidden = [(s[1], s[2], "") for s in self.spots if s and s[0] == line]
        out, flag = spots.signs(sentence, line, (start, end), self.subject, hidden)
        text, published = sentence.text, marks.published(self.prepared)
        flag(f"ruled:{policy.status}")
        flag(f"by:{policy.by}")
        flag(f"documents:{min(len(self.found), 4)}")
        flag(f"first:{self.found[0] is policy}")
        flag(f"rivals issued:{any(p.status == 'issued' for p in self.found if p is not policy)}")
        flag(f"official:{self.prepared.article.official}")
        flag(f"named in text:{spot is not None}")
        flag(f"titled after:{_titled_after(self.prepared, policy.title)}")
        flag(f"number:{policy.number is not None}")
        year = re.search(r"20\d\d", policy.number or "")
        if year and published:
            flag(f"number age:{min(2, published.year - int(year.group()))}")
        when = marks.stated(text[max(0, start - 60) : start], self.prepared)
        if published and when:
            flag(f"age:{sum((published - when).days > step for step in (-1, 14, 62, 200))}")
            if published - when > OLD:
                flag("of long ago")
        if re.search(r"(?:此前|曾|早在|earlier|previously)[^,，。;]{0,16}$", re.sub(r"[《“\"]$", "", text[:start])):
            flag("clause:long ago")
        named = re.search(r"(20[12]\d)", policy.title)
        if named and published:
            flag(f"title year:{max(-1, min(2, published.year - int(named.group())))}")
        for name, pattern in (
            ("verb", _VERB),
            ("now", _NOW),
            ("citing", _CITING),
            ("soon", _SOON),
            ("past", _PAST),
            ("effect", _EFFECT),
        ):
            for where, words in (("left", text[max(0, start - 60) : start]), ("right", text[end : end + 60])):
                if pattern.search(words):
                    flag(f"{where}:{name}")
            if pattern.search(self.prepared.title):
                flag(f"page title:{name}")
        return out


def by_rule(prepared: Prepared) -> tuple[Policy, ...]:
    """Return the documents with the status that set phrases tell."""
    whole = prepared.title + "\n" + prepared.text
    if not titles.on_topic(whole):
        return ()
    about = titles.about(whole)
    out: dict[str, Policy] = {}
    for title in titles.find(prepared.text, about=about):
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
    for title in titles.find(prepared.title, about=about):
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
    number = marks.number(near) or (marks.number_of_page(prepared) if own else None)
    issuer = marks.issuer(prepared, place.title, (place.before, place.after), own=own)
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
    told = _VERB.search(clause[-140 if clause.isascii() else -70 :]) or (
        re.match(r"[》”\"]?(?:\([^()]*\))?[^,。.;]{0,30}", place.after)
        and _VERB.search(place.after[: 80 if clause.isascii() else 40])
    )
    near = clause if not _VERB.search(re.split("[,，]", clause)[-1]) else re.split("[,，]", clause)[-1]
    if not told or _PAST.search(near) or re.match(r"[》”\"]?(?:\([^()]*\))?(?:以来|之后|后,|出台以来)", place.after):
        return "cited"
    behind = re.split(r"[;。]", place.after)[0][:90]
    numbered = re.search(r"〔(20\d\d)〕", marks.number(place.after[:60]) or "")
    published = marks.published(prepared)
    # a number of last year may still be released in January
    if numbered and published and published.year - int(numbered.group(1)) > (1 if published.month <= 3 else 0):
        return "cited"
    if published and (old := re.match(r"[^,;]{0,4}\bin (20\d\d)\b", behind)) and int(old.group(1)) < published.year:
        return "cited"
    # 将于3月1日生效: what takes effect stands already
    if _SOON.search(clause[-40:]) or (_SOON.search(behind[:24]) and not _EFFECT.search(behind)):
        return "cited"
    when = marks.stated(clause, prepared) or (marks.stated(behind, prepared) if _VERB.search(behind) else None)
    if when and published:
        return "cited" if published - when > OLD else "issued"
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


def _date(prepared: Prepared, place: _Place, *, own: bool) -> str | None:
    clause = re.split(r"[;。]", place.before)[-1]
    told = marks.iso(clause[-80:], prepared)
    if told:
        return told
    behind = re.split(r"[;。]", place.after)[0][:90]
    if _VERB.search(behind) and (told := marks.iso(behind, prepared)):
        return told
    return marks.signed(prepared) if own else None


def _headline(prepared: Prepared, title: Title) -> Policy:
    words = prepared.title[title.start : title.end]
    own = title.how == "notice"
    cited = bool(re.search(r"根据|贯彻|落实|宣贯|学习", prepared.title[: title.start])) or (
        title.form == "call" and not own
    )
    first = prepared.sentences[0] if prepared.sentences else None
    evidence: tuple[Evidence, ...] = (prepared.evidence(first.start, first.end),) if first else ()
    issuer = marks.BODY.search(prepared.title[: title.start]) or (marks.BODY.match(words) if own else None)
    return Policy(
        title=_raw_title(prepared, words),
        status="cited" if cited else "issued",
        number=marks.number_of_page(prepared) if own else None,
        date=marks.signed(prepared) if own else None,
        issuer=marks.named(issuer.group()) if issuer else None,
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
    if from_title and (policy.form == "list" or _paraphrases(out, policy)):
        return
    out[core] = policy


def _paraphrases(out: dict[str, Policy], headline: Policy) -> bool:
    """The headline names in its own words a document that the text names; that one is then what the page is about."""
    if not headline.by.endswith((".bare", ".named")):
        return False
    grams = _grams(_core(headline.title))
    for key, old in out.items():
        shared = grams & _grams(key)
        if old.form == "policy" and len(shared) >= 0.5 * min(len(grams), len(_grams(key))):
            out[key] = replace(old, status="issued", issuer=old.issuer or headline.issuer)
            return True
    return any(p.status == "issued" for p in out.values())


def _grams(core: str) -> set[str]:
    return {core[i : i + 2] for i in range(len(core) - 1)}
