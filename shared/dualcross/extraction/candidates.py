"""Names that stand in no list, found by their form: the article's own gazetteer, read before any claim is.

A legal name, a name in quotes before 平台, a Latin brand, a name that the article repeats as X平台: what shows once
by its form that it is a platform or an operator is then recognised bare wherever the article uses it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from dualcross.extraction import english_names, lists, regions, slugs
from dualcross.extraction.names import Entity, Lexicon
from dualcross.extraction.normal import Prepared
from dualcross.extraction.phrases import GENERIC, LEGAL, LINK, QUOTED, SHORT, VERBISH, H, company, platform_name
from dualcross.model import Ref, Region
from dualcross.patterns import late
from dualcross.ports import Platform

#: words that end what precedes a name in running text
_FUNCTION = late(
    r".*(?:[是为由的将与和及把对向从在有了给让请等被获其该叫称以及]|包括|包含|其中|当中|建设方|运营方|申报方|建设单位|运营单位|申报单位|建设主体|运营主体|运营商|开发商|母公司|子公司|推荐|认定|确定|新增|入选|记者|企业|公司|平台|近日|日前|获悉|祝贺|分别|来自|位于|依托|基于|联合|携手|作为|成立|创办|旗下|控股|参股|推出|打造|建设|运营|支持|关于|公布|发布|公示|名单|显示|席位|一席|批准|同意|撤销|取消|移出|调出|授予|指导|组织|当天|随后|此前|目前|同时|此外|另外|不过|但|而|因|若|如|凡|经|曾|已|又|也|还|均|都|就|才|只|仅|最)",
)
_QUOTED = late(
    rf"{QUOTED}(?=(?:工业互联网|工业|操作|智能|数字|综合服务|云|制造)*(?:平台|系统|\()|(?:成功|首次|再次)?(?:双跨|入选|拟入选)|[,、。和与及两等以])"
)
#: 国家级双跨平台驭澜云总部…: a name right behind the class words
_AFTER_CLASS = late(
    rf"(?:双跨|跨领域)(?:工业互联网)?平台(?P<pf>[{H}]{{2,6}}?|[A-Z][A-Za-z0-9]{{2,20}})(?=总部|运营(?:商|方|主体|公司)|注册地|的(?:总部|运营|注册)|迁|由)"
)
_NAMED = late(
    rf"(?P<pf>(?:[{H}]{{2,10}})?[A-Za-z][A-Za-z0-9³.\-]{{1,20}}(?:[{H}]{{0,4}})?|[{H}]{{2,12}})(?P<tail>工业互联网(?:综合服务|服务)?平台|工业操作系统|工业云平台|平台)"
)
_LEGAL = late(LEGAL)
_LEGAL_END = late(r"(?:股份有限公司|有限责任公司|集团有限公司|集团公司|有限公司)")
_SHORT = late(
    rf"(?:(?<=[,。;:、“\n(的由和与是将])|^){SHORT}(?=[,、。;:”)的]|旗下|入选|自主|打造|首次|再次|成功|也|和|与|等)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Find:
    """A platform and its operator, as the article links them, either of them alone, and the home it tells."""

    platform: str | None
    operator: str | None
    region: Region | None = None


@dataclass
class _Local:
    id: str
    names: list[str] = field(default_factory=list)
    operators: list[str] = field(default_factory=list)
    region: Region | None = None


def local_platforms(prepared: Prepared, lex: Lexicon) -> tuple[Platform, ...]:
    """Return a platform for every name the article shows by its form and the lexicon does not hold."""
    text = prepared.title + "\n" + prepared.text
    finds = _english(text, lex) if prepared.english else _chinese(text)
    return gazetteer(finds, lex)


def gazetteer(finds: Iterable[Find], lex: Lexicon) -> tuple[Platform, ...]:
    """Return a platform for every find that the lexicon does not hold, finds of one platform together."""
    locals_: dict[str, _Local] = {}
    for f in sorted(finds, key=lambda f: (f.platform is None, f.operator is None)):
        entity = Entity(platform=f.platform, operator=f.operator)
        if lex.lookup(entity) is not None:
            continue
        home = _home_of(f, locals_, lex)
        if f.platform and slugs.brand(f.platform) not in home.names:
            home.names.append(slugs.brand(f.platform))
        if f.operator and f.operator not in home.operators:
            home.operators.append(f.operator)
        home.region = home.region or f.region or (regions.of_legal_name(f.operator) if f.operator else None)
    return tuple(_platform(x) for x in locals_.values())


def _home_of(f: Find, locals_: dict[str, _Local], lex: Lexicon) -> _Local:
    core = slugs.key(slugs.company_core(f.operator)) if f.operator else None
    brand = slugs.key(slugs.brand(f.platform)) if f.platform else None
    for x in locals_.values():
        brands = {slugs.key(n) for n in x.names}
        if brand and any(
            brand == b or (len(b) >= 2 and len(brand) >= 2 and (b in brand or brand in b)) for b in brands
        ):
            return x
        if brand is None and core and any(_same_company(core, o) for o in x.operators):
            return x
        if brand is None and core and core in brands:
            return x
        if (
            core
            and brand
            and not x.names
            and any(brand in slugs.key(slugs.company_core(o)) for o in x.operators)
            and _same_company(core, x.operators[0])
        ):
            return x
        if (
            brand
            and core is None
            and len(brand) >= 2
            and any(brand in slugs.key(slugs.company_core(o)) for o in x.operators)
            and not x.names
        ):
            return x
        if brand is None and core and any(len(b) >= 2 and b in core for b in brands):
            return x
        if (
            core is None
            and brand
            and any(slugs.key(slugs.company_core(o)) == brand for o in x.operators)
            and not x.names
        ):
            return x
    ref, _, _ = lex.identify(Entity(platform=f.platform, operator=f.operator))
    identity = ref.id if ref.id not in locals_ else slugs.told_apart(ref.id, f.platform or f.operator or "")
    return locals_.setdefault(identity, _Local(identity))


def _same_company(core: str, operator: str) -> bool:
    other = slugs.key(slugs.company_core(operator))
    return core == other or (min(len(core), len(other)) >= 2 and (core.startswith(other) or other.startswith(core)))


def _platform(x: _Local) -> Platform:
    # 宁夏宁云 beside 宁云: a place before a name is no part of it
    own = [n for n in x.names if regions.strip_place(n) == n or regions.strip_place(n) not in x.names]
    names = list(own)
    for n in own:
        names += [
            p
            for p in re.findall(rf"[{H}]{{2,}}|[A-Za-z][A-Za-z0-9³]{{2,}}(?:[-. ][A-Za-z0-9]+)*", n)
            if p != n and not GENERIC.search(p)
        ]
    operators = list(x.operators)
    weak: list[str] = []
    for o in x.operators:
        core = slugs.company_core(o)
        short = slugs.LEGAL_SUFFIX.sub("", o)
        placeless = regions.strip_place(short) if slugs.has_han(short) else short
        operators += [s for s in (short, placeless) if len(slugs.key(s)) >= 3]
        if len(slugs.key(core)) >= 2 and not GENERIC.search(core) and regions.by_name(core) is None:
            operators.append(core)
            weak.append(core)
    name = max(own, key=lambda n: (n.isascii() is False, len(n))) if own else (x.operators[0] if x.operators else x.id)
    operator = None
    if x.operators:
        best = max(x.operators, key=lambda o: (bool(_LEGAL_END.search(o)), len(o)))
        operator = Ref(id=slugs.slug(slugs.company_core(best)), name=best)
    return Platform(
        id=x.id, name=name, names=tuple(dict.fromkeys(names)), operator=operator, operator_names=tuple(dict.fromkeys(operators)),
        region=x.region, status="local", weak_names=tuple(weak),
    )  # fmt: skip


def legal_names(text: str) -> list[tuple[int, int]]:
    """Return the spans of legal names in Chinese running text, each beginning where the name does."""
    out = []
    for m in _LEGAL_END.finditer(text):
        run = re.search(rf"[{H}A-Za-z0-9·()\-]{{2,32}}$", text[: m.start()])
        if run is None:
            continue
        head = run.group()
        offset = run.start()
        last_open = head.rfind("(")
        if last_open >= 0 and ")" not in head[last_open:]:
            offset, head = offset + last_open + 1, head[last_open + 1 :]
        cut = _start_of_name(head)
        if len(head) - cut >= 2:
            out.append((offset + cut, m.end()))
    return out


def _start_of_name(head: str) -> int:
    """Where a name begins in the run of characters before its legal form: at a place, else after a function word."""
    places = [p for p in regions.find(head) if len(head) - p.end >= 2 and (p.start == 0 or head[p.start - 1] != "(")]
    for p in places:
        # of places side by side (浙江宁波…) the first begins the name, unless a function word parts them
        if not re.search("[的是与和及由将把被让给]", head[p.end :]):
            return p.start
    masked = head[:-1]
    for p in places:
        masked = masked[: p.start] + "○" * (min(p.end, len(masked)) - p.start) + masked[p.end :]
    function = _FUNCTION.match(masked)
    return function.end() if function else 0


def _chinese(text: str) -> list[Find]:
    out: list[Find] = [Find(e.platform, e.operator, e.region) for e in lists.pairs(text)]
    spans = legal_names(text)
    for a, b in spans:
        operator = company(text[a:b])
        if operator is None:
            continue
        platform = _after_operator(text[b : b + 60])
        if platform is None:
            m = re.search(
                rf"(“[{H}A-Za-z0-9³·.\- ]{{2,20}}”[A-Za-z0-9]*[{H}]{{0,6}}?(?:平台)?|[{H}A-Za-z0-9³.\-]{{2,16}}?(?:工业互联网)?平台)\($",
                text[max(0, a - 30) : a],
            )
            platform = platform_name(re.sub(r"^.*[,、。;:.]", "", m.group(1))) if m else None
        if platform is None:
            m = re.search(
                rf"“([{H}A-Za-z0-9³·.\- ]{{2,20}})”[{H}]{{0,12}}平台[,，]?[^。,]{{0,10}}(?:由|是)$",
                text[max(0, a - 50) : a],
            )
            platform = m.group(1) if m else None
        if platform is None and re.match(r"(?:自主|牵头|独立|联合)*(?:建设|研发|运营|打造|开发|推出)", text[b : b + 8]):
            m = re.search(
                rf"([{H}A-Za-z0-9³.\-]{{2,16}}?)”?(?:工业互联网)?平台[,，]?(?:系|是)?由$",
                re.split("[。;,、]", text[max(0, a - 30) : a])[-1],
            )
            platform = platform_name(m.group(1).lstrip("“") + "平台") if m else None
        if platform is None:
            m = re.match(rf"(?:以|凭借?|携|靠)“?([{H}A-Za-z0-9³·.\- ]{{2,20}}?)”?(?:工业互联网)?平台", text[b : b + 30])
            platform = m.group(1) if m else None
        if platform is None:
            m = re.match(
                rf"[^。]{{0,24}}对应(?:的)?(?:平台)?(?:是|为|的是)?“([{H}A-Za-z0-9³·.\- ]{{2,20}})”", text[b : b + 60]
            )
            platform = m.group(1) if m else None
        if platform is None:
            m = re.search(
                rf"“([{H}A-Za-z0-9³·.\- ]{{2,20}})”(?:工业互联网)?平台[,，]?(?:其|是|系|的)?(?:建设|运营|开发|申报|所属)(?:方|主体|单位|企业|商|公司)?(?:是|为)?$",
                text[max(0, a - 44) : a],
            )
            platform = m.group(1) if m else None
        out.append(Find(platform, operator, regions.of_legal_name(operator)))
    behind = [m.group("pf") for m in _AFTER_CLASS.finditer(text)]
    out += [Find(n, None) for n in behind if platform_name(n + "平台") is not None and regions.by_name(n) is None]
    out += _quoted(text, list(dict.fromkeys(text[a:b] for a, b in spans)))
    out += _repeated(text)
    for m in _SHORT.finditer(text):
        name = company(m.group())
        if name and not re.search(r"(?:平台|公司|大学|学院|协会|联盟)$", name) and len(name) <= 10:
            out.append(Find(_after_operator(text[m.end() : m.end() + 40]), name))
    return out


def _quoted(text: str, legal: list[str]) -> list[Find]:
    """“X” where the words around it show a platform; its owner by a short name, if a legal name of the text holds it."""
    out: list[Find] = []
    for m in _QUOTED.finditer(text):
        name = (m.group("pf") + (m.group("latin") or "")).strip()
        near = text[m.end() : m.end() + 12]
        if (
            (GENERIC.search(name) and not re.fullmatch(rf"[{H}]{{2,4}}", name))
            or VERBISH.search(name)
            or regions.by_name(name)
            or re.search("双跨|跨行业|国家|[的了]|领头|试验|主力|名片|双子|赛道|群|计划|工程|行动|大脑$|一张网", name)
        ):
            continue
        before = text[max(0, m.start() - 8) : m.start()]
        if (
            not re.search("平台|系统|双跨|入选", near)
            and not re.search("(?:平台|双跨|入选|上榜|获评)的?$", before)
            and not re.search(rf"“?{re.escape(name)}”?(?:工业互联网)?平台", text)
        ):
            continue
        out.append(Find(name, _before_quote(text[: m.start()], legal)))
    return out


def _after_operator(rest: str) -> str | None:
    m = re.match(r"\s?\((“?[^()“”]{2,24}”?[^()]{0,8})\)", rest)
    if m and (re.search(r"平台|“", m.group(1)) or re.search(r"[A-Za-z]{3}", m.group(1))):
        found = platform_name(m.group(1))
        if found and not re.search("简称|公司|以下", m.group(1)):
            return found
    m = re.match(r"\((?:以下)?简称[^()]{1,16}\)", rest)
    rest = rest[m.end() :] if m else rest
    link = LINK.match(rest)
    tail = rest[link.end() :] if link else rest
    linked = bool(link and link.group())
    if not linked and not re.match(rf"[“《]|[{H}A-Za-z0-9]{{2,12}}(?:工业互联网)?平台|[A-Z][A-Za-z]{{2,}}", tail):
        return None
    if re.match(r"(?:名字|消息|相关|负责|董事|总|副|工程师|客户|产品|技术|业务|股东|股票|入选|成功|首次)", tail):
        return None
    return platform_name(tail)


def _before_quote(before: str, legal: list[str]) -> str | None:
    if len(legal) == 1 and re.search(
        r"(?:公司|我司|企业|其)(?:自研|自主研发|旗下|打造|建设|运营|开发|研发)?的?$", before[-10:]
    ):
        return legal[0]
    placed = re.search(rf"(?:^|[,。、;:和与及是])([{H}]{{4,9}}?)(?:公司)?的?$", before[-12:])
    if placed and regions.strip_place(placed.group(1)) != placed.group(1) and not VERBISH.search(placed.group(1)):
        # 宁波甬江数联的“甬江云”: a place begins a name though no legal form ends it
        full = [name for name in legal if name.startswith(placed.group(1))]
        return full[0] if full else placed.group(1)
    short = re.search(rf"([{H}]{{2,6}})$", before[-9:].removesuffix("的").removesuffix("公司"))
    if short:
        for width in range(len(short.group(1)), 1, -1):
            told = short.group(1)[-width:]
            owners = [name for name in legal if told in name]
            if len(owners) == 1 and regions.by_name(told) is None:
                return owners[0]
    m = re.search(rf"({SHORT}|[{H}]{{2,6}})(?:公司)?(?:自主研发|打造|建设|运营|研发|推出|旗下|申报)?的?$", before[-24:])
    if m is None:
        return None
    name = m.group(1)
    cut = _FUNCTION.match(name[:-1])
    name = name[cut.end() :] if cut else name
    if not re.search(rf"^{SHORT}$", name):
        return None
    return company(name)


def _repeated(text: str) -> list[Find]:
    """X平台 or X工业互联网平台 where X is told apart by its suffix, a Latin brand, or by being used again."""
    counts: Counter[str] = Counter()
    strong: set[str] = set()
    for m in _NAMED.finditer(text):
        raw, tail = m.group("pf"), m.group("tail")
        at_start = m.start() == 0 or text[m.start() - 1] in " ,。;:、“”\n(（《·|\t"
        cut = _FUNCTION.match(raw[:-1]) if slugs.has_han(raw) else None
        name = raw[cut.end() :] if cut else raw
        if not at_start and not cut and text[m.start() - 1] not in "的和与及由是将对":
            continue
        if len(slugs.key(name)) < 2 or platform_name(name + tail) is None or regions.by_name(name):
            continue
        name = slugs.brand(platform_name(name + tail) or name + tail)
        if len(name) > 10 and slugs.has_han(name) and not re.search("[A-Za-z]", name):
            continue
        counts[name] += 1
        if tail != "平台" or re.search(r"[A-Z][A-Za-z]{2,}", name) or name.endswith("云"):
            strong.add(name)
    out = []
    for name, n in counts.items():
        if name in strong or n >= 2 or len(re.findall(re.escape(name), text)) >= 3:
            out.append(Find(name, None))
    return out


_QUOTED_OF = late(
    r"[\"“](?P<pf>[A-Z][\w\- ]{1,30}?)[,.]?[\"”]\s*(?:(?:industrial internet |cloud |digital )*platform)?,?\s*"
    rf"(?:of|from|by|(?:built|developed|operated|run|owned|submitted|made) by)\s+(?P<op>{english_names.NAME.pattern})"
)
_QUOTED_PLATFORM = late(
    r"[\"“](?P<pf>(?-i:[A-Z])[\w\- ]{1,30}?)[,.]?[\"”]\s*(?:cross-\S+\s+)*(?:industrial[ -]internet |cloud |digital |iiot )*platform",
    re.IGNORECASE,
)
_WHOSE = late(
    rf"(?P<op>{english_names.NAME.pattern}),?\s+(?:whose|and its|which runs|which operates|operator of(?: the)?|developer of(?: the)?"
    r"|owner of(?: the)?|the company behind(?: the)?)\s+(?:[a-z-]+\s+){0,3}[\"“]?(?P<pf>[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*)[\"”]?"
)
#: X of Liaoning was chosen for Y, Z of Jilin for W
_CHOSEN_FOR = late(
    rf"(?P<op>{english_names.NAME.pattern})(?: of [A-Z]\w+)?(?: (?:was|were|is) (?:chosen|selected|picked|named|added))? for (?:its )?(?P<pf>[A-Z]\w+(?: [A-Z]\w+)*)"
)
_COMPANY_QUOTED = late(rf"(?P<op>{english_names.NAME.pattern})\s+[\"“](?P<pf>[A-Z][\w\- ]{{1,30}}?)[,.]?[\"”]")


#: the platform, called X
_CALLED = late(
    r"\b(?:(?:platform|system),?\s+(?:which is |that is )?(?:called|named|known as|dubbed|branded)|[Ii]ts (?:\w+ )?platform,?)\s+"
    rf"[\"“]?(?P<pf>{english_names.NAME.pattern})"
)


def _english(text: str, lex: Lexicon) -> list[Find]:
    clean = english_names.clean
    out = [Find(m.group("pf"), clean(m.group("op"))) for m in _QUOTED_OF.finditer(text)]
    out += [Find(m.group("pf"), None) for m in _QUOTED_PLATFORM.finditer(text)]
    for m in _WHOSE.finditer(text):
        platform, operator = clean(m.group("pf")), clean(m.group("op"))
        if platform and operator:
            out.append(Find(platform, operator))
    if re.search(r"\b(?:chosen|selected|picked|named|added) for (?:its )?[A-Z]", text):
        pairs = [(clean(m.group("pf")), clean(m.group("op"))) for m in _CHOSEN_FOR.finditer(text)]
        out += [Find(p, o) for p, o in pairs if p and o and " " in o]
    for m in _COMPANY_QUOTED.finditer(text):
        operator = clean(m.group("op"))
        if operator and english_names.COMPANY_MARK.search(operator):
            out.append(Find(m.group("pf"), operator))
    for m in _CALLED.finditer(text):
        before = [o.group() for o in english_names.NAME.finditer(text[: m.start()])]
        known = [c for o in before if (c := clean(o))]
        companies = [c for c in known if english_names.COMPANY_MARK.search(c)] or [c for c in known if " " in c]
        out.append(Find(clean(m.group("pf")), companies[-1] if companies else None))
    for line in text.split("\n"):
        named = english_names.entities(line, 0, lex, bare=False)
        out += [Find(e.platform, e.operator, e.region) for e in named if e.strength < 0.97]
    return [f for f in out if f.platform or f.operator]
