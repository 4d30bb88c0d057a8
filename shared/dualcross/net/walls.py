"""Pages that stand in front of the page: challenges of a shield, and login forms. Pure.

A mark alone proves nothing, since an article may quote it and shields leave their script on pages they let
through; it counts on a page that has next to nothing to read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

#: larger pages are read as pages
_MOST = 262_144
#: bytes of visible text above which a page with a shield's own script, or with words that articles use too, is a page
_SCRIPT_TEXT = 1500
_WORDS_TEXT = 450
_WALL_LINKS = 12
_LOGIN_TEXT = 900
_LOGIN_LINKS = 15

_SCRIPTS = (
    b"_cf_chl_opt", b"cf-challenge", b"cf_chl_", b"just a moment...", b"checking your browser",
    b"attention required! | cloudflare", b"ddos protection by", b"enable javascript and cookies to continue",
    b"__jsl_clearance", b"acw_sc__v2", b"aliyun_waf", b"$_ts=window", b"$_ts.cd", b"_$jsvmprt",
    b"incapsula incident", b"_incapsula_resource", b"captcha-delivery.com", b"awswafcookiedomainlist",
    b"wzws_cid", b"wzws-waf", b"yunsuo_session_verify", b"sucuri_cloudproxy",
    b"please enable js and disable any ad blocker", b"pardon our interruption",
)  # fmt: skip
_WORDS = (
    b"challenge-platform", b"aliyuncaptcha", b"px-captcha", b"awswafintegration", b"g-recaptcha", b"h-captcha",
    b"hcaptcha.com", b"geetest", b"tcaptcha", b"turing.captcha", b"safedog", b"ddos-guard",
    b"are you a robot", b"verify you are human", b"unusual traffic",
    *(
        mark.encode(charset)
        for mark in (
            "安全验证", "人机验证", "访问验证", "滑动验证", "完成验证后即可继续", "请完成验证", "拖动滑块", "环境异常",
            "访问过于频繁", "安全检测", "浏览器安全检查", "开启javascript", "启用javascript", "网站防火墙",
            "访问被拦截", "请求被拦截", "疑似攻击行为", "網站防火牆", "安全驗證", "人機驗證",
        )
        for charset in ("utf-8", "gb18030")
    ),
)  # fmt: skip
_LOGIN_PLACE = re.compile(
    r"(?:^|[/_.?&=-])(?:log-?in|sign-?in|log-?on|passport|sso|cas|denglu|oauth2?/authorize|wp-login)(?:[/_.?&=-]|$)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(rb"type\s*=\s*[\"']?password", re.IGNORECASE)
_TAG = re.compile(rb"<[^>]*>")


def wall(*, asked: str, final: str, status: int, headers: Mapping[str, str], body: bytes) -> str:
    """Return `challenge` or `login` where the answer is one of these, empty where it is an answer."""
    if "challenge" in headers.get("cf-mitigated", "") or headers.get("x-amzn-waf-action", "") in (
        "challenge",
        "captcha",
    ):
        return "challenge"
    if status == 401:
        return "login"
    if not _is_html(headers, body) or len(body) > _MOST:
        return ""
    lower = body.lower()
    text, links = _visible(lower), lower.count(b"<a ")
    if links <= _WALL_LINKS and (
        (text <= _SCRIPT_TEXT and any(mark in lower for mark in _SCRIPTS))
        or (text <= _WORDS_TEXT and any(mark in lower for mark in _WORDS))
        # a script that sets a cookie and loads the page again, and nothing else
        or (text < 150 and b"document.cookie" in lower and b"location" in lower)
    ):
        return "challenge"
    # the page is all script: a shield's way to answer 412 and 521, which no page of a site does
    if status in (412, 521) and b"<script" in lower and text < 200:
        return "challenge"
    if text <= _LOGIN_TEXT and links <= _LOGIN_LINKS and _PASSWORD.search(lower):
        return "login"
    if status < 400 and final != asked and _is_login(final) and not _is_login(asked):
        return "login"
    return ""


def _is_login(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_LOGIN_PLACE.search(parts.path)) or (parts.hostname or "").split(".")[0] in ("passport", "login", "sso")


def _is_html(headers: Mapping[str, str], body: bytes) -> bool:
    media = headers.get("content-type", "").lower()
    if "html" in media:
        return not body[:200].lstrip().startswith((b"<?xml", b"<rss", b"<feed"))
    if media and not media.startswith(("text/plain", "application/octet-stream", "*/*")):
        return False
    return body[:300].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html", b"<script"))


def _visible(lower: bytes) -> int:
    """Count bytes of text outside of tags, scripts and styles."""
    kept: list[bytes] = []
    at = 0
    while at < len(lower):
        starts = [(found, name) for name in (b"script", b"style") if (found := lower.find(b"<" + name, at)) >= 0]
        if not starts:
            kept.append(lower[at:])
            break
        start, name = min(starts)
        kept.append(lower[at:start])
        end = lower.find(b"</" + name, start)
        if end < 0:
            break
        at = end + len(name) + 2
    return sum(len(b"".join(_TAG.sub(b" ", part).split())) for part in kept)
