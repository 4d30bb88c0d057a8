"""What subscribers say of alerts: right or wrong, kept as labelled examples."""

from __future__ import annotations

from typing import Any

from dualcross.alerts import tokens
from dualcross.alerts.subscriptions import Desk
from dualcross.errors import InputError
from dualcross.model import Alert
from dualcross.ports import Store

VERDICTS = ("right", "wrong")
_NOTE = 1000


def claim(token: str, desk: Desk) -> tuple[str, str, str]:
    """Return alert id, verdict and subscription id of a feedback link."""
    found = tokens.verify(desk.settings.secret_key, token, "feedback", desk.clock.now())
    verdict, _, subscription_id = found.extra.partition("/")
    if verdict not in VERDICTS:
        raise tokens.TokenError("this link is not valid")
    return found.subject, verdict, subscription_id


def give(token: str, desk: Desk, *, note: str = "") -> str:
    """Keep the answer and return the verdict; a later answer of the same subscriber replaces the earlier one."""
    alert_id, verdict, subscription_id = claim(token, desk)
    alert = desk.store.alert(alert_id)
    if alert is None:
        raise InputError("this alert is gone")
    value = example(alert, desk.store) | {
        "verdict": verdict,
        "subscription": subscription_id,
        "note": " ".join(note.split())[:_NOTE],
        "at": desk.clock.now().isoformat(),
    }
    desk.store.put_fact("feedback", f"{alert_id}/{subscription_id}", value)
    return verdict


def example(alert: Alert, store: Store) -> dict[str, Any]:
    """Return what the answer is about, as it is kept beside it."""
    record = store.record(alert.record_id) if alert.record_id else None
    return {
        "alert": alert.id,
        "trigger": alert.trigger,
        "event": alert.event,
        "subject": alert.subject.name or alert.subject.title or alert.subject.what or alert.subject.id,
        "stage": alert.stage,
        "by": alert.by,
        "confidence": alert.confidence,
        "record": alert.record_id,
        "url": alert.url,
        "title": record.title if record else alert.title,
        "quotes": list(alert.quotes),
    }


def listed(store: Store) -> list[dict[str, Any]]:
    """Return every answer, the newest first, as `dualcross feedback` prints them."""
    answers = [dict(value) for _, value in store.facts("feedback")]
    return sorted(answers, key=lambda one: str(one.get("at", "")), reverse=True)


def labelled(answer: dict[str, Any], store: Store) -> dict[str, Any]:
    """Return an answer with the article it is about, so that training and review can use it without the store."""
    record = store.record(str(answer.get("record") or ""))
    if record is None:
        return answer | {"article": None}
    article = {
        "title": record.title,
        "text": record.text,
        "lang": record.language,
        "source": record.source,
        "official": record.official,
        "published": record.published,
        "labels": list(record.labels),
    }
    return answer | {"article": article}
