"""`kill -9` in the middle of the demonstration, then again: the same alerts in all, none twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from dualcross.demo import verdict, week
from dualcross.demo.play import Files, progress
from dualcross.demo.sinks import Inbox
from dualcross.stores.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[2]
_RUN = "import sys; from dualcross.demo import main; raise SystemExit(main(db=sys.argv[1]))"


def _start(db: Path) -> subprocess.Popen[bytes]:
    env = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT / "shared"), str(ROOT / "classifiers")))}
    return subprocess.Popen(
        [sys.executable, "-c", _RUN, str(db)], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def _kill_after_days(db: Path, days: int, pause: float) -> None:
    """Kill the run a moment after it has told of that many days of this run."""
    run = _start(db)
    try:
        assert run.stdout is not None
        told = 0
        while told < days:
            line = run.stdout.readline()
            assert line, "it ended before it was killed"
            told += b" pages read" in line and b"told nobody" not in line
        time.sleep(pause)
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait(10)
        if run.stdout:
            run.stdout.close()


@pytest.mark.parametrize("pauses", [(0.02, 0.15), (0.08, 0.3)])
def test_kill_and_go_on(tmp_path: Path, pauses: tuple[float, float]) -> None:
    files = Files(db=tmp_path / "demo.db")
    _kill_after_days(files.db, 1, pauses[0])
    _kill_after_days(files.db, 3, pauses[1])
    stands = progress(files.db)
    assert stands is not None
    assert 4 <= stands.step < 14
    assert stands.cut == 2
    assert not stands.finished
    run = _start(files.db)
    out, _ = run.communicate(timeout=90)
    text = out.decode()
    assert "Going on where the last run was cut short" in text
    assert run.returncode == 0, text
    store = SqliteStore(str(files.db))
    try:
        alerts = tuple(store.alerts())
        deliveries = store.deliveries()
    finally:
        store.close()
    assert verdict.compare(week.load().expected, alerts) == []
    assert {d.state for d in deliveries} == {"sent"}
    assert max(Counter((d.alert_id, d.subscription_id) for d in deliveries).values()) == 1
    # a receiver may see one message again by the same id, never an alert under another one
    received = {(r.channel, r.id) for r in Inbox(files.received).all()}
    assert len(received) == len(deliveries)
