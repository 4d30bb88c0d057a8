"""Chinese sentences on what happened to members: removed, ranked, moved, renamed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dualcross.extraction import chinese_cues as cues
from dualcross.extraction import classes, regions
from dualcross.extraction.chinese_grammar import (
    make,
    np_before,
    subject_of,
    when_of,
)
from dualcross.extraction.claims import Claim, Discourse, governed, named_round
from dualcross.extraction.context import asserted
from dualcross.extraction.names import Entity, Lexicon
from dualcross.extraction.numbers import ordinal
from dualcross.extraction.phrases import entities


def _blank(m: re.Match[str]) -> str:
    return "○" * len(m.group())


def removals(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """Yield who left the roster: 被移出…, 退出…, 未通过动态评价, 撤销X的资格."""
    for m in cues.REMOVED.finditer(sentence):
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
        if not granted and not asserted(cues.REASON.sub(_blank, sentence), m.start(), m.end(), english=False):
            continue
        subject = subject_of(sentence, m.start(), base, talk, lex)
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
            yield make(
                entity,
                "removed",
                sentence,
                base,
                round=named,
                by="zh.removed",
                confidence=0.93,
                when=when_of(sentence, m.start(), m.end(), talk.year),
            )


def rankings(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """Yield who took which place in an evaluation of members."""
    for m in cues.RANKED.finditer(sentence):
        ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=True)
        ok = ok or (not found and talk.evaluation and talk.level == "national" and talk.age <= 10)
        if not ok or not asserted(sentence, m.start(), m.end(), english=False):
            continue
        if re.search(r"数量|总数|总量|家数|个数|总部|规模", sentence[max(0, m.start() - 14) : m.end() + 4]):
            continue
        named = named_round(sentence, at_class, talk)
        again = (
            False
            if cues.AGAIN.search(sentence[np_before(sentence, m.start())[0] : m.end()]) or "蝉联" in m.group()
            else None
        )
        for entity in subject_of(sentence, m.start(), base, talk, lex):
            yield make(
                entity, "ranked", sentence, base, round=named, rank=ordinal(m.group()), first_time=again, by="zh.ranked",
                confidence=0.92, when=when_of(sentence, m.start(), m.end(), talk.year),
            )  # fmt: skip


def moves(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """Yield whose home moved to another place; branches, bases and plans to move are none."""
    for m in cues.MOVED.finditer(sentence):
        # 公司注册地与总部由…: what moved is no part of whose it is
        start = len(cues.WHAT_MOVED.sub("", sentence[: m.start("a") - 1 if m.group("a") else m.start("v")]))
        national = any(c.level == "national" for c in found) or (talk.level == "national" and talk.age <= 4)
        target = next(iter(regions.find(m.group("b"))), None)
        if (
            not national
            or target is None
            or target.start > 2
            or cues.BRANCH.search(sentence[max(0, m.start() - 24) : m.end() + 16])
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
        for entity in subject_of(sentence, start, base, talk, lex, bare=False)[:1]:
            yield make(
                entity, "relocated", sentence, base, region=target.region, moved_to=target.region,
                moved_from=source.region if source else None, by="zh.relocated", confidence=0.9,
            )  # fmt: skip


def renames(sentence: str, lex: Lexicon, base: int) -> list[tuple[Entity, str]]:
    """Return (entity, former name) of renames a sentence tells: A更名为B, B(原名A)."""
    out: list[tuple[Entity, str]] = []
    for m in cues.RENAMED.finditer(sentence):
        if not asserted(sentence, m.start(), m.end(), english=False):
            continue
        a, b = np_before(sentence, m.start())
        before = entities(sentence[a:b].rstrip("(,"), base + a, lex, bare=False)
        if m.group("new"):
            after = entities(m.group("new"), base + m.start("new"), lex, bare=True)
            if before and after:
                out.append((after[0], before[0].surface))
        elif before and m.group("old"):
            out.append((before[0], m.group("old").strip("“”")))
    return out
