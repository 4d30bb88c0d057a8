"""Official lists as tables: which column says what, in any order, under any of the headers that are in use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dualcross.errors import InputError
from dualcross.patterns import late

Role = Literal["number", "platform", "operator", "region", "remark"]

#: role → the whole header, without spaces and what stands in brackets
_HEADERS: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, late(f"(?:{pattern})", re.IGNORECASE))  # type: ignore[misc]
    for role, pattern in (
        ("number", r"序号|编号|序|排名|名次|位次|no\.?|#|number|rank|rankings?|s/?n|serialn(?:o\.?|umber)"),
        (
            "platform",
            (r"(?:双跨|跨行业跨领域)?(?:工业互联网)?平台(?:名称|全称)?|(?:产品|项目|品牌)名称|名称"
            r"|(?:industrialinternet)?platforms?(?:name)?|nameof(?:the)?platform|project(?:name)?|name"),
        ),
        (
            "operator",
            (r"(?:申报|承担|建设|运营|实施|牵头|所属|依托|入选|平台)?(?:企业|单位|主体|公司|机构|运营商)(?:名称|全称)?"
            r"|compan(?:y|ies)(?:name)?|enterprises?(?:name)?|operators?|applicants?|organi[sz]ation|developer|unit"),
        ),
        (
            "region",
            (r"(?:所在|所属|推荐|注册|归属)?(?:省份?|省市|省[、（(]?区[、]?市[)）]?|省级|地区|地域|区域|省区市|地|城市)"
            r"|推荐(?:单位|部门|地区)|(?:省级)?主管部门|province|region|location|area|place|home"),
        ),
        ("remark", r"备注|说明|类型|类别|是否新增|状态|remarks?|notes?|type|status|comment"),
    )
)  # fmt: skip
_COMPANY = late(r"(?:公司|集团|研究院|研究所|中心|co\.|ltd|inc\.?|corp)\b|(?:公司|集团)$", re.IGNORECASE)
_PLATFORM = late(r"平台|操作系统|platform|cloud|os$", re.IGNORECASE)
_NUMBER = late(r"[0-9]{1,3}[.、]?")
#: rows at the top that may be titles before the header
_TITLES = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a list; `line` counts the table's rows from 1."""

    line: int
    platform: str = ""
    operator: str = ""
    region: str = ""
    number: int | None = None
    remark: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A table that was recognised as a list of platforms."""

    columns: tuple[tuple[Role, int], ...]
    rows: tuple[Row, ...]
    #: rows that say nothing usable: (line, why)
    problems: tuple[tuple[int, str], ...] = ()


def read_sheet(cells: Sequence[Sequence[str]]) -> Sheet:
    """Recognise a table as a list; raises `InputError` where no column can be platform or operator."""
    rows = [[_clean(c) for c in row] for row in cells]
    head, columns = _header(rows)
    body = rows[head + 1 :] if columns else rows
    columns = columns or _by_content(body)
    roles = {role for role, _ in columns}
    if not roles & {"platform", "operator"}:
        raise InputError("no column of platforms or operators; name one 平台名称 or 企业名称")
    out: list[Row] = []
    problems: list[tuple[int, str]] = []
    start = head + 2 if head >= 0 else 1
    for line, row in enumerate(body, start):
        if not any(row):
            continue
        parsed = _row(line, row, columns)
        if parsed is None:
            problems.append((line, "neither platform nor operator"))
        elif _header([row])[1]:
            continue  # a header printed again on the next page
        else:
            out.append(parsed)
    if not out:
        raise InputError("the table has a header and no rows under it")
    return Sheet(columns=tuple(columns), rows=tuple(out), problems=tuple(problems))


def role_of(header: str) -> Role | None:
    """Return what a column's header says it holds."""
    text = re.sub(r"[（(【\[].*?[)）】\]]", "", header)
    text = re.sub(r"[\s:：*]", "", text)
    return next((role for role, pattern in _HEADERS if text and pattern.fullmatch(text)), None)


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, list[tuple[Role, int]]]:
    for i, row in enumerate(rows[:_TITLES]):
        found: dict[Role, int] = {}
        for column, cell in enumerate(row):
            role = role_of(cell)
            if role and role not in found:
                found[role] = column
        if len(found) >= 2 or (len(found) == 1 and len([c for c in row if c]) == 1 and found.keys() <= {"platform"}):
            return i, list(found.items())
    return -1, []


def _by_content(rows: Iterable[Sequence[str]]) -> list[tuple[Role, int]]:
    """Recognise columns by what stands in most of their cells."""
    from dualcross.extraction import regions

    filled = [r for r in rows if sum(bool(c) for c in r) >= 2]
    width = max((len(r) for r in filled), default=0)
    found: dict[Role, int] = {}
    tests = (
        ("number", lambda c: bool(_NUMBER.fullmatch(c))),
        ("operator", lambda c: bool(_COMPANY.search(c))),
        ("region", lambda c: len(c) <= 12 and regions.by_name(c) is not None),
        ("platform", lambda c: bool(_PLATFORM.search(c))),
    )
    for column in range(width):
        cells = [r[column] for r in filled if column < len(r) and r[column]]
        for role, test in tests:
            if role not in found and cells and sum(map(test, cells)) > len(cells) / 2:
                found[role] = column  # type: ignore[index]
                break
    return list(found.items())


def _row(line: int, row: Sequence[str], columns: Iterable[tuple[Role, int]]) -> Row | None:
    said = {role: row[column] if column < len(row) else "" for role, column in columns}
    platform, operator = said.get("platform", ""), said.get("operator", "")
    number = said.get("number", "")
    # A total or a footnote spans the columns and repeats its text in each.
    if not (platform or operator) or len(set(filter(None, row))) == 1:
        return None
    digits = re.sub(r"\D", "", number)
    return Row(
        line=line,
        platform=platform,
        operator=operator,
        region=said.get("region", ""),
        number=int(digits) if digits else None,
        remark=said.get("remark", ""),
        text="\t".join(row),
    )


def _clean(cell: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", cell.replace(" ", " ").replace("　", " "))).strip()
