"""The register derived again from what is stored: records in the order they were read, and what analysts did."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime

from dualcross.deps import Understood
from dualcross.model import Article, Record
from dualcross.ports import Inbox, RegisterStore
from dualcross.register.roster import Shipped

_DAWN = datetime.min.replace(tzinfo=UTC)


def article_of(record: Record) -> Article:
    """Return the article that a record was made of."""
    return Article(
        url=record.url,
        title=record.title,
        text=record.text,
        published=record.published,
        language=record.language,
        source=record.source,
        author=record.author,
        official=record.official,
        stories=record.stories,
        attachments=record.attachments,
    )


def rebuild(
    records: Iterable[Record],
    inbox: Inbox | None,
    into: RegisterStore,
    shipped: Shipped,
    *,
    min_confidence: float = 0.6,
) -> int:
    """Fill an empty store by judging every record and act again, oldest first; return how many were judged.

    Records of one moment are taken in the order given. Acts that were undone are left out.
    """
    from dualcross.register import acts
    from dualcross.stages.record import decide

    done = [a for a in acts.history(inbox) if not a.undone] if inbox is not None else []
    by_record = {acts.record_id_of(act): act for act in done}
    count = 0
    for record in sorted(records, key=lambda r: r.read_at or _DAWN):
        now = record.read_at or _DAWN
        act = by_record.get(record.id)
        if act is not None:
            acts.apply(act, into, shipped, min_confidence=min_confidence)
        elif acts.is_act(record.id):
            continue
        else:
            decide(
                article_of(record),
                Understood(topics=record.topics, labels=record.labels, findings=record.findings),
                into,
                shipped,
                now,
                min_confidence=min_confidence,
                source_id=record.source_id,
                raw=record.raw,
                identity=record.id,
                imported=record.source_id == acts.IMPORT,
            )
        count += 1
    return count


def differences(one: RegisterStore, other: RegisterStore, subjects: Iterable[str]) -> tuple[str, ...]:
    """Name the subjects whose dossiers say different things; versions do not count."""
    wanted = tuple(dict.fromkeys(subjects))
    left, right = one.dossiers(wanted), other.dossiers(wanted)
    return tuple(
        s for s in wanted if dataclasses.replace(left[s], version=0) != dataclasses.replace(right[s], version=0)
    )
