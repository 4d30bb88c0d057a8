"""Laws of every finder of figures and documents: evidence quotes, repeatability, no text that hangs or breaks it."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dualcross.extraction import adoption, counts, deadlines, policies
from dualcross.extraction.normal import prepare
from dualcross.model import Article

FINDERS = (counts.find, policies.find, deadlines.find, adoption.find)
PIECES = (
    "工信部", "公布", "15家", "三个", "国家级", "双跨平台", "跨行业跨领域", "工业互联网平台", "广东", "山东省",
    "入选", "新增",
    "累计", "力争", "到2027年", "《工业互联网行动计划（2026—2028年）》", "《", "》", "印发", "（工信厅〔2026〕3号）",
    "请于6月16日前报送", "申报", "1.5万家企业", "连接设备", "8000万台",
    "62.5%", "，", "。", "；", "\n", "\t", "the ministry ",
    "released ", "four ", "cross-industry and cross-field ", "industrial internet platforms ",
    "Guangdong ", "by June 16 ",
    "Action Plan for the Industrial Internet ", "issued ", "“", "”", ". ", "\u200b", "雙跨平臺", "(gōng)",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200)


def article(text: str, title: str = "") -> Article:
    return Article(url=None, title=title, text=text, published="2026-05-20", language="und")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, TEXT)
def test_any_text_gives_findings_with_true_quotes(text: str, title: str) -> None:
    one = article(text, title)
    for find in FINDERS:
        found = find(prepare(one))
        assert found == find(prepare(one))
        for f in found:
            assert 0 < f.confidence <= 1
            assert f.by
            for e in f.evidence:
                assert text[e.start : e.end] == e.quote


HOSTILE = (
    "国家级" * 20_000,
    "国家级双跨平台" * 5_000,
    "15家国家级" + "国家级入选" * 3_000 + "平台",
    "15 " + "national-level industrial internet " * 3_000,
    "《" * 20_000,
    "《工业互联网" * 5_000,
    "关于" * 10_000 + "工业互联网的通知",
    "工业互联网企业" * 10_000 + "3万家",
    "Industrial Internet Action Plan " * 3_000,
    "1" * 50_000 + "家双跨平台",
    "一二三四五六七八九十" * 5_000 + "家双跨平台",
    "请于6月16日前" * 3_000 + "报送双跨平台申报材料",
    "工业互联网，" * 10_000 + "普及率达到60%",
    ("广东省、" * 3_000) + "各2家双跨平台",
)


@pytest.mark.parametrize("text", HOSTILE, ids=[t[:18].strip() for t in HOSTILE])
def test_no_text_hangs(text: str) -> None:
    prepared = prepare(article(text, text[:300]))
    begun = time.process_time()
    for find in FINDERS:
        find(prepared)
    # seconds of CPU for up to 100,000 characters; an explosion would take minutes
    assert time.process_time() - begun < 5
