"""Prints messages on the terminal of whoever runs dualcross."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING

from dualcross.model.messages import Message
from dualcross.ports import Clock
from dualcross.settings import Settings

if TYPE_CHECKING:
    import httpx


class Console:
    """Writes the text of a message to standard output, control characters made visible."""

    name = "console"

    def __init__(self, settings: Settings, clock: Clock, *, client: httpx.Client | None = None) -> None:
        del settings, clock, client

    def check(self, address: str) -> str:
        """Return the address as it is: a terminal has none."""
        return address.strip() or "-"

    def send(self, message: Message) -> str:
        """Print the message; it is told when it is printed."""
        sys.stdout.write(_visible(f"{message.subject}\n{message.text}\n"))
        sys.stdout.flush()
        return ""


def _visible(text: str) -> str:
    # A page must not be able to move the cursor or recolour the reader's terminal.
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf") else "\ufffd" for c in text)
