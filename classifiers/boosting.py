"""Boosted trees over signs, from training to the bytes that are served: what the two weighing models share."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from classifiers.train import DATA, DECIMALS
from sklearn.ensemble import GradientBoostingClassifier


def vocabulary(found: Sequence[Mapping[str, float]], groups: Sequence[str], least: int) -> tuple[str, ...]:
    """Return the signs that stand in at least so many groups, in order; what stands in fewer is a name."""
    seen: dict[str, set[str]] = defaultdict(set)
    for one, group in zip(found, groups, strict=True):
        for name in one:
            seen[name].add(group)
    return tuple(sorted(name for name, where in seen.items() if len(where) >= least))


def trees_of(fitted: GradientBoostingClassifier, column: int, numbers: dict[int, int]) -> tuple[float, list[Any]]:
    """Return where the sum of one class starts, and its trees; `numbers` gives each feature used its number."""
    trees = [_tree(row[column].tree_, fitted.learning_rate, numbers) for row in fitted.estimators_]
    nothing = np.zeros((1, fitted.n_features_in_))
    start = np.atleast_1d(fitted.decision_function(nothing)[0])[column]
    sums = sum(row[column].predict(nothing)[0] for row in fitted.estimators_) * fitted.learning_rate
    return round(float(start - sums), DECIMALS), trees


def _tree(part: Any, rate: float, numbers: dict[int, int], node: int = 0) -> Any:
    """Return a regression tree as nested lists: [feature, absent, present], leaves times the learning rate."""
    left, right = part.children_left[node], part.children_right[node]
    if left < 0:
        return round(float(part.value[node][0][0]) * rate, DECIMALS)
    feature = numbers.setdefault(int(part.feature[node]), len(numbers))
    return [feature, _tree(part, rate, numbers, left), _tree(part, rate, numbers, right)]


def dump(model: Mapping[str, Any]) -> str:
    """Return JSON with a line for each tree, so that a diff can be read."""
    lines = json.dumps(model, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return lines.replace("]]],[", "]]],\n[") + "\n"


def digest_of(model: Mapping[str, Any]) -> str:
    """Return the sha256 of the bytes a model is shipped as."""
    return hashlib.sha256(dump(model).encode()).hexdigest()


def write(name: str, model: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    """Write model and manifest where they are served from."""
    (DATA / f"{name}.json").write_text(dump(model), "utf-8")
    (DATA / f"{name}.manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n", "utf-8"
    )
