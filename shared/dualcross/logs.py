"""Structured logs: one JSON object a line on stderr, each with the id of its run."""

from __future__ import annotations

import json
import logging
import sys
import uuid
from datetime import UTC, datetime
from typing import TextIO

from dualcross.errors import ConfigError

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "OFF")
_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def run_id() -> str:
    """Return a new id for one run of the program."""
    return uuid.uuid4().hex[:12]


class JsonLines(logging.Formatter):
    """Formats a record as one line: when, level, run, event, then what the caller gave as `extra`."""

    def __init__(self, run: str) -> None:
        super().__init__()
        self._run = run

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback is a field of it."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "run": self._run,
            "logger": record.name,
            "event": record.getMessage(),
        }
        line.update({key: value for key, value in vars(record).items() if key not in _OWN})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def setup(level: str, run: str, stream: TextIO | None = None) -> None:
    """Send this program's logs to the stream (stderr); `OFF` silences them. A second call replaces the first."""
    if level.upper() not in LEVELS:
        raise ConfigError(f"--log-level must be one of {', '.join(LEVELS)}, not {level!r}")
    logger = logging.getLogger("dualcross")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(run))
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.CRITICAL + 1 if level.upper() == "OFF" else level.upper())
