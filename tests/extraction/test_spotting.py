"""A spotter finds what the regular expression of all its names finds."""

from __future__ import annotations

import re
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from dualcross.extraction import names, regions
from dualcross.extraction.spotting import Spotter
from dualcross.register import shipped


@cache
def lexicon() -> tuple[Spotter, re.Pattern[str], tuple[str, ...]]:
    spotter = names.lexicon(shipped().platforms).spotter
    rows = [(one.pattern or re.escape(one.head), one.head) for each in spotter._by_first.values() for one in each]
    # The spotter keeps the order within a first character; nothing else decides between two at one place.
    pattern = re.compile("|".join(pattern for pattern, _ in rows), re.IGNORECASE)
    found = (*(p.name for p in shipped().platforms), *(n for p in shipped().platforms for n in p.names))
    return spotter, pattern, tuple(dict.fromkeys(found))


pieces = st.one_of(
    st.deferred(lambda: st.sampled_from(lexicon()[2])),
    st.deferred(lambda: st.sampled_from(lexicon()[2]).map(str.upper)),
    st.deferred(lambda: st.sampled_from(lexicon()[2]).map(lambda n: n[: len(n) // 2])),
    st.text("aA中国海尔云- .,平台", max_size=4),
)


@settings(max_examples=300)
@given(st.lists(pieces, max_size=8).map("".join))
def test_names_are_found_as_one_pattern_of_them_finds_them(text):
    spotter, pattern, _ = lexicon()
    assert list(spotter.spans(text)) == [m.span() for m in pattern.finditer(text)]


@given(
    st.lists(st.text("abB", min_size=1, max_size=3), min_size=1, max_size=6, unique_by=str.lower),
    st.text("aAbB ", max_size=12),
    st.booleans(),
)
def test_the_first_name_at_a_place_wins_as_in_a_pattern(words, text, ignored):
    flags = re.IGNORECASE if ignored else 0
    pattern = re.compile("|".join(words), flags)
    assert list(Spotter(((w, None) for w in words), flags).spans(text)) == [m.span() for m in pattern.finditer(text)]
    longer = Spotter(((w[:1], w) for w in words), flags)
    assert list(longer.spans(text)) == [m.span() for m in pattern.finditer(text)]


def test_nothing_finds_nothing():
    assert list(Spotter(()).spans("text")) == []


def test_the_longest_place_is_taken_and_lookaheads_hold():
    assert [p.region.name for p in regions.find("河南岸、山东麓")] == []
    assert [(p.start, p.end, p.region.name) for p in regions.find("广东省深圳市和Hubei, 北京")] == [
        (0, 3, "广东"), (3, 6, "广东"), (7, 12, "湖北"), (14, 16, "北京"),
    ]  # fmt: skip
    gazetteer = regions._gazetteer()
    assert max(map(len, gazetteer.prefixes)) <= regions._LONGEST
    assert gazetteer.prefix("新疆维吾尔自治区某某有限公司") == "新疆维吾尔自治区"
    assert gazetteer.prefix("某某有限公司") is None
