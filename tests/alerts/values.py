"""Alerts and subscriptions for tests, in words of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dualcross.model import Alert, Region, Subject, Subscription

NOW = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


def alert(number: int = 1, **changes: Any) -> Alert:
    made = Alert(
        id=f"alert-{number}",
        trigger="platform.new",
        subject=Subject(
            id=f"plat{number}", name=f"云枢平台{number}", names=("云枢", "Yunshu"), operator="云枢科技", code="440000"
        ),
        event=f"dual-cross/entry/2023/plat{number}",
        names=("云枢", "Yunshu"),
        stage="selected",
        round="2023",
        confidence=0.93,
        by="list.enumeration",
        region=Region(code="440000", name="广东"),
        record_id=f"record-{number}",
        url=f"https://news.example.cn/a/{number}.html",
        title="名单公布",
        source="某市工信局",
        published="2023-06-16T09:05:00+08:00",
        language="zh-Hans",
        quotes=("云枢平台正式列入名单。",),
        sources=2,
        ladder="corroborated",
        created=NOW,
        topics=("selection",),
    )
    return replace(made, **changes)


def subscription(**changes: Any) -> Subscription:
    made = Subscription(id="sub-1", channel="email", address="reader@example.org", language="zh", created=NOW)
    return replace(made, **changes)
