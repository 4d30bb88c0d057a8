"""One spelling for every variant: mirrors in traditional characters, spliced pinyin, unseen marks, spaced-out words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcross.extraction.normal import normalise


@pytest.mark.parametrize(
    ("raw", "one"),
    [
        ("工(gōng)業(yè)互聯網", "工业互联网"),
        ("工（gong）业（ye）互（hu）联（lian）网平台", "工业互联网平台"),
        ("星河(XH)平台", "星河(XH)平台"),
        ("华为(huawei)公司", "华为(huawei)公司"),
        ("跨\u200b行\u200b业\ufeff跨\u00ad领域", "跨行业跨领域"),
        ("工 业 互 联 网", "工业互联网"),
        ("双 跨 平 台", "双跨平台"),
        ("张三 李四", "张三 李四"),
        ("ＣＯＳＭＯＰｌａｔ（２０２３）", "COSMOPlat(2023)"),
        ("「雙跨」平臺", "“双跨”平台"),
        ("網際網路", "互联网"),
    ],
)
def test_a_variant_reads_as_the_one_spelling(raw, one):
    assert normalise(raw).text == one


@given(st.text(alphabet="工業互(gōng) 聯\u200b網双跨A1，。", max_size=40))
def test_the_one_spelling_is_final_and_every_sign_knows_where_it_came_from(text):
    found = normalise(text)
    assert normalise(found.text).text == found.text
    assert len(found.origin) == len(found.text)
    assert list(found.origin) == sorted(found.origin)
    assert all(0 <= place < len(text) for place in found.origin)
