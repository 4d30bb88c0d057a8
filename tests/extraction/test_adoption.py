"""Adoption figures: value, unit, region; targets and other figures are none."""

from __future__ import annotations

import pytest

from dualcross.extraction import adoption
from dualcross.extraction.normal import prepare
from dualcross.model import Article


def told(text: str, title: str = "") -> list[tuple[float, str, str | None]]:
    zh = any("\u4e00" <= c <= "\u9fff" for c in text)
    article = Article(url=None, title=title, text=text, language="zh-Hans" if zh else "en")
    out = adoption.find(prepare(article))
    for f in out:
        for e in f.evidence:
            assert e.quote == text[e.start : e.end]
            assert e.quote
    return [(f.value, f.unit, f.region.code if f.region else None) for f in out]


CASES = [
    ("目前，广东已推动1.5万家工业企业运用工业互联网实施数字化转型。", [(15000, "工业企业", "440000")]),
    ("山东带动50万家企业上云上平台，工业互联网走在前列。", [(500000, "企业", "370000")]),
    ("我国重点工业互联网平台连接设备超过8000万台（套）。", [(80_000_000, "设备", None)]),
    ("全国工业互联网平台已连接近1亿台工业设备。", [(100_000_000, "工业设备", None)]),
    ("我国工业互联网核心产业规模超过1.2万亿元。", [(1.2e12, "元", None)]),
    ("湖南培育工业APP达2.3万个，工业互联网生态日益完善。", [(23000, "工业APP", "430000")]),
    ("工业互联网加速落地，重点行业普及率达到62.5%。", [(62.5, "%", None)]),
    ("截至年底，“5G+工业互联网”项目超过8000个。", [(8000, "“5G+工业互联网”项目", None)]),
    ("江西依托工业互联网，上云企业突破25万家。", [(250000, "企业", "360000")]),
    ("該省工業互聯網平臺已服務3萬家中小企業。", [(30000, "中小企業", None)]),
    ("400多万家工厂接入工业互联网平台。", [(4_000_000, "工厂", None)]),
    (
        "Guangdong has helped more than 15,000 industrial enterprises go digital with the industrial internet.",
        [(15000, "industrial enterprises", "440000")],
    ),
    (
        "Shandong drove 500,000 enterprises to the cloud through industrial Internet platforms.",
        [(500000, "enterprises", "370000")],
    ),
    ("China's industrial internet platforms have connected over 90 million devices.", [(90_000_000, "devices", None)]),
    ("The scale of China's industrial internet industry exceeded 1.2 trillion yuan.", [(1.2e12, "yuan", None)]),
    (
        "The industrial internet penetration rate among large manufacturers reached 48.5 percent.",
        [(48.5, "percent", None)],
    ),
    ("Industrial internet platforms there host 30,000 industrial apps.", [(30000, "industrial apps", None)]),
    # none
    ("到2025年，推动20万家企业上云，工业互联网普及率达到70%。", []),
    ("力争培育1万个工业APP，打造工业互联网高地。", []),
    ("该工业互联网企业完成融资5亿元，员工3000人。", []),
    ("工业互联网大会吸引300家企业参展。", []),
    ("电子信息产业营收超过4万亿元，工业互联网将成为新引擎。", []),
    ("通过工业互联网改造，生产效率提高了30%，成本降低20%。", []),
    ("全市新增2万家企业注册登记，餐饮业回暖。", []),
    ("其中4家企业入选双跨工业互联网平台。", []),
    ("By 2025, the province will bring 200,000 enterprises onto industrial internet platforms.", []),
    ("The industrial internet firm raised 500 million yuan and has 3,000 employees.", []),
    ("Retailers opened 2,000 stores this year.", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[c[0][:30] for c in CASES])
def test_adoption(text: str, expected: list[tuple[float, str, str | None]]) -> None:
    assert told(text) == expected


def test_bounds_are_kept() -> None:
    def bound(text: str) -> str | None:
        (f,) = adoption.find(prepare(Article(url=None, title="", text=text)))
        return f.bound

    assert bound("工业互联网平台连接设备超过8000万台。") == "more than"
    assert bound("工业互联网平台连接设备近8000万台。") == "nearly"
    assert bound("工业互联网平台连接设备约8000万台。") == "about"
    assert bound("工业互联网平台连接设备8000万台。") is None


def test_two_figures_of_one_sentence() -> None:
    text = "浙江推动3万家企业实施数字化转型，带动60万家企业上云，工业互联网成效明显。"
    assert told(text) == [(30000, "企业", "330000"), (600000, "企业", "330000")]
