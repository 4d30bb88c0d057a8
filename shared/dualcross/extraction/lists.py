"""Rosters printed as tables or numbered lines: the rows under a heading that names the national list.

Columns are recognised by anchored header words in any order; without a header, a row's cells are told apart by
their form (a legal name is the operator, a name that ends in 平台 is the platform, a province is the region).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dualcross.extraction import classes, english_names, regions, slugs
from dualcross.extraction.claims import round_named
from dualcross.extraction.names import Entity, Lexicon
from dualcross.extraction.phrases import entities
from dualcross.model import Region
from dualcross.patterns import late

_HEADERS = {
    "seq": late(
        r"(?:序号|编号|(?:本次|今年|最新)?(?:排名|名次|位次)|no\.?|#|seq\.?|rank(?:ing)?|number)", re.IGNORECASE
    ),
    "platform": late(
        r"(?:工业互联网)?平台(?:名称)?(?:\(.*\))?|(?:入选|新增|双跨|获选)平台(?:\(.*\))?|(?:入选)?(?:工业互联网)?平台(?:全称|品牌)?|项目名称|名称|品牌|(?:industrial internet )?platform(?: name)?s?|name of (?:the )?platform|brand",
        re.IGNORECASE,
    ),
    "operator": late(
        r"(?:申报|建设|运营|所属|推荐申报|牵头|依托|实施|承担)?(?:单位|企业|公司|主体|机构)(?:名称|全称)?(?:\(.*\))?|(?:申报|建设|运营)(?:单位|企业|主体)?|(?:operator|company|enterprise|applicant|unit|developer|operating company|entity|owner)(?: name)?|name of (?:the )?(?:company|operator)",
        re.IGNORECASE,
    ),
    "region": late(
        r"(?:所在|所属|推荐|注册|申报)?(?:地区|省份?|省市|省\(区、?市\)|区域|属地|地|所在地|省级)(?:名称)?|推荐单位|(?:province|region|location|place|home province|area|city)",
        re.IGNORECASE,
    ),
    "note": late(r"备注|说明|状态|结果|评价结果|类型|类别|remarks?|notes?|status|result", re.IGNORECASE),
    "former": late(r"(?:原|曾用)(?:名称?|平台名称?|平台)|原平台|former name", re.IGNORECASE),
}
_ROW_NUMBER = late(r"^\s*(?:[-*•·▪●]|[(]?\d{1,3}[).、:]?|[(]?[一二三四五六七八九十]{1,3}[)、.])\s*")
_HEADING = late(r"名单|清单|一览|目录|结果|list|roster|results?|附件|公示|announced|selected", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One member of a printed roster."""

    entity: Entity
    start: int
    end: int
    round: str | None
    heading: str
    number: int | None
    note: str
    former: str | None = None


def rows(title: str, text: str, lex: Lexicon) -> list[Row]:
    """Return the rows of every national roster the article prints, in order."""
    out: list[Row] = []
    heading, level, named = _heading_of(title, None)
    header: dict[int, str] | None = None
    lines = _lines(text)
    before_table = False
    for i, (start, end) in enumerate(lines):
        line = text[start:end]
        cells = _cells(line)
        if len(cells) >= 2:
            role = _header(cells)
            if role:
                header, before_table = role, True
                continue
            row = _row(line, cells, start, header, lex) if level == "national" else None
            if row is not None and (header is not None or _ROW_NUMBER.match(line) or "\t" in line):
                entity, note, former, number = row
                out.append(Row(entity, start, end, named, heading, number, note, former))
            continue
        if (
            level == "national"
            and _ROW_NUMBER.match(line)
            and len(line) < 120
            and not _SECTION_TITLE.fullmatch(line.strip())
            and _run_of_rows(lines, i, text)
        ):
            single = _numbered(line, start, lex)
            if single is not None:
                out.append(Row(single[0], start, end, named, heading, single[1], ""))
                continue
        section = (
            line[-48:]
            if level == "national" and line.rstrip().endswith((":", "：")) and not classes.find(line)
            else _section(line)
        )
        if section and level == "national" and not classes.find(line):
            heading = section
            continue
        found = classes.find(line)
        if found and (len(line) < 120 or _HEADING.search(line)):
            new = _heading_of(line, named)
            if new[1] is not None:
                heading, level, named = new[0], new[1], new[2]
                header = None
        elif before_table and len(line) < 40 and re.search(r"^[一二三四五六七八九十]、|^附件|名单$|清单$", line):
            # another list begins under a heading that names no class
            level, header = (level if _subheading(line) else "other"), None
    return out


#: 二、退出平台(2家): the heading of a part, not a row
_SECTION_TITLE = late(
    r"(?:[(]?[一二三四五六七八九十\d]+[)、.]\s*)?(?:拟|本次|今年)?(?:新增|保留|通过(?:评价)?|退出|移出|调出|撤销|不再列入|更名|未通过(?:评价)?)(?:的)?(?:平台|名单|清单)*(?:名单|清单)?(?:\([^()]{1,16}\))?[:：]?"
)


def _section(line: str) -> str | None:
    """A short line between rows that says what the next ones are: 新增, 保留, 移出."""
    if len(line) > 60:
        return None
    if re.search(r"移出|未通过|退出|调出|撤销|不再保留|removed|withdrawn", line):
        return line
    return (
        line
        if re.search(
            r"^(?:[一二三四五六七八九十\d]+[、.])?[^。]{0,20}(?:新增|保留|通过|重新入选)[^。]{0,20}[:：]?$", line
        )
        else None
    )


def pairs(text: str) -> list[Entity]:
    """Return the entities of all table rows, of whatever list: their form shows operator and platform."""
    out = []
    header: dict[int, str] | None = None
    for start, end in _lines(text):
        cells = _cells(text[start:end])
        if len(cells) < 2 or "\t" not in text[start:end]:
            continue
        role = _header(cells)
        if role:
            header = role
            continue
        row = _row(text[start:end], cells, start, header, None)
        if row is not None and row[0].platform and row[0].operator:
            out.append(row[0])
    return out


def _subheading(line: str) -> bool:
    return bool(re.search(r"新增|保留|通过|移出|调出|退出|更名|平台", line)) and not re.search(
        r"特色|示范|案例|工厂|项目", line
    )


def _lines(text: str) -> list[tuple[int, int]]:
    out, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            out.append((at, at + len(line)))
        at += len(line) + 1
    return out


def _cells(line: str) -> list[str]:
    if "\t" in line:
        return [c.strip() for c in line.split("\t")]
    if " | " in line or line.startswith("|"):
        return [c.strip() for c in line.strip("|").split("|")]
    parts = [
        c
        for c in re.split(
            r"\s{2,}|(?<=[\u3400-\u9fff)）])\s(?=[\u3400-\u9fffA-Za-z“])|(?<=\d)\s(?=[\u3400-\u9fff“A-Za-z])",
            line.strip(),
        )
        if c
    ]
    # a sentence with spaces in it is no row
    return (
        parts
        if len(parts) >= 2 and len(line) < 110 and not re.search(r"[。;；!?？]|,", line) and slugs.has_han(line)
        else [line]
    )


def _header(cells: list[str]) -> dict[int, str] | None:
    roles: dict[int, str] = {}
    for i, cell in enumerate(cells):
        bare = re.sub(r"\s", "", cell) if slugs.has_han(cell) else cell.strip()
        for role, pattern in _HEADERS.items():
            if pattern.fullmatch(bare) and role not in roles.values():
                roles[i] = role
                break
    named = [r for r in roles.values() if r in ("platform", "operator")]
    return roles if named and len(roles) >= 2 and len(roles) >= len(cells) - 1 else None


def _row(
    line: str, cells: list[str], start: int, header: dict[int, str] | None, lex: Lexicon | None
) -> tuple[Entity, str, str | None, int | None] | None:
    picked: dict[str, str] = {}
    if header is not None:
        picked = {role: cells[i] for i, role in header.items() if i < len(cells) and cells[i]}
    else:
        for cell in cells:
            role = _form(cell, lex)
            if role and role not in picked:
                picked[role] = cell
    platform, operator = picked.get("platform"), picked.get("operator")
    if platform is not None and not _nameable(platform):
        platform = None
    if operator is not None and not _nameable(operator):
        operator = None
    if platform is None and operator is None:
        return None
    region: Region | None = None
    if "兵团" in line:
        region = None
    elif picked.get("region"):
        place = regions.by_name(picked["region"]) or next((p.region for p in regions.find(picked["region"])), None)
        region = place
    if region is None and operator and "兵团" not in line:
        region = regions.of_legal_name(operator)
    number = re.match(r"\d+", picked.get("seq", "").strip())
    platform = re.sub(r"\s+", " ", platform).strip('“”"《》 ') if platform else None
    entity = Entity(
        platform=platform, operator=operator, start=start, end=start + len(line), region=region, strength=0.97
    )
    return entity, picked.get("note", ""), picked.get("former"), int(number.group()) if number else None


def _form(cell: str, lex: Lexicon | None) -> str | None:
    if re.fullmatch(r"\(?\d{1,3}[).、]?", cell):
        return "seq"
    if regions.by_name(cell):
        return "region"
    if re.search(r"(?:公司|集团|研究院|中心|Co\.?,? Ltd\.?|Inc\.?|Limited)$", cell):
        return "operator"
    if re.search(r"(?:平台|操作系统|platform)$", cell, re.IGNORECASE):
        return "platform"
    surfaces = lex.find(cell) if lex else []
    if surfaces:
        return "operator" if surfaces[0].operator else "platform"
    if re.fullmatch(r"[A-Za-z][\w.\- ]{1,24}", cell):
        return "platform"
    return None


def _nameable(cell: str) -> bool:
    return (
        2 <= len(cell) <= 60
        and not re.fullmatch(r"[\d\s.、()-]+", cell)
        and not re.search(r"[。;；!?？]", cell)
        and not _total(cell)
    )


def _total(cell: str) -> bool:
    return bool(re.match(r"(?:合计|总计|小计|total)", cell, re.IGNORECASE))


def _numbered(line: str, start: int, lex: Lexicon) -> tuple[Entity, int | None] | None:
    m = _ROW_NUMBER.match(line)
    if m is None:
        return None
    body = line[m.end() :].strip(" 。;；,.")
    if not slugs.has_han(body):
        named = english_names.entities(body, start + m.end(), lex) if len(body) <= 110 else []
        return (replace(named[0], end=start + len(line), strength=0.95), None) if len(named) == 1 else None
    if len(body) > 64 or re.search(r"[。;；!?]|请|应|须|不得|报送|将", body):
        return None
    at = start + m.end()
    pair = re.match(r"(.{2,40}?)\s*(?:——|--|—|-\s|:|\(|,|\s)\s*(.{2,40}?)\)?$", body)
    number = re.search(r"\d+", m.group())
    if pair:
        roles = {_form(pair.group(1), lex): pair.group(1), _form(pair.group(2), lex): pair.group(2)}
        if "platform" in roles or "operator" in roles:
            operator, platform = roles.get("operator"), roles.get("platform")
            other = pair.group(2) if pair.group(1) in (operator, platform) else pair.group(1)
            if platform is None and other != operator and _nameable(other) and regions.by_name(other) is None:
                platform = other
            elif operator is None and other != platform and _nameable(other) and regions.by_name(other) is None:
                operator = other
            region = regions.of_legal_name(operator) if operator else None
            return Entity(
                platform=platform, operator=operator, start=at, end=start + len(line), region=region, strength=0.95
            ), int(number.group()) if number else None
    found = entities(body, at, lex, bare=False)
    if len(found) == 1:
        return found[0], int(number.group()) if number else None
    return None


def _run_of_rows(lines: list[tuple[int, int]], i: int, text: str) -> bool:
    """A numbered line is a row only beside another one of the kind, or under a colon."""
    near = [j for j in (i - 1, i + 1) if 0 <= j < len(lines)]
    return any(_ROW_NUMBER.match(text[lines[j][0] : lines[j][1]]) for j in near) or (
        i > 0 and text[: lines[i][0]].rstrip().endswith((":", "："))
    )


def _heading_of(line: str, named: str | None) -> tuple[str, str | None, str | None]:
    found = classes.find(line)
    if not found:
        return line, None, named
    national = next((c for c in found if c.level == "national"), None)
    if national is None:
        return line, found[0].level, named
    years = set(re.findall(r"(20[12]\d)(?!\d)", line))
    only = years.pop() if len(years) == 1 else None
    return line, "national", round_named(line, national.start, national.end) or only or named
