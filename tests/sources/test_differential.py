"""The fast path and the reference parser, on feeds as they are served: the same entries, and far sooner."""

from __future__ import annotations

import io
import time

import feedparser
import pytest
from tests import realdata

from dualcross.errors import ParseError
from dualcross.sources import feeds
from dualcross.sources.entry import Feed
from dualcross.sources.markup import headline

BASE = "https://example.org/"


def reference(body: bytes) -> feedparser.FeedParserDict:
    return feedparser.parse(io.BytesIO(body), response_headers={"content-location": BASE})


def plain(titles: list[str]) -> list[str]:
    return ["".join(headline(title).split()) for title in titles]


@pytest.mark.realdata
def test_real_feeds_give_the_entries_of_the_reference():
    unlike = []
    for path in sorted((realdata.folder() / "feeds/real").iterdir()):
        body = path.read_bytes()
        theirs, ours = reference(body), feeds.parse(body, base=BASE)
        same = [e.get("link", "") for e in theirs.entries] == [e.link for e in ours.entries]
        named = plain([e.get("title", "") for e in theirs.entries]) == plain([e.title for e in ours.entries])
        if not (same and named):
            unlike.append(path.name)
    assert unlike == []


@pytest.mark.realdata
def test_hostile_documents_are_refused_before_a_second_is_over():
    for path in sorted((realdata.folder() / "feeds/hostile-xml").rglob("*.xml")):
        begun = time.process_time()
        with pytest.raises(ParseError):
            feeds.parse(path.read_bytes())
        assert time.process_time() - begun < 1.0, path.name


@pytest.mark.realdata
def test_old_feeds_in_their_own_code_pages_hold_no_replacement_signs():
    read: list[Feed] = []
    for path in sorted((realdata.folder() / "feeds/chardet/tests").glob("*/*.xml")):
        body = path.read_bytes()
        try:
            read.append(feeds.parse(body, base=BASE))
        except ParseError:
            continue
    assert len(read) > 20
    assert not [feed.title for feed in read if "\ufffd" in feed.title + "".join(e.title for e in feed.entries)]
