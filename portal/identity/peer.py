"""Where a request comes from: the connection's own end, seen past exactly the configured proxies (T17)."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from flask import request

from portal.web.security import settings


@dataclass(frozen=True)
class Peer:
    """The other end of a request: its network address and what its browser calls itself."""

    address: str = ""
    agent: str = ""

    @property
    def network(self) -> str:
        """What is counted as one peer: an IPv4 address, or an IPv6 network of 64 bits."""
        try:
            address = ip_address(self.address)
        except ValueError:
            return self.address
        if isinstance(address, IPv6Address):
            mapped = address.ipv4_mapped
            return str(mapped) if mapped else address.exploded[:19]
        return str(address)


def peer() -> Peer:
    """The present request's peer.

    A forwarded header counts only as far as our own proxies wrote it: with two of them, its last
    but one entry. What stands further left was written by the client and is not believed.
    """
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings().proxies
    address = request.remote_addr or ""
    if proxies and len(told) >= proxies:
        address = told[-proxies] or address
    return Peer(address[:45], _printable(request.headers.get("User-Agent", ""))[:200])


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())
