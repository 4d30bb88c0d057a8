"""The corpus as values: one file per writer and theme, one text per line, checked when it is read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from dualcross.model import SUBSCRIBER_TRIGGERS, TOPICS, Article, Language, Measure, Stage

CORPUS = Path(__file__).parent / "corpus"
KINDS = ("memberships", "counts", "region_counts", "policies", "deadlines", "adoption")
_FIELDS = {
    "memberships": {"platform", "operator", "stage", "round", "first_time", "region"},
    "counts": {"value", "measure", "region"},
    "region_counts": {"value", "region", "rank"},
    "policies": {"title", "number", "issuer", "date", "status", "form"},
    "deadlines": {"date", "what"},
    "adoption": {"value", "unit", "region", "bound"},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One labelled text of the corpus; the fields are those of `corpus/README.md`."""

    id: str
    group: str
    lang: str
    title: str
    published: str | None
    source: str | None
    official: bool
    text: str
    labels: tuple[str, ...]
    expect: Mapping[str, Any]
    trap: int | None
    split: str

    @property
    def held(self) -> bool:
        """The text is kept from training."""
        return self.split == "held"

    def article(self) -> Article:
        """Return the article it stands for."""
        return Article(
            url=None,
            title=self.title,
            text=self.text,
            published=self.published,
            language=cast("Language", self.lang),
            source=self.source,
            official=self.official,
        )


def problems(row: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a corpus line; empty where nothing is."""
    found = []
    if set(row["labels"]) - set(TOPICS):
        found.append(f"unknown label in {row['labels']}")
    if row["split"] not in {"train", "held"}:
        found.append(f"split {row['split']!r}")
    if row["lang"] not in {"zh-Hans", "zh-Hant", "en"}:
        found.append(f"lang {row['lang']!r}")
    if row["trap"] is not None and not 1 <= row["trap"] <= 24:
        found.append(f"trap {row['trap']}")
    expect = row["expect"]
    for kind in KINDS:
        for finding in expect[kind]:
            if set(finding) != _FIELDS[kind]:
                found.append(f"{kind}: fields {sorted(finding)}")
            found.extend(_wrong_values(kind, finding, row))
    found.extend(
        f"either: not in the text: {name}"
        for name in expect["either"]
        if not re.fullmatch(r"[\d.-]+", name) and name not in row["title"] + row["text"]
    )
    found.extend(
        f"trigger {alert['trigger']}" for alert in expect["alerts"] or () if alert["trigger"] not in SUBSCRIBER_TRIGGERS
    )
    return found


def _wrong_values(kind: str, finding: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    whole = row["title"] + "\n" + row["text"]
    found = []
    if kind == "memberships":
        if finding["stage"] not in get_args(Stage):
            found.append(f"stage {finding['stage']}")
        found.extend(
            f"not in the text: {finding[k]}" for k in ("platform", "operator") if finding[k] and finding[k] not in whole
        )
    if kind == "counts" and finding["measure"] not in get_args(Measure):
        found.append(f"measure {finding['measure']}")
    if kind == "policies":
        if finding["title"] not in whole:
            found.append(f"not in the text: {finding['title']}")
        if finding["status"] not in {"issued", "cited"} or finding["form"] not in {"policy", "call", "list", "draft"}:
            found.append(f"policy {finding['status']} {finding['form']}")
    region = finding.get("region")
    if region is not None and not re.fullmatch(r"\d\d0000", region):
        found.append(f"region {region}")
    return found


def read(folder: Path = CORPUS) -> tuple[Text, ...]:
    """Return every text, files in the order of their names; raises ValueError on a bad line."""
    return tuple(_texts(sorted(folder.glob("*.jsonl"))))


def _texts(paths: Iterable[Path]) -> Iterator[Text]:
    for path in paths:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            row = json.loads(line)
            if wrong := problems(row):
                raise ValueError(f"{path.name}:{number}: {'; '.join(wrong)}")
            yield Text(**{**row, "labels": tuple(row["labels"])})


def language(text: str) -> Language:
    """Return the language of a text that does not tell it: English, or Chinese in the simplified script."""
    latin = sum(c.isascii() and c.isalpha() for c in text)
    return "en" if latin * 2 > len(text) else "zh-Hans"


def digest(folder: Path = CORPUS) -> dict[str, str]:
    """Return the sha256 of each corpus file."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.jsonl"))}


#: names nobody can word otherwise; each counts as one character of a run
_FIXED = re.compile(
    "跨行业跨领域工业互联网平台|跨行業跨領域工業互聯網平[台臺]|工业和信息化部|工業和信息化部|信息技术发展司|新疆生产建设兵团"
    "|江苏徐工信息技术股份有限公司|河钢数字技术股份有限公司|航天云网科技发展有限责任公司|中华人民共和国|新疆维吾尔自治区|内蒙古自治区|广西壮族自治区|宁夏回族自治区"
)
_QUOTED = re.compile(r"《[^》]{2,80}》")
_HAN = re.compile("[\u3400-\u9fff※]+")
_WORDS = re.compile(r"[a-z0-9'’-]+|※")
_FIXED_EN = re.compile(
    r"cross-(?:industry|sector) and cross-(?:field|sector|domain)(?: industrial internet)? platforms?"
    r"|ministry of industry and information technology"
)
_QUOTED_EN = re.compile(r"“[^”]{20,200}”|\"[^\"]{20,200}\"|(?<![a-z])'[^']{20,200}'(?![a-z])", re.IGNORECASE)


def runs(text: Text) -> set[str]:
    """Return the runs of 12 Chinese characters and 8 English words that no other group may share."""
    whole = _FIXED.sub("※", _QUOTED.sub("《》", text.title + "\n" + text.text))
    found = {run[i : i + 12] for run in _HAN.findall(whole) for i in range(len(run) - 11)}
    for sentence in re.split(r"[\n.;:!?]", _FIXED_EN.sub("※", _QUOTED_EN.sub("|", whole.lower()))):
        words = _WORDS.findall(sentence)
        found |= {" ".join(words[i : i + 8]) for i in range(len(words) - 7)}
    return found


def shared_runs(texts: Iterable[Text]) -> list[tuple[str, str, str]]:
    """Return (run, group, other group) for every run that stands in two groups."""
    owner: dict[str, str] = {}
    clashes = []
    for text in texts:
        for run in sorted(runs(text)):
            first = owner.setdefault(run, text.group)
            if first != text.group:
                clashes.append((run, first, text.group))
    return clashes
