"""Which addresses are public, which are not, and how far a source may reach.

Pure: it decides about an address that it is given. It knows no name, no socket and no Scrapy; who
asks it, and when, is the business of the guard.
"""

from __future__ import annotations

import ipaddress
from enum import IntEnum, StrEnum

from archiver.address import is_loopback
from archiver.model import Source

_IP = ipaddress.IPv4Address | ipaddress.IPv6Address


class Sort(StrEnum):
    """What an address is that is not public, as a person reads it."""

    LOOPBACK = "a loopback address"
    PRIVATE = "a private address"
    LINK_LOCAL = "a link-local address"
    SHARED = "an address within a provider's network"
    RESERVED = "a reserved address"
    METADATA = "the address of a cloud's metadata service"
    UNSPECIFIED = "an unspecified address"
    MULTICAST = "a multicast address"


class Reach(IntEnum):
    """How far the requests of a source may go; each value takes in those before it."""

    PUBLIC = 0
    LOOPBACK = 1
    PRIVATE = 2
    """Everywhere but where no web site can be: metadata services, multicast, unspecified."""


_NEVER = frozenset({Sort.METADATA, Sort.UNSPECIFIED, Sort.MULTICAST})
_ALLOWED = {
    Reach.PUBLIC: frozenset[Sort](),
    Reach.LOOPBACK: frozenset({Sort.LOOPBACK}),
    Reach.PRIVATE: frozenset(Sort) - _NEVER,
}

# Services that give a machine in a cloud its credentials. Some lie in public space.
_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        [
            *("169.254.169.254", "fd00:ec2::254", "fd20:ce::254", "fe80::a9fe:a9fe"),  # most clouds
            *("169.254.170.2", "169.254.170.23", "fd00:ec2::23"),  # AWS containers
            "100.100.100.200",  # Alibaba
            "192.0.0.192",  # Oracle
            "168.63.129.16",  # Azure
            "169.254.0.23",  # Tencent
            *("169.254.42.42", "fd00:42::42"),  # Scaleway
        ],
    )
)

# The IANA special-purpose registries. Written out, as ``ipaddress`` knows them to a different
# extent in each release of Python; it is asked as well.
_NETWORKS = [
    (sort, ipaddress.ip_network(network))
    for sort, networks in [
        (Sort.UNSPECIFIED, ["0.0.0.0/8", "::/128"]),
        (Sort.LOOPBACK, ["127.0.0.0/8", "::1/128"]),
        (Sort.LINK_LOCAL, ["169.254.0.0/16", "fe80::/10"]),
        (
            Sort.PRIVATE,
            ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"],
        ),
        (Sort.SHARED, ["100.64.0.0/10"]),
        (Sort.MULTICAST, ["224.0.0.0/4", "ff00::/8"]),
        (
            Sort.RESERVED,
            [
                *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
                *("198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
                *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
            ],
        ),
    ]
    for network in networks
]
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_WITH_IPV4_AT_END = (
    _NAT64,
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # NAT64 of a network's own, RFC 8215
    ipaddress.IPv6Network("::/96"),  # IPv4-compatible, RFC 4291 section 2.5.5.1
    ipaddress.IPv6Network("::ffff:0:0:0/96"),  # IPv4-translated, RFC 2765
)


def sort_of(address: _IP) -> Sort | None:
    """What an address is when it is not public; None for one that is.

    An IPv6 address that stands for an IPv4 address is never better than that one.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:  # the system connects to the IPv4 address itself
            return sort_of(address.ipv4_mapped)
        address = ipaddress.IPv6Address(int(address))  # without its zone
    if address in _METADATA:
        return Sort.METADATA
    special = next((sort for sort, network in _NETWORKS if address in network), None)
    if isinstance(address, ipaddress.IPv6Address):
        return _sort_of_ipv6(address, special)
    return special or (None if address.is_global else Sort.RESERVED)


def _sort_of_ipv6(address: ipaddress.IPv6Address, special: Sort | None) -> Sort | None:
    inner = _stands_for(address)
    hidden = None if inner is None else sort_of(inner)
    if hidden in _NEVER:
        return hidden
    if address in _NAT64:  # how a network that has IPv6 only reaches every IPv4 site
        # Never LOOPBACK: the gateway would connect, so it is not the loopback of this machine.
        return None if hidden is None else Sort.RESERVED
    if special is None and not (address in _GLOBAL_UNICAST and address.is_global):
        return Sort.RESERVED
    return special


def _stands_for(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if int(address) > 1 and any(address in network for network in _WITH_IPV4_AT_END):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.teredo[1] if address.teredo is not None else address.sixtofour


def refused(address: str, reach: Reach = Reach.PUBLIC) -> str | None:
    """Why an address is not connected to ("10.0.0.5 is a private address"); None when it may be.

    What is no address in its usual spelling is refused too: it would have to be looked up.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return f"{address[:80]!r} is no IP address"
    sort = sort_of(ip)
    if sort is None or sort in _ALLOWED[reach]:
        return None
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ipaddress.IPv6Address(int(ip))  # its zone is any text
        if (inner := _stands_for(ip)) is not None:
            return f"{ip} is {sort}, it stands for {inner}"
    return f"{ip} is {sort}"


def reach_of(source: Source) -> Reach:
    """How far the requests of a source may go: as far as the operator wrote.

    ``private_network = true`` says so; seeds that are all loopback addresses, or ``localhost``, say
    it of loopback only.
    """
    if source.private_network:
        return Reach.PRIVATE
    if source.seeds and all(is_loopback(seed) for seed in source.seeds):
        return Reach.LOOPBACK
    return Reach.PUBLIC
