"""Boosted trees over signs, from training to the bytes that are served: what the weighing models share."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sklearn
from classifiers.texts import CORPUS, digest, read
from classifiers.train import DATA, DECIMALS, FOLDS, SEED
from sklearn.ensemble import GradientBoostingClassifier

#: share of decisions on which a model trained elsewhere may differ: another processor may round a split otherwise
MOST_UNLIKE = 0.01


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


def manifest_of(model: Mapping[str, Any], **facts: object) -> dict[str, Any]:
    """Return the manifest of a model: what it was made of, by what, and what was measured."""
    return {
        "corpus": digest(CORPUS),
        "folds": FOLDS,
        "model_sha256": hashlib.sha256(dump(model).encode()).hexdigest(),
        "seed": SEED,
        "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        **facts,
    }


def command(
    name: str,
    build: Callable[..., tuple[dict[str, Any], dict[str, Any]]],
    decisions: Callable[[Mapping[str, Any]], Sequence[object]],
    argv: Sequence[str] | None = None,
) -> int:
    """Train, write model and manifest and print what was measured; with `--check` compare, and write nothing.

    `build` takes the texts and whether to measure out of fold, which a comparison can do without; `decisions` tells
    what a model decides on the training texts.
    """
    parser = argparse.ArgumentParser(prog=name, description=f"train the model {name}")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the committed model is another")
    args = parser.parse_args(argv)
    model, manifest = build(read(), measured=not args.check)
    path = DATA / f"{name}.json"
    if not args.check:
        sys.stdout.write(f"{name}: {manifest['examples']} examples, {manifest['out_of_fold']}\n")
        path.write_text(dump(model), "utf-8")
        lines = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1)
        path.with_suffix(".manifest.json").write_text(lines + "\n", "utf-8")
        return 0
    same = path.is_file() and dump(model) == path.read_text("utf-8")
    unlike = 0.0 if same else _unlike(path.read_text("utf-8"), dump(model), decisions) if path.is_file() else 1.0
    sys.stdout.write(f"{name}: {'the same bytes' if same else f'{unlike:.1%} decided otherwise'}\n")
    return 0 if unlike <= MOST_UNLIKE else 1


def _unlike(one: str, other: str, decisions: Callable[[Mapping[str, Any]], Sequence[object]]) -> float:
    """Return the share of decisions in which two models differ."""
    pairs = list(zip(decisions(json.loads(one)), decisions(json.loads(other)), strict=True))
    return sum(a != b for a, b in pairs) / len(pairs)
