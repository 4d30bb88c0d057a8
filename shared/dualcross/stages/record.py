"""Decide what one article changes and commit it as one; read again and decide again where the register moved on."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime

from dualcross.deps import Understood
from dualcross.errors import StoreConflict
from dualcross.model import Article, Membership, Record
from dualcross.ports import Commit, Committed, Dossier, RegisterStore
from dualcross.register import Shipped, Verdict, further, judge, seeks_learned, subjects
from dualcross.register.keys import content_hash, platform_subject, record_id

#: decisions before a conflict is left to the queue's own retry; each loses only to an article that was committed
ATTEMPTS = 40


def decide(  # noqa: PLR0913 (what a read brings along is stored as it came)
    article: Article,
    understood: Understood,
    store: RegisterStore,
    shipped: Shipped,
    now: datetime,
    *,
    min_confidence: float = 0.6,
    source_id: str | None = None,
    raw: str | None = None,
    backfill: bool = False,
    imported: bool = False,
    identity: str | None = None,
) -> Committed:
    """Judge the article against the register and commit record, dossiers and alerts; doing it again changes nothing.

    `identity` is the record's id where it has one already; `imported` see `judge`. Raises `StoreConflict` only
    where the register kept moving for `ATTEMPTS` decisions.
    """
    hashed = content_hash(article.title, article.text)
    url = article.canonical_url or article.url
    identity = identity or record_id(url, hashed, article.source, official=article.official)
    for attempt in range(ATTEMPTS):
        prior = store.record(identity)
        verdict = judge(
            article,
            understood,
            record_id=identity,
            dossiers=load(article, understood, store, shipped, prior),
            shipped=shipped,
            now=now,
            min_confidence=min_confidence,
            backfill=backfill,
            imported=imported,
        )
        record = _record(article, understood, verdict, prior, identity, hashed)
        record = dataclasses.replace(record, source_id=source_id, raw=raw, read_at=now)
        commit = Commit(
            record=record, dossiers=verdict.dossiers, alerts=verdict.alerts, corrections=verdict.corrections
        )
        try:
            return store.commit(commit)
        except StoreConflict:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def load(
    article: Article,
    understood: Understood,
    store: RegisterStore,
    shipped: Shipped,
    prior: Record | None = None,
) -> Mapping[str, Dossier]:
    """Load every dossier that judging the article can touch: those it names, then those these lead to."""
    names = list(subjects(article, understood, shipped))
    if prior is not None:
        names += [platform_subject(f.platform.id) for f in prior.findings if isinstance(f, Membership)]
    learned = store.learned() if seeks_learned(article, understood) else ()
    if not names and not learned:
        return {}
    dossiers = dict(store.dossiers(tuple(dict.fromkeys(names)))) if names else {}
    more = further(article, understood, dossiers, learned)
    while more:
        dossiers |= store.dossiers(more)
        more = further(article, understood, dossiers)
    return dossiers


def _record(
    article: Article, understood: Understood, verdict: Verdict, prior: Record | None, identity: str, hashed: str
) -> Record:
    earlier = prior.alerts if prior is not None and prior.content_hash != hashed else ()
    taken_back = {alert for alert, _, _ in verdict.corrections}
    alerts = {a.id: a for a in (*earlier, *verdict.alerts) if a.id not in taken_back}
    return Record(
        id=identity,
        url=article.url,
        title=article.title,
        published=article.published,
        language=article.language,
        source=article.source,
        official=article.official,
        text=article.text,
        labels=understood.labels,
        topics=understood.topics,
        findings=verdict.findings,
        alerts=tuple(alerts.values()),
        candidates=verdict.candidates,
        stories=article.stories,
        author=article.author,
        content_hash=hashed,
        attachments=article.attachments,
    )
