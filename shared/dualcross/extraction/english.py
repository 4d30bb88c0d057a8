"""Claims of membership in English sentences, translated ones included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dualcross.extraction import classes, regions, slugs
from dualcross.extraction.claims import Claim, Discourse, governed, named_round, relative_year, remember, round_named
from dualcross.extraction.context import asserted
from dualcross.extraction.names import Entity, Lexicon
from dualcross.extraction.numbers import ordinal
from dualcross.model import Region, Stage

_I = re.IGNORECASE
_BE = r"(?:was|were|is|are|been|being|be|got|gets)"
_SELECT_VERBS = (
    r"selected|chosen|named|listed|included|picked|added|admitted|designated|recogni[sz]ed|approved|certified|accredited|"
    r"shortlisted|re-?selected|elected|inducted|elevated|confirmed|put on|placed on|granted|awarded|identified|enrolled|shortlisted|accepted"
)
_PASSIVE = re.compile(
    rf"\b(?:{_BE}|has|have|had)\s+(?:(?:\w+ly|also|again|once|now|both|all|finally|officially|newly|thus|first|recently|in 20\d\d|this time)\s+){{0,3}}(?:been\s+)?(?:(?:\w+ly|again|newly)\s+)?(?P<v>{_SELECT_VERBS}|retained|kept|recommended|nominated|publici[sz]ed|proposed)\b",
    _I,
)
_ACTIVE = re.compile(
    r"\b(?:(?:also|again|once again|both|all|finally|officially|newly|successfully|recently|thus|first)\s+)?(?P<v>made (?:it )?(?:onto|on to|to|into)?|makes? (?:it )?(?:onto|to|into)|made|joined|joins|joining|entered|enters|entering|won|wins|winning|earned|earns|earning|secured|secures|securing|gained|gains|gaining|landed|lands|clinched|obtained|received|became|becomes|becoming|become|has become|have become|(?:is|are|was|were|has been|have been|had been) (?:now )?(?:also )?(?:among|on|part of)|appears? (?:on|in|among)|appeared (?:on|in|among)|featured (?:on|in|among)|returned to|returns to|re-?entered|rejoined|broke into|stepped into|got (?:on|onto|into)|figured (?:on|in|among))\b",
    _I,
)
_PASSED = re.compile(
    r"\b(?:pass(?:ed|es|ing)|clear(?:ed|s)|survived)\b[^.;]{0,60}\b(?:evaluation|review|assessment|re-?evaluation|appraisal)|\b(?:retain(?:ed|s|ing)|keeps?|kept|keeping|renew(?:ed|s)|preserved|maintain(?:ed|s)|held (?:on|onto)|hold(?:s|ing)? (?:on|onto))\b[^.;]{0,40}\b(?:place|seat|status|title|spot|position|designation|membership|qualification)\b|\bremain(?:ed|s)? (?:on|in|among|a)\b|\bstay(?:ed|s) (?:on|in)\b",
    _I,
)
_MINISTRY = re.compile(
    r"(?:\bMIIT\b|\b[Mm]inistry\b|\bauthorit\w+|\bregulator|\bBeijing\b|\bChina\b|\bgovernment\b|\bdepartment\b|\bofficials\b|\bit\b|\bpanel\b|\bexperts\b)[^.;]{0,80}$"
)
_GIVES = re.compile(
    r"\b(?P<v>selected|selects|named|names|chose|picked|picks|added|adds|approved|designated|recogni[sz]ed|admitted|inducted|included|includes|recommended|recommends|put forward|nominated|removed|removes|dropped|drops|struck|delisted|confirmed|announced|unveiled|listed|welcomed|proposed|publici[sz]ed)\s+(?P<np>[^.;]{2,400}?)\s+(?:as|to|into|for|among|from|on|onto|off|in)\s+(?:(?:its|the|a|an|new|four|two|three|five|\d+|of|latest|this|year's|\w+'s|20\d\d|proposed|final|list|roster)\s+){0,6}",
    _I,
)
_LIST = re.compile(
    r"(?=(?:\b(?:among (?:the|them|those|its)(?: \w+){0,5}|list|roster|newcomers?|new (?:entrants?|members?|faces|names|additions?|arrivals|platforms?|companies)|entrants?|additions|winners|platforms?|companies|enterprises|firms|names|members|inclusions|ones|selections|those (?:selected|named|added|chosen|listed)|selected|chosen|added|rest|others|two|three|four|five|six|seven|eight|nine|ten|\d+))\b(?P<mid>[^.;:]{0,90}?)(?:\b(?:are|is|were|was|includes?|included|including|comprises?|comprising|contains?|consists? of|consisting of|namely|such as|like)\b\s*:?|:|—|--|\()\s*(?P<np>[^;]{2,600}))",
    _I,
)
_REMOVED = re.compile(
    rf"\b(?:{_BE}|has|have|had)\s+(?:(?:\w+ly|also|been)\s+){{0,2}}(?:removed|dropped|delisted|struck (?:off|from)|excluded|expelled|stripped|axed|deleted|taken off|eliminated|disqualified|withdrawn|revoked)\b|\b(?:withdrew|exited|exits|dropped out|fell off|(?:hand(?:ed|s)|gave|gives|given|giving) (?:back|up) (?:its|the|their) (?:\w+ ){0, 4}(?:status|place|seat|title|designation|membership|plaque|label)|(?:surrender(?:ed|s)|relinquish(?:ed|es)|return(?:ed|s)|renounced) (?:its|the|their) (?:\w+ ){0, 4}(?:status|place|seat|title|designation|membership|plaque|label)|withdraws?|lost (?:its|their) (?:\w+ ){{0,4}}(?:status|place|seat|title|qualification|membership|spot|designation)|failed (?:the |to pass |this year's |\w+ ){{0,4}}(?:\w+ ){{0,3}}(?:evaluation|review|assessment)|no longer (?:on|a member|among|listed|holds?))\b",
    _I,
)
_RANKED = re.compile(
    r"\b(?:rank(?:ed|s|ing)|placed|c[ao]me(?: in)?|comes|finished|took|takes|claimed|climb(?:ed|s)|rose|moved up|jumped|topped|tops|topping|held|retain(?:ed|s)|kept|secured|seized|won|stood|sits|sat|led|leads|heads|headed)\b[^.;]{0,44}?(?:\b(?:no\.?|number)\s?\d+|\b\d+(?:st|nd|rd|th)\b|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b(?! time)|\btop (?:spot|place|position|of)\b|\bthe (?:list|ranking|rankings|table)\b)",
    _I,
)
_MOVED = re.compile(
    r"\b(?:mov(?:ed|es|ing)|relocat(?:ed|es|ing)|transfer(?:red|s)|shift(?:ed|s)|re-?register(?:ed|s))\b[^.;]{0,70}?\b(?:headquarters|head office|registered (?:office|address|seat)|registration|base|home|domicile|company|operations?|it|from|to)\b[^.;]{0,80}",
    _I,
)
_BRANCH = re.compile(
    r"\bregional headquarters|\bbranch\b|subsidiary|second headquarters|R&D cent|research cent|innovation cent|\bnorth china|\beast china|\bsouth china|\bwest china|\boffice in\b|demonstration|exhibit|showroom",
    _I,
)
_FIRST = re.compile(
    r"for the first time|first[\s-]time|newly (?:added|selected|listed|named)|newcomers?|new (?:entrant|member|addition|platform|face)s?|\bdebut|the (?:only|first) [^.;]{0,40}(?:in|from) (?:the |its )?(?:province|city|region|\w+)\b|first (?:platform|company|ever|such|national)|had never|maiden|latest additions?|never before",
    _I,
)
_FIRST_SURE = re.compile(
    r"for the first time|first[\s-]time|newcomers?|new (?:entrant|member|addition|face)s?|\bdebut|newly added|maiden|never before",
    _I,
)
_AGAIN = re.compile(
    r"\bagain\b|once more|re-?selected|(?:second|third|fourth|fifth|sixth|seventh|eighth|\d+(?:nd|rd|th))(?: consecutive| straight| successive)? (?:time|year|round|evaluation)|(?:two|three|four|five|six|seven|\d+) (?:consecutive|straight|successive|years in a row|times)|consecutive|in a row|running\b(?= year)|retain",
    _I,
)
_NOTICE = re.compile(
    r"public notice|publici[sz]ed|publicity (?:period|list|notice)|proposed (?:list|addition|selection|roster|entr\w+|new|member|platform|for)|for (?:public )?(?:comment|objection|feedback|consultation)|solicit\w* (?:public )?(?:opinion|comment|objection|feedback)|objections?|provisional|preliminary list|draft list|pending (?:the )?final|candidate list|to be (?:selected|included|named|added|listed)|slated|put (?:out|up) for public|is proposed|are proposed|proposes? to",
    _I,
)
_NOTICE_OVER = re.compile(
    r"(?:after|following) (?:the |a )?(?:public|objection|notice|consultation|publicity)[^.;]{0,50}|no objection|(?:period|notice) (?:ended|closed|expired|is over)|final list|final roster|officially (?:released|announced|published|confirmed)",
    _I,
)
_PARTNER = re.compile(
    r"(?:\b(?:with|using|based on|built on|powered by|backed by|owned by|funded by|invested (?:in )?by|supplied by|supplier (?:to|of)|supplies|partner(?:s|ed|ing)? (?:with|of)|customers? (?:of|such as)|clients? (?:of|including|such as)|subsidiary of|unit of|arm of|affiliate of|parent(?: company)?(?: is)?|shareholders? (?:such as|including|of|is)|investors? (?:such as|including)|runs on|connected to|joins? hands with|alongside|like|unlike|behind|after|following|than|rival(?:s|ing)?(?: of| to)?|compet\w+ with|against|cooperat\w+ with|collaborat\w+ with|worked with|works with|integrated with|under|joint applicant)\s+(?:the\s+|its\s+)?)$",
    _I,
)
_NOT_NAMES = re.compile(
    r"^(?:Until|No|Not|So|Still|Yet|Even|Though|Once|Then|There|Here|Why|How|What|If|Nor|Or|Instead|Despite|Because|Through|Out|Over|More|Most|Many|Some|Several|Few|Such|Like|Nearly|About|Almost|Just|Now|Today|Yesterday|Tomorrow|Separately|Additionally|Moreover|Furthermore|Officials?|Analysts?|Experts?|Sources?|Local|Our|My|Your|His|Her|Who|Which|Where|That's|It's|Congratulations|Founded|Based|Headquartered|Established|Built|Developed|The|A|An|In|On|At|By|As|And|But|For|From|With|Of|To|It|Its|This|That|These|Those|They|He|She|We|Among|Them|Meanwhile|However|Recently|Earlier|Last|Next|New|Four|Two|Three|Five|Six|Seven|Eight|Nine|Ten|Both|All|Ministry(?: of.*)?|MIIT|Industry|Information Technology|Industrial|Internet|Industrial Internet(?: Platforms?)?|Internet of Things|IIoT|IoT|China|Chinese|National|State|Province|Provincial|City|Municipal|Department.*|Bureau.*|Commission.*|State Council|Government|Party|AI|5G|PRC|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|Mr|Ms|Dr|CEO|President|Chairman|Xinhua|Reuters|News|Daily|According|Platform|Platforms|Cross|Cross-Industry|Cross-industry|Cross-Field|Dual|Double|Double-cross|Dual-cross|Dual-Cross|Cross-Sector|Announcement|Notice|List|Beijing time|Greater Bay Area|Pearl River Delta|Yangtze River Delta|Report|Plan|Opinions|Also|Other|Others|Each|While|When|Since|After|Before|Following|During|Under|Only|Another|One|Nationwide|Expo|Conference|Forum|Summit|Academy.*|University.*|Alliance.*|Institute.*|Association.*|Selected|Newcomers?|Guangdong-Hong Kong-Macao.*|Digital Economy|Made in China.*|Evaluation|Dynamic|Round|Batch|Seq|No)$",
    _I,
)
_TOKEN = r"(?:[A-Z][\w&³+]*(?:[.-][A-Za-z0-9]+|'[A-Za-z]{2,})*|[a-z]{1,6}[A-Z]\w*|\d+[A-Z]\w*)"
NAME = re.compile(
    rf"{_TOKEN}(?:\s+(?:(?!(?:Co|Ltd|Inc|Corp)\b){_TOKEN}|of(?=\s+[A-Z])|&))*"
    r"(?:,?\s+(?:Co\.?,?\s*(?:Ltd\b\.?|Limited\b)|(?:Ltd|Inc|Corp|LLC|Co)\b\.?))*"
)
COMPANY_MARK = re.compile(
    r"\b(?:Co|Ltd|Inc|Corp|Limited|Company|Group|Holdings?|Technolog(?:y|ies)|Tech|Digital|Information|Software|Networks?|Systems|Electric|Heavy|Intelligent|Science|Industries|Data|Intelligence|Automation|Manufacturing|Corporation|Enterprise)\b\.?",
    re.IGNORECASE,
)
_PLATFORM_TAIL = re.compile(
    r"^[\"'”“]?\s*(?:\([^()]{2,24}\)\s*)?(?:(?:cross-industry\S*|national|industrial|internet|Internet|Industrial|IIoT|cloud|digital|of|things)\s+){0,5}(?:platform|Platform|system|System|operating system)\b"
)


def read(sentence: str, base: int | None, talk: Discourse, lex: Lexicon, *, group: int) -> list[Claim]:
    """Return the claims of one normalised English sentence and bring the discourse up to date."""
    found = classes.find(sentence)
    claims: list[Claim] = []
    for finder in (_removals, _moves, _rankings, _given, _lists, _selections):
        for claim in finder(sentence, base, talk, lex, found):
            if not any(
                claim.entity.start < c.entity.end
                and c.entity.start < claim.entity.end
                and (c.stage == claim.stage or c.when == claim.when)
                for c in claims
            ):
                claims.append(replace(claim, group=group))
    _remember(sentence, found, claims, talk)
    return claims


def _remember(sentence: str, found: tuple[classes.ClassMention, ...], claims: list[Claim], talk: Discourse) -> None:
    if remember(sentence, found, talk) is not None:
        first = next(c for c in found if c.level == "national")
        talk.round = round_named(sentence, first.start, first.end)
        talk.additions = bool(
            re.search(
                r"\b(?:added|adds?|additions?|newly|new)\b[^.;]{0,40}(?:platform|cross|list)|newcomers?|\bnew (?:batch|list)",
                sentence,
                _I,
            )
        )
        talk.evaluation = bool(re.search(r"evaluat|assess|review|rank", sentence, _I))
        talk.stage = "publicized" if _NOTICE.search(sentence) and not _NOTICE_OVER.search(sentence) else None
        if re.search(
            r"\b(?:call|invit\w+|solicit\w*) (?:for )?applications?|\bapplications? (?:are|is) (?:open|invited)",
            sentence,
            _I,
        ):
            talk.stage = "called"
    if claims:
        talk.subjects = [c.entity for c in claims]
        talk.age = 0


def entities(text: str, base: int, lex: Lexicon, *, bare: bool = True) -> list[Entity]:
    """Return the members an English noun phrase names, in order, with absolute spans."""
    out: list[Entity] = []
    surfaces = lex.find(text)
    taken: list[tuple[int, int]] = []
    for s in surfaces:
        if _PARTNER.search(text[: s.start]) or any(a <= s.start < b for a, b in taken):
            continue
        end = s.end
        words = text[s.start : s.end]
        twin = next(
            (
                o
                for o in surfaces
                if o.platform.id == s.platform.id
                and o.start > s.end
                and re.fullmatch(r"(?:'s|’s|,|\(|\s|of|and its|developed by|operated by|\")+", text[s.end : o.start])
            ),
            None,
        )
        platform, operator = (None, words) if s.operator else (words, None)
        if twin is not None:
            end = twin.end
            if twin.operator:
                operator = text[twin.start : twin.end]
            else:
                platform = text[twin.start : twin.end]
        taken.append((s.start, end))
        out.append(
            Entity(
                platform=platform,
                operator=operator,
                start=base + s.start,
                end=base + end,
                region=_from(text, s.start, end),
                strength=0.97,
            )
        )
    for m in NAME.finditer(text):
        if any(a < m.end() and m.start() < b for a, b in taken):
            continue
        entity, span = _open(text, m, base, bare=bare)
        if entity is not None and not any(a < span[1] and span[0] < b for a, b in taken):
            taken.append(span)
            out.append(entity)
    return sorted(out, key=lambda e: e.start)


def _open(text: str, m: re.Match[str], base: int, *, bare: bool) -> tuple[Entity | None, tuple[int, int]]:
    """Read a name that stands in no list, with the operator or platform linked to it."""
    name, start = _clean(m.group(), m.start())
    end = start + len(name)
    none = (None, (m.start(), m.end()))
    if not name or _PARTNER.search(text[:start]):
        return none
    rest = text[end:]
    region = _home(text[:start]) or regions.of_legal_name(name)
    owned = re.match(
        rf"(?:'s|’s|'(?=\s))\s+(?:(?:own|self-developed|flagship|new|industrial internet platform)\s+)*[\"“]?(?P<pf>{_TOKEN}(?:\s+{_TOKEN})*)[\"”]?",
        rest,
    )
    if owned and not _NOT_NAMES.match(owned.group("pf")):
        span = (start, end + owned.end())
        platform, _ = _clean(owned.group("pf"), 0)
        if platform:
            return Entity(
                platform=platform, operator=name, start=base + start, end=base + span[1], region=region, strength=0.93
            ), span
    tail = _PLATFORM_TAIL.match(rest)
    cover = end + (tail.end() if tail else 0)
    by = re.match(
        rf"[\"”]?,?\s*(?:an?|the)?\s*(?:[a-z][\w-]*\s+){{0,5}}?(?:(?:platform|system)\s+)?(?:which is |that is )?(?:developed|operated|built|run|owned|created|launched|established|submitted|made|backed)?\s*(?:and (?:operated|run) )?(?:by|of|from)\s+(?P<op>{NAME.pattern})",
        text[cover:],
    )
    if tail or by:
        operator = None
        if by:
            operator, _ = _clean(by.group("op"), 0)
            operator = operator or None
        if operator and _NOT_NAMES.match(operator):
            operator = None
        if operator and regions.by_name(operator):
            region, operator = region or regions.by_name(operator), None
        if tail or operator:
            span = (start, cover + (by.end() if by and operator else 0))
            if operator and region is None:
                region = regions.of_legal_name(operator)
            return Entity(
                platform=name, operator=operator, start=base + start, end=base + span[1], region=region, strength=0.92
            ), span
    paren = re.match(rf"\s*\((?P<in>{NAME.pattern})\)", rest)
    company = bool(COMPANY_MARK.search(name))
    if paren and not _NOT_NAMES.match(paren.group("in")) and not regions.by_name(paren.group("in")):
        inner = paren.group("in")
        span = (start, end + paren.end())
        inner_company = bool(COMPANY_MARK.search(inner))
        platform, operator = (
            (inner, name) if company and not inner_company else (name, inner if inner_company else None)
        )
        if not inner_company and not company:
            platform, operator = (inner, name)
        return Entity(
            platform=platform, operator=operator, start=base + start, end=base + span[1], region=region, strength=0.92
        ), span
    if company:
        return Entity(operator=name, start=base + start, end=base + end, region=region, strength=0.9), (start, end)
    if bare:
        return Entity(platform=name, start=base + start, end=base + end, region=region, strength=0.8), (start, end)
    return none


def _clean(name: str, start: int) -> tuple[str, int]:
    """Drop words at the ends that are no part of a name."""
    based = re.match(r"[A-Z][\w']*(?:\s[A-Z]\w+)?-(?:based|headquartered|listed|backed|owned)\s+", name)
    if based:
        start, name = start + based.end(), name[based.end() :]
    while True:
        m = re.match(r"(\S+)\s+", name)
        if m and (
            _NOT_NAMES.match(m.group(1))
            or (regions.by_name(m.group(1)) and re.match(r"\S+\s+(?:Province|City|Municipality)\b", name))
        ):
            start += m.end()
            name = name[m.end() :]
            continue
        break
    name = (
        re.sub(
            r"(?:\s+(?:Platforms?|Industrial Internet(?: Platforms?)?|Industrial|Internet|Province|City|of|The|In))+$",
            "",
            name,
        ).rstrip(" .,")
        if not re.search(r"(?:Ltd|Inc|Co|Corp)\.$", name)
        else name
    )
    name = re.sub(r"(?:'s|’s)$", "", name)
    bad = (
        not name
        or _NOT_NAMES.match(name)
        or regions.by_name(name) is not None
        or len(slugs.key(name)) < 2
        or name.isdigit()
    )
    return (
        ("", start)
        if bad
        or re.search(
            r"\b(?:Ministry|Department|Bureau|Commission|Committee|Conference|Expo|Forum|Association|Alliance|University|Academy|News|Daily|Plan|Guidelines|Council|Agency|Exchange)\b",
            name,
        )
        else (name, start)
    )


def _from(text: str, start: int, end: int) -> Region | None:
    """The home that follows or precedes a name: X of Fuzhou, X, based in Xinyu, Shandong's X."""
    m = re.match(
        rf"[\"”]?(?:\s+platform)?,?\s+(?:of|from|based in|headquartered in|also from|in)\s+(?:the\s+)?({_TOKEN}(?:\s+{_TOKEN})?)",
        text[end:],
    )
    if m:
        return regions.by_name(m.group(1)) or regions.by_name(m.group(1).split()[0])
    return _home(text[:start])


def clean(name: str) -> str | None:
    """Return a name without the words around it; None where nothing is left of it."""
    return _clean(name, 0)[0] or None


def _home(before: str) -> Region | None:
    """The home a phrase tells right before a name: Hefei-based X, Shandong's X, X of Hubei."""
    m = re.search(
        r"([A-Z][a-z']+(?:\s[A-Z][a-z]+)?)(?:-based|-headquartered|'s|’s)\s+(?:[a-z-]+\s+){0,3}[\"“]?$", before
    )
    return regions.by_name(m.group(1)) if m else None


def _subject(sentence: str, start: int, base: int | None, talk: Discourse, lex: Lexicon) -> list[Entity]:
    """Return who stands before a verb: the nearest clause with names, else what `it` or `the platform` points back to."""
    cut = 0
    for m in re.finditer(
        r"[;:]|,?\s+(?:but|while|whereas|although|as|when|after|because|since|where|who said|said|says)\s+|\bthat\b\s",
        sentence[:start],
        _I,
    ):
        cut = m.end()
    phrase = sentence[cut:start]
    relative = re.search(r",?\s*(?:which|who|that)\s*(?:also|has|have|had|\s)*$", phrase)
    if relative:
        phrase = phrase[: relative.start()]
    m = re.match(
        r"\s*(?:[Ii]n|[Oo]n|[Aa]t|[Ff]or|[Ff]rom|[Ll]ast|[Tt]his|[Aa]mong|[Oo]f|[Aa]ccording|[Ww]ith|[Uu]nder|[Bb]y|[Ss]ince)\b[^,]*,\s*",
        phrase,
    )
    shift = m.end() if m and m.end() < len(phrase) else 0
    found = entities(phrase[shift:], (base or 0) + cut + shift, lex)
    if found:
        comma = phrase[shift:].find(", a ")
        return found if comma < 0 else [e for e in found if e.start < (base or 0) + cut + shift + comma] or found[:1]
    if re.search(
        r"\b(?:[Ii]t|[Tt]hey|[Bb]oth|[Tt]he (?:platform|company|firm|group|latter|former|companies|platforms))\s*(?:also|has|have|had|was|were|\s)*$",
        phrase,
    ) or not phrase.strip(" ,"):
        return talk.subjects[:1]
    return []


def _stage(sentence: str, verb: str, talk: Discourse, at_class: classes.ClassMention | None) -> Stage:
    if re.search("recommend|nominat|put forward", verb, _I):
        return "recommended"
    if re.search("publici|propos", verb, _I):
        return "publicized"
    if _NOTICE.search(sentence) and not _NOTICE_OVER.search(sentence):
        return "publicized"
    if at_class is None and talk.stage == "publicized" and not _NOTICE_OVER.search(sentence):
        return "publicized"
    if re.search("retain|kept|re-?select", verb, _I) or _AGAIN.search(sentence):
        return "reselected"
    return "selected"


def _claim(
    entity: Entity,
    stage: Stage,
    sentence: str,
    base: int | None,
    talk: Discourse,
    at_class: classes.ClassMention | None,
    by: str,
    verb_at: int,
) -> Claim:
    named = named_round(sentence, at_class, talk)
    first: bool | None = None
    if stage == "reselected":
        first = False
    elif _FIRST.search(sentence) and stage in ("selected", "publicized"):
        first = True
    elif stage in ("selected", "publicized") and (talk.additions and at_class is None):
        first = True
    span = None if base is None else (base, base + len(sentence))
    return Claim(
        entity=entity, stage=stage, span=span, round=named, first_time=first, by=by,
        confidence=0.95 if entity.strength >= 0.9 else 0.82, when=_when(sentence, verb_at, talk.year),
    )  # fmt: skip


_MONTHS = "january february march april may june july august september october november december".split()


def _when(sentence: str, at: int, year: int | None) -> str | None:
    near = sentence[max(0, at - 90) : at + 110]
    m = re.search(
        r"\b(January|February|March|April|May|June|July|August|September|October|November|December)\s+(?:(\d{1,2}),?\s+)?(20[12]\d)",
        near,
    )
    if m:
        return f"{m.group(3)}-{_MONTHS.index(m.group(1).lower()) + 1:02d}" + (
            f"-{int(m.group(2)):02d}" if m.group(2) else ""
        )
    m = re.search(r"\b(?:in|since|during|year) (20[12]\d)\b", near)
    return m.group(1) if m else relative_year(re.sub("this year", "", near, flags=_I), year)


def _selections(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    for pattern in (_PASSED, _PASSIVE, _ACTIVE):
        for m in pattern.finditer(sentence):
            verb = m.group("v") if pattern is not _PASSED else "retained"
            passive = pattern is not _ACTIVE
            ok, at_class = governed(
                sentence,
                m.start(),
                m.end(),
                talk,
                found,
                objectless=passive
                or bool(re.search(r"list|roster|place|spot|seat", sentence[m.end() : m.end() + 60], _I)),
            )
            if not ok or not asserted(sentence, m.start(), m.end(), english=True):
                continue
            if at_class is not None and at_class.start >= m.end():
                between, tail = sentence[m.end() : at_class.start], sentence[at_class.end : at_class.end + 40]
                if re.search(
                    r"\b(?:based on|using|partner|supplier|customer|client|investor|connected|user|of the platform)\b",
                    between,
                    _I,
                ):
                    continue
                if re.match(
                    r"'?s?\s*(?:partner|supplier|customer|investor|applicant|candidate|contender|ecosystem|user)",
                    tail,
                    _I,
                ):
                    continue
            if (
                pattern is _ACTIVE
                and re.match(r"made|won|became|become|got|received|gained|joined", verb, _I)
                and at_class is None
                and not re.search(r"\blist|roster|ranks|club|cut\b", sentence[m.end() : m.end() + 50], _I)
            ):
                continue
            stage = _stage(sentence, verb, talk, at_class)
            for entity in _subject(sentence, m.start(), base, talk, lex):
                yield _claim(entity, stage, sentence, base, talk, at_class, "en.subject", m.start())


def _given(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """The ministry named X and Y as …; added X to …; dropped X from …."""
    for m in _GIVES.finditer(sentence):
        if not _MINISTRY.search(sentence[: m.start()]) or re.search(
            rf"\b{_BE}\s+(?:\w+ly\s+)?$", sentence[: m.start()], _I
        ):
            continue
        ok, at_class = governed(
            sentence,
            m.start(),
            m.end(),
            talk,
            found,
            objectless=bool(re.search(r"list|roster", sentence[m.end() - 12 : m.end() + 20], _I)),
        )
        if not ok or not asserted(sentence, m.start(), m.end("v"), english=True):
            continue
        if at_class is not None and m.start("np") <= at_class.start < m.end("np"):
            continue
        out = re.match("removed|removes|dropped|drops|struck|delisted", m.group("v"), _I)
        stage: Stage = "removed" if out else _stage(sentence, m.group("v"), talk, at_class)
        for entity in entities(m.group("np"), (base or 0) + m.start("np"), lex):
            yield _claim(entity, stage, sentence, base, talk, at_class, "en.removed" if out else "en.given", m.start())


def _lists(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    """The list includes A, B and C; the four are: A, B, C, D; newcomers such as A."""
    for m in _LIST.finditer(sentence):
        levels = [c for c in found if c.start < m.start("np")]
        national = levels[-1].level == "national" if levels else talk.level == "national" and talk.age <= 2
        if not national:
            continue
        head = sentence[: m.start("np")]
        told = re.search(
            r"\blist|roster|select|chosen|named|added|announc|releas|publish|unveil|newcomer|entrant|addition|new (?:member|face)|approv|recogni|designat|includ\w+ in|made the|public notice|winner|\bnew\b",
            head,
            _I,
        ) or (not levels and re.search(r"\b(?:are|were|platforms?|companies|firms|enterprises)\b", head, _I))
        if (
            not told
            or re.search(
                r"appl(?:y|icants?|ied|ications?)|partner|customer|client|supplier|investor|exhibit|showcas|compet|cooperat|located|gather|users?\b|display|attend",
                head,
                _I,
            )
            or not asserted(sentence, len(head) - 1, len(head), english=True)
        ):
            continue
        phrase = m.group("np")
        stop = re.search(
            r"\.\s|,\s+(?:which|who|said|according|as|while|after|marking|bringing|making|accounting|covering)\b|\)(?=\s+[a-z])|\s+(?:which|as well as the|said|according to|to (?:the|its)|on the|in the|from|while|after|this time)\s",
            phrase,
        )
        if stop:
            phrase = phrase[: stop.start()]
        shift = 0
        if ":" in phrase and not any(e.strength >= 0.9 for e in entities(phrase[: phrase.rindex(":")], 0, lex)):
            shift = phrase.rindex(":") + 1
        items = entities(phrase[shift:], (base or 0) + m.start("np") + shift, lex)
        if not items or (
            len(items) == 1 and not re.search(r"namely|includ|such as|:|newcomer|addition|new", head[-70:], _I)
        ):
            continue
        at_class = levels[-1] if levels else None
        stage = _cue(sentence[max(0, m.start() - 150) : m.start("np") + shift]) or _stage(sentence, "", talk, at_class)
        lead = sentence[max(0, m.start() - 50) : m.start("np")]
        region = next((p.region for p in regions.find(lead) if p.exact), None)
        new = bool(re.search(r"newcomer|new entrant|addition|\bnew\b|newly|first time|\badded", lead, _I))
        for entity in items:
            claim = _claim(entity, stage, sentence, base, talk, at_class, "en.list", m.start())
            # first time of one of them, told later in the sentence, is not said of all
            yield replace(
                claim,
                region=region,
                first_time=True
                if new
                else (False if stage == "reselected" else (True if talk.additions and not levels else None)),
            )
        return


def _cue(lead: str) -> Stage | None:
    """What the words right before a list say of its members: three removed:, 59 were retained:."""
    out = [
        m.start() for m in re.finditer(r"\b(?:removed|dropped|delisted|struck|failed|withdrawn|lost|left)\b", lead, _I)
    ]
    if re.search(r"\brecommend(?:ed|s)?\b|\bnominat|\bput(?:s)? [^.]{0,30}forward", lead, _I):
        return "recommended"
    kept = [m.start() for m in re.finditer(r"\b(?:retained|kept|passed|remain(?:ed)?)\b", lead, _I)]
    if not out and not kept:
        return None
    return "removed" if max(out, default=-1) > max(kept, default=-1) else "reselected"


def _removals(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    for m in _REMOVED.finditer(sentence):
        ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=True)
        inside = [c for c in found if m.start() <= c.start < m.end()]
        if inside:
            ok, at_class = inside[0].level == "national", inside[0]
        if not ok or not re.search(
            r"list|roster|status|place|evaluation|title|cross|member|qualification", sentence, _I
        ):
            continue
        lead = sentence[: m.start()] + ("" if not re.match("failed|no longer|lost", m.group(), _I) else " ")
        if re.search(
            r"\b(?:could|may|might|would|will|if|risk\w*|should|not|never|to be|would be|unless|facing|threat\w*|rumou?r\w*)\b[^.;,]{0,30}$",
            lead,
            _I,
        ) or sentence.rstrip().endswith("?"):
            continue
        for entity in _subject(sentence, m.start(), base, talk, lex):
            yield _claim(entity, "removed", sentence, base, talk, at_class, "en.removed", m.start())


def _rankings(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    for m in _RANKED.finditer(sentence):
        ok, at_class = governed(sentence, m.start(), m.end(), talk, found, objectless=True)
        if not ok or not asserted(sentence, m.start(), m.end(), english=True):
            continue
        if re.search(
            r"number|in terms of|count|total|made the list|onto the list|quantity",
            sentence[max(0, m.start() - 30) : m.end() + 40],
            _I,
        ) or re.search(r"\b(?:made|took|won)\b.*\bthe list", m.group(), _I):
            continue
        if not talk.evaluation and not re.search(r"evaluat|rank|place|top|assess|review|\bno\.", sentence, _I):
            continue
        again = bool(_AGAIN.search(sentence))
        for entity in _subject(sentence, m.start(), base, talk, lex):
            claim = _claim(entity, "ranked", sentence, base, talk, at_class, "en.ranked", m.start())
            yield replace(
                claim,
                rank=ordinal(m.group()) or (1 if re.search("top", m.group(), _I) else None),
                first_time=False if again else None,
            )


def _moves(
    sentence: str, base: int | None, talk: Discourse, lex: Lexicon, found: tuple[classes.ClassMention, ...]
) -> Iterator[Claim]:
    national = any(c.level == "national" for c in found) or (talk.level == "national" and talk.age <= 4)
    for m in _MOVED.finditer(sentence):
        if not national or _BRANCH.search(sentence) or not asserted(sentence, m.start(), m.end(), english=True):
            continue
        to = re.search(rf"\b(?:to|into)\s+(?:the\s+)?(?:[a-z]+\s+)?({_TOKEN}(?:\s+{_TOKEN})*)", m.group())
        source = re.search(rf"\bfrom\s+(?:the\s+)?({_TOKEN}(?:\s+{_TOKEN})*)", m.group())
        target = next(iter(regions.find(to.group(1))), None) if to else None
        if target is None:
            continue
        origin = next(iter(regions.find(source.group(1))), None) if source else None
        for entity in _subject(sentence, m.start(), base, talk, lex)[:1]:
            claim = _claim(entity, "relocated", sentence, base, talk, None, "en.relocated", m.start())
            yield replace(
                claim,
                round=None,
                first_time=None,
                region=target.region,
                moved_to=target.region,
                moved_from=origin.region if origin else None,
            )
    done = re.search(
        rf"\b(?:completed|finished|announced|finali[sz]ed) (?:the |its |a )?(?:transfer|relocation|move|removal) (?:of its [\w ]{{3,40}} )?(?:from ({_TOKEN})\b.{{0,40}}? )?to ({_TOKEN}(?:\s+{_TOKEN})*)",
        sentence,
    )
    if (
        national
        and done
        and not _BRANCH.search(sentence)
        and asserted(sentence, done.start(), done.end(), english=True)
    ):
        target, source = (next(iter(regions.find(w or "")), None) for w in (done.group(2), done.group(1)))
        for entity in _subject(sentence, done.start(), base, talk, lex)[:1] if target else []:
            claim = _claim(entity, "relocated", sentence, base, talk, None, "en.relocated", done.start())
            yield replace(
                claim,
                round=None,
                first_time=None,
                region=target.region,
                moved_to=target.region,
                moved_from=source.region if source else None,
            )  # type: ignore[union-attr]
    opened = re.search(
        rf"\b(?:open(?:ed|s)|set up|establish(?:ed|es)|inaugurated) its (?:new |national |global |corporate )*(?:head office|headquarters) in ({_TOKEN}(?:\s+{_TOKEN})*)",
        sentence,
    )
    if (
        national
        and opened
        and re.search(r"registered|registration|relocat|moved", sentence)
        and asserted(sentence, opened.start(), opened.end(), english=True)
    ):
        target = next(iter(regions.find(opened.group(1))), None)
        for entity in _subject(sentence, opened.start(), base, talk, lex)[:1] if target else []:
            claim = _claim(entity, "relocated", sentence, base, talk, None, "en.relocated", opened.start())
            yield replace(claim, round=None, first_time=None, region=target.region, moved_to=target.region)  # type: ignore[union-attr]
