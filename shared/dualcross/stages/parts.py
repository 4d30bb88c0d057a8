"""The rest of an article that its site spreads over several pages, and the files that these link to."""

from __future__ import annotations

from collections.abc import Callable

from dualcross.errors import SourceError
from dualcross.model import Article, Fetched
from dualcross.stages.annexes import is_subject, with_annexes

#: one of these stands on every page that leads to its next part
_MARKS = (
    *(word.encode(page) for word in ("下一页", "下页") for page in ("utf-8", "gbk")), "下一頁".encode(), "»".encode(),
    b"next page", b"Next page", b"Next Page",
    b"createPageHTML", b'rel="next"', b"rel=next", b">Next<", b">next<", b"&raquo;",
)  # fmt: skip


def complete(
    article: Article, page: Fetched, read: Callable[[Fetched], Article], get: Callable[[str], Fetched]
) -> Article:
    """Return the article with its further pages and annexes joined; what cannot be had harms nothing.

    Only pages that may be about the programme are worth the requests.
    """
    if not is_subject(article):
        return article
    article, pages = _with_parts(article, page, read, get)
    for one in pages:
        # lists are linked from the end of a notice, or from its beginning
        article = with_annexes(article, one, get)
        if article.attachments:
            break
    return article


def _with_parts(
    article: Article, page: Fetched, read: Callable[[Fetched], Article], get: Callable[[str], Fetched]
) -> tuple[Article, list[Fetched]]:
    if not any(mark in page.body for mark in _MARKS):
        return article, [page]
    from dualcross.reading.pages import MOST, joined, next_pages

    parts, pages = [article], [page]
    known = {page.final_url, page.url}
    waiting = list(next_pages(page))
    while waiting and len(parts) < MOST:
        url = waiting.pop(0)
        if url in known:
            continue
        known.add(url)
        try:
            fetched = get(url)
            part = read(fetched)
        except SourceError:
            # a text with a hole in it is worse than one that ends early
            break
        if fetched.final_url in known and fetched.final_url != url:
            break
        parts.append(part)
        pages.append(fetched)
        waiting += [other for other in next_pages(fetched) if other not in known and other not in waiting]
    return (joined(parts), [pages[-1], *pages[:-1]]) if len(parts) > 1 else (article, pages)
