"""Microsoft Teams through a workflow that takes web hooks, as an Adaptive Card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dualcross.channels import chat, http
from dualcross.model.messages import Block, Message

#: bytes of one request, less a margin for what the service adds
_LIMIT = 27_000
_BUTTONS = 6


class Teams(chat.Chat):
    """Sends one card; text of sources goes into text runs, where Teams reads no Markdown."""

    name = "teams"
    hosts = ("logic.azure.com", "powerplatform.com", "webhook.office.com", "powerautomate.com")
    rate = (4, 1.0)

    def _body(self, message: Message) -> Mapping[str, Any]:
        end = [_run(note, size="Small", isSubtle=True) for note in message.notes]
        body: list[dict[str, Any]] = []
        for count, block in enumerate(message.blocks):
            left = len(message.blocks) - count
            made = _block(block, message)
            if _size(_card([*body, made, _run(chat.more(message, left)), *end], message)) > _LIMIT:
                if not body:
                    made = _block(Block(headline=block.headline[:500], links=block.links), message)
                    body.append(made)
                    left -= 1
                if left:
                    body.append(_run(chat.more(message, left)))
                break
            body.append(made)
        return _card([*body, *end], message)


def _card(body: list[dict[str, Any]], message: Message) -> dict[str, Any]:
    content: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": message.subscription.language,
        "fallbackText": message.subject[:500],
        "msteams": {"width": "Full"},
        "body": body,
    }
    if message.footer:
        content["actions"] = _actions(message.footer)
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


def _block(block: Block, message: Message) -> dict[str, Any]:
    items = [_run(block.headline, weight="Bolder", size="Medium")]
    if block.quote:
        items.append(_run(block.quote, italic=True))
        items.append(_run(f"— {block.origin}", size="Small", isSubtle=True))
    items += [_run(f"{label}{chat.colon(message)}{value}") for label, value in block.facts]
    if block.links:
        items.append({"type": "ActionSet", "actions": _actions(block.links)})
    return {"type": "Container", "separator": True, "items": items}


def _run(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}


def _actions(links: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [{"type": "Action.OpenUrl", "title": label, "url": url} for label, url in links[:_BUTTONS]]


def _size(card: Mapping[str, Any]) -> int:
    return len(http.json_body(card))
