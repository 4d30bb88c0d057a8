"""Official lists in any shape: columns found, rows understood, the register filled, no one told."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.register.stream import m, player, press

from dualcross.cli import main
from dualcross.errors import InputError
from dualcross.model import Region
from dualcross.register import shipped
from dualcross.register.importing import Plan, carry_out, diff, merged, plan
from dualcross.register.sheets import read_tables
from dualcross.register.table import read_sheet, role_of
from dualcross.stores.memory import MemoryStore

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TITLE = "2023年新增跨行业跨领域工业互联网平台名单"

CSV = """2023年新增名单,,,
序号,平台名称,申报单位,所在省份
1,格物Unilink工业互联网平台,联通数字科技有限公司,北京
2,山海工业互联网平台,山海数科（昆明）有限公司,云南省
3,羚羊工业互联网平台,羚羊工业互联网股份有限公司,安徽省
4,,江西赣云工业互联网有限公司,江西
合计,合计,合计,合计
"""


def planned(body: bytes, title: str = TITLE, **more: str) -> Plan:
    return plan(read_tables(body, "list"), title=title, learned=(), shipped=shipped(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("序号", "number"), ("No.", "number"), ("平台名称", "platform"), ("工业互联网平台名称（全称）", "platform"),
        ("Platform name", "platform"), ("申报单位", "operator"), ("企业 名称", "operator"), ("单位名称：", "operator"),
        ("Company", "operator"), ("平台企业", "operator"), ("所在地", "region"), ("省（区、市）", "region"),
        ("推荐单位", "region"), ("省份", "region"), ("Province", "region"), ("备注", "remark"), ("是否新增", "remark"),
        ("平台名称由企业填写并经省级主管部门核对", None), ("", None), ("企业联系人电话", None), ("unknown", None),
    ],
)  # fmt: skip
def test_headers_are_recognised_whole(header: str, role: str | None) -> None:
    assert role_of(header) == role


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_that_offices_use(encoding: str) -> None:
    result = planned(CSV.encode(encoding))
    assert next((p.finding.platform.id, p.state) for p in result.rows) == ("unilink", "known")
    assert [p.finding.region.code if p.finding.region else None for p in result.rows] == [
        "110000", "530000", "340000", "360000",
    ]  # fmt: skip
    assert [p.state for p in result.rows] == ["known", "new", "sure now", "new"]
    assert result.round == "2023"
    assert [line for line, _ in result.problems] == [7]
    for p in result.rows:
        (e,) = p.finding.evidence
        assert result.text[e.start : e.end] == e.quote


@pytest.mark.parametrize(
    "rows",
    [
        [["地区", "企业名称", "平台名称"], ["云南", "山海数科有限公司", "山海工业互联网平台"]],
        [["Platform", "Rank", "Province", "Company"], ["山海工业互联网平台", "7", "云南", "山海数科有限公司"]],
        [
            ["附件1"],
            ["名单"],
            ["序号", "推荐单位", "申报主体", "平台名称"],
            ["1", "云南省工业和信息化厅", "山海数科有限公司", "山海工业互联网平台"],
        ],
        [["1", "山海工业互联网平台", "山海数科有限公司", "云南"], ["2", "川流平台", "川流有限公司", "四川"]],
    ],
)  # fmt: skip
def test_columns_in_any_order_with_or_without_a_header(rows: list[list[str]]) -> None:
    first = read_sheet(rows).rows[0]
    assert (first.platform, first.operator) == ("山海工业互联网平台", "山海数科有限公司")
    result = plan([rows], title=TITLE, learned=(), shipped=shipped())
    assert result.rows[0].finding.region is not None
    assert result.rows[0].finding.region.code == "530000"


def test_html_with_spans_and_a_header_on_each_page() -> None:
    html = f"""<html><head><meta charset="utf-8"><title>{TITLE}</title></head><body><p>公示</p><table>
    <tr><th>省份</th><th>平台名称</th><th>企业名称</th></tr>
    <tr><td rowspan="2">云南</td><td>山海工业互联网平台</td><td>山海数科有限公司</td></tr>
    <tr><td>峰谷工业互联网平台</td><td>峰谷科技有限公司</td></tr>
    <tr><th>省份</th><th>平台名称</th><th>企业名称</th></tr>
    <tr><td>河北</td><td>河钢数字WeShyper工业互联网平台</td><td>河钢数字技术股份有限公司</td></tr>
    </table></body></html>"""
    result = planned(html.encode())
    assert [p.finding.region.code for p in result.rows if p.finding.region] == ["530000", "530000", "130000"]
    assert result.rows[2].finding.platform.id == "weshyper"


def test_a_list_fills_the_register_and_tells_no_one() -> None:
    stage = player()
    done = carry_out(
        planned(CSV.encode()), stage.store, shipped(), NOW, source="工业和信息化部", published="2023-09-06"
    )
    assert done.alert_ids == ()
    again = carry_out(
        planned(CSV.encode()), stage.store, shipped(), NOW, source="工业和信息化部", published="2023-09-06"
    )
    assert not again.fresh
    learned = {p.id: p for p in stage.store.learned()}
    assert learned["lingyang"].status == "imported"
    new = [f.platform.id for f in done.record.findings if f.kind == "membership" and not f.known]
    assert "lingyang" in new
    # What the list holds is known from then on, its provinces too.
    for platform in new:
        assert stage.play(press(m(platform, "selected", "2023"))) == ()
    assert stage.play(press(m("other", "selected", "2027", "360000"))) == ("platform.new other",)


def test_a_dry_run_changes_nothing() -> None:
    store = MemoryStore()
    planned(CSV.encode())
    assert store.learned() == ()


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"", TITLE),
        ("甲,乙\n丙,丁\n".encode(), TITLE),
        (CSV.encode(), "新增名单"),
        (CSV.encode(), "2022年与2023年名单"),
        (b"<html><body><p>no table</p></body></html>", TITLE),
        ("序号,平台名称\n".encode(), TITLE),
    ],
)
def test_what_is_no_list_is_refused_in_one_line(body: bytes, title: str) -> None:
    with pytest.raises(InputError) as refused:
        planned(body, title)
    assert "\n" not in str(refused.value)


def test_the_round_can_be_given() -> None:
    assert planned(CSV.encode(), "新增名单", round_="2023").round == "2023"


def test_rounds_compared() -> None:
    result = diff(shipped().platforms, "2022", "2023", shipped())
    assert {p.id for p in result.added} == {"unilink", "weshyper", "ningmengdou"}
    assert result.dropped == ()
    assert "cosmoplat" in {p.id for p in result.kept}
    assert dict(result.missing) == {"2022": 6, "2023": 25}
    older = diff(shipped().platforms, "2019", "2020", shipped())
    assert {(p.id, a, b) for p, a, b in older.renamed} >= {
        ("fiicloud", "富士康BEACON工业互联网平台", "富士康Fii Cloud工业互联网平台"),
        ("yunzhou", "浪潮云In-Cloud工业互联网平台", "浪潮云洲工业互联网平台"),
    }
    with pytest.raises(InputError):
        diff(shipped().platforms, "2018", "2023", shipped())


def test_a_removal_shows_in_the_comparison() -> None:
    stage = player()
    stage.play(press(m("unipower", "removed", "2023"), published="2023-07-07"))
    result = diff(merged(stage.store.learned(), shipped()), "2022", "2023", shipped())
    assert [p.id for p in result.dropped] == ["unipower"]


def workbook(rows: list[list[str]]) -> bytes:
    cells = "".join(
        f'<row r="{r}">'
        + "".join(f'<c r="{"ABCDEFG"[c]}{r}" t="inlineStr"><is><t>{v}</t></is></c>' for c, v in enumerate(row))
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        z.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{spreadsheet}" xmlns:r="{link}">'
            '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        z.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{link}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        z.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{spreadsheet}"><sheetData>{cells}</sheetData></worksheet>'
        )
    return out.getvalue()


def test_a_workbook() -> None:
    body = workbook([["附件"], ["平台名称", "所在地", "申报单位"], ["山海工业互联网平台", "云南", "山海数科有限公司"]])
    result = plan(read_tables(body, "annex.xlsx"), title=TITLE, learned=(), shipped=shipped())
    assert [(p.finding.platform.name, p.finding.region) for p in result.rows] == [
        ("山海", Region(code="530000", name="云南"))
    ]


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet, db = tmp_path / f"{TITLE}.csv", tmp_path / "d.db"
    sheet.write_text(CSV, encoding="utf-8")
    assert main(["registry", "import", str(sheet), "--db", str(db), "--dry-run"]) == 0
    assert "would import round 2023: 4 rows (2 new, 1 sure now, 1 known, 0 back)" in capsys.readouterr().err
    assert main(["registry", "import", str(sheet), "--db", str(db), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [r["state"] for r in rows] == ["known", "new", "sure now", "new"]
    assert main(["registry", "diff", "2022", "2023", "--db", str(db), "--json"]) == 0
    changes = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {r["id"] for r in changes if r["change"] == "added"} >= {"unilink", "weshyper", rows[1]["id"]}
    assert main(["registry", "diff", "2018", "2023", "--db", str(db)]) == 2
    assert main(["registry", "import", str(tmp_path / "none.csv"), "--db", str(db)]) == 2
