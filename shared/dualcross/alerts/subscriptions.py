"""Subscriptions from the outside: every field checked, self-service by signed links, and nobody learns who reads."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from dualcross import channels
from dualcross.alerts import timing, tokens
from dualcross.alerts.ids import delivery_id
from dualcross.alerts.limits import Limits
from dualcross.channels import secrets
from dualcross.errors import InputError
from dualcross.model import OPERATOR_TRIGGERS, SUBSCRIBER_TRIGGERS, Delivery, Ladder, Subscription
from dualcross.ports import Clock, Store
from dualcross.settings import Settings

LADDERS: tuple[Ladder, ...] = ("reported", "corroborated", "confirmed")
_FIELDS = frozenset({
    "channel", "address", "query", "triggers", "language", "min_confidence", "min_ladder", "cadence", "quiet",
    "timezone", "cap", "always", "secret",
})  # fmt: skip
#: what one may change oneself; another channel or address is another subscription, to be confirmed anew
CHANGEABLE = _FIELDS - {"channel", "address", "secret"}
_LONGEST_QUERY = 500


class FieldError(InputError):
    """A field cannot be used; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.told = message


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What self-service works with; the settings hold the key that signs links."""

    store: Store
    settings: Settings
    clock: Clock


def make(fields: Mapping[str, Any], settings: Settings, clock: Clock, *, self_service: bool = False) -> Subscription:
    """Return the subscription these fields ask for; raises `FieldError` for the first one that cannot be used.

    Values may be text, as a form or a command line gives them. The id follows from who wants what: asking twice for
    the same gives the same subscription. `self_service` refuses channels and secrets that only an operator may name.
    """
    unknown = set(fields) - _FIELDS
    if unknown:
        raise FieldError(min(unknown), "there is no such field")
    channel = _text(fields, "channel", "email")
    allowed = channels.SELF_SERVICE if self_service else frozenset(channels.names())
    if channel not in allowed:
        raise FieldError("channel", f"must be one of {', '.join(sorted(allowed))}")
    address = _address(channel, _text(fields, "address", ""), settings, clock, self_service=self_service)
    secret = _text(fields, "secret", "")
    if secret and self_service and secrets.is_reference(secret):
        raise FieldError("secret", "must be the secret itself")
    if secret and channel == "webhook" and not secrets.is_reference(secret):
        from dualcross.channels.webhook import decoded

        _try("secret", decoded, secret)
    base = Subscription(id="", channel=channel, address=address, created=clock.now())
    asked = _checked(base, {k: v for k, v in fields.items() if k in CHANGEABLE}, self_service=self_service)
    return replace(
        asked,
        id=_name(asked, settings),
        address=_closed(channel, address, settings),
        secret=(secret if secrets.is_reference(secret) else secrets.seal(secret, settings.secret_key)) or None
        if secret
        else None,
    )


def sign_up(fields: Mapping[str, Any], client: str, desk: Desk) -> None:
    """Take a sign-up: the subscription waits for the link in the notice that is sent to its address.

    An address that has the subscription already is sent the link to its settings instead. Returns nothing, whether
    the address is new, waiting, subscribed or has had too many notices: who asks learns nothing of others. Raises
    `FieldError` for what cannot be used, `TooMany` for a client that asks too often.
    """
    limits = Limits(desk.store, desk.settings.secret_key, desk.clock.now())
    limits.client(client)
    wanted = make(fields, desk.settings, desk.clock, self_service=True)
    count = limits.address(_open(wanted, desk.settings))
    known = desk.store.subscription(wanted.id)
    if count is None:
        return
    there = known is not None and known.state in ("active", "paused")
    if not there:
        desk.store.put_subscription(replace(wanted, state="pending"))
    now = desk.clock.now()
    about = f"{'again' if there else 'confirm'}/{timing.hour(now).isoformat()}/{count}"
    notice = Delivery(
        id=delivery_id(about, wanted.id, wanted.channel, "notice"),
        alert_id=about,
        subscription_id=wanted.id,
        channel=wanted.channel,
        kind="notice",
        created=now,
    )
    desk.store.open([notice])


def holder(token: str, scope: tokens.Scope, desk: Desk) -> Subscription:
    """Return the subscription whose link this is; `TokenError` where the link or the subscription is no more."""
    claim = tokens.verify(desk.settings.secret_key, token, scope, desk.clock.now())
    subscription = desk.store.subscription(claim.subject)
    if subscription is None:
        raise tokens.TokenError("this subscription was deleted")
    return subscription


def confirm(token: str, desk: Desk) -> tuple[Subscription, str | None]:
    """End the double opt-in; return the subscription and, the first time, the secret a web hook is verified with.

    A second time changes nothing and shows no secret; a subscription that was ended since stays ended.
    """
    subscription = holder(token, "confirm", desk)
    if subscription.state != "pending":
        return subscription, None
    subscription = replace(subscription, state="active")
    desk.store.put_subscription(subscription)
    return subscription, signing_secret(subscription, desk.settings)


def signing_secret(subscription: Subscription, settings: Settings) -> str | None:
    """Return the secret that a web hook's receiver verifies with, to be shown when it is made and never again.

    None for other channels, and where the subscriber brought a secret of one's own.
    """
    if subscription.channel != "webhook" or subscription.secret:
        return None
    from dualcross.channels import webhook

    return webhook.signing_secret(subscription.id, settings)


def change(token: str, fields: Mapping[str, Any], desk: Desk) -> Subscription:
    """Change what one may change oneself; raises `FieldError` for the rest."""
    subscription = holder(token, "manage", desk)
    unknown = set(fields) - CHANGEABLE
    if unknown:
        raise FieldError(min(unknown), "cannot be changed; sign up anew for another channel or address")
    changed = _checked(subscription, fields, self_service=True)
    desk.store.put_subscription(changed)
    return changed


def set_state(token: str, state: Literal["active", "paused"], desk: Desk) -> Subscription:
    """Pause or resume; one that is pending or ended stays so. What was held meanwhile comes after resuming."""
    subscription = holder(token, "manage", desk)
    if subscription.state in ("active", "paused"):
        subscription = replace(subscription, state=state)
        desk.store.put_subscription(subscription)
        desk.store.remove_fact("parked", subscription.id)
    return subscription


def unsubscribe(token: str, desk: Desk) -> Subscription | None:
    """End the subscription at once; a second time changes nothing, and a deleted one is a success too."""
    claim = tokens.verify(desk.settings.secret_key, token, "unsubscribe", desk.clock.now())
    subscription = desk.store.subscription(claim.subject)
    if subscription and subscription.state != "ended":
        desk.store.put_subscription(replace(subscription, state="ended"))
    return subscription


def export(token: str, desk: Desk) -> dict[str, Any]:
    """Return all that is kept of a subscriber, as plain data; secrets stay masked."""
    subscription = holder(token, "manage", desk)
    shown = public(subscription)
    if subscription.channel not in channels.SECRET_ADDRESSES:
        shown["address"] = subscription.address
    deliveries = desk.store.deliveries(subscription_id=subscription.id)
    return {
        "subscription": shown,
        "deliveries": [
            {
                "id": one.id,
                "alert": one.alert_id,
                "kind": one.kind,
                "state": one.state,
                "created": one.created.isoformat() if one.created else None,
                "settled": one.settled.isoformat() if one.settled else None,
            }
            for one in deliveries
        ],
        "feedback": [dict(value) for _, value in desk.store.facts("feedback") if _by(value, subscription.id)],
    }


def delete(token: str, desk: Desk) -> Subscription:
    """Forget a subscriber: the subscription with its address, and what it said of alerts loses its name."""
    subscription = holder(token, "manage", desk)
    for key, value in desk.store.facts("feedback"):
        if _by(value, subscription.id):
            # The answer itself is a labelled example of the news, not of the person.
            desk.store.put_fact(
                "feedback",
                f"{key.rpartition('/')[0]}/{_anonymous(subscription.id)}",
                dict(value) | {"subscription": None},
            )
            desk.store.remove_fact("feedback", key)
    desk.store.remove_fact("parked", subscription.id)
    desk.store.remove_subscription(subscription.id)
    return subscription


def public(subscription: Subscription) -> dict[str, Any]:
    """Return a subscription as it may be shown: the address masked, the secret only as there or not."""
    return {
        "id": subscription.id,
        "channel": subscription.channel,
        "address": channels.mask(subscription.channel, subscription.address),
        "query": subscription.query,
        "triggers": list(subscription.triggers),
        "language": subscription.language,
        "min_confidence": subscription.min_confidence,
        "min_ladder": subscription.min_ladder,
        "cadence": subscription.cadence,
        "quiet": subscription.quiet,
        "timezone": subscription.timezone,
        "cap": subscription.cap,
        "always": subscription.always,
        "state": subscription.state,
        "created": subscription.created.isoformat() if subscription.created else None,
        "secret": subscription.secret is not None,
    }


def _checked(base: Subscription, fields: Mapping[str, Any], *, self_service: bool) -> Subscription:
    """Return the subscription with these fields, each of them valid, the others as they were."""
    triggers = SUBSCRIBER_TRIGGERS if self_service else (*SUBSCRIBER_TRIGGERS, *OPERATOR_TRIGGERS)
    cadence = _text(fields, "cadence", base.cadence)
    quiet = _text(fields, "quiet", base.quiet)
    timezone = _text(fields, "timezone", base.timezone)
    _try("cadence", timing.cadence, cadence)
    _try("quiet", timing.quiet_hours, quiet)
    _try("timezone", timing.zone, timezone)
    return replace(
        base,
        query=_query(_text(fields, "query", base.query)),
        triggers=_triggers(fields.get("triggers", base.triggers), triggers),
        language=cast("Literal['zh', 'en']", _one_of(fields, "language", base.language, ("zh", "en"))),
        min_confidence=_number(fields, "min_confidence", base.min_confidence, 0.0, 1.0),
        min_ladder=cast("Ladder", _one_of(fields, "min_ladder", base.min_ladder, LADDERS)),
        cap=int(_number(fields, "cap", base.cap, 0, 1000)),
        always=_flag(fields.get("always", base.always)),
        cadence=cadence,
        quiet=quiet,
        timezone=timezone,
    )


def _address(channel: str, address: str, settings: Settings, clock: Clock, *, self_service: bool) -> str:
    if len(address) > 2000:
        raise FieldError("address", "is too long")
    if self_service and secrets.is_reference(address):
        # A reference would let a stranger have this machine's secrets sent somewhere.
        raise FieldError("address", "must be the address itself")
    return str(_try("address", channels.get(channel, settings, clock).check, address))


def _closed(channel: str, address: str, settings: Settings) -> str:
    if channel in channels.SECRET_ADDRESSES and not secrets.is_reference(address):
        return secrets.seal(address, settings.secret_key)
    return address


def _open(subscription: Subscription, settings: Settings) -> str:
    return f"{subscription.channel}/{secrets.resolve(subscription.address, settings)}"


def _name(subscription: Subscription, settings: Settings) -> str:
    parts = [subscription.channel, subscription.address, subscription.query, ",".join(sorted(subscription.triggers))]
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(f"subscriptions/{settings.secret_key}".encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def _query(text: str) -> str:
    from dualcross.query import parse

    if len(text) > _LONGEST_QUERY:
        raise FieldError("query", f"must be at most {_LONGEST_QUERY} characters")
    _try("query", parse, text)
    return text.strip()


def _triggers(value: Any, allowed: tuple[str, ...]) -> tuple[str, ...]:
    given = value.replace(",", " ").split() if isinstance(value, str) else value
    names = [str(one) for one in given] if isinstance(given, (list, tuple)) else []
    wrong = [name for name in names if name not in allowed]
    if wrong or not names:
        raise FieldError("triggers", f"must be some of {', '.join(allowed)}")
    return tuple(name for name in allowed if name in names)


def _text(fields: Mapping[str, Any], key: str, default: str) -> str:
    value = fields.get(key, default)
    # Half a character can be stored and sent nowhere.
    if not isinstance(value, str) or any(ord(c) < 32 or "\ud800" <= c <= "\udfff" for c in value):
        raise FieldError(key, "must be one line of text")
    return value.strip()


def _one_of(fields: Mapping[str, Any], key: str, default: str, allowed: tuple[str, ...]) -> str:
    value = fields.get(key, default)
    if value not in allowed:
        raise FieldError(key, f"must be one of {', '.join(allowed)}")
    return str(value)


def _number(fields: Mapping[str, Any], key: str, default: float, low: float, high: float) -> float:
    try:
        value = float(fields.get(key, default))
    except (TypeError, ValueError):
        value = float("nan")
    if not low <= value <= high:
        raise FieldError(key, f"must be a number from {low:g} to {high:g}")
    return value


def _flag(value: Any) -> bool:
    if value in (True, "true", "on", "yes", "1"):
        return True
    if value in (False, "false", "off", "no", "0", ""):
        return False
    raise FieldError("always", "must be yes or no")


def _try(field: str, check: Any, value: str) -> Any:
    try:
        return check(value)
    except FieldError:
        raise
    except InputError as error:
        raise FieldError(field, str(error)) from error


def _by(value: Mapping[str, object], subscription_id: str) -> bool:
    return value.get("subscription") == subscription_id


def _anonymous(subscription_id: str) -> str:
    return hashlib.sha256(f"forgotten/{subscription_id}".encode()).hexdigest()[:16]


def stale(subscription: Subscription, now: datetime) -> bool:
    """Tell whether a sign-up was never confirmed in the time its link worked, and may be forgotten."""
    age = tokens.LIFETIMES["confirm"] + timedelta(days=1)
    return (
        subscription.state == "pending"
        and bool(subscription.created)
        and now - cast("datetime", subscription.created) > age
    )
