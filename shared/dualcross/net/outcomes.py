"""What httpx raises and what servers say, in the words of our error tree. Pure."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from dualcross.errors import FetchBlocked, FetchError, FetchStatus, FetchTimeout, FetchUnreachable

#: no server's wish keeps us away for longer
_RETRY_MOST = 7 * 86400.0


def translated(error: Exception, url: str) -> FetchError:
    """Return the error of our tree for one that httpx may raise; the caller keeps it as the cause."""
    text = f"{error}" or type(error).__name__
    if isinstance(error, FetchError):
        error.url = error.url or url
        return error
    if isinstance(error, httpx.TimeoutException):
        return FetchTimeout(text, url=url)
    if isinstance(error, httpx.TooManyRedirects):
        return FetchStatus(text, status=310, url=url, reason="redirect-loop")
    if isinstance(error, httpx.HTTPStatusError):
        return FetchStatus(text, status=error.response.status_code, url=url)
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        return FetchBlocked(text, url=url, reason="guard")
    return FetchUnreachable(text, url=url, reason=_reason(error))


def _reason(error: Exception) -> str:
    cause = error.__cause__
    if isinstance(cause, FetchError):
        return cause.reason
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(cause, ssl.SSLError):
        return "tls"
    if isinstance(error, httpx.ProxyError):
        return "proxy"
    if isinstance(error, httpx.DecodingError):
        return "encoding"
    if isinstance(error, httpx.RemoteProtocolError):
        return "protocol"
    return "unreachable"


def retry_after(value: str | None, *, now: datetime, date: str | None = None) -> float | None:
    """Return the seconds that a Retry-After header asks for, in either form; None where it asks for nothing.

    A date is held against the server's own `Date`, so that a server whose clock is wrong is understood too.
    """
    if not value:
        return None
    text = value.strip()
    if text.replace(".", "", 1).isdigit():
        return min(float(text), _RETRY_MOST)
    moment = http_date(text)
    if moment is None:
        return None
    since = (http_date(date) if date else None) or now
    return min(max((moment - since).total_seconds(), 0.0), _RETRY_MOST)


def http_date(text: str) -> datetime | None:
    """Return the moment of an HTTP date, in UTC, None where it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
