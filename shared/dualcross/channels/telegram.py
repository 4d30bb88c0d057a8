"""Telegram bots: a chat id as the address, the bot's token as the secret."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from dualcross.channels import chat, http, secrets
from dualcross.errors import ConfigError, DeliveryPermanent, DeliveryTemporary, DeliveryThrottled, InputError
from dualcross.model.messages import Message

#: characters of a message after its markup is read, in UTF-16 units
_LIMIT = 4096
_CHAT = re.compile(r"-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31}")
_TAG = re.compile(r"<[^>]*>")
_TOKEN = "env:DUALCROSS_TELEGRAM_TOKEN"  # noqa: S105 - the name of a secret
_GONE = ("chat not found", "user is deactivated", "bot was blocked", "bot was kicked", "not enough rights",
         "peer_id_invalid", "upgraded to a supergroup", "chat_write_forbidden", "group is deactivated",
         "need administrator rights", "bot is not a member", "have no rights to send")  # fmt: skip


class Telegram(chat.Chat):
    """Sends HTML of Telegram's few tags; the token comes from the subscription's secret or DUALCROSS_TELEGRAM_TOKEN."""

    name = "telegram"
    #: a group takes 20 messages a minute, any chat one a second
    rate = (20, 60.0)
    burst = (1, 1.0)
    base = "https://api.telegram.org"

    def check(self, address: str) -> str:
        """Return a chat id or a channel name."""
        text = address.strip()
        if not _CHAT.fullmatch(text):
            raise InputError("the address must be a chat id (digits) or a channel name (@name)")
        return text

    def _secrets(self, message: Message) -> tuple[str, str]:
        try:
            token = secrets.resolve(message.subscription.secret or _TOKEN, self._settings)
        except ConfigError as error:
            raise DeliveryPermanent(str(error)) from error
        return message.subscription.address, token

    def _url(self, url: str, secret: str) -> str:
        del url
        return f"{self.base}/bot{secret}/sendMessage"

    def _body(self, message: Message) -> Mapping[str, Any]:
        return {
            "chat_id": message.subscription.address,
            "text": chat.fit(message, _MARKUP, _length, _LIMIT),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }

    def _judge(self, answer: http.Answer) -> str:
        if answer.data.get("ok") is True:
            result = answer.data.get("result")
            return str(result.get("message_id", "")) if isinstance(result, dict) else ""
        said = str(answer.data.get("description", ""))[:160]
        parameters = answer.data.get("parameters")
        wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
        if answer.status == 429:
            raise DeliveryThrottled(
                "Telegram says too many requests", retry_after=float(wait) if isinstance(wait, (int, float)) else None
            )
        if answer.status == 403 or any(words in said.lower() for words in _GONE):
            raise DeliveryPermanent(f"Telegram says {said}")
        if answer.status in (401, 404):
            # The token is refused, not the chat: no address may be parked for it.
            raise DeliveryTemporary("Telegram refuses the bot's token")
        http.check(answer, self._clock)
        raise DeliveryTemporary(f"Telegram says {said or 'nothing we can read'}")


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _length(text: str) -> int:
    return len(html.unescape(_TAG.sub("", text)).encode("utf-16-le")) // 2


_MARKUP = chat.Markup(
    plain=_escape,
    title=lambda text: f"<b>{_escape(text)}</b>",
    quote=lambda text: f"<blockquote>{_escape(text)}</blockquote>",
    link=lambda label, url: f'<a href="{html.escape(url)}">{_escape(label)}</a>',
)
