"""The corpus keeps its own rules."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict

import pytest
from classifiers.draft import rows
from classifiers.texts import Text, read, shared_runs

from dualcross.register.roster import shipped

TEXTS = read()
#: surfaces of invented platforms that are also everyday words
_LATIN_OR_LONG = re.compile(r"[A-Za-z]{4}|.{4,}")


def hard_negative(text: Text) -> bool:
    """A text near the subject from which no alert may follow."""
    return text.expect["alerts"] == []


def test_ids_are_unique() -> None:
    ids = [text.id for text in TEXTS]
    assert len(ids) == len(set(ids))


def test_variants_stay_on_one_side() -> None:
    sides = defaultdict(set)
    for text in TEXTS:
        sides[text.group].add(text.split)
    assert {group for group, splits in sides.items() if len(splits) > 1} == set()


def test_no_run_stands_in_two_groups() -> None:
    assert shared_runs(TEXTS) == []


def test_a_shared_run_is_found() -> None:
    draft = (
        "\n=== 1 | s | T | | | 0 | | \n题\n这一段文字正好被两个不同的组使用了。\n~~~\n"
        "=== 2 | s | T | | | 0 | | \n题\n前面不同，这一段文字正好被两个不同的组使用了。\n~~~\n"
    )
    texts = [Text(**{**row, "labels": tuple(row["labels"])}) for row in rows(draft, "x")]
    assert shared_runs(texts)


def test_shares_and_length() -> None:
    chinese = sum(text.lang != "en" for text in TEXTS) / len(TEXTS)
    negatives = sum(map(hard_negative, TEXTS)) / len(TEXTS)
    assert chinese >= 0.6
    assert negatives >= 0.4
    assert statistics.median(len(text.text) for text in TEXTS) >= 235


def test_held_names_stand_in_no_training_text() -> None:
    training = "\n".join(text.title + "\n" + text.text for text in TEXTS if not text.held)
    known = {name for platform in shipped().platforms for name in (platform.name, *platform.names)}
    known |= {"海尔", "华为", "腾讯"}
    strays = {
        member["platform"]
        for text in TEXTS
        if text.held and text.expect["alerts"]
        for member in text.expect["memberships"]
        if member["platform"] in training and member["platform"] not in known
    }
    assert {name for name in strays if _LATIN_OR_LONG.search(name)} == set()


@pytest.mark.parametrize("trap", range(1, 25))
def test_every_trap_is_set(trap: int) -> None:
    assert any(text.trap == trap for text in TEXTS)
