"""The shipped roster: what counts as known, whose home is where, which round a day belongs to."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tests.realdata import folder

from dualcross.register import shipped
from dualcross.register.provinces import NAMES, province


@pytest.mark.parametrize(
    ("platform_id", "sure", "code", "status"),
    [
        ("cosmoplat", True, "370000", "single-source"),
        ("rootcloud", True, "440000", "verified"),
        ("fusionplant", True, "440000", "single-source"),
        ("wemake", True, "440000", "single-source"),
        ("supet", True, "330000", "unsourced-high"),
        ("dongzhi", True, "420000", "verified"),
        ("weshyper", True, "130000", "single-source"),
        ("lingyang", False, "340000", "unsourced-medium"),
        ("bachos", False, "430000", "unsourced-medium"),
        ("n2", False, "350000", "unsourced-medium"),
        ("tianxin", False, "410000", "unsourced-low"),
        ("haixingyun", False, "340000", "unsourced-medium"),
        ("telecom-ii", False, None, "unsourced-low"),
    ],
)
def test_status_decides_what_is_known(platform_id: str, sure: bool, code: str | None, status: str) -> None:
    platform = shipped().platform(platform_id)
    assert platform is not None
    assert (platform.sure, platform.status) == (sure, status)
    assert (platform.region.code if platform.region else None) == code
    assert platform.member


@pytest.mark.parametrize(
    ("name", "platform_id"),
    [
        ("腾讯WeMake", "wemake"), ("树根互联", "rootcloud"), ("Tree Root Interconnection", "rootcloud"),
        ("ROOTCLOUD", "rootcloud"), ("Haier Chaos", "cosmoplat"), ("宝信xIn3Plat", "xin3plat"),
        ("xIn³Plat", "xin3plat"), ("富士康BEACON", "fiicloud"), ("Fii Cloud", "fiicloud"), ("supET", "supet"),
        ("supOS", "supos"), ("格创东智", "dongzhi"), ("Lemon Bean", "ningmengdou"), ("图聆", "lingyang"),
        ("江苏徐工信息技术股份有限公司", "hanyun"), ("徐工汉云技术股份有限公司", "hanyun"), ("石化盈科", "promace"),
    ],
)  # fmt: skip
def test_names_lead_to_one_platform(name: str, platform_id: str) -> None:
    assert [p.id for p in shipped().find(name)] == [platform_id]


def test_look_alikes_stay_apart() -> None:
    for name in ("瀚云", "云洲智能", "摩尔线程", "日日顺", "朗坤环境", "中控技术"):
        assert shipped().find(name) == ()


def test_bare_company_and_short_names_are_weak() -> None:
    weak = {n for p in shipped().platforms for n in p.weak_names}
    assert weak >= {
        "华为",
        "腾讯",
        "浪潮",
        "百度",
        "京东",
        "阿里云",
        "N2",
        "开物",
        "格物",
        "羚羊",
        "忽米",
        "柠檬豆",
        "精智",
    }
    strong = {n for p in shipped().platforms for n in p.names}
    assert not weak & strong


def test_provinces_with_a_member() -> None:
    s = shipped()
    assert s.regions == {"110000", "130000", "310000", "320000", "330000", "370000", "420000", "440000", "500000"}
    assert s.doubtful_regions == {"120000", "210000", "340000", "350000", "410000", "430000", "510000"}


@pytest.mark.parametrize(
    ("day", "stage", "expected"),
    [
        ("2021-02-26", "selected", "2020"), ("2019-09-01", "publicized", "2019"), ("2022-05-12", "publicized", "2022"),
        ("2022-06-06T10:00:00+08:00", "selected", "2022"), ("2023-09-07", "selected", "2023"),
        ("2024-06-01", "selected", None), ("2018-06-01", "selected", None), ("2022-04-01", "recommended", "2022"),
        ("2023-06-20", "recommended", "2023"), ("2023-10-01", "recommended", None), ("2023-07-10", "ranked", "2023"),
        ("2026-01-05", "ranked", "2025"), ("2026-01-05", "reselected", "2025"), ("2022-06-01", "reselected", "2022"),
        ("2026-01-05", "removed", "2025"), ("2023-07-08", "relocated", None), (None, "selected", None),
        ("2023", "selected", None), ("yesterday", "selected", None),
    ],
)  # fmt: skip
def test_a_day_belongs_to_the_round_whose_dates_fit(day: str | None, stage: str, expected: str | None) -> None:
    assert shipped().round_for(day, stage) == expected


def test_codes_of_any_level_lie_in_a_province() -> None:
    assert province("370200") == province("370000")
    assert province("990000") is None
    assert province(None) is None
    assert len(NAMES) == 34


def test_loading_needs_nothing_but_the_standard_library() -> None:
    code = (
        "import sys; from dualcross.register import shipped; shipped();"
        "print([m for m in ('httpx', 'bs4', 'lxml', 'sqlite3', 'numpy', 'feedparser') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


@pytest.mark.realdata
def test_every_fact_of_the_rosters_is_there() -> None:
    facts = json.loads((folder("domain") / "rosters.json").read_text(encoding="utf-8"))
    s = shipped()
    for row in facts["platforms"]:
        platform = s.platform(row["platform_id"])
        assert platform is not None
        assert platform.region is not None
        assert platform.region.code == row["province_gb2260"]
        for name in [*row["aliases_zh"], *row["aliases_en"], *row["platform_names_zh"]]:
            assert platform in s.find(name), name
        for company in row["companies"]:
            assert company["name_zh"] in platform.operator_names
    for row in facts["entries"]:
        stage = "selected" if row["round_kind"] == "new-selection" else "ranked"
        entered = s.platform(row["platform_id"])
        assert entered is not None
        assert (row["round"], stage) in entered.rounds
    assert sum(not p.sure for p in s.platforms) == 4 + len(facts["candidates_unsourced"])
    documents = json.loads((folder("domain") / "policies.json").read_text(encoding="utf-8"))
    assert [p.title for p in s.policies] == [d["title_zh"].strip("《》") for d in documents["policies"]]
