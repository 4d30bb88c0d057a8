"""With what a request on behalf of a source goes out: pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from dualcross.model import Conditions, Source, SourceState


def conditions(source: Source, state: SourceState, url: str, *, validators: bool = False) -> Conditions:
    """Return the conditions of a request for `url` that is made for the source.

    Headers and cookies that the operator or the site set for a source stay with its own host: an entry, an
    attachment or a redirect that leads elsewhere must not be handed its tokens.
    """
    own = _host(url) == _host(source.url)
    return Conditions(
        etag=state.etag if validators else None,
        last_modified=state.last_modified if validators else None,
        headers=source.headers if own else {},
        cookies=state.cookies if own and source.keep_cookies else {},
        proxy=source.proxy,
    )


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
