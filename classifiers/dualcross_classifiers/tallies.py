"""What does a number count: boosted trees over signs, one sum for each measure, read without scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dualcross_classifiers.trees import Tree, numbered, odds, present, shipped, total


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """A trained model: trees that add up to a margin for each measure, `none` among them."""

    features: Mapping[str, int]
    measures: Mapping[str, tuple[float, Sequence[Tree]]]
    #: lowest probability of a measure at which a number is told that no rule counts
    bar: float
    #: lowest probability that a rule's number counts anything at all
    doubt: float

    def odds(self, found: Iterable[str]) -> dict[str, float]:
        """Return the probability of each measure; they add up to 1."""
        there = present(self.features, found)
        return odds({measure: total(base, trees, there) for measure, (base, trees) in self.measures.items()})


@cache
def model() -> Numbers | None:
    """Return the shipped model; None where there is none."""
    data = shipped("tallies")
    return None if data is None else of(data)


def of(data: Mapping[str, Any]) -> Numbers:
    """Return the model that JSON describes."""
    return Numbers(
        features=numbered(data["features"]),
        measures={measure: (base, trees) for measure, (base, trees) in data["measures"].items()},
        bar=data["bar"],
        doubt=data["doubt"],
    )
