"""The gate of politeness can be passed and can fail."""

from __future__ import annotations

import json

from tests.gates.polite import FLOORS, failures, measure


def test_a_short_day_keeps_the_floors_and_worse_figures_do_not() -> None:
    floors = json.loads(FLOORS.read_text("utf-8"))["polite"]
    figures = measure(hosts=10, ticks=30)
    assert failures(figures, floors) == []
    assert figures["unchanged"] > 100
    for name in floors:
        worse = figures | {name: 0.5 if name == "unchanged_304" else floors[name] + 1}
        assert len(failures(worse, floors)) == 1
