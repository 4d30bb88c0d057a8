"""The models that weigh what an article shows, where they are shipped; without them the rules' word stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dualcross_classifiers.trees import Verdict


def verdict(question: str) -> Verdict | None:
    """Return the verdict on `deadline`, `adoption` or `issued`; None where the layer or the model is absent."""
    try:
        from dualcross_classifiers import verdicts
    except ImportError:
        return None
    return verdicts.model(question)
