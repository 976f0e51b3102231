"""Which addresses a webhook may be sent to, so that nobody makes the platform speak to its own network (SSRF).

A name is resolved once, every address it has is looked at, and the connection goes to the very address that was looked at.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from runtime.errors import Invalid

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host name."""

LONGEST_URL = 2000
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*", re.ASCII)
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.ASCII)
_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = IPv6Network("::/96")


class Refused(Invalid):
    """A webhook may not be sent there."""

    def __init__(self, why: str) -> None:
        super().__init__("HOOK-1001", f"The webhook may not be sent there: {why}.", fields={"url": [why]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to send to. `path` has the query with it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The value of the header ``Host``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What an installation allows: plain `http`, only certain `hosts` (a leading dot means all below; empty: all),
    and `networks` of its own that would be refused otherwise."""

    http: bool = False
    hosts: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()

    def target(self, url: str) -> Target:
        """Where a URL leads. Raises Refused for what is no plain web address, or is not allowed here."""
        if len(url) > LONGEST_URL or not _PRINTABLE.fullmatch(url) or "\\" in url:
            raise Refused("the address is too long, or holds spaces, backslashes or characters beyond ASCII")
        try:
            parts = urlsplit(url)
            port, host = parts.port, (parts.hostname or "").rstrip(".")
        except ValueError as wrong:
            raise Refused(f"the address cannot be read ({wrong})") from wrong
        if parts.scheme not in (("https", "http") if self.http else ("https",)):
            raise Refused("the address must begin with https://")
        if parts.username is not None or parts.password is not None or "@" in parts.netloc:
            raise Refused("the address holds a user name or a password")
        if port == 0:
            raise Refused("there is no port 0")
        self._check_host(host)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(scheme=parts.scheme, host=host, port=port or {"http": 80, "https": 443}[parts.scheme], path=path)

    def _check_host(self, host: str) -> None:
        literal = _literal(host)
        if literal is not None:
            self.check(literal)
        elif not _HOST.fullmatch(host) or len(host) > 253 or _NUMBER.fullmatch(host.rpartition(".")[2]):
            raise Refused("the host is neither a name nor an address in its usual form")
        if self.hosts and not any(_fits(host, allowed) for allowed in self.hosts):
            raise Refused(f"the host {host} is not among those that are allowed here")

    def check(self, address: Address) -> None:
        """Raises Refused for an address that is not on the public internet, nor in `networks`."""
        meant = _meant(address)
        if any(meant.version == network.version and meant in network for network in self.networks):
            return
        if not meant.is_global or meant.is_multicast or meant.is_reserved or meant.is_unspecified:
            raise Refused(f"{address} is not on the public internet")

    def addresses(self, target: Target, resolve: Resolve) -> list[str]:
        """The addresses of the target, resolved now and all allowed. Raises Refused; OSError when there are none."""
        literal = _literal(target.host)
        found = [str(literal)] if literal is not None else list(dict.fromkeys(resolve(target.host, target.port)))
        if not found:
            raise OSError(f"the name {target.host} has no address")
        for address in found:
            self.check(ip_address(address.partition("%")[0]))
        return found


def resolve(host: str, port: int) -> Sequence[str]:
    """The system's resolver."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def read_network(text: str) -> Network:
    """A network such as 10.0.0.0/8. Raises ValueError."""
    return ip_network(text.strip())


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 address carries, by whichever of the ways there are; else the address."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address.teredo:
        return address.teredo[1]
    carries = any(address in network for network in _NAT64)
    is_compatible = address in _COMPATIBLE and int(address) > 0xFFFF
    return IPv4Address(int(address) & 0xFFFFFFFF) if carries or is_compatible else address


def _fits(host: str, allowed: str) -> bool:
    return host.endswith(allowed) if allowed.startswith(".") else host == allowed
