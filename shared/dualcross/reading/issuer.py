"""Who speaks: outlet, author, and whether the publisher is a government body."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from dualcross.patterns import late

_SOURCE = late(
    r"(?:信息来源|文章来源|稿件来源|新闻来源|内容来源|资料来源|數據來源|來源|来源|稿源|出处|發布機構|发布机构|发布单位|發佈單位|发布部门|信息提供|供稿单位)\s*[：:]\s*"
    r"[《“\"【\[]?(?P<name>[^\s|｜，,；;》”\"】\]]{2,40})"
)
_SOURCE_EN = late(
    r"\bSource\s*:\s*(?P<name>[A-Z][\w.'&\- ]{1,50}?)(?=\s{2,}|\s*[|,;(]|\s*(?:Author|Editor|Published|Updated|Date|\d)|$)"
)
_AUTHOR = late(
    r"(?:作者|撰文|文/|文／|文[丨|｜]|记者|記者)\s*[：:/／丨|｜]?\s*(?P<name>[\u4e00-\u9fff·]{2,12}(?:[、 ][\u4e00-\u9fff·]{2,4}){0,3})(?=$|[\s|)）])"
)
_AUTHOR_EN = late(
    r"^(?i:(?:written|words|story|text|reporting)\s+)?(?i:by):?\s+"
    r"(?P<name>[A-Z][\w.'\-]*(?:\s+(?:and\s+|(?:van|von|de|der|la|bin|al|du|di)\s+|,\s*)*[A-Z][\w.'\-]*){0,5})"
)
_AUTHOR_MID = late(
    r"(?:^|[\s|·•,–—-])by:?\s+(?P<name>[A-Z][\w.'\-]+(?:\s+[A-Z][\w.'\-]+){1,3})(?=\s*(?:$|[|·•,–—/-]|in\b|on\b))"
)
_CUT = late(r"(?:作者|编辑|責任編輯|责任编辑|发布|時間|时间|日期|字号|浏览|阅读|点击|打印|分享|访问|\d{4}[-年/.]).*$")
#: names that are a government body's own; a body's newspaper or site is not
_BODY = late(
    r"^(?:中华人民共和国|中國|中国)?(?:国务院.{0,20}|工业和信息化部.{0,12}|工信部.{0,8}|國務院.{0,20}|"
    r"(?:国家|国务院)?.{0,24}(?:部|厅|廳|局|委|委员会|委員會|办公室|办公厅|办|人民政府|政府|管委会|署|院))(?:网站|官网|门户网站|网)?$"
)
_BODY_WORD = late(
    r"工信|工业和信息化|经济和信息化|經濟和信息化|通信管理|发展和改革|发展改革|发改|科学技术|财政|国资|国务院|商务|人力资源|市场监督|"
    r"人民政府|政府|统计|数据管理|大数据|互联网信息|网信|市监|能源局|自然资源|生态环境|应急管理|教育部|住房|交通|农业农村|省.*[厅局委]$|市.*局$|[区县]政府"
)
_BODY_EN = late(
    r"\b(?:Ministry of|MIIT\b|State Council|National Development and Reform|People'?s Government|Department of Industry|"
    r"Bureau of|Municipal Government|Provincial Government|Cyberspace Administration)",
    re.IGNORECASE,
)
_NOT_BODY = late(
    r"报|报社|新闻|日报|晚报|电视|传媒|杂志|公司|协会|学会|联盟|研究院|研究所|大学|出版|医院|法院|证券|银行|News|Daily|Press|Times|Post",
    re.IGNORECASE,
)


def official_host(url: str | None) -> bool:
    """Tell whether the address belongs to the Chinese government's domain."""
    try:
        host = (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        # It is not even an address.
        return False
    return host == "gov.cn" or host.endswith(".gov.cn")


def official_name(name: str | None) -> bool:
    """Tell whether a publisher's name is a government body's."""
    if not name or _NOT_BODY.search(name):
        return False
    return bool(_BODY_EN.search(name)) or (bool(_BODY_WORD.search(name)) and bool(_BODY.match(name)))


def outlet(line: str) -> str | None:
    """Return the outlet that a line under a headline names as the source."""
    if "：" not in line and ":" not in line:
        return None
    match = _SOURCE.search(line) or _SOURCE_EN.search(line)
    if not match:
        return None
    name = _CUT.sub("", match["name"]).strip(" ：:　-—)）(（")
    return name if len(name) > 1 and not name.isdigit() else None


def author(line: str) -> str | None:
    """Return the author that a short line names."""
    match = _AUTHOR.search(line) or _AUTHOR_EN.search(line) or _AUTHOR_MID.search(line)
    return match["name"].strip() if match else None
