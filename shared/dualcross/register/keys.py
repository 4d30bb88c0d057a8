"""Identities: of dossiers, of events and of alerts. They are derived, so that anyone who derives them again agrees."""

from __future__ import annotations

import hashlib

PROGRAMME = "dual-cross"


def platform_subject(platform_id: str) -> str:
    """Name the dossier of a platform."""
    return f"platform:{platform_id}"


def region_subject(code: str) -> str:
    """Name the dossier of a province."""
    return f"region:{code}"


def round_subject(round_: str) -> str:
    """Name the dossier of a selection year."""
    return f"round:{round_}"


def deadline_subject(day: str) -> str:
    """Name the dossier of the filing deadlines that fall on one day."""
    return f"deadline:{day}"


def policy_subject(genre: str, which: str) -> str:
    """Name the dossier of the documents of one genre for the same years, or of one title without years."""
    return f"policy:{genre}:{which}"


def index_subject(genre: str) -> str:
    """Name the dossier that tells where every recent document of a genre stands."""
    return f"policy:index:{genre}"


def number_subject(number: str) -> str:
    """Name the dossier that tells where the documents of one number stand."""
    return f"policy:number:{number}"


def event_key(kind: str, round_: str | None, subject: str, turn: int = 1) -> str:
    """Return the identity of an event: programme, kind, round and subject; later turns of the same are counted."""
    key = f"{PROGRAMME}/{kind}/{round_ or '-'}/{subject}"
    return key if turn == 1 else f"{key}/{turn}"


def alert_id(trigger: str, event: str, *, confirmed: bool) -> str:
    """Return the identity of an alert: what is told of which event, first or confirmed."""
    return digest("alert", trigger, "confirmed" if confirmed else "first", event)[:32]


def record_id(
    canonical_url: str | None, content_hash: str, source: str | None = None, *, official: bool = False
) -> str:
    """Return the identity of a record: its address; where it has none, its content and who published it."""
    return digest("record", canonical_url or f"{content_hash} {source or ''} {official}")[:32]


def content_hash(title: str, text: str) -> str:
    """Return the hash by which an edited page is noticed."""
    return digest(title, text)


def digest(*parts: str) -> str:
    """Return the sha256 of the parts in hex; parts cannot run into each other."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
