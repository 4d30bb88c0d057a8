"""Provinces and prefectures of China (GB/T 2260) in text, and the home province that a legal name tells."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dualcross.extraction.spotting import Spotter
from dualcross.model import Region


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in a text; `exact` is False where a city stands for its province."""

    start: int
    end: int
    region: Region
    exact: bool


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    chinese: Spotter
    english: re.Pattern[str]
    by_name: dict[str, tuple[str, bool]]
    provinces: dict[str, Region]
    #: full and short Chinese names, which a legal name may begin with
    prefixes: frozenset[str]
    abbreviations: dict[str, str]

    def prefix(self, name: str) -> str | None:
        """Return the longest place that a name begins with."""
        return next((name[:n] for n in range(_LONGEST, 0, -1) if name[:n] in self.prefixes), None)


#: characters of the longest Chinese name of a place
_LONGEST = 15
#: two-character names that are also everyday words, or begin other words
_NOT_BEFORE = {
    "东方市": "(?!场)", "海南": "(?!洲|外)", "河南": "(?!岸)", "河北": "(?!岸)", "山东": "(?!麓)", "朝阳": "(?!产业|行业|区)",
    "长治": "(?!久安)", "东方": "市", "黄山": "(?!路)", "白山": "市", "大同": "(?!小异)", "保山": "市",
    "三明": "(?!治)", "安康": "市", "海东": "市", "海北": "州", "海西": "州", "黄南": "州", "和田": "(?!玉)",
    "红河": "(?!谷)", "怒江": "州", "中卫": "市", "来宾": "市", "四平": "(?!八稳)", "衡水": "(?!老白干)",
}  # fmt: skip


_KNOWN_COUNTIES = frozenset(
    "昆山 江阴 义乌 慈溪 余姚 晋江 石狮 张家港 常熟 太仓 宜兴 诸暨 瑞安 乐清 福清 胶州 龙口 靖江 丹阳 桐乡 海宁 平湖 嵊州 温岭 邹平 寿光 荣成 即墨 莱西 浏阳 神木 仁怀 迁安 滕州 兰溪 永康".split()
)


@cache
def _gazetteer() -> _Gazetteer:
    data = json.loads(files("dualcross.extraction").joinpath("data/regions.json").read_text("utf-8"))
    provinces: dict[str, Region] = {}
    by_name: dict[str, tuple[str, bool]] = {}
    abbreviations: dict[str, str] = {}
    zh: list[str] = []
    en: list[str] = []
    prefixes: list[str] = []
    for p in data["provinces"]:
        provinces[p["code"]] = Region(code=p["code"], name=p["name"])
        abbreviations[p["abbr"]] = p["code"]
        for name in (p["full"], p["name"]):
            by_name[name] = (p["code"], True)
            zh.append(name)
            prefixes.append(name)
        by_name[p["en"].lower()] = (p["code"], True)
        en.append(p["en"])
    for c in data["cities"]:
        code = c["code"][:2] + "0000"
        county = not c["code"].endswith("00")
        for name in dict.fromkeys((c["full"], c["name"])):
            if len(name) < 2:
                continue
            by_name.setdefault(name, (code, False))
            prefixes.append(name)
            # 高平台, 兴平: the short names of counties hide in other words
            if not county or name == c["full"] or name in _KNOWN_COUNTIES:
                zh.append(name)
        # the short name of a county stands for it only where it begins a company's name
        if "home" in c:
            by_name.setdefault(c["home"], (code, False))
            prefixes.append(c["home"])
        if "en_home" in c:
            by_name.setdefault(c["en_home"].lower(), (code, False))
        if "en" in c:
            by_name.setdefault(c["en"].lower(), (code, False))
            en.append(c["en"])
    by_name["macau"] = by_name["macao"]
    en.append("Macau")
    longest_first = sorted(set(zh), key=lambda n: (-len(n), n))
    chinese = Spotter((n, n + _NOT_BEFORE[n] if n in _NOT_BEFORE else None) for n in longest_first)
    en_pattern = "|".join(re.escape(n).replace("'", "['’]?") for n in sorted(set(en), key=lambda n: (-len(n), n)))
    english = re.compile(rf"(?<![A-Za-z])(?:{en_pattern})(?![A-Za-z])")
    return _Gazetteer(chinese, english, by_name, provinces, frozenset(prefixes), abbreviations)


def find(text: str) -> list[Place]:
    """Return the places a normalised text names, in order; a city stands for its province."""
    gaz = _gazetteer()
    out = []
    # Chinese and English names share no letter, so that none overlaps another.
    spans = sorted([*gaz.chinese.spans(text), *(m.span() for m in gaz.english.finditer(text))])
    for start, end in spans:
        name = text[start:end]
        key = name if name in gaz.by_name else name.lower().replace("’", "'")
        found = gaz.by_name.get(key) or gaz.by_name.get(key.rstrip("市州"))
        if found:
            code, exact = found
            out.append(Place(start, end, gaz.provinces[code], exact))
    return out


def by_code(code: str) -> Region | None:
    """Return the province of a GB/T 2260 code of any level."""
    return _gazetteer().provinces.get(code[:2] + "0000")


def by_name(name: str) -> Region | None:
    """Return the province a whole name stands for: province or city, zh or en, or the one-character short form."""
    gaz = _gazetteer()
    name = re.sub(r"\s*(?:province|municipality|autonomous region|city)$", "", name.strip(), flags=re.IGNORECASE)
    found = gaz.by_name.get(name) or gaz.by_name.get(name.lower()) or gaz.by_name.get(re.sub("[省市]$", "", name))
    if found:
        return gaz.provinces[found[0]]
    code = gaz.abbreviations.get(name)
    return gaz.provinces[code] if code else None


def of_legal_name(name: str) -> Region | None:
    """Return the home province told by a legal name: its place prefix, or a place in brackets (格创东智（深圳）…)."""
    gaz = _gazetteer()
    place = gaz.prefix(name)
    if place and len(name) - len(place) >= 2:
        return gaz.provinces[gaz.by_name[place][0]]
    m = re.search(r"\(([^()]{2,6})\)", name)
    if m and m.group(1) in gaz.prefixes:
        return gaz.provinces[gaz.by_name[m.group(1)][0]]
    m2 = re.match(r"([A-Z][a-z']+(?: [A-Z][a-z]+)?)\b", name)
    if m2:
        for candidate in (m2.group(1), m2.group(1).split()[0]):
            found = gaz.by_name.get(candidate.lower())
            if found:
                return gaz.provinces[found[0]]
    return None


def strip_place(name: str) -> str:
    """Return a legal name without its place prefix or bracketed place."""
    gaz = _gazetteer()
    place = gaz.prefix(name)
    rest = name[len(place) :] if place and len(name) - len(place) >= 2 else name
    rest = re.sub(r"^[省市]", "", rest) if place else rest
    return re.sub(r"\(([^()]{2,6})\)", lambda b: "" if b.group(1) in gaz.prefixes else b.group(), rest)
