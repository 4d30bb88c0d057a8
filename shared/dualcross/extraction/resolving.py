"""Which claims are of one platform: names linked across an article, resolved to ids."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from dualcross.extraction import english_names, regions, slugs
from dualcross.extraction.claims import Claim
from dualcross.extraction.names import LOCAL, Entity, Lexicon
from dualcross.extraction.normal import Prepared
from dualcross.extraction.phrases import entities
from dualcross.model import Ref, Region
from dualcross.ports import Platform


@dataclass
class Gathered:
    """Everything claimed of one platform."""

    platform: Ref
    operator: Ref | None
    known: Platform | None
    #: home province that the article's own names tell
    home: Region | None = None
    claims: list[Claim] = field(default_factory=list)
    surfaces: list[str] = field(default_factory=list)


def link_names(claims: list[Claim], prepared: Prepared, lex: Lexicon) -> list[Claim]:
    """Give each entity the operator or platform that another passage links it to, even far apart."""
    pairs: list[tuple[str, str]] = [
        (c.entity.platform, c.entity.operator) for c in claims if c.entity.platform and c.entity.operator
    ]
    reader = english_names.entities if prepared.english else None
    text = prepared.text
    wanted = {slugs.key(slugs.brand(c.entity.platform)) for c in claims if c.entity.platform and not c.entity.operator}
    lone = {
        slugs.key(slugs.company_core(c.entity.operator)) for c in claims if c.entity.operator and not c.entity.platform
    }
    if reader is None and (wanted or lone):
        pairs += _pairs_in(text, wanted, lone, lex)
    elif reader is not None and (wanted or lone):
        for s in prepared.sentences:
            pairs += [
                (e.platform, e.operator) for e in reader(s.text, s.start, lex, bare=False) if e.platform and e.operator
            ]
    by_platform = {slugs.key(slugs.brand(p)): o for p, o in pairs}
    by_operator: dict[str, set[str]] = {}
    for p, o in pairs:
        by_operator.setdefault(slugs.key(slugs.company_core(o)), set()).add(p)
    return [replace(c, entity=_linked(c.entity, by_platform, by_operator)) for c in claims]


def _linked(entity: Entity, by_platform: dict[str, str], by_operator: dict[str, set[str]]) -> Entity:
    if entity.platform and not entity.operator:
        operator = by_platform.get(slugs.key(slugs.brand(entity.platform)))
        if operator:
            return replace(entity, operator=operator, region=entity.region or regions.of_legal_name(operator))
        # the "platform" may be the operator's short name: 星澜科技 beside “江苏星澜科技有限公司的星澜云平台”
        owned = by_operator.get(slugs.key(slugs.company_core(entity.platform)))
        if (
            owned
            and len({slugs.key(slugs.brand(p)) for p in owned}) == 1
            and slugs.key(slugs.brand(entity.platform)) not in by_platform
        ):
            return replace(entity, platform=min(owned, key=len), operator=entity.platform)
    if entity.operator and not entity.platform:
        core = slugs.key(slugs.company_core(entity.operator))
        owned = by_operator.get(core) or next(
            (v for k, v in by_operator.items() if len(core) >= 2 and (k.startswith(core) or core.startswith(k))), None
        )
        if owned and len({slugs.key(slugs.brand(p)) for p in owned}) == 1:
            return replace(entity, platform=min(owned, key=len))
    return entity


def _pairs_in(text: str, wanted: set[str], lone: set[str], lex: Lexicon) -> list[tuple[str, str]]:
    """Read operator–platform links out of Chinese running text around the names that lack one."""

    out = []
    for m in re.finditer(
        r"[^,。;；、\n]*(?:公司|集团|科技|股份)[^,。;；\n]{0,12}(?:的|旗下|打造|研发|建设|运营|推出|申报|自主)[^,。;；、\n]{2,40}",
        text,
    ):
        out += [
            (e.platform, e.operator)
            for e in entities(m.group(), m.start(), lex, bare=False)
            if e.platform
            and e.operator
            and (slugs.key(slugs.brand(e.platform)) in wanted or slugs.key(slugs.company_core(e.operator)) in lone)
        ]
    for m in re.finditer(
        r"由([^,。;；、\n]{3,30}?(?:公司|集团|科技|股份))(?:自主|牵头|联合|独立)*(?:研发|建设|运营|打造|开发|推出)",
        text,
    ):
        before = text[max(0, m.start() - 60) : m.start()]
        named = [w for w in wanted if w and w in slugs.key(before)]
        if len(named) == 1:
            out.append((named[0], m.group(1)))
    return out


def gather(claims: list[Claim], lex: Lexicon) -> list[Gathered]:
    """Group claims by platform; open names that share an operator or a sound are one."""
    groups: dict[str, Gathered] = {}
    operators: dict[str, str] = {}
    for claim in sorted(claims, key=lambda c: (c.entity.platform is None, c.span is None)):
        platform, operator, known = lex.identify(claim.entity)
        identity = platform.id
        core = slugs.key(slugs.company_core(claim.entity.operator or claim.entity.platform or ""))
        if known is None and claim.entity.platform is None and core in operators:
            identity = operators[core]
        if known is None and identity not in groups and claim.entity.platform is not None and core in operators:
            twin = groups[operators[core]]
            if twin.known is None and _same_brand(twin, claim.entity.platform):
                identity = twin.platform.id
        own = lex.by_id.get(identity)
        home = own.region if own is not None and own.status == LOCAL else None
        group = groups.setdefault(identity, Gathered(platform, operator, known, home))
        if group.operator is None and operator is not None:
            group.operator = operator
        if (
            known is None
            and len(platform.name) > len(group.platform.name)
            and claim.entity.platform
            and not group.known
        ):
            group.platform = Ref(id=group.platform.id, name=platform.name)
        if claim.entity.operator:
            operators.setdefault(slugs.key(slugs.company_core(claim.entity.operator)), identity)
        elif known is None:
            operators.setdefault(core, identity)
        group.claims.append(claim)
        for surface in (claim.entity.platform, slugs.brand(claim.entity.platform) if claim.entity.platform else None):
            bare = re.sub('[“”"《》]', "", surface or "").strip()
            if bare and bare not in group.surfaces:
                group.surfaces.append(bare)
        if (
            not claim.entity.platform
            and claim.entity.operator
            and claim.entity.operator not in group.surfaces
            and known is None
        ):
            group.surfaces.append(claim.entity.operator)
    return sorted(groups.values(), key=lambda g: min(c.entity.start if c.span else 10**9 for c in g.claims))


def _same_brand(group: Gathered, surface: str) -> bool:
    bare = slugs.key(slugs.brand(surface))
    return any(bare in slugs.key(s) or slugs.key(slugs.brand(s)) in bare for s in group.surfaces)
