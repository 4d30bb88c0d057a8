"""A deployment to look at: pages served on loopback, mails taken by a real SMTP server, time that stands still."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from typing import Any

import uvicorn
from tests.channels.smtp import server as smtp_server

from dualcross import channels, flow
from dualcross.clock import FakeClock
from dualcross.deps import Deps
from dualcross.model import Command, Digest, FanOut
from dualcross.ports import Store
from dualcross.query.engine import StoreReadModel
from dualcross.settings import Settings
from dualcross.stores.archive import MemoryArchive
from dualcross.testing import FakeSite
from dualcross.web import create_app

#: what a Chromium is called where there is one
NAMES = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")


def chromium() -> str | None:
    """Return the path of a Chromium, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass
class Stand:
    """The product with its doors: `url` for a browser, `mails` as they came in, `run` for what a queue would carry."""

    store: Store
    clock: FakeClock
    settings: Settings
    url: str
    inbox: Any
    deps: Deps = field(init=False)

    def __post_init__(self) -> None:
        known: dict[str, Any] = {}

        def channel(name: str) -> Any:
            return known.setdefault(name, channels.get(name, self.settings, self.clock))

        self.deps = Deps(
            settings=self.settings,
            clock=self.clock,
            store=self.store,
            archive=MemoryArchive(),
            fetcher=FakeSite(pages={}),
            parse_source=lambda *_: (),
            read_page=lambda *_: None,  # type: ignore[arg-type, return-value]
            understand=lambda *_: None,  # type: ignore[arg-type, return-value]
            channel=channel,
        )

    @property
    def mails(self) -> list[EmailMessage]:
        """Every mail, in the order in which they came."""
        return [mail for _, mail in self.inbox.mails]

    def run(self, *commands: Command) -> None:
        """Run the commands and all that follows at once."""
        queue = list(commands)
        while queue:
            command = queue.pop(0)
            if not command.delay:
                queue += flow.handle(command, self.deps)

    def tell(self, alert_ids: Sequence[str]) -> None:
        """Tell of these alerts whoever wants them, and send what is due."""
        self.run(FanOut(alert_ids=tuple(alert_ids)), Digest())


@contextmanager
def stand(store: Store, clock: FakeClock, *, public: str = "", **settings: Any) -> Iterator[Stand]:
    """Serve the store; links lead to the server itself, unless `public` says where else."""
    with smtp_server() as (inbox, smtp), socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        made = Settings(
            secret_key="the key of the browser tests",
            public_url=public or url,
            smtp_url=smtp,
            mail_from="dualcross <alerts@example.org>",
        )
        one = Stand(store, clock, replace(made, **settings), url, inbox)
        app = create_app(StoreReadModel(store, clock), one.deps)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield one
        finally:
            server.should_exit = True
            thread.join()


def text_of(mail: EmailMessage, kind: str = "html") -> str:
    """Return a part of a mail."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())
