"""Numbers of national dual-cross platforms, and of one province's members.

A number is bound to the nearest class word; quotas, other classes and lists, applicants, visitors and firms' own
holdings are not counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dualcross.extraction import classes, numbers, owners, regions, tallies
from dualcross.extraction import count_words as words
from dualcross.extraction.classes import ClassMention
from dualcross.extraction.normal import Prepared
from dualcross.extraction.sentences import Sentence
from dualcross.model import Count, Measure, Region, RegionCount

Found = Count | RegionCount


@dataclass(frozen=True, slots=True)
class _Number:
    """A number with its classifier; offsets in the sentence."""

    start: int
    end: int
    value: int


@dataclass(frozen=True, slots=True)
class _Bound:
    """The class word a number belongs to: after it, before it, or in an earlier sentence (`at` None)."""

    at: ClassMention | None
    after: bool = False


def find(prepared: Prepared) -> tuple[Found, ...]:
    """Return the counts of an article, each value of a measure once."""
    if not classes.speaks_of_programme(prepared.text):
        return ()
    out: list[Found] = []
    alive = 0
    additions = False
    for sentence in owners.sentences(prepared):
        if sentence.row:
            continue
        mentions = classes.find(sentence.text)
        named = [c for c in mentions if c.level in ("national", "provincial", "foreign")]
        national = any(c.level == "national" for c in named)
        if named and not national:
            alive = 0
            continue
        if national:
            alive = 3
            additions = bool(words.NEW.search(sentence.text))
        if alive <= 0 or (not national and not words.CONTEXT_VERB.search(sentence.text)):
            alive -= 1
            continue
        alive -= 1
        out += _of_sentence(sentence, mentions, prepared, carried=not national, additions=additions)
    return _distinct(_with_phrases(out, tallies.find(prepared)))


def _with_phrases(found: list[Found], told: tuple[Found, ...]) -> list[Found]:
    """Add what set phrases count; where they say `new`, the same number is not the whole roster."""
    new = {f.value for f in told if isinstance(f, Count) and f.measure == "new"}
    regional = {f.value for f in told if isinstance(f, RegionCount)}
    kept = [
        f
        for f in found
        if not (isinstance(f, Count) and f.measure == "in_force" and f.value in new | regional and f.confidence <= 0.9)
    ]
    known = {(f.kind, f.value, f.region.code if f.region else None) for f in kept}
    return kept + [f for f in told if (f.kind, f.value, f.region.code if f.region else None) not in known]


def _of_sentence(
    sentence: Sentence, mentions: tuple[ClassMention, ...], prepared: Prepared, *, carried: bool, additions: bool
) -> list[Found]:
    found: list[Found] = []
    numbers_here = _numbers(sentence.text)
    shared = _respectively(sentence.text, numbers_here, mentions)
    for number in numbers_here:
        if shared:
            bound = _Bound(shared[number]) if number in shared else None
        else:
            bound = _bind(sentence.text, number, mentions, carried=carried)
        if bound is None:
            continue
        made = _finding(sentence, number, bound, prepared, additions=additions)
        if made is not None:
            found.append(made)
            found += _each(sentence, number, made)
    totals = {f.region.code for f in found if isinstance(f, RegionCount) and f.by != "count.region.new"}
    return [
        f for f in found if not (isinstance(f, RegionCount) and f.by == "count.region.new" and f.region.code in totals)
    ]


def _each(sentence: Sentence, number: _Number, made: Found) -> list[Found]:
    """`重庆、四川各2家`: the provinces before the last one have as many."""
    if not isinstance(made, RegionCount) or not re.search(r"各(?:有|占|自)?$", sentence.text[: number.start]):
        return []
    run = re.search(
        r"(?:[\u4e00-\u9fff]{2,8}[、和及与]){1,33}[\u4e00-\u9fff]{2,8}各(?:有|占|自)?$",
        sentence.text[max(0, number.start - 300) : number.start],
    )
    others = {p.region.code: p.region for p in regions.find(run.group()) if p.exact} if run else {}
    return [replace(made, region=r, rank=None) for code, r in others.items() if code != made.region.code]


def _numbers(text: str) -> list[_Number]:
    pattern = words.ZH if owners.chinese(text) else words.EN
    out = []
    for m in pattern.finditer(text):
        value = numbers.value(m.group("n"))
        if value is None or not 1 <= value <= 300 or value != int(value):
            continue
        lead = text[max(0, m.start() - 14) : m.start()]
        if re.search(r"(?:第|前|[\d.年—~-]|No\.?\s?|top\s)$", lead, re.IGNORECASE) or words.VAGUE.search(lead):
            continue
        # 一家 and one are mostly articles, not numbers
        if m.group("n") in ("一", "one", "One") and not re.search(
            r"(?:仅有?|只有|唯一|共有|拥有|有)$|\b(?:only|just|has|have)\s$", lead, re.IGNORECASE
        ):
            continue
        out.append(_Number(m.start(), m.start() + len(m.group().rstrip()), int(value)))
    return out


def _respectively(text: str, found: list[_Number], mentions: tuple[ClassMention, ...]) -> dict[_Number, ClassMention]:
    """`双跨平台、特色型平台分别达28家和105家`: the n-th number belongs to the n-th class."""
    m = re.search(r"分别|respectively", text)
    if not m:
        return {}
    if m.group() == "分别":
        right = [n for n in found if n.start >= m.end()]
        left = [c for c in mentions if c.end <= m.start()][-len(right) :]
    else:
        right = [n for n in found if n.end <= m.start()]
        left = list(mentions)
    if len(left) != len(right) or len(left) < 2:
        return {}
    return {n: c for n, c in zip(right, left, strict=True) if c.level == "national"}


def _bind(text: str, number: _Number, mentions: tuple[ClassMention, ...], *, carried: bool) -> _Bound | None:
    """Bind the number to the nearest class word, None where that is another class or none."""
    chinese = owners.chinese(text)
    rest = text[number.end :]
    following = next((c for c in mentions if c.start >= number.end), None)
    if following is not None:
        gap = text[number.end : following.start]
        if len(gap) <= 130 and (words.GAP_ZH if chinese else words.GAP_EN).match(gap):
            return _Bound(following, after=True) if following.level == "national" else None
    if not (words.PLAIN_ZH if chinese else words.PLAIN_EN).match(rest):
        return None
    if not chinese:
        lead = text[: number.start]
        noun = re.match(
            r"(?:\s\w+){0,4}?\s(?:platform|compan|enterpris|firm|operator|entr|addition|newcomer|member)", rest
        )
        if not noun and (
            not words.LEAD_EN.search(lead)
            and not re.match(
                r"\s(?:from|in|of them|come|came|hail|are (?:based|located)? ?(?:in|from)|were from)\b", rest
            )
        ):
            return None
        if words.MONTH.search(lead):
            return None
    if words.FOREIGN_NOUN.match(rest.lstrip()[:6]):
        return None
    leading = [c for c in mentions if c.end <= number.start]
    if leading and leading[-1].level == "other" and _aside(text, leading[-1], number):
        leading = [c for c in leading if c.level != "other"]
    if leading:
        between = text[leading[-1].end : number.start]
        if (
            leading[-1].level != "national"
            or len(between) > (90 if chinese else 220)
            or words.FOREIGN_NOUN.search(between[-24:])
        ):
            return None
        return _Bound(leading[-1])
    if carried:
        clause = text[max(0, number.start - 40) : number.end + 40]
        if words.FOREIGN_NOUN.search(clause) or not words.CONTEXT_VERB.search(clause):
            return None
        return _Bound(None)
    return None


def _aside(text: str, other: ClassMention, number: _Number) -> bool:
    """The other class stands in an apposition and the number's own verb speaks of selection: `作为示范区,有4家入选`."""
    between = text[other.end : number.start]
    clause = re.split(r"[,;。]", text[number.end : number.end + 60])[0]
    return bool(re.search("[,;]", between)) and bool(re.search(r"入选|上榜|获评|selected|made the list|named", clause))


def _finding(
    sentence: Sentence, number: _Number, bound: _Bound, prepared: Prepared, *, additions: bool
) -> Found | None:
    text = sentence.text
    start, end = _clause(sentence, number)
    pre, post = text[start : number.start], text[number.end : end]
    if _refused(text, pre, post):
        return None
    target = _planned(text, number, start, post)
    region = owners.owner(sentence, number.start, number.end, prepared)
    if region is None and owners.city_owned(sentence, number.start, number.end):
        return None
    place = None if target else owners.rank(sentence, number.start, number.end)
    if region is None and place is not None:
        region = _told_before(prepared, sentence)
    if region is None and not target and number.value < 10 and _elided(sentence, start):
        region = owners.titled(prepared)
    evidence = (prepared.evidence(sentence.start, sentence.end),)
    round_ = _round(text)
    if target:
        return Count(value=number.value, measure="target", region=region, evidence=evidence, by="count.target")
    measure = _measure(sentence, number, bound, (pre, post), additions=additions)
    if region is not None:
        by = "count.region.new" if measure == "new" else "count.region"
        return RegionCount(value=number.value, region=region, rank=place, round=round_, evidence=evidence, by=by)
    elsewhere = bound.at is None or bound.at.end <= start
    if elsewhere and words.SUBSET.search(pre) and measure != "new":
        return None
    wide = bool(words.COUNTRYWIDE.search(text)) or bound.at is None
    if (number.value < 10 and measure == "in_force" and not wide) or (words.FIRM.search(pre) and not wide):
        return None
    if measure == "in_force" and number.value < 5:
        return None
    sure = 0.9 if bound.at is not None else 0.75
    return Count(
        value=number.value, measure=measure, round=round_, evidence=evidence, by=f"count.{measure}", confidence=sure
    )


def _clause(sentence: Sentence, number: _Number) -> tuple[int, int]:
    for a, b in sentence.clauses():
        if a - sentence.start <= number.start < b - sentence.start:
            return a - sentence.start, b - sentence.start
    return 0, len(sentence.text)


def _refused(text: str, pre: str, post: str) -> bool:
    clause = pre + post
    near = pre[-24:] + "|" + post[:40]
    if words.QUOTA.search(clause) or words.DENIED.search(pre[-10:]) or words.FROM.search(pre):
        return True
    if words.APPLIED.search(near) and not words.WON.search(clause):
        return True
    if words.PRESENCE.search(near):
        return True
    question = re.search(r"[?？]$|几家|多少", text) and not re.search(r"入选|公布|达到", text)
    return bool(question)


def _planned(text: str, number: _Number, start: int, post: str) -> bool:
    head = text[: number.start]
    plans = list(words.PLAN.finditer(head))
    if plans:
        since = head[plans[-1].end() :]
        if (
            len(since) <= 110
            and not words.DONE.search(since)
            and not re.search(r"入选|公布|发布|selected|released|announced", since)
        ):
            return True
    if re.match(
        r"[^,.;]{0,60}\b(?:will be|are to be|to be (?:selected|built|cultivated)|by (?:the end of )?20[2-9]\d)", post
    ):
        return True
    if re.search(r"左右", post[:3]) and not words.DONE.search(head):
        return True
    clause = text[start : number.start]
    verb = re.search(r"(?:培育|打造|建设|培养|创建)(?:出|形成)?(?:[^,。]{0,6})$", clause)
    return bool(verb) and not words.DONE.search(clause) and not re.search(r"[\d年]了|成功|出了", clause)


def _measure(
    sentence: Sentence, number: _Number, bound: _Bound, around: tuple[str, str], *, additions: bool
) -> Measure:
    text = sentence.text
    pre, post = around
    span = post[: max(0, (bound.at.end if bound.at and bound.after else number.end) - number.end)]
    told = _last(pre[-30:])
    if told == "ever" or words.EVER.search(span):
        return "ever"
    listed = (
        bound.at is not None
        and not bound.after
        and words.NEW.search(text[max(0, bound.at.start - 16) : bound.at.end + 6])
    )
    if told == "total" and not (listed and not words.GRAND.search(pre)):
        return "in_force"
    if told == "new" or words.NEW.search(span) or re.match(r"(?:企业|平台)?为?(?:首次|新)入选", post):
        return "new"
    if listed or (bound.at is None and additions):
        return "new"
    return "in_force"


def _last(lead: str) -> str:
    """Which measure word stands nearest before the number."""
    best, at = "", -1
    for name, pattern in (("total", words.TOTAL), ("new", words.NEW), ("ever", words.EVER)):
        for m in pattern.finditer(lead):
            if m.start() >= at:
                best, at = name, m.start()
    if best == "total" and words.EVER.search(lead):
        return "ever"
    return best


def _elided(sentence: Sentence, start: int) -> bool:
    """The sentence has no subject of its own: `目前,已建成1个…`; it is the headline's province."""
    head = re.sub(r"^(?:目前|如今|截至[^,]{0,12}|其中|此外|同时|[\s,]|已经?|累计|先后|共|现)+", "", sentence.text)
    return bool(re.match(r"(?:培育|建成|拥有|形成|打造|有|入选|获评|\d|[一二两三四五六七八九])", head)) and start < 80


def _told_before(prepared: Prepared, sentence: Sentence) -> Region | None:
    """The province spoken of last before the sentence, else the article's own."""
    before = [p for p in regions.find(prepared.text[max(0, sentence.start - 600) : sentence.end]) if p.exact]
    return before[-1].region if before else owners.home(prepared)


def _round(text: str) -> str | None:
    years = {m.group(1) or m.group(2) for m in words.ROUND.finditer(text)}
    return years.pop() if len(years) == 1 else None


def _distinct(found: list[Found]) -> tuple[Found, ...]:
    """Each value of a measure once; a bare total that is only a province's number said again goes."""
    out: list[Found] = []
    seen: dict[tuple[object, ...], int] = {}
    provincial = {f.value for f in found if isinstance(f, RegionCount)}
    for f in found:
        if isinstance(f, Count):
            if f.measure in ("in_force", "new") and f.value in provincial and f.value < 10:
                continue
            key: tuple[object, ...] = (f.measure, f.value, f.region)
        else:
            key = ("region", f.value, f.region)
        if key in seen:
            first = out[seen[key]]
            if isinstance(first, RegionCount) and isinstance(f, RegionCount) and first.rank is None and f.rank:
                out[seen[key]] = replace(first, rank=f.rank)
            continue
        seen[key] = len(out)
        out.append(f)
    return tuple(out)
