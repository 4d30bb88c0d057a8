"""Trains what weighs numbers: `python -m classifiers.tallies` writes model and manifest, the same bytes each time."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from classifiers.boosting import command, manifest_of, trees_of, vocabulary
from classifiers.texts import Text, read
from classifiers.train import FOLDS, MIN_GROUPS, SEED, matrix
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from dualcross_classifiers import tallies

if TYPE_CHECKING:
    from dualcross.extraction.tallying import Number

#: chosen on grouped folds: where what is added is right in about four of five
BAR = 0.45
DOUBT = 0.15

Example = tuple[Text, dict[str, float], str]


def examples(texts: Sequence[Text]) -> list[Example]:
    """Return the numbers of each text with the measure they are told by; those that the writer left open are out."""
    from dualcross.extraction import counts, membership, tallying
    from dualcross.extraction.normal import prepare

    out: list[Example] = []
    for text in texts:
        prepared = prepare(text.article())
        if not membership.worth_reading(prepared):
            continue
        expected = [*text.expect["counts"], *text.expect["region_counts"]]
        shown = tallying.shown(prepared, counts.find(prepared))
        for one in shown.numbers:
            told = _truth(expected, one)
            if told == "none" and {str(one.value), f"{one.value}.0"} & set(text.expect["either"]):
                continue
            out.append((text, tallying.features(one, shown), told))
    return out


def _truth(expected: Sequence[Mapping[str, object]], one: Number) -> str:
    """Return the measure a number is told by: of the expected findings of its value, the one that fits its owner."""
    fits = [str(e.get("measure", "region")) for e in expected if e["value"] == one.value]
    if not fits:
        return "none"
    return (
        "region"
        if "region" in fits and (one.owner is not None or len(set(fits)) == 1)
        else next((f for f in fits if f != "region"), "region")
    )


def _names(chosen: Sequence[Example]) -> tuple[str, ...]:
    return vocabulary([found for _, found, _ in chosen], [text.group for text, _, _ in chosen], MIN_GROUPS + 1)


def _fit(chosen: Sequence[Example], names: Sequence[str]) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(
        n_estimators=150, max_depth=4, learning_rate=0.05, min_samples_leaf=8, subsample=0.7, max_features=0.04,
        random_state=SEED,
    ).fit(matrix([found for _, found, _ in chosen], names).toarray(), [told for _, _, told in chosen])  # fmt: skip


def _out_of_fold(chosen: Sequence[Example]) -> dict[str, float]:
    """Return precision and recall of value and measure, by article, out of fold."""
    said: set[tuple[str, str, str]] = set()
    true: set[tuple[str, str, str]] = set()
    for train, test in GroupKFold(n_splits=FOLDS).split(chosen, groups=[text.group for text, _, _ in chosen]):
        names = _names([chosen[i] for i in train])
        fitted = _fit([chosen[i] for i in train], names)
        odds = fitted.predict_proba(matrix([chosen[i][1] for i in test], names).toarray())
        none = list(fitted.classes_).index("none")
        for i, row in zip(test, odds, strict=True):
            text, found, told = chosen[i]
            value = next(name for name in found if name.startswith("value:"))
            if told != "none":
                true.add((text.id, value, told))
            row[none] = 0.0
            if row.max() >= BAR:
                said.add((text.id, value, str(fitted.classes_[row.argmax()])))
    return {"precision": round(len(said & true) / len(said), 3), "recall": round(len(said & true) / len(true), 3)}


def build(texts: Sequence[Text], *, measured: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return model and manifest, trained on the texts that are not held; out-of-fold figures if `measured`."""
    chosen = examples([text for text in texts if not text.held])
    names = _names(chosen)
    fitted = _fit(chosen, names)
    numbers: dict[int, int] = {}
    measures = {str(measure): trees_of(fitted, column, numbers) for column, measure in enumerate(fitted.classes_)}
    model = {
        "bar": BAR,
        "doubt": DOUBT,
        "features": [names[column] for column in numbers],
        "measures": measures,
    }
    manifest = manifest_of(
        model,
        examples=len(chosen),
        numbers=dict(sorted(Counter(told for _, _, told in chosen).items())),
        out_of_fold=_out_of_fold(chosen) if measured else None,
    )
    return model, manifest


def decisions(model: Mapping[str, Any]) -> list[object]:
    """Return the likeliest measure of every number of the training texts."""
    trained = tallies.of(model)
    chosen = examples([text for text in read() if not text.held])
    return [max(odds, key=odds.__getitem__) for odds in (trained.odds(found) for _, found, _ in chosen)]


if __name__ == "__main__":
    sys.exit(command("tallies", build, decisions))
