"""Who went through which stage, in sentences of our own: (title, text, day) → {platform: (stage, round, province, first)}."""

from __future__ import annotations

import re

import pytest

from dualcross.extraction import extract
from dualcross.model import Article, Membership

HAN = re.compile("[\u4e00-\u9fff]")

CASES = {
    "a legal name, a brand in quotes, a list's year": (
        "星澜云入选国家级双跨平台",
        "近日，工业和信息化部公布2023年新增跨行业跨领域工业互联网平台名单，江苏星澜数字科技有限公司自主研发的“星澜云”工业互联网平台成功入选，成为我市首个国家级双跨平台。",
        "2023-09-07",
        {"星澜云": ("selected", "2023", "320000", True)},
    ),
    "two in one sentence, one by its operator alone": (
        "湖北新增两家双跨平台",
        "工信部日前发布2023年新增跨行业跨领域工业互联网平台名单，岭泉科技、武汉凌波工业互联网有限公司的凌波平台等23家平台入选。",
        "2023-09-07",
        {"岭泉科技": ("selected", "2023", "420000", True), "凌波": ("selected", "2023", "420000", True)},
    ),
    "proposed": (
        "公示",
        "工信部对2023年跨行业跨领域工业互联网平台拟入选名单进行公示，拟新增海岳智造的海岳云、成都锦川数科的锦川工业互联网平台等平台。公示期7天。",
        "2023-08-20",
        {"海岳": ("publicized", "2023", None, True), "锦川": ("publicized", "2023", "510000", True)},
    ),
    "a table, columns by their headers": (
        "2023年新增跨行业跨领域工业互联网平台名单",
        "工业和信息化部公布名单如下：\n序号\t地区\t申报单位\t平台名称\n1\t江苏\t江苏星澜数字科技有限公司\t星澜云工业互联网平台\n2\t湖北\t武汉凌波工业互联网有限公司\t凌波工业互联网平台",
        "2023-09-07",
        {"星澜云": ("selected", "2023", "320000", True), "凌波": ("selected", "2023", "420000", True)},
    ),
    "a final list that looks back at its notice": (
        "关于公布2027年新增跨行业跨领域工业互联网平台名单的通知",
        "经审核和公示，现将2027年新增跨行业跨领域工业互联网平台名单予以公布。\n序号\t平台名称\t企业名称\n1\t赣云链工业互联网平台\t江西赣云数科有限公司",
        "2027-08-01",
        {"赣云链": ("selected", "2027", "360000", True)},
    ),
    "applied, hoped, failed": (
        "某公司冲刺双跨",
        "星澜科技正在申报2023年国家级双跨平台，力争入选名单。未能入选的企业将继续努力。",
        "2023-06-01",
        {},
    ),
    "partners and a bare attribute": (
        "合作",
        "基于华为FusionPlant的国家级双跨平台能力，东海纺织上线了新系统。星澜科技与国家级双跨平台卡奥斯签约。",
        "2023-06-01",
        {},
    ),
    "a province's own list": (
        "省级",
        "湖南省工信厅公布2023年省级工业互联网平台名单，湘江云平台等3家综合型平台入选。",
        "2023-06-01",
        {},
    ),
    "a move": (
        "东智迁鄂",
        "TCL旗下格创东智将总部从深圳迁至武汉，湖北迎来首个国家级双跨平台。",
        "2023-07-10",
        {"东智": ("relocated", None, "420000", None)},
    ),
    "a branch is no move": (
        "华北总部",
        "国家级双跨平台汉云的运营方徐工汉云将华北区域总部落户天津。",
        "2023-07-10",
        {},
    ),
    "removed": (
        "移出",
        "在2024年动态评价中，天信平台未通过动态评价，被移出国家级双跨平台名单。",
        "2024-12-01",
        {"天信": ("removed", "2024", "410000", None)},
    ),
    "ranked, twice": (
        "卡奥斯七连冠",
        "在2025年跨行业跨领域工业互联网平台动态评价中，卡奥斯COSMOPlat连续七年位居榜首，柠檬豆升至第23位。",
        "2026-01-03",
        {"卡奥斯COSMOPlat": ("ranked", "2025", "370000", False), "柠檬豆": ("ranked", "2025", "370000", None)},
    ),
    "again": (
        "再次入选",
        "树根互联再次入选工信部双跨平台名单，这是该公司连续第三年入选。",
        "2022-06-06",
        {"根云ROOTCLOUD": ("reselected", "2022", "440000", False)},
    ),
    "a return after a removal is a selection": (
        "“鹿鸣”重返双跨",
        "新一批国家双跨平台里，保定鹿鸣机电数据有限公司的“鹿鸣”平台引起关注——两年前，它因活跃用户不足被移出名单，这一次又重新入选。",
        "2026-09-22",
        {"鹿鸣": ("selected", None, "130000", False)},
    ),
    "a rumour of a removal": (
        "传言",
        "网传某平台或将被移出双跨名单，星澜云平台回应称消息不实。",
        "2026-09-22",
        {},
    ),
    "translated English with operators": (
        "MIIT adds new platforms",
        "China's Ministry of Industry and Information Technology (MIIT) on Wednesday added 23 platforms to its list of national cross-industry and cross-field industrial Internet platforms. Newcomers include Xinglan Cloud, operated by Jiangsu Xinglan Digital Technology Co., Ltd., and Lingbo, a platform developed by Wuhan Lingbo Industrial Internet Co., Ltd.",
        "2023-09-07",
        {"Xinglan Cloud": ("selected", "2023", "320000", True), "Lingbo": ("selected", "2023", "420000", True)},
    ),
    "English, possessive operator, home before it": (
        "Hefei firm selected",
        "Hefei-based Antelope Works' StarLane platform was selected as a national-level cross-industry and cross-domain industrial internet platform, the first in Anhui province.",
        "2026-09-07",
        {"StarLane": ("selected", None, "340000", True)},
    ),
    "English plans and failures": (
        "Not selected",
        "BlueHill failed to make the list of dual-cross platforms. It will apply again next year. Redwood plans to be selected as a dual-cross platform.",
        "2026-09-07",
        {},
    ),
    "betrayal is no programme": (
        "Politics",
        "The minister was double-crossed by Redwood Partners, selected last year.",
        None,
        {},
    ),
    "traditional, brackets of another kind": (
        "星瀾雲入選國家級雙跨平臺",
        "工信部近日公佈2026年新增雙跨平臺名單，江蘇星瀾數字科技有限公司的「星瀾雲」平臺入選。",
        "2026-06-22",
        {"星瀾雲": ("selected", "2026", "320000", True)},
    ),
}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c)
def test_memberships(case):
    title, text, day, expected = CASES[case]
    language = "zh-Hans" if HAN.search(title + text) else "en"
    findings = extract(Article(url=None, title=title, text=text, published=day, language=language))
    found = [f for f in findings if isinstance(f, Membership)]
    told = {f.platform.name: (f.stage, f.round, f.region.code if f.region else None, f.first_time) for f in found}
    wanted = {next((n for n in told if key in n or n in key), key): value for key, value in expected.items()}
    assert told == wanted
    for finding in found:
        assert finding.evidence
        assert all(text[e.start : e.end] == e.quote for e in finding.evidence)
