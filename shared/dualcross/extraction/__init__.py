"""From an article to typed findings with evidence; rules, gazetteer, and what weighs them; no store, no clock."""

from __future__ import annotations

from dualcross.model import Article, Finding
from dualcross.ports import Platform


def extract(article: Article, learned: tuple[Platform, ...] = ()) -> tuple[Finding, ...]:
    """Return what an article says: memberships first, then counts, policies, deadlines and adoption figures.

    `learned` are platforms known beyond the shipped register; they win over shipped ones of the same id.
    """
    from dualcross.extraction import adoption, deadlines, membership, policies, tallying
    from dualcross.extraction.names import lexicon
    from dualcross.extraction.normal import prepare
    from dualcross.register.roster import shipped

    register = shipped()
    fresh = {p.id for p in learned}
    lex = lexicon((*learned, *(p for p in register.platforms if p.id not in fresh)))
    prepared = prepare(article)
    return (
        *membership.find(prepared, lex, register),
        *tallying.find(prepared),
        *policies.find(prepared),
        *deadlines.find(prepared),
        *adoption.find(prepared),
    )
