"""Titles of industrial Internet policy documents in running text and headlines, bracketed, quoted or bare."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dualcross.patterns import late

Form = Literal["policy", "call", "list", "draft"]

#: what makes a document one on the industrial Internet
_TOPIC_ZH = late(
    r"工业互联网|互联网\+先进制造业|制造业(?:与|和)互联网|双跨|跨行业.?跨领域|工业\s?APP|上云上平台|企业上云|工业大数据|两化(?:深度)?融合"
    r"|(?:信息化和工业化|新一代信息技术与制造业)(?:深度)?融合|(?:制造业|工业|中小企业)[^》]{0,10}数字化转型|5G全连接工厂|工业互联|工赋|工业数据|智改数转|智改数转网联|上云|设备联网|产业数字化"
)
_TOPIC_EN = late(
    r"industrial[\s-]internet|\bIIoT\b|industrial interconnection|internet\s?(?:\+|plus)\s?advanced manufacturing|cross[\s-]industry|dual[\s-]cross"
    r"|manufacturing(?: industry)? (?:and|with) (?:the )?internet|informati[sz]ation and industriali[sz]ation"
    r"|digital transformation (?:of|in|for) (?:the )?(?:manufactur\w+|industr\w+|small)|manufacturing digital transformation",
    re.IGNORECASE,
)
#: what makes one of a title in an article that is about the industrial Internet
_NEAR_ZH = late(r"平台|联网|数字化|数智化|工业数据|数据要素|标识解析|智能体|智能制造|智改|工业智能|工业软件|网络安全")
_NEAR_EN = late(
    r"\b(?:platforms?|connected|connecting|digital\w*|industrial (?:data|software|equipment|intelligence)|factory data|sensors?|intelligent|online|data)\b",
    re.IGNORECASE,
)
_NOUN_ZH = (
    r"(?:行动计划|工作计划|建设计划|计划|行动方案|实施方案|推进方案|工作方案|方案|指导意见|实施意见|若干意见|意见|管理办法|评价方法|办法|实施细则|细则|建设指南|指南|指引"
    r"|若干措施|政策措施|措施|扶持政策|若干政策|政策|发展规划|规划|工作要点|要点|行动|规定|条例|规则|纲要|导则|专章|负面清单|服务包|路线图|决定|规程|要求|[一二三四五六七八九十]+条(?:措施|政策|意见)?|通知|公告|通告|函)"
)
_TAIL_ZH = r"(?:\s?\([^()]{2,20}\))*(?:的(?:通知|公告|函))?(?:\([^()]{2,20}\))*"
_ENDS_AS_POLICY = late(_NOUN_ZH + _TAIL_ZH + r"$")
_LIST_ZH = late(r"(?:名单|(?<!负面)清单|公示|目录|结果|榜单)" + _TAIL_ZH + "$")
_NO_POLICY = late(
    r"白皮书|蓝皮书|绿皮书|报告|标准(?!化体系建设)|规范$|参考架构|词典|手册|教程|导论|读本|案例集|指数|协议|合同|招股|说明书|(?<![办方])法$|杂志|周刊|日报|晚报|时报|新闻|研究$|评测|测评|问答|"
    r"倡议|宣言|评价指标|GB/?T|YD/?T|团体|奖学金|保险|采购公告|招标|中标|招聘|募集|股东|年报|季报|解读$|(?:业务|产品|解决|战略|服务)(?:方案|规划|计划)$"
)
_CALL = late(r"申报|征集|推荐|遴选|报送|延长|延期|组织开展.{0,40}(?:试点示范|评价|评估)|组织参加")
_DRAFT = late(r"征求意见|草案|送审稿|公开征集.{0,6}意见|draft|for (?:public )?comment|soliciting", re.IGNORECASE)

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NOUN_EN = (
    r"(?:(?:Three-Year |Five-Year |Annual )?(?:Action|Work|Implementation|Development|Working|Special) (?:Plans?|Programmes?|Programs?|Schemes?)|(?:Guiding|Implementation|Implementing|Several) Opinions|Opinions"
    r"|(?:Supporting |Support )?Policies|(?:Administrative |Management |Several |Interim |Support )?Measures|(?:Construction |Development )?Guid(?:elines?|ance|e)|Outlines?|Notice|Circular|Roadmap|Regulations?|(?:Implementation |Implementing |Detailed )?Rules|Provisions|(?:Work|Key) Points|Articles on|Supports|Schemes?|(?:Action |Work |Development )?Program(?:me)?s?|Decisions?|Blueprint|Plans?)"
)
_QUOTED_EN = late(r"[“\"]([^“”\"]{12,260})[”\"]")
_NAMED_EN = late(
    r"(?<![A-Za-z])(?P<t>(?:[A-Z\d][\w+&'’/-]*|\"[^\"]{3,60}\"|\+)(?:\s(?:[A-Z\d][\w+&'’/-]*|\"[^\"]{3,60}\"|of|for|and|on|the|in|to|with|by|from|a|\+|&|\(20\d\d\s?[-—]\s?20\d\d\)))*)"
)
_BARE_EN = late(
    r"\b(?:issued|issues|issue|issuing|released|releases|releasing|unveil(?:s|ed|ing)?|publish(?:es|ed|ing)?|announc(?:es|ed|ing)|rolled out|rolls out|launch(?:es|ed)|adopt(?:s|ed)|put forward|promulgat(?:es|ed)|introduc(?:es|ed)|came out with|printed and distributed)"
    r"\s(?:(?:an?|the|its|their|new|a set of|this year's)\s)*(?P<t>(?:[\w-]+\s){0,6}?(?:action plan|implementation plan|work plan|guidelines?|guiding opinions|opinions|measures|plan|policy|policies|notice|circular|blueprint|roadmap|programme|program)"
    r"(?:\s(?:on|for|to|of|about|titled|aimed at|aiming to|covering|that|which)\s[^.;\n]{6,160}?)?)(?=[.,;\n]|\s(?:on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|last|this|yesterday|with|as|which|that|in (?:a bid|January|February|March|April|May|June|July|August|September|October|November|December))\b|$)",
    re.IGNORECASE,
)
_BARE_ZH = late(
    r"(?:印发|发布|出台|制定出台|下发|推出|公布|发出)(?:了|的)?(?P<t>(?:[^\s,。;:《》“”()、]|“[^”]{2,24}”|\(20\d\d[^()]{1,8}\)){4,60}?(?:行动计划|行动方案|实施方案|推进方案|指导意见|实施意见|若干措施|管理办法|工作要点|发展规划|工作计划|若干政策|扶持政策|建设指南)(?:\(20\d\d[^()]{1,10}\))?)"
)
_NOTICE_ZH = late(
    r"(?:^|(?<=\n))(?P<t>[^\n《》。;]{0,50}?关于[^\n《》。;]{4,90}?(?:的?(?:通知|意见|公告|函|通告|方案|措施))(?:\([^()]{2,16}\))?)(?=$|\n)"
)


#: mentions of the subject that make an article one about it
ABOUT = 2


@dataclass(frozen=True, slots=True)
class Title:
    """A title's span in the string searched (inside its brackets), its form, and how it was set off."""

    start: int
    end: int
    form: Form
    how: Literal["bracket", "quote", "named", "bare", "notice"]


def on_topic(text: str) -> bool:
    """Tell whether a normalised text can hold such a title at all."""
    return bool(_TOPIC_ZH.search(text) or _TOPIC_EN.search(text))


def about(text: str) -> bool:
    """Tell whether an article is about the industrial Internet: then a title need not name it."""
    return len(_TOPIC_ZH.findall(text)) + len(_TOPIC_EN.findall(text)) >= ABOUT


def find(text: str, *, about: bool) -> list[Title]:
    """Return the policy titles of a normalised text, in order; `about` as the function of that name tells."""
    out = [*_bracketed(text, about=about), *_quoted(text, about=about)]
    taken = [(t.start, t.end) for t in out]
    for pattern, how in ((_NOTICE_ZH, "notice"), (_BARE_ZH, "bare"), (_NAMED_EN, "named"), (_BARE_EN, "bare")):
        for m in pattern.finditer(text):
            title = _judge_bare(text, m.start("t"), m.end("t"), how, about=about)
            if title and not any(a < title.end and title.start < b for a, b in taken):
                out.append(title)
                taken.append((title.start, title.end))
    return sorted(out, key=lambda t: t.start)


def _of_subject(words: str, *, about: bool) -> bool:
    """The title is of the subject by its own words, or by looser ones where the article is about the subject."""
    if _TOPIC_ZH.search(words) or _TOPIC_EN.search(words):
        return True
    return about and bool(_NEAR_ZH.search(words) or _NEAR_EN.search(words))


def _judge_bare(text: str, start: int, end: int, how: str, *, about: bool) -> Title | None:
    words = text[start:end]
    if how == "named":
        return _named(text, start, end, about=about)
    if how == "notice":
        if not _TOPIC_ZH.search(words) or _NO_POLICY.search(words):
            return None
        return Title(start, end, _form_zh(words), "notice")
    if re.search("[\u4e00-\u9fff]", words):
        if not _TOPIC_ZH.search(words) or _NO_POLICY.search(words):
            return None
        return Title(start, end, _form_zh(words), "bare")
    if not _TOPIC_EN.search(words) or re.search(r"white paper|report|product|solution", words, re.IGNORECASE):
        return None
    return Title(start, end, _form_en(words), "bare")


def _bracketed(text: str, *, about: bool) -> list[Title]:
    out = []
    at = 0
    while (start := text.find("《", at)) >= 0:
        depth = 0
        end = -1
        for i in range(start, min(len(text), start + 260)):
            if text[i] == "《":
                depth += 1
            elif text[i] == "》":
                depth -= 1
                if depth == 0:
                    end = i
                    break
        if end < 0:
            end = text.find("》", start)
            if end < 0 or end - start > 200:
                at = start + 1
                continue
        at = end + 1
        words = text[start + 1 : end]
        tail = re.match(r"\s?\((?:试行|暂行|征求意见稿|20\d\d\s?年?[-~—至]+20\d\d\s?年?)\)", text[end + 1 : end + 24])
        judged = _judge_zh(words, text[end + 1 : end + 20], about=about)
        if judged is None and not re.search("[\u4e00-\u9fff]", words):
            judged = _judge_en(words, about=about)
        if judged:
            if tail and "征求意见" in tail.group():
                judged = "draft"
            out.append(Title(start + 1, end, judged, "bracket"))
    return out


def _judge_zh(words: str, after: str, *, about: bool) -> Form | None:
    flat = re.sub(r"\s+", "", words)
    if not _of_subject(flat, about=about) or len(flat) < 6:
        return None
    bare = re.sub(r"\([^()]*\)$", "", flat)
    # a code of service is a policy where an office prints it: 印发《…规范》的通知
    printed = bare.endswith("规范") and after.startswith("的通知")
    if printed:
        return "policy"
    if _NO_POLICY.search(bare):
        return None
    if not _ENDS_AS_POLICY.search(flat) and not _LIST_ZH.search(flat):
        return None
    if re.match(r"(?:国家|行业|地方|团体)?标准|一书|白皮书|杂志", after):
        return None
    return _form_zh(flat)


def _form_zh(words: str) -> Form:
    if _DRAFT.search(words):
        return "draft"
    core = re.sub(r"的(?:通知|公告|函)$", "", words)
    if _LIST_ZH.search(core) or re.search(
        "公示|公布.{0,30}名单|(?:退出|撤销|移出|取消|变更|更名|调整).{0,30}(?:公告|通知|通告|函)$", words
    ):
        return "list"
    if _CALL.search(words) and re.search("通知|公告|函|征集", words) and not re.search("办法|方案|计划", core[-6:]):
        return "call"
    return "policy"


def _quoted(text: str, *, about: bool) -> list[Title]:
    out = []
    for m in _QUOTED_EN.finditer(text):
        form = _judge_en(m.group(1), about=about) if not re.search("[\u4e00-\u9fff]", m.group(1)) else None
        if form:
            end = m.end(1)
            while end > m.start(1) and text[end - 1] in " ,.;":
                end -= 1
            out.append(Title(m.start(1), end, form, "quote"))
    return out


def _judge_en(words: str, *, about: bool) -> Form | None:
    if not _of_subject(words, about=about) or re.search(
        r"\b(?:white paper|report|handbook|standard specification|index)\b", words, re.IGNORECASE
    ):
        return None
    if not re.search(_NOUN_EN, words):
        # a quoted sentence also has small words like plan; a title has capitals
        return None
    small = re.findall(r"\b[a-z]{4,}", words)
    big = re.findall(r"\b[A-Z]\w+", words)
    return _form_en(words) if len(big) > len(small) else None


def _named(text: str, start: int, end: int, *, about: bool) -> Title | None:
    words = text[start:end]
    nouns = list(re.finditer(_NOUN_EN + r"(?![a-z])", words))
    if not nouns or len(words.split()) < 4:
        return None
    # the noun may lead (Action Plan for …) or close (Industrial Internet … Action Plan)
    lead = nouns[0]
    tail = re.search(rf"{_NOUN_EN}(?:\s\(20\d\d\s?[-—]\s?20\d\d\))?$", words)
    if tail and not re.match(r"\s(?:for|on|of|to)\b", words[lead.end() :]):
        begin = 0
    else:
        before = words[: lead.start()]
        # adjectives of the title itself stay: Implementation Plan; a subject before a verb cannot be capitalised on
        begin = 0 if re.fullmatch(r"(?:[A-Z][\w-]* )*", before) and len(before) < 60 else lead.start()
    words = words[begin:]
    words = re.sub(
        r"^(?:(?:The|This|In|On|A|An|It|Its|Under|According|Since|As|to|the|of|for|and|on|in|by|with|from|a)\s)+",
        "",
        words,
    )
    begin = end - start - len(words)
    # a day or year after the title is the news's, not the title's
    words = re.sub(rf"\s(?:on|in|by|from)\s(?:[A-Z][a-z]+day|20\d\d|(?:{_MONTHS})\b).*$", "", words)
    words = re.sub(r"(?:\s(?:of|for|and|on|the|in|to|with|by|from|a))+$", "", words)
    if not _of_subject(words, about=about):
        return None
    extra = re.match(r"\s?\(20\d\d\s?[-—]\s?(?:20)?\d\d\)", text[start + begin + len(words) :])
    stop = start + begin + len(words) + (extra.end() if extra else 0)
    return Title(start + begin, stop, _form_en(words), "named")


def _form_en(words: str) -> Form:
    if _DRAFT.search(words):
        return "draft"
    if re.search(
        r"\b(?:application|applying|apply|nomination|call for|solicitation|selection of)\b", words, re.IGNORECASE
    ) and re.search(r"notice|circular|call", words, re.IGNORECASE):
        return "call"
    return "policy"
