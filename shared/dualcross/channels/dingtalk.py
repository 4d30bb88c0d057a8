"""DingTalk custom robots, in Markdown."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from dualcross.channels import chat, http, lookalikes
from dualcross.errors import DeliveryTemporary
from dualcross.model.messages import Message

#: bytes of one request are 20,000; less what stands around the text
_LIMIT = 18_500
#: who sends more than 20 in a minute is shut out for ten
_PENALTY = 600.0
_CODES = chat.Codes(
    slow_down={130101: _PENALTY, 410100: _PENALTY, 302033: _PENALTY, 90018: 60.0, 660026: 60.0},
    # token, signature, keyword or address refused; group dissolved, robot stopped or removed
    gone=frozenset({300001, 310000, 400013, 400101, 400102, 400106}),
    # kind of message, links, words or pictures refused
    refused=frozenset({400105, 430101, 430102, 430103, 430104}),
)


class DingTalk(chat.Chat):
    """Sends Markdown; DingTalk knows no escape, so marks in a source's text become their full-width twins."""

    name = "dingtalk"
    hosts = ("oapi.dingtalk.com", "api.dingtalk.com")
    rate = (20, 60.0)

    def _url(self, url: str, secret: str) -> str:
        if not secret:
            return url
        stamp = str(int(self._clock.now().timestamp() * 1000))
        joint = "&" if urlsplit(url).query else "?"
        return f"{url}{joint}timestamp={stamp}&sign={quote(sign(stamp, secret), safe='')}"

    def _body(self, message: Message) -> Mapping[str, Any]:
        return {
            "msgtype": "markdown",
            "markdown": {"title": message.subject[:100], "text": chat.fit(message, _MARKUP, _size, _LIMIT)},
            "at": {"isAtAll": False},
        }

    def _judge(self, answer: http.Answer) -> str:
        http.check(answer, self._clock)
        code = answer.data.get("errcode")
        if not isinstance(code, int):
            raise DeliveryTemporary("DingTalk gave an answer without a code")
        _CODES.judge(code, str(answer.data.get("errmsg", "")))
        return ""


def sign(timestamp: str, secret: str) -> str:
    """Return DingTalk's signature of the stamp in milliseconds."""
    signed = hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), "sha256")
    return base64.b64encode(signed).decode("ascii")


def _size(text: str) -> int:
    # As it stands in the JSON: a line break and a quotation mark are two bytes there.
    return len(http.json_body(text))


def _quote(text: str) -> str:
    return "\n".join("> " + line for line in lookalikes.plain(text).split("\n"))


_MARKUP = chat.Markup(
    plain=lookalikes.plain,
    title=lambda text: f"#### {lookalikes.plain(text)}",
    quote=_quote,
    link=lookalikes.link,
    # One line break is a space in this dialect.
    newline="\n\n",
)
