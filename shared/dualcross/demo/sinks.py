"""Where the demonstration's messages arrive: a web hook and a mail server on loopback, and the console's transcript.

Everything received is noted in one file by its id (`webhook-id`, `Message-ID`), so that a message handed over twice,
once before a crash and once after it, is seen to be the same one: the contract that receivers are given.
"""

from __future__ import annotations

import email
import email.policy
import json
import os
import socketserver
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from dualcross.channels.console import Console
from dualcross.model.messages import Message
from dualcross.ports import Clock
from dualcross.settings import Settings


@dataclass(frozen=True, slots=True)
class Received:
    """One message as its receiver saw it."""

    channel: str
    id: str
    subject: str


class Inbox:
    """What has arrived, kept in a file that a killed run leaves readable."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def note(self, received: Received) -> None:
        """Keep one message."""
        line = json.dumps([received.channel, received.id, received.subject], ensure_ascii=False) + "\n"
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def all(self) -> tuple[Received, ...]:
        """Return every message noted, in order; a line cut short by a kill is left out."""
        if not self._path.exists():
            return ()
        out = []
        for line in self._path.read_text("utf-8", "replace").splitlines():
            try:
                out.append(Received(*json.loads(line)))
            except (ValueError, TypeError):
                continue
        return tuple(out)


class Transcript(Console):
    """The console channel, written to the transcript rather than over the progress of the demonstration."""

    def __init__(self, settings: Settings, clock: Clock, *, path: Path, inbox: Inbox) -> None:
        super().__init__(settings, clock)
        self._path = path
        self._inbox = inbox
        self._lock = threading.Lock()

    def send(self, message: Message) -> str:
        """Append the message."""
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(f"{message.subject}\n{message.text}\n\n")
        self._inbox.note(Received("console", message.delivery_id, message.subject))
        return ""


class Sinks:
    """A web hook receiver and a mail server on 127.0.0.1, both noting what they take."""

    def __init__(self, inbox: Inbox) -> None:
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _hook(inbox))
        self._http.daemon_threads = False
        self._smtp = _MailServer(("127.0.0.1", 0), _mail(inbox))
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.05,), name=name, daemon=True)
            for name, server in (("demo-hook", self._http), ("demo-mail", self._smtp))
        ]

    @property
    def hook(self) -> str:
        """The address of the web hook."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/hook"

    @property
    def smtp(self) -> str:
        """The mail server as a setting."""
        return f"smtp://127.0.0.1:{self._smtp.server_address[1]}"

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for server in (self._http, self._smtp):
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()


class _MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


def _hook(inbox: Inbox) -> type[BaseHTTPRequestHandler]:
    class Hook(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
            subject = body.get("subject", "") if isinstance(body, dict) else ""
            inbox.note(Received("webhook", self.headers.get("webhook-id", ""), str(subject)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
            del format, args

    return Hook


def _mail(inbox: Inbox) -> type[socketserver.StreamRequestHandler]:
    class Mail(socketserver.StreamRequestHandler):
        """As much of RFC 5321 as a sender of one message needs."""

        timeout = 5

        def handle(self) -> None:
            self._say("220 demo ready")
            while line := self.rfile.readline(2000):
                verb = line[:4].upper().rstrip()
                if verb == b"QUIT":
                    self._say("221 bye")
                    return
                if verb == b"DATA":
                    self._say("354 go on")
                    self._take()
                    self._say("250 taken")
                elif verb in (b"EHLO", b"HELO"):
                    self._say("250-demo\r\n250-8BITMIME\r\n250 SMTPUTF8")
                elif verb in (b"MAIL", b"RCPT", b"RSET", b"NOOP"):
                    self._say("250 ok")
                else:
                    self._say("502 not here")

        def _take(self) -> None:
            lines = []
            while (line := self.rfile.readline(100_000)) not in (b".\r\n", b".\n", b""):
                lines.append(line[1:] if line.startswith(b"..") else line)
            mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            inbox.note(Received("email", str(mail["Message-ID"]), str(mail["Subject"])))

        def _say(self, text: str) -> None:
            self.wfile.write(text.encode("ascii") + b"\r\n")

    return Mail
