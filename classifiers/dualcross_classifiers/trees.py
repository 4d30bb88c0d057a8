"""Boosted trees over yes-or-no signs, as nested lists, read without scikit-learn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any

#: a leaf is its value; a branch is the number of a feature, the tree where it is absent, the tree where it is there
Tree = float | list[Any]


def total(base: float, trees: Sequence[Tree], present: frozenset[int]) -> float:
    """Return what the trees add up to for the features that are there."""
    for tree in trees:
        node = tree
        while isinstance(node, list):
            node = node[2 if node[0] in present else 1]
        base += node
    return base


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
