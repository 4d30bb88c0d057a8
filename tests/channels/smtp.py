"""An SMTP server on loopback whose mails are parsed."""

from __future__ import annotations

import email
import email.policy
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Inbox:
    """What came in; `rcpt` and `data` are its answers."""

    def __init__(self):
        self.mails = []
        self.rcpt = self.data = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt == "250 OK":
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        if self.data == "250 OK":
            self.mails.append(
                (envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default))
            )
        return self.data


class _Controller(Controller):
    """Takes the port the system gives."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def server():
    """Run the server and yield its inbox and its address."""
    inbox = Inbox()
    controller = _Controller(inbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield inbox, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()
