"""How often one may sign up: per client, which is told, and per address, which is not."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from dualcross.alerts.timing import hour
from dualcross.errors import InputError
from dualcross.ports import Inbox

#: sign-ups of one client in an hour
CLIENT = 10
#: notices to one address in an hour; a stranger must not be able to flood it
ADDRESS = 2
#: sign-ups of all clients in an hour
ALL = 500


class TooMany(InputError):
    """This client asks too often; later it may ask again."""


class Limits:
    """Counts sign-ups of the present hour as facts; names are kept only as keyed hashes, and for two hours."""

    def __init__(self, inbox: Inbox, key: str, now: datetime) -> None:
        self._inbox = inbox
        self._key = key.encode()
        begin = hour(now)
        self._kind = f"signup/{begin:%Y%m%d%H}"
        self._before = f"signup/{begin - timedelta(hours=2):%Y%m%d%H}"

    def client(self, name: str) -> None:
        """Count a sign-up of this client; raises `TooMany` above the limit."""
        for key, _ in self._inbox.facts(self._before):
            self._inbox.remove_fact(self._before, key)
        if self._count("all") > ALL or self._count(f"client/{name}") > CLIENT:
            raise TooMany("too many sign-ups from here; try again in an hour")

    def address(self, name: str) -> int | None:
        """Count a notice to this address and return its number, None above the limit."""
        count = self._count(f"address/{name}")
        return count if count <= ADDRESS else None

    def _count(self, name: str) -> int:
        key = hmac.digest(self._key, name.encode("utf-8", "replace"), "sha256").hex()[:32]
        known = dict(self._inbox.facts(self._kind)).get(key, {})
        count = int(str(known.get("n", 0))) + 1
        self._inbox.put_fact(self._kind, key, {"n": count})
        return count
