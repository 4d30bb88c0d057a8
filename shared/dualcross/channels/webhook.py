"""Web hooks signed by the Standard Webhooks scheme (standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, Any

from dualcross.channels import http, secrets
from dualcross.errors import DeliveryPermanent, DualcrossError, InputError
from dualcross.model.messages import Message
from dualcross.ports import Clock
from dualcross.settings import Settings

if TYPE_CHECKING:
    import httpx

_PREFIX = "whsec_"
#: only these end an address: other refusals may be a deployment in progress at the receiver
_GONE = frozenset({410})


class Webhook:
    """POSTs a message as JSON, signed; `webhook-id` is the delivery id, the same on every attempt.

    Header and payload carry the attempt. A receiver that remembers ids for as long as retries last (a day) never
    acts twice. The signing secret is the one referred to by the subscription, else one derived for it.
    """

    name = "webhook"

    def __init__(self, settings: Settings, clock: Clock, *, client: httpx.Client | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._client = client

    def check(self, address: str) -> str:
        """Return the web address in normal form."""
        return http.check_url(address)

    def send(self, message: Message) -> str:
        """POST the message; the receipt is the receiver's request id where it names one."""
        subscription = message.subscription
        try:
            url = secrets.resolve(subscription.address, self._settings)
            key = signing_key(subscription.secret, subscription.id, self._settings)
        except DualcrossError as error:
            raise DeliveryPermanent(str(error)) from error
        body = http.json_body(payload(message))
        stamp = str(int(self._clock.now().timestamp()))
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": self._settings.user_agent,
            "webhook-id": message.delivery_id,
            "webhook-timestamp": stamp,
            "webhook-signature": sign(key, message.delivery_id, stamp, body),
            "webhook-attempt": str(message.attempt),
        }
        if self._client is None:
            self._client = http.client(self._settings)
        answer = http.post(self._client, url, body, headers, self._clock, gone=_GONE)
        return answer.headers.get("x-request-id", "")[:200]


def signing_secret(subscription_id: str, settings: Settings) -> str:
    """Return the secret derived for a subscription in the form receivers configure: `whsec_` and base64."""
    return _PREFIX + base64.b64encode(secrets.derived(settings.secret_key, f"webhook/{subscription_id}")).decode(
        "ascii"
    )


def signing_key(reference: str | None, subscription_id: str, settings: Settings) -> bytes:
    """Return the key bytes that sign for this subscription."""
    secret = secrets.resolve(reference, settings) if reference else signing_secret(subscription_id, settings)
    try:
        return decoded(secret)
    except InputError as error:
        raise DeliveryPermanent(f"the signing secret {error}") from None


def decoded(secret: str) -> bytes:
    """Return the key bytes of a secret as receivers write it; `InputError` where it is not written so."""
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise InputError(f"must be base64, with {_PREFIX} before it or without") from None


def sign(key: bytes, delivery_id: str, timestamp: str, body: bytes) -> str:
    """Return the value of `webhook-signature` for these bytes."""
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode("ascii")


def payload(message: Message) -> dict[str, Any]:
    """Return what the receiver gets: the alerts in their public form, and the message as text."""
    from dualcross.query.present import alert_json

    sent = message.sent_at
    return {
        "type": f"dualcross.{message.kind}",
        "timestamp": sent.isoformat() if sent else None,
        "data": {
            "delivery": message.delivery_id,
            "attempt": message.attempt,
            "subscription": message.subscription.id,
            "subject": message.subject,
            "text": message.text,
            "alerts": [alert_json(alert) for alert in message.alerts],
            "links": dict(message.links),
        },
    }
