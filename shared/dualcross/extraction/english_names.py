"""Names inside English phrases: Hefei-based Antelope Works' StarLane platform, X Technology Co., Ltd. and Y."""

from __future__ import annotations

import re
from dataclasses import replace

from dualcross.extraction import regions, slugs
from dualcross.extraction.names import Entity, Lexicon
from dualcross.model import Region
from dualcross.patterns import late

_I = re.IGNORECASE
_PARTNER = late(
    r"(?:\b(?:with|using|based on|built on|powered by|backed by|owned by|funded by|invested (?:in )?by|supplied by|supplier (?:to|of)|supplies|partner(?:s|ed|ing)? (?:with|of)|customers? (?:of|such as)|clients? (?:of|including|such as)|subsidiary of|unit of|arm of|affiliate of|parent(?: company)?(?: is)?|shareholders? (?:such as|including|of|is)|investors? (?:such as|including)|runs on|connected to|joins? hands with|alongside|like|unlike|behind|after|following|than|rival(?:s|ing)?(?: of| to)?|compet\w+ with|against|cooperat\w+ with|collaborat\w+ with|worked with|works with|integrated with|under|joint applicant)\s+(?:the\s+|its\s+)?)$",
    _I,
)
_NOT_NAMES = late(
    r"^(?:Until|No|Not|So|Still|Yet|Even|Though|Once|Then|There|Here|Why|How|What|If|Nor|Or|Instead|Despite|Because|Through|Out|Over|More|Most|Many|Some|Several|Few|Such|Like|Nearly|About|Almost|Just|Now|Today|Yesterday|Tomorrow|Separately|Additionally|Moreover|Furthermore|Officials?|Analysts?|Experts?|Sources?|Local|Our|My|Your|His|Her|Who|Which|Where|That's|It's|Congratulations|Founded|Based|Headquartered|Established|Built|Developed|The|A|An|In|On|At|By|As|And|But|For|From|With|Of|To|It|Its|This|That|These|Those|They|He|She|We|Among|Them|Meanwhile|However|Recently|Earlier|Last|Next|New|Four|Two|Three|Five|Six|Seven|Eight|Nine|Ten|Both|All|Ministry(?: of.*)?|MIIT|Industry|Information Technology|Industrial|Internet|Industrial Internet(?: Platforms?)?|Internet of Things|IIoT|IoT|China|Chinese|National|State|Province|Provincial|City|Municipal|Department.*|Bureau.*|Commission.*|State Council|Government|Party|AI|5G|PRC|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Mr|Ms|Dr|CEO|President|Chairman|Xinhua|Reuters|News|Daily|According|Platform|Platforms|Cross|Cross-Industry|Cross-industry|Cross-Field|Dual|Double|Double-cross|Dual-cross|Dual-Cross|Cross-Sector|Announcement|Notice|List|Beijing time|Greater Bay Area|Pearl River Delta|Yangtze River Delta|Report|Plan|Opinions|Also|Other|Others|Each|While|When|Since|After|Before|Following|During|Under|Only|Another|One|Nationwide|Expo|Conference|Forum|Summit|Academy.*|University.*|Alliance.*|Institute.*|Association.*|Selected|Newcomers?|Guangdong-Hong Kong-Macao.*|Digital Economy|Made in China.*|Evaluation|Dynamic|Round|Batch|Seq|No|Compan(?:y|ies)|Groups?|Board|Banks?|Trading|Republic|Peoples?|Public|Publicity|Publicized|Information|Enterprises?|Firms?|Operators?|Owners?|Applicants?|Developers?|Members?|Please|Added|Passed|Removed|Retained|Recommended|Listed|Named|Chosen|Approved|Proposed|Rows?|Lines?|Pages?|Tables?|Annex|Appendix|Figures?|Section|Chapter|Article|Clause|Items?|Foundation|Statement|Safe Harbou?r.*|Forward-Looking.*|Series [A-F]|English|Mandarin|Cantonese|Japanese|German|Korean|American|Indian|European|Eleven|Twelve|Thirteen|Fourteen|Fifteen|Sixteen|Seventeen|Eighteen|Nineteen|Twenty|First|Second|Third|Fourth|Fifth|(?:North|South|East|West|Northwest|Northeast|Southwest|Southeast|Central|Eastern|Western|Northern|Southern)(?: China)?|RMB|CNY|USD|(?:HK|US|S|A)\$?[\d.,]*|EU|UK|GDP|IPO|ERP|MES|SaaS|PLC|API|Q[1-4]|H[12]|FY\d+|BRIEF|UPDATE|CORRECTION|EXCLUSIVE|ANALYSIS|Editors?|Reporters?|Photo|Source|Translation|Translated|Investors?|Shareholders?|Stockholders?|Directors?|Secretary|Mayor|Governor|Ministers?|Corps|Production|Name|Number|Rank|Status|Results?|Stage|Seat|Region|Remarks?|Voluntary|Inside|Issue|Volume|Vol|Week|Weekly|Dear|Thanks?|Welcome|Hello|Yes|Well|Perhaps|Maybe|Asked|Asia|Europe|World|Global|International|Digital|Smart|Intelligent|Manufacturing|Cloud|Technology|Science|Software|Network|Data|Centers?|Centres?|Offices?|Headquarters|Shares?|Stocks?|Question|Answer|Response|Reply|Note|Notes|Summary|Background|Contact|About|Copyright|Disclaimer|Warning|Risk|Heavy|Good|Great|Exciting|Honou?rs?|Awards?|Prize|Milestones?|Business|Companies' Registry|Stock Exchange|Main Board|STAR Market|Growth Enterprise Market|New Year|Spring Festival|National Day|Labou?r Day)$",
    _I,
)
#: one word of a name
TOKEN = r"(?:[A-Z][\w&³+]*(?:[.-][A-Za-z0-9]+|'[A-Za-z]{2,})*|[a-z]{1,6}[A-Z]\w*|\d+[A-Z]\w*)"  # noqa: S105
NAME = late(
    rf"{TOKEN}(?:\s+(?:(?!(?:Co|Ltd|Inc|Corp)\b){TOKEN}|&))*"
    r"(?:,?\s+(?:Co\.?,?\s*(?:Ltd\b\.?|Limited\b)|(?:Ltd|Inc|Corp|LLC|Co)\b\.?))*"
)
COMPANY_MARK = late(
    r"\b(?:Co|Ltd|Inc|Corp|Limited|Company|Group|Holdings?|Technolog(?:y|ies)|Tech|Digital|Information|Software|Networks?|Systems|Electric|Heavy|Intelligent|Science|Industries|Data|Intelligence|Automation|Manufacturing|Corporation|Enterprise)\b\.?",
    re.IGNORECASE,
)
_PLATFORM_TAIL = late(
    r"^[\"'”“]?\s*(?:\([^()]{2,24}\)\s*)?(?:(?:cross-industry\S*|national|industrial|internet|Internet|Industrial|IIoT|cloud|digital|of|things)\s+){0,5}(?:platform|Platform|system|System|operating system)\b"
)


def entities(text: str, base: int, lex: Lexicon, *, bare: bool = True) -> list[Entity]:
    """Return the members an English noun phrase names, in order, with absolute spans."""
    out: list[Entity] = []
    surfaces = lex.find(text)
    taken: list[tuple[int, int]] = []
    seen: dict[str, int] = {}
    for s in surfaces:
        if s.platform.id in seen:
            mine = out[seen[s.platform.id]]
            words = text[s.start : s.end]
            if s.operator and mine.operator is None:
                out[seen[s.platform.id]] = replace(mine, operator=words)
            elif not s.operator and mine.platform is None:
                out[seen[s.platform.id]] = replace(mine, platform=words)
            taken.append((s.start, s.end))
            continue
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
        seen[s.platform.id] = len(out)
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
    region = _from(text, start, end) or regions.of_legal_name(name)
    owned = re.match(
        rf"(?:'s|’s|'(?=\s))\s+(?:(?:own|self-developed|flagship|new|industrial internet platform)\s+)*[\"“]?(?P<pf>{TOKEN}(?:\s+{TOKEN})*)[\"”]?",
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
        rf"[\"”]?(?:\s+(?:of|from|in)\s+{TOKEN}(?=,))?,?\s*(?:an?|the)?\s*(?:(?:[a-z][\w-]*|Industrial|Internet)\s+){{0,6}}?(?:(?:platform|system)\s+)?(?:which is |that is )?(?:developed|operated|built|run|owned|created|launched|established|submitted|made|backed)?\s*(?:and (?:operated|run) )?(?:by|of|from)\s+(?:[A-Z]\w+(?:\s[A-Z]\w+)?(?:'s|-based)\s+)?(?P<op>{NAME.pattern})",
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
        or (len(name.split()) > 2 and name.isupper())
        or re.search(
            r"\b(?:Ministry|Department|Bureau|Commission|Committee|Conference|Expo|Forum|Association|Alliance|University|Academy|News|Daily|Plan|Guidelines|Council|Agency|Exchange|Announcement|Republic|Government|Province|County|District|Prefecture|Zone|Area|Street|Avenue|Boulevard|Airport|Railway Station|Hotel|Hospital|Museum|Party|Congress|Assembly|Festival|Award|Prize|Act|Law)\b",
            name,
        )
        else (name, start)
    )


def _from(text: str, start: int, end: int) -> Region | None:
    """The home that follows or precedes a name: X of Fuzhou, X, based in Xinyu, Shandong's X."""
    m = re.match(
        rf"[\"”]?(?:\s+platform)?,?\s+(?:of|from|based in|headquartered in|also from|in)\s+(?:the\s+)?({TOKEN}(?:\s+{TOKEN})?)",
        text[end:],
    )
    if m:
        return regions.by_name(m.group(1)) or regions.by_name(m.group(1).split()[0])
    m = re.match(rf"[\"”]?\s*\(({TOKEN}(?:\s+{TOKEN})?)\)", text[end:])
    if m and (place := regions.by_name(m.group(1))):
        return place
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
