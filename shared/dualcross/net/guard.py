"""The one gate that every outgoing request passes: page, feed, redirect, attachment, robots.txt, relay and webhook.

    url ─► scheme ─► userinfo ─► port ─► spelling of the host ─► addresses, resolved once ─► all of them public
                                                                          └─► the connection goes to these only

A name is resolved here and nowhere else, so that a name server cannot answer one thing to the check and another
to the connection.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from dualcross.errors import ConfigError, FetchBlocked, FetchUnreachable
from dualcross.net.addresses import METADATA, Address, Network, is_public, literal, unmapped
from dualcross.settings import Settings

#: host → every address it has, as text; raises `OSError` where it has none
Resolver = Callable[[str], Sequence[str]]

#: what an operator can do, who means it
_LET = "DUALCROSS_ALLOW_PRIVATE lets it through"
#: the Fetch standard's bad ports, and the databases and brokers that answer to anyone who speaks in lines
_BAD_PORTS = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 873, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 2375, 2376, 2379,
    3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5672, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
    10080, 10250, 11211, 27017,
})  # fmt: skip
#: names that can only mean this machine or this network
_INNER = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "localdomain", "home.arpa")
#: seconds that a checked answer serves new connections to the same host
_KEEP = 60.0
_KEEP_MOST = 4096


def system_resolver(host: str, *, timeout: float = 10.0) -> tuple[str, ...]:
    """Ask the system, and stop waiting after `timeout`: the system's own bound is a minute or more."""
    answer: list[tuple[str, ...] | OSError | UnicodeError] = []

    def ask() -> None:
        try:
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            answer.append(tuple(dict.fromkeys(str(info[4][0]) for info in infos)))
        except (OSError, UnicodeError) as error:
            answer.append(error)

    # a daemon, because a stuck name server must not keep the process from ending
    thread = threading.Thread(target=ask, name="resolve", daemon=True)
    thread.start()
    thread.join(timeout)
    if not answer:
        raise TimeoutError(f"no answer from the name server in {timeout:.0f} s")
    if isinstance(answer[0], tuple):
        return answer[0]
    raise OSError(str(answer[0])) from answer[0]


class Guard:
    """Lets a request out only to public addresses, or to those that `settings.allow_private` names."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        resolve: Resolver | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hosts, self._networks = _allowed((settings or Settings()).allow_private)
        bound = min(10.0, (settings or Settings()).fetch_timeout)
        self._resolve = resolve or partial(system_resolver, timeout=bound)
        self._monotonic = monotonic
        self._known: dict[tuple[str, str, int], tuple[float, tuple[str, ...]]] = {}
        self._lock = threading.Lock()

    def check(self, url: str) -> tuple[str, ...]:
        """Return the addresses that a request of this address may connect to; raises as `addresses` does."""
        import httpx

        try:
            parsed = httpx.URL(url)
            host = parsed.raw_host.decode("ascii")
        except (httpx.InvalidURL, TypeError, ValueError) as error:
            raise FetchBlocked(f"not a web address: {error}", url=url, reason="guard") from error
        if parsed.userinfo:
            raise FetchBlocked("an address must not carry a user name or password", url=url, reason="guard")
        return self.addresses(parsed.scheme, host, parsed.port)

    def addresses(self, scheme: str, host: str, port: int | None) -> tuple[str, ...]:
        """Return the checked addresses of a host, in the resolver's order.

        Raises `FetchBlocked` where any of them is closed or the request itself is, `FetchUnreachable` where the
        name has none.
        """
        number = port if port is not None else {"http": 80, "https": 443}.get(scheme, 0)
        key = (scheme, host, number)
        known = self._known.get(key)
        now = self._monotonic()
        if known is not None and now < known[0]:
            return known[1]
        try:
            found = self._checked(scheme, host, number)
        except ValueError as error:
            raise FetchBlocked(f"refused host {host!r}: {error}", url=_shown(*key), reason="guard") from error
        with self._lock:
            if len(self._known) >= _KEEP_MOST:
                self._known.clear()
            self._known[key] = (now + _KEEP, found)
        return found

    def _checked(self, scheme: str, host: str, port: int) -> tuple[str, ...]:
        if scheme not in ("http", "https"):
            raise ValueError(f"scheme {scheme!r} is not http or https")
        if port in _BAD_PORTS or not 0 < port < 65536:
            raise ValueError(f"port {port} is no web port")
        if not host or len(host) > 253 or any(c <= " " or c > "~" or c in "%\\/@?#" for c in host):
            raise ValueError("it is no host name")
        spelled = literal(host)
        if spelled is not None:
            if not self._may(host, spelled):
                raise ValueError(f"its address is not public; {_LET}")
            return (str(unmapped(spelled)),)
        name = host.rstrip(".").lower()
        inner = "." not in name or any(name == end or name.endswith("." + end) for end in _INNER)
        if inner and not (self._networks or self._named(name)):
            raise ValueError(f"it names an inner network; {_LET}")
        return self._resolved(name, inner=inner)

    def _resolved(self, name: str, *, inner: bool) -> tuple[str, ...]:
        try:
            texts = self._resolve(name)
        except OSError as error:
            if inner:
                raise ValueError(f"it names an inner network; {_LET}") from error
            raise FetchUnreachable(f"{name} does not resolve: {error}", url=name, reason="dns") from error
        if not texts:
            raise FetchUnreachable(f"{name} has no address", url=name, reason="dns")
        found = [unmapped(ipaddress.ip_address(text)) for text in texts]
        for address in found:
            # one closed address spoils the answer: no honest name mixes both, and a rebinding one does
            if not self._may(name, address) or (inner and is_public(address)):
                raise ValueError(f"it resolves to {address}, which is not public; {_LET}")
        return tuple(dict.fromkeys(str(address) for address in found))

    def _named(self, name: str) -> bool:
        return any(name == entry or (entry.startswith(".") and name.endswith(entry)) for entry in self._hosts)

    def _may(self, host: str, address: Address) -> bool:
        if is_public(address):
            return True
        plain = unmapped(address)
        if any(plain in network for network in self._networks):
            return True
        # a name the operator trusts still does not reach a metadata service
        return self._named(host.lower()) and plain not in METADATA and not plain.is_link_local


def _allowed(text: str) -> tuple[tuple[str, ...], tuple[Network, ...]]:
    hosts: list[str] = []
    networks: list[Network] = []
    for entry in (part.strip().lower() for part in text.split(",")):
        if not entry:
            continue
        try:
            networks.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
        except ValueError:
            if "/" in entry or ":" in entry:
                raise ConfigError(
                    f"DUALCROSS_ALLOW_PRIVATE: {entry!r} is neither a host name nor a network such as 10.0.0.0/8"
                ) from None
            hosts.append(entry.removeprefix("*"))
    return tuple(hosts), tuple(networks)


def _shown(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://[{host}]:{port}/" if ":" in host else f"{scheme}://{host}:{port}/"
