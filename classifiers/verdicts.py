"""Trains what tells deadlines, adoption figures and issued documents: `python -m classifiers.verdicts`.

Every day, figure and document that a training text shows is an example: a finding of its text, or none.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from classifiers.boosting import command, manifest_of, trees_of, vocabulary
from classifiers.scoring import same_document
from classifiers.texts import Text, read
from classifiers.train import FOLDS, SEED, matrix
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from dualcross_classifiers.trees import verdict

#: margins from which on the answer is yes, of what a rule says yes to and of what none does; chosen on grouped folds
BARS = {
    "adoption": {"ruled": -1.0, "other": 0.2},
    "deadline": {"ruled": -0.7, "other": 0.5},
    "issued": {"ruled": -0.8, "other": 1.2},
}
#: a sign of fewer groups of texts is a name, or chance
SHOWN_IN = 5

Signs = Mapping[str, float]
#: the text, its signs, the truth, and what the rules say
Example = tuple[Text, Signs, bool, bool]


def _deadlines(text: Text) -> Iterator[Example]:
    from dualcross.extraction import deadlines
    from dualcross.extraction.normal import prepare

    prepared = prepare(text.article())
    found = deadlines.days(prepared)
    told = {str(e["date"]) for e in text.expect["deadlines"]}
    for day, signs in zip(found, deadlines.features(prepared, found), strict=True):
        iso = day.date.isoformat()
        if iso in told or iso not in text.expect["either"]:
            yield text, signs, iso in told, day.ruled


def _adoption(text: Text) -> Iterator[Example]:
    from dualcross.extraction import adoption
    from dualcross.extraction.normal import prepare

    prepared = prepare(text.article())
    shown = adoption.figures(prepared)
    told = {float(e["value"]) for e in text.expect["adoption"]}
    either = {float(e) for e in text.expect["either"] if e.replace(".", "", 1).isdigit()}
    for one, signs in zip(shown, adoption.features(prepared, shown), strict=True):
        value = one.figure.value
        # a passing figure of a text about something else may be right, and need not be listed
        passing = "adoption" not in text.labels and value not in told and one.ruled
        if not passing and (value in told or value not in either):
            yield text, signs, value in told, one.ruled


def _issued(text: Text) -> Iterator[Example]:
    from dualcross.extraction import policies
    from dualcross.extraction.normal import prepare

    prepared = prepare(text.article())
    found = policies.by_rule(prepared)
    page = policies.Documents(prepared, found)
    for policy in found:
        told = next((e for e in text.expect["policies"] if same_document(e["title"], policy.title)), None)
        if told is not None and policy.form == "policy":
            yield text, page.features(policy), told["status"] == "issued", policy.status == "issued"


QUESTIONS: Mapping[str, Callable[[Text], Iterator[Example]]] = {
    "adoption": _adoption,
    "deadline": _deadlines,
    "issued": _issued,
}


def _fit(chosen: Sequence[Example], names: Sequence[str]) -> GradientBoostingClassifier:
    x = matrix([signs for _, signs, _, _ in chosen], names).toarray()
    return GradientBoostingClassifier(
        n_estimators=200, max_depth=4, learning_rate=0.07, min_samples_leaf=3, subsample=0.7, max_features=0.05,
        random_state=SEED,
    ).fit(x, [truth for _, _, truth, _ in chosen])  # fmt: skip


def _names(chosen: Sequence[Example]) -> tuple[str, ...]:
    return vocabulary([signs for _, signs, _, _ in chosen], [text.group for text, _, _, _ in chosen], SHOWN_IN)


def _measured(question: str, chosen: Sequence[Example]) -> dict[str, Any]:
    """Return precision and recall of the yes, out of fold, and those of the rules."""
    margins = np.zeros(len(chosen))
    for train, test in GroupKFold(n_splits=FOLDS).split(chosen, groups=[text.group for text, _, _, _ in chosen]):
        part = [chosen[i] for i in train]
        names = _names(part)
        rows = matrix([chosen[i][1] for i in test], names).toarray()
        margins[test] = _fit(part, names).decision_function(rows)
    truth = np.array([one[2] for one in chosen])
    ruled = np.array([one[3] for one in chosen])
    bars = np.where(ruled, BARS[question]["ruled"], BARS[question]["other"])
    said = {"model": margins >= bars, "rules_alone": ruled}
    return {
        name: [round(float(truth[yes].mean()), 3), round(float((truth & yes).sum() / truth.sum()), 3)]
        for name, yes in said.items()
    }


def build(texts: Sequence[Text], *, measured: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return model and manifest, trained on the texts that are not held; out-of-fold figures if `measured`."""
    model: dict[str, Any] = {}
    out_of_fold: dict[str, Any] = {}
    examples: dict[str, int] = {}
    for question, shown in QUESTIONS.items():
        chosen = [one for text in texts if not text.held for one in shown(text)]
        names, numbers = _names(chosen), dict[int, int]()
        base, trees = trees_of(_fit(chosen, names), 0, numbers)
        features = [names[column] for column in numbers]
        model[question] = {"bars": BARS[question], "base": base, "features": features, "trees": trees}
        examples[question] = len(chosen)
        if measured:
            out_of_fold[question] = _measured(question, chosen)
    return model, manifest_of(model, examples=examples, out_of_fold=out_of_fold)


def decisions(model: Mapping[str, Any]) -> list[object]:
    """Return what a model answers to every example."""
    texts = [text for text in read() if not text.held]
    return [
        verdict(model[question]).holds(signs, ruled=ruled)
        for question, shown in QUESTIONS.items()
        for text in texts
        for _, signs, _, ruled in shown(text)
    ]


if __name__ == "__main__":
    sys.exit(command("verdicts", build, decisions))
