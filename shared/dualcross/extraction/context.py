"""Whether a passage asserts what it says: negation, plans, hypotheses, questions, rumours, applications."""

from __future__ import annotations

import re

from dualcross.patterns import late

_NEGATED_ZH = late(
    r"(?:未能?|没有?|尚未|并未|并非|不是|不属于|不在|无缘|落选|暂未|未曾|从未|不曾|无一|没能|不等于|不代表|不意味|不得|不再是|差点|险些|遗憾|错失|否认|不实|误传|系误读|失之交臂)"
    r"(?![^,。;]{0,3}(?:只|仅))[^,。;]{0,10}$"
)
_NEGATED_AFTER_ZH = late(
    r"^[^,。;]{0,14}?(?:的(?:说法|消息|报道|传闻|传言)?(?:不实|不属实|有误|系谣言|并不准确|失实)|是误传|不实)"
)
_PLANNED_ZH = late(
    r"(?:力争|争取|计划|规划|拟(?!入选|认定|确定|新增|列入|公布|推荐)|将(?!于?[^,。;]{0,12}(?:列入|纳入|评为|认定|移出|调出|剔除|更名|迁))|有望|或将|或可|可能|预计|希望|期待|旨在|目标|冲刺|冲击|争创|创建|申报|申请|申评|参评|参选|角逐|备战|瞄准|培育|支持|鼓励|推动|助力|帮助|打造(?=[^,。;]{0,6}$)"
    r"|如果|若(?!干)|假如|一旦|倘若|假设|是否|能否|会否|能不能|怎样|如何|怎么|为什么|要想|想要|即将|准备|着手|着力|加快|早日|尽快|努力|组织[^,。;]{0,4}申报|推荐[^,。;]{0,12}(?:申报|参评|参选)|奖励|给予|补贴|奖补|凡|对(?:于)?(?:首次|新|获|成功)?$)"
    r"[^,。;]{0,16}$"
)
_RUMOUR_ZH = late(
    r"传闻|网传|据传|坊间|有消息称|市场传言|小道消息|据猜测|传言|疑似|未经证实|爆料|据悉或|或因|声称|自称|号称|宣称|自封"
)
_QUESTION = late(r"[?？]\s*[”\"']?$")
_REWARD_ZH = late(r"(?:对|凡|给予|奖励|补助|奖补|一次性)[^。]{0,40}(?:给予|奖励|补助|万元|奖补)")

_NEGATED_EN = late(
    r"(?:\bnot\b|n't\b|\bnever\b|\bno longer\b|\bfail(?:s|ed|ing)? to\b|\byet to\b|\bwithout\b|\bmiss(?:es|ed|ing)? (?:out|the)\b|\bneither\b|\bnone of\b|\bdenie[sd]\b|\bfalse(?:ly)?\b|\bmistaken(?:ly)?\b|\bunable to\b|\brejected\b|\bnarrowly\b|\bdid not\b|\bwrong(?:ly)?\b|\bmisstated\b|\berroneous(?:ly)?\b|\bincorrect(?:ly)?\b|\bmistook\b)"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
_PLANNED_EN = late(
    r"(?:\bwill\b|\bwould\b|\bshall\b|\bplans?\b|\bplanning\b|\baims?\b|\baiming\b|\bhopes?\b|\bhoping\b|\bintends?\b|\bseeks?\b|\bseeking\b|\bsought\b|\bexpect(?:s|ed)?\b|\bmay\b|\bmight\b|\bcould\b|\bshould\b|\bif\b|\bwhether\b|\bappl(?:y|ies|ied|ying|ication|ications)\b|\bbid(?:s|ding)?\b|\bvying\b|\bcompet(?:e|es|ing)\b|\btarget(?:s|ing)?\b|\bhow to\b|\bwants? to\b|\bset to\b|\bpoised to\b|\blikely\b|\bgoal\b|\bambition\b|\bstriv\w+\b|\bprepar\w+\b|\bencourag\w+\b|\bsupport\w* (?:\w+ ){0,4}(?:to|in)\b|\breward\w*\b|\bsubsid\w+\b|\bcandidates? for\b|\bin order to\b|\bbefore (?:it|they) can\b|\bcultivat\w+)"
    r"[^.;]{0,70}$",
    re.IGNORECASE,
)
_RUMOUR_EN = late(
    r"\brumou?r\w*|\bunconfirmed\b|\bspeculat\w+|\breportedly could\b|\bhearsay\b|\bself-styled\b|\bself-proclaimed\b|\bcalls itself\b|\bclaims? to be\b|\bbills itself\b|\bmarkets itself\b|\bso-called\b",
    re.IGNORECASE,
)


def asserted(sentence: str, start: int, end: int, *, english: bool) -> bool:
    """Tell whether the words at `sentence[start:end]` are asserted as having happened.

    Looks at the clause before them, what denies them after, and the whole sentence for rumours and questions.
    """
    if _QUESTION.search(sentence):
        return False
    before = sentence[max(0, start - 90) : start]
    after = sentence[end : end + 60]
    if english:
        clause = re.split(
            r";|\bbut\b|\bhowever\b|\balthough\b|\bafter\b|, (?:while|and (?=it\b|the\b))|\bwhile\b",
            before,
            flags=re.IGNORECASE,
        )[-1]
        if _NEGATED_EN.search(clause) or _PLANNED_EN.search(clause) or _RUMOUR_EN.search(sentence):
            return False
        return not re.match(r"[^.;]{0,40}\b(?:is|are|was|were) (?:untrue|false|denied|inaccurate|wrong)\b", after)
    clause = re.split(r"[,，;；:]", before)[-1]
    if sentence[start : start + 2] in ("推荐", "入选", "认定", "确定", "新增", "列入", "纳入"):
        clause = clause.removesuffix("拟")
    wide = re.split(r"[;；]", before)[-1]
    if _NEGATED_ZH.search(clause) or _NEGATED_AFTER_ZH.search(after) or _RUMOUR_ZH.search(sentence):
        return False
    if _PLANNED_ZH.search(clause):
        return False
    if re.search(r"(?:如果|若(?!干)|假如|一旦|倘若|只有)[^。;]{0,40}$", wide):
        return False
    return not _REWARD_ZH.search(sentence)
