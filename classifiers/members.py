"""Trains what weighs names: `python -m classifiers.members` writes model and manifest, the same bytes each time.

Every name that a training text shows is an example: a member at a stage, or none. The rules' own claims are features;
they were made on the oldest texts, so there half of the names are shown without them.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from classifiers.boosting import command, manifest_of, trees_of, vocabulary
from classifiers.scoring import same_name
from classifiers.texts import Text, language, read
from classifiers.train import FOLDS, SEED, calibrate, matrix
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from dualcross_classifiers import logistic, members

#: lowest probability at which a candidate is accepted: a rule's claim needs less, a name the register holds more, for
#: such names are mentioned often; precision and recall of these cuts, out of fold, stand in the manifest
CUTS = {"ruled entry": 0.3, "ruled change": 0.2, "local": 0.55, "known": 0.6}
#: a sign of fewer groups of texts is a name, or chance
SHOWN_IN = 12
STREAMS = Path(__file__).parents[1] / "tests" / "streams"
STREAM = "stream-"
#: writers whose texts the rules were made on
RULED_BY = ("a-", "b-", "c-")


@dataclass(frozen=True, slots=True)
class Example:
    """A name in a text: what the model sees of it, and the stage it is told at; None for no member."""

    text: Text
    name: str
    found: Mapping[str, float]
    stage: str | None

    @property
    def ruled(self) -> bool:
        """A rule claims it."""
        return "ruled" in self.found


def examples(texts: Sequence[Text]) -> Iterator[Example]:
    """Yield the names of each text with their truth; those that two readers would judge differently are left out."""
    from dualcross.extraction import membership, signs, weighing
    from dualcross.extraction.names import lexicon
    from dualcross.extraction.normal import prepare
    from dualcross.register.roster import shipped

    lex = lexicon(shipped().platforms)
    for text in texts:
        prepared = prepare(text.article())
        if not membership.worth_reading(prepared):
            continue
        claims, own = membership.told(prepared, lex)
        everyone, lines = weighing.candidates(prepared, lex, own, claims)
        for one in everyone:
            names = [one.platform.name, one.platform.id, *one.platform.names, *one.platform.operator_names]
            names += [one.platform.operator.name] if one.platform.operator else []
            found = signs.features(one, everyone, lines, prepared)
            if text.id.startswith(STREAM):
                # short plain news, whose alerts the tests know line by line: there the rules are right
                if one.claims or not claims:
                    yield Example(text, one.platform.name, found, one.claims[0].stage if one.claims else None)
                continue
            member = next((m for m in text.expect["memberships"] if _is(m, names)), None)
            if member is None and any(same_name(either, n) for either in text.expect["either"] for n in names):
                continue
            yield Example(text, one.platform.name, found, member["stage"] if member else None)


def streams() -> Iterator[Text]:
    """Yield the lines of the test streams as training texts; a stream is one group."""
    for path in sorted(STREAMS.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield Text(
                id=f"{STREAM}{path.stem}-{row['n']}",
                group=f"{STREAM}{path.stem}",
                lang=language(row["text"]),
                title=row["title"],
                published=row["published"],
                source=row["source"],
                official=row["official"],
                text=row["text"],
                labels=(),
                expect={},
                trap=None,
                split="train",
            )


def _is(member: Mapping[str, Any], names: Sequence[str]) -> bool:
    return any(same_name(told, n) for told in (member["platform"], member["operator"]) if told for n in names)


def _seen(example: Example) -> Mapping[str, float]:
    """The features a training example shows; of the texts that the rules were made on, half without the rules."""
    if example.text.id.startswith(RULED_BY) and zlib.crc32(f"{example.text.id} {example.name}".encode()) % 2:
        return {k: v for k, v in example.found.items() if not k.startswith(("rule:", "rule stage:", "ruled"))}
    return example.found


def _names(found: Sequence[Mapping[str, float]], chosen: Sequence[Example]) -> tuple[str, ...]:
    return vocabulary(found, [example.text.group for example in chosen], SHOWN_IN)


def _boosted(*, stages: bool) -> GradientBoostingClassifier:
    """Many trees for membership, fewer for the stages, of which there are fewer examples."""
    size = {"n_estimators": 150, "max_depth": 4, "learning_rate": 0.08, "min_samples_leaf": 3}
    if not stages:
        size = {"n_estimators": 600, "max_depth": 6, "learning_rate": 0.05, "min_samples_leaf": 5}
    return GradientBoostingClassifier(**size, subsample=0.7, max_features=0.05, random_state=SEED)


def _out_of_fold(found: Sequence[Mapping[str, float]], chosen: Sequence[Example], y: np.ndarray) -> np.ndarray:
    margins = np.zeros(len(chosen))
    groups = [example.text.group for example in chosen]
    for train, test in GroupKFold(n_splits=FOLDS).split(found, groups=groups):
        names = _names([found[i] for i in train], [chosen[i] for i in train])
        part = _boosted(stages=False).fit(matrix([found[i] for i in train], names).toarray(), y[train])
        margins[test] = part.decision_function(matrix([chosen[i].found for i in test], names).toarray())
    return margins


def _stages_out_of_fold(entered: Sequence[Example]) -> float:
    """Return how often the stage of a member is right, out of fold."""
    right = 0
    for train, test in GroupKFold(n_splits=FOLDS).split(entered, groups=[m.text.group for m in entered]):
        names = _names([entered[i].found for i in train], [entered[i] for i in train])
        x = matrix([entered[i].found for i in train], names).toarray()
        part = _boosted(stages=True).fit(x, [entered[i].stage for i in train])
        guessed = part.predict(matrix([entered[i].found for i in test], names).toarray())
        right += sum(guess == entered[i].stage for guess, i in zip(guessed, test, strict=True))
    return right / len(entered)


def build(texts: Sequence[Text], *, measured: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return model and manifest, trained on the texts that are not held; the share of right stages where `measured`."""
    from dualcross.extraction import weighing

    chosen = list(examples([*(text for text in texts if not text.held), *streams()]))
    found = [_seen(example) for example in chosen]
    y = np.array([example.stage is not None for example in chosen])
    margins = _out_of_fold(found, chosen, y)
    slope, offset = calibrate(margins, y)
    probabilities = np.array([logistic(slope * m + offset) for m in margins])
    ruled = np.array([example.ruled for example in chosen])
    kinds = np.array([members.kind(frozenset(example.found)) for example in chosen])
    denied = np.array([weighing.denied(example.found) and not example.ruled for example in chosen])
    taken = (probabilities >= np.array([CUTS[k] for k in kinds])) & ~denied
    names = _names(found, chosen)
    entered = [e for e in chosen if e.stage is not None]
    whole = _boosted(stages=False).fit(matrix(found, names).toarray(), y)
    staged = _boosted(stages=True).fit(matrix([m.found for m in entered], names).toarray(), [m.stage for m in entered])
    numbers: dict[int, int] = {}
    base, trees = trees_of(whole, 0, numbers)
    stages = {str(stage): trees_of(staged, column, numbers) for column, stage in enumerate(staged.classes_)}
    model = {
        "base": base,
        "calibration": [slope, offset],
        "features": [names[column] for column in numbers],
        "stages": stages,
        "thresholds": CUTS,
        "trees": trees,
    }
    manifest = manifest_of(
        model,
        examples=len(chosen),
        features=len(numbers),
        members=dict(sorted(Counter(m.stage for m in entered).items())),
        out_of_fold={
            **{k: f"{int(y[taken & (kinds == k)].sum())} of {int(taken[kinds == k].sum())} right" for k in CUTS},
            "precision": round(float(y[taken].mean()), 3),
            "recall": round(float((y & taken).sum() / y.sum()), 3),
            "rules_alone": [round(float(y[ruled].mean()), 3), round(float((y & ruled).sum() / y.sum()), 3)],
            "stage": round(_stages_out_of_fold(entered), 3) if measured else None,
        },
    )
    return model, manifest


def decisions(model: Mapping[str, Any]) -> list[object]:
    """Return what a model decides on every name of the training texts."""
    trained = members.of(model)
    return [trained.accepts(e.found) for e in examples([text for text in read() if not text.held])]


if __name__ == "__main__":
    sys.exit(command("members", build, decisions))
