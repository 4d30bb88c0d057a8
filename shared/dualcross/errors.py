"""Everything dualcross raises on purpose.

DualcrossError
├── SourceError                 a source or page could not be used; the run goes on
│   ├── FetchError              the bytes did not arrive
│   │   ├── FetchTimeout        too slow, at any phase                            retry
│   │   ├── FetchBlocked        the guard, robots.txt or the site refused us      no retry
│   │   ├── FetchTooLarge       more bytes than the cap, sent or expanded         no retry
│   │   ├── FetchUnreachable    name, connection or TLS failed                    retry
│   │   └── FetchStatus         an HTTP status that is no success                 retry on 429, 5xx
│   └── ParseError              the bytes arrived and cannot be read              no retry
├── StoreError                  a store refused or failed
│   ├── StoreUnavailable        throttled, locked or unreachable                  retry
│   ├── StoreConflict           what was read has changed since                   read again, retry
│   └── StoreVersion            the database is newer than this program           no retry
├── DeliveryError               a message could not be handed over
│   ├── DeliveryTemporary       try again, after `retry_after` seconds if given   retry
│   │   └── DeliveryThrottled   told to slow down: says nothing about the address retry, never spends attempts
│   └── DeliveryPermanent       this address will not work                        no retry
│       └── DeliveryRefused     this message will not be taken, others may        no retry, no parking
└── InputError                  what the user gave cannot be used: exit 2
    ├── ConfigError             a setting
    └── QueryError              a query, with the position where it broke

The class decides between retry and dead letter; `url` and `source_id` say where.
"""

from __future__ import annotations


class DualcrossError(Exception):
    """The root: one line that says what happened and what to do."""

    retryable: bool = False


class SourceError(DualcrossError):
    """A source or page could not be used."""

    def __init__(self, message: str, *, url: str | None = None, source_id: str | None = None) -> None:
        super().__init__(message)
        self.url = url
        self.source_id = source_id


class FetchError(SourceError):
    """The bytes did not arrive."""

    #: what `reason` is where nobody said it more exactly
    word = "failed"

    def __init__(
        self,
        message: str,
        *,
        url: str | None = None,
        source_id: str | None = None,
        reason: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, url=url, source_id=source_id)
        #: one word for logs and states: `dns`, `certificate`, `challenge`, `login`, `robots`, `http-404`, …
        self.reason = reason or self.word
        #: seconds from now before which another try is useless or unwelcome, None where nobody said
        self.retry_after = retry_after


class FetchTimeout(FetchError):
    """Too slow: connecting, waiting or reading took longer than the bound."""

    word = "timeout"
    retryable = True


class FetchBlocked(FetchError):
    """The guard, robots.txt, a login wall or a challenge page refused us."""

    word = "blocked"


class FetchTooLarge(FetchError):
    """More bytes than the cap, as sent or after decompression."""

    word = "too-large"


class FetchUnreachable(FetchError):
    """The name did not resolve, the connection failed or TLS was refused."""

    word = "unreachable"
    retryable = True


class FetchStatus(FetchError):
    """An HTTP status that is neither success nor 304."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        retry_after: float | None = None,
        url: str | None = None,
        source_id: str | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(
            message, url=url, source_id=source_id, reason=reason or f"http-{status}", retry_after=retry_after
        )
        self.status = status
        self.retryable = status in (408, 425, 429) or status >= 500


class ParseError(SourceError):
    """The bytes arrived and cannot be read as what they should be."""


class StoreError(DualcrossError):
    """A store refused or failed; `__cause__` holds the back end's own error."""


class StoreUnavailable(StoreError):
    """Throttled, locked or unreachable; the same call may work later."""

    retryable = True


class StoreConflict(StoreError):
    """Something read before has changed since; read again and decide again."""

    retryable = True


class StoreVersion(StoreError):
    """The database was written by a newer dualcross."""


class DeliveryError(DualcrossError):
    """A message could not be handed over."""


class DeliveryTemporary(DeliveryError):
    """Not now; `retry_after` is in seconds, None leaves the delay to the ledger."""

    retryable = True

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DeliveryThrottled(DeliveryTemporary):
    """The receiver's rate is spent (its 429, or our own pace): wait, and do not count the attempt against it."""


class DeliveryPermanent(DeliveryError):
    """This address will not work: park it and tell the operator."""


class DeliveryRefused(DeliveryPermanent):
    """The receiver will not take this message (its size, its content); the address stays as it is."""


class InputError(DualcrossError):
    """What the user gave cannot be used; the command line exits with 2."""


class ConfigError(InputError):
    """A setting is missing or has a value that cannot be used."""


class QueryError(InputError):
    """A query cannot be read; `position` counts characters from 0."""

    def __init__(self, message: str, *, position: int = 0) -> None:
        super().__init__(message)
        self.position = position
