"""Is a name told to be a member, and at which stage: boosted trees over signs, read without scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dualcross_classifiers import logistic
from dualcross_classifiers.trees import Tree, numbered, odds, present, shipped, total


@dataclass(frozen=True, kw_only=True, slots=True)
class Members:
    """A trained model: trees that add up to the margin of membership, and to one of each stage."""

    features: Mapping[str, int]
    base: float
    trees: Sequence[Tree]
    #: slope and offset of the logistic that turns the margin of membership into a probability
    calibration: tuple[float, float]
    #: lowest probability at which a candidate is accepted, by its kind
    thresholds: Mapping[str, float]
    stages: Mapping[str, tuple[float, Sequence[Tree]]]

    def membership(self, found: Iterable[str]) -> float:
        """Return the calibrated probability that the name is told to be a member."""
        slope, offset = self.calibration
        return logistic(slope * total(self.base, self.trees, present(self.features, found)) + offset)

    def stage(self, found: Iterable[str]) -> tuple[str, float]:
        """Return the likeliest stage of a member, and its probability."""
        there = present(self.features, found)
        likely = odds({stage: total(base, trees, there) for stage, (base, trees) in self.stages.items()})
        stage = max(likely, key=likely.__getitem__)
        return stage, likely[stage]

    def bar(self, found: Iterable[str]) -> float:
        """Return the probability that a candidate must reach: one that a rule claims, a known one, or any other."""
        return self.thresholds[kind(frozenset(found))]

    def accepts(self, found: Iterable[str]) -> bool:
        """Tell whether the name is held for a member."""
        return self.membership(found) >= self.bar(found)


def kind(found: frozenset[str]) -> str:
    """Return which bar a candidate must clear: a rule's entry or other stage, a known one, any other."""
    if "ruled" in found:
        entry = not found.isdisjoint(f"rule stage:{stage}" for stage in ("selected", "publicized", "recommended"))
        return "ruled entry" if entry else "ruled change"
    return "known" if "is:known" in found else "local"


@cache
def model() -> Members | None:
    """Return the shipped model; None where there is none."""
    data = shipped("members")
    return None if data is None else of(data)


def of(data: Mapping[str, Any]) -> Members:
    """Return the model that JSON describes."""
    return Members(
        features=numbered(data["features"]),
        base=data["base"],
        trees=data["trees"],
        calibration=(data["calibration"][0], data["calibration"][1]),
        thresholds=data["thresholds"],
        stages={stage: (base, trees) for stage, (base, trees) in data["stages"].items()},
    )
