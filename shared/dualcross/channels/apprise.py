"""Everything else, through the Apprise library (`pip install dualcross[apprise]`)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from dualcross.channels import secrets
from dualcross.errors import ConfigError, DeliveryPermanent, DeliveryTemporary, InputError
from dualcross.model.messages import Message
from dualcross.ports import Clock
from dualcross.settings import Settings

if TYPE_CHECKING:
    import httpx


class Apprise:
    """Sends plain text to an Apprise address; for operators only, since such an address may lead anywhere.

    Apprise tells success from failure and nothing else, so every failure is tried again until attempts run out.
    """

    name = "apprise"

    def __init__(self, settings: Settings, clock: Clock, *, client: httpx.Client | None = None) -> None:
        del clock, client
        self._settings = settings

    def check(self, address: str) -> str:
        """Return the address where Apprise knows its kind."""
        try:
            self._open(secrets.resolve(address.strip(), self._settings))
        except (ConfigError, DeliveryPermanent) as error:
            raise InputError(str(error)) from error
        return address.strip()

    def send(self, message: Message) -> str:
        """Hand the message to Apprise."""
        try:
            target = self._open(secrets.resolve(message.subscription.address, self._settings))
        except ConfigError as error:
            raise DeliveryPermanent(str(error)) from error
        if not target.notify(title=message.subject, body=message.text, body_format="text"):
            raise DeliveryTemporary("Apprise could not hand the message over")
        return ""

    def _open(self, address: str) -> Any:
        try:
            import apprise
        except ImportError:
            raise ConfigError("the apprise channel needs: pip install 'dualcross[apprise]'") from None
        # Its log names addresses, and those hold passwords.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        target = apprise.Apprise()
        if not target.add(address):
            raise DeliveryPermanent("Apprise does not know this kind of address")
        return target
