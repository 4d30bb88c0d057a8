"""Slack incoming web hooks, in Block Kit with literal text blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from dualcross.channels import chat, http
from dualcross.errors import DeliveryPermanent, DeliveryThrottled
from dualcross.model.messages import Block, Message

_BLOCKS = 50
_HEADER = 150
_SECTION = 3000
_FIELD = 2000
_FALLBACK = 3000
_GONE = ("no_service", "no_team", "channel_not_found", "channel_is_archived", "action_prohibited", "invalid_token",
         "user_not_found", "no_active_hooks", "posting_to_general_channel_denied")  # fmt: skip


class Slack(chat.Chat):
    """Sends Block Kit; text of sources goes into `plain_text` and `rich_text`, where Slack reads no markup."""

    name = "slack"
    hosts = ("hooks.slack.com", "hooks.slack-gov.com")
    rate = (1, 1.0)

    def _body(self, message: Message) -> Mapping[str, Any]:
        blocks: list[dict[str, Any]] = []
        end = _end(message)
        for count, block in enumerate(message.blocks):
            made = _block(block, message)
            # One place is kept for the line that says how many more there are.
            if len(blocks) + len(made) + len(end) + 1 > _BLOCKS:
                blocks.append(_context(chat.more(message, len(message.blocks) - count)))
                break
            blocks += made
        return {
            "text": escape(message.subject)[:_FALLBACK],
            "blocks": [*blocks, *end],
            "unfurl_links": False,
            "unfurl_media": False,
        }

    def _judge(self, answer: http.Answer) -> str:
        if answer.text.strip() in _GONE:
            raise DeliveryPermanent(f"Slack says {answer.text.strip()}")
        if answer.text.strip() == "rate_limited":
            raise DeliveryThrottled("Slack says rate_limited", retry_after=1.0)
        return super()._judge(answer)


def escape(text: str) -> str:
    """Return the text with the three characters that Slack's mrkdwn reads; no mention or link survives."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _block(block: Block, message: Message) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": _cut(block.headline, _HEADER), "emoji": False}}
    ]
    if block.quote:
        told = {"type": "text", "text": f"{_cut(block.quote, _SECTION)}\n— {block.origin}"}
        made.append({"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [told]}]})
    facts = [f"{label}{chat.colon(message)}{value}" for label, value in block.facts]
    if facts:
        listed = {"type": "plain_text", "text": _cut("\n".join(facts), _FIELD), "emoji": False}
        made.append({"type": "section", "text": listed})
    if block.links:
        made.append({"type": "section", "text": {"type": "mrkdwn", "text": _links(block.links)}})
    return made


def _end(message: Message) -> list[dict[str, Any]]:
    made = [_context(note) for note in message.notes]
    if message.footer:
        made.append({"type": "context", "elements": [{"type": "mrkdwn", "text": _links(message.footer)}]})
    return made


def _context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "plain_text", "text": _cut(text, _FIELD), "emoji": False}]}


def _links(links: tuple[tuple[str, str], ...]) -> str:
    made: list[str] = []
    for label, url in links:
        link = f"<{quote(url, safe=':/?#&=%+,;@~!$*-._').replace('&', '&amp;')}|{escape(label).replace('|', '¦')}>"
        if len(" | ".join([*made, link])) <= _SECTION:
            made.append(link)
    return " | ".join(made)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
