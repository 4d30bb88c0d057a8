"""Numbers as news prints them: 15,000 · 1.5万 · 十五 · 近30 · fifteen · 4 trillion."""

from __future__ import annotations

import re

from dualcross.patterns import late

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "○": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10_000, "亿": 100_000_000}
_WORDS = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {w: (i + 2) * 10 for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())}
_EN_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_EN_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
#: a number in any of the forms; `数十`, `几家` match nothing because they tell none
NUMBER = (
    r"(?:(?<![\d.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s?(?:万亿|百万|千万|[十百千万亿]|thousand\b|million\b|billion\b|trillion\b)?"
    r"|(?<![数几多十百千万亿第])[零〇一二两三四五六七八九十百千万亿]+(?![数几])"
    r"|(?<![A-Za-z])"
    rf"(?:a hundred|(?:{_EN_WORD})(?:[\s-](?:{_EN_WORD}|hundred|thousand|million|billion|trillion))*)(?![A-Za-z]))"
)
_NUMBER = late(NUMBER, re.IGNORECASE)
MORE = late(
    r"超过|超|逾|突破|more than|over|above|exceed(?:ed|s|ing)?|at least|surpass(?:ed|es|ing)?|不少于|至少",
    re.IGNORECASE,
)
ABOUT = late(r"约|大约|左右|about|around|approximately|some\b|roughly", re.IGNORECASE)
NEARLY = late(r"近|将近|接近|nearly|almost|close to", re.IGNORECASE)


def value(text: str) -> float | None:
    """Return the number a text of the form `NUMBER` stands for, None where it stands for none."""
    text = text.strip().lower()
    if not text:
        return None
    m = re.fullmatch(r"(\d[\d,]*(?:\.\d+)?)\s?(万亿|百万|千万|[十百千万亿]|thousand|million|billion|trillion)?", text)
    if m:
        number = float(m.group(1).replace(",", ""))
        scale = m.group(2)
        if scale == "万亿":
            return number * 10**12
        if scale in ("百万", "千万"):
            return number * (10**6 if scale == "百万" else 10**7)
        return round(number * (_UNITS | _SCALES | _EN_SCALES).get(scale or "", 1), 6)
    if re.fullmatch(r"[零〇○一二两三四五六七八九十百千万亿]+", text):
        return _chinese(text)
    return _english(text)


def find(text: str) -> list[tuple[int, int, float]]:
    """Return (start, end, value) of every number in a text, in order."""
    out = []
    for m in _NUMBER.finditer(text):
        number = value(m.group())
        if number is not None:
            out.append((m.start(), m.start() + len(m.group().rstrip()), number))
    return out


def ordinal(text: str) -> int | None:
    """Return the place a text tells: 第4, 第一, 首位, 4th, first, No. 1, top."""
    m = re.search(r"第\s?([\d零一二两三四五六七八九十]+)", text)
    if m:
        number = value(m.group(1))
        return int(number) if number is not None else None
    if re.search(r"首位|榜首|居首|头名|榜单之首", text):
        return 1
    m = re.search(r"\b(\d+)(?:st|nd|rd|th)\b", text) or re.search(
        r"\b(?:no\.?|number|rank(?:ed|ing|s)?)\s?(\d+)\b", text, re.IGNORECASE
    )
    if m:
        return int(m.group(1))
    words = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
    m = re.search(r"\b(" + "|".join(words) + r")\b", text, re.IGNORECASE)
    return words.index(m.group(1).lower()) + 1 if m else None


def _chinese(text: str) -> float | None:
    if all(c in _DIGITS for c in text):
        return float("".join(str(_DIGITS[c]) for c in text)) if len(text) > 1 else float(_DIGITS[text])
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _UNITS:
            section += (digit or 1) * _UNITS[c]
            digit = 0
        elif c == "亿" and total:
            # 一万亿: the greater scale multiplies all that stands before it
            total = (total + section + digit) * _SCALES[c]
            section = digit = 0
        else:
            total += (section + digit or 1) * _SCALES[c]
            section = digit = 0
    return float(total + section + digit)


def _english(text: str) -> float | None:
    total = current = 0
    seen = False
    for word in re.split(r"[\s-]+", text):
        if word == "a":
            current, seen = 1, True
        elif word in _WORDS:
            current += _WORDS[word]
            seen = True
        elif word == "hundred" and seen:
            current *= 100
        elif word in _EN_SCALES and seen:
            total += current * _EN_SCALES[word]
            current = 0
        else:
            return None
    return float(total + current) if seen else None
