"""Every access pattern of the table, and the keys that serve it: nothing else may read or write it.

One table, on demand. `pk`, `sk` find an item; three sparse indexes of keys only list what has no key yet: `listing`
(kind, day → at) records, alerts and deliveries by day, `work` (work → at) deliveries that wait for somebody, `owner`
(owner → at) the deliveries of one subscription. No pattern scans. Writes spread: items by the hash of their address,
records, alerts and deliveries by their own, sources and subscriptions over `SHARDS` partitions. What lists by day
writes to one partition of an index, at the rate of what is read in that day; a thousand a second is its bound.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

SHARDS = 8

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way in: which method of the store uses it, by which key, and what one call costs.

    `calls` counts requests in the plain case (small items, nobody in the way); `reads` and `writes` are request units,
    of 4 KB read strongly and 1 KB written, indexes included.
    """

    method: str
    does: str
    key: str
    index: str
    calls: int
    reads: float
    writes: float


#: s sources, i items, n results, d dossiers, a alerts, c deliveries
PATTERNS: tuple[Pattern, ...] = (
    Pattern("put_source", "add or replace a source", "SRC#<shard>, <id>", "-", 1, 0, 1),
    Pattern("source", "one source and its state", "SRC#<shard>, <id>", "-", 1, 1, 0),
    Pattern("remove_source", "what is pending, then itself", "PEND#<source>; SRC#<shard>, <id>", "-", 2, 1, 1),
    Pattern("sources", "all sources: one query a shard, 4 KB a unit", "SRC#<shard>", "-", SHARDS, SHARDS / 2, 0),
    Pattern("due", "due sources: one query a shard, 4 KB half a unit", "SRC#<shard>", "-", SHARDS, SHARDS / 2, 0),
    Pattern("commit_poll", "nothing new: the state, then what is pending", "SRC#…; PEND#<source>", "-", 2, 0.5, 1),
    Pattern("commit_polls", "each poll like one alone", "SRC#…; PEND#<source>", "-", 2, 0.5, 1),
    Pattern(
        "commit_poll.item", "each new item: pending, then seen", "PEND#<source>; SEEN#<hash of url>", "-", 2, 0.5, 2
    ),
    Pattern("read_done", "take an item off", "SEEN#<hash of url>; PEND#<source>", "-", 2, 1, 1),
    Pattern("dossiers", "the dossiers of an article: one batch", "D#<kind>, <subject>", "-", 1, 1, 0),
    Pattern("learned", "the platforms; queried when the version has moved", "META, register", "-", 1, 1, 0),
    Pattern("commit", "a record that changes nothing else", "R#<id>", "listing", 2, 1, 2),
    Pattern("commit.cell", "each dossier or alert beside it: staged, then applied", "D#…, A#…", "listing", 2, 0, 2),
    Pattern("record", "one record", "R#<id>", "-", 1, 1, 0),
    Pattern("alert", "one alert", "A#<id>", "-", 1, 1, 0),
    Pattern("records", "newest first: days, then keys, then a batch", "kind=record, day, at", "listing", 3, 2, 0),
    Pattern("alerts", "newest first", "kind=alert, day, at", "listing", 3, 2, 0),
    Pattern("events", "every dossier, by kind", "D#<kind>", "-", 2, 2, 0),
    Pattern("every_dossier", "every dossier, by kind", "D#<kind>", "-", 2, 2, 0),
    Pattern("restore", "a dossier as it was", "D#<kind>, <subject>; META, register", "-", 2, 0, 2),
    Pattern("put_subscription", "with the counter of changes", "SUB#<shard>, <id>; META", "-", 1, 0, 4),
    Pattern("subscription", "one subscription", "SUB#<shard>, <id>", "-", 1, 1, 0),
    Pattern("subscriptions", "all: one query a shard", "SUB#<shard>", "-", SHARDS, SHARDS, 0),
    Pattern("subscriptions_version", "how often they changed", "META, subscriptions", "-", 1, 1, 0),
    Pattern("remove_subscription", "its deliveries, then itself", "owner; SUB#<shard>, <id>; META", "owner", 2, 1, 4),
    Pattern("open", "100 deliveries: who is there, then one transaction", "V#<id>", "listing, owner, work", 2, 1, 5),
    Pattern("claim", "take one delivery", "V#<id>", "-", 2, 1, 1),
    Pattern("settle", "write its outcome", "V#<id>", "work", 2, 1, 2),
    Pattern("delivery", "one delivery", "V#<id>", "-", 1, 1, 0),
    Pattern("deliveries.state", "all but sent ones: keys, then a batch", "work, at", "work", 2, 2, 0),
    Pattern("deliveries.subscription", "of one subscription", "owner, at", "owner", 2, 2, 0),
    Pattern("deliveries", "all, oldest first", "kind=delivery, day, at", "listing", 3, 2, 0),
    Pattern("finish", "settle a held one", "V#<id>", "work", 2, 1, 2),
    Pattern("release", "make a held, failed or dead one pending", "V#<id>", "work", 2, 1, 2),
    Pattern("put_fact", "add or replace a fact", "F#<kind>, =<key>", "-", 1, 0, 1),
    Pattern("facts", "all of a kind", "F#<kind>", "-", 1, 1, 0),
    Pattern("remove_fact", "delete a fact", "F#<kind>, =<key>", "-", 1, 0, 1),
)


def fit(text: str, room: int = 200) -> str:
    """Return the text as part of a key: itself, or its head and hash where it is too long for one."""
    if len(text.encode("utf-8")) <= room:
        return text
    return text.encode("utf-8")[:80].decode("utf-8", "ignore") + "~" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def shard(text: str) -> int:
    """Return the partition, of `SHARDS`, that the text belongs to."""
    return hashlib.sha256(text.encode("utf-8")).digest()[0] % SHARDS


def source(source_id: str) -> Key:
    """Return the key of a source and its state."""
    return f"SRC#{shard(source_id)}", "=" + fit(source_id)


def pending(source_id: str, url: str) -> Key:
    """Return the key of an item that waits to be read."""
    return "PEND#" + fit(source_id), hashlib.sha256(url.encode("utf-8")).hexdigest()[:40]


def seen(url: str) -> Key:
    """Return the key of the mark that an address was met."""
    return "SEEN#" + hashlib.sha256(url.encode("utf-8")).hexdigest()[:40], "-"


def host(name: str) -> Key:
    """Return the key of the turn with a host."""
    return "HOST#" + fit(name), "-"


def dossier(subject: str) -> Key:
    """Return the key of a dossier; those of a kind lie together."""
    return "D#" + fit(kind(subject)), "=" + fit(subject)


def kind(subject: str) -> str:
    """Return the kind of a subject: what stands before the colon."""
    return subject.partition(":")[0]


def record(record_id: str) -> Key:
    """Return the key of a record."""
    return "R#" + fit(record_id), "-"


def alert(alert_id: str) -> Key:
    """Return the key of an alert."""
    return "A#" + fit(alert_id), "-"


def subscription(subscription_id: str) -> Key:
    """Return the key of a subscription."""
    return f"SUB#{shard(subscription_id)}", "=" + fit(subscription_id)


def delivery(delivery_id: str) -> Key:
    """Return the key of a delivery."""
    return "V#" + fit(delivery_id), "-"


def fact(fact_kind: str, key: str) -> Key:
    """Return the key of a fact."""
    return "F#" + fit(fact_kind), "=" + fit(key)


def commit(commit_id: str) -> Key:
    """Return the key of the item that makes a commit stand."""
    return "X#" + commit_id, "-"


def meta(name: str) -> Key:
    """Return the key of a note the store keeps for itself."""
    return "META", name


def moment(when: datetime | None) -> str:
    """Return a moment as text that sorts by time; none comes first."""
    return when.astimezone(UTC).isoformat(timespec="microseconds") if when else "0000"


def day(when: datetime | None) -> str:
    """Return the day of a moment, as the listing has it."""
    return moment(when)[:10]
