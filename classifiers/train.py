"""Trains the topic model: `python -m classifiers.train` writes model and manifest, the same bytes each time.

corpus ─► features ─► grouped folds ─► out-of-fold margins ─► calibration, thresholds
              └─────► all of training ─► weights ─► data/topics.json, data/topics.manifest.json
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from classifiers.texts import CORPUS, Text, digest, read
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.multiclass import OneVsRestClassifier

from dualcross_classifiers import TOPICS, features, logistic
from dualcross_classifiers.features import near

DATA = Path(__file__).parent / "dualcross_classifiers" / "data"
SEED = 20211
FOLDS = 5
#: inverse of regularisation  # swept 0.3-10 on grouped folds, see docs/decisions/0070
STRENGTH = 0.5
#: a gram must stand in that many groups, or it is a name
MIN_GROUPS = 10
#: decimals of a weight: keeps the file small and the bytes equal
DECIMALS = 5


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What a training run made: the model as data, its manifest, and the estimator it was read from."""

    model: dict[str, Any]
    manifest: dict[str, Any]
    names: tuple[str, ...]
    estimator: OneVsRestClassifier


def vocabulary(found: Sequence[dict[str, float]], texts: Sequence[Text]) -> tuple[str, ...]:
    """Return the feature names kept: every flag, and the grams of enough groups."""
    groups: dict[str, set[str]] = defaultdict(set)
    for one, text in zip(found, texts, strict=True):
        for name in one:
            groups[name].add(text.group)
    return tuple(sorted(name for name, seen in groups.items() if name[1] != "=" or len(seen) >= MIN_GROUPS))


def matrix(found: Sequence[dict[str, float]], names: Sequence[str]) -> csr_matrix:
    """Return the features as rows, columns in the order of `names`."""
    column = {name: index for index, name in enumerate(names)}
    data, rows, columns = [], [], []
    for row, one in enumerate(found):
        for name in sorted(one):
            if name in column and one[name]:
                data.append(one[name])
                rows.append(row)
                columns.append(column[name])
    return csr_matrix((data, (rows, columns)), shape=(len(found), len(names)))


def fit(x: csr_matrix, y: np.ndarray) -> OneVsRestClassifier:
    """Fit one logistic regression per topic; liblinear's trust region needs no random numbers and no BLAS threads."""
    base = LogisticRegression(
        C=STRENGTH, solver="liblinear", class_weight=None, tol=1e-8, max_iter=2000, random_state=SEED
    )
    return OneVsRestClassifier(base).fit(x, y)


def margins_out_of_fold(texts: Sequence[Text], found: Sequence[dict[str, float]], y: np.ndarray) -> np.ndarray:
    """Return for each text the margins of a model that saw no text of its group."""
    margins = np.zeros(y.shape)
    groups = [text.group for text in texts]
    for train, test in GroupKFold(n_splits=FOLDS).split(texts, groups=groups):
        names = vocabulary([found[i] for i in train], [texts[i] for i in train])
        estimator = fit(matrix([found[i] for i in train], names), y[train])
        margins[test] = estimator.decision_function(matrix([found[i] for i in test], names))
    return margins


def calibrate(margins: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Return slope and offset of Platt's logistic, with his smoothed targets against over-confidence."""
    positive, negative = truth.sum(), len(truth) - truth.sum()
    target = np.where(truth, (positive + 1) / (positive + 2), 1 / (negative + 2))
    slope, offset = 1.0, 0.0
    for _ in range(100):
        p = 1 / (1 + np.exp(-(slope * margins + offset)))
        w = np.maximum(p * (1 - p), 1e-9)
        gradient = np.array([((p - target) * margins).sum(), (p - target).sum()])
        hessian = np.array(
            [[(w * margins**2).sum(), (w * margins).sum()], [(w * margins).sum(), w.sum()]]
        ) + 1e-6 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        slope, offset = slope - step[0], offset - step[1]
        if abs(step).max() < 1e-10:
            break
    return round(float(slope), DECIMALS), round(float(offset), DECIMALS)


def threshold(probabilities: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Return the cut with the best F1 and that F1; of a plateau the middle, so that one text does not move it."""
    grid = [round(0.05 + 0.01 * step, 2) for step in range(86)]
    scores = [f1(probabilities >= cut, truth) for cut in grid]
    best = max(scores)
    plateau = [cut for cut, score in zip(grid, scores, strict=True) if score >= best - 1e-9]
    return plateau[len(plateau) // 2], best


def f1(found: np.ndarray, truth: np.ndarray) -> float:
    """Return the harmonic mean of precision and recall."""
    both = (found & truth).sum()
    return float(2 * both / max(found.sum() + truth.sum(), 1))


def build(texts: Sequence[Text]) -> Trained:
    """Train on the texts that are not held."""
    texts = [text for text in texts if not text.held and near(text.title, text.text)]
    found = [features(text.title, text.text) for text in texts]
    y = np.array([[topic in text.labels for topic in TOPICS] for text in texts])
    margins = margins_out_of_fold(texts, found, y)
    calibration, thresholds, scores = [], {}, {}
    for index, topic in enumerate(TOPICS):
        slope, offset = calibrate(margins[:, index], y[:, index])
        calibration.append((slope, offset))
        probabilities = np.array([logistic(slope * margin + offset) for margin in margins[:, index]])
        thresholds[topic], best = threshold(probabilities, y[:, index])
        scores[topic] = {"f1": round(best, 3), "positives": int(y[:, index].sum())}
    names = vocabulary(found, texts)
    estimator = fit(matrix(found, names), y)
    for part in estimator.estimators_:
        part.coef_ = np.round(part.coef_, DECIMALS)
        part.intercept_ = np.round(part.intercept_, DECIMALS)
    rows = zip(*(part.coef_[0] for part in estimator.estimators_), strict=True)
    weights = {name: [float(value) for value in row] for name, row in zip(names, rows, strict=True) if any(row)}
    model = {
        "calibration": calibration,
        "intercepts": [float(part.intercept_[0]) for part in estimator.estimators_],
        "thresholds": thresholds,
        "topics": list(TOPICS),
        "weights": weights,
    }
    manifest = {
        "corpus": digest(CORPUS),
        "features": len(weights),
        "folds": FOLDS,
        "groups": len({text.group for text in texts}),
        "labels": dict(sorted(Counter(label for text in texts for label in text.labels).items())),
        "model_sha256": hashlib.sha256(dump(model).encode()).hexdigest(),
        "out_of_fold": scores,
        "seed": SEED,
        "strength": STRENGTH,
        "texts": len(texts),
        "thresholds": "best F1 over out-of-fold probabilities, 0.05-0.90 by 0.01, middle of the plateau",
        "calibration": "Platt over out-of-fold margins, smoothed targets",
        "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    }
    return Trained(model=model, manifest=manifest, names=names, estimator=estimator)


def dump(data: dict[str, Any]) -> str:
    """Return JSON with sorted keys, one weight a line, so that a diff can be read."""
    weights = data["weights"]
    rest = json.dumps({**data, "weights": {}}, ensure_ascii=False, sort_keys=True)[:-3]
    lines = (f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(weights[name])}" for name in sorted(weights))
    return rest + "{\n" + ",\n".join(lines) + "\n}}\n"


def main() -> int:
    """Train, write model and manifest, print one line per topic."""
    trained = build(read())
    DATA.mkdir(exist_ok=True)
    (DATA / "topics.json").write_text(dump(trained.model), "utf-8")
    (DATA / "topics.manifest.json").write_text(
        json.dumps(trained.manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n", "utf-8"
    )
    for topic, score in trained.manifest["out_of_fold"].items():
        sys.stdout.write(f"{topic:10} out-of-fold F1 {score['f1']:.3f} on {score['positives']} texts\n")
    sys.stdout.write(f"{trained.manifest['features']} features from {trained.manifest['texts']} texts\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
