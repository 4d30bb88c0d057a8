"""A page as it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh-Hans", "zh-Hant", "en", "und"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One of several stories on a page; `start`, `end` are offsets into the article's text."""

    title: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file the page links to, read as text where it could be."""

    url: str
    name: str
    media: str
    text: str = ""
    #: why there is no text: `scanned`, `too large`, `unreadable`, …; empty where there is
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """A read page.

    `text` holds the main text only: paragraphs separated by one newline, a table row on a line of its own with
    its cells separated by TAB (row and column spans repeated in each cell they cover).
    """

    url: str | None
    title: str
    text: str
    #: the page's local date as printed, `YYYY-MM-DD` or with time and offset; None where it has none
    published: str | None = None
    language: Language = "und"
    #: outlet or source name as printed or configured
    source: str | None = None
    author: str | None = None
    official: bool = False
    canonical_url: str | None = None
    stories: tuple[Story, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    #: offset in `text` where attachment text begins; None where none was joined
    annex_start: int | None = None
