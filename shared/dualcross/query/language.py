"""The query language: text in, clauses out; every error says where it is.

query  = group { group }                 all groups must hold
group  = clause { "OR" clause }          one of them must
clause = [ "-" ] ( words | "a phrase" | field ":" value { "," value } | field ( ">" ">=" "<" "<=" ) number )

topic:selection region:440000,330000 platform:rootcloud operator:华为 round>=2022 after:2023-01 "双跨平台" -招聘
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from dualcross.errors import QueryError
from dualcross.model import TOPICS, Ladder, Stage, Trigger
from dualcross.query.tokens import phrase

#: longest query that is read: one is stored with each subscription and parsed for each visitor
LONGEST = 1000
MOST_CLAUSES = 50


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition; `field` is `text` for bare words. Of several values one must hold."""

    field: str
    values: tuple[str, ...]
    op: str = ":"
    negated: bool = False
    position: int = 0


#: name → what its values may be
FIELDS: dict[str, str] = {
    "topic": "one of " + ", ".join(TOPICS),
    "region": "a province: its GB/T 2260 code or its name",
    "platform": "id or name of a platform",
    "operator": "id or name of an operator",
    "round": "year of a selection round",
    "stage": "one of " + ", ".join(get_args(Stage)),
    "trigger": "one of " + ", ".join(get_args(Trigger)) + ", or the part before the dot",
    "kind": "kind of finding or event",
    "source": "host, id or name of a source",
    "lang": "zh, zh-Hans, zh-Hant or en",
    "official": "yes or no",
    "confirmed": "yes or no",
    "known": "yes or no",
    "member": "yes or no",
    "ladder": "one of " + ", ".join(get_args(Ladder)),
    "state": "state of a delivery, source or subscription",
    "issuer": "issuer of a policy",
    "id": "id of what is looked up",
    "title": "words of the title",
    "after": "a day, month or year: then or later",
    "before": "a day, month or year: earlier than its first day",
    "conf": "a number from 0 to 1",
}
ALIASES = {"confidence": "conf", "language": "lang", "label": "topic", "province": "region", "year": "round"}
#: names of a script by where it is written
_LANGUAGES = {"zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant"}
_COMPARED = ("conf", "round")
_NAME = re.compile(r"[A-Za-z_]+(?=\s*(?:[:：]|[<>]=?))")
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_QUOTES = {'"': '"', "“": "”", "「": "」"}
_SPACE = " \t\r\n\u3000\xa0"


def clauses(text: str) -> tuple[tuple[Clause, ...], ...]:
    """Return the groups of a query, the alternatives of each inside; raises `QueryError`."""
    if len(text) > LONGEST:
        raise QueryError(f"a query has at most {LONGEST} characters, this one {len(text)}", position=LONGEST)
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read(self) -> tuple[tuple[Clause, ...], ...]:
        groups: list[list[Clause]] = []
        alternative_at: int | None = None
        count = 0
        while self._skip_space():
            if self._word_is("OR"):
                if not groups or alternative_at is not None:
                    raise QueryError("OR needs a condition on each side", position=self._at)
                alternative_at = self._at
                self._at += 2
                continue
            clause = self._clause()
            if clause.field == "text" and not phrase(clause.values[0])[0]:
                # Punctuation alone asks for nothing.
                alternative_at = None
                continue
            count += 1
            if count > MOST_CLAUSES:
                raise QueryError(f"a query has at most {MOST_CLAUSES} conditions", position=clause.position)
            if alternative_at is None:
                groups.append([clause])
            else:
                groups[-1].append(clause)
                alternative_at = None
        if alternative_at is not None:
            raise QueryError("OR needs a condition on each side", position=alternative_at)
        return tuple(tuple(group) for group in groups)

    def _clause(self) -> Clause:
        start = self._at
        negated = self._text[self._at] in "-−－"
        if negated:
            self._at += 1
            if self._at == len(self._text) or self._text[self._at] in _SPACE:
                raise QueryError("- needs a condition right behind it", position=start)
        found = _NAME.match(self._text, self._at)
        if found and not self._text.startswith("//", found.end() + 1):
            name = found.group().lower()
            name = ALIASES.get(name, name)
            if name not in FIELDS:
                raise QueryError(_unknown(found.group()), position=self._at)
            self._at = found.end()
            return self._field(name, start, negated)
        value = self._value("")
        return Clause("text", (value,), negated=negated, position=start)

    def _field(self, name: str, start: int, negated: bool) -> Clause:
        self._skip_space()
        op = self._text[self._at]
        self._at += 1
        if op in "<>" and self._text.startswith("=", self._at):
            op += "="
            self._at += 1
        op = ":" if op == "：" else op
        if op != ":" and name not in _COMPARED:
            raise QueryError(f"{name} cannot be compared: write {name}:value", position=start)
        self._skip_space()
        values = [self._checked(name)]
        while op == ":" and self._at < len(self._text) and self._text[self._at] in ",，":
            self._at += 1
            values.append(self._checked(name))
        if op != ":" and name == "round" and not values[0].isdigit():
            raise QueryError("round is compared with a year, as in round>=2022", position=start)
        if name == "conf" and op == ":":
            op = ">="
        return Clause(name, tuple(values), op, negated, start)

    def _checked(self, name: str) -> str:
        at = self._at
        value = self._value(",，")
        if not value.strip():
            raise QueryError(f"{name} needs a value: {FIELDS[name]}", position=at)
        check = _CHECKS.get(name)
        checked = check(value) if check else value
        if checked is None:
            raise QueryError(f"{name} cannot be {value!r}: {FIELDS[name]}", position=at)
        return checked

    def _value(self, stops: str) -> str:
        if self._at < len(self._text) and (close := _QUOTES.get(self._text[self._at])):
            end = self._text.find(close, self._at + 1)
            if end < 0:
                raise QueryError(f"the quote that begins here has no closing {close}", position=self._at)
            value, self._at = self._text[self._at + 1 : end], end + 1
            return value
        start = self._at
        while self._at < len(self._text) and self._text[self._at] not in _SPACE + stops:
            self._at += 1
        return self._text[start : self._at]

    def _skip_space(self) -> bool:
        while self._at < len(self._text) and self._text[self._at] in _SPACE:
            self._at += 1
        return self._at < len(self._text)

    def _word_is(self, word: str) -> bool:
        end = self._at + len(word)
        return self._text.startswith(word, self._at) and (end == len(self._text) or self._text[end] in _SPACE)


def _unknown(name: str) -> str:
    near = get_close_matches(name.lower(), FIELDS, n=1)
    hint = f"did you mean {near[0]}?" if near else "put it in quotes to search for it as text"
    return f"no field {name!r}: {hint}"


def _one_of(*allowed: str) -> Callable[[str], str | None]:
    folded = {value.lower(): value for value in allowed}
    return lambda value: folded.get(value.lower())


def _trigger(value: str) -> str | None:
    known = {t.lower() for t in get_args(Trigger)}
    value = value.lower()
    return value if value in known or value in {t.split(".")[0] for t in known} else None


def _region(value: str) -> str | None:
    from dualcross.extraction.regions import by_code, by_name
    from dualcross.query.tokens import fold

    if value.isascii() and value.isdigit():
        found = by_code(value) if len(value) in (2, 6) else None
    else:
        found = by_name(value) or by_name(fold(value))
    return found.code if found else None


def _language(value: str) -> str | None:
    folded = value.lower()
    return _one_of("zh", "en", "und", "zh-Hans", "zh-Hant")(_LANGUAGES.get(folded, folded))


def _source(value: str) -> str | None:
    """Return the host of an address, for an address names its source by its host."""
    from urllib.parse import urlsplit

    if not value.lower().startswith(("http://", "https://")):
        return value
    try:
        return urlsplit(value).hostname
    except ValueError:
        return None


def _date(value: str) -> str | None:
    from datetime import date

    if not _DATE.fullmatch(value):
        return None
    whole = value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value
    try:
        date.fromisoformat(whole)
    except ValueError:
        return None
    return whole


def _share(value: str) -> str | None:
    try:
        return value if 0 <= float(value) <= 1 else None
    except ValueError:
        return None


def _flag(value: str) -> str | None:
    return {"yes": "yes", "true": "yes", "1": "yes", "no": "no", "false": "no", "0": "no"}.get(value.lower())


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "topic": _one_of(*TOPICS),
    "stage": _one_of(*get_args(Stage)),
    "trigger": _trigger,
    "region": _region,
    "after": _date,
    "before": _date,
    "conf": _share,
    "lang": _language,
    "source": _source,
    "ladder": _one_of(*get_args(Ladder)),
    "official": _flag,
    "confirmed": _flag,
    "known": _flag,
    "member": _flag,
}
