"""What does a number count: boosted trees over signs, one sum for each measure, read without scikit-learn."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from dualcross_classifiers.members import Tree, total


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
        present = frozenset(self.features[name] for name in found if name in self.features)
        margins = {measure: total(base, trees, present) for measure, (base, trees) in self.measures.items()}
        most = max(margins.values())
        grown = {measure: math.exp(margin - most) for measure, margin in margins.items()}
        return {measure: value / sum(grown.values()) for measure, value in grown.items()}


@cache
def model() -> Numbers | None:
    """Return the shipped model; None where there is none."""
    try:
        raw = resources.files(__package__).joinpath("data/tallies.json").read_text("utf-8")
    except FileNotFoundError:
        return None
    data = json.loads(raw)
    return Numbers(
        features={name: number for number, name in enumerate(data["features"])},
        measures={measure: (base, trees) for measure, (base, trees) in data["measures"].items()},
        bar=data["bar"],
        doubt=data["doubt"],
    )
