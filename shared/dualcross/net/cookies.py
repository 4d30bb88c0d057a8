"""Cookies of one visit: kept from hop to hop, sent only where they came from, bounded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

#: a site that needs more than this is playing with us
_MOST = 50
_MOST_BYTES = 8192
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x21-\x3a\x3c-\x7e ]*")


class Jar:
    """The cookies of one chain of redirects, by the domain that set them."""

    def __init__(self, host: str, known: Mapping[str, str], now: datetime) -> None:
        self._host = host
        self._now = now
        #: (domain, host only, name) → (value, only over TLS)
        self._kept: dict[tuple[str, bool, str], tuple[str, bool]] = {
            (host, True, name): (value, False) for name, value in known.items() if _may_send(name, value)
        }

    def learn(self, host: str, headers: Iterable[str]) -> None:
        """Take the Set-Cookie headers of an answer."""
        for header in headers:
            pair, *attributes = header.split(";")
            name, equals, value = pair.strip().partition("=")
            name, value = name.strip(), value.strip().strip('"')
            if not equals or not _may_send(name, value):
                continue
            said = {key.strip().lower(): text.strip() for key, _, text in (part.partition("=") for part in attributes)}
            domain = said.get("domain", "").lstrip(".").lower()
            # a domain must hold a dot and be ours; public suffixes below that are harmless in a jar of one visit
            wide = "." in domain and (host == domain or host.endswith("." + domain))
            key = (domain, False, name) if wide else (host, True, name)
            self._kept.pop(key, None)
            if not self._over(said):
                self._kept[key] = (value, "secure" in said)
        while len(self._kept) > _MOST or sum(len(k[2]) + len(v[0]) for k, v in self._kept.items()) > _MOST_BYTES:
            del self._kept[next(iter(self._kept))]

    def _over(self, said: Mapping[str, str]) -> bool:
        age = said.get("max-age", "")
        if re.fullmatch(r"-?\d{1,12}", age):
            return int(age) <= 0
        try:
            until = parsedate_to_datetime(said["expires"])
        except (KeyError, ValueError, OverflowError):
            return False
        return until.tzinfo is not None and until <= self._now

    def header(self, host: str, *, secure: bool) -> str:
        """Return the Cookie header for a request to a host, empty where there is none to send."""
        return "; ".join(f"{name}={value}" for name, value in self.mapping(host, secure=secure).items())

    def mapping(self, host: str | None = None, *, secure: bool = True) -> dict[str, str]:
        """Return name → value of what a host would be sent; without a host, the one the visit began at."""
        asked = self._host if host is None else host
        return {
            name: value
            for (domain, alone, name), (value, tls) in self._kept.items()
            if (asked == domain or (not alone and asked.endswith("." + domain))) and (secure or not tls)
        }


def _may_send(name: str, value: str) -> bool:
    return bool(_NAME.fullmatch(name) and _VALUE.fullmatch(value)) and len(name) + len(value) <= 4096
