"""Boosted trees over yes-or-no signs, as nested lists, read without scikit-learn."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

#: a leaf is its value; a branch is the number of a feature, the tree where it is absent, the tree where it is there
Tree = float | list[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Trees that add up to the margin of a yes, and the margins from which on it is one."""

    features: Mapping[str, int]
    base: float
    trees: Sequence[Tree]
    #: lowest margin of what a rule says yes to, and of what none does
    bars: Mapping[str, float]

    def margin(self, found: Iterable[str]) -> float:
        """Return the margin of a yes by the signs that are there."""
        return total(self.base, self.trees, present(self.features, found))

    def holds(self, found: Iterable[str], *, ruled: bool) -> bool:
        """Tell whether it is a yes; what a rule says yes to needs less."""
        return self.margin(found) >= self.bars["ruled" if ruled else "other"]

    def probability(self, found: Iterable[str]) -> float:
        """Return the probability of a yes."""
        return 1 / (1 + math.exp(-self.margin(found)))


def verdict(data: Mapping[str, Any]) -> Verdict:
    """Return the verdict that JSON describes."""
    return Verdict(features=numbered(data["features"]), base=data["base"], trees=data["trees"], bars=data["bars"])


def total(base: float, trees: Sequence[Tree], present: frozenset[int]) -> float:
    """Return what the trees add up to for the features that are there."""
    for tree in trees:
        node = tree
        while isinstance(node, list):
            node = node[2 if node[0] in present else 1]
        base += node
    return base


def odds(margins: Mapping[str, float]) -> dict[str, float]:
    """Return the probability of each class by its margin; they add up to 1."""
    most = max(margins.values())
    grown = {name: math.exp(margin - most) for name, margin in margins.items()}
    return {name: value / sum(grown.values()) for name, value in grown.items()}


def numbered(features: Sequence[str]) -> dict[str, int]:
    """Return the number by which the trees know each feature."""
    return {name: number for number, name in enumerate(features)}


def present(features: Mapping[str, int], found: Iterable[str]) -> frozenset[int]:
    """Return the numbers of the features that are there; what the trees do not know is nothing to them."""
    return frozenset(features[name] for name in found if name in features)


def shipped(name: str) -> dict[str, Any] | None:
    """Return a shipped model as data; None where there is none."""
    try:
        raw = resources.files(__package__).joinpath(f"data/{name}.json").read_text("utf-8")
    except FileNotFoundError:
        return None
    found: dict[str, Any] = json.loads(raw)
    return found
