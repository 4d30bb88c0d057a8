"""WeCom (企业微信) group robots, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dualcross.channels import chat, http, lookalikes
from dualcross.errors import DeliveryTemporary
from dualcross.model.messages import Message

#: bytes of the Markdown text in UTF-8
_LIMIT = 4096
_CODES = chat.Codes(
    slow_down={45009: 60.0, 45033: 10.0},
    # key unknown, robot removed or not allowed here
    gone=frozenset({93000, 93004, 93008, 93017}),
    # kind, parameters or length of the message
    refused=frozenset({40008, 40035, 40058, 44004, 45002}),
)


class WeCom(chat.Chat):
    """Sends Markdown; marks and mentions in a source's text become their full-width twins."""

    name = "wecom"
    hosts = ("qyapi.weixin.qq.com",)
    rate = (20, 60.0)

    def _body(self, message: Message) -> Mapping[str, Any]:
        return {"msgtype": "markdown", "markdown": {"content": chat.fit(message, _MARKUP, _size, _LIMIT)}}

    def _judge(self, answer: http.Answer) -> str:
        http.check(answer, self._clock)
        code = answer.data.get("errcode")
        if not isinstance(code, int):
            raise DeliveryTemporary("WeCom gave an answer without a code")
        _CODES.judge(code, str(answer.data.get("errmsg", "")))
        return ""


def _size(text: str) -> int:
    return len(text.encode("utf-8"))


def _quote(text: str) -> str:
    return "\n".join("> " + line for line in lookalikes.plain(text).split("\n"))


_MARKUP = chat.Markup(
    plain=lookalikes.plain,
    title=lambda text: f"**{lookalikes.plain(text)}**",
    quote=_quote,
    link=lookalikes.link,
)
