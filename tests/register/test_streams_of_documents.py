"""Policies and deadlines: streams of findings with the alerts that each article must bring."""

from __future__ import annotations

import pytest
from tests.register.stream import Step, deadline, official, player, policy, press

PLAN = "工业互联网平台提质行动计划（2027—2029年）"
MIX = "工业互联网和人工智能融合提质行动方案"
PLAIN = "工业互联网平台提质行动计划（2027-2029年）"

CASES: dict[str, list[Step]] = {  # policies
    "a policy is told when issued, not when cited, and once": [
        press(policy(PLAN, issuer="工业和信息化部"), expect=(f"policy.new {PLAN}",), published="2027-01-10"),
        press(policy(PLAN, status="cited"), published="2027-01-11"),
        press(policy("《工业互联网平台提质行动计划(2027-2029年)》", issuer="工信部"), published="2027-01-12"),
        press(
            policy(
                "关于印发《工业互联网平台提质行动计划（2027-2029年）》的通知",
                issuer="工业和信息化部",
                number="工信部信发〔2027〕3号",
            ),
            published="2027-01-13",
        ),
        official(
            policy(PLAIN, issuer="工业和信息化部", number="工信部信发[2027]3号"),
            expect=(f"policy.new! {PLAIN}",),
            published="2027-01-13",
        ),
        press(
            policy("Action Plan on Upgrading Industrial Internet Platforms (2027-2029)", issuer="MIIT"),
            published="2027-01-14",
        ),
    ],
    "calls, lists and drafts are no policies": [
        official(
            policy("关于组织申报2027年跨行业跨领域工业互联网平台的通知", form="call", issuer="工业和信息化部办公厅")
        ),
        official(policy("工业互联网平台条例（征求意见稿）", form="draft", issuer="工业和信息化部")),
        official(policy("2027年新增跨行业跨领域工业互联网平台名单", form="list", issuer="工业和信息化部")),
    ],
    "only state, provincial and city bodies issue policies": [
        press(
            policy("江西省工业互联网促进办法", issuer="江西省人民政府"), expect=("policy.new 江西省工业互联网促进办法",)
        ),
        press(
            policy("赣州市工业互联网行动方案", issuer="赣州市工业和信息化局"),
            expect=("policy.new 赣州市工业互联网行动方案",),
        ),
        press(policy("某区工业互联网若干措施", issuer="天河区人民政府")),
        press(policy("工业互联网平台团体标准指南", issuer="工业互联网产业联盟")),
        press(policy("集团工业互联网规划", issuer="某某集团有限公司")),
        press(
            policy("广西壮族自治区工业互联网条例", issuer="广西壮族自治区人民政府"),
            expect=("policy.new 广西壮族自治区工业互联网条例",),
        ),
    ],
    "two documents under one number are two": [
        official(
            policy("某省工业互联网实施方案", issuer="某省人民政府", number="某府〔2026〕23号"),
            policy("某省上云上平台扶持政策", issuer="某省人民政府", number="某府〔2026〕23号"),
            expect=("policy.new 某省工业互联网实施方案", "policy.new 某省上云上平台扶持政策"),
        ),
    ],
    "short and altered names of one document": [
        press(policy(MIX, issuer="工信部"), expect=(f"policy.new {MIX}",)),
        press(policy("推进工业互联网和AI融合提质行动方案", issuer="工业和信息化部")),
        press(policy("工业互联网和人工智能融合三年行动方案")),
        press(policy("工业互联网网络强基行动方案", issuer="工信部"), expect=("policy.new 工业互联网网络强基行动方案",)),
        press(policy(f"江西省{MIX}"), expect=(f"policy.new 江西省{MIX}",)),
        press(policy(f"云南省{MIX}"), expect=(f"policy.new 云南省{MIX}",)),
        press(policy(f"赣州市{MIX}"), expect=(f"policy.new 赣州市{MIX}",)),
        press(policy(MIX, issuer="云南省人民政府")),
    ],
    "documents of two provinces with one title are two": [
        press(
            policy("关于加快工业互联网发展的实施意见", issuer="江西省人民政府"),
            expect=("policy.new 关于加快工业互联网发展的实施意见",),
        ),
        press(
            policy("关于加快工业互联网发展的实施意见", issuer="云南省人民政府"),
            expect=("policy.new 关于加快工业互联网发展的实施意见",),
        ),
    ],
    "a document long in force is not just issued": [
        press(policy("工业互联网发展行动计划（2018-2020年）", issuer="工业和信息化部"), published="2022-03-03"),
        press(policy("某省工业互联网办法", issuer="江西省人民政府", date="2024-01-01"), published="2026-03-03"),
        press(
            policy("某市工业互联网办法", issuer="南昌市人民政府", date="2026-01-20"),
            expect=("policy.new 某市工业互联网办法",),
            published="2026-03-03",
        ),
        press(
            policy("工业互联网某管理办法", issuer="工业和信息化部", number="工信部联信管〔2025〕271号"),
            expect=("policy.new 工业互联网某管理办法",),
            published="2026-01-21",
        ),
    ],
    # deadlines
    "a deadline is told while it lies ahead, once": [
        press(deadline("2027-06-16"), expect=("deadline 2027:2027-06-16",), published="2027-05-20"),
        press(deadline("2027-06-16"), published="2027-05-21"),
        press(deadline("2027-06-16", None), published="2027-05-22"),
        official(deadline("2027-06-16"), expect=("deadline! 2027:2027-06-16",), published="2027-05-23"),
        official(deadline("2027-06-16"), published="2027-05-24"),
    ],
    "a deadline of the page's day, of the past, or of an undated page": [
        press(deadline("2027-06-16"), published="2027-06-16"),
        press(deadline("2027-06-16"), published="2027-07-01"),
        press(deadline("2027-06-16"), published=None),
        press(deadline("2027-06-16"), expect=("deadline 2027:2027-06-16",), published="2027-06-15"),
    ],
    "deadlines of two rounds on one day": [
        official(
            deadline("2027-06-16", "2027"),
            deadline("2027-06-30", "2027"),
            expect=("deadline 2027:2027-06-16", "deadline 2027:2027-06-30"),
            published="2027-05-01",
        ),
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_each_step_brings_exactly_its_alerts(name: str) -> None:
    stage = player()
    told = [stage.play(step) for step in CASES[name]]
    assert told == [step.expect for step in CASES[name]]
