"""Where sentences and clauses begin and end, in Chinese, English and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from dualcross.patterns import late

#: a full stop after these ends no sentence
_ABBREVIATIONS = frozenset(
    "co ltd inc corp no nos vs mr ms mrs dr prof st jr sr dept est fig etc e.g i.e u.s u.k p.r approx jan feb mar apr "
    "jun jul aug sep sept oct nov dec".split()
)
_STOP = late(r"[。!?！？]+[”\"')\]]*|\.{3,}|…+|\.(?=[\"'”)]*(?:\s|$))[\"'”)]*|\n|;")
_CLAUSE = late(r"[,;，；:]|\s[—-]\s|——")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A span of the normalised text; `row` marks a table row, whose cells are separated by TAB."""

    start: int
    end: int
    text: str
    #: 0-based line (paragraph) the sentence stands in
    line: int

    @property
    def row(self) -> bool:
        """The sentence is a table row."""
        return "\t" in self.text

    def clauses(self) -> tuple[tuple[int, int], ...]:
        """Return the clauses' spans, absolute; a comma inside a number, brackets or quotes divides nothing."""
        cuts = [0]
        depth = 0
        text = self.text
        marks = {m.start(): m.end() for m in _CLAUSE.finditer(text)}
        for i, c in enumerate(text):
            if c in "(《“[":
                depth += 1
            elif c in ")》”]":
                depth = max(0, depth - 1)
            elif i in marks and depth == 0:
                number = c == "," and 0 < i < len(text) - 1 and text[i - 1].isdigit() and text[i + 1].isdigit()
                legal = c == "," and re.match(r",\s*(?:Ltd|Inc|LLC|Limited)\b", text[i : i + 12])
                if not number and not legal:
                    cuts.append(marks[i])
        cuts.append(len(text))
        return tuple((self.start + a, self.start + b) for a, b in pairwise(cuts) if text[a:b].strip(" ,;:，；"))


def split(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text in order, without white space at their ends; empty ones are left out."""
    out: list[Sentence] = []
    start = 0
    line = 0
    for m in _STOP.finditer(text):
        mark = m.group()
        if mark == "\n":
            _add(out, text, start, m.start(), line)
            start = m.end()
            line += 1
            continue
        if mark[0] == "." and _abbreviation(text, m.start()):
            continue
        head = text[start : m.end()]
        open_brackets = head.count("《") - head.count("》") + head.count("(") - head.count(")")
        if open_brackets > 0 and len(head) < 400:
            continue
        _add(out, text, start, m.end(), line)
        start = m.end()
    _add(out, text, start, len(text), line)
    return tuple(out)


def _abbreviation(text: str, dot: int) -> bool:
    word = re.search(r"([A-Za-z.]+)$", text[max(0, dot - 12) : dot])
    if not word:
        return False
    token = word.group(1).lower()
    rest = text[dot + 1 : dot + 4]
    if token in ("ltd", "inc", "corp") and re.match(r"\s+[\"“][A-Z][\w\- ]{1,30}[\"”]", text[dot + 1 : dot + 40]):
        # X Co., Ltd. "Brand" and …: the quotes hold a name, not a new sentence
        return True
    if token in _ABBREVIATIONS:
        # "Co., Ltd." may still end the sentence: then a capital word or the end of the line follows
        return not (token in ("ltd", "inc", "corp", "etc") and re.match(r"\s+[A-Z\"“]|\s*$", rest))
    return len(token) == 1 and token.isalpha() and bool(re.match(r"\s*[A-Za-z]", rest)) and token.isupper()


def _add(out: list[Sentence], text: str, start: int, end: int, line: int) -> None:
    while start < end and text[start] in " \r\f\v":
        start += 1
    while end > start and text[end - 1] in " \r\f\v\n":
        end -= 1
    if text[start:end].strip():
        out.append(Sentence(start, end, text[start:end], line))
