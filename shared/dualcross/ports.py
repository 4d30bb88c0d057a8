"""The ports: what the flow asks of the world. The docstrings are the law; `tests/contracts` holds every store to it.

For all of them: moments are aware and in UTC; a naive one is a bug and raises `ValueError`. Text is any Unicode
text without lone surrogates. Back-end faults raise `StoreUnavailable` (retry) or another `StoreError`, with the
cause; bugs stay raw. Calling a writing method twice with the same arguments leaves the same state as once.
Tuples come in the order stated; where none is stated, in no order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dualcross.model import (
    Alert,
    Command,
    Conditions,
    Delivery,
    DeliveryState,
    Event,
    Fetched,
    Item,
    Record,
    Ref,
    Region,
    Source,
    SourceState,
    Subscription,
)
from dualcross.model.messages import Message


class Clock(Protocol):
    """Tells the time; nothing else does."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        ...


class Fetcher(Protocol):
    """Makes one polite, guarded GET."""

    def get(self, url: str, conditions: Conditions) -> Fetched:
        """Return the answer (200 with a body, or 304); raises a `FetchError` for everything else.

        Follows redirects, each checked by the guard. At most one request per host is in flight.
        """
        ...


class Archive(Protocol):
    """Raw bytes by content hash, for replay."""

    def put(self, body: bytes, *, url: str, fetched: datetime) -> str:
        """Keep the bytes, compressed, and return their sha256 in hex; the same bytes are kept once."""
        ...

    def get(self, digest: str) -> bytes | None:
        """Return the bytes, None where they are gone."""
        ...

    def since(self, moment: datetime) -> Iterator[tuple[str, str, datetime]]:
        """Yield (digest, url, fetched) of everything put at or after the moment, oldest first."""
        ...

    def expire(self, before: datetime) -> int:
        """Drop what was put before the moment and return how many went."""
        ...


class Hosts(Protocol):
    """Turns with hosts, for workers that share nothing but a store."""

    def take(self, host: str, holder: str, *, now: datetime, until: datetime) -> bool:
        """Take a host until the moment given; False while another holder has it. The same holder may take it again."""
        ...

    def give_back(self, host: str, holder: str) -> None:
        """End a turn early; nothing happens where the holder has none."""
        ...

    def held(self, hosts: Iterable[str], *, now: datetime) -> frozenset[str]:
        """Return those of the hosts that somebody has; one that was taken a moment ago may be missing."""
        ...


class SourceStore(Protocol):
    """Sources, what polling learned of them, and the items that still wait to be read."""

    def put_source(self, source: Source) -> None:
        """Add or replace a source by its id; its state is kept."""
        ...

    def remove_source(self, source_id: str) -> None:
        """Forget a source, its state and its pending items, which are unseen again; an unknown id changes nothing."""
        ...

    def sources(self) -> tuple[tuple[Source, SourceState], ...]:
        """Return every source with its state, by id. A source never polled has a fresh state."""
        ...

    def source(self, source_id: str) -> tuple[Source, SourceState] | None:
        """Return one source with its state."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return ids of sources that are neither paused nor gone and due at `now`, the longest overdue first.

        A source never polled is due at once, before the others.
        """
        ...

    def commit_poll(self, state: SourceState, items: Sequence[Item], *, alert: Alert | None = None) -> tuple[Item, ...]:
        """Save the state, make the unseen items pending and keep the alert, as one; return the source's pending items.

        An item is unseen while no item of its url was ever committed, by any source; and again where its own source
        names another edition of it. Pending ones come in the
        order they were committed, and stay so until `read_done`: a poll that is repeated after a crash, and
        answered 304, still returns what was not read. Where the source was removed meanwhile, nothing is saved
        and nothing returned.
        """
        ...

    def commit_polls(
        self, polls: Sequence[tuple[SourceState, Sequence[Item], Alert | None]]
    ) -> tuple[tuple[Item, ...], ...]:
        """Commit several polls, each as one, and return the pending items of each source.

        A store that has transactions makes one of them: a worker's answers arrive in handfuls.
        """
        ...

    def read_done(self, url: str, outcome: str) -> None:
        """Take the item off the pending ones; it stays seen. `outcome` is one word, `ok` or why it failed."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """A platform as the register knows it: shipped, imported, or learned from articles."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    operator: Ref | None = None
    operator_names: tuple[str, ...] = ()
    region: Region | None = None
    #: former home provinces, codes, oldest first
    regions_before: tuple[str, ...] = ()
    #: current member of the national roster
    member: bool = False
    #: ever stood in a final list
    ever: bool = False
    #: rounds it stood in, as (round, stage)
    rounds: tuple[tuple[str, str], ...] = ()
    #: `verified`, `single-source`, `unsourced-high|medium|low`, `imported`, `reported`, `proposed`
    status: str = "reported"
    #: short names that count only beside a class word or the operator (羚羊, N2, 浪潮, Huawei, …)
    weak_names: tuple[str, ...] = ()
    #: where the fact comes from
    sources: tuple[str, ...] = ()
    #: date of the oldest fact that made it a member, ISO; None for shipped facts
    since: str | None = None
    left: str | None = None
    #: id of the platform an analyst found it to be the same as; its findings go there
    merged_into: str | None = None

    @property
    def sure(self) -> bool:
        """Its membership silences an alert; other rows only label one `possibly already listed`."""
        return self.status in ("verified", "single-source", "unsourced-high", "imported", "reported")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """All that is known of one subject (`platform:<id>`, `region:<code>`, `policy:<key>`, `round:<year>`, …)."""

    subject: str
    #: rises with every commit; 0 where nothing is stored yet
    version: int = 0
    platform: Platform | None = None
    events: tuple[Event, ...] = ()
    #: subjects under which the events stand that this one also names (a document's number)
    see: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Commit:
    """Everything one article changes, to be written as one."""

    record: Record
    #: new state of each touched subject; `version` is the one that was read
    dossiers: tuple[Dossier, ...] = ()
    alerts: tuple[Alert, ...] = ()
    #: alerts that turned out wrong: (alert id, why, quote)
    corrections: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Committed:
    """What stands after a commit: the alerts to fan out, in order, then the alerts that it corrected."""

    record: Record
    alert_ids: tuple[str, ...] = ()
    #: False where this very content had been committed before
    fresh: bool = True


class RegisterStore(Protocol):
    """Records, events, alerts and the register, changed only by `commit`."""

    def dossiers(self, subjects: Iterable[str]) -> Mapping[str, Dossier]:
        """Return the stored dossier of each subject; one with version 0 where nothing is stored."""
        ...

    def learned(self) -> tuple[Platform, ...]:
        """Return every platform stored in a dossier, by id."""
        ...

    def commit(self, commit: Commit) -> Committed:
        """Write record, dossiers and alerts as one; raises `StoreConflict` when a dossier moved on since it was read.

        Nothing of it is visible before all of it is. A commit of the same record id with the same content hash,
        once done, changes nothing and returns what stands, with the same alert ids. Another content under the
        same record id replaces the record; alerts that exist already by id are kept as they are. Each correction
        is kept as the fact (`correction`, alert id) with `why`, `quote` and `record`; the first one stands.
        """
        ...

    def every_dossier(self) -> Iterator[Dossier]:
        """Yield every stored dossier, by subject; for copies and snapshots."""
        ...

    def restore(self, *, dossiers: Sequence[Dossier] = (), alerts: Sequence[Alert] = ()) -> None:
        """Write dossiers and alerts as another store had them, versions included; what stands and is as new stays."""
        ...

    def record(self, record_id: str) -> Record | None:
        """Return one record."""
        ...

    def alert(self, alert_id: str) -> Alert | None:
        """Return one alert."""
        ...

    def records(self, *, since: datetime | None = None) -> Iterator[Record]:
        """Yield records read at or after the moment, newest first."""
        ...

    def alerts(self, *, since: datetime | None = None) -> Iterator[Alert]:
        """Yield alerts created at or after the moment, newest first."""
        ...

    def events(self) -> Iterator[Event]:
        """Yield every event, newest `last_seen` first."""
        ...


class SubscriptionStore(Protocol):
    """Who wants what."""

    def put_subscription(self, subscription: Subscription) -> None:
        """Add or replace a subscription by its id."""
        ...

    def subscription(self, subscription_id: str) -> Subscription | None:
        """Return one subscription."""

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return every subscription, ended ones too, by id."""
        ...

    def subscriptions_version(self) -> int:
        """Return a number that each change raises, as one with it: while it stands, `subscriptions` stays the same."""

    def remove_subscription(self, subscription_id: str) -> None:
        """Delete a subscription and its deliveries' address; nothing happens where there is none."""
        ...


class Ledger(Protocol):
    """Deliveries, exactly once.

    open ──► pending ──claim──► sending ──settle──► sent | failed (again pending after `not_before`) | dead
    held ──release──► pending     └── lease runs out: may be claimed again
      └──finish──► sent (in a digest) | dead
    """

    def open(self, deliveries: Sequence[Delivery]) -> tuple[str, ...]:
        """Add deliveries that are not there yet, by id; return the ids of those given that still wait to be sent.

        One that exists is left as it is. Sent, dead and held ones are not returned.
        """
        ...

    def claim(self, delivery_id: str, *, now: datetime, lease_until: datetime) -> Delivery | None:
        """Take the delivery for sending (state `sending`, attempt raised by one) and return it, or None.

        It can be had when pending or failed with `not_before` passed, or sending with its lease run out. Of two
        claimants exactly one gets it.
        """
        ...

    def settle(self, delivery: Delivery) -> bool:
        """Write the outcome of a claimed delivery; False, and no change, where a later attempt holds it."""
        ...

    def delivery(self, delivery_id: str) -> Delivery | None:
        """Return one delivery."""
        ...

    def deliveries(
        self,
        *,
        state: str | None = None,
        subscription_id: str | None = None,
        alert_id: str | None = None,
        due: datetime | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[Delivery, ...]:
        """Return the deliveries that fit every filter given, oldest `created` first, then by id.

        `due` leaves out those whose `not_before` is later than that moment, `since` those created before that one.
        """

    def finish(
        self, delivery_ids: Sequence[str], *, state: DeliveryState, now: datetime, receipt: str = "", error: str = ""
    ) -> None:
        """Settle those of the deliveries that are still held, in the order given, without sending them.

        `sent` with `digest:<id>` as receipt where a digest tells it; `dead` with the reason where nobody wants it
        any more. One in another state is left as it is.
        """
        ...

    def release(self, delivery_id: str, *, not_before: datetime | None = None) -> bool:
        """Make a held, failed or dead delivery pending again; False where it is none of these."""
        ...


class Inbox(Protocol):
    """Feedback and the marks that operators set: small facts by kind and key."""

    def put_fact(self, kind: str, key: str, value: Mapping[str, object]) -> None:
        """Add or replace a fact."""
        ...

    def facts(self, kind: str) -> tuple[tuple[str, Mapping[str, object]], ...]:
        """Return all (key, value) of a kind, by key."""
        ...

    def remove_fact(self, kind: str, key: str) -> None:
        """Delete a fact; nothing happens where there is none."""
        ...


class Store(SourceStore, RegisterStore, SubscriptionStore, Ledger, Inbox, Protocol):
    """Everything a deployment keeps: memory, SQLite or DynamoDB."""

    def close(self) -> None:
        """Release files and connections; the store is not used afterwards."""
        ...


class Channel(Protocol):
    """A way to reach people; found by name in the registry of `dualcross.channels`."""

    name: str

    def check(self, address: str) -> str:
        """Return the address in its normal form; raises `InputError` where it cannot be one."""
        ...

    def send(self, message: Message) -> str:
        """Hand the message over and return the receiver's receipt (an id, or empty).

        Raises `DeliveryTemporary` or `DeliveryPermanent`; any other exception is a bug.
        """
        ...


class Queue(Protocol):
    """Carries commands to whoever runs them; at least once, in no order."""

    def send(self, commands: Sequence[Command]) -> None:
        """Hand the commands over; when it returns they survive a crash."""
        ...
