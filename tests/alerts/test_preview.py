"""What a subscription would have sent; tests/stages/test_digest.py holds it against what the stages send."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.alerts.values import NOW, alert, subscription

from dualcross.alerts.preview import preview


def at(number: int, minutes: float):
    return alert(number, created=NOW + timedelta(minutes=minutes))


def counts(sent):
    return [(len(one.alerts), set(one.held)) for one in sent]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, [(1, set()), (1, set()), (1, set()), (1, set())]),
        ({"query": "region:330000"}, []),
        ({"triggers": ("policy.new",)}, []),
        ({"cadence": "daily@12:00"}, [(3, {"cadence"}), (1, {"cadence"})]),
        ({"quiet": "11:00-12:30"}, [(2, {"quiet"}), (1, set()), (1, set())]),
        ({"cap": 1}, [(1, set()), (1, {"cap"}), (1, {"cap"}), (1, set())]),
        ({"state": "pending"}, [(1, set())] * 4),
    ],
    ids=str,
)
def test_messages_and_why_they_waited(changes, wanted):
    # 11:30, 11:40, 12:40 and 14:30 of the next day in Shanghai.
    alerts = [at(4, 27 * 60), at(2, 10), at(1, 0), at(3, 20 if "cadence" in changes else 70)]
    assert counts(preview(subscription(**changes), alerts, NOW)) == wanted


def test_what_is_older_is_left_out():
    assert preview(subscription(), [at(1, -1), alert(2, created=None)], NOW) == ()


def test_a_digest_tells_them_in_the_order_in_which_they_came():
    (sent,) = preview(subscription(cadence="daily@12:00"), [at(2, 5), at(1, 0)], NOW)
    assert [one.id for one in sent.alerts] == ["alert-1", "alert-2"]
    assert sent.at == datetime.fromisoformat("2026-03-02T12:00:00+08:00")
