"""Is a day a filing deadline, a figure one of adoption, a document issued: boosted trees over signs."""

from __future__ import annotations

from functools import cache

from dualcross_classifiers.trees import Verdict, shipped, verdict


@cache
def model(question: str) -> Verdict | None:
    """Return the shipped verdict on `deadline`, `adoption` or `issued`; None where there is none."""
    data = shipped("verdicts")
    return verdict(data[question]) if data is not None and question in data else None
