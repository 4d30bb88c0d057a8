"""Signed links: who may do what to which subscription, until when; nothing is kept for them.

A token is `scope.subject.expires.extra.signature`, its parts in base64url. The signature covers the others, is
compared in constant time, and is checked before anything else is believed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from dualcross.errors import InputError
from dualcross.ports import Inbox
from dualcross.settings import Settings

Scope = Literal["confirm", "manage", "unsubscribe", "feedback", "feed", "record"]

#: how long a link of each scope works; mail is read late, and unsubscribing must not end before the mail does
LIFETIMES: dict[Scope, timedelta] = {
    "confirm": timedelta(days=7),
    "manage": timedelta(days=30),
    "feedback": timedelta(days=400),
    "unsubscribe": timedelta(days=1830),
    "feed": timedelta(days=1830),
    "record": timedelta(days=400),
}


class TokenError(InputError):
    """The link is not ours, is for something else, or has expired."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What a valid token says."""

    scope: Scope
    subject: str
    expires: datetime
    extra: str = ""


def issue(key: str, scope: Scope, subject: str, now: datetime, *, extra: str = "") -> str:
    """Return a token of that scope for the subject, valid from now for the scope's lifetime.

    It expires on a full day, so that the links of one day are the same, and a repeated message equals the first.
    """
    end = int((now + LIFETIMES[scope]).timestamp())
    end += -end % 86400
    body = ".".join((scope, _encode(subject.encode()), str(end), _encode(extra.encode())))
    return f"{body}.{_signature(key, body)}"


def verify(key: str, token: str, scope: Scope, now: datetime) -> Claim:
    """Return what the token claims; raises `TokenError` unless it is ours, of that scope, and not expired."""
    body, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_signature(key, body).encode(), signature.encode("utf-8", "replace")):
        raise TokenError("this link is not valid; ask for a new one")
    # From here on the parts are our own words.
    named, subject, end, extra = body.split(".")
    if named != scope:
        raise TokenError("this link is for something else")
    expires = datetime.fromtimestamp(int(end), tz=now.tzinfo)
    if now >= expires:
        raise TokenError("this link has expired; ask for a new one")
    return Claim(scope=scope, subject=_decode(subject), expires=expires, extra=_decode(extra))


def with_key(settings: Settings, store: Inbox) -> Settings:
    """Return the settings with a key: the one that was set, else one made once and kept in the store."""
    if settings.secret_key:
        return settings
    kept = store.facts("secret")
    if not kept:
        # Two first starts at once may both write; the lowest name wins for both from the next look on.
        store.put_fact("secret", secrets.token_hex(8), {"key": secrets.token_urlsafe(32)})
        kept = store.facts("secret")
    return replace(settings, secret_key=str(kept[0][1]["key"]))


def _signature(key: str, body: str) -> str:
    if not key:
        raise TokenError("no key to sign links with: set DUALCROSS_SECRET_KEY")
    inner = hmac.digest(key.encode(), b"links", "sha256")
    return _encode(hmac.digest(inner, body.encode("utf-8", "replace"), "sha256"))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError) as error:  # pragma: no cover - signed by us
        raise TokenError("this link is not valid; ask for a new one") from error
