"""When two pages speak of one document: by number, by title, across languages by what a title cannot lose."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dualcross.model import Policy
from dualcross.patterns import late
from dualcross.register.keys import digest, index_subject, number_subject, policy_subject
from dualcross.register.provinces import NAMES
from dualcross.register.roster import KnownPolicy, Shipped, fold, parse_day

#: days between a document's date and a page that still brings it as new: interpretations follow for a quarter
NEWS_DAYS = 120
#: days between reports of a document in two languages, or by a short name and by its own
TRANSLATION_DAYS = 45

#: genre → how a Chinese and an English title say it
_GENRES: tuple[tuple[str, str], ...] = (
    (
        "plan",
        (
            r"行动计划|行动方案|工作计划|三年计划|发展规划|规划|工作方案|推进方案|升级方案"
            r"|\bplan(?:s|ning)?\b|\bprogram(?:me)?\b"
        ),
    ),
    ("implementation", r"实施方案|实施意见|实施细则|实施办法|\bimplement\w*"),
    ("guidance", r"指导意见|指南|指引|导则|\bguid\w+|\bopinions?\b"),
    (
        "measures",
        (
            r"若干措施|若干政策|扶持政策|政策措施|措施|办法|条例|规定"
            r"|\bmeasures?\b|\bregulations?\b|\bpolic(?:y|ies)\b|\brules?\b"
        ),
    ),
    ("notice", r"通知|意见|工作要点|\bnotice\b|\bcircular\b"),
)
_TARGET = late(r"[《<〈]([^《》<>〈〉]{6,})[》>〉]")
_SPAN = late(r"(20\d\d)\s*(?:年)?\s*[-—–~～至到]+\s*(20\d\d)|(20\d\d)\s*to\s*(20\d\d)", re.IGNORECASE)
_EDITION = late(r"(20\d\d)\s*(?:年版|版|年|edition)", re.IGNORECASE)
_ISSUER = late(
    r"^(?:中共中央|国务院|工业和信息化部|工信部|国家[一-鿿]{2,8}?(?:局|委员会|委)|[一-鿿]{2,9}?(?:省|市|自治区)[一-鿿]{0,10}?(?:人民政府|厅|局|委员会|委))"
    r"(?:办公厅|办公室)?(?:等[一-鿿]{1,4}部门)?(?:关于)?"
)
_PLACE = late(r"([一-鿿]{2})(?:省|市|自治区|自治州)")
_WRAPPED = late(r"^(?:关于)?(?:印发|发布|公布|出台)|的(?:通知|公告)$")
_BODY = late(
    r"国务院|中共中央|中央|工业和信息化部|工信部|部$|部办公厅|部等|发展改革委|发改委|总局|国家[一-鿿]+(?:局|委)"
    r"|省|市|自治区|自治州|州|盟|地区|香港|澳门|厅|经信局|工信局|经济和信息化|通信管理局|专项工作组"
    r"|\bmiit\b|ministry|state council|\bcommission\b|provinc|municipal|\bcity\b|government|department|bureau"
    r"|administration|central",
    re.IGNORECASE,
)
_BELOW = late(
    r"(?<!自治)(?<!地)区(?:[一-鿿]{0,14}(?:政府|局|委|委员会|办公室))?$|县(?:[一-鿿]{0,14}(?:政府|局|委|委员会|办公室))?$"
    r"|街道|镇(?:人民)?政府|管委会|管理委员会$|开发区|园区|公司|集团|协会|联盟|学会|研究院|研究所|商会|大学|基金会"
    r"|\bdistrict\b|\bcounty\b|alliance|association|\binc\b|\bltd\b|university|institute",
    re.IGNORECASE,
)
#: bodies of the state whose names end like those of a development zone's office
_STATE = late(r"国家[一-鿿]+管理委员会")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What makes a document the one it is."""

    numbers: frozenset[str]
    titles: frozenset[str]
    genre: str
    span: tuple[str, str] | None
    body: str
    latin: bool
    days: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """A short name for keys."""
        return digest(min(self.titles, default=""), self.body)[:12]


def identify(policy: Policy, *, titles: tuple[str, ...] = (), days: tuple[str, ...] = ()) -> Identity:
    """Return what identifies the document of a finding."""
    all_titles = titles or (policy.title,)
    bare = [bare_title(t) for t in all_titles]
    return Identity(
        numbers=frozenset({number_key(policy.number)} - {""}),
        titles=frozenset(fold(t) for t in bare),
        genre=genre(bare[0]),
        span=_span(bare[0]),
        body=body_key(policy.issuer),
        latin=not re.search(r"[一-鿿]", bare[0]),
        days=days,
    )


def same_document(one: Identity, other: Identity, day: str | None) -> bool:
    """Tell whether two identities are one document; `day` is the page's, that tells of `one`."""
    both = [(a, b) for a in one.titles for b in other.titles]
    placed = [(a, b) for a, b in both if _places(a) | _where(one) == _places(b) | _where(other) or a == b]
    alike = any(a == b or (min(len(a), len(b)) >= 8 and (a in b or b in a)) for a, b in placed)
    spans = one.span is None or other.span is None or one.span == other.span
    bodies = not one.body or not other.body or one.body == other.body
    if one.numbers & other.numbers:
        # a circular can bring two documents under one number: two bare titles of one script tell them apart
        return alike or one.latin != other.latin
    if (one.numbers and other.numbers) or not spans or not bodies:
        return False
    if alike:
        return True
    if one.genre != other.genre or not _close(one, other, day):
        return False
    if one.latin != other.latin:
        # a title in another language: same body, genre and years, told in one month
        return one.span is not None and one.span == other.span
    return any(kindred(a, b) for a, b in placed)


def kindred(one: str, other: str) -> bool:
    """Tell whether a folded title is a short or slightly altered form of another."""
    a, b = _core(one), _core(other)
    if len(a) > len(b):
        a, b = b, a
    if len(a) < 8 or ((_PLACE.findall(one) or _PLACE.findall(other)) and _places(one) != _places(other)):
        return False
    letters = iter(b)
    if 2 * len(a) >= len(b) and all(c in letters for c in a):
        return True
    left, right = {a[i : i + 2] for i in range(len(a) - 1)}, {b[i : i + 2] for i in range(len(b) - 1)}
    return 2 * len(left & right) >= 0.75 * (len(left) + len(right))


def index_entry(subject: str, identity: Identity) -> str:
    """Print where a document stands, and what it is told by, for the index of its genre."""
    return "#".join((subject, "-".join(identity.span or ()), identity.body, *sorted(identity.titles)))


def indexed(entry: str, identity: Identity) -> str | None:
    """Return the subject of an index entry that may be the same document, None where it cannot be."""
    subject, span, body, *titles = entry.split("#")
    spans = not span or identity.span is None or span == "-".join(identity.span)
    bodies = not body or not identity.body or body == identity.body
    if not spans or not bodies:
        return None
    latin = not re.search(r"[一-鿿]", "".join(titles))
    like = latin != identity.latin or any(a in b or b in a or kindred(a, b) for a in titles for b in identity.titles)
    return subject if like else None


def _close(one: Identity, other: Identity, day: str | None) -> bool:
    here = parse_day(day)
    days = [d for text in (*one.days, *other.days) if (d := parse_day(text))]
    return here is None or not days or min(abs((here - d).days) for d in days) <= TRANSLATION_DAYS


def _core(folded: str) -> str:
    return re.sub(r"[二两三四五十]年|新一轮|最新|20\d\d|^推动|^关于|^进一步", "", folded.replace("ai", "人工智能"))


def _where(identity: Identity) -> set[str]:
    """Return the places of all titles and of the body, so that a title may leave out its issuer's place."""
    return _places(identity.body).union(*map(_places, identity.titles))


def _places(folded: str) -> set[str]:
    return {p for p in NAMES.values() if p in folded} | {m[-2:] for m in _PLACE.findall(folded)}


def subjects_of(policy: Policy) -> tuple[str, ...]:
    """Name the dossiers that lead to the document: where a new one would stand, the index, and its number's."""
    me = identify(policy)
    which = "-".join(me.span) if me.span else digest(min(me.titles))[:12]
    return (policy_subject(me.genre, which), index_subject(me.genre), *(number_subject(n) for n in sorted(me.numbers)))


def bare_title(title: str) -> str:
    """Return the document's own title: out of the circular that prints it, without its marks and issuer."""
    text = unicodedata.normalize("NFKC", title).strip()
    inner = [m for m in _TARGET.findall(text) if not _WRAPPED.search(m)]
    wrapped = re.search(r"(?:印发|发布|公布|出台)\s*[《<〈\"“](.+)[》>〉\"”]\s*的?(?:通知|公告)?", text)
    if wrapped:
        text = wrapped.group(1)
    elif inner and (text.startswith(("《", "<")) or re.search(r"印发|发布|出台", text)):
        text = inner[0]
    text = re.sub(r"(?:关于)?印发(.+?)的通知$", r"\1", text)
    stripped = _ISSUER.sub("", text)
    text = stripped if len(stripped) >= 6 else text
    return text.removeprefix("关于").strip(" 《》<>〈〉\"“”'")


def number_key(number: str | None) -> str:
    """Return a document number without its variants of brackets, spaces and traditional forms."""
    if not number:
        return ""
    text = unicodedata.normalize("NFKC", number).replace("號", "号").replace("號", "号")
    m = re.search(r"([一-鿿A-Za-z/]+)\D{0,2}(20\d\d)\D{0,2}(?:第)?0*(\d{1,4})号?", text)
    return f"{m.group(1)}{m.group(2)}-{m.group(3)}" if m else fold(text)


def genre(title: str) -> str:
    """Return what kind of document a title announces."""
    found = [(m.start(), m.end(), name) for name, p in _GENRES for m in re.finditer(p, title, re.IGNORECASE)]
    if not found:
        return "other"
    # a Chinese title ends with its genre, an English one begins with it
    last = re.search(r"[一-鿿]", title) is not None
    return max(found, key=lambda hit: hit[1])[2] if last else min(found)[2]


def body_key(issuer: str | None) -> str:
    """Return one name for the many ways an issuing body is printed; joint issuers go by the first."""
    if not issuer:
        return ""
    text = re.split(r"[、，,;；/]|等|\band\b", unicodedata.normalize("NFKC", issuer))[0].strip()
    if re.search(r"工业和信息化部|工信部|\bmiit\b|ministry of industry", text, re.IGNORECASE):
        return "miit"
    if re.search(r"国务院|state council", text, re.IGNORECASE):
        return "state-council"
    if not re.search(r"[一-鿿]", text):
        return ""
    return fold(re.sub(r"人民政府|办公厅|办公室|工业和信息化|经济和信息化|信息化", "", text)).rstrip("厅局委")


def issues_policies(policy: Policy, *, official: bool) -> bool:
    """Tell whether the issuer is a state, provincial or city body; an unnamed one of an official page is."""
    if not policy.issuer:
        return official or bool(_ISSUER.match(policy.title.lstrip("《"))) or not _BELOW.search(policy.title)
    first = re.split(r"[、，,;；/]", policy.issuer)[0].strip()
    if _BELOW.search(first) and not _STATE.search(first):
        return False
    return bool(_BODY.search(first)) or official or _names_a_place(first)


def _names_a_place(issuer: str) -> bool:
    from dualcross.extraction import regions

    return regions.by_name(issuer) is not None


def timely(policy: Policy, day: str | None, shipped: Shipped) -> bool:
    """Tell whether the document was just issued when the page was published; an undated page gets the benefit."""
    page = parse_day(day)
    if page is None:
        return True
    known = _known(policy, shipped)
    own = parse_day(policy.date) or (parse_day(known.published or known.date) if known else None)
    if own is not None:
        return (page - own).days <= NEWS_DAYS
    said = policy.date or (known.date if known else None)
    if said and re.match(r"20\d\d", said):
        return _months(page.year, page.month) - _months(int(said[:4]), int(said[5:7] or 12)) <= NEWS_DAYS // 30
    number = re.search(r"20\d\d", policy.number or "")
    if number and int(number.group()) < page.year - 1:
        return False
    span = _span(policy.title)
    return span is None or int(span[1]) >= page.year


def _known(policy: Policy, shipped: Shipped) -> KnownPolicy | None:
    me = identify(policy)
    for row in shipped.policies:
        other = identify(Policy(title=row.title, status="issued", number=row.number, issuer=row.issuer))
        if other.titles & me.titles or (me.numbers & other.numbers and same_document(me, other, None)):
            return row
    return None


def _months(year: int, month: int) -> int:
    return 12 * year + month


def _span(title: str) -> tuple[str, str] | None:
    m = _SPAN.search(title)
    if m:
        return (m.group(1) or m.group(3), m.group(2) or m.group(4))
    edition = _EDITION.search(title)
    return (edition.group(1), edition.group(1)) if edition else None
