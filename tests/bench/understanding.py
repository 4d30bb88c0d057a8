"""Article text to findings, a day's mix with two in a hundred on topic: `python -m tests.bench.understanding`.

Off-topic texts are real ones where they lie beside the checkout, else those of the corpus, which are harder: each of
them was written to look like news of the programme.
"""

from __future__ import annotations

import random
import sys
import time

from classifiers.texts import read
from classifiers.weak import Real, day
from classifiers.weak import read as read_real

from dualcross.model import Article
from dualcross.reading.language import language
from dualcross.understanding import understand

GOAL = 150
_SIZE, _ROUNDS = 1000, 3


def articles() -> tuple[list[Article], str]:
    """Return the mix as articles, and where it comes from."""
    own = [Real(origin="own", title=t.title, text=t.text, published=t.published, about=bool(t.labels)) for t in read()]
    about, off = [one for one in own if one.about], tuple(one for one in own if not one.about)
    real = read_real()
    mix = day(real, about, _SIZE) if real else day(off, about, _SIZE)
    random.Random(1).shuffle(mix)
    told = "real texts" if real else "texts of the corpus, the real ones are not here"
    return [
        Article(url=None, title=t.title, text=t.text, published=t.published, language=language(f"{t.title}\n{t.text}"))
        for t in mix
    ], told


def main() -> int:
    """Measure and print."""
    mix, told = articles()
    understand(mix[0], ())
    best = 0.0
    for _ in range(_ROUNDS):
        begin = time.process_time()
        for article in mix:
            understand(article, ())
        best = max(best, len(mix) / (time.process_time() - begin))
    size = sum(len(article.text) for article in mix) // len(mix)
    print(f"{len(mix):,} {told}, {size} characters each on average, the best of {_ROUNDS} rounds")
    print(f"understanding: {best:,.0f} articles a second and core (goal {GOAL})")
    return 0 if best >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
