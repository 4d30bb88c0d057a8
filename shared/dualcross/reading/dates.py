"""Dates as pages print them: local, with the precision and the offset that the page gives, never converted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dualcross.patterns import late

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_TIME = (
    r"(?:\s*[(（]?(?:星期|周|禮拜|礼拜)[一二三四五六日天][)）]?)?"
    r"(?:\s*[,，|·•@\-–—]?\s*(?:at\s+|AT\s+|T|於|于)?\s*(?P<half>上午|下午|晚上|晚间|凌晨|中午|早上|AM\s|PM\s)?\s*"
    r"(?P<hour>[0-2]?\d)\s*(?:[:：]|时|時|点|點)\s*(?P<minute>[0-5]\d|\d(?=\s*分))(?:\s*(?:[:：]|分)\s*(?P<second>[0-5]\d)(?:\.\d+)?秒?)?分?"
    r"(?:\s*(?P<ampm>[AaPp])\.?[Mm]\.?)?"
    r"(?:\s*[(（]?(?P<zone>Z\b|[+\-−]\d{2}:?\d{2}\b|(?:GMT|UTC)\s*[+\-−]\s*\d{1,2}(?::?\d{2})?|GMT|UTC|BST|CEST|CET|E[SD]T|C[SD]T|M[SD]T|P[SD]T|ET\b|PT\b|CT\b|HKT|JST|KST|SGT|IST|AEST|AEDT|北京时间|香港時間|台北時間)[)）]?)?)?"
)
_ISO = late(
    r"(?<![\d/.\-])(?P<year>(?:19|20)\d{2})\s*(?P<sep>[-/.．年])\s*(?P<month>\d{1,2})\s*(?:[-/.．]|月)\s*(?P<day>\d{1,2})(?!\d|\.\d)\s*[日号號]?"
    + _TIME
)
_ROC = late(r"(?:民國|民国|中華民國)\s*(?P<roc>\d{2,3})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日" + _TIME)
_HAN = late(
    r"(?P<hyear>[一二][〇○ＯOo零Ο一二三四五六七八九]{3})\s*年\s*(?P<hmonth>[一二三四五六七八九十]{1,2}|元)\s*月\s*(?P<hday>[一二三四五六七八九十廿]{1,3})\s*日"
)
_EN_MD = late(
    rf"\b(?P<name>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<year>(?:19|20)\d{{2}})\b" + _TIME,
    re.IGNORECASE,
)
_EN_DM = late(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name>{_MONTH})\.?,?\s+(?P<year>(?:19|20)\d{{2}})\b"
    + _TIME,
    re.IGNORECASE,
)
#: time before date: "10:33 a.m. ET, Feb 26, 2021"
_TIME_FIRST = late(
    r"(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?\s*(?:(?P<ampm>[AaPp])\.?[Mm]\.?)?"
    r"(?:\s*(?P<zone>GMT|UTC|BST|E[SD]T|C[SD]T|P[SD]T|ET|PT|HKT|JST|SGT))?\s*,?\s*(?:on\s+)?(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\s+)?$",
    re.IGNORECASE,
)
_SLASHED = late(
    r"(?<![\d/.\-])(?P<a>\d{1,2})(?P<sep>[/.\-])(?P<b>\d{1,2})(?P=sep)(?P<year>(?:19|20)\d{2})(?!\d)" + _TIME
)
_COMPACT = late(
    r"^(?P<year>(?:19|20)\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)(?:T?(?P<hour>[0-2]\d):?(?P<minute>[0-5]\d)(?::?(?P<second>[0-5]\d))?(?P<zone>Z|[+\-]\d{2}:?\d{2})?)?$"
)
_ZONES = {
    "z": "+00:00", "gmt": "+00:00", "utc": "+00:00", "bst": "+01:00", "cet": "+01:00", "cest": "+02:00",
    "est": "-05:00", "edt": "-04:00", "cdt": "-05:00", "mst": "-07:00", "mdt": "-06:00", "pst": "-08:00",
    "pdt": "-07:00", "hkt": "+08:00", "jst": "+09:00", "kst": "+09:00", "sgt": "+08:00", "ist": "+05:30",
    "aest": "+10:00", "aedt": "+11:00", "北京时间": "+08:00", "香港時間": "+08:00", "台北時間": "+08:00",
}  # fmt: skip
_SHIFTING = {"et": "America/New_York", "pt": "America/Los_Angeles", "ct": "America/Chicago"}
#: no date without a year of four figures or the word for it
_SOME = late(r"(?:19|20)\d\d|年")
_HAN_DIGIT = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○ＯOo零Ο", "0")
CHINA = "+08:00"


@dataclass(frozen=True, slots=True)
class Printed:
    """A date found in a text: where, and as ISO; `time` and `zone` are empty where the text gives none."""

    start: int
    end: int
    day: str
    time: str = ""
    zone: str = ""

    def iso(self, default_zone: str) -> str:
        """Return the date, with time and offset where both are known.

        A time whose zone nobody knows is left out: an offset is never invented.
        """
        zone = self.zone or default_zone
        return f"{self.day}T{self.time}{zone}" if self.time and zone else self.day


def find(text: str) -> list[Printed]:
    """Return the dates printed in a text, in order; impossible days are none."""
    if not _SOME.search(text):
        return []
    found: list[Printed] = []
    taken = bytearray(len(text))
    for pattern in (_ISO, _ROC, _HAN, _EN_MD, _EN_DM, _SLASHED):
        for match in pattern.finditer(text):
            printed = _read(match)
            if printed and not any(taken[printed.start : printed.end]):
                taken[printed.start : printed.end] = b"\x01" * (printed.end - printed.start)
                found.append(_with_leading_time(printed, text))
    return sorted(found, key=lambda p: p.start)


def parse(value: str) -> Printed | None:
    """Return the date that a machine-readable value means, None where it is none."""
    value = value.strip()
    compact = _COMPACT.match(value)
    if compact:
        return _read(compact)
    found = find(value)
    return found[0] if found else None


def _with_leading_time(printed: Printed, text: str) -> Printed:
    if printed.time:
        return printed
    before = _TIME_FIRST.search(text[max(0, printed.start - 40) : printed.start])
    if not before:
        return printed
    time = _time(before.groupdict())
    zone = _zone(before["zone"], printed.day, time)
    return Printed(printed.start, printed.end, printed.day, time, zone) if time else printed


def _read(match: re.Match[str]) -> Printed | None:
    group = match.groupdict()
    try:
        day = date(*_numbers(group))
    except ValueError:
        return None
    time = _time(group)
    end = match.end() if time else match.start() + len(match[0].rstrip())
    return Printed(match.start(), end, day.isoformat(), time, _zone(group.get("zone"), day.isoformat(), time))


def _numbers(group: dict[str, str | None]) -> tuple[int, int, int]:
    if group.get("hyear"):
        year = int("".join(_HAN_DIGIT[c] for c in group["hyear"] or ""))
        month = 1 if group["hmonth"] == "元" else _han_number(group["hmonth"] or "")
        return year, month, _han_number(group["hday"] or "")
    if group.get("roc"):
        return int(group["roc"] or 0) + 1911, int(group["month"] or 0), int(group["day"] or 0)
    if group.get("a"):
        a, b = int(group["a"] or 0), int(group["b"] or 0)
        # 26.02.2021 is European everywhere; with slashes the first is the month unless it cannot be
        first_is_day = a > 12 or (group["sep"] == "." and b <= 12)
        return int(group["year"] or 0), b if first_is_day else a, a if first_is_day else b
    month = _MONTHS[(group["name"] or "").lower()] if group.get("name") else int(group["month"] or 0)
    return int(group["year"] or 0), month, int(group["day"] or 0)


def _han_number(text: str) -> int:
    text = text.replace("廿", "二十")
    if "十" not in text:
        return int("".join(_HAN_DIGIT[c] for c in text))
    tens, _, ones = text.partition("十")
    return int(_HAN_DIGIT.get(tens, "1")) * 10 + int(_HAN_DIGIT.get(ones, "0"))


def _time(group: dict[str, str | None]) -> str:
    if not group.get("hour"):
        return ""
    hour, minute, second = int(group["hour"] or 0), int(group["minute"] or 0), int(group.get("second") or 0)
    half = (group.get("half") or group.get("ampm") or "").strip().lower()
    if hour < 12 and half in ("下午", "晚上", "晚间", "pm", "p"):
        hour += 12
    elif hour == 12 and half in ("am", "a", "凌晨", "上午"):
        hour = 0
    return f"{hour:02}:{minute:02}:{second:02}" if hour < 24 else ""


def _zone(text: str | None, day: str, time: str) -> str:
    if not text or not time:
        return ""
    text = text.strip().lower().replace("−", "-").replace(" ", "")
    if text in _SHIFTING:
        moment = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZoneInfo(_SHIFTING[text]))
        return moment.strftime("%z")[:3] + ":" + moment.strftime("%z")[3:]
    if text == "cst":
        return ""  # China or Chicago: the page's language decides, not this mark
    if text in _ZONES:
        return _ZONES[text]
    offset = re.fullmatch(r"(?:gmt|utc)?([+-])(\d{1,2}):?(\d{2})?", text)
    return f"{offset[1]}{int(offset[2]):02}:{offset[3] or '00'}" if offset and int(offset[2]) <= 14 else ""


def days(text: str) -> Iterator[str]:
    """Yield the days named in a text, ISO."""
    for printed in find(text):
        yield printed.day
