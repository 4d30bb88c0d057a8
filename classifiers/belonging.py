"""Trains what tells a member's home, round and newness: `python -m classifiers.belonging` writes model and manifest.

Every province and every year that a training text names is an example for each member that is found in it: its home
or round, or not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from classifiers.boosting import command, manifest_of, trees_of, vocabulary
from classifiers.members import STREAM, streams
from classifiers.scoring import same_member
from classifiers.texts import Text, read
from classifiers.train import FOLDS, SEED, matrix
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from dualcross_classifiers import belonging

if TYPE_CHECKING:
    from dualcross.model import Membership

Values = Mapping[str, Mapping[str, float]]
#: margins below which no value belongs to a member, where the rules have one and where not; chosen on grouped folds
BARS = {"home": {"ruled": -1.0, "other": 0.0}, "round": {"ruled": -0.5, "other": 0.0}}
#: the field of a membership that each pair of a member and a value is about
FIELDS = {"home": "region", "round": "round"}
#: lowest probability of a newness that stands against the rules'
SURE = 0.85
#: a sign of fewer groups of texts is a name, or chance
SHOWN_IN = 6


@dataclass(frozen=True, slots=True)
class Example:
    """A member of a text with the signs of what may belong to it, and what does."""

    group: str
    home: Values
    round: Values
    newness: Mapping[str, float]
    told: Mapping[str, Any]
    #: the same as the rules have it
    ruled: Mapping[str, Any]


def examples(texts: Sequence[Text]) -> Iterator[Example]:
    """Yield the members of each text that are told there."""
    from dualcross.extraction import belonging as reading
    from dualcross.extraction import membership
    from dualcross.extraction.names import lexicon
    from dualcross.extraction.normal import prepare
    from dualcross.register.roster import shipped

    known = shipped()
    lex = lexicon(known.platforms)
    for text in texts:
        prepared = prepare(text.article())
        members = membership.by_rule(prepared, lex, known)
        page = reading.Page(prepared, members, lex)
        told = list(text.expect.get("memberships", ()))
        for index, member in enumerate(members):
            expected = next((e for e in told if same_member(e, member)), None)
            ruled = _as_ruled(member)
            if text.id.startswith(STREAM):
                # short plain news, whose alerts the tests know line by line: there the rules are right
                expected = ruled
                told.append(expected)
            if expected is None or (member.stage == "relocated") != (expected["stage"] == "relocated"):
                continue
            told.remove(expected)
            yield Example(
                text.group,
                reading.homes(page, index, known),
                reading.rounds(page, index, known),
                reading.newness(page, index, known),
                expected,
                ruled,
            )


def _as_ruled(member: Membership) -> dict[str, Any]:
    region = member.region.code if member.region else None
    return {"stage": member.stage, "region": region, "round": member.round, "first_time": member.first_time}


def _boosted(size: int) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(
        n_estimators=size, max_depth=4, learning_rate=0.07, min_samples_leaf=3, subsample=0.7, max_features=0.05,
        random_state=SEED,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of signs with their truth, and the group of the text each comes from."""

    found: Sequence[Mapping[str, float]]
    truth: np.ndarray
    groups: Sequence[str]

    def names(self, rows: Sequence[int] | None = None) -> tuple[str, ...]:
        chosen = range(len(self.found)) if rows is None else rows
        return vocabulary([self.found[i] for i in chosen], [self.groups[i] for i in chosen], SHOWN_IN)

    def fit(self, size: int, names: Sequence[str], rows: Sequence[int] | None = None) -> GradientBoostingClassifier:
        chosen = list(range(len(self.found)) if rows is None else rows)
        x = matrix([self.found[i] for i in chosen], names).toarray()
        return _boosted(size).fit(x, self.truth[chosen])

    def folds(self) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
        yield from GroupKFold(n_splits=FOLDS).split(self.found, groups=self.groups)


def _pairs(chosen: Sequence[Example], what: str) -> tuple[_Table, list[tuple[int, str]]]:
    """Return every pair of a member and a value, and whose each is."""
    # a relocation has no round, and its home is where the member went
    told = [n for n, e in enumerate(chosen) if what == "home" or e.told["stage"] != "relocated"]
    whose = [(number, value) for number in told for value in getattr(chosen[number], what)]
    found = [getattr(chosen[number], what)[value] for number, value in whose]
    truth = np.array([chosen[number].told[FIELDS[what]] == value for number, value in whose])
    return _Table(found, truth, [chosen[number].group for number, _ in whose]), whose


def _right_pairs(chosen: Sequence[Example], what: str) -> float:
    """Return the share of members whose value is right, out of fold."""
    table, whose = _pairs(chosen, what)
    best: dict[int, tuple[float, str | None]] = {
        number: (BARS[what]["other" if chosen[number].ruled[FIELDS[what]] is None else "ruled"], None)
        for number in dict.fromkeys(number for number, _ in whose)
    }
    for train, test in table.folds():
        names = table.names(train)
        part = table.fit(150, names, train)
        margins = part.decision_function(matrix([table.found[i] for i in test], names).toarray())
        for i, margin in zip(test, margins, strict=True):
            number, value = whose[i]
            best[number] = max(best[number], (float(margin), value), key=lambda one: one[0])
    return float(np.mean([value == chosen[number].told[FIELDS[what]] for number, (_, value) in best.items()]))


def _newness(chosen: Sequence[Example]) -> _Table:
    chosen = [e for e in chosen if e.told["stage"] != "relocated"]
    truth = np.array([str(e.told["first_time"]) for e in chosen])
    return _Table([e.newness for e in chosen], truth, [e.group for e in chosen])


def _right_newness(table: _Table) -> float:
    right = 0
    for train, test in table.folds():
        names = table.names(train)
        guessed = table.fit(80, names, train).predict(matrix([table.found[i] for i in test], names).toarray())
        right += int((guessed == table.truth[test]).sum())
    return right / len(table.truth)


def build(texts: Sequence[Text], *, measured: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return model and manifest, trained on the texts that are not held; out-of-fold figures if `measured`."""
    chosen = list(examples([*(text for text in texts if not text.held), *streams()]))
    model: dict[str, Any] = {}
    for what, bars in BARS.items():
        table, _ = _pairs(chosen, what)
        names, numbers = table.names(), dict[int, int]()
        base, trees = trees_of(table.fit(150, names), 0, numbers)
        model[what] = {"bars": bars, "base": base, "features": [names[column] for column in numbers], "trees": trees}
    table = _newness(chosen)
    names, numbers = table.names(), dict[int, int]()
    fitted = table.fit(80, names)
    answers = {str(answer): trees_of(fitted, column, numbers) for column, answer in enumerate(fitted.classes_)}
    model["first"] = {"answers": answers, "features": [names[column] for column in numbers], "sure": SURE}
    alone = [np.mean([e.ruled[field] == e.told[field] for e in chosen]) for field in (*FIELDS.values(), "first_time")]
    out_of_fold: dict[str, Any] = {"rules_alone": [round(float(share), 3) for share in alone]}
    if measured:
        out_of_fold |= {what: round(_right_pairs(chosen, what), 3) for what in BARS}
        out_of_fold["first"] = round(_right_newness(table), 3)
    manifest = manifest_of(model, examples=len(chosen), out_of_fold=out_of_fold)
    return model, manifest


def decisions(model: Mapping[str, Any]) -> list[object]:
    """Return what a model tells of every member of the training texts."""
    trained = belonging.of(model)
    return [
        (
            belonging.best(trained.home, e.home, e.ruled["region"]),
            belonging.best(trained.round, e.round, e.ruled["round"]),
            trained.first.likeliest(e.newness, e.ruled["first_time"]),
        )
        for e in examples([text for text in read() if not text.held])
    ]


if __name__ == "__main__":
    sys.exit(command("belonging", build, decisions))
