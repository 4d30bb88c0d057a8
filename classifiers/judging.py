"""How right findings and alerts are, on every text of the corpus and on real ones, and how fast they come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from classifiers.scoring import Score, calibration_error
from classifiers.texts import Text
from classifiers.weak import Real, day

from classifiers import scoring

#: an undated text is read then
LATER = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MIN_CONFIDENCE = 0.6
Say = Callable[[str], object]


class Judge:
    """Understanding and register, loaded once: an article in, its findings and alerts out."""

    def __init__(self) -> None:
        from dualcross import register
        from dualcross.understanding import understand

        self._understand, self._register = understand, register
        self._shipped = register.shipped()

    def __call__(self, one: Text | Real) -> tuple[Any, Any]:
        """Return what was understood and what the register says to it, against the shipped register alone."""
        article = one.article()
        understood = self._understand(article, ())
        verdict = self._register.judge(
            article,
            understood,
            record_id="gate",
            dossiers={},
            shipped=self._shipped,
            now=_moment(one.published),
            min_confidence=MIN_CONFIDENCE,
        )
        return understood, verdict


def _moment(published: str | None) -> datetime:
    if published is None:
        return LATER
    return datetime.fromisoformat(published[:10]).replace(hour=4, tzinfo=UTC)


def score(texts: Sequence[Text], judge: Judge) -> Score:
    """Return how right the findings and alerts of the texts are."""
    whole = Score()
    for text in texts:
        _, verdict = judge(text)
        before = sum(tally.wrong + tally.missed for tally in (whole.kind("membership"),))
        scoring.findings(text, verdict.findings, whole)
        right = scoring.alerts(text, verdict.alerts, whole)
        if text.trap is not None:
            passed = whole.traps.setdefault(text.trap, [0, 0])
            tally = whole.kind("membership")
            passed[0] += right and tally.wrong + tally.missed == before
            passed[1] += 1
    return whole


def _figures(score: Score, part: str) -> Iterator[tuple[str, float]]:
    for kind, tally in score.kinds.items():
        yield f"{part}.{kind}.precision", tally.precision
        yield f"{part}.{kind}.recall", tally.recall
        yield f"{part}.{kind}.f1", tally.f1
    for name, (right, seen) in score.fields.items():
        yield f"{part}.{name.replace(' ', '-')}", right / seen
    for trigger, tally in score.alerts.items():
        yield f"{part}.alert.{trigger}.precision", tally.precision
        yield f"{part}.alert.{trigger}.recall", tally.recall
    yield f"{part}.confidence.error", calibration_error(score.confidences)
    yield f"{part}.broken-quotes", float(score.broken_quotes)


def _traps(score: Score) -> str:
    cells = (f"{trap}:{passed}/{seen}" for trap, (passed, seen) in sorted(score.traps.items()))
    return "traps passed: " + " ".join(cells)


def measure(texts: Sequence[Text], real: Sequence[Real], say: Say, *, verbose: bool, reveal: bool) -> dict[str, float]:
    """Return the figures of findings, alerts and speed; the held-out part binds, the rest is printed beside.

    `verbose` names the misses of the training part; those of the held-out part stay unseen unless `reveal`, because
    a rule written for a held-out text makes its figure worthless.
    """
    judge = Judge()
    held, seen = [text for text in texts if text.held], [text for text in texts if not text.held]
    own, beside = score(held, judge), score(seen, judge)
    figures = dict(_figures(own, "own"))
    other = dict(_figures(beside, "own"))
    say("findings and alerts        held out   (training part beside)")
    for name, value in sorted(figures.items()):
        say(f"  {name[4:]:32} {value:7.3f}   ({other.get(name, float('nan')):.3f})")
    say(_traps(own))
    say("training part, " + _traps(beside))
    for part, wanted in ((own, reveal), (beside, verbose)):
        if wanted:
            for tally in (*part.kinds.values(), *part.alerts.values()):
                for note in tally.notes:
                    say("  " + note)
    if real:
        figures |= _on_real(real, seen, judge, say)
    return figures


def _on_real(real: Sequence[Real], seen: Sequence[Text], judge: Judge, say: Say) -> dict[str, float]:
    off = [one for one in real if one.about is False]
    told = 0
    for one in off:
        _, verdict = judge(one)
        for alert in verdict.alerts:
            told += 1
            say(f"  false alert: {alert.trigger} on {one.origin}: {one.title[:40]}")
    positives = [
        Real(origin="own", title=text.title, text=text.text, published=text.published, about=True) for text in seen
    ]
    mix = day(tuple(real), positives)
    start = time.process_time()
    for one in mix:
        judge(one)
    speed = len(mix) / (time.process_time() - start)
    say(f"real: {told} alerts on {len(off)} off-topic texts; a day's mix at {speed:.0f} texts a second and core")
    return {"real.false-alerts-per-10000": 10_000 * told / len(off), "speed.day.per-second": speed}
