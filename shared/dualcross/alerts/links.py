"""The addresses in a message; without a public address there is only the source's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from dualcross.alerts import tokens
from dualcross.model import Alert, Subscription
from dualcross.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Makes the links of one message."""

    base: str
    key: str
    now: datetime

    @classmethod
    def of(cls, settings: Settings, now: datetime) -> Links:
        """Return links that lead to the deployment's public address."""
        return cls(base=settings.public_url.rstrip("/"), key=settings.secret_key, now=now)

    @property
    def open(self) -> bool:
        """There is an address to lead to and a key to sign with."""
        return bool(self.base and self.key)

    def alert(self, alert: Alert, subscription: Subscription) -> dict[str, str]:
        """Return the links of one alert: source, record, right, wrong."""
        links = {}
        if alert.url and safe(alert.url):
            links["source"] = alert.url
        if self.open and alert.record_id:
            # Signed, because the pages of a deployment that others reach ask for a token which readers have not.
            links["record"] = self._signed("/v1/shared/record", "record", alert.record_id)
        if self.open:
            for verdict in ("right", "wrong"):
                extra = f"{verdict}/{subscription.id}"
                links[verdict] = self._signed("/v1/feedback", "feedback", alert.id, extra)
        return links

    def subscription(self, subscription: Subscription) -> dict[str, str]:
        """Return the links of the subscription: settings, unsubscribe (a page) and one_click (RFC 8058)."""
        if not self.open:
            return {}
        leave = self._signed("/v1/unsubscribe", "unsubscribe", subscription.id)
        return {
            "settings": self._signed("/v1/subscription", "manage", subscription.id),
            "unsubscribe": leave,
            "one_click": leave,
        }

    def feeds(self, subscription: Subscription) -> dict[str, str]:
        """Return the addresses at which the subscription's alerts are pulled, by the name of the form."""
        if not self.open:
            return {}
        return {
            name: self._signed(f"/v1/subscription/{path}", "feed", subscription.id)
            for name, path in (("Atom", "feed.atom"), ("JSON Feed", "feed.json"), ("iCalendar", "calendar.ics"))
        }

    def confirm(self, subscription: Subscription) -> dict[str, str]:
        """Return the link that ends the double opt-in."""
        return {"confirm": self._signed("/v1/confirm", "confirm", subscription.id)} if self.open else {}

    def _signed(self, path: str, scope: tokens.Scope, subject: str, extra: str = "") -> str:
        return f"{self.base}{path}?token={tokens.issue(self.key, scope, subject, self.now, extra=extra)}"


def safe(url: str) -> bool:
    """Tell whether an address of a source may become a link: only the web's own schemes."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not any(c in "\r\n\t\0 " for c in url)
