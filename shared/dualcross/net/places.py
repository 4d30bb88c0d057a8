"""An address taken apart once: the one reading of it that guard, transport, lanes and robots.txt share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import httpx


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes."""

    url: httpx.URL
    #: the whole address without its fragment
    text: str
    scheme: str
    #: ASCII, lower case, without brackets
    host: str
    port: int
    #: path and query as sent
    target: bytes
    #: host and port as the Host header has them
    netloc: bytes
    #: scheme, host and port: what a robots.txt holds for
    origin: str


def place_of(url: httpx.URL) -> Place:
    """Return the place of a parsed address; nothing is judged here."""
    netloc = url.netloc
    return Place(
        url=url,
        text=str(url.copy_with(fragment=None)) if url.fragment else str(url),
        scheme=url.scheme,
        host=url.raw_host.decode("ascii"),
        port=url.port or (443 if url.scheme == "https" else 80),
        target=url.raw_path,
        netloc=netloc,
        origin=f"{url.scheme}://{netloc.decode('ascii')}",
    )


@lru_cache(maxsize=16384)
def place(url: str) -> Place:
    """Return the place of an address; raises `httpx.InvalidURL` where it cannot be read as one."""
    try:
        return place_of(httpx.URL(url))
    except (TypeError, ValueError) as error:
        raise httpx.InvalidURL(str(error)) from error


def joined(base: Place, location: str) -> Place:
    """Return where a Location header leads, read as leniently as browsers do; raises `httpx.InvalidURL`."""
    text = "".join(c for c in location.replace("\\", "/") if c >= " " and c != "\x7f").strip()
    try:
        return place_of(base.url.join(text))
    except (TypeError, ValueError) as error:
        raise httpx.InvalidURL(str(error)) from error
