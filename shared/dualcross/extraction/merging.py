"""One membership from all that an article claims of one platform."""

from __future__ import annotations

import re
from dataclasses import replace

from dualcross.extraction import regions, slugs
from dualcross.extraction.chinese_events import renames
from dualcross.extraction.claims import Claim
from dualcross.extraction.names import Lexicon
from dualcross.extraction.normal import Prepared
from dualcross.extraction.resolving import Gathered
from dualcross.model import Evidence, Membership, Ref, Region
from dualcross.patterns import late
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
_PAST = late(r"曾|此前|早在|之前|previously|earlier|had been|in the past|already", re.IGNORECASE)


def settle_first_times(gathered: list[Gathered]) -> None:
    """In a list that names who is new, the others are not: `first_time` false instead of unknown."""
    lists: dict[int | None, list[Gathered]] = {}
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


_NEW_HERE = late(
    r"新增(?!长)[^,。]{0,14}(?:跨行业|双跨|平台|名单|清单)|新进的|新入选|新成员|新面孔|首次|首家|首个|首张|零的突破|零突破|填补[^,。]{0,10}空白|改写|告别空白|从未有|此前[^,。]{0,12}(?:没有|无一)"
    r"|newcomers?|new entrants?|newly (?:added|selected)|additions|first (?:national|platform|company|firm|dual)|for the first time|the first [^.]{0,40}\bto (?:be|make|join|win|enter|get|earn|receive|gain|secure)\b|never had|new batch|latest batch",
    re.IGNORECASE,
)


def all_new(prepared: Prepared, gathered: list[Gathered]) -> bool:
    """The article's list is one of additions, or tells a province's first: then all it names are new."""
    if any(c.first_time is False for g in gathered for c in g.claims):
        return False
    lead = prepared.title + "\n" + prepared.text[:400]
    fresh = [g for g in gathered if any(c.stage in ("selected", "publicized") for c in g.claims)]
    if not fresh or not _NEW_HERE.search(lead):
        return False
    explicit = [g for g in fresh if any(c.first_time for c in g.claims)]
    return len(explicit) == len(fresh) or not explicit or len(explicit) * 2 > len(fresh)


def without_headline_words(gathered: list[Gathered]) -> list[Gathered]:
    """A headline may describe what the text names (包头稀土云平台): its own words make no second member."""
    named = [g for g in gathered if g.known is not None or any(c.span is not None for c in g.claims)]
    return named or gathered


def former_names(prepared: Prepared, lex: Lexicon) -> list[tuple[str, str]]:
    """Return (key of the new name, former name) of every rename the article tells."""
    out = []
    for s in prepared.sentences:
        if re.search(r"更名|改名|改称|原名|曾用名|前身|升级为", s.text):
            out += [(slugs.key(slugs.brand(e.surface)), old) for e, old in renames(s.text, lex, s.start)]
    return out


def membership_of(
    g: Gathered, prepared: Prepared, shipped: Shipped, former: list[tuple[str, str]], *, additions: bool
) -> Membership | None:
    """Return the membership of one platform: its latest stage, earlier ones as history."""
    published = prepared.article.published
    dated = [(c, _round(c, shipped, published, prepared)) for c in g.claims]
    year = (published or "9999")[:4]

    def rank(item: tuple[Claim, str | None]) -> tuple[str, int, bool]:
        claim, round_ = item
        when = round_ or (claim.when or year)[:4]
        return (when if claim.stage != "relocated" else year, _ORDER[claim.stage], claim.span is not None)

    latest, round_ = max(dated, key=rank)
    same = [c for c, r in dated if c.stage == latest.stage and (r == round_ or r is None or round_ is None)]
    if round_ is None and latest.stage != "relocated":
        round_ = next((r for c, r in dated if c.stage == latest.stage and r), None)
        listed = {r for c, r in dated if r and c.stage in ("selected", "reselected")}
        if round_ is None and latest.stage in ("selected", "reselected") and len(listed) == 1:
            # a headline's 再度 and the list that the text names are one event
            (round_,) = listed
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
        platform=g.platform if g.known else Ref(id=g.platform.id, name=_as_printed([g.platform.name], prepared)[0]),
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


def _region(g: Gathered, same: list[Claim], latest: Claim) -> Region | None:
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


def _evidence(g: Gathered, same: list[Claim], prepared: Prepared) -> tuple[Evidence, ...]:
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
