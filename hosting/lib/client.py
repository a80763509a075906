"""Where a request comes from, behind as many proxies as we trust."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 (stands for no address, binds nothing)


def address(request: HttpRequest) -> str:
    """The client's address: as our own outermost proxy saw it, not as the client may claim.

    TRUSTED_PROXY_HOPS proxies each added one entry to X-Forwarded-For; what stands to the left of
    theirs was typed by the client. A request that came round the proxies counts by its own address.
    """
    hops: int = settings.TRUSTED_PROXY_HOPS
    entries = str(request.headers.get("X-Forwarded-For", "")).split(",")
    if hops and len(entries) >= hops:
        seen = entries[-hops].strip()
        if is_address(seen):
            return seen
    remote = str(request.META.get("REMOTE_ADDR", ""))
    return remote if is_address(remote) else UNKNOWN


def is_within(text: str, networks: list[str]) -> bool:
    """Whether the address `text` lies in one of `networks` ("10.0.0.0/8", "::1")."""
    return any(ipaddress.ip_address(text) in ipaddress.ip_network(network) for network in networks)


def is_address(text: str) -> bool:
    """Whether `text` is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
