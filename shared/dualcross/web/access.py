"""Who may read what: tokens with a role, of which only hashes are kept. The same embedded and on AWS.

reader     records, events, register, policies, alerts, feeds, exports
analyst    also the sources and how they fare
operator   also deliveries, which tell of people

A token comes as `Authorization: Bearer …`, or as the password of HTTP Basic, which browsers and feed readers know.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import HTTPException, Request

from dualcross.errors import InputError
from dualcross.ports import Clock, Inbox

ROLES = ("reader", "analyst", "operator")
PREFIX = "dcx_"
#: what more than `reader` is asked for, by how the path begins
_NEEDS = (("/v1/deliveries", "operator"), ("/v1/sources", "analyst"))
_KIND = "token"
#: seconds that a token which was revoked may still work in a process
_REMEMBERED = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token as it is kept."""

    name: str
    role: str
    created: str


def create(inbox: Inbox, name: str, role: str, now: datetime) -> str:
    """Keep a new token under the name, and return it: the only time it can be seen."""
    if role not in ROLES:
        raise InputError(f"no role {role!r}: there are {', '.join(ROLES)}")
    if not name or any(token.name == name for token in tokens(inbox)):
        raise InputError(f"a token needs a name of its own, not {name!r}")
    text = PREFIX + secrets.token_urlsafe(32)
    inbox.put_fact(_KIND, _hash(text), {"name": name, "role": role, "created": now.isoformat()})
    return text


def tokens(inbox: Inbox) -> tuple[Token, ...]:
    """Return every token, by name."""
    found = [
        Token(name=str(fact["name"]), role=str(fact["role"]), created=str(fact["created"]))
        for _, fact in inbox.facts(_KIND)
    ]
    return tuple(sorted(found, key=lambda token: token.name))


def revoke(inbox: Inbox, name: str) -> bool:
    """Forget the token of that name; False where there is none."""
    gone = [key for key, fact in inbox.facts(_KIND) if fact["name"] == name]
    for key in gone:
        inbox.remove_fact(_KIND, key)
    return bool(gone)


def guard(inbox: Inbox, clock: Clock) -> Callable[[Request], None]:
    """Return the dependency that lets a request through or raises 401 or 403."""
    known: dict[str, str] = {}
    looked = float("-inf")

    def role_of(text: str) -> str | None:
        nonlocal known, looked
        now = clock.monotonic()
        hashed = _hash(text)
        if now - looked >= _REMEMBERED or hashed not in known:
            known = {key: str(fact["role"]) for key, fact in inbox.facts(_KIND)}
            looked = now
        return known.get(hashed)

    def check(request: Request) -> None:
        given = _given(request.headers.get("Authorization", ""))
        role = role_of(given) if given.startswith(PREFIX) else None
        if role is None:
            challenge = {"WWW-Authenticate": 'Basic realm="dualcross: any name, and a token as password"'}
            raise HTTPException(401, "a token is needed: `dualcross token create NAME --role reader`", challenge)
        needed = next((need for path, need in _NEEDS if request.url.path.startswith(path)), "reader")
        if ROLES.index(role) < ROLES.index(needed):
            raise HTTPException(403, f"this needs the role {needed}, and the token has {role}")

    return check


def _given(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _hash(text: str) -> str:
    # A token has 256 random bits: a plain hash cannot be guessed, and needs no salt.
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
