"""Chinese sentences that hand out or enumerate: 名单包括A、B; 将A列入…; 新增A、B; 推荐A、B."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dualcross.extraction import chinese_cues as cues
from dualcross.extraction import classes, regions
from dualcross.extraction.chinese_grammar import (
    make,
    np_before,
    selected,
    stage_of,
    subject_of,
    when_of,
)
from dualcross.extraction.claims import Claim, Discourse, governed, named_round
from dualcross.extraction.context import asserted
from dualcross.extraction.names import Lexicon
from dualcross.extraction.phrases import entities
from dualcross.model import Stage


def enumerations(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """…名单包括A、B、C; 入选平台分别是…; 新增平台有…."""
    origin = base or 0
    for m in cues.LIST_AFTER.finditer(sentence):
        head = sentence[: m.start()]
        clause_a, _ = np_before(sentence, m.start())
        lead = sentence[clause_a : m.start()]
        if not cues.LIST_HEAD.search(lead):
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
        stage: Stage = _cue(lead) or stage_of(sentence, clause_a, m.start(), talk, at_class)
        additions = (
            bool(re.search(r"新增|新入选|新晋|新面孔|新成员|首次入选|首次上榜|新上榜", lead))
            or (talk.additions and not levels)
            or bool(levels and re.search("新增", head))
        )
        region = next((p.region for p in regions.find(lead) if p.exact), None)
        for entity in items:
            yield make(
                entity, stage, sentence, base, round=named, first_time=False if stage == "reselected" else additions or None, region=region, by="zh.list",
                confidence=0.95 if entity.strength >= 0.9 else 0.85, when=when_of(sentence, clause_a, m.start(), talk.year),
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
        or (talk.level == "national" and talk.age <= 2 and bool(re.search(r"[家个](?:平台|企业)|分别|其中", head)))
    )


def given(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """将X列入…, 认定X为…, 拟新增X、Y为…; 将X移出…."""
    origin = base or 0
    for m in cues.BA.finditer(sentence):
        ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=False)
        if not ok or not asserted(sentence, m.start(), m.end("np"), english=False):
            continue
        if cues.NOT_HANDED_OUT.search(m.group("np")):
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
                yield make(entity, "removed", sentence, base, round=named, by="zh.removed", confidence=0.93)
            else:
                stage: Stage = (
                    "publicized"
                    if m.group().startswith("拟")
                    else stage_of(sentence, m.start(), m.end(), talk, at_class)
                )
                yield selected(entity, stage, sentence, m, base, talk, at_class, "zh.given")


def added(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """…拟新增A、B等平台: the names follow the verb at once."""
    for m in cues.ADDS.finditer(sentence):
        ok, at_class = governed(sentence, m.start(), m.start("np"), talk, found, objectless=True)
        if not ok or not asserted(sentence, m.start(), m.start("np"), english=False):
            continue
        phrase = re.split(r"等(?:\d+|[一二两三四五六七八九十]+)?[家个]?|,(?=[^、,]{12,})", m.group("np"))[0]
        if re.search(r"行业|领域|客户|用户|项目|模块|设备|产能|岗位|功能|产线", m.group("np")[: len(phrase) + 8]):
            continue
        for entity in entities(phrase, (base or 0) + m.start("np"), lex, bare="、" in phrase):
            claim = selected(
                entity,
                stage_of(sentence, m.start(), m.start("np"), talk, at_class),
                sentence,
                m,
                base,
                talk,
                at_class,
                "zh.list",
            )
            yield replace(claim, first_time=True)


def recommended(
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
        targets = subject_of(sentence, m.start(), base, talk, lex)
    if not targets and (stop_list := re.search(r"(?:包括|分别为|分别是|为|:)(.+)", after)):
        targets = entities(stop_list.group(1), origin + m.end() + stop_list.start(1), lex, bare=True)
    for entity in targets:
        yield make(entity, "recommended", sentence, base, round=named, by="zh.recommended", confidence=0.9)
