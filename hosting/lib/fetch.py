"""Fetching a page of a client's site without being led elsewhere (V3).

A name is resolved once; only public addresses are talked to, and the connection goes to the very
address that was looked at, so that a name that answers differently the next time, even after a redirect,
changes nothing. Redirects are followed on the same name alone, to no other port, and never from outside
into networks of ours. Time (that of the name's servers included) and size are limited as a whole.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from threading import Thread, Timer
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

SECONDS = 5.0
BYTES = 64 * 1024
REDIRECTS = 3
PIECE = 8192
PORTS = {"http": 80, "https": 443}
REDIRECT_CODES = frozenset({301, 302, 303, 307, 308})
AGENT = "EasyHoster-check/1.0"
EMBEDDING = tuple(ipaddress.ip_network(network) for network in ("2002::/16", "2001::/32"))
"""IPv6 ranges in which an IPv4 address may hide: nobody serves a site from them."""
INTERNET = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out as public (RFC 4291). Python takes site-local, translated and never
assigned ranges for public as well."""


class NotFetched(Exception):
    """The page could not be fetched; `code` says why: address, name, elsewhere, time, tls, refused."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True)
class Fetched:
    """What a site answered. `body` ends at the limit of size; `cut` says that there was more."""

    url: str
    status: int
    content_type: str
    body: bytes = field(repr=False)
    cut: bool = False


def fetch(
    url: str,
    *,
    seconds: float = SECONDS,
    limit: int = BYTES,
    accept: str = "*/*",
    elsewhere: bool = False,
) -> Fetched:
    """GET `url` (http or https) within `seconds` in all, at most `limit` bytes of its body.

    Raises NotFetched. A redirect to another name is not followed and raises "elsewhere"; with
    `elsewhere`, for a directory that sends on to others, it is, to public addresses as ever.
    """
    deadline = time.monotonic() + seconds
    parts = _split(url)
    first = name_of(parts)
    way = _Way({*PORTS.values(), port_of(parts)})
    for _hop in range(REDIRECTS + 1):
        parts = _split(url)
        if name_of(parts) != first and not elsewhere:
            raise NotFetched("elsewhere", name_of(parts))
        host = way.host(parts, deadline - time.monotonic())
        answer, location = _get(parts, host, deadline, limit, accept)
        if location is None:
            return answer
        url = urljoin(url, location)
    raise NotFetched("elsewhere", "too many redirects")


class _Way:
    """The addresses met on the way from a page through its redirects: each name is resolved once.

    Redirects go to `ports` alone: a page on one of our machines is not to lead to other services there.
    """

    def __init__(self, ports: set[int]) -> None:
        self._ports = ports
        self._hosts: dict[str, str] = {}

    def host(self, parts: SplitResult, seconds: float) -> str:
        """The address to connect to. Raises NotFetched."""
        name, port = parts.hostname or "", port_of(parts)
        if port not in self._ports:
            raise NotFetched("elsewhere", "another port")
        if name not in self._hosts:
            self._hosts[name] = public_address(name, port, seconds=seconds)
        inside = {is_ours(ipaddress.ip_address(host)) for host in self._hosts.values()}
        if len(inside) > 1:
            raise NotFetched("address", "from outside into our networks, or back")
        return self._hosts[name]


def public_address(name: str, port: int, *, seconds: float = SECONDS) -> str:
    """The address of `name` to connect to. Raises NotFetched when one of its addresses is not public:
    a name that points to both is not to be trusted with either."""
    addresses = _resolved(name, port, seconds)
    for text in addresses:
        address = ipaddress.ip_address(text)
        if not (is_public(address) or is_ours(address)):
            raise NotFetched("address", "not public")
        if port not in PORTS.values() and not is_ours(address):
            raise NotFetched("address", "another port")
    return addresses[0]


def _resolved(name: str, port: int, seconds: float) -> list[str]:
    """The addresses of `name`. Whoever runs its DNS decides how long an answer takes, and the system's
    resolver waits for half a minute: a thread waits for it, and is left behind when the time is over."""
    found: list[str] = []
    trouble: list[Exception] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
            found.extend(str(entry[4][0]).partition("%")[0] for entry in answers)
        except (OSError, UnicodeError) as error:
            trouble.append(error)

    thread = Thread(target=ask, daemon=True, name="resolving")
    thread.start()
    thread.join(max(0.0, seconds))
    if thread.is_alive():
        raise NotFetched("time", "its name servers")
    if trouble or not found:
        raise NotFetched("name", type(trouble[0]).__name__ if trouble else "no address")
    return list(dict.fromkeys(found))


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could mean this address: no loopback, private, link-local,
    metadata, multicast or shared range, and none in which an IPv4 address hides."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in INTERNET or any(address in network for network in EMBEDDING):
            return False
    return address.is_global and not address.is_multicast


def is_ours(address: Address) -> bool:
    """Whether it lies in SITE_NETWORKS: networks of the provider's own, not public, where sites live."""
    return any(address in ipaddress.ip_network(network) for network in settings.SITE_NETWORKS)


def name_of(parts: SplitResult) -> str:
    """The name an address asks, without a leading www: they are one site."""
    return (parts.hostname or "").removeprefix("www.")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = parts.scheme in PORTS and parts.hostname and parts.port != 0
    except ValueError as error:
        raise NotFetched("name", "no address of a page") from error
    if not known or parts.username is not None:
        raise NotFetched("name", "no address of a page")
    return parts


def port_of(parts: SplitResult) -> int:
    """The port that an address names, or that goes without saying."""
    return parts.port or PORTS[parts.scheme]


def _get(
    parts: SplitResult, host: str, deadline: float, limit: int, accept: str
) -> tuple[Fetched, str | None]:
    """One request to `host`; its answer, and where a redirect leads."""
    name, port = parts.hostname or "", port_of(parts)
    left = deadline - time.monotonic()
    if left <= 0:
        raise NotFetched("time")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Host": parts.netloc,
        "User-Agent": AGENT,
        "Accept": accept,
        "Accept-Encoding": "identity",
    }
    with closing(_connection(parts.scheme, host, port, name, left)) as connection:
        try:
            with _cut_off(connection, left):
                connection.request("GET", path, headers=headers, preload_content=False)
                with closing(connection.getresponse()) as response:
                    body, cut = _read(response, deadline, limit)
        except ssl.SSLError as error:
            raise NotFetched("tls", error.reason or "") from error
        except (OSError, HTTPException, urllib3.exceptions.HTTPError) as error:
            code = "time" if time.monotonic() >= deadline else "refused"
            raise NotFetched(code, type(error).__name__) from error
    kind = response.headers.get("Content-Type", "")[:100]
    answer = Fetched(parts.geturl(), response.status, kind, body, cut)
    location = response.headers.get("Location") if response.status in REDIRECT_CODES else None
    return answer, location


def _connection(
    scheme: str, host: str, port: int, name: str, seconds: float
) -> urllib3.connection.HTTPConnection:
    """To the address that was looked at; the certificate must be the name's."""
    if scheme == "http":
        return urllib3.connection.HTTPConnection(host, port, timeout=seconds)
    return urllib3.connection.HTTPSConnection(
        host,
        port,
        timeout=seconds,
        server_hostname=name,
        assert_hostname=name,
        ssl_context=ssl.create_default_context(),
    )


@contextmanager
def _cut_off(connection: urllib3.connection.HTTPConnection, seconds: float) -> Iterator[None]:
    """A site that sends a sign a second never runs into a socket's timeout: a timer ends it."""
    timer = Timer(seconds, partial(_shut, connection))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(connection: urllib3.connection.HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed already: the request is over


def _read(
    response: urllib3.response.BaseHTTPResponse, deadline: float, limit: int
) -> tuple[bytes, bool]:
    body = bytearray()
    while len(body) <= limit:
        if time.monotonic() >= deadline:
            raise NotFetched("time")
        piece = response.read(min(PIECE, limit + 1 - len(body)))
        if not piece:
            break
        body += piece
    return bytes(body[:limit]), len(body) > limit
