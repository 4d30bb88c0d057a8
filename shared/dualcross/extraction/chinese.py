"""Claims of membership in Chinese sentences: who was selected, proposed, recommended, retained, ranked, removed, moved.

A sentence is read predicate by predicate. The governing class is the nearest class word after the predicate, else
before it in the sentence, else what the passage spoke of last; only the national one counts. The subject is the
noun phrase before the predicate, the list after it, or what a pronoun points back to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dualcross.extraction import classes, regions
from dualcross.extraction.claims import Claim, Discourse, governed, named_round, relative_year, remember, round_named
from dualcross.extraction.context import asserted
from dualcross.extraction.names import Entity, Lexicon
from dualcross.extraction.numbers import ordinal
from dualcross.extraction.phrases import entities, strong_entities
from dualcross.model import Stage

#: predicates that need no object once the list is known
_OBJECTLESS = (
    r"重返|重回|入选|当选|入围|上榜|登榜|榜上有名|名列其中|位列其中|位列名单|在列|在榜|脱颖而出|入列|获评|获批|中选"
)
_SELECTED = re.compile(
    rf"(?:{_OBJECTLESS}|跻身|荣登|登上|荣登|进入|晋级|晋升|成为|荣获|获得|斩获|摘得|拿下|喜获|喜提|夺得|获认定|通过[^,。]{{0,6}}认定|(?:被|获|获得)[^,。]{{0,14}}?(?:认定|评为|评选为|列为|列入|纳入|确定为|确认为|授予|遴选为|选为|选入|命名为)|列入|纳入|加入|新晋|拿到|取得|收获|捧回|迈入|步入|获授)"
)
_PROPOSED = re.compile(
    r"拟入选|拟(?:被)?(?:认定|确定|列入|纳入|新增)|(?:入选|进入|列入|现身|出现在|登上)[^,。]{0,30}?公示|(?:进入|列入|登上)公示|(?:被|获|予以)公示|公示(?:的)?(?:名单|清单)?(?:中|里|显示)"
)
_NOTICE = re.compile(r"公示(?!期满|期?结束|期?已过|无异议|后|完|完毕)|拟入选|拟认定|拟确定|拟新增")
_NOTICE_OVER = re.compile(r"(?:公示期?(?:满|结束|已过|无异议|完成)|公示后|经公示|完成公示|公示.{0,6}无异议)")
_RECOMMENDED = re.compile(
    r"(?:被|获|获得)?(?:择优|优先|初审|联合|正式)?推荐(?!信息|汇总|单位|表|名额|工作|函|性|使用|阅读)"
)
_AGAIN = re.compile(
    r"重返|重回|重新入选|再次|再度|又一次|又双叒|连续(?:第)?[两二三四五六七八九十\d]+(?:年|次|届|轮|度|个年度)|蝉联|连任|继续(?:入选|保留|在列|留在|位列|上榜)|续任|第[二三四五六七八九十2-9]次(?:入选|上榜|获评|跻身)|保留(?:了)?[^,。]{0,10}(?:资格|称号|席位|名单)|复评通过|通过(?:了)?[^,。]{0,24}?(?:动态评价|复核|复评|年度评价|动态评估|年度考核|复审)|(?:顺利)?(?:留任|续期|延续)"
)
_PASSED = re.compile(
    r"(?<!未)(?<!未能)(?<!没有)(?:顺利|成功|再次|均|已|全部|双双)?通过(?:了)?[^,。;]{0,26}?(?:动态评价|复核|复评|年度评价|动态评估|年度考核|复审)|保留(?:了)?[^,。;]{0,16}?(?:资格|称号|席位)|继续保留|留任"
)
_RANKED = re.compile(
    r"(?:位列|位居|名列|排名|排在|排|列|居|位次|跃居|升至|跃升至|上升至|攀升至|前进[^,。]{0,4}位?至|升到|提升至|稳居|稳坐|蝉联|摘得|夺得|斩获|获得|连续[^,。]{0,5}(?:位居|居|排名|蝉联|位列)?|荣登|问鼎)(?:全国|国内|总榜|行业)?(?:第\s?[一二三四五六七八九十\d]+[位名]?|榜首|首位|榜单首位|头名|第一|之首|冠军|魁首)|居首|登顶|拔得头筹|领跑(?=[^,。]{0,10}榜)|排名[^,。]{0,6}(?:领跑|领先|第)|保持第[一二三四五六七八九十\d]+|继续第一"
)
_REMOVED = re.compile(
    r"(?:被)?(?:移出|调出|剔除|除名|清退|淘汰)|退出(?!机制|制度)|(?:被)?(?:撤销|取消|摘除|吊销|收回)[^,。]{0,22}?(?:资格|称号|名单|牌匾|认定|席位)?|不再列入|不再保留|不再(?:是|具备|属于)|(?:未能?|没有|没能)通过[^,。]{0,20}?(?:动态评价|复核|复评|评估|年度评价|考核)|摘牌|出局|掉出|落榜|失去[^,。]{0,16}(?:资格|称号|席位)"
)
_MOVED = re.compile(
    r"(?:总部|注册地|注册地址|公司|主体|住所|企业|平台|整体|工商注册|家)?(?:[^,。;]{0,6})?(?:(?:从|由)(?P<a>[\u4e00-\u9fff]{2,8}?)(?:整体|正式|搬|全部)?)?(?:迁址|迁至|迁往|迁入|迁到|迁移至|搬至|搬到|搬迁至|移至|变更(?:为|至)|变更到|落户(?:于|到|在)?|迁驻|落籍|搬到了|迁到了|搬进|搬去)(?:到|至|于|在|了)?(?P<b>[\u4e00-\u9fff]{2,10})"
)
_BRANCH = re.compile(
    r"区域总部|[东南西北中华]{1,2}(?:区)?总部|第二总部|分公司|子公司|分部|分支|研发中心|研究院|创新中心|运营中心|基地|展厅|体验中心|分中心|办事处|项目落户|落户项目|赋能中心|服务中心|工厂落户|产线"
)
_RENAMED = re.compile(
    r"(?:正式)?(?:更名|改名|改称|升级更名|品牌升级|升级)(?:为|成)(?P<new>“[^”]{2,24}”|[^,。;、]{2,24})|(?:原名|曾用名|原称|前身(?:是|为))[“]?(?P<old>[^,。;、”)]{2,24})"
)
_LIST_AFTER = re.compile(
    r"(?:(?:分别|依次|具体|主要)(?:为|是)|包括|包含|涵盖|名单(?:如下|是|为)|如下|有|是(?!对|因|由|指|在|我|我们|企业对|公司|国家|工信|一)|为(?!了|何|什)|:|[--]{2}|——)(?:了|:|“)?(?=[^,。;]{2})"
)
_LIST_HEAD = re.compile(
    r"(?:名单|清单|入选(?:的)?(?:平台|企业|单位|者)?|上榜(?:的)?(?:平台|企业|单位)?|新增(?:的)?(?:平台|企业|单位|成员)?|新面孔|新成员|新晋(?:平台|成员|者|企业)?|(?:\d+|[一二两三四五六七八九十]+)[家个款](?:平台|企业|单位|工业互联网平台|双跨平台|公司)?|平台|企业|成员|其中)"
    r"[^,。;:]{0,16}$"
)
_UNOPPOSED = re.compile(r"公示[^。]*异议|异议[^。]*公示")
_BA = re.compile(
    r"(?:将|把|认定|确定|同意将?|批准|新增|增补|公布|授予|遴选出?|评选出|评出|选出|新认定|明确|拟认定|拟确定|拟新增|拟将)(?P<np>[^。;]{2,400}?)(?:列入|列为|纳入|评为|认定为|确定为|选为|作为|为|入选|增补为|移出|调出|剔除出?|除名)"
)
_ADDS = re.compile(r"(?:拟?新增了?|增补了?|新吸纳|新纳入|迎来)(?!长|加|名单|清单|跨|双)(?P<np>[^。;]{2,300})")
_ATTRIBUTIVE = re.compile(r"(?:入选|上榜|获评|跻身|进入|当选|列入|被列入)[^,。;]{0,40}?(?:的|之)(?P<np>[^,。;]{2,60})")
_FIRST = re.compile(
    r"首次|首度|第一次|新入选|新上榜|新晋|新增|首家|首个|零的突破|零突破|唯一新|头一回|首登|新面孔|新成员|初次|唯一一[家个]|实现突破"
)
_FIRST_FOR_SURE = re.compile(r"首次|首度|第一次|新入选|新上榜|新晋|头一回|首登|新面孔|新成员|初次|新增")
_AFTER_CLASS = re.compile(
    r"^[^,。;]{0,6}?的?(?:[^,。;]{0,8})(?:合作伙伴|供应商|服务商|客户|用户|生态伙伴|股东|承建单位|承建方|子平台|成员单位|战略伙伴|合作方|代理商|投资方|建设单位之一|专家|评审|服务机构|支撑单位|技术支撑)"
)
_PRONOUN = re.compile(
    r"^(?:该|这一|此|本|上述)(?:平台|公司|企业|品牌)|^(?:其|它|它们|他们|公司|平台|后者|前者|两者|双方|该司|企业)(?:均|也|还|已|曾|又|都|再|首|成|顺|正|,|$|于|在|自|凭|因|被|由|从|以)"
)
_NUMBERED_ONLY = re.compile(
    r"(?:\d+|[一二两三四五六七八九十百]+)(?:余|多)?[家个款](?:国家级|本土|本地|工业互联网|省内|综合型|双跨)*(?:平台|企业|单位|公司|成员)?"
)


def read(sentence: str, base: int | None, talk: Discourse, lex: Lexicon, *, group: int) -> list[Claim]:
    """Return the claims of one normalised sentence and bring the discourse up to date.

    `base` is the sentence's offset in the text, None for the title. `group` numbers the list the claims belong to.
    """
    found = classes.find(sentence)
    claims: list[Claim] = []
    for finder in (_removals, _moves, _rankings, _lists, _given, _selections, _added, _attributive):
        for claim in finder(sentence, base, talk, lex, found):
            if not any(
                _overlaps(claim.entity, c.entity) and (c.stage == claim.stage or c.when == claim.when) for c in claims
            ):
                claims.append(claim)
    for claim in _loose(sentence, base, talk, lex, found):
        if not any(_overlaps(claim.entity, c.entity) for c in claims):
            claims.append(claim)
    claims = [replace(c, group=group) for c in claims]
    _remember(sentence, found, claims, talk)
    return claims


def _overlaps(a: Entity, b: Entity) -> bool:
    return (a.start < b.end and b.start < a.end) or (a.platform, a.operator) == (b.platform, b.operator)


def _remember(sentence: str, found: tuple[classes.ClassMention, ...], claims: list[Claim], talk: Discourse) -> None:
    last = remember(sentence, found, talk)
    if last is not None:
        named = round_named(sentence, last.start, last.end)
        talk.round = named or (talk.round if _same_list(sentence) else None)
        talk.additions = bool(re.search(r"新增(?!长)[^,。;]{0,16}(?:跨行业|双跨|平台|名单|清单|\d+家)", sentence))
        talk.stage = _list_stage(sentence)
        talk.evaluation = bool(re.search(r"动态评价|评价|复核|排名|考核", sentence))
        talk.listed = bool(re.search(r"名单|清单|公布|公示|入选|评审|认定|新增|获评|上榜", sentence)) and not re.search(
            r"申报|计划|力争|培育|遴选工作", sentence
        )
    if claims:
        talk.subjects = [c.entity for c in claims]
        talk.age = 0


def _same_list(sentence: str) -> bool:
    return bool(re.search(r"此次|本次|这次|该名单|上述|这份|名单", sentence))


def _list_stage(sentence: str) -> Stage | None:
    if _PASSED.search(sentence) and not re.search(r"未通过|没有通过|未能通过", sentence):
        return "reselected"
    if _NOTICE.search(sentence) and not _NOTICE_OVER.search(sentence):
        return "publicized"
    if re.search(r"拟推荐|推荐名单|择优推荐|推荐.{0,20}(?:申报|参评|参加)", sentence):
        return "recommended"
    if re.search(r"组织申报|征集|申报工作|申报通知", sentence) and not re.search(r"公布|发布.{0,12}名单", sentence):
        return "called"
    return None


def _np_before(sentence: str, start: int, *, limit: int = 0) -> tuple[int, int]:
    """Return the span of the clause before a predicate, as far as the last comma that is no enumeration's."""
    head = sentence[:start]
    cut = 0
    depth = 0
    for i in range(len(head) - 1, -1, -1):
        c = head[i]
        if c in ")”》]":
            depth += 1
        elif c in "(“《[":
            depth = max(0, depth - 1)
        elif depth == 0 and c in ",;；:。":
            cut = i + 1
            if limit <= 0:
                break
            limit -= 1
    return cut, start


def _subject(
    sentence: str, start: int, base: int | None, talk: Discourse, lex: Lexicon, *, bare: bool = True
) -> list[Entity]:
    """Return who stands before a predicate: the clause's own names, the clause before's, or what was spoken of."""
    origin = base or 0
    a, b = _np_before(sentence, start)
    phrase = sentence[a:b]
    own = entities(phrase, origin + a, lex, bare=bare and "、" in phrase)
    if own:
        return own
    stripped = re.sub(
        r"^(?:\s|也|还|又|均|都|已|曾|成功|首次|再次|顺利|正式|并|且|同时|此次|近日|日前|最终|于\d+年\w{0,4}|(?:20\d\d年)?(?:\d{1,2}月)?(?:\d{1,2}日)?|其中)+",
        "",
        phrase,
    )
    if _NUMBERED_ONLY.search(phrase) and not _PRONOUN.match(stripped):
        # 四家企业入选: the names may stand in front (A、B、C、D四家…), else they follow
        return []
    if _PRONOUN.match(stripped) or _empty(stripped) or re.match(r"把|将|由|从|因", stripped):
        at = a
        for _ in range(3):
            if at <= 0:
                break
            a2, b2 = _np_before(sentence, at - 1)
            earlier = entities(sentence[a2:b2], origin + a2, lex, bare=False)
            if earlier:
                return earlier[:1] if not re.search("、", sentence[a2:b2]) else earlier
            at = a2
        return (
            talk.subjects[:1]
            if _PRONOUN.match(stripped)
            else (talk.subjects[:1] if at <= 0 and not sentence[:start].strip(" ,") else [])
        )
    return []


def _empty(phrase: str) -> bool:
    return (
        not phrase.strip(" ,")
        or len(phrase.strip()) <= 1
        or bool(
            re.fullmatch(
                r"(?:均为|均系|均是|都是|皆为|全部|悉数|这一次|重新|再|得以|如愿|终|居然|一举|成功|正式|再次|首次|又|还|也|并|已|被|获|喜|双双|均|凭借.*|以.*|经.*|从.*|在.*|于.*|作为.*|此次|本次|这次|随后|最终|顺利|连续.*|同时|因此|由此|从而|率先|荣幸)+",
                phrase.strip(),
            )
        )
    )


def _stage_of(sentence: str, start: int, end: int, talk: Discourse, at_class: classes.ClassMention | None) -> Stage:
    clause_a, _ = _np_before(sentence, start)
    clause = sentence[clause_a : end + 40]
    window = sentence[max(0, start - 30) : min(len(sentence), end + 44)]
    if re.search(r"拟(?:入选|认定|确定|新增|列入|纳入)", sentence[max(0, start - 6) : end]):
        return "publicized"
    if _NOTICE.search(window) and not _NOTICE_OVER.search(sentence):
        return "publicized"
    if _AGAIN.search(clause):
        return "reselected"
    if (
        at_class is None
        and talk.stage in ("publicized", "recommended", "reselected")
        and not re.search(r"正式|最终|公布|发布", sentence)
    ):
        return talk.stage
    if (
        at_class is not None
        and _list_stage(sentence) == "publicized"
        and not re.search(r"正式(?:公布|发布|入选)|(?:公布|发布)[^,。]{0,20}名单", sentence)
    ):
        return "publicized"
    if re.search(r"推荐名单|拟推荐", window):
        return "recommended"
    return "selected"


def _make(entity: Entity, stage: Stage, sentence: str, base: int | None, **extra: object) -> Claim:
    span = None if base is None else (base, base + len(sentence))
    return Claim(entity=entity, stage=stage, span=span, **extra)  # type: ignore[arg-type]


def _when(sentence: str, start: int, end: int, year: int | None) -> str | None:
    near = re.sub(
        r"(?:与|较|比|同)20[12]\d年[^,。]{0,6}(?:相比|增加|新增|增长)|自20[12]\d年",
        "",
        sentence[max(0, start - 40) : end + 30],
    )
    m = re.findall(r"(20[12]\d)\s?年(?:(\d{1,2})月)?(?:(\d{1,2})日)?", near)
    if not m:
        clause = sentence[_np_before(sentence, start, limit=1)[0] : end]
        return relative_year(clause, year) if "今年" not in clause else None
    y, mo, d = m[-1] if len(m) == 1 else m[0]
    return y + (f"-{int(mo):02d}" if mo else "") + (f"-{int(d):02d}" if mo and d else "")


def _selections(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """X入选…, X被认定为…, X拟入选…, X获推荐…."""
    for pattern, kind in (
        (_PROPOSED, "publicized"),
        (_RECOMMENDED, "recommended"),
        (_PASSED, "reselected"),
        (_SELECTED, "selected"),
    ):
        for m in pattern.finditer(sentence):
            on_list = re.match(
                r"(?:了|到|至)?(?:国家|工信部|部级|最终|该|这份|这一|正式)?(?:级)?(?:的)?(?:名单|清单|名录|榜单|行列|阵营|国家队)",
                sentence[m.end() :],
            )
            objectless = bool(re.search(_OBJECTLESS, m.group()) or on_list) or kind != "selected"
            ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=objectless)
            if not ok or not _counts(sentence, m, kind, at_class):
                continue
            if kind == "recommended":
                yield from _recommended(sentence, m, base, talk, lex, at_class)
                continue
            stage = _stage_of(sentence, m.start(), m.end(), talk, at_class) if kind == "selected" else kind
            subject = _subject(sentence, m.start(), base, talk, lex)
            for entity in subject:
                yield _selected(entity, stage, sentence, m, base, talk, at_class, "zh.subject")  # type: ignore[arg-type]


def _counts(sentence: str, m: re.Match[str], kind: str, at_class: classes.ClassMention | None) -> bool:
    start = m.start() + (1 if kind == "publicized" and m.group().startswith("拟") else 0)
    if not asserted(sentence, m.start() if kind != "publicized" else start - 1, m.end(), english=False):
        return False
    after = sentence[m.end() :]
    if at_class is not None and at_class.start >= m.end():
        between = sentence[m.end() : at_class.start]
        tail = sentence[at_class.end :]
        if _AFTER_CLASS.search(tail) or re.search(r"基于|依托|接入|参与|服务|助力", between):
            return False
        if re.search(r"成为|进入", m.group()) and re.search(
            r"[申培候]|评审|答辩|储备|潜在|意向|推荐|入围", between + tail[:8]
        ):
            return False
        if re.search(r"争创|冲刺|申报|培育|后备|储备|预备|候选", between) or re.match(
            r"[^,。;]{0,6}(?:后备|储备|候选|预备|对象|梯队|培育库)", tail
        ):
            return False
        if re.match(r"(?:名单|清单)?(?:的)?(?:申报|培育|候选|评审|答辩|储备|复审环节|初评|短名单|推荐)", tail):
            return False
    if re.search(r"^(?:获得|取得|荣获|拿到|收获|成为|加入|晋升|斩获|摘得|拿下|夺得)$", m.group()) and (
        at_class is None or at_class.start < m.end()
    ):
        return False
    return not re.match(
        r"(?:的)?(?:条件|标准|门槛|机会|可能|难度|意义|背后|要求|流程|秘诀|关键|理由|原因|规则|奖励|后将)", after
    )


def _selected(
    entity: Entity,
    stage: Stage,
    sentence: str,
    m: re.Match[str],
    base: int | None,
    talk: Discourse,
    at_class: classes.ClassMention | None,
    by: str,
) -> Claim:
    named = named_round(sentence, at_class, talk)
    clause_a, _ = _np_before(sentence, m.start(), limit=0)
    clause = sentence[clause_a : m.end() + (len(sentence) if at_class is None else max(0, at_class.end - m.end()) + 12)]
    first: bool | None = None
    if stage == "reselected" or _AGAIN.search(clause):
        first = False
    elif _FIRST.search(clause) and stage in ("selected", "publicized"):
        first = True
    elif stage in ("selected", "publicized") and (
        (at_class is None and talk.additions) or re.search(r"新增(?!长)", sentence)
    ):
        first = True
    return _make(
        entity, stage, sentence, base, round=named, first_time=first, by=by, confidence=0.96 * entity.strength / 0.95 if entity.strength < 0.95 else 0.96,
        when=_when(sentence, m.start(), m.end(), talk.year),
    )  # fmt: skip


def _recommended(
    sentence: str,
    m: re.Match[str],
    base: int | None,
    talk: Discourse,
    lex: Lexicon,
    at_class: classes.ClassMention | None,
) -> Iterator[Claim]:
    """…省工信厅推荐X、Y申报…; X获省工信厅推荐…."""
    if re.search(r"未通过|落选|未能|无缘|未获|未入选", sentence):
        return
    origin = base or 0
    after = sentence[m.end() :]
    stop = re.search(r"申报|参评|参加|参与|入选|为|作为|进入|上报|至工信部|[,。;]", after)
    phrase = after[: stop.start()] if stop else after
    named = named_round(sentence, at_class, talk)
    targets = entities(phrase, origin + m.end(), lex, bare=True)
    if not targets and re.search(r"被|获", m.group()):
        targets = _subject(sentence, m.start(), base, talk, lex)
    if not targets and (stop_list := re.search(r"(?:包括|分别为|分别是|为|:)(.+)", after)):
        targets = entities(stop_list.group(1), origin + m.end() + stop_list.start(1), lex, bare=True)
    for entity in targets:
        yield _make(entity, "recommended", sentence, base, round=named, by="zh.recommended", confidence=0.9)


def _lists(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """…名单包括A、B、C; 入选平台分别是…; 新增平台有…."""
    origin = base or 0
    for m in _LIST_AFTER.finditer(sentence):
        head = sentence[: m.start()]
        clause_a, _ = _np_before(sentence, m.start())
        lead = sentence[clause_a : m.start()]
        if not _LIST_HEAD.search(lead):
            continue
        levels = [c for c in found if c.end <= m.start()]
        national = levels[-1].level == "national" if levels else talk.level == "national" and talk.age <= 2
        if not national or not _list_is_told(sentence, head, talk):
            continue
        stop = re.search(r"[。;；]|(?<=等)[\d一二两三四五六七八九十]*家?|,(?=[^、,]{12,})", sentence[m.end() :])
        phrase = _names_only(sentence[m.end() : m.end() + (stop.start() if stop else len(sentence))], lex)
        items = entities(phrase, origin + m.end(), lex, bare="、" in phrase or bool(re.search("[和与及]", phrase)))
        if (
            m.group().strip(":“") in ("有", "是", "为")
            and len(items) < 2
            and not re.search(r"分别|新增|唯一|入选|名单", lead)
        ):
            continue
        if not any(e.strength >= 0.85 for e in items) and not re.search(r"名单|入选|新增|公示|上榜|分别|包括", lead):
            continue
        if re.search(r"尚未|没有|未入选|落选|无缘|遗憾", head[-24:]):
            continue
        at_class = levels[-1] if levels else None
        named = named_round(sentence, at_class, talk)
        stage: Stage = _cue(lead) or _stage_of(sentence, clause_a, m.start(), talk, at_class)
        additions = (
            bool(re.search(r"新增|新入选|新晋|新面孔|新成员|首次入选|首次上榜|新上榜", lead))
            or (talk.additions and not levels)
            or bool(levels and re.search("新增", head))
        )
        region = next((p.region for p in regions.find(lead) if p.exact), None)
        for entity in items:
            yield _make(
                entity, stage, sentence, base, round=named, first_time=False if stage == "reselected" else additions or None, region=region, by="zh.list",
                confidence=0.95 if entity.strength >= 0.9 else 0.85, when=_when(sentence, clause_a, m.start(), talk.year),
            )  # fmt: skip
        if items:
            return


def _names_only(phrase: str, lex: Lexicon) -> str:
    """Cut an enumeration at the first comma after which no name follows."""
    parts = phrase.split(",")
    kept = parts[0]
    for part in parts[1:]:
        if not lex.find(part) and not re.search("公司|“", part):
            break
        kept += "," + part
    return kept


def _cue(lead: str) -> Stage | None:
    """What the words right before a list say of its members: …3家被移出:, …保留59家:."""
    last: tuple[int, Stage] | None = None
    for pattern, stage in (
        (r"移出|调出|退出|剔除|摘牌|未通过|除名|撤销", "removed"),
        (r"保留|留任|通过(?!评审|审核)|复评", "reselected"),
    ):
        for m in re.finditer(pattern, lead):
            if last is None or m.start() > last[0]:
                last = (m.start(), stage)  # type: ignore[assignment]
    return last[1] if last else None


def _list_is_told(sentence: str, head: str, talk: Discourse) -> bool:
    """The list before a colon is one of selected, proposed or recommended platforms, not of applicants, exhibitors or clients."""
    if re.search(
        r"申报(?!名单公示)|展示|展出|参展|合作|客户|接入|服务商|供应商|投资|竞争|征集|培育|计划|候选|未入选|落选|集聚|汇聚|引进|引入|落户|签约|支持|对接|入驻|聚集|拥有",
        head[-40:],
    ):
        return bool(re.search(r"入选|公布|名单", head[-12:])) and not re.search(r"未入选|申报|培育|候选", head[-20:])
    if not asserted(sentence, len(head), len(head), english=False):
        return False
    return (
        bool(
            re.search(
                r"入选|名单|清单|公布|发布|公示|新增|上榜|榜上有名|认定|推荐|评选|新晋|新面孔|新成员|通过|遴选|跻身|获评",
                sentence,
            )
        )
        or talk.stage is not None
        or talk.level == "national"
        and talk.age <= 2
        and bool(re.search(r"[家个](?:平台|企业)|分别|其中", head))
    )


def _given(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """将X列入…, 认定X为…, 拟新增X、Y为…; 将X移出…."""
    origin = base or 0
    for m in _BA.finditer(sentence):
        ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=False)
        if not ok or not asserted(sentence, m.start(), m.end("np"), english=False):
            continue
        out = re.search(r"移出|调出|剔除|除名", m.group()[-4:])
        if not re.search(r"为|列入|纳入|入选|作为", m.group()[-4:]) and not out:
            continue
        if (
            not out
            and (at_class is None or at_class.start < m.end())
            and not re.match(r"[^,。]{0,8}(?:名单|清单|名录)", sentence[m.end() :])
        ):
            continue
        items = entities(m.group("np"), origin + m.start("np"), lex, bare="、" in m.group("np"))
        for entity in items:
            if out:
                named = named_round(sentence, at_class, talk)
                yield _make(entity, "removed", sentence, base, round=named, by="zh.removed", confidence=0.93)
            else:
                stage: Stage = (
                    "publicized"
                    if m.group().startswith("拟")
                    else _stage_of(sentence, m.start(), m.end(), talk, at_class)
                )
                yield _selected(entity, stage, sentence, m, base, talk, at_class, "zh.given")


def _added(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """…拟新增A、B等平台: the names follow the verb at once."""
    for m in _ADDS.finditer(sentence):
        ok, at_class = governed(sentence, m.start(), m.start("np"), talk, found, objectless=True)
        if not ok or not asserted(sentence, m.start(), m.start("np"), english=False):
            continue
        phrase = re.split(r"等(?:\d+|[一二两三四五六七八九十]+)?[家个]?|,(?=[^、,]{12,})", m.group("np"))[0]
        for entity in entities(phrase, (base or 0) + m.start("np"), lex, bare="、" in phrase):
            claim = _selected(
                entity,
                _stage_of(sentence, m.start(), m.start("np"), talk, at_class),
                sentence,
                m,
                base,
                talk,
                at_class,
                "zh.list",
            )
            yield replace(claim, first_time=True)


def _attributive(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """入选双跨平台的X…: the verb makes it a claim, a bare 国家级双跨平台X is none."""
    for m in _ATTRIBUTIVE.finditer(sentence):
        inside = [c for c in found if m.start() <= c.start and c.end <= m.start("np") + 1]
        if (
            not inside
            or inside[-1].level != "national"
            or not asserted(sentence, m.start(), m.start("np"), english=False)
        ):
            continue
        if re.match(r"(?:工业互联网)?(?:平台|企业|单位)?(?:中|里|数量|名单|总数|有|达|共)", m.group("np")):
            continue
        for entity in entities(m.group("np"), (base or 0) + m.start("np"), lex, bare=False)[:4]:
            claim = _selected(entity, "selected", sentence, m, base, talk, inside[-1], "zh.attributive")
            yield claim


def _removals(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    for m in _REMOVED.finditer(sentence):
        ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=True)
        if not ok and m.start() < m.end():
            inside = [c for c in found if m.start() <= c.start < m.end() + 12]
            ok = bool(inside) and inside[0].level == "national"
            at_class = inside[0] if inside else None
        if not ok or not re.search(r"名单|清单|双跨|跨行业|资格|称号|评价|序列|行列", sentence):
            continue
        head = sentence[max(0, m.start() - 16) : m.start()]
        if re.search(
            r"(?:或|可能|将|如|若|应|应当|会|予以|给予|视情|建议|可以|可|拟|面临|风险|要|须|必须|如果|一旦|的|传|据传|否则)[^,。]{0,10}$",
            head,
        ) and not re.search(r"已(?:被)?$|将.{2,20}$", head):
            continue
        granted = re.search(r"申请[^。;]{0,40}(?:并?已?获(?:得)?(?:同意|批准|准)|同意|批准)", sentence)
        if not granted and not asserted(sentence, m.start(), m.end(), english=False):
            continue
        subject = _subject(sentence, m.start(), base, talk, lex)
        if not subject and re.search(r"撤销|取消|移出|调出|剔除|摘除|收回", m.group()):
            after = sentence[m.end() :] if not re.search("资格|称号", m.group()) else m.group()
            at = m.end() if after is not m.group() else m.start()
            chunk = re.split(
                r"[,。;]|的双跨|双跨|跨行业|资格|称号",
                re.sub(r"^(?:被)?(?:撤销|取消|移出|调出|剔除|摘除|收回)", "", after),
            )[0]
            offset = sentence.find(chunk, at) if chunk else -1
            if chunk and offset >= 0:
                subject = entities(chunk, (base or 0) + offset, lex, bare="、" in chunk)
        named = named_round(sentence, at_class, talk)
        for entity in subject:
            yield _make(
                entity,
                "removed",
                sentence,
                base,
                round=named,
                by="zh.removed",
                confidence=0.93,
                when=_when(sentence, m.start(), m.end(), talk.year),
            )


def _rankings(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    for m in _RANKED.finditer(sentence):
        ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=True)
        ok = ok or (not found and talk.evaluation and talk.level == "national" and talk.age <= 10)
        if not ok or not asserted(sentence, m.start(), m.end(), english=False):
            continue
        if re.search(r"数量|总数|总量|家数|个数|总部|规模", sentence[max(0, m.start() - 14) : m.end() + 4]):
            continue
        named = named_round(sentence, at_class, talk)
        again = False if _AGAIN.search(sentence[max(0, m.start() - 12) : m.end()]) or "蝉联" in m.group() else None
        for entity in _subject(sentence, m.start(), base, talk, lex):
            yield _make(
                entity, "ranked", sentence, base, round=named, rank=ordinal(m.group()), first_time=again, by="zh.ranked",
                confidence=0.92, when=_when(sentence, m.start(), m.end(), talk.year),
            )  # fmt: skip


def _moves(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    for m in _MOVED.finditer(sentence):
        national = any(c.level == "national" for c in found) or (talk.level == "national" and talk.age <= 4)
        target = next(iter(regions.find(m.group("b"))), None)
        if (
            not national
            or target is None
            or target.start > 2
            or _BRANCH.search(sentence[max(0, m.start() - 24) : m.end() + 16])
        ):
            continue
        if not asserted(sentence, m.start(), m.end(), english=False) or re.search(
            r"(?:将|拟|计划|有意|考虑|或|传闻)[^,。]{0,10}$", sentence[max(0, m.start() - 12) : m.start()]
        ):
            continue
        origin_text = m.group("a") or sentence[max(0, m.start() - 30) : m.start()]
        source = next(
            (
                p
                for p in reversed(regions.find(origin_text))
                if re.search(r"(?:从|由|原(?:在|位于|注册于)?|自)[^,。]{0,4}$", origin_text[: p.start]) or m.group("a")
            ),
            None,
        )
        verb = re.search(r"落户|变更", m.group())
        if verb and source is None and not re.search(r"总部|注册地|迁", sentence):
            continue
        for entity in _subject(sentence, m.start(), base, talk, lex, bare=False)[:1]:
            yield _make(
                entity, "relocated", sentence, base, region=target.region, moved_to=target.region,
                moved_from=source.region if source else None, by="zh.relocated", confidence=0.9,
            )  # fmt: skip


_LOOSE_CUE = re.compile(
    r"入选|入列|名单|清单|榜上有名|公布|公示|认定|新增|通过评审|席位?之?一|一席|两席|授牌|证书|领牌|跻身|诞生|获评|获批|入围|上榜|在列|叩开|迈进|迎来|拿下|摘得|捧回|首家|首个|敲定|花落|晋级|收获|填补"
)
_LOOSE_DISCOURSE_CUE = re.compile(
    r"入选|入列|榜上有名|上榜|名单|席|首次|新增|授牌|证书|领牌|在列|两家|[二三四五六七八九十\d]+家|分别|其中|另一|同时|第二[家个]"
)
_LOOSE_BAR = re.compile(
    r"申报(?!单位|主体|企业|的[“\u4e00-\u9fff])|申请|力争|争取|冲刺|冲击|培育|计划|规划|拟申报|如果|若|如何|怎样|合作|签约|签署|携手|联手|基于|依托|接入|展示|展出|展台|参展|参观|调研|考察|客户|供应商|股东|投资|融资|募资|上市|招聘|培训|研讨|论坛|未能?入|没有|不是|并非|尚未|落选|无缘|遗憾|未通过|传闻|网传|或将|有望|可能|计划|预计|建议|打算|准备|参评|答辩|候选|特色型|专业型|试点示范|省级|市级|使用了|采购|中标|提供|服务于|支撑|诉讼|侵权|退出|移出|调出|撤销|取消|迁|曾|评为.{0,8}(?:省|市)"
)


def bars(sentence: str) -> bool:
    """Tell whether a sentence speaks of plans, partners or other things beside which a name is no member."""
    return bool(_LOOSE_BAR.search(sentence) or re.search("争创|后备|入库", sentence))


def _loose(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """A sentence that only tells of the selection, in whatever grammar: the names it shows by their form are members."""
    levels = {c.level for c in found}
    inside = "national" in levels and not levels & {"provincial", "foreign", "other"}
    talked = not found and talk.level == "national" and talk.age <= 2
    if (
        not (inside and _LOOSE_CUE.search(sentence))
        and not (talked and _UNOPPOSED.search(sentence))
        and not (talked and _LOOSE_DISCOURSE_CUE.search(sentence) and (talk.subjects or talk.stage or talk.listed))
    ):
        return
    unopposed = _UNOPPOSED.search(sentence) and not re.search("提出异议|如有异议", sentence)
    if unopposed:
        for entity in strong_entities(sentence, base or 0, lex):
            yield _make(entity, "publicized", sentence, base, round=talk.round, by="zh.notice", confidence=0.85)
        return
    if _LOOSE_BAR.search(sentence) or not asserted(sentence, len(sentence) - 1, len(sentence), english=False):
        return
    at_class = next((c for c in found if c.level == "national"), None)
    stage: Stage = _list_stage(sentence) or (talk.stage if at_class is None else None) or "selected"
    if stage == "called":
        return
    if _AGAIN.search(sentence):
        stage = "reselected"
    named = named_round(sentence, at_class, talk)
    first = True if _FIRST.search(sentence) or (talk.additions and at_class is None) else None
    for entity in strong_entities(sentence, base or 0, lex):
        yield _make(
            entity, stage, sentence, base, round=named, first_time=False if stage == "reselected" else first, by="zh.loose",
            confidence=0.82, when=_when(sentence, 0, len(sentence), talk.year),
        )  # fmt: skip


def renames(sentence: str, lex: Lexicon, base: int) -> list[tuple[Entity, str]]:
    """Return (entity, former name) of renames a sentence tells: A更名为B, B(原名A)."""
    out: list[tuple[Entity, str]] = []
    for m in _RENAMED.finditer(sentence):
        if not asserted(sentence, m.start(), m.end(), english=False):
            continue
        a, b = _np_before(sentence, m.start())
        before = entities(sentence[a:b].rstrip("(,"), base + a, lex, bare=False)
        if m.group("new"):
            after = entities(m.group("new"), base + m.start("new"), lex, bare=True)
            if before and after:
                out.append((after[0], before[0].surface))
        elif before and m.group("old"):
            out.append((before[0], m.group("old").strip("“”")))
    return out
