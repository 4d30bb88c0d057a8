"""How often one may sign up: per client, which is told, and per address, which is not."""

from __future__ import annotations

import hmac
import ipaddress
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
_KIND = "signup"
_HOUR = "%Y%m%d%H"


class TooMany(InputError):
    """This client asks too often; later it may ask again."""


class Limits:
    """Counts sign-ups of the present hour as facts; names are kept only as keyed hashes, until `forget`."""

    def __init__(self, inbox: Inbox, key: str, now: datetime) -> None:
        self._inbox = inbox
        self._key = key.encode()
        self._hour = f"{hour(now):{_HOUR}}"
        self._known = {key: int(str(value.get("n", 0))) for key, value in inbox.facts(_KIND)}

    def client(self, name: str) -> None:
        """Count a sign-up of this client; raises `TooMany` above the limit."""
        if self._count("all") > ALL or self._count(f"client/{_network(name)}") > CLIENT:
            raise TooMany("too many sign-ups from here; try again in an hour")

    def address(self, name: str) -> int | None:
        """Count a notice to this address and return its number, None above the limit."""
        count = self._count(f"address/{name}")
        return count if count <= ADDRESS else None

    def _count(self, name: str) -> int:
        key = f"{self._hour}/{hmac.digest(self._key, name.encode('utf-8', 'replace'), 'sha256').hex()[:32]}"
        count = self._known[key] = self._known.get(key, 0) + 1
        self._inbox.put_fact(_KIND, key, {"n": count})
        return count


def _network(client: str) -> str:
    """Return the client, an IPv6 one as its network: whoever has one address of that kind has 2^64 of them."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return client
    return (
        str(ipaddress.ip_address(int(address) >> 64 << 64)) if address.ipv4_mapped is None else str(address.ipv4_mapped)
    )


def forget(inbox: Inbox, now: datetime) -> None:
    """Remove the counts of all hours but the present one and the one before."""
    kept = {f"{hour(now) - timedelta(hours=back):{_HOUR}}" for back in (0, 1)}
    for key, _ in inbox.facts(_KIND):
        if key.partition("/")[0] not in kept:
            inbox.remove_fact(_KIND, key)
