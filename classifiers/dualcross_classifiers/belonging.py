"""Which place is a member's home, which year its round, is it new: boosted trees over signs, without scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dualcross_classifiers.trees import Tree, Verdict, numbered, odds, present, shipped, total, verdict

#: what the trees call true, false and unknown
_NEWNESS = {"True": True, "False": False, "None": None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Newness:
    """Trees that add up to a margin for each answer."""

    features: Mapping[str, int]
    answers: Mapping[str, tuple[float, Sequence[Tree]]]
    #: lowest probability of an answer that stands against the rules'
    sure: float

    def likeliest(self, found: Iterable[str], ruled: bool | None) -> bool | None:
        """Return whether the member is told to be new; None where the text does not say.

        What the rules say stands unless the model is sure of something else.
        """
        there = present(self.features, found)
        likely = odds({answer: total(base, trees, there) for answer, (base, trees) in self.answers.items()})
        answer = max(likely, key=likely.__getitem__)
        return _NEWNESS[answer] if ruled is None or likely[answer] >= self.sure else ruled


@dataclass(frozen=True, kw_only=True, slots=True)
class Belonging:
    """The three models."""

    home: Verdict
    round: Verdict
    first: Newness


def best(verdict: Verdict, values: Mapping[str, Iterable[str]], ruled: str | None) -> str | None:
    """Return the likeliest value by its signs, of two the first; None where none is likely. `ruled` is the rules'."""
    margins = {value: verdict.margin(found) for value, found in values.items()}
    value = max(margins, key=margins.__getitem__, default=None)
    bar = verdict.bars["other" if ruled is None else "ruled"]
    return value if value is not None and margins[value] >= bar else None


@cache
def model() -> Belonging | None:
    """Return the shipped models; None where there are none."""
    data = shipped("belonging")
    return None if data is None else of(data)


def of(data: Mapping[str, Any]) -> Belonging:
    """Return the models that JSON describes."""
    first = data["first"]
    return Belonging(
        home=verdict(data["home"]),
        round=verdict(data["round"]),
        first=Newness(
            features=numbered(first["features"]),
            sure=first["sure"],
            answers={answer: (base, trees) for answer, (base, trees) in first["answers"].items()},
        ),
    )
