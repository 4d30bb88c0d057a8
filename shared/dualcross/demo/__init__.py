"""`dualcross demo`: a week of invented news, from a web server on this machine through the whole pipeline.

Nothing leaves loopback. Exit 0 only where the alerts that the week's script names came, each once, and none else.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TextIO


def default_db() -> Path:
    """Return where the demonstration's database lies without `--db`: in the user's state folder."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "dualcross" / "demo.db"


def main(
    *,
    db: str | None = None,
    fresh: bool = False,
    serve: bool = False,
    port: int | None = None,
    out: TextIO | None = None,
) -> int:
    """Play the week, print the summary and return the exit code.

    A demonstration that was cut short goes on where it was, one that finished starts anew; `fresh` starts anew in
    any case. `serve` then shows the database on the API and dashboard until interrupted.
    """
    from dualcross.demo import play, summary, verdict, week

    script = week.load()
    files = play.Files(db=Path(db).resolve() if db else default_db())
    paper = summary.Paper(out or sys.stdout)
    with play.locked(files):
        stands = play.progress(files.db)
        if stands is None or stands.finished or fresh:
            files.clear()
            stands = None
        first, last = script.evening(1), script.evening(week.DAYS)
        paper.line(f"A week of invented news, {first:%d} to {last:%d %B %Y}, from a server on this machine.")
        if stands is not None:
            done = f"{stands.step} of {len(script.steps())} polls were done"
            paper.line(f"Going on where the last run was cut short: {done}.")

        def told(day: int, text: str) -> None:
            paper.line(summary.day_line(script, day, text))

        with play.playing(script, files, at=stands or play.Progress(), told=told) as played:
            judged = verdict.judge(script, played)
            summary.write(paper, played, judged)
    paper.line(f"The database stays until the next demo: dualcross records --db {files.db}")
    code = _serve(files.db, port) if serve else 0
    return code if judged.good else 1


def _serve(db: Path, port: int | None) -> int:
    from dualcross.cli import main as command

    return command(["serve", "--db", str(db), *(["--port", str(port)] if port is not None else [])])
