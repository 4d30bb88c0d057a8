"""Memberships of an article: claims of title, sentences and printed rosters, resolved to platforms and merged.

One membership per platform: its latest stage, with earlier ones as history.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from dualcross.extraction import chinese, classes, english, regions, slugs
from dualcross.extraction.candidates import local_platforms
from dualcross.extraction.claims import Claim, Discourse
from dualcross.extraction.lists import Row, rows
from dualcross.extraction.names import Entity, Lexicon, lexicon
from dualcross.extraction.normal import Prepared
from dualcross.model import Evidence, Membership, Ref, Region, Stage
from dualcross.ports import Platform
from dualcross.register.roster import Shipped

#: of two stages told for the same time the later in this order stands
_ORDER: dict[str, int] = {
    s: i
    for i, s in enumerate(
        ("planned", "called", "renamed", "recommended", "publicized", "selected", "reselected", "ranked", "removed", "relocated")
    )
}
_PAST = re.compile(r"曾|此前|早在|之前|previously|earlier|had been|in the past|already", re.IGNORECASE)


@dataclass
class _Gathered:
    """Everything claimed of one platform."""

    platform: Ref
    operator: Ref | None
    known: Platform | None
    claims: list[Claim] = field(default_factory=list)
    surfaces: list[str] = field(default_factory=list)


def find(prepared: Prepared, lex: Lexicon, shipped: Shipped) -> tuple[Membership, ...]:
    """Return the memberships an article tells, in the order of their first mention."""
    whole = prepared.title + "\n" + prepared.text
    if not classes.speaks_of_programme(whole):
        return ()
    local = local_platforms(prepared, lex)
    if local:
        lex = lexicon((*lex.platforms, *local))
    printed = rows(prepared.title, prepared.sentences, prepared.text, lex)
    claims = [*_claims(prepared, lex, printed), *_rows(printed, prepared)]
    if not claims:
        return ()
    claims = _link_names(claims, prepared, lex)
    gathered = _gather(claims, lex)
    _first_of_those_named(gathered)
    former = _former_names(prepared, lex)
    out = [_membership(g, prepared, shipped, former) for g in gathered]
    return tuple(m for m in out if m is not None)


def _claims(prepared: Prepared, lex: Lexicon, printed: list[Row]) -> list[Claim]:
    talk = Discourse()
    reader = english.read if prepared.english else chinese.read
    out = reader(prepared.title, None, talk, lex, group=-1)
    covered = [(r.start, r.end) for r in printed]
    line = 0
    for number, sentence in enumerate(prepared.sentences):
        if any(a <= sentence.start < b for a, b in covered):
            continue
        if sentence.line != line:
            # a new paragraph keeps what is spoken of, not whom
            line, talk.age = sentence.line, talk.age + 1
        speak = english.read if not slugs.has_han(sentence.text) else chinese.read
        out += speak(sentence.text, sentence.start, talk, lex, group=number)
    return out


def _rows(printed: list[Row], prepared: Prepared) -> list[Claim]:
    out = []
    for row in printed:
        stage, first = _stage_of_roster(row, prepared)
        if stage is None:
            continue
        out.append(
            Claim(
                entity=row.entity,
                stage=stage,
                span=(row.start, row.end),
                round=row.round,
                first_time=first,
                region=row.entity.region,
                confidence=0.97,
                by="list.row",
                former=row.former,
                rank=row.number if stage == "ranked" else None,
                group=-2,
            )
        )
    return out


def _stage_of_roster(row: Row, prepared: Prepared) -> tuple[Stage | None, bool | None]:
    note, heading = row.note, row.heading
    about = heading + " " + prepared.title
    if re.search(r"未通过|移出|退出|调出|撤销|removed|failed|withdrawn", note):
        return "removed", None
    if re.search(r"移出|退出|调出|撤销|未通过|removed|withdrawn", heading) and not re.search(r"新增|new", heading):
        return "removed", None
    if re.search(r"申报|征集|候选|培育|applicants?|applications?", heading) and not re.search(r"公布|公示|入选", about):
        return None, None
    if re.search(r"推荐", heading) and not re.search(r"入选|公布|公示.{0,20}(?:新增|跨行业|双跨)", heading):
        return "recommended", None
    first = True if re.search(r"新增|newly added|additions", about, re.IGNORECASE) or re.search(r"新增|首次|new", note) else None
    if re.search(r"保留|再次|复评|retained|again", note):
        first = False
    if re.search(r"公示(?!期满|无异议|结束|后)|public notice|publici[sz]ed|proposed|拟", about, re.IGNORECASE) and not re.search(r"正式公布|final", about):
        return "publicized", first
    if re.search(r"动态评价|排名|evaluation|ranking", about, re.IGNORECASE) and not first:
        return ("ranked" if row.number is not None and re.search("排名|排序|名次|rank", about, re.IGNORECASE) else "reselected"), False
    return "selected", first


def _link_names(claims: list[Claim], prepared: Prepared, lex: Lexicon) -> list[Claim]:
    """Give each entity the operator or platform that another passage links it to, even far apart."""
    pairs: list[tuple[str, str]] = [(c.entity.platform, c.entity.operator) for c in claims if c.entity.platform and c.entity.operator]
    reader = english.entities if prepared.english else None
    text = prepared.text
    wanted = {slugs.key(slugs.brand(c.entity.platform)) for c in claims if c.entity.platform and not c.entity.operator}
    lone = {slugs.key(slugs.company_core(c.entity.operator)) for c in claims if c.entity.operator and not c.entity.platform}
    if reader is None and (wanted or lone):
        pairs += _pairs_in(text, wanted, lone, lex)
    elif reader is not None and (wanted or lone):
        for s in prepared.sentences:
            pairs += [(e.platform, e.operator) for e in reader(s.text, s.start, lex, bare=False) if e.platform and e.operator]
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
        if owned and len({slugs.key(slugs.brand(p)) for p in owned}) == 1 and slugs.key(slugs.brand(entity.platform)) not in by_platform:
            return replace(entity, platform=min(owned, key=len), operator=entity.platform)
    if entity.operator and not entity.platform:
        core = slugs.key(slugs.company_core(entity.operator))
        owned = by_operator.get(core) or next((v for k, v in by_operator.items() if len(core) >= 2 and (k.startswith(core) or core.startswith(k))), None)
        if owned and len({slugs.key(slugs.brand(p)) for p in owned}) == 1:
            return replace(entity, platform=min(owned, key=len))
    return entity


def _pairs_in(text: str, wanted: set[str], lone: set[str], lex: Lexicon) -> list[tuple[str, str]]:
    """Read operator–platform links out of Chinese running text around the names that lack one."""
    from dualcross.extraction.phrases import entities

    out = []
    for m in re.finditer(r"[^,。;；、\n]*(?:公司|集团|科技|股份)[^,。;；\n]{0,12}(?:的|旗下|打造|研发|建设|运营|推出|申报|自主)[^,。;；、\n]{2,40}", text):
        for e in entities(m.group(), m.start(), lex, bare=False):
            if e.platform and e.operator and (slugs.key(slugs.brand(e.platform)) in wanted or slugs.key(slugs.company_core(e.operator)) in lone):
                out.append((e.platform, e.operator))
    for m in re.finditer(r"由([^,。;；、\n]{3,30}?(?:公司|集团|科技|股份))(?:自主|牵头|联合|独立)*(?:研发|建设|运营|打造|开发|推出)", text):
        before = text[max(0, m.start() - 60) : m.start()]
        named = [w for w in wanted if w and w in slugs.key(before)]
        if len(named) == 1:
            out.append((named[0], m.group(1)))
    return out


def _gather(claims: list[Claim], lex: Lexicon) -> list[_Gathered]:
    """Group claims by platform; open names that share an operator or a sound are one."""
    groups: dict[str, _Gathered] = {}
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
        group = groups.setdefault(identity, _Gathered(platform, operator, known))
        if group.operator is None and operator is not None:
            group.operator = operator
        if known is None and len(platform.name) > len(group.platform.name) and claim.entity.platform and not group.known:
            group.platform = Ref(id=group.platform.id, name=platform.name)
        if claim.entity.operator:
            operators.setdefault(slugs.key(slugs.company_core(claim.entity.operator)), identity)
        elif known is None:
            operators.setdefault(core, identity)
        group.claims.append(claim)
        for surface in (claim.entity.platform, slugs.brand(claim.entity.platform) if claim.entity.platform else None):
            bare = re.sub("[“”\"《》]", "", surface or "").strip()
            if bare and bare not in group.surfaces:
                group.surfaces.append(bare)
        if not claim.entity.platform and claim.entity.operator and claim.entity.operator not in group.surfaces and known is None:
            group.surfaces.append(claim.entity.operator)
    return sorted(groups.values(), key=lambda g: min(c.entity.start if c.span else 10**9 for c in g.claims))


def _same_brand(group: _Gathered, surface: str) -> bool:
    bare = slugs.key(slugs.brand(surface))
    return any(bare in slugs.key(s) or slugs.key(slugs.brand(s)) in bare for s in group.surfaces)


def _first_of_those_named(gathered: list[_Gathered]) -> None:
    """In a list that names who is new, the others are not: `first_time` false instead of unknown."""
    lists: dict[int | None, list[_Gathered]] = {}
    for g in gathered:
        for number in {c.group for c in g.claims if c.stage in ("selected", "publicized")}:
            lists.setdefault(number, []).append(g)
    for number, members in lists.items():
        new = [g for g in members if any(c.first_time for c in g.claims)]
        if len(members) < 2 or not new or len(new) == len(members):
            continue
        for g in members:
            if g not in new:
                g.claims = [replace(c, first_time=False) if c.group == number and c.first_time is None else c for c in g.claims]


def _former_names(prepared: Prepared, lex: Lexicon) -> list[tuple[str, str]]:
    out = []
    for s in prepared.sentences:
        if re.search(r"更名|改名|改称|原名|曾用名|前身|升级为", s.text):
            out += [(slugs.key(slugs.brand(e.surface)), old) for e, old in chinese.renames(s.text, lex, s.start)]
    return out


def _membership(g: _Gathered, prepared: Prepared, shipped: Shipped, former: list[tuple[str, str]]) -> Membership | None:
    published = prepared.article.published
    dated = [(c, _round(c, shipped, published, prepared)) for c in g.claims]
    year = (published or "9999")[:4]

    def rank(item: tuple[Claim, str | None]) -> tuple[str, int, bool]:
        claim, round_ = item
        when = round_ or (claim.when or year)[:4]
        return (when if claim.stage not in ("relocated",) else year, _ORDER[claim.stage], claim.span is not None)

    latest, round_ = max(dated, key=rank)
    same = [c for c, r in dated if c.stage == latest.stage and (r == round_ or r is None or round_ is None)]
    if round_ is None and latest.stage != "relocated":
        round_ = next((r for c, r in dated if c.stage == latest.stage and r), None)
    history = tuple(dict.fromkeys((c.stage, r) for c, r in dated if (c.stage, r) != (latest.stage, round_) and not (c.stage == latest.stage and r is None)))
    region = _region(g, same, latest)
    first = next((c.first_time for c in same if c.first_time is not None), None)
    if latest.stage in ("removed", "relocated", "ranked", "recommended"):
        first = None
    names = tuple(dict.fromkeys(s for s in g.surfaces if s)) or (g.platform.name,)
    old = latest.former or next((o for k, o in former if any(k == slugs.key(slugs.brand(s)) for s in (*names, g.platform.name))), None)
    confidence = max(c.confidence for c in same)
    if len({c.span for c in same}) > 1:
        confidence = min(0.99, confidence + 0.02)
    return Membership(
        platform=g.platform,
        operator=g.operator,
        stage=latest.stage,
        round=None if latest.stage == "relocated" else round_,
        region=region,
        first_time=first,
        confidence=round(confidence, 3),
        by=latest.by,
        evidence=_evidence(g, same, prepared),
        names=names,
        history=history,
        former=old,
        moved_from=next((c.moved_from for c in same if c.moved_from), None),
        rank=next((c.rank for c in same if c.rank is not None), None),
        date=latest.when if latest.when and len(latest.when) == 10 else None,
    )


def _region(g: _Gathered, same: list[Claim], latest: Claim) -> Region | None:
    if latest.stage == "relocated":
        return latest.moved_to
    told = next((c.region for c in g.claims if c.by == "list.row" and c.region), None)
    legal = next((r for c in g.claims if c.entity.operator and (r := regions.of_legal_name(c.entity.operator))), None)
    if told or legal:
        return told or legal
    if g.known is not None and g.known.region is not None:
        return g.known.region
    return next((c.entity.region for c in g.claims if c.entity.region), None) or next((c.region for c in same if c.region), None)


def _round(claim: Claim, shipped: Shipped, published: str | None, prepared: Prepared) -> str | None:
    """The year in the list's name, else the round whose dates fit what the text or the page is dated."""
    if claim.stage == "relocated":
        return None
    if claim.round:
        return claim.round
    if claim.when:
        if len(claim.when) == 4:
            listed = [r.round for r in shipped.rounds if any((d or "").startswith(claim.when) for d in (r.listed, r.noticed)) and _kind_fits(r.kind, claim.stage)]
            return max(listed, default=None) or shipped.round_for(f"{claim.when}-07-01", claim.stage)
        return shipped.round_for(claim.when if len(claim.when) == 10 else claim.when + "-15", claim.stage)
    sentence = prepared.title if claim.span is None else prepared.text[claim.span[0] : claim.span[1]]
    if re.search(r"首批|第一批|first batch", sentence) and claim.stage in ("selected", "reselected"):
        return min((r.round for r in shipped.rounds if r.kind == "selection"), default=None)
    if _PAST.search(sentence):
        return None
    return shipped.round_for(published, claim.stage)


def _kind_fits(kind: str, stage: str) -> bool:
    return kind == ("evaluation" if stage in ("ranked", "removed", "reselected") else "selection")


def _evidence(g: _Gathered, same: list[Claim], prepared: Prepared) -> tuple[Evidence, ...]:
    """Quote the sentences that claim it; a claim of the title alone is shown where the text first names the platform."""
    spans = [c.span for c in same if c.span is not None]
    if not spans:
        spans = [c.span for c in g.claims if c.span is not None]
    if not spans:
        for surface in (*g.surfaces, g.platform.name):
            at = prepared.text.find(surface)
            if at >= 0:
                spans = [next(((s.start, s.end) for s in prepared.sentences if s.start <= at < s.end), (at, at + len(surface)))]
                break
    return tuple(prepared.evidence(a, b) for a, b in list(dict.fromkeys(spans))[:3] if b > a)
