"""Documents: one identity through circulars, brackets, languages; who may issue; what is just issued."""

from __future__ import annotations

import pytest
from tests.register.stream import policy

from dualcross.register import shipped
from dualcross.register.policies import (
    bare_title,
    body_key,
    genre,
    identify,
    issues_policies,
    number_key,
    same_document,
    timely,
)


@pytest.mark.parametrize(
    ("printed", "bare"),
    [
        ("《工业互联网创新行动计划（2027—2029年）》", "工业互联网创新行动计划(2027—2029年)"),
        ("工业和信息化部关于印发《工业互联网创新行动计划》的通知", "工业互联网创新行动计划"),
        ("江西省人民政府关于印发江西省工业互联网办法的通知", "江西省工业互联网办法"),
        ("江西省人民政府关于加快发展工业互联网的实施意见", "加快发展工业互联网的实施意见"),
        ("关于加快发展工业互联网的实施意见", "加快发展工业互联网的实施意见"),
        ("Action Plan for Industrial Internet", "Action Plan for Industrial Internet"),
    ],
)
def test_the_own_title_of_a_document(printed: str, bare: str) -> None:
    assert bare_title(printed) == bare


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("工信部信发〔2027〕3号", "工信部信发[2027]3号"),
        ("工信部信发〔2027〕3号", "工信部信发（2027）3號"),
        ("粤府〔2018〕23号", "粤府【2018】 23 号"),
    ],
)
def test_numbers_are_one_in_any_brackets(one: str, other: str) -> None:
    assert number_key(one) == number_key(other) != ""


def test_other_numbers_are_others() -> None:
    assert number_key("粤府〔2018〕23号") != number_key("粤府〔2018〕2号")
    assert number_key(None) == ""


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("某省工业互联网行动计划", "plan"), ("某省工业互联网实施方案", "implementation"), ("某指导意见", "guidance"),
        ("关于某事的实施意见", "implementation"), ("某管理办法", "measures"), ("Action Plan for X", "plan"),
        ("Implementation Plan for X", "implementation"), ("Guidelines on X", "guidance"), ("某某白皮书", "other"),
    ],
)  # fmt: skip
def test_genre(title: str, kind: str) -> None:
    assert genre(title) == kind


@pytest.mark.parametrize(
    ("issuer", "may"),
    [
        ("国务院", True), ("工业和信息化部等十二部门", True), ("工业和信息化部办公厅", True), ("国家数据局", True),
        ("国家市场监督管理总局、国家标准化管理委员会", True), ("国家标准化管理委员会", True),
        ("工业互联网专项工作组", True),
        ("江西省人民政府", True), ("上海市经济和信息化委员会", True), ("广西壮族自治区工业和信息化厅", True),
        ("赣州市人民政府办公室", True), ("湘西土家族苗族自治州人民政府", True), ("MIIT", True), ("Shandong", True),
        ("Guangdong Provincial Department of Industry", True), ("江西", True), ("内蒙古自治区", True),
        ("深圳市南山区工业和信息化局", False), ("浦东新区人民政府", False), ("昆山经济技术开发区管委会", False),
        ("某县人民政府", False), ("某县工业和信息化局", False), ("中国工业互联网研究院", False),
        ("工业互联网产业联盟", False),
        ("华为技术有限公司", False), ("Alliance of Industrial Internet", False), ("Gartner", False),
    ],
)  # fmt: skip
def test_state_provincial_and_city_bodies_issue(issuer: str, may: bool) -> None:
    assert issues_policies(policy("某某工业互联网办法", issuer=issuer), official=False) is may


def test_joint_and_short_names_of_a_body_are_one() -> None:
    assert body_key("工业和信息化部等十部门") == body_key("工信部") == body_key("MIIT") == "miit"
    assert body_key("江西省人民政府办公厅") == body_key("江西省人民政府")
    assert body_key("江西省人民政府") != body_key("云南省人民政府")


def test_translations_are_one_document_only_with_body_genre_and_years() -> None:
    zh = identify(policy("工业互联网平台行动计划（2027—2029年）", issuer="工业和信息化部"), days=("2027-01-10",))
    en = identify(policy("Action Plan for Industrial Internet Platforms (2027-2029)", issuer="MIIT"))
    later = identify(policy("Action Plan for Industrial Internet Platforms (2028-2030)", issuer="MIIT"))
    guide = identify(policy("Guidelines for Industrial Internet Platforms (2027-2029)", issuer="MIIT"))
    assert same_document(zh, en, "2027-01-12")
    assert not same_document(zh, en, "2027-09-12")
    assert not same_document(zh, later, "2027-01-12")
    assert not same_document(zh, guide, "2027-01-12")


@pytest.mark.parametrize(
    ("title", "more", "day", "just"),
    [
        ("推动工业互联网平台高质量发展行动方案（2026—2028年）", {}, "2026-01-14", True),
        ("推动工业互联网平台高质量发展行动方案（2026—2028年）", {}, "2027-01-14", False),
        (
            "工业互联网标识解析体系“贯通”行动计划（2024-2026年）",
            {"number": "工信部联信管〔2023〕271号"},
            "2024-01-31",
            True,
        ),
        ("某办法", {"date": "2026"}, "2026-11-01", True),
        ("某办法", {"date": "2024"}, "2026-11-01", False),
        ("某办法", {}, None, True),
        ("某计划（2021-2023年）", {}, "2026-01-01", False),
        ("某计划（2026-2028年）", {}, "2026-01-01", True),
    ],
)
def test_just_issued(title: str, more: dict[str, str], day: str | None, just: bool) -> None:
    assert timely(policy(title, **more), day, shipped()) is just
