"""Streams of texts through the whole of understanding and register: each line's alerts, exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from classifiers.texts import language

from dualcross.deps import Understood
from dualcross.extraction import extract
from dualcross.model import Alert, Article
from dualcross.ports import Platform
from dualcross.register import shipped
from dualcross.register.replay import read_lines, replay
from dualcross.stores.memory import MemoryStore

STREAMS = sorted((Path(__file__).parents[1] / "streams").glob("*.jsonl"))


def understand(article: Article, learned: tuple[Platform, ...]) -> Understood:
    return Understood(topics={}, labels=(), findings=extract(article, learned))


def read(row: Mapping[str, Any]) -> Article:
    return Article(
        url=row["url"],
        title=row["title"],
        text=row["text"],
        published=row["published"],
        source=row["source"],
        official=row["official"],
        language=language(row["text"]),
    )


def told(alert: Alert, wanted: Mapping[str, Any]) -> bool:
    """Tell whether an alert is the expected one; names may be any surface of the platform."""
    s = alert.subject
    names = " ".join((s.name or "", *alert.names)).casefold()
    checks = {
        "name": lambda v: v.casefold() in names,
        "code": lambda v: s.code == v,
        "from": lambda v: s.moved_from == v,
        "title": lambda v: v in (s.title or ""),
        "date": lambda v: s.date == v,
    }
    exact = alert.trigger == wanted["trigger"] and alert.confirmed == wanted.get("confirmed", False)
    listed = alert.possibly_listed == wanted.get("possibly_listed", alert.possibly_listed)
    return exact and listed and all(check(wanted[k]) for k, check in checks.items() if k in wanted)


CASES = [pytest.param(p, id=p.stem) for p in STREAMS]


@pytest.mark.parametrize("path", CASES)
def test_each_line_brings_exactly_its_alerts(path: Path) -> None:
    raw = path.read_text(encoding="utf-8").splitlines()
    expected = {row["n"]: row["expect"] for row in map(json.loads, raw)}
    wrong = []
    for n, alerts in replay(read_lines(raw, read), understand, MemoryStore(), shipped()):
        missing = [w for w in expected[n] if not any(told(a, w) for a in alerts)]
        extra = [
            f"{a.trigger}{'!' if a.confirmed else ''} {a.subject.name or a.subject.title or a.subject.date}"
            for a in alerts
            if not any(told(a, w) for w in expected[n])
        ]
        if missing or extra or len(alerts) != len(expected[n]):
            wrong.append((n, "missing", missing, "extra", extra))
    assert wrong == []


def test_there_are_streams() -> None:
    assert len(STREAMS) >= 12
