"""What the model reads of a name: how it looks, what its lines say, what the article is about.

A sign is a yes-or-no feature; training and serving read the same. Names, places and numbers are put out of sight
first, so that no name is learned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dualcross.extraction import chinese_cues, classes, english_cues, regions, slugs
from dualcross.extraction.claims import Claim
from dualcross.extraction.context import asserted
from dualcross.extraction.names import LOCAL
from dualcross.extraction.normal import Prepared
from dualcross.extraction.sign_cues import CUES, LOST, VERB
from dualcross.model import Stage
from dualcross.patterns import late
from dualcross.ports import Platform

_I = re.IGNORECASE
Flag = Callable[[str], None]
_TOKEN = late(r"[A-Za-z]+|[\u3400-\u9fff]|[◆◇◈#]|[^\sA-Za-z\u3400-\u9fff]")
#: words beside a name that are features
WINDOW = 6
#: characters that those words are looked for in
REACH = 120
#: mentions in one line that are read
MENTIONS = 8
#: beyond these a count says no more
MOST = 4
_NATION = late(r"国家级?|工信部|工业和信息化部|全国|MIIT|ministry|national|China", _I)
#: cues that tell something of the whole article wherever they stand
_ANYWHERE = frozenset(("proposed", "final", "removed", "again", "rank", "provincial", "foreign", "correction"))


@dataclass
class Candidate:
    """A platform the article names, with the places where it does and what the rules claim of it."""

    platform: Platform
    #: line (0 the title, then the sentences), start and end in it
    spans: list[tuple[int, int, int]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    named: bool = False
    owned: bool = False
    #: by a name that means the platform wherever it stands
    strong: bool = False
    #: by its form; else only a rule took it for a name
    shown: bool = True


@dataclass(frozen=True)
class Lines:
    """The article line by line as the features read it."""

    texts: tuple[str, ...]
    #: offset of each line in the main text; None for the title
    starts: tuple[int | None, ...]
    masked: tuple[str, ...]
    cues: tuple[frozenset[str], ...]
    levels: tuple[frozenset[str], ...]

    @cached_property
    def national(self) -> tuple[int, ...]:
        """The lines that name the national class."""
        return tuple(n for n, levels in enumerate(self.levels) if "national" in levels)

    @cached_property
    def signs(self) -> frozenset[str]:
        """The signs of the article, which all its names share."""
        return frozenset(_of_article(self))


def cues_of(text: str) -> frozenset[str]:
    """Return the cues of a line, whether its words of selection are asserted, and whether it speaks of other things."""
    out = {name for name, pattern in CUES if pattern.search(text)}
    english = not slugs.has_han(text)
    for m in CUES[0][1].finditer(text):
        out.add("asserted" if asserted(text, m.start(), m.end(), english=english) else "unasserted")
    bar = english_cues.LOOSE_BAR if english else chinese_cues.LOOSE_BAR
    if bar.search(text):
        out.add("barred")
    return frozenset(out)


def masked(text: str, places: Sequence[tuple[int, int, str]]) -> str:
    """The line with names, places and numbers put out of sight, of the same length, so that no name is learned."""
    chars = list(text)
    for place in regions.find(text):
        chars[place.start : place.end] = "◈" * (place.end - place.start)
    for m in re.finditer(r"\d+", text):
        chars[m.start() : m.end()] = "#" * (m.end() - m.start())
    for start, end, _ in places:
        chars[start:end] = "◇" * (end - start)
    return "".join(chars)


def features(one: Candidate, everyone: Sequence[Candidate], lines: Lines, prepared: Prepared) -> dict[str, float]:
    """Return the signs of a candidate, each 1.0."""
    out: dict[str, float] = {}

    def flag(name: str) -> None:
        out[name] = 1.0

    flag("lang:" + ("en" if prepared.english else "zh"))
    if prepared.article.official:
        flag("official")
    _of_name(one, flag)
    out |= dict.fromkeys(lines.signs, 1.0)
    _of_peers(one, everyone, flag)
    _of_places(one, everyone, lines, flag)
    flag(f"sounds:{_sounds(out)}")
    if ("line:unasserted" in out and "line:asserted" not in out) or (
        "verb:unasserted" in out and "verb:asserted" not in out and "verb:none" not in out
    ):
        flag("unasserted")
    if {"object:other", "object:foreign", "object:provincial"} & out.keys() and "object:national" not in out:
        flag("of another list")
    return out


def _of_name(one: Candidate, flag: Flag) -> None:
    platform = one.platform
    operator = platform.operator.name if platform.operator else None
    flag("is:" + ("local" if platform.status == LOCAL else "known"))
    if platform.status == LOCAL:
        flag(f"local:{any(n != operator for n in platform.names)}:{operator is not None}")
        if platform.region is not None:
            flag("local:placed")
    flag(f"named:{one.named}:{one.owned}")
    if not one.strong:
        flag("weak name")
    if not one.shown:
        flag("unshown")
    for form in _forms(platform):
        flag(f"form:{form}")
    flag(f"mentions:{min(len(one.spans), MOST)}")
    if one.spans[0][0] == 0:
        flag("in title")
    flag(f"first line:{min(one.spans[0][0], 6)}")


def _of_article(lines: Lines) -> Iterator[str]:
    for part, cues, levels in (
        ("title", lines.cues[0], lines.levels[0]),
        ("lead", frozenset().union(*lines.cues[1:3]), frozenset().union(*lines.levels[1:3])),
    ):
        for cue in cues:
            yield f"{part}:{cue}"
        for level in levels:
            yield f"{part} level:{level}"
    placed = regions.find(lines.texts[0])
    if placed and (placed[0].exact or placed[0].start == 0):
        yield "title names a place"
    if _NATION.search(lines.texts[0]):
        yield "title names the nation"
    every = [level for line in lines.levels for level in line]
    yield f"national:{min(every.count('national'), MOST)}"
    for level in {"provincial", "foreign", "other"} & set(every):
        yield f"told of:{level}"
    for cue in _ANYWHERE & frozenset().union(*lines.cues):
        yield f"anywhere:{cue}"


def _of_peers(one: Candidate, everyone: Sequence[Candidate], flag: Flag) -> None:
    others = [c for c in everyone if c is not one]
    flag(f"peers:{min(sum(c.platform.status == LOCAL for c in others), 2 * MOST)}")
    flag(f"known peers:{min(sum(c.platform.status != LOCAL for c in others), MOST)}")
    ruled = sum(bool(c.claims) for c in others)
    flag(f"ruled peers:{min(ruled, MOST)}")
    for claim in one.claims:
        flag("ruled")
        flag(f"rule:{claim.by}")
        flag(f"rule stage:{claim.stage}")
    if ruled and not one.claims:
        flag("others ruled")


_LEGAL = late(r"公司$|\b(?:Ltd|Inc|Limited|Corp)\b\.?$")
_TRADE = late(r"(?:科技|数据|数科|智造|智联|信息|机电|智能|软件|装备|重工|互联|物联|集团|股份|数智|数字|云)$")


def _forms(platform: Platform) -> Iterator[str]:
    """What the names themselves look like."""
    operator = platform.operator.name if platform.operator else None
    brand = next((n for n in platform.names if n != operator), None)
    if operator is not None:
        yield "legal" if _LEGAL.search(operator) else "trade" if _TRADE.search(operator) else "short"
        if regions.of_legal_name(operator) is not None:
            yield "placed"
    if brand is not None:
        yield "latin" if brand.isascii() else "mixed" if re.search("[A-Za-z]", brand) else f"han {min(len(brand), 8)}"
        if not brand.isascii() and re.search(r"[的是有在了和与及不将被由]|[,.、:;]|\d", brand):
            yield "odd"
        if brand.isascii() and " " not in brand:
            yield "one word"


def _sounds(out: Mapping[str, float]) -> Stage:
    """What the cues alone say the stage is."""

    def told(*names: str) -> bool:
        return any(name in out for name in names)

    if told("line:removed") and not told("line:denied", "line:hope", "line:first"):
        return "removed"
    if told("line:move") and told("line:past", "line:year", "lead:move", "title:move") and not told("line:hope"):
        return "relocated"
    if told("line:recommend", "title:recommend") and not told("title:select", "title:public"):
        return "recommended"
    if told("line:rank") and told("title:rank", "own title:rank") and not told("line:first", "title:first"):
        return "ranked"
    if (told("title:public", "line:public") and not told("line:past")) or (
        told("lead:public") and not told("title:select")
    ):
        return "publicized"
    if told("line:again") and not told("line:first", "title:first", "title:select"):
        return "reselected"
    return "selected"


def _of_places(one: Candidate, everyone: Sequence[Candidate], lines: Lines, flag: Flag) -> None:
    """Signs of the lines that name the candidate, of the lines around them, and of each mention."""
    for number in sorted({n for n, _, _ in one.spans}):
        _of_line(one, everyone, lines, number, flag)
        for cue in lines.cues[number]:
            flag(f"line:{cue}")
            if number == 0:
                flag(f"own title:{cue}")
        for level in lines.levels[number] or {"none"}:
            flag(f"line level:{level}")
        before = [n for n in lines.national if n <= number]
        flag(f"since national:{min(number - before[-1], MOST) if before else 'never'}")
        if number > 1:
            for cue in lines.cues[number - 1]:
                flag(f"before:{cue}")
            for level in lines.levels[number - 1]:
                flag(f"before level:{level}")
        if number + 1 < len(lines.texts):
            for cue in lines.cues[number + 1]:
                flag(f"after:{cue}")
        for start, end in [(a, b) for n, a, b in one.spans if n == number][:MENTIONS]:
            _sides(lines.texts[number], start, end, flag)
            beside(lines.masked[number], start, end, flag)


def _of_line(one: Candidate, everyone: Sequence[Candidate], lines: Lines, number: int, flag: Flag) -> None:
    """Signs of the names that share a line, and of the heading of a list or table that the line stands in."""
    peers = [c for c in everyone if c is not one and any(n == number for n, _, _ in c.spans)]
    flag(f"line peers:{min(len(peers), 2 * MOST)}")
    if any(c.claims for c in peers):
        flag("line peer ruled")
    spoken_of = next((n for n in range(number, -1, -1) if lines.levels[n]), None)
    if spoken_of is not None:
        flag(f"spoken of:{'+'.join(sorted(lines.levels[spoken_of]))}:{min(number - spoken_of, MOST)}")
    if not _listed(lines.texts[number]):
        return
    flag("row" if "\t" in lines.texts[number] else "bullet")
    head = next((n for n in range(number - 1, -1, -1) if not _listed(lines.texts[n])), 0)
    for cue in lines.cues[head]:
        flag(f"head:{cue}")
    for level in lines.levels[head]:
        flag(f"head level:{level}")


_LISTED = late(r"\s*(?:[-*•·▪●◆▲■]|\(?\d{1,3}[.、)）])")


def _listed(line: str) -> bool:
    return "\t" in line or _LISTED.match(line) is not None


def beside(text: str, start: int, end: int, flag: Flag) -> None:
    """Flag the words on either side of a span of a masked line."""
    left = [t.lower() for t in _TOKEN.findall(_squeezed(text[max(0, start - REACH) : start]))][-WINDOW:]
    right = [t.lower() for t in _TOKEN.findall(_squeezed(text[end : end + REACH]))][:WINDOW]
    for side, tokens in (("l", left[::-1]), ("r", right)):
        for at, token in enumerate(tokens):
            flag(f"{side}={token}")
            if at + 1 < len(tokens):
                flag(f"{side}={token}{tokens[at + 1]}")
        if tokens:
            flag(f"{side}1={tokens[0]}")
            flag(f"{side}2={''.join(tokens[:2])}")


def _sides(text: str, start: int, end: int, flag: Flag) -> None:
    """Features of one mention: what is said on either side of it, its next verb, the nearest class word."""
    english = not slugs.has_han(text)
    left, right = around(text, start, end)
    for side, words in (("left", left), ("right", right)):
        for name, pattern in CUES:
            if pattern.search(words):
                flag(f"{side}:{name}")
    verb = VERB.search(right)
    if verb is not None and verb.start() <= (90 if english else 40):
        at = end + verb.start()
        held = asserted(text, at, at + len(verb.group()), english=english) and not LOST.fullmatch(verb.group())
        flag(f"verb:{verb.group().lower()}")
        flag("verb:asserted" if held else "verb:unasserted")
    else:
        flag("verb:none")
    found = classes.find(text)
    if verb is not None:
        at = end + verb.end()
        told = next((c for c in found if at <= c.start <= at + (60 if english else 16)), None)
        if told is not None and "," not in text[at : told.start]:
            flag(f"object:{told.level}")
    last = next(reversed(list(VERB.finditer(left))), None)
    if last is not None and len(left) - last.end() <= (90 if english else 40):
        at = start - len(left) + last.start()
        held = asserted(text, at, at + len(last.group()), english=english) and not LOST.fullmatch(last.group())
        flag(f"verb before:{last.group().lower()}")
        flag("verb before:asserted" if held else "verb before:unasserted")
    else:
        flag("verb before:none")
    clause = _CLAUSE.split(left)[-1] + "◇" + _CLAUSE.split(right)[0]
    for name, pattern in CUES:
        if pattern.search(clause):
            flag(f"clause:{name}")
    for mention in classes.find(clause):
        flag(f"clause level:{mention.level}")
    before, after = nearest(text, start, end)
    step = 30 if english else 12
    flag(f"class after:{after.level if after else None}")
    flag(f"class before:{before.level if before else None}")
    if after:
        flag(f"class after:{after.level}:{min((after.start - end) // step, 4)}")
    if before:
        flag(f"class before:{before.level}:{min((start - before.end) // step, 4)}")


_CLAUSE = late(r"[,，:]")
_STOP = late(r"[。;；!?！？]|\.\s")


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what a line says on either side of a span, up to the next stop."""
    return _STOP.split(text[:start])[-1], _STOP.split(text[end:])[0]


def nearest(text: str, start: int, end: int) -> tuple[classes.ClassMention | None, classes.ClassMention | None]:
    """Return the class words of a line nearest before and nearest after a span."""
    found = classes.find(text)
    return (
        next((c for c in reversed(found) if c.end <= start), None),
        next((c for c in found if c.start >= end), None),
    )


def _squeezed(text: str) -> str:
    return re.sub(r"([◇◈#])\1+", r"\1", text)
