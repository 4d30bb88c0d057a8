"""Which platform a name means: the gazetteer of the register, and the making of ids for names it does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from dualcross.extraction import regions, slugs
from dualcross.extraction.normal import simplified
from dualcross.extraction.spotting import Spotter
from dualcross.model import Ref, Region
from dualcross.ports import Platform

#: status of a platform that only the article at hand names
LOCAL = "local"
#: what follows or precedes a short brand and makes it another name
_NOT_AFTER = {
    "云洲": "智能",
    "羚羊": "绒|皮|奔",
    "汉云": "",
    "开物": "成务",
    "格物": "致知|斯坦",
    "天信": "仪表|达",
    "浪潮": "信息|中|下|之|般",
}
_NOT_BEFORE = {"汉云": "瀚|武", "云洲": "", "浪潮": "化|热|新|型|级|展|革|命|的|大|一|波|股|这|场", "根云": "树"}


@dataclass(frozen=True, slots=True)
class Surface:
    """A gazetteer name found in a text."""

    start: int
    end: int
    platform: Platform
    #: the name is the operator's, not the platform's own
    operator: bool
    weak: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Entity:
    """A platform as one passage names it: by its own name, by its operator's, or both."""

    platform: str | None = None
    operator: str | None = None
    #: absolute span in the normalised text, or in the title where `in_title`
    start: int = 0
    end: int = 0
    region: Region | None = None
    #: how sure the grammar is that this is a name, 0..1
    strength: float = 0.9

    @property
    def surface(self) -> str:
        """The name to show where no better one is known."""
        return self.platform or self.operator or ""


@dataclass(frozen=True)
class Lexicon:
    """Platforms by every key of their names."""

    platforms: tuple[Platform, ...]
    by_name: dict[str, tuple[Platform, bool, bool]] = field(repr=False)
    by_company: dict[str, tuple[Platform, ...]] = field(repr=False)
    by_id: dict[str, Platform] = field(repr=False)
    sounds: dict[str, Platform] = field(repr=False)
    spotter: Spotter = field(repr=False)

    def find(self, text: str) -> list[Surface]:
        """Return the gazetteer's names in a normalised text, longest first at each place, in order."""
        out: list[Surface] = []
        for start, end in self.spotter.spans(text):
            name = text[start:end]
            platform, operator, weak = self.by_name[slugs.key(name)]
            after, before = text[end:], text[:start]
            bad_after, bad_before = _NOT_AFTER.get(name), _NOT_BEFORE.get(name)
            if (bad_after and re.match(bad_after, after)) or (bad_before and re.search(f"(?:{bad_before})$", before)):
                continue
            if (
                weak
                and name.isascii()
                and re.match(r"(?:\s+(?!Industrial|Internet|Platform|IIoT|Cloud)[A-Z][a-z]+)", after)
            ):
                continue
            out.append(Surface(start, end, platform, operator, weak))
        return out

    def lookup(self, entity: Entity) -> Platform | None:
        """Return the platform an entity means, None where the register holds none."""
        if entity.platform:
            found = self._by_platform_name(entity.platform, entity.operator)
            if found:
                return found
        if entity.operator:
            return self._by_operator(entity.operator, entity.platform)
        return None

    def identify(self, entity: Entity) -> tuple[Ref, Ref | None, Platform | None]:
        """Return platform and operator as references, and the platform where the register holds it."""
        known = self.lookup(entity)
        if known:
            operator = known.operator
            if operator is None and entity.operator:
                operator = Ref(id=slugs.slug(slugs.company_core(entity.operator)), name=entity.operator)
            if known.status == LOCAL:
                named = known.names or not entity.platform
                return (
                    Ref(id=known.id, name=known.name if named else slugs.brand(entity.platform or "")),
                    operator,
                    None,
                )
            return Ref(id=known.id, name=known.name), operator, known
        operator = None
        if entity.operator:
            operator = Ref(id=slugs.slug(slugs.company_core(entity.operator)), name=entity.operator)
        if entity.platform:
            name = slugs.brand(entity.platform)
            identity = slugs.slug(entity.platform)
        else:
            name = entity.operator or ""
            identity = slugs.slug(slugs.company_core(name))
        taken = self.by_id.get(identity)
        if taken is not None:
            identity = slugs.told_apart(identity, name)
        return Ref(id=identity, name=name), operator, None

    def _by_platform_name(self, surface: str, operator: str | None) -> Platform | None:
        bare = slugs.brand(surface)
        for candidate in _parts(surface, bare):
            hit = self.by_name.get(slugs.key(candidate))
            if hit and not (hit[1] and candidate != surface and len(bare) > len(candidate) + 1):
                return hit[0]
        if not slugs.has_han(bare):
            # Fengyun may be 锋云 or 风: with and without the closing 云
            sound = self.sounds.get(slugs.slug(bare)) or self.sounds.get(slugs.pinyin(bare))
            if sound is not None:
                return sound
        elif operator is None or not slugs.has_han(operator):
            twin = self.by_id.get(slugs.slug(bare))
            if twin is not None and not any(slugs.has_han(n) for n in twin.names):
                return twin
        return None

    def _by_operator(self, operator: str, platform: str | None) -> Platform | None:
        hit = self.by_name.get(slugs.key(operator))
        if hit and (platform is None or _generic(platform, operator)):
            return hit[0]
        core = slugs.company_core(operator)
        owned = self.by_company.get(slugs.key(core), ())
        if not owned:
            hit = self.by_name.get(slugs.key(core))
            owned = (hit[0],) if hit and hit[1] else ()
        if not owned and not slugs.has_han(core):
            owned = tuple(p for p in self.platforms if _sounds_like(p, core))[:2]
        if len(owned) == 1 and (platform is None or _generic(platform, operator) or not _rival(owned[0], platform)):
            return owned[0]
        return None


def lexicon(platforms: Iterable[Platform]) -> Lexicon:
    """Return the lexicon of these platforms; the same tuple gives the same object."""
    return _lexicon(tuple(platforms))


@lru_cache(maxsize=16)
def _lexicon(platforms: tuple[Platform, ...]) -> Lexicon:
    by_name: dict[str, tuple[Platform, bool, bool]] = {}
    by_company: dict[str, tuple[Platform, ...]] = {}
    sounds: dict[str, Platform] = {}
    surfaces: set[str] = set()
    for p in platforms:
        entries = _entries(p)
        for name, key, operator, weak in entries.names:
            surfaces.add(name)
            by_name.setdefault(key, (p, operator, weak))
        for sound in entries.sounds:
            sounds.setdefault(sound, p)
        for core in entries.companies:
            if p not in by_company.get(core, ()):
                by_company[core] = (*by_company.get(core, ()), p)
    ordered = sorted(surfaces, key=lambda n: (-len(n), n))
    spotter = Spotter(map(_spotted, ordered), re.IGNORECASE)
    return Lexicon(platforms, by_name, by_company, {p.id: p for p in platforms}, sounds, spotter)


@dataclass(frozen=True, slots=True)
class _Entries:
    """What a lexicon holds of one platform."""

    #: name as it is looked for, its key, whether it is the operator's, whether it is weak
    names: tuple[tuple[str, str, bool, bool], ...]
    sounds: tuple[str, ...]
    companies: tuple[str, ...]


# Every article has a lexicon of its own, the register's platforms and a few more.
@lru_cache(maxsize=4096)
def _entries(p: Platform) -> _Entries:
    names: list[tuple[str, str, bool, bool]] = []
    sounds: list[str] = []
    companies: list[str] = []

    def add(name: str, *, operator: bool, weak: bool) -> None:
        name = simplified(name)
        key = slugs.key(name)
        if len(key) >= 2:
            names.append((name, key, operator, weak))

    weak = {simplified(n) for n in p.weak_names}
    for name in (p.name, *p.names):
        add(name, operator=False, weak=simplified(name) in weak)
        bare = slugs.brand(simplified(name))
        add(bare, operator=False, weak=bare in weak or len(bare) < 3)
        if p.status == "reported" or slugs.has_han(bare):
            sounds += [slugs.slug(bare), slugs.pinyin(bare)]
    for name in p.weak_names:
        add(name, operator=False, weak=True)
    for name in (*((p.operator.name,) if p.operator else ()), *p.operator_names):
        clean = simplified(name)
        add(clean, operator=True, weak=clean in weak)
        companies.append(slugs.key(slugs.company_core(clean)))
    return _Entries(tuple(names), tuple(sounds), tuple(companies))


@lru_cache(maxsize=8192)
def _spotted(name: str) -> tuple[str, str | None]:
    """Return a name as a spotter takes it: its literal beginning, and its pattern where that is not all."""
    pattern = _bounded(name)
    return (name, None) if pattern == name else (_head(name), pattern)


def _head(name: str) -> str:
    """Return what a name begins with however its parts are joined."""
    return re.split(r"[\s-]", name, maxsplit=1)[0] or name[0]


def _bounded(name: str) -> str:
    core = r"[\s-]?".join(re.escape(part) for part in re.split(r"[\s-]+", name))
    if name[0].isascii() and name[0].isalnum():
        core = r"(?<![A-Za-z0-9])" + core
    if name[-1].isascii() and name[-1].isalnum():
        core += r"(?![A-Za-z0-9])"
    return core


def _parts(surface: str, bare: str) -> list[str]:
    """Return the names inside a name, the most telling first: 星澜云StarLan → whole, 星澜云, StarLan."""
    out = [surface, bare]
    inner = re.findall(r"[\u3400-\u9fff]{2,}|[A-Za-z][A-Za-z0-9³]*(?:[-. ][A-Za-z0-9]+)*", bare)
    if len(inner) > 1:
        out += sorted(inner, key=len, reverse=True)
    if slugs.has_han(bare):
        placeless = regions.strip_place(bare)
        if placeless != bare and len(placeless) >= 2:
            out.append(placeless)
        # 星澜云 and 星澜 are one; 根云 and 根 are not
        if bare.endswith("云") and len(bare) >= 4:
            out.append(bare[:-1])
        elif len(bare) >= 2 and not bare.endswith("云"):
            out.append(bare + "云")
    out += [p for p in re.findall(r"\(([^()]{2,})\)", surface) if regions.by_name(p) is None]
    return out


def _generic(platform: str, operator: str) -> bool:
    """The platform's name is only its operator's: 浪潮工业互联网平台."""
    core = slugs.key(slugs.company_core(operator))
    bare = slugs.key(slugs.brand(platform))
    return bare == core or bare in core or bare == slugs.key(operator)


def _rival(known: Platform, platform: str) -> bool:
    """A platform of a known operator under a name that shares nothing with the known one."""
    bare = slugs.key(slugs.brand(platform))
    return not any(bare in slugs.key(n) or slugs.key(slugs.brand(n)) in bare for n in (known.name, *known.names))


def _sounds_like(platform: Platform, core: str) -> bool:
    wanted = slugs.slug(core)
    if len(wanted) < 4:
        return False
    names = (*((platform.operator.name,) if platform.operator else ()), *platform.operator_names)
    return any(slugs.has_han(n) and slugs.slug(slugs.company_core(n)) == wanted for n in names)
