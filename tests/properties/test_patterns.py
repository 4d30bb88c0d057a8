"""Patterns that are compiled at their first use are patterns, every one of them."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re

import dualcross.extraction
import dualcross.reading
import dualcross.register
from dualcross.patterns import _Late, late


def test_every_late_pattern_of_the_rules_compiles():
    for package in (dualcross.extraction, dualcross.reading, dualcross.register):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
    found = [one for one in gc.get_objects() if type(one) is _Late]
    assert len(found) > 200
    for one in found:
        re.compile(one.pattern, one._flags)


def test_a_late_pattern_does_what_a_compiled_one_does():
    one, same = late(r"(?P<year>\d{4})年", re.IGNORECASE), re.compile(r"(?P<year>\d{4})年", re.IGNORECASE)
    assert (one.pattern, one.groups, one.groupindex, one.flags) == (
        same.pattern, same.groups, same.groupindex, same.flags,
    )  # fmt: skip
    text = "2024年和2025年"
    assert [m.span() for m in one.finditer(text)] == [m.span() for m in same.finditer(text)]
    assert one.sub("x", text) == same.sub("x", text)
    assert one.search(text, 3).group("year") == "2025"
    assert late(b"a+").findall(b"aa-a") == [b"aa", b"a"]
    assert "late" in repr(one)


def test_a_pattern_is_compiled_once_and_only_when_asked(monkeypatch):
    compiled = []
    compile_ = re.compile
    monkeypatch.setattr(re, "compile", lambda *given: compiled.append(given) or compile_(*given))
    one = late("never-met-before-[0-9]")
    assert one.pattern
    assert compiled == []
    search = one.search
    assert one.search is search
    assert len(compiled) == 1
