"""What an article says: topics by the classifier, findings by the rules."""

from __future__ import annotations

from dualcross.deps import Understood
from dualcross.model import Article
from dualcross.ports import Platform


def understand(article: Article, learned: tuple[Platform, ...] = ()) -> Understood:
    """Return topics, labels and findings of an article; the same article and platforms give the same answer."""
    import dualcross_classifiers
    from dualcross.extraction import extract

    topics = dualcross_classifiers.topics(article.title, article.text)
    return Understood(topics=topics, labels=dualcross_classifiers.labels(topics), findings=extract(article, learned))
