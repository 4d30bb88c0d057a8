"""Topics by rule, for an installation whose model file is gone."""

from __future__ import annotations

from collections.abc import Mapping


def by_rule(found: Mapping[str, float]) -> dict[str, float]:
    """Return 1 or 0 for each topic from the cue flags alone."""

    def has(*names: str) -> bool:
        return any(found.get(name, 0.0) > 0 for name in names)

    about = has("bias:class-title", "bias:class-lead") or found.get("bias:class-share", 0.0) > 0.3
    events = (
        "select",
        "list",
        "notice",
        "call",
        "recommend",
        "target",
        "strive",
        "deny",
        "evaluate",
        "rank",
        "out",
        "number",
    )
    event = has(*(f"{name}:class" for name in events), *(f"{name}:title+class" for name in events))
    aside = has("opinion:title", "job:title", "quiz:title", "warn:title", "ranker:title")
    issued = (
        has("document:title")
        and has("issue:title", "issue:lead", "clause:body")
        and has("bias:internet", "bias:internet-title")
    )
    named = has("bias:class-title", "bias:class-lead", "bias:class-once")
    return {
        "selection": float(about and event and not aside),
        "policy": float(issued and not has("draft:none")),
        "platform": float(named and has("business:title", "business:lead", "move:title", "show:title") and not aside),
        "adoption": float(
            has("adopt:title", "adopt:lead") and has("case:body", "gain:body") and not about and not issued
        ),
    }
