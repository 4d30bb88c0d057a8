"""Which addresses are public: written out, because `ipaddress.is_global` differs between Python versions.

Pure and without I/O. Forms of IPv6 that carry an IPv4 address are judged by what they carry.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: IANA special-purpose registry, and the metadata services that live on public addresses
_CLOSED_4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",
    )
)  # fmt: skip
#: services that hand out a machine's credentials; no allow-listed name may lead to one
METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
)
#: global unicast; all else (loopback, unique local, link local, multicast, discard) is closed
_OPEN_6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_6 = tuple(
    ipaddress.IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "3fff::/20", "2620:4f:8000::/48")
)  # fmt: skip
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_TEREDO = ipaddress.IPv6Network("2001::/32")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
#: IPv4-translated (SIIT) and the well-known NAT64 prefix: the last 32 bits are the IPv4 address
_LOW_32 = tuple(ipaddress.IPv6Network(text) for text in ("::ffff:0:0:0/96", "64:ff9b::/96"))
#: interface identifiers of ISATAP, whose last 32 bits are an IPv4 address
_ISATAP = (0x00005EFE, 0x02005EFE)


@lru_cache(maxsize=8192)
def is_public(address: Address) -> bool:
    """Tell whether the address belongs to the public Internet, itself and whatever it carries."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in net for net in _CLOSED_4)
    if address.scope_id is not None:
        return False
    carried = _carried(address)
    if carried is not None:
        return is_public(carried)
    value = int(address)
    if (value >> 32) & 0xFFFFFFFF in _ISATAP and not is_public(ipaddress.IPv4Address(value & 0xFFFFFFFF)):
        return False
    return address in _OPEN_6 and not any(address in net for net in _CLOSED_6)


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    value = int(address)
    if address in _MAPPED or any(address in net for net in _LOW_32):
        return ipaddress.IPv4Address(value & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return ipaddress.IPv4Address((value >> 80) & 0xFFFFFFFF)
    if address in _TEREDO:
        # a tunnel ends wherever its client sits: no publisher serves from one
        return ipaddress.IPv4Address("0.0.0.0")  # noqa: S104
    return None


def unmapped(address: Address) -> Address:
    """Return the IPv4 address that the system would connect to for an IPv4-mapped one, else the address itself."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def literal(host: str) -> Address | None:
    """Return the address that a host spells in its one normal form, None for a name.

    Raises `ValueError` for the forms that only resolvers understand (octal, hexadecimal, short, dotted at the end).
    """
    if ":" in host:
        if "%" in host:
            raise ValueError("zoned address")
        return ipaddress.IPv6Address(host)
    last = host.rstrip(".").rpartition(".")[2].lower()
    if not (last.isdigit() or _is_hex(last)):
        return None
    address = ipaddress.IPv4Address(host)
    if str(address) != host:
        raise ValueError("odd spelling")
    return address


def _is_hex(label: str) -> bool:
    return label.startswith("0x") and all(c in "0123456789abcdef" for c in label[2:])
