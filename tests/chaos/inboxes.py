"""Where the messages arrive: services that check what they get, and fail in every way they can."""

from __future__ import annotations

import email
import email.policy
import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from aiosmtpd.controller import Controller
from tests.channels import receivers

from dualcross.channels.webhook import signing_secret
from dualcross.clock import FakeClock
from dualcross.model.messages import Message
from dualcross.settings import Settings

FAULTS = ("429", "500", "timeout", "drop")
#: faults of one delivery at most: what fails for ever is dead, not lost
_MOST = 3


class Inboxes:
    """All receivers; `accepted` counts the messages taken, by delivery."""

    def __init__(self, settings: Settings, clock: FakeClock, dice: random.Random, fault_share: float) -> None:
        self._settings, self._clock, self._dice, self._share = settings, clock, dice, fault_share
        self.accepted: Counter[str] = Counter()
        #: webhook-id by which the receiver keeps a message once
        self.kept: set[str] = set()
        #: accepted, and the sender could not know it, by delivery
        self.windows: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.malformed: list[str] = []
        self.current: Message | None = None
        self._faulted: Counter[str] = Counter()
        now = clock.monotonic
        self._services = {
            "slack": receivers.slack(now),
            "feishu": receivers.feishu(now, "s3cret"),
            "dingtalk": receivers.dingtalk(now, "s3cret"),
            "telegram": receivers.telegram(now),
        }

    def client(self) -> httpx.Client:
        """Return a client whose requests end here."""
        return httpx.Client(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        message = self.current
        assert message is not None
        fault = self.fault(message)
        if fault == "429":
            return httpx.Response(429, headers={"Retry-After": "45"})
        if fault == "500":
            return httpx.Response(500)
        if fault == "timeout":
            raise httpx.ReadTimeout("chaos", request=request)
        seen = receivers.Seen(request.url.raw_path.decode(), dict(request.headers), request.content)
        status, headers, body = self._service(message)(seen)
        verdict = _verdict(status, body)
        if verdict == "refused":
            self.malformed.append(f"{message.subscription.channel}: {status} {body[:80]!r}")
        if verdict == "taken":
            self.accept(message.delivery_id)
            if fault == "drop":
                self.windows[message.delivery_id] += 1
                raise httpx.RemoteProtocolError("chaos", request=request)
        return httpx.Response(status, headers=headers, content=body)

    def _service(self, message: Message) -> Any:
        name = message.subscription.channel
        return self._webhook if name == "webhook" else self._services[name]

    def _webhook(self, seen: receivers.Seen) -> receivers.Reply:
        from standardwebhooks import Webhook as Verifier

        message = self.current
        assert message is not None
        # The library's own check compares with today; the replay has its own time, so the signature is made anew.
        stamp = datetime.fromtimestamp(int(seen.headers["webhook-timestamp"]), tz=UTC)
        wanted = Verifier(signing_secret(message.subscription.id, self._settings)).sign(
            seen.headers["webhook-id"], stamp, seen.body.decode()
        )
        if seen.headers["webhook-signature"] != wanted or abs(stamp - self._clock.now()) > timedelta(minutes=5):
            return 401, {}, b""
        self.kept.add(seen.headers["webhook-id"])
        return 204, {}, b""

    def fault(self, message: Message) -> str:
        """Return the fault of this send, empty for none."""
        if self._dice.random() >= self._share or self._faulted[message.delivery_id] >= _MOST:
            return ""
        self._faulted[message.delivery_id] += 1
        fault = self._dice.choice(FAULTS)
        self.faults[fault] += 1
        return fault

    def accept(self, delivery_id: str) -> None:
        """Count a message that was taken."""
        self.accepted[delivery_id] += 1


class _Mailbox:
    """An SMTP server's hands: takes mails, answers 4xx, or takes them and hangs up."""

    def __init__(self, boxes: Inboxes) -> None:
        self._boxes = boxes

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take one mail."""
        boxes = self._boxes
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        message = boxes.current
        assert message is not None
        delivery_id = message.delivery_id
        named = str(mail["Message-ID"])
        fault = boxes.fault(message)
        if fault in ("429", "500"):
            return "451 try again later"
        if fault == "timeout":
            session.peer = None
            server.transport.abort()
            return "451 gone"
        if named[1:41] != delivery_id[:40] or not mail["List-Unsubscribe"] or mail.get_body(("html",)) is None:
            boxes.malformed.append("email")
        boxes.accept(delivery_id)
        if fault == "drop":
            boxes.windows[delivery_id] += 1
            server.transport.abort()
        return "250 OK"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp(boxes: Inboxes) -> Iterator[str]:
    """Run the SMTP server on loopback and yield its address."""
    controller = _Controller(_Mailbox(boxes), hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def _verdict(status: int, body: bytes) -> str:
    """Return what an answer means, by the services' own documentation and not by the channels."""
    try:
        data = json.loads(body)
    except ValueError:
        data = {}
    code = data.get("code", data.get("errcode", 0)) if isinstance(data, dict) else 0
    if status == 429 or code in (11232, 130101):
        return "slow"
    return "taken" if status < 300 and code == 0 else "refused"
