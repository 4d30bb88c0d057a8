"""Policy documents: which count, what is printed of them, issued or cited."""

from __future__ import annotations

import pytest

from dualcross.extraction import policies
from dualcross.extraction.normal import prepare
from dualcross.model import Article, Policy


def found(text: str, title: str = "", published: str | None = "2023-06-20") -> tuple[Policy, ...]:
    zh = any("\u4e00" <= c <= "\u9fff" for c in text)
    article = Article(url=None, title=title, text=text, published=published, language="zh-Hans" if zh else "en")
    out = policies.find(prepare(article))
    for policy in out:
        for e in policy.evidence:
            assert e.quote == text[e.start : e.end]
            assert e.quote
    return out


def told(text: str, title: str = "", published: str | None = "2023-06-20") -> list[tuple[str, str]]:
    return [(p.title, p.status) for p in found(text, title, published)]


ISSUED = [
    ("近日，工信部印发《工业互联网安全分类分级管理办法》，自发布之日起施行。", "", "工业互联网安全分类分级管理办法"),
    (
        "6月18日，安徽省人民政府办公厅出台《安徽省工业互联网创新提升三年行动计划（2023—2025年）》。",
        "",
        "安徽省工业互联网创新提升三年行动计划（2023—2025年）",
    ),
    (
        "为帮助企业理解文件，现就有关内容说明如下。\n《工业互联网平台培育实施方案》共分四章，提出十二项任务。",
        "《工业互联网平台培育实施方案》解读",
        "工业互联网平台培育实施方案",
    ),
    ("由省工信厅起草的《关于加快工业互联网应用的若干措施》日前印发。", "", "关于加快工业互联网应用的若干措施"),
    ("日前，寧波市政府發佈《寧波市工業互聯網平臺提升行動方案》。", "", "寧波市工業互聯網平臺提升行動方案"),
    (
        "各市工业和信息化主管部门：\n现将《推动企业上云上平台行动方案》印发给你们，请认真执行。\n2023年6月12日",
        "省工业和信息化厅关于印发《推动企业上云上平台行动方案》的通知",
        "推动企业上云上平台行动方案",
    ),
    (
        (
            "The Ministry of Industry and Information Technology on Monday released "
            "the Action Plan for Upgrading Industrial Internet Platforms (2023-2025)."
        ),
        "",
        "Action Plan for Upgrading Industrial Internet Platforms (2023-2025)",
    ),
    (
        (
            "Sichuan recently issued the “Implementation Opinions on Acce"
            "lerating the Industrial Internet”, which took effect at once."
        ),
        "",
        "Implementation Opinions on Accelerating the Industrial Internet",
    ),
    (
        (
            "China on Tuesday unveiled an action plan to promote the h"
            "igh-quality development of industrial internet platforms."
        ),
        "",
        "action plan to promote the high-quality development of industrial internet platforms",
    ),
    (
        "近日，江西省工业和信息化厅印发江西省工业互联网平台提质行动计划，提出到2025年建成一批平台。",
        "",
        "江西省工业互联网平台提质行动计划",
    ),
]


@pytest.mark.parametrize(("text", "title", "name"), ISSUED, ids=[c[2][:30] for c in ISSUED])
def test_issued(text: str, title: str, name: str) -> None:
    assert told(text, title) == [(name, "issued")]


CITED = [
    (
        "根据《工业互联网创新发展行动计划（2021-2023年）》，我市推进标识建设。",
        "工业互联网创新发展行动计划（2021-2023年）",
    ),
    (
        "自国务院印发《关于深化“互联网+先进制造业”发展工业互联网的指导意见》以来，各地加快布局。",
        "关于深化“互联网+先进制造业”发展工业互联网的指导意见",
    ),
    (
        "2018年，广东率先出台《广东省深化“互联网+先进制造业”发展工业互联网的实施方案》。",
        "广东省深化“互联网+先进制造业”发展工业互联网的实施方案",
    ),
    (
        "为贯彻落实《工业和信息化部办公厅关于推动工业互联网加快发展的通知》精神，公司组织培训。",
        "工业和信息化部办公厅关于推动工业互联网加快发展的通知",
    ),
    (
        "企业按照《关于组织申报2023年跨行业跨领域工业互联网平台的通知》要求准备材料。",
        "关于组织申报2023年跨行业跨领域工业互联网平台的通知",
    ),
    (
        "In 2021, the ministry issued the “Industrial Internet Innovation and Development Action Plan (2021-2023)”.",
        "Industrial Internet Innovation and Development Action Plan (2021-2023)",
    ),
    (
        "Under the “Guiding Opinions on Deepening the Industrial Internet”, firms may apply for subsidies.",
        "Guiding Opinions on Deepening the Industrial Internet",
    ),
    ("此前，工信部曾发布《工业互联网平台评价方法》。", "工业互联网平台评价方法"),
    (
        "文件依据〈无关〉与《工业和信息化部关于贯彻落实〈关于推进工业互联网的意见〉的行动计划》制定。",
        "工业和信息化部关于贯彻落实〈关于推进工业互联网的意见〉的行动计划",
    ),
]


@pytest.mark.parametrize(("text", "name"), CITED, ids=[c[1][:30] for c in CITED])
def test_cited(text: str, name: str) -> None:
    assert told(text) == [(name, "cited")]


NONE = [
    "《中华人民共和国数据安全法》自9月1日起施行。",
    "联盟发布《工业互联网产业发展白皮书》。",
    "国家标准《工业互联网平台 应用实施指南》通过审查。",
    "《人民日报》报道了工业互联网的进展。",
    "他编写的《工业互联网技术导论》由出版社出版。",
    "公司发布《工业互联网业务战略规划》，股价上涨。",
    "近日，中国工业互联网研究院发布《工业互联网平台应用指南》。",
    "今日，市政府印发《城市绿化管理办法》。",
    "双方签署《工业互联网平台战略合作协议》。",
    "日本经济产业省近日发布《工业互联网推进方案》。",
    "《2023年新增跨行业跨领域工业互联网平台名单》公布后，多家公司股价上涨。",
    "The group unveiled its Industrial Internet Report 2023 and a product plan.",
    "An alliance published the White Paper on Industrial Internet Platforms.",
    "The city issued the Measures for Urban Greening on Monday.",
    'The company announced a plan to hire 200 engineers for its industrial internet unit, he said "we have a plan".',
]


@pytest.mark.parametrize("text", NONE, ids=[t[:30] for t in NONE])
def test_none(text: str) -> None:
    assert told(text) == []


def test_number_and_issuer() -> None:
    for printed in (
        "（工信厅信管〔2023〕88号）",
        "(工信厅信管[2023]88号)",
        "（工信厅信管【2023】88號）",
        "（工信厅信管(2023) 88号）",
    ):
        (policy,) = found(f"近日，工信部办公厅印发《工业互联网外网提升行动方案》{printed}，提出目标。")
        assert (policy.number, policy.issuer) == ("工信厅信管〔2023〕88号", "工业和信息化部办公厅")


def test_joint_issuer_and_day() -> None:
    (policy,) = found("6月15日，工业和信息化部等十二部门印发《工业互联网标识解析提升行动计划（2024—2026年）》。")
    assert policy.issuer == "工业和信息化部等十二部门"
    assert policy.date == "2023-06-15"


def test_a_call_is_issued_only_on_its_own_page() -> None:
    page = (
        "工信厅信发函〔2023〕199号\n各省工业和信息化主管部门：\n为培育平台，现组织开展申报工作。"
        "\n一、申报要求\n请于7月20日前报送。\n工业和信息化部办公厅\n2023年6月19日"
    )
    (policy,) = found(page, "工业和信息化部办公厅关于组织申报2023年跨行业跨领域工业互联网平台的通知")
    assert (policy.status, policy.form) == ("issued", "call")
    assert policy.number == "工信厅信发函〔2023〕199号"
    assert policy.issuer == "工业和信息化部办公厅"
    told_elsewhere = found("近日，工信部发布《关于组织申报2023年跨行业跨领域工业互联网平台的通知》。")
    assert [(p.status, p.form) for p in told_elsewhere] == [("cited", "call")]


def test_a_draft_is_no_policy_proper() -> None:
    (policy,) = found("近日，工信部就《工业互联网平台管理办法（征求意见稿）》公开征求意见。")
    assert policy.form == "draft"


def test_one_document_named_twice_is_one_finding() -> None:
    text = "近日，工信部印发《工业互联网园区建设行动方案》。《工业互联网园区建设行动方案》提出五项任务。"
    assert told(text) == [("工业互联网园区建设行动方案", "issued")]


def test_headline_without_brackets() -> None:
    assert told("文件提出到2025年的目标，明确四方面任务。", "工信部印发工业互联网园区提升行动方案") == [
        ("工业互联网园区提升行动方案", "issued")
    ]


def test_an_undated_page_is_judged_by_its_words() -> None:
    assert told("近日，贵州省印发《贵州省工业互联网攻坚方案》。", published=None) == [
        ("贵州省工业互联网攻坚方案", "issued")
    ]
    assert told("2019年，贵州省印发《贵州省工业互联网攻坚方案》。", published=None) == [
        ("贵州省工业互联网攻坚方案", "cited")
    ]


def test_what_is_only_coming_or_long_past_is_cited() -> None:
    assert told("工信部副部长表示，《工业互联网平台培优行动方案》即将出台。") == [
        ("工业互联网平台培优行动方案", "cited")
    ]
    assert told("今年1月，工信部发布《工业互联网园区攻坚行动方案》。") == [("工业互联网园区攻坚行动方案", "cited")]
    old = "《海南省工业互联网推进方案》（琼工信〔2021〕12号）由海南省工业和信息化厅印发。"
    assert told(old) == [("海南省工业互联网推进方案", "cited")]
    english = (
        "The Industrial Internet Park Action Plan (2021-2023), rel"
        "eased by the ministry in January 2021, called for pilots."
    )
    assert told(english) == [("Industrial Internet Park Action Plan (2021-2023)", "cited")]


def test_a_notice_on_a_member_is_no_policy() -> None:
    title = "关于同意某某平台退出跨行业跨领域工业互联网平台名单的公告"
    assert told("经研究，同意某某平台退出名单。\n工业和信息化部\n2023年6月20日", title) == []


def test_several_documents_in_one_sentence() -> None:
    text = (
        "工业和信息化部等八部门近日联合印发《工业互联网先导区试点工作规则（暂行）》《工业互联网先导区试点建设指南》。"
    )
    assert told(text) == [
        ("工业互联网先导区试点工作规则（暂行）", "issued"),
        ("工业互联网先导区试点建设指南", "issued"),
    ]


def test_a_headline_in_its_own_words_adds_no_second_document() -> None:
    text = "西宁日前出台《西宁市工业互联网平台提升三年行动方案（2023—2025年）》，提出八项任务。"
    assert told(text, "西宁出台工业互联网三年行动方案") == [
        ("西宁市工业互联网平台提升三年行动方案（2023—2025年）", "issued")
    ]


def test_an_english_title_ends_where_the_news_begins() -> None:
    text = "MIIT issued the Measures for the Management of Industrial Internet Parks on Thursday."
    assert told(text) == [("Measures for the Management of Industrial Internet Parks", "issued")]
    text = "According to the Industrial Internet Park Action Plan, thirty parks will be built."
    assert told(text) == [("Industrial Internet Park Action Plan", "cited")]
