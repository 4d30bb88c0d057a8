"""The files a page links to: an official list is often an annex, and the page above it names nobody."""

from __future__ import annotations

import re
from collections.abc import Callable

from dualcross.errors import FetchError, SourceError
from dualcross.model import Article, Attachment, Fetched

#: files of one page that are fetched
MOST = 4
#: only pages that may be about the programme are worth the requests
_SUBJECT = re.compile(r"双跨|雙跨|跨行[业業]|工[业業]互[联聯][网網]|industrial internet|cross-industry", re.IGNORECASE)


def is_subject(article: Article) -> bool:
    """Tell whether the page may be about the programme: only then is it worth more requests."""
    return _SUBJECT.search(f"{article.title}\n{article.text}") is not None


def with_annexes(article: Article, page: Fetched, get: Callable[[str], Fetched]) -> Article:
    """Return the article with the texts of its annexes joined; one that cannot be had says why and harms nothing."""
    if article.annex_start is not None or not is_subject(article):
        return article
    from dualcross.reading.attachments import attachment_links, read_attachment, with_attachments

    files = []
    for url, name in attachment_links(page)[:MOST]:
        try:
            fetched = get(url)
        except SourceError as error:
            problem = getattr(error, "reason", "") if isinstance(error, FetchError) else ""
            files.append(Attachment(url=url, name=name, media="", problem=problem or "unreachable"))
            continue
        media = next((v for k, v in fetched.headers.items() if k.lower() == "content-type"), "")
        files.append(read_attachment(name, media, fetched.body, url=url))
    return with_attachments(article, files) if files else article
