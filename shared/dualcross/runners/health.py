"""How the sources fare, as CloudWatch metrics: written as one log line, which costs no call.

No dimension names a source: each would be a metric of its own, at 0.30 dollars a month.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any, TextIO

from dualcross.deps import Deps

NAMESPACE = "dualcross"
#: minutes between two lines: alarms look at five-minute periods
EVERY = 5
#: failed polls in a row that make a source count as failing
FAILING = 3


def emit(deps: Deps, out: TextIO | None = None) -> None:
    """Write the metrics line where one is due this minute."""
    now = deps.clock.now()
    if now.minute % EVERY == 0:
        print(json.dumps(line(deps, now)), file=out or sys.stdout, flush=True)


def line(deps: Deps, now: datetime) -> dict[str, Any]:
    """Return the metrics in CloudWatch's embedded format."""
    states = [state for source, state in deps.store.sources() if not source.paused and not state.gone]
    successes = [state.last_success for state in states if state.last_success is not None]
    silent = (now - max(successes)).total_seconds() / 60 if successes else 0.0
    failing = sum(state.failures >= FAILING for state in states)
    return {
        "_aws": {
            "Timestamp": int(now.timestamp() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["Stack"]],
                    "Metrics": [
                        {"Name": "MinutesSincePoll", "Unit": "None"},
                        {"Name": "SourcesFailing", "Unit": "Count"},
                    ],
                }
            ],
        },
        "Stack": deps.settings.stack,
        "MinutesSincePoll": round(silent, 1),
        "SourcesFailing": failing,
        "sources": len(states),
    }
