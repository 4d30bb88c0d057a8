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
from dualcross.extraction.names import LOCAL, Entity, Lexicon, lexicon
from dualcross.extraction.normal import Prepared
from dualcross.model import Evidence, Membership, Ref, Region, Stage
from dualcross.ports import Platform
from dualcross.register.roster import Shipped

#: of two stages told for the same time the later in this order stands
_ORDER: dict[str, int] = {
    s: i
    for i, s in enumerate(
        (
            "planned",
            "called",
            "renamed",
            "recommended",
            "publicized",
            "selected",
            "reselected",
            "ranked",
            "removed",
            "relocated",
        )
    )
}
_PAST = re.compile(r"曾|此前|早在|之前|previously|earlier|had been|in the past|already", re.IGNORECASE)


@dataclass
class _Gathered:
    """Everything claimed of one platform."""

    platform: Ref
    operator: Ref | None
    known: Platform | None
    #: home province that the article's own names tell
    home: Region | None = None
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
        claims = _told_before_named(prepared, lex, local)
    if not claims:
        return ()
    claims = _link_names(claims, prepared, lex)
    gathered = _gather(claims, lex)
    _first_of_those_named(gathered)
    former = _former_names(prepared, lex)
    additions = _all_new(prepared, gathered)
    gathered = _without_headline_words(gathered)
    out = [_membership(g, prepared, shipped, former, additions=additions) for g in gathered]
    return tuple(m for m in out if m is not None)


_SOME_ZH = re.compile(
    r"(?P<n>[一两二三四五六七八九十\d]+)?[家个]?(?:平台|企业|公司|单位)(?:获|被|入选|跻身|拿下|进入|上榜|成功|成为|双双|首次|列入)"
)
_SOME_EN = re.compile(
    r"\b(?P<n>a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s+(?:[\w'-]+\s+){0,4}(?:platform|company|firm|enterprise|operator|developer|manufacturer)s?\b",
    re.IGNORECASE,
)


def _told_before_named(prepared: Prepared, lex: Lexicon, local: tuple[Platform, ...]) -> list[Claim]:
    """The lead says that one platform (or N) was selected, and the article then names just as many."""
    from dualcross.extraction.context import asserted
    from dualcross.extraction.numbers import value

    lead = [(None, prepared.title), *((s.start, s.text) for s in prepared.sentences[:2])]
    pattern = _SOME_EN if prepared.english else _SOME_ZH
    verb = re.compile(
        r"\b(?:named|selected|chosen|added|joins?|joined|made|wins?|won|gets?|listed|approved|recogni[sz]ed)\b|获|被|入选|跻身|拿下|进入|上榜|成为|列入",
        re.IGNORECASE,
    )
    for start, sentence in lead:
        found = classes.find(sentence)
        m, v = pattern.search(sentence), verb.search(sentence)
        if (
            not m
            or not v
            or not any(c.level == "national" for c in found)
            or any(c.level in ("provincial", "foreign", "other") for c in found)
        ):
            continue
        if not asserted(sentence, v.start(), v.end(), english=prepared.english):
            continue
        words = (m.group("n") or "一").lower()
        count = 1 if words in ("a", "an") else int(value(words) or 0)
        named = [p for p in local if p.names or p.operator]
        known = {s.platform.id for s in lex.find(prepared.text) if s.platform.status != LOCAL and not s.weak}
        if count != len(named) or known or chinese.bars(sentence):
            return []
        stage: Stage = (
            "publicized"
            if re.search(r"公示|拟|proposed|public notice|publici", sentence, re.IGNORECASE)
            else "selected"
        )
        out = []
        for p in named:
            surface = p.names[0] if p.names else p.operator.name if p.operator else p.name
            at = max(0, prepared.text.find(surface))
            home = next(((s.start, s.end) for s in prepared.sentences if s.start <= at < s.end), None)
            entity = Entity(
                platform=p.names[0] if p.names else None,
                operator=p.operator.name if p.operator else None,
                start=at,
                end=at + len(surface),
                region=p.region,
                strength=0.85,
            )
            named_year = re.search(r"20[12]\d", sentence)
            out.append(
                Claim(
                    entity=entity,
                    stage=stage,
                    span=home,
                    round=named_year.group() if named_year else None,
                    confidence=0.75,
                    by="lead.count",
                )
            )
        del start
        return out
    return []


_DENIAL = re.compile(
    r"误读|辟谣|不实|谣言|误传|假消息|澄清|不等于|核查|fact[- ]check|false|hoax|debunk|myth|misread", re.IGNORECASE
)
_REPORTED = re.compile(r"称|传|消息|截图|发文|宣称|所谓|据说|说法|claim|said|post|rumou?r|alleg", re.IGNORECASE)


def _claims(prepared: Prepared, lex: Lexicon, printed: list[Row]) -> list[Claim]:
    year = (prepared.article.published or "")[:4]
    talk = Discourse(year=int(year) if year.isdigit() else None)
    first = next((c for s in prepared.sentences for c in classes.find(s.text)), None)
    if first is not None and first.level == "national":
        # a headline may leave the class to the text
        talk.level = "national"
    denial = bool(_DENIAL.search(prepared.title))
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
        said = speak(sentence.text, sentence.start, talk, lex, group=number)
        if not (denial and _REPORTED.search(sentence.text)):
            out += said
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
    if re.search(r"推荐", heading if not classes.find(prepared.title) else prepared.title) and not re.search(
        r"入选|公布", heading
    ):
        return "recommended", None
    first = (
        True
        if re.search(r"新增|\badded\b|additions", about, re.IGNORECASE) or re.search(r"新增|首次|new", note)
        else None
    )
    if re.search(r"保留|再次|复评|retained|again", note):
        first = False
    if re.search(
        r"公示(?!期满|无异议|结束|后)|public notice|publici[sz]ed|proposed|拟", about, re.IGNORECASE
    ) and not re.search(r"正式公布|final", about):
        return "publicized", first
    if re.search(r"动态评价|排名|evaluation|ranking", about, re.IGNORECASE) and not first:
        return ("ranked", None) if row.number is not None else ("reselected", False)
    return "selected", first


def _link_names(claims: list[Claim], prepared: Prepared, lex: Lexicon) -> list[Claim]:
    """Give each entity the operator or platform that another passage links it to, even far apart."""
    pairs: list[tuple[str, str]] = [
        (c.entity.platform, c.entity.operator) for c in claims if c.entity.platform and c.entity.operator
    ]
    reader = english.entities if prepared.english else None
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
    from dualcross.extraction.phrases import entities

    out = []
    for m in re.finditer(
        r"[^,。;；、\n]*(?:公司|集团|科技|股份)[^,。;；\n]{0,12}(?:的|旗下|打造|研发|建设|运营|推出|申报|自主)[^,。;；、\n]{2,40}",
        text,
    ):
        for e in entities(m.group(), m.start(), lex, bare=False):
            if (
                e.platform
                and e.operator
                and (slugs.key(slugs.brand(e.platform)) in wanted or slugs.key(slugs.company_core(e.operator)) in lone)
            ):
                out.append((e.platform, e.operator))
    for m in re.finditer(
        r"由([^,。;；、\n]{3,30}?(?:公司|集团|科技|股份))(?:自主|牵头|联合|独立)*(?:研发|建设|运营|打造|开发|推出)",
        text,
    ):
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
        own = lex.by_id.get(identity)
        home = own.region if own is not None and own.status == LOCAL else None
        group = groups.setdefault(identity, _Gathered(platform, operator, known, home))
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
                g.claims = [
                    replace(c, first_time=False) if c.group == number and c.first_time is None else c for c in g.claims
                ]


_NEW_HERE = re.compile(
    r"新增(?!长)[^,。]{0,14}(?:跨行业|双跨|平台|名单|清单)|新进的|新入选|新成员|新面孔|首次|首家|首个|首张|零的突破|零突破|填补[^,。]{0,10}空白|改写|告别空白|从未有|此前[^,。]{0,12}(?:没有|无一)"
    r"|newcomers?|new entrants?|newly (?:added|selected)|additions|first (?:national|platform|company|firm|dual)|for the first time|the first [^.]{0,40}\bto (?:be|make|join|win|enter|get|earn|receive|gain|secure)\b|never had|new batch|latest batch",
    re.IGNORECASE,
)


def _all_new(prepared: Prepared, gathered: list[_Gathered]) -> bool:
    """The article's list is one of additions, or tells a province's first: then all it names are new."""
    if any(c.first_time is False for g in gathered for c in g.claims):
        return False
    lead = prepared.title + "\n" + prepared.text[:400]
    fresh = [g for g in gathered if any(c.stage in ("selected", "publicized") for c in g.claims)]
    if not fresh or not _NEW_HERE.search(lead):
        return False
    explicit = [g for g in fresh if any(c.first_time for c in g.claims)]
    return len(explicit) == len(fresh) or not explicit or len(explicit) * 2 > len(fresh)


def _without_headline_words(gathered: list[_Gathered]) -> list[_Gathered]:
    """A headline may describe what the text names (包头稀土云平台): its own words make no second member."""
    named = [g for g in gathered if g.known is not None or any(c.span is not None for c in g.claims)]
    return named if named else gathered


def _former_names(prepared: Prepared, lex: Lexicon) -> list[tuple[str, str]]:
    out = []
    for s in prepared.sentences:
        if re.search(r"更名|改名|改称|原名|曾用名|前身|升级为", s.text):
            out += [(slugs.key(slugs.brand(e.surface)), old) for e, old in chinese.renames(s.text, lex, s.start)]
    return out


def _membership(
    g: _Gathered, prepared: Prepared, shipped: Shipped, former: list[tuple[str, str]], *, additions: bool
) -> Membership | None:
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
    history = tuple(
        dict.fromkeys(
            (c.stage, r)
            for c, r in dated
            if (c.stage, r) != (latest.stage, round_) and not (c.stage == latest.stage and r is None)
        )
    )
    if latest.stage == "reselected" and any(c.stage == "removed" for c in g.claims):
        # a return after a removal is a selection anew
        latest = replace(latest, stage="selected")
    region = _region(g, same, latest)
    first = next((c.first_time for c in same if c.first_time is not None), None)
    if latest.stage in ("removed", "relocated", "recommended") or (latest.stage == "ranked" and first):
        first = None
    if first is None and latest.stage in ("selected", "publicized") and additions:
        first = True
    names = _as_printed([s for s in g.surfaces if s], prepared) or (g.platform.name,)
    old = latest.former or next(
        (o for k, o in former if any(k == slugs.key(slugs.brand(s)) for s in (*names, g.platform.name))), None
    )
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


def _as_printed(surfaces: list[str], prepared: Prepared) -> tuple[str, ...]:
    """Return the names as the page prints them, and in their one spelling where that differs."""
    out: list[str] = []
    for surface in surfaces:
        at = prepared.text.find(surface)
        if at >= 0:
            out.append(prepared.evidence(at, at + len(surface)).quote)
        out.append(surface)
    return tuple(dict.fromkeys(out))


def _region(g: _Gathered, same: list[Claim], latest: Claim) -> Region | None:
    if latest.stage == "relocated":
        return latest.moved_to
    told = next((c.region for c in g.claims if c.by == "list.row" and c.region), None)
    legal = next((r for c in g.claims if c.entity.operator and (r := regions.of_legal_name(c.entity.operator))), None)
    if told or legal or g.home:
        return told or legal or g.home
    if g.known is not None and g.known.region is not None:
        return g.known.region
    return next((c.entity.region for c in g.claims if c.entity.region), None) or next(
        (c.region for c in same if c.region), None
    )


def _round(claim: Claim, shipped: Shipped, published: str | None, prepared: Prepared) -> str | None:
    """The year in the list's name, else the round whose dates fit what the text or the page is dated."""
    if claim.stage == "relocated":
        return None
    if claim.round == "this":
        return published[:4] if published else None
    if claim.round:
        return claim.round
    if claim.when:
        if len(claim.when) == 4:
            listed = [
                r.round
                for r in shipped.rounds
                if any((d or "").startswith(claim.when) for d in (r.listed, r.noticed))
                and _kind_fits(r.kind, claim.stage)
            ]
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
                spans = [
                    next(
                        ((s.start, s.end) for s in prepared.sentences if s.start <= at < s.end), (at, at + len(surface))
                    )
                ]
                break
    return tuple(prepared.evidence(a, b) for a, b in list(dict.fromkeys(spans))[:3] if b > a)
