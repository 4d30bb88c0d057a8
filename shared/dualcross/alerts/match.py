"""Which subscriptions want an alert, from an index instead of a scan.

    subscription ─► profile (query, triggers, bars; equal ones share it) ─► filed under one condition that must hold
    alert ─► everything it could be found by ─► profiles filed there ─► the rest of their conditions ─► subscriptions

What keys cannot decide is left to the query's own evaluation, so that index and scan always agree. A profile is
filed under the condition that the fewest others are filed under, once for each trigger; one whose conditions all
need a comparison, a date or a negation is filed under its triggers alone.
"""

from __future__ import annotations

import logging
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from weakref import WeakKeyDictionary

from dualcross.alerts.operator import operator, subscribers
from dualcross.errors import QueryError
from dualcross.model import Alert, Subscription
from dualcross.ports import SubscriptionStore
from dualcross.query import Clause, parse
from dualcross.query.documents import Document, of_alert
from dualcross.query.evaluation import Groups, matches
from dualcross.query.tokens import fold, phrase, tokens
from dualcross.settings import Settings

log = logging.getLogger("dualcross.match")

#: evidence levels in their order; a superseded or corrected event was as sure as a confirmed one when it was told
RUNGS = {"reported": 0, "corroborated": 1, "confirmed": 2, "superseded": 2, "corrected": 2}
#: fields whose values are compared whole
_WHOLE = frozenset({"topic", "region", "round", "stage", "trigger", "ladder", "lang", "confirmed", "kind", "id"})
#: fields whose values are names, found by a part of them
_NAMES = frozenset({"platform", "operator", "issuer", "title"})

Key = tuple[str, str]
_ALL: Key = ("", "")


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a query is decided: sets of keys of which the alert must have one each, keys it must not have, the rest."""

    #: sets of keys by one of which it may be filed
    filings: tuple[frozenset[Key], ...]
    needs: tuple[frozenset[Key], ...]
    bans: frozenset[Key]
    #: what only the query's own evaluation can decide
    rest: Groups


@dataclass(frozen=True, slots=True)
class _Profile:
    """What several subscriptions ask for alike."""

    plan: _Plan
    confidence: float
    rung: int
    subscribers: array[int]


class Index:
    """The active ones among the subscriptions, ready to be matched; it is built once and never changes."""

    def __init__(self, subscriptions: Iterable[Subscription]) -> None:
        self._subscriptions = tuple(one for one in subscriptions if one.state == "active")
        self._profiles: list[_Profile] = []
        self._filed: dict[tuple[str, Key], array[int]] = {}
        self._sizes: dict[Key, int] = {}
        known: dict[tuple[str, tuple[str, ...], float, str], _Profile | None] = {}
        for number, one in enumerate(self._subscriptions):
            asked = (one.query, one.triggers, one.min_confidence, one.min_ladder)
            if asked not in known:
                known[asked] = self._file(one)
            profile = known[asked]
            if profile is not None:
                profile.subscribers.append(number)

    def __len__(self) -> int:
        return len(self._subscriptions)

    def match(self, alert: Alert) -> tuple[Subscription, ...]:
        """Return the active subscriptions that want the alert, in the order they were given."""
        found: list[int] = []
        rung = RUNGS.get(alert.ladder, 0)
        document = of_alert(alert)
        keys = _alert_keys(document)
        # Profiles of one query share its plan, so the verdict is looked up by the plan's identity.
        verdicts: dict[int, bool] = {}
        for number in self._candidates(alert.trigger, keys):
            profile = self._profiles[number]
            if profile.confidence > alert.confidence or profile.rung > rung:
                continue
            plan = profile.plan
            verdict = verdicts.get(id(plan))
            if verdict is None:
                verdict = verdicts[id(plan)] = _holds(plan, keys, document)
            if verdict:
                found.extend(profile.subscribers)
        found.sort()
        return tuple(self._subscriptions[number] for number in found)

    def _candidates(self, trigger: str, keys: set[Key]) -> set[int]:
        found: set[int] = set()
        for key in keys:
            filed = self._filed.get((trigger, key))
            if filed:
                found.update(filed)
        return found

    def _file(self, subscription: Subscription) -> _Profile | None:
        try:
            plan = _plan(subscription.query)
        except QueryError as error:
            # Stored by another version: it must not keep the alert from everybody else.
            log.warning("match.unreadable", extra={"subscription": subscription.id, "error": str(error)})
            return None
        keys = min(plan.filings, key=lambda keys: sum(self._sizes.get(key, 0) for key in keys))
        profile = _Profile(
            plan=plan,
            confidence=subscription.min_confidence,
            rung=RUNGS[subscription.min_ladder],
            subscribers=array("I"),
        )
        number = len(self._profiles)
        self._profiles.append(profile)
        for key in keys:
            self._sizes[key] = self._sizes.get(key, 0) + 1
            for trigger in subscription.triggers:
                self._filed.setdefault((trigger, key), array("I")).append(number)
        return profile


def index_of(store: SubscriptionStore, settings: Settings) -> Index:
    """Return the index of all subscribers of a store, the operator among them; it is kept until one changes."""
    # Asked before the subscriptions: a change between the two makes the next call build anew, not this one wrong.
    version = (store.subscriptions_version(), operator(settings))
    kept = _kept.get(store)
    if kept is None or kept[0] != version:
        kept = _kept[store] = (version, Index(subscribers(store, settings)))
    return kept[1]


_kept: WeakKeyDictionary[SubscriptionStore, tuple[tuple[int, Subscription | None], Index]] = WeakKeyDictionary()


def _holds(plan: _Plan, keys: set[Key], document: Document) -> bool:
    if not plan.bans.isdisjoint(keys) or any(need.isdisjoint(keys) for need in plan.needs):
        return False
    return not plan.rest or matches(plan.rest, document)


@lru_cache(maxsize=200_000)
def _plan(text: str) -> _Plan:
    """Return how a query is filed and decided; raises `QueryError`."""
    filings: list[frozenset[Key]] = []
    needs: list[frozenset[Key]] = []
    bans: set[Key] = set()
    rest = []
    for group in parse(text).groups:
        keyed = [_clause_keys(clause) for clause in group]
        keys = frozenset(key for found, _ in keyed for key in found)
        fileable = all(found for found, _ in keyed) and not any(clause.negated for clause in group)
        settled = all(sure for _, sure in keyed)
        if fileable:
            filings.append(keys)
        if fileable and settled:
            needs.append(keys)
        elif settled and len(group) == 1 and group[0].negated:
            bans |= keys
        else:
            rest.append(group)
    return _Plan(tuple(filings) or (frozenset({_ALL}),), tuple(needs), frozenset(bans), tuple(rest))


def _clause_keys(clause: Clause) -> tuple[list[Key], bool]:
    """Return keys of which an alert that holds the clause (its sign aside) has one, and whether one is all it takes.

    No keys where the clause needs a comparison.
    """
    if clause.op != ":":
        return [], False
    if clause.field in _WHOLE:
        return [(clause.field, value.lower()) for value in clause.values], True
    if clause.field in _NAMES or clause.field == "text":
        found = [_word_key(clause.field, value) for value in clause.values]
        return [key for key, _ in found], all(sure for _, sure in found)
    if clause.field == "source":
        keys: list[Key] = [("source=", value.lower()) for value in clause.values]
        keys += [_word_key("source", value)[0] for value in clause.values if "." not in value]
        return keys, False
    return [], False


def _word_key(name: str, value: str) -> tuple[Key, bool]:
    """Return a key of every text that holds the phrase, and whether no other text has it."""
    words, prefix = phrase(value)
    if not words:
        # Nothing but signs: only a name that is the same holds it, and no text does.
        return (name + "=", fold(value)), name != "text"
    if prefix and len(words) == 1:
        return (name + "^", words[0]), True
    whole = words[:-1] if prefix else words
    if len(whole) == 1:
        return (name, whole[0]), not prefix
    return (name + "+", f"{whole[0]} {whole[1]}"), len(words) == 2


def _alert_keys(document: Document) -> set[Key]:
    keys: set[Key] = {_ALL}
    for name, values in document.values.items():
        if name in _WHOLE:
            keys.update((name, value.lower()) for value in values)
        elif name in _NAMES:
            keys.update((name + "=", fold(value)) for value in values)
            _add_words(keys, name, values)
        elif name == "source":
            keys.update(("source=", value.lower()) for value in values)
            _add_words(keys, name, values)
    _add_words(keys, "text", document.texts())
    return keys


def _add_words(keys: set[Key], name: str, texts: Iterable[str]) -> None:
    for text in texts:
        found = tokens(text)
        keys.update((name, token) for token in found)
        keys.update((name + "^", token[0]) for token in found)
        keys.update((name + "+", f"{first} {second}") for first, second in pairwise(found))
