"""ntfy topics, as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from dualcross.channels import chat, http, secrets
from dualcross.errors import InputError
from dualcross.model.messages import Message

#: bytes of a message; a longer one would arrive as a file
_LIMIT = 4096
_ACTIONS = 3


class Ntfy(chat.Chat):
    """Publishes to `https://server/topic`; ntfy reads no markup. An access token is the subscription's secret."""

    name = "ntfy"
    #: a visitor of the public server may send 60 at once, then one every five seconds
    rate = (60, 300.0)

    def check(self, address: str) -> str:
        """Return the topic's address."""
        if secrets.is_reference(address):
            return super().check(address)
        url = http.check_url(address)
        topic = urlsplit(url).path.strip("/")
        if not topic or "/" in topic or len(topic) > 64 or not topic.replace("-", "").replace("_", "").isalnum():
            raise InputError("the address must be https://server/topic")
        return url

    def send(self, message: Message) -> str:
        """Publish the message and return its ntfy id."""
        url, secret = self._secrets(message)
        self._wait(url)
        parts = urlsplit(url)
        headers = {"content-type": "application/json; charset=utf-8"}
        if secret:
            headers["authorization"] = f"Bearer {secret}"
        body = dict(self._body(message)) | {"topic": parts.path.strip("/")}
        answer = self._post(f"{parts.scheme}://{parts.netloc}/", body, headers)
        http.check(answer, self._clock)
        return str(answer.data.get("id", ""))

    def _body(self, message: Message) -> Mapping[str, Any]:
        links = dict(message.links)
        actions = [
            {"action": "view", "label": label, "url": url}
            for label, url in [*(link for block in message.blocks[:1] for link in block.links), *message.footer]
        ]
        body: dict[str, Any] = {
            "title": message.subject[:200],
            "message": chat.fit(message, _MARKUP, lambda text: len(text.encode("utf-8")), _LIMIT),
            "actions": actions[:_ACTIONS],
        }
        click = links.get("record") or links.get("source")
        return body | {"click": click} if click else body


_MARKUP = chat.Markup(
    plain=lambda text: text,
    title=lambda text: text,
    quote=lambda text: "\n".join("  " + line for line in text.split("\n")),
    link=lambda label, url: f"{label}: {url}",
)
