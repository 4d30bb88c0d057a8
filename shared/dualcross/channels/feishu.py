"""Feishu and Lark custom bots, as an interactive card."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any

from dualcross.channels import chat, http
from dualcross.errors import DeliveryTemporary
from dualcross.model.messages import Block, Message

#: bytes of one request are 20 KB; less a margin
_LIMIT = 19_000
_CODES = chat.Codes(
    slow_down={11232: 60.0, 11233: 60.0, 99991400: 60.0},
    # not found, signature or time wrong, address not on the list, keyword missing, bot removed or stopped
    gone=frozenset({19001, 19007, 19021, 19022, 19024, 230002, 230006}),
    # the body is not what the service reads
    refused=frozenset({9499, 19002}),
)


class Feishu(chat.Chat):
    """Sends a card; text of sources goes into `plain_text`, where Feishu reads no markup and no mention."""

    name = "feishu"
    hosts = ("open.feishu.cn", "open.larksuite.com")
    rate = (100, 60.0)
    burst = (5, 1.0)

    def _body(self, message: Message) -> Mapping[str, Any]:
        elements: list[dict[str, Any]] = []
        end = [_note(message)] if message.notes else []
        if message.footer:
            end.append(_actions(message.footer))
        for count, block in enumerate(message.blocks):
            left = len(message.blocks) - count
            made = _block(block, message, first=count == 0)
            if _size([*elements, *made, _text(chat.more(message, left)), *end], message) > _LIMIT:
                if not elements:
                    elements += _block(Block(headline=block.headline[:500], links=block.links), message, first=False)
                    left -= 1
                if left:
                    elements.append(_text(chat.more(message, left)))
                break
            elements += made
        return _card([*elements, *end], message)

    def _signed(self, body: Mapping[str, Any], secret: str) -> Mapping[str, Any]:
        if not secret:
            return body
        stamp = str(int(self._clock.now().timestamp()))
        return {"timestamp": stamp, "sign": sign(stamp, secret), **body}

    def _judge(self, answer: http.Answer) -> str:
        code = answer.data.get("code", answer.data.get("StatusCode"))
        said = str(answer.data.get("msg", answer.data.get("StatusMessage", "")))
        if isinstance(code, int):
            _CODES.judge(code, said)
        http.check(answer, self._clock)
        if not isinstance(code, int):
            raise DeliveryTemporary("Feishu gave an answer without a code")
        return ""


def sign(timestamp: str, secret: str) -> str:
    """Return Feishu's signature: the stamp and the secret are the key, and nothing is signed."""
    return base64.b64encode(hmac.digest(f"{timestamp}\n{secret}".encode(), b"", "sha256")).decode("ascii")


def _card(elements: list[dict[str, Any]], message: Message) -> dict[str, Any]:
    header = {"title": {"tag": "plain_text", "content": message.subject[:200]}, "template": "blue"}
    card = {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}
    return {"msg_type": "interactive", "card": card}


def _block(block: Block, message: Message, *, first: bool) -> list[dict[str, Any]]:
    lines = [] if first and block.headline == message.subject else [block.headline]
    if block.quote:
        left, right = ("「", "」") if message.subscription.language == "zh" else ("“", "”")
        lines.append(f"{left}{block.quote}{right}\n— {block.origin}")
    lines += [f"{label}{chat.colon(message)}{value}" for label, value in block.facts]
    made = [_text("\n".join(lines))] if lines else []
    if block.links:
        made.append(_actions(block.links))
    return made if first else [{"tag": "hr"}, *made]


def _text(text: str) -> dict[str, Any]:
    return {"tag": "div", "text": {"tag": "plain_text", "content": text}}


def _note(message: Message) -> dict[str, Any]:
    return {"tag": "note", "elements": [{"tag": "plain_text", "content": "\n".join(message.notes)}]}


def _actions(links: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    made = [
        {"tag": "button", "type": "default", "text": {"tag": "plain_text", "content": label}, "url": url}
        for label, url in links
    ]
    return {"tag": "action", "actions": made}


def _size(elements: list[dict[str, Any]], message: Message) -> int:
    return len(http.json_body(_card(elements, message)))
