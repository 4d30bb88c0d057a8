"""Counts of national platforms, held to the law of the words."""

from __future__ import annotations

import pytest

from dualcross.extraction import counts
from dualcross.extraction.normal import prepare
from dualcross.model import Article, Count


def told(text: str, title: str = "", language: str | None = None, source: str | None = None) -> set[tuple[object, ...]]:
    zh = any("\u4e00" <= c <= "\u9fff" for c in text)
    article = Article(url=None, title=title, text=text, language=language or ("zh-Hans" if zh else "en"), source=source)
    out = set()
    for f in counts.find(prepare(article)):
        for e in f.evidence:
            assert e.quote == text[e.start : e.end]
            assert e.quote
        if isinstance(f, Count):
            out.add((f.measure, f.value) + ((f.region.code,) if f.region else ()))
        else:
            out.add(("region", f.region.code, f.value, f.rank))
    return out


CASES = [
    # zh, whole roster, additions, ever
    ("工信部近日公布了15个国家级跨行业跨领域工业互联网平台。", {("in_force", 15)}),
    ("目前，全国跨行业跨领域工业互联网平台达到28家，覆盖多数制造行业。", {("in_force", 28)}),
    ("我国已建成“双跨”平台五十家。", {("in_force", 50)}),
    ("2022年双跨平台名单新增14家，累计入选29家，目前有效的为28家。", {("new", 14), ("ever", 29), ("in_force", 28)}),
    ("工信部发布2023年新增跨行业跨领域工业互联网平台名单，共有23家平台入选。", {("new", 23)}),
    ("据悉，工信部公布新一批双跨平台。本次新增14家，总数增至28家。", {("new", 14), ("in_force", 28)}),
    ("公司平台跻身全国十大双跨平台。", {("in_force", 10)}),
    ("该平台是全国十五家双跨平台之一。", {("in_force", 15)}),
    ("截至目前，我国累计遴选出近30家跨行业、跨领域工业互联网平台。", {("ever", 30)}),
    ("公示名單中，擬新增14家跨行業跨領域工業互聯網平臺。", {("new", 14)}),
    # zh, provinces
    ("广东有4家企业入选国家级双跨平台，数量居全国首位。", {("region", "440000", 4, 1)}),
    ("截至去年底，山东省已建成各类平台百余个，拥有5个国家级双跨平台，数量居全国第二。", {("region", "370000", 5, 2)}),
    (
        "近年来，广东推进制造业转型。其中6家企业入选国家级跨行业、跨领域工业互联网平台，数量全国第一。",
        {("region", "440000", 6, 1)},
    ),
    (
        "目前福建已培育建成1个国家级跨行业跨领域工业互联网平台、3个国家级特色专业型平台、22个省级工业互联网示范平台。",
        {("region", "350000", 1, None)},
    ),
    (
        "工信部公布50家双跨平台，其中8家来自江苏，6家来自浙江。",
        {("in_force", 50), ("region", "320000", 8, None), ("region", "330000", 6, None)},
    ),
    ("安徽新增2家双跨平台，总数达到3家。", {("region", "340000", 3, None)}),
    ("湖南省国家级双跨平台数量由2家增至4家。", {("region", "430000", 4, None)}),
    # zh, targets
    ("到2020年，遴选10个左右跨行业跨领域平台。", {("target", 10)}),
    ("今年计划培育15个双跨工业互联网平台。", {("target", 15)}),
    ("上海力争到2025年培育3家左右国家级双跨平台。", {("target", 3, "310000")}),
    ("四川将打造2个国家级“双跨”平台。", {("target", 2, "510000")}),
    # zh, nothing
    ("各省推荐的跨行业跨领域工业互联网平台不超过2个。", set()),
    ("全国具有一定影响力的工业互联网平台超过240个。", set()),
    ("济南现有5个国家级特色型工业互联网平台。", set()),
    ("湖南省工信厅公布30家省级平台，其中3家为综合型平台。", set()),
    ("展厅集中展示6家国家级双跨平台的成果。", set()),
    ("园区内集聚了5家国家级双跨平台企业。", set()),
    ("我省择优推荐2家平台申报双跨平台。", set()),
    ("某集团旗下拥有2个双跨平台。", set()),
    ("我省至今没有一家双跨平台。", set()),
    ("公司与6家双跨平台合作，服务企业3万家。", set()),
    ("该双跨平台已连接设备120万台，服务15个行业、3家工厂。", set()),
    ("该平台在双跨平台动态评价中排名第10位。", set()),
    ("重点平台中，双跨平台、特色型平台分别达到28家和105家。", {("in_force", 28)}),
    (
        "工信部公布新一批双跨平台名单。新增的23家平台中，5家来自北京，重庆、四川各2家。",
        {("new", 23), ("region", "110000", 5, None), ("region", "500000", 2, None), ("region", "510000", 2, None)},
    ),
    ("在工信部遴选的28家双跨平台中，山东占了5席。", {("in_force", 28), ("region", "370000", 5, None)}),
    ("工信部公布15家2020年跨行业跨领域工业互联网平台，10家再次入选，5家为新入选。", {("in_force", 15), ("new", 5)}),
    ("全国双跨平台由28家扩容至50家，其中民营企业18家。", {("in_force", 50)}),
    ("具备行业影响力的工业互联网平台超过300家，其中跨行业跨领域平台达到49家。", {("in_force", 49)}),
    # en
    (
        "Of 28 dual-cross platforms nationwide, Jiangsu accounts for three.",
        {("in_force", 28), ("region", "320000", 3, None)},
    ),
    ("The 15 selected platforms, known as dual-cross platforms, serve many industries.", {("in_force", 15)}),
    (
        "The ministry released 15 national-level cross-industry and cross-field industrial Internet platforms.",
        {("in_force", 15)},
    ),
    (
        "The number of cross-industry and cross-domain industrial Internet platforms in China has reached 50.",
        {("in_force", 50)},
    ),
    ("MIIT added 14 new dual-cross platforms, bringing the total to 28.", {("new", 14), ("in_force", 28)}),
    ("Guangdong has four dual-cross platforms, ranking first in the country.", {("region", "440000", 4, 1)}),
    (
        (
            "The ministry named 50 cross-industry and cross-sector indu"
            "strial internet platforms. Eight of them are from Jiangsu."
        ),
        {("in_force", 50), ("region", "320000", 8, None)},
    ),
    (
        "China will select about 10 cross-industry and cross-sector industrial internet platforms by 2020.",
        {("target", 10)},
    ),
    ("Hubei aims to build two national dual-cross platforms by 2025.", {("target", 2, "420000")}),
    ("It is one of the 28 national cross-industry, cross-field industrial internet platforms.", {("in_force", 28)}),
    ("Each province may recommend no more than two cross-industry and cross-field platforms.", set()),
    ("China has more than 240 influential industrial internet platforms.", set()),
    ("Six dual-cross platforms are on display at the exhibition hall.", set()),
    ("The firm works with 12 dual-cross platforms to serve 3,000 factories.", set()),
    (
        "To date, 29 platforms have cumulatively been selected as cross-industry and cross-field platforms.",
        {("ever", 29)},
    ),
    (
        (
            "The ministry released the 2026 list of new cross-industry and cross-field industrial internet platforms. "
            "Fourteen platforms were selected, Qianqing (黔擎) of Guizhou among them."
        ),
        {("new", 14)},
    ),
    ("The app is cross-platform and runs on 12 devices.", set()),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[c[0][:40] for c in CASES])
def test_counts(text: str, expected: set[tuple[object, ...]]) -> None:
    assert told(text) == expected
