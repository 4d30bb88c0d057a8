"""What turned out wrong: reports taken back, and proposals that the final list does not bear out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from dualcross.model import Article, Count, Event, Finding, Membership
from dualcross.patterns import late
from dualcross.ports import Platform
from dualcross.register import standing
from dualcross.register.desk import Desk
from dualcross.register.keys import platform_subject, region_subject, round_subject
from dualcross.register.roster import fold

_CORRECTS = late(
    r"更正|勘误|澄清|致歉|辟谣|不实|误报|撤回|訂正|\bcorrect(?:ion|ions|s)?\b|retract|erratum|clarif|withdrawn",
    re.IGNORECASE,
)
_HINTS = (
    "更正",
    "勘误",
    "澄清",
    "致歉",
    "辟谣",
    "不实",
    "误报",
    "撤回",
    "訂正",
    "orrect",
    "etract",
    "rratum",
    "larif",
    "ithdrawn",
)
_PROGRAMME = late(
    r"双跨|雙跨|跨行[业業]|工业互联网平台|工業互聯網平[台臺]"
    r"|dual[- ]cross|cross[- ]industry|cross[- ]sector|industrial internet",
    re.IGNORECASE,
)
_DENIES = late(
    r"未入[选選]|[并並]未|没有入选|未被|不在|未列入|不属于|误[为将写报称]|有误|错误|不实|系误"
    r"|\bnot\b|\bnever\b|wrong|mistak|in error|incorrect|erroneous",
    re.IGNORECASE,
)
#: what a denial must speak of; a wrong date or figure takes no listing back
_LISTING = late(
    r"入[选選围圍]|名[单單]|上榜|[获獲][评評]|公示|移出|退出|除名|撤[销銷]|调出|select|list|chosen|admit|includ|remov|dropp|delist",
    re.IGNORECASE,
)
_LEAVING = late(
    r"移出|退出|撤[销銷]|除名|取消资格|调出|\bremov|\bdropp?|\bdelist|\bexpel|\bleft\b|withdr", re.IGNORECASE
)
_SENTENCE = late(r"[^。！？!?\n]+")


def corrects(article: Article) -> bool:
    """Tell whether an article on the programme announces that an earlier report was wrong."""
    return _corrects(article.title, article.text)


@lru_cache(maxsize=4)
def _corrects(title: str, text: str) -> bool:
    whole = f"{title}\n{text}"
    # Nearly every article ends here, and looking for words is far quicker than a pattern of them.
    if not any(word in whole for word in _HINTS):
        return False
    return bool(_CORRECTS.search(whole)) and bool(_PROGRAMME.search(whole))


def take_back(desk: Desk, findings: Sequence[Finding]) -> None:
    """Mark as corrected what the article says was wrong; an official final word stands against other outlets."""
    if not corrects(desk.article):
        return
    said = {f.platform.id for f in findings if isinstance(f, Membership)}
    for platform in _on_desk(desk):
        if platform.id in said:
            continue
        for sentence in _SENTENCE.findall(desk.article.text):
            if _names_it(sentence, platform) and _DENIES.search(sentence) and _LISTING.search(sentence):
                _take_back_one(desk, platform, sentence.strip())
                break


def _take_back_one(desk: Desk, platform: Platform, sentence: str) -> None:
    kind = "exit" if _LEAVING.search(sentence) else "entry"
    subject = platform_subject(platform.id)
    live = [e for e in desk.events(subject, kind) if e.ladder not in ("corrected", "superseded")]
    if not live or (live[-1].ladder == "confirmed" and not desk.article.official):
        return
    correct(desk, subject, live[-1], "the report was taken back", sentence)
    undo(desk, platform, live[-1])


def missing_from_final(desk: Desk, findings: Sequence[Finding]) -> None:
    """Mark proposals as corrected that a complete final list of the same round does not bear out.

    Nothing follows from a list that is cut short, so completeness must show: the article names as many as it
    counts as new, or an official table stands in it.
    """
    listed = [f for f in findings if isinstance(f, Membership) and f.stage == "selected"]
    for round_ in sorted({f.round for f in listed if f.round}):
        ids = {f.platform.id for f in listed if f.round == round_}
        if not _complete(desk, findings, round_, len(ids)):
            continue
        for platform_id in proposed(desk.events(round_subject(round_), "list")):
            platform = desk.platform(platform_id)
            if platform is None or platform_id in ids:
                continue
            subject = platform_subject(platform_id)
            event = next((e for e in desk.events(subject, "entry") if e.round == round_), None)
            if event is not None and event.stage == "publicized" and event.ladder != "corrected":
                correct(desk, subject, event, "proposed, but not in the final list", desk.article.title)
                undo(desk, platform, event)


def proposed(events: Iterable[Event]) -> tuple[str, ...]:
    """Return the ids of the platforms that were proposed in the rounds of these list events."""
    return tuple(dict.fromkeys(i for e in events for i in e.subject.names))


def withdraw(desk: Desk, findings: Sequence[Finding]) -> None:
    """Withdraw what an edited page no longer says; an event that rested on it alone is corrected."""
    said = {f.platform.id for f in findings if isinstance(f, Membership)}
    on_topic = bool(said) or any(isinstance(f, Count) for f in findings)
    if not on_topic and not corrects(desk.article):
        return
    for platform in _on_desk(desk):
        if platform.id in said:
            continue
        subject = platform_subject(platform.id)
        for event in desk.events(subject):
            kept = tuple(r for r in event.reports if r.record_id != desk.record_id)
            if len(kept) == len(event.reports) or event.ladder in ("corrected", "superseded"):
                continue
            if kept:
                desk.save_event(subject, dataclasses.replace(event, reports=kept))
            else:
                correct(desk, subject, event, "the page no longer says so", desk.article.title)
                undo(desk, platform, event)


def _complete(desk: Desk, findings: Sequence[Finding], round_: str, names: int) -> bool:
    counts = {f.value for f in findings if isinstance(f, Count) and f.measure == "new" and f.round in (None, round_)}
    if counts:
        return counts == {names}
    rows = [f for f in findings if isinstance(f, Membership) and f.stage == "selected" and "table" in f.by]
    return desk.article.official and len(rows) >= 3 and len(rows) == names


def correct(desk: Desk, subject: str, event: Event, why: str, quote: str) -> None:
    """Mark an event as wrong, and every alert that was told of it."""
    desk.save_event(subject, dataclasses.replace(event, ladder="corrected", candidate=False, last_seen=desk.now))
    desk.corrections.extend((alert, why, quote) for alert in event.alerts)


def undo(desk: Desk, platform: Platform, event: Event) -> None:
    """Take the corrected event out of the platform's state, and out of its province's where it was the first."""
    rounds = tuple(row for row in platform.rounds if row[0] != (event.round or "-") or row[1] == "removed")
    if event.kind == "exit":
        rounds = tuple(row for row in platform.rounds if row != (event.round or "-", "removed"))
        desk.save_platform(dataclasses.replace(platform, rounds=rounds, member=True, left=None))
        return
    listed = any(stage in standing.LISTED for _, stage in rounds)
    if platform.id in desk.shipped.by_id and desk.shipped.by_id[platform.id].ever:
        origin = desk.shipped.by_id[platform.id]
        listed, rounds = True, tuple(dict.fromkeys((*origin.rounds, *rounds)))
        platform = dataclasses.replace(platform, status=origin.status)
    elif not listed:
        platform = dataclasses.replace(platform, status="proposed", ever=False, since=None)
    desk.save_platform(dataclasses.replace(platform, rounds=rounds, member=listed and platform.member))
    code = platform.region.code if platform.region else None
    for first in desk.events(region_subject(code), "region") if code and not listed else ():
        if first.subject.id == platform.id and first.ladder not in ("corrected", "superseded"):
            correct(desk, region_subject(code or ""), first, "the member it rested on was corrected", event.key)


def _on_desk(desk: Desk) -> list[Platform]:
    held = [d.platform for d in desk.dossiers.values() if d.platform is not None]
    return [desk.platform(p.id) or p for p in held]


def _names_it(sentence: str, platform: Platform) -> bool:
    text = fold(sentence)
    return any(len(n) > 1 and n in text for n in map(fold, (platform.name, *platform.names)))
