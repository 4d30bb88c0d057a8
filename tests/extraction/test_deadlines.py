"""Filing deadlines of a national round."""

from __future__ import annotations

import pytest

from dualcross.extraction import deadlines
from dualcross.extraction.normal import prepare
from dualcross.model import Article

CALL = "关于组织申报2023年跨行业跨领域工业互联网平台的通知"
CALL_EN = "Ministry opens applications for 2023 cross-industry and cross-field industrial internet platforms"


def told(text: str, title: str = CALL, published: str | None = "2023-05-20") -> list[str]:
    zh = any("\u4e00" <= c <= "\u9fff" for c in text)
    article = Article(url=None, title=title, text=text, published=published, language="zh-Hans" if zh else "en")
    out = deadlines.find(prepare(article))
    for f in out:
        assert f.what
        for e in f.evidence:
            assert e.quote == text[e.start : e.end]
            assert e.quote
    return [f.date for f in out]


CASES = [
    ("请各地主管部门于6月16日前将推荐材料报送我部。", ["2023-06-16"]),
    ("申报截止时间为2023年6月20日。", ["2023-06-20"]),
    ("申报截止：2023-06-20。", ["2023-06-20"]),
    ("申报单位应在6月底前完成网上填报。", ["2023-06-30"]),
    ("申报时间为5月25日至6月25日，逾期不予受理。", ["2023-06-25"]),
    ("经研究，申报截止日期延长至7月10日。", ["2023-07-10"]),
    ("請於6月18日前將申報材料寄送至我部。", ["2023-06-18"]),
    ("各省于6月16日（星期五）17:00前提交推荐函。", ["2023-06-16"]),
    ("企业于6月5日前提交申报书；各市主管部门于6月12日前报送省厅。", ["2023-06-05", "2023-06-12"]),
    ("现转发给你们，请组织申报，并于2023年6月9日下午5时前将材料报我厅。", ["2023-06-09"]),
    # none
    ("公示期为5月22日至5月26日，如有异议，请于5月26日前反馈。", []),
    ("请于4月30日前报送材料。", []),
    ("工业互联网大会将于6月18日召开，请于6月10日前报名参会。", []),
    ("请于6月30日前将修改意见反馈至信发司，征求意见截止6月30日。", []),
    ("平台建设期截止2025年12月31日。", []),
    ("名单于6月16日公布。", []),
    ("对推荐对象如有意见，请于6月11日前以书面形式向我厅反映。", []),
    ("各地提出推荐意见，于6月16日前报送。", ["2023-06-16"]),
    ("该企业6月16日前已完成改造。", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[c[0][:30] for c in CASES])
def test_chinese(text: str, expected: list[str]) -> None:
    assert told(text) == expected


ENGLISH = [
    ("Applications must be submitted by June 16, 2023.", ["2023-06-16"]),
    ("Provincial authorities are to submit their recommendations no later than 16 June.", ["2023-06-16"]),
    ("The deadline for applications is June 20.", ["2023-06-20"]),
    ("The ministry extended the filing deadline to July 10.", ["2023-07-10"]),
    ("The conference opens on June 16; register for it before June 10.", []),
    ("Objections to the proposed list may be raised before May 26.", []),
    ("Public comments are welcome until June 30.", []),
    ("The list was published on May 3.", []),
]


@pytest.mark.parametrize(("text", "expected"), ENGLISH, ids=[c[0][:30] for c in ENGLISH])
def test_english(text: str, expected: list[str]) -> None:
    assert told(text, CALL_EN) == expected


def test_a_year_end_turns_to_the_next_year() -> None:
    assert told("请于1月15日前报送申报材料。", published="2023-12-20") == ["2024-01-15"]


def test_an_undated_page_gives_none() -> None:
    assert told("请于2023年6月16日前将推荐材料报送我部。", published=None) == []


def test_other_programmes_give_none() -> None:
    assert told("请于6月16日前报送申报材料。", "关于组织申报2023年省级工业互联网平台的通知") == []
    assert told("现组织2023年5G工厂申报工作，请于6月16日前报送材料。", "关于开展5G工厂申报的通知") == []
    both = "双跨平台遴选结果已公布。另外，省级工业互联网平台申报工作启动，请于6月16日前报送材料。"
    assert told(both, "两则通知") == []


def test_the_body_alone_can_name_the_round() -> None:
    text = "工信部启动新一轮跨行业跨领域工业互联网平台遴选申报。\n各地须于6月16日前报送推荐名单。"
    assert told(text, "一周要闻") == ["2023-06-16"]
