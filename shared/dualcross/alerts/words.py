"""The words of messages in both languages, and the provinces' names."""

from __future__ import annotations

import re
from typing import Literal

Lang = Literal["zh", "en"]

#: GB/T 2260 province code → short Chinese name, English name
PROVINCES: dict[str, tuple[str, str]] = {
    "110000": ("北京", "Beijing"),
    "120000": ("天津", "Tianjin"),
    "130000": ("河北", "Hebei"),
    "140000": ("山西", "Shanxi"),
    "150000": ("内蒙古", "Inner Mongolia"),
    "210000": ("辽宁", "Liaoning"),
    "220000": ("吉林", "Jilin"),
    "230000": ("黑龙江", "Heilongjiang"),
    "310000": ("上海", "Shanghai"),
    "320000": ("江苏", "Jiangsu"),
    "330000": ("浙江", "Zhejiang"),
    "340000": ("安徽", "Anhui"),
    "350000": ("福建", "Fujian"),
    "360000": ("江西", "Jiangxi"),
    "370000": ("山东", "Shandong"),
    "410000": ("河南", "Henan"),
    "420000": ("湖北", "Hubei"),
    "430000": ("湖南", "Hunan"),
    "440000": ("广东", "Guangdong"),
    "450000": ("广西", "Guangxi"),
    "460000": ("海南", "Hainan"),
    "500000": ("重庆", "Chongqing"),
    "510000": ("四川", "Sichuan"),
    "520000": ("贵州", "Guizhou"),
    "530000": ("云南", "Yunnan"),
    "540000": ("西藏", "Tibet"),
    "610000": ("陕西", "Shaanxi"),
    "620000": ("甘肃", "Gansu"),
    "630000": ("青海", "Qinghai"),
    "640000": ("宁夏", "Ningxia"),
    "650000": ("新疆", "Xinjiang"),
    "710000": ("台湾", "Taiwan"),
    "810000": ("香港", "Hong Kong"),
    "820000": ("澳门", "Macao"),
}

STAGES: dict[str, tuple[str, str]] = {
    "planned": ("计划", "planned"),
    "called": ("征集申报", "call for applications"),
    "recommended": ("省级推荐", "recommended by the province"),
    "publicized": ("公示（拟入选）", "public notice (proposed)"),
    "selected": ("正式入选", "selected (final list)"),
    "reselected": ("再次入选", "selected again"),
    "ranked": ("排名公布", "ranked"),
    "removed": ("退出名单", "removed"),
    "relocated": ("迁址", "relocated"),
    "renamed": ("更名", "renamed"),
}

LADDER: dict[str, tuple[str, str]] = {
    "reported": ("有报道", "reported"),
    "corroborated": ("多方印证", "corroborated"),
    "confirmed": ("官方确认", "officially confirmed"),
    "superseded": ("已被后续信息取代", "superseded"),
    "corrected": ("已更正", "corrected"),
}

#: trigger → headline; `{…}` are filled by `render`
HEADLINES: dict[str, tuple[str, str]] = {
    "platform.new": ("新入选双跨平台：{who}", "New dual cross-platform: {who}"),
    "platform.new/publicized": ("拟入选双跨平台（公示）：{who}", "Proposed dual cross-platform (public notice): {who}"),
    "platform.left": ("退出双跨平台名单：{who}", "Left the dual cross-platform list: {who}"),
    "platform.moved": ("双跨平台迁址：{who}，{move}", "Dual cross-platform moved home: {who}, {move}"),
    "region.new": ("{region}首次有平台入选双跨", "{region} has its first dual cross-platform"),
    "policy.new": ("新政策：《{title}》", "New policy: {title}"),
    "deadline": ("申报截止 {date}：{what}", "Filing deadline {date}: {what}"),
    "source.silent": ("来源久无新内容：{who}", "Source has gone silent: {who}"),
    "source.broken": ("来源读取失败：{who}", "Source is broken: {who}"),
    "source.recovered": ("来源已恢复：{who}", "Source has recovered: {who}"),
}

#: what an alert says, as a kind of news
TRIGGERS: dict[str, tuple[str, str]] = {
    "platform.new": ("新入选平台", "New platform"),
    "platform.left": ("平台退出", "Platform left"),
    "platform.moved": ("平台迁址", "Platform moved"),
    "region.new": ("省份首次入选", "First of a province"),
    "policy.new": ("新政策", "New policy"),
    "deadline": ("申报截止", "Filing deadline"),
    "source.silent": ("来源久无新内容", "Source silent"),
    "source.broken": ("来源读取失败", "Source broken"),
    "source.recovered": ("来源恢复", "Source recovered"),
}

#: why an alert was wrong, as the register says it
REASONS: dict[str, tuple[str, str]] = {
    "the report was taken back": ("原报道已更正或撤回", "the report was taken back"),
    "proposed, but not in the final list": ("曾公示，但最终名单中没有", "proposed, but not in the final list"),
    "the page no longer says so": ("原页面已改动，不再有此内容", "the page no longer says so"),
    "the member it rested on was corrected": ("所依据的平台信息已更正", "the member it rested on was corrected"),
    "an analyst rejected it": ("经人工复核，判定有误", "an analyst looked at it and rejected it"),
}

_NAMES_EN = dict(PROVINCES.values())
#: `stage round` or `left day`, alone or in a row
_RECALLED = re.compile(rf"\b({'|'.join([*STAGES, 'left'])})\b(?: (\d{{4}}(?:-\d{{2}}-\d{{2}})?))?")

WORDS: dict[str, tuple[str, str]] = {
    "confirmed": ("【官方确认】", "Confirmed: "),
    "correction": ("【更正】", "Correction: "),
    "round_of": ("（{round} 年）", " (round {round})"),
    "possibly": ("可能此前已在名单", "possibly already listed"),
    "platform": ("平台", "Platform"),
    "operator": ("运营方", "Operator"),
    "region": ("地区", "Region"),
    "round": ("轮次", "Round"),
    "stage": ("阶段", "Stage"),
    "issuer": ("发布机构", "Issuer"),
    "number": ("文号", "Number"),
    "date": ("日期", "Date"),
    "evidence": ("证据", "Evidence"),
    "sources": ("{ladder}；独立来源 {n} 个", "{ladder}; {n} independent source{s}"),
    "outlets": ("{line}（{names}）", "{line} ({names})"),
    "and": ("、", ", "),
    "then": ("；", "; "),
    "origin": ("{source}，{date}", "{source}, {date}"),
    "before": ("此前", "Before"),
    "nothing_before": ("登记册中没有记录", "nothing in the register"),
    "also": ("同一事件", "Same event"),
    "why_wrong": ("更正原因", "What was wrong"),
    "told": ("此前所发", "You were told"),
    "found": ("识别方式", "Found by"),
    "found_by": ("{by}，置信度 {confidence}%", "{by}, confidence {confidence}%"),
    "names": ("别名", "Also seen as"),
    "undated": ("页面未标日期", "no date on the page"),
    "unknown_source": ("未标明来源", "source not named"),
    "link.source": ("原文", "Source"),
    "link.corrected_by": ("更正原文", "What corrects it"),
    "link.record": ("记录", "Record"),
    "link.right": ("这条准确", "This is right"),
    "link.wrong": ("这条有误", "This is wrong"),
    "link.settings": ("订阅设置", "Settings"),
    "link.unsubscribe": ("退订", "Unsubscribe"),
    "link.confirm": ("确认订阅", "Confirm the subscription"),
    "why": (
        "收到原因：您的订阅（{query}），类型：{triggers}。",
        "Why you got this: your subscription ({query}); kind: {triggers}.",
    ),
    "any_query": ("不限内容", "everything"),
    "query": ("查询 {query}", "query {query}"),
    "held": ("有 {n} 条此前暂缓：{why}。", "Held back until now: {n} ({why})."),
    "held.quiet": ("免打扰时段", "quiet hours"),
    "held.cap": ("超过每小时上限", "over your hourly cap"),
    "held.cadence": ("按汇总周期发送", "your digest schedule"),
    "held.backfill": ("新来源的历史条目", "older entries of a new source"),
    "digest": ("双跨动态汇总（{n} 个事件）：{first} 等", "dualcross digest of {n}: {first}, and {more} more"),
    "digest.quiet": ("双跨动态汇总：没有新事件", "dualcross digest: nothing happened"),
    "nothing": (
        "本期没有符合您订阅的新事件。",
        "Nothing that fits your subscription happened in this period.",
    ),
    "more": ("另有 {n} 个事件未列出", "{n} more events are not shown"),
    "coverage": ("来源状况：{n} 个来源，{ok} 个正常。", "Sources: {ok} of {n} healthy."),
    "coverage.item": ("{name}：{what}，已 {time}", "{name}: {what} for {time}"),
    "hours": ("{n} 小时", "{n} h"),
    "days": ("{n} 天", "{n} d"),
    "minutes": ("{n} 分钟", "{n} min"),
    "times": ("时间按 {zone} 显示；引文日期照原页。", "Times are in {zone}; a quote keeps the date its page printed."),
    "sent": ("发送时间：{at}", "Sent: {at}"),
    "confirm.subject": ("请确认您的 dualcross 订阅", "Please confirm your dualcross subscription"),
    "confirm.text": (
        "有人（希望是您）为此地址订阅了双跨平台动态（{query}）。点开链接并按下按钮后才会开始发送；不理会即可放弃。",
        (
            "Someone, we hope you, asked for alerts on dual cross-platforms ({query}) at this address. "
            "Nothing is sent until you open the link and press its button; ignore this to decline."
        ),
    ),
    "waiting": ("{n} 条（{why}），{at} 发出", "{n} ({why}), sent {at}"),
    "again.subject": ("您已有这项 dualcross 订阅", "You have this dualcross subscription already"),
    "again.text": (
        "有人（希望是您）再次为此地址申请了同样的订阅（{query}）。无需再做什么；设置可由下面的链接更改。",
        (
            "Someone, we hope you, asked again for the subscription that this address has ({query}). "
            "There is nothing to do; the link below leads to its settings."
        ),
    ),
    "parked.subject": ("订阅地址已停用：{who}", "Address parked: {who}"),
    "parked.text": (
        "向该地址的发送被永久拒绝（{why}），订阅 {id} 已暂停。修正后可恢复。",
        "The receiver refuses this address for good ({why}); subscription {id} is paused until someone changes it.",
    ),
}

_UNREACHABLE: dict[str, tuple[str, str]] = {
    "ok": ("正常", "healthy"),
    "silent": ("无新内容", "silent"),
    "timeout": ("超时", "timing out"),
    "unreachable": ("无法访问", "unreachable"),
    "blocked": ("被拒绝访问", "blocked"),
    "gone": ("已下线", "gone"),
    "dns": ("域名无法解析", "its name does not resolve"),
    "certificate": ("证书无效", "certificate not valid"),
    "tls": ("加密连接失败", "TLS fails"),
    "protocol": ("响应中断或不合规范", "broken answers"),
    "too-large": ("内容过大", "too large"),
    "redirect-loop": ("重定向循环", "redirects in a circle"),
    "robots": ("robots.txt 不允许", "robots.txt forbids it"),
    "guard": ("地址不被允许", "address not allowed"),
    "login": ("需要登录", "asks for a login"),
    "challenge": ("被防护页拦截", "behind a challenge page"),
    "charset": ("字符集错误", "read in a wrong charset"),
    "empty": ("页面无条目", "nothing found on the page"),
    "unreadable": ("内容无法解析", "cannot be read"),
}


def word(key: str, language: Lang, **values: object) -> str:
    """Return the words of that key in the language, filled in."""
    return _pick(WORDS[key], language).format(**values)


def stage(name: str, language: Lang) -> str:
    """Return a stage's name as readers see it; an unknown one as it is."""
    return _pick(STAGES.get(name, (name, name)), language)


def ladder(name: str, language: Lang) -> str:
    """Return an evidence level as readers see it."""
    return _pick(LADDER.get(name, (name, name)), language)


def trigger(name: str, language: Lang) -> str:
    """Return a trigger as readers see it; an unknown one as it is."""
    return _pick(TRIGGERS.get(name, (name, name)), language)


def reason(text: str, language: Lang) -> str:
    """Return why an alert was wrong, as readers see it; other words as they are."""
    return _pick(REASONS.get(text, (text, text)), language)


def before(text: str, language: Lang) -> str:
    """Return what the register held, `selected 2023 · 广东 · left 2025-01-02`, as readers see it."""
    if language == "zh":
        text = text.replace(", ", "、")
    parts = [_RECALLED.sub(lambda m: _recalled(m[1], m[2], language), part) for part in text.split(" · ")]
    named = [_NAMES_EN.get(part, part) for part in parts] if language == "en" else parts
    return " · ".join(named)


def _recalled(what: str, when: str, language: Lang) -> str:
    told = _pick(("已退出", "left"), language) if what == "left" else stage(what, language)
    return f"{when} {told}" if when else told


def outcome(name: str, language: Lang) -> str:
    """Return a poll's outcome as readers see it; an unknown one as it is."""
    return _pick(_UNREACHABLE.get(name, (name, name)), language)


def headline(key: str, language: Lang, **values: object) -> str:
    """Return the headline of a trigger, filled in; an unknown trigger names itself."""
    pair = HEADLINES.get(key)
    return _pick(pair, language).format(**values) if pair else f"{key}: {values.get('who', '')}"


def province(code: str | None, language: Lang, name: str = "") -> str:
    """Return a province's name in the language; what is no code is shown as it is."""
    pair = PROVINCES.get(code or "")
    return _pick(pair, language) if pair else (name or code or "")


def _pick(pair: tuple[str, str], language: Lang) -> str:
    return pair[0] if language == "zh" else pair[1]
