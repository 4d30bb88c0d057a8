"""Topics of an article, without scikit-learn: what it is about decides its labels and its route, never an alert."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dualcross_classifiers.features import features, near
from dualcross_classifiers.trees import shipped

TOPICS = ("selection", "policy", "platform", "adoption")
#: thresholds where no model is shipped: the rules give 0 or 1
_RULE_THRESHOLD = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A trained model: a weight per feature and topic, calibration and threshold per topic."""

    weights: Mapping[str, tuple[float, ...]]
    intercepts: tuple[float, ...]
    #: slope and offset of the logistic that turns a margin into a probability
    calibration: tuple[tuple[float, float], ...]
    thresholds: Mapping[str, float]

    def margins(self, found: Mapping[str, float]) -> list[float]:
        """Return the linear score of each topic."""
        margins = list(self.intercepts)
        for name, value in found.items():
            weight = self.weights.get(name)
            if weight is not None:
                for index, part in enumerate(weight):
                    margins[index] += part * value
        return margins


def logistic(margin: float) -> float:
    """Return 1 / (1 + e^-margin) without overflow."""
    if margin >= 0:
        return 1.0 / (1.0 + math.exp(-margin))
    grown = math.exp(margin)
    return grown / (1.0 + grown)


@cache
def model() -> Model | None:
    """Return the shipped model; None where there is none."""
    data = shipped("topics")
    if data is None:
        return None
    return Model(
        weights={name: tuple(row) for name, row in data["weights"].items()},
        intercepts=tuple(data["intercepts"]),
        calibration=tuple((slope, offset) for slope, offset in data["calibration"]),
        thresholds=data["thresholds"],
    )


def topics(title: str, text: str) -> dict[str, float]:
    """Return the probability of each topic; all 0 where no word of the subject occurs."""
    if not near(title, text):
        return dict.fromkeys(TOPICS, 0.0)
    found = features(title, text)
    trained = model()
    if trained is None:
        from dualcross_classifiers.rules import by_rule

        return by_rule(found)
    return {
        topic: logistic(slope * margin + offset)
        for topic, margin, (slope, offset) in zip(TOPICS, trained.margins(found), trained.calibration, strict=True)
    }


def labels(probabilities: Mapping[str, float]) -> tuple[str, ...]:
    """Return the topics at or above their thresholds, in the order of `TOPICS`."""
    trained = model()
    return tuple(
        topic
        for topic in TOPICS
        if probabilities[topic] >= (trained.thresholds[topic] if trained is not None else _RULE_THRESHOLD)
    )
