"""Which addresses a link may lead to: a gate that every socket for links is made by (against SSRF)."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from yarl import URL

from transcription.errors import LinkRefused

PORTS = {"http": 80, "https": 443}
"""Ways to fetch a link, and the port of each."""
CONNECT_S = 10.0

Address = IPv4Address | IPv6Address
AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]
"""As `socket.getaddrinfo` gives it."""

# The registries of special addresses of IANA: what Python's `is_global` says of them differs with its version.
SPECIAL_V4 = tuple(
    IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # public by its number, and yet a cloud's own: it tells its machines their secrets
    )
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
SPECIAL_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )  # Teredo, 6to4 and such
)
NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether an address is one of the public Internet, by the IPv4 address in it where there is one."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL_V4)
    if inner := address.ipv4_mapped or (IPv4Address(int(address) & 0xFFFF_FFFF) if address in NAT64 else None):
        return is_public(inner)
    return address in GLOBAL_UNICAST and not any(address in network for network in SPECIAL_V6)


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets links pass, and connections: those to addresses that are allowed, by their usual ports.

    A name may have another address each time that somebody asks, so it is the socket's own that counts.
    """

    is_allowed: Callable[[Address], bool] = is_public
    ports: frozenset[int] = frozenset(PORTS.values())

    def check(self, url: URL) -> None:
        """Raise `LinkRefused` for what is no plain link: another scheme or port, or somebody's name and password."""
        if url.scheme not in PORTS or not url.host or url.user is not None or url.password is not None:
            raise LinkRefused
        if url.port not in self.ports:
            raise LinkRefused

    def open_socket(self, info: AddressInfo) -> socket.socket:
        """A socket for one connection. Raises `LinkRefused`."""
        family, kind, protocol, _, (host, port, *_) = info
        if port not in self.ports or not self.is_allowed(ip_address(host.partition("%")[0])):
            raise LinkRefused
        return socket.socket(family, kind, protocol)

    async def connect(self, host: str, port: int) -> socket.socket:
        """A connection to the first address of a host that answers. Raises `LinkRefused` and `OSError`."""
        loop, error = asyncio.get_running_loop(), OSError("no address")
        for info in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            connection = self.open_socket(info)
            connection.setblocking(False)
            try:
                async with asyncio.timeout(CONNECT_S):
                    await loop.sock_connect(connection, info[4])
            except OSError as failure:  # a timeout is one, too
                connection.close()
                error = failure
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        raise error
