"""What an article says of each member besides its stage: its home province, its round, whether it is new.

    members ─► the provinces and years the article names ─► signs of each pair ─► the likeliest, or what the rules say

The rules read set phrases; here every place and every year that the article names is weighed for every member by a
model trained on the corpus (`classifiers/belonging.py`), and the rules' answer is one of its signs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dualcross.extraction import classes, regions, slugs
from dualcross.extraction.names import Lexicon
from dualcross.extraction.normal import Prepared
from dualcross.extraction.signs import Flag, beside, cues_of, masked
from dualcross.model import Membership, Region
from dualcross.patterns import late
from dualcross.register.roster import Shipped

Signs = dict[str, float]

#: marks of one value that are looked at
MOST_MARKS = 12
#: mentions of a member that are looked at
MOST_MENTIONS = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """A span of a line of the article; line 0 is the title."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A place or a year where it stands; `value` is a province code or a year."""

    value: str
    spot: Spot
    #: the province's own name, not a city; a year that is written, not 今年
    exact: bool = True


class Page:
    """The lines of an article with its members, places and years, each read once."""

    def __init__(self, prepared: Prepared, members: Sequence[Membership], lex: Lexicon) -> None:
        """Read the lines of an article; `lex` knows every name of the members that the register holds."""
        self.prepared = prepared
        self.lines = (prepared.title, *(s.text for s in prepared.sentences))
        self.members = tuple(members)
        self.spots = _spots(self.lines, members, lex)

    @cached_property
    def places(self) -> tuple[Mark, ...]:
        """Every place, in order."""
        return tuple(
            Mark(place.region.code, Spot(number, place.start, place.end), place.exact)
            for number, line in enumerate(self.lines)
            for place in regions.find(line)
            if not _OF_CORPS.match(line[place.end :])
        )

    @cached_property
    def years(self) -> tuple[Mark, ...]:
        """Every year, in order; 今年 is the year of the page."""
        now = (self.prepared.article.published or "")[:4]
        found = []
        for number, line in enumerate(self.lines):
            for m in _YEAR.finditer(line):
                value = m.group("year") or (str(int(now) - bool(m.group("last"))) if now.isdigit() else "")
                if value:
                    found.append(Mark(value, Spot(number, m.start(), m.end()), m.group("year") is not None))
        return tuple(found)

    @cached_property
    def cues(self) -> tuple[frozenset[str], ...]:
        """The cues of each line."""
        return tuple(cues_of(line) for line in self.lines)

    @cached_property
    def levels(self) -> tuple[frozenset[str], ...]:
        """The kinds of class words of each line."""
        return tuple(frozenset(c.level for c in classes.find(line)) for line in self.lines)

    @cached_property
    def masked(self) -> tuple[str, ...]:
        """Each line with names, places and numbers put out of sight."""
        named: list[list[tuple[int, int, str]]] = [[] for _ in self.lines]
        for spots in self.spots:
            for spot in spots:
                named[spot.line].append((spot.start, spot.end, ""))
        return tuple(masked(line, here) for line, here in zip(self.lines, named, strict=True))

    def places_for(self, index: int) -> tuple[Mark, ...]:
        """Return the places that stand in no other member's name."""
        taken = tuple(self.others(index))
        return tuple(
            mark
            for mark in self.places
            if not any(t.line == mark.spot.line and t.start <= mark.spot.start < t.end for t in taken)
        )

    def others(self, index: int) -> Iterator[Spot]:
        """Yield where the other members are named."""
        for number, spots in enumerate(self.spots):
            if number != index:
                yield from spots


#: the Corps in Xinjiang is no part of it
_OF_CORPS = late(r"生产建设|兵团|\s(?:Production|Corps)")
_YEAR = late(
    r"(?<!\d)(?P<year>20[12]\d)(?!\d)|(?P<last>去年|上年度?|\blast year)|今年|本年度|当年|\bthis year", re.IGNORECASE
)


def _spots(lines: Sequence[str], members: Sequence[Membership], lex: Lexicon) -> list[list[Spot]]:
    """Return where each member is named, by any of its names or its operator's."""
    known = [
        [(s.platform.id, Spot(number, s.start, s.end)) for s in lex.find(line)] for number, line in enumerate(lines)
    ]
    out = []
    for member in members:
        names = {*member.names, member.platform.name}
        names |= {slugs.brand(name) for name in names}
        if member.operator:
            names |= {member.operator.name, slugs.company_core(member.operator.name)}
        names = {re.sub('[“”"《》]', "", name).strip() for name in names}
        pattern = "|".join(re.escape(n) for n in sorted(names, key=lambda n: (-len(n), n)) if len(slugs.key(n)) >= 2)
        spots = [spot for line in known for identity, spot in line if identity == member.platform.id]
        if pattern:
            bounded = re.compile(rf"(?<![A-Za-z])(?:{pattern})(?![A-Za-z])")
            spots += [Spot(n, *m.span()) for n, line in enumerate(lines) for m in bounded.finditer(line)]
        out.append(sorted(set(spots), key=lambda s: (s.line, s.start, -s.end))[:MOST_MENTIONS])
    return out


def settle(prepared: Prepared, members: Sequence[Membership], lex: Lexicon, shipped: Shipped) -> tuple[Membership, ...]:
    """Return the members with home, round and newness as the model weighs them; as they are where none is shipped."""
    try:
        from dualcross_classifiers import belonging as trained
    except ImportError:
        return tuple(members)
    model = trained.model()
    if model is None or not members:
        return tuple(members)
    page = Page(prepared, members, lex)
    out = []
    for index, member in enumerate(members):
        told = member.region.code if member.region else None
        code = trained.best(model.home, homes(page, index, shipped), told)
        home = regions.by_code(code) if code else None
        if member.stage == "relocated":
            to = member.region or home
            out.append(replace(member, region=to, moved_from=member.moved_from or _left(page, index, to)))
            continue
        said = trained.best(model.round, rounds(page, index, shipped), member.round)
        if said is None and member.round == shipped.round_for(prepared.article.published, member.stage):
            # no year is told, but the register's dates fit
            said = member.round
        first = model.first.likeliest(newness(page, index, shipped), member.first_time)
        out.append(replace(member, region=home, round=said, first_time=first))
    return tuple(out)


def _left(page: Page, index: int, to: Region | None) -> Region | None:
    """Return the one other province that is named where a member that moved to `to` is."""
    lines = {spot.line for spot in page.spots[index]}
    others = {mark.value for mark in page.places if mark.spot.line in lines} - {to.code if to else None}
    return regions.by_code(min(others)) if len(others) == 1 else None


def homes(page: Page, index: int, shipped: Shipped) -> dict[str, Signs]:
    """Return the provinces that can be a member's home, each with its signs."""
    member = page.members[index]
    legal = regions.of_legal_name(member.operator.name) if member.operator else None
    known = shipped.platform(member.platform.id)
    held = known.region if known else None
    told = {"ruled": member.region, "legal": legal, "held": held}
    places = page.places_for(index)
    values = dict.fromkeys([*(r.code for r in told.values() if r is not None), *(m.value for m in places)])
    if any(_CORPS.search(page.lines[spot.line]) for spot in page.spots[index]):
        values.pop("650000", None)
    out: dict[str, Signs] = {}
    for value in values:
        flag, signs = _flagger()
        if member.stage == "relocated":
            flag("moved")
        for name, region in told.items():
            flag(f"{name}:{_same(region, value)}")
        _of_pair(page, index, value, places, flag)
        for mark in [m for m in places if m.value == value][:MOST_MARKS]:
            after = page.lines[mark.spot.line][mark.spot.end :]
            if mark.spot.line == 1 and mark.spot.start < 12 and _DATELINE.match(after):
                flag("dateline")
            if _OFFICE.match(after):
                flag("office")
            if member.stage == "relocated":
                before = page.lines[mark.spot.line][max(0, mark.spot.start - 14) : mark.spot.start]
                if _FROM.search(before):
                    flag("moved from")
                if _TO.search(before):
                    flag("moved to")
        out[value] = signs
    return out


_CORPS = late(r"兵团|\bCorps\b")
_FROM = late(
    r"[由自从离原][^,。]{0,3}$|原(?:设|注册|籍|址)?在?$|(?:from|left|leaves|leaving|quit|formerly (?:of|in)|out of)\s$",
    re.IGNORECASE,
)
_TO = late(r"[至到往入落]$|落户(?:于|在)?$|(?:to|for|into|in|now)\s$", re.IGNORECASE)
_DATELINE = late(r"[^。.]{0,24}?(?:[讯电](?=[)】]|\s|[^子力])|--|——|—|:)")
_OFFICE = late(
    r"[省市区]?(?:人民)?(?:经济和信息化|工业和信息化|经信|工信|通信管理|发展改革|政府|网信|数据局|大数据)"
    r"|(?:'s|’s)?(?: Provincial| provincial| Municipal)? (?:Department|Bureau|Commission|government|authorities|Communications)"
)


def rounds(page: Page, index: int, shipped: Shipped) -> dict[str, Signs]:
    """Return the years that can be a member's round, each with its signs."""
    member = page.members[index]
    now = (page.prepared.article.published or "")[:4]
    fits = shipped.round_for(page.prepared.article.published, member.stage)
    known = shipped.platform(member.platform.id)
    stood = {year for year, _ in known.rounds} if known else set()
    values = dict.fromkeys([v for v in (member.round, fits, *(m.value for m in page.years)) if v])
    out: dict[str, Signs] = {}
    for value in values:
        flag, signs = _flagger()
        flag(f"stage:{member.stage}")
        flag(f"ruled:{_same(member.round, value)}")
        flag(f"fits:{_same(fits, value)}")
        flag(f"known:{known is not None}:{value in stood}")
        flag(f"a round:{any(r.round == value for r in shipped.rounds)}")
        flag(f"age:{max(-1, min(3, int(now) - int(value))) if now.isdigit() and value.isdigit() else 'none'}")
        _of_pair(page, index, value, page.years, flag)
        for mark in [m for m in page.years if m.value == value][:MOST_MARKS]:
            line, spot = page.lines[mark.spot.line], mark.spot
            flag("dated" if _MONTH.match(line[spot.end :]) or _MONTH_EN.search(line[: spot.start]) else "undated")
            flag(f"written:{mark.exact}")
            if _LIST_OF.match(line[spot.end :]):
                flag("list of year")
            for level in page.levels[spot.line]:
                flag(f"mark level:{level}")
            for cue in page.cues[spot.line] & _LIST_CUES:
                flag(f"mark:{cue}")
        out[value] = signs
    return out


_LIST_CUES = frozenset(("select", "list", "public", "entry", "gain", "again", "rank", "removed", "past"))
_MONTH = late(r"\s?年?\s?(?:1?\d|[一二三四五六七八九十]+)\s?月|[-./]\d")
_MONTH_EN = late(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?,?(?: \d{1,2},?)?\s$"
)
_LIST_OF = late(
    r"年?(?:度|版|新版)?(?:的|国家|全国|拟|第.批|新一批|新一轮|最新)*(?:新增|入选|双跨|跨行业|名单|清单|公示|评审|遴选|增补|批次|这批|这一?轮|那一?轮|动态评价|评价|复核)"
    r"|(?:'s|’s)? (?:\w+ ){0,3}(?:list|roster|round|batch|edition|selection|cohort|intake|additions|register|evaluation|class|review)\b",
    re.IGNORECASE,
)


def newness(page: Page, index: int, shipped: Shipped) -> Signs:
    """Return the signs of a member from which the model tells whether the text says that it is new."""
    member = page.members[index]
    flag, signs = _flagger()
    known = shipped.platform(member.platform.id)
    flag(f"ruled:{member.first_time}")
    flag(f"stage:{member.stage}")
    flag(f"by:{member.by}")
    flag(f"known:{known is not None and known.ever}")
    for other in {m.first_time for n, m in enumerate(page.members) if n != index}:
        flag(f"peer ruled:{other}")
    for stage in {m.stage for n, m in enumerate(page.members) if n != index}:
        flag(f"peer stage:{stage}")
    flag(f"peers:{min(len(page.members) - 1, 4)}")
    for name, here in (("title", page.cues[:1]), ("lead", page.cues[1:3])):
        for cue in frozenset().union(*here):
            flag(f"{name}:{cue}")
    for number, line in enumerate(page.lines):
        for name in _newness_of(line):
            flag(f"anywhere:{name}")
            if "national" in page.levels[number]:
                flag(f"with class:{name}")
            if number == 0:
                flag(f"title:{name}")
    for spot in page.spots[index]:
        line = page.lines[spot.line]
        for cue in page.cues[spot.line]:
            flag(f"line:{cue}")
        clause = _CLAUSE.split(line[: spot.start])[-1] + "◇" + _CLAUSE.split(line[spot.end :])[0]
        before = page.lines[spot.line - 1] if spot.line > 1 else ""
        for where, text in (("line", line), ("clause", clause), ("before", before)):
            for name in _newness_of(text):
                flag(f"{where}:{name}")
        beside(page.masked[spot.line], spot.start, spot.end, flag)
    return signs


def _newness_of(text: str) -> Iterator[str]:
    return (name for name, pattern in _NEWNESS if pattern.search(text))


_CLAUSE = late(r"[,，;；:]")
_NEWNESS = (
    ("additions", late(r"新增(?!长)|增补|扩容|新一批|\b(?:additions?|newly|new entr\w+|added|adds|intake)\b", re.IGNORECASE)),
    ("new face", late(r"新面孔|新成员|新晋|新进|新入|新秀|生面孔|新人|\b(?:newcomers?|new (?:names?|faces?|members?)|debut\w*|first-timers?)\b", re.IGNORECASE)),
    ("first", late(r"首次|首度|首家|首个|第一[次家个]|头一[回次家个]|破零|零的?突破|\b(?:first|maiden|debut|never before)\b", re.IGNORECASE)),
    ("again", late(r"再次|再度|又一?次|第[二三四五六2-9]次|连续|蝉联|保留|留任|重返|回归|复评|复核|续|\b(?:again|retain\w*|kept|keeps|consecutive|renew\w*|remain\w*|returns?|returned|back|veterans?|second time)\b", re.IGNORECASE)),
    ("old hand", late(r"老成员|老面孔|原有|此前|早在|曾|已是|\b(?:already|previously|existing|old hands?|earlier)\b", re.IGNORECASE)),
)  # fmt: skip


def _flagger() -> tuple[Flag, Signs]:
    signs: Signs = {}

    def flag(name: str) -> None:
        signs[name] = 1.0

    return flag, signs


def _same(told: Region | str | None, value: str) -> str:
    if told is None:
        return "none"
    return "same" if (told if isinstance(told, str) else told.code) == value else "other"


def _of_pair(page: Page, index: int, value: str, marks: Sequence[Mark], flag: Flag) -> None:
    """Flag how a value's marks stand to where a member is named."""
    counts = Counter(mark.value for mark in marks)
    flag(f"values:{min(len(counts), 5)}")
    if not counts[value]:
        flag("unnamed")
        return
    flag(f"named:{min(counts[value], 4)}")
    if counts[value] == max(counts.values()):
        flag("most named" + (":alone" if len(counts) == 1 else ""))
    title = {mark.value for mark in marks if mark.spot.line == 0}
    if title:
        flag(f"title:{value in title}:{min(len(title), 3)}")
    mine = [mark for mark in marks if mark.value == value]
    theirs = [mark for mark in marks if mark.value != value]
    others = list(page.others(index))
    for spot in page.spots[index]:
        here = [mark for mark in mine if mark.spot.line == spot.line]
        rivals = [mark for mark in theirs if mark.spot.line == spot.line]
        flag(f"line:{bool(here)}:{min(len({r.value for r in rivals}), 3)}")
        if here:
            near = min(here, key=lambda mark: _gap(mark.spot, spot))
            _of_nearest(page, near, spot, rivals, others, flag)
        earlier = [mark for mark in marks if mark.spot.line and mark.spot.line < spot.line]
        if not here and not rivals and earlier:
            last = earlier[-1]
            flag(f"last before:{last.value == value}:{min(spot.line - last.spot.line, 3)}")


def _of_nearest(page: Page, near: Mark, spot: Spot, rivals: Sequence[Mark], others: Sequence[Spot], flag: Flag) -> None:
    line = page.lines[spot.line]
    english = not slugs.has_han(line)
    before = near.spot.end <= spot.start
    a, b = (near.spot.end, spot.start) if before else (spot.end, near.spot.start)
    between = line[a:b] if a <= b else ""
    side = "within" if a > b else "before" if before else "after"
    step = 24 if english else 8
    flag(f"{side}:{min(len(between) // step, 4)}")
    if len(between) <= 3:
        flag(f"{side}:touching")
    flag(f"{side}:exact:{near.exact}")
    flag(f"{side}:clauses:{min(len(_CLAUSE.findall(between)), 3)}")
    crossed = [o for o in others if o.line == spot.line and a <= o.start and o.end <= b]
    flag(f"{side}:members between:{min(len(crossed), 2)}")
    passed = [r for r in rivals if a <= r.spot.start and r.spot.end <= b]
    flag(f"{side}:rivals between:{min(len({r.value for r in passed}), 2)}")
    closest = min((_gap(r.spot, spot) for r in rivals), default=None)
    flag(f"nearest:{closest is None or _gap(near.spot, spot) <= closest}")
    found: Signs = {}
    beside(page.masked[spot.line], near.spot.start, near.spot.end, lambda name: found.__setitem__(name, 1.0))
    for name in found:
        flag(f"{side}:{name}" if name[1] in "12" else name)
    if "\t" in line:
        flag("row")


def _gap(one: Spot, other: Spot) -> int:
    return max(one.start - other.end, other.start - one.end, 0)
