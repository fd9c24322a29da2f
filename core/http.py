"""The only way out: an httpx client that cannot be talked into calling our own network.

The address is checked at connect time, on the very address that is then connected to. A name that resolves to
a public address first and to a private one later (DNS rebinding) gains nothing, nor does a redirect: each hop
connects anew.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx
from django.conf import settings

from core.exceptions import Refusal

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TIMEOUT = 10.0  # seconds, for each step: connect, write, read
TOTAL = 60.0  # seconds, for one whole answer
MAX_BYTES = 5 * 1024 * 1024

# Addresses that carry an IPv4 address inside, which is what a packet finally reaches.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
COMPATIBLE = ipaddress.IPv6Network("::/96")

# Special networks of IANA's registries that some releases of Python's ipaddress call global.
SPECIAL = [
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16", "fec0::/10")
]


class OutboundRefused(Refusal):
    """A call that would leave the permitted ways: a private address, too long an answer, or a coded one."""

    status = 400


def client(
    timeout: float = TIMEOUT, *, max_bytes: int = MAX_BYTES, total: float = TOTAL, follow_redirects: bool = False
) -> httpx.Client:
    """Return a client for public http and https addresses.

    `timeout` is in seconds for each step and `total` for a whole answer, whose body may have `max_bytes`.
    Proxies of the environment are ignored. Networks in `settings.OUTBOUND_ALLOWED_NETWORKS` (such as
    "10.1.0.0/16") are permitted on purpose. Raises OutboundRefused from the call, besides httpx's own errors.
    """
    return httpx.Client(
        transport=GuardedTransport(max_bytes=max_bytes, total=total),
        timeout=timeout,
        follow_redirects=follow_redirects,
        trust_env=False,
        headers={"Accept-Encoding": "identity", "User-Agent": "Betaportal"},
    )


def is_public(address: Address) -> bool:
    """Tell whether `address` is reached over the public internet, looking through every wrapping of IPv4 in IPv6."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    if any(address in network for network in SPECIAL if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over a guarded network, with limits on the answer."""

    def __init__(self, *, max_bytes: int, total: float) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=10,
            keepalive_expiry=5.0,
            network_backend=GuardedNetwork(),
        )
        self._max_bytes = max_bytes
        self._total = total

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        deadline = time.monotonic() + self._total
        response = super().handle_request(request)
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            response.close()
            # A few packed kilobytes can unpack to gigabytes, and we asked for plain bytes.
            raise OutboundRefused(f"{request.url.host} sent a compressed answer, which was not asked for.")
        response.stream = _Limited(response.stream, request.url.host, self._max_bytes, deadline)
        return response


class GuardedNetwork(httpcore.NetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self) -> None:
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _resolve(host, port)
        for address in addresses:
            _check(address, host)
        failure: Exception | None = None
        for address in addresses:
            try:
                return self._network.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address.")

    def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise OutboundRefused(f"A call to the local socket {path} was refused.")

    def sleep(self, seconds: float) -> None:
        self._network.sleep(seconds)


class _Limited(httpx.SyncByteStream):
    """A body that ends with a refusal when it grows too large or takes too long."""

    def __init__(self, stream: Any, host: str, max_bytes: int, deadline: float) -> None:
        self._stream = stream
        self._host = host
        self._max_bytes = max_bytes
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        for chunk in self._stream:
            seen += len(chunk)
            if seen > self._max_bytes:
                raise OutboundRefused(f"{self._host} sent more than {self._max_bytes} bytes.")
            if time.monotonic() > self._deadline:
                raise OutboundRefused(f"{self._host} took too long to answer.")
            yield chunk

    def close(self) -> None:
        self._stream.close()


def _resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of `host`, each once, in the resolver's order."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} could not be found.") from error
    texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return [ipaddress.ip_address(text) for text in texts]


def _check(address: Address, host: str) -> None:
    if is_public(address) or _permitted(address):
        return
    raise OutboundRefused(
        f"A call to {host} was refused, because {address} is not a public address. "
        "An operator can permit its network in OUTBOUND_ALLOWED_NETWORKS."
    )


def _permitted(address: Address) -> bool:
    networks = map(ipaddress.ip_network, settings.OUTBOUND_ALLOWED_NETWORKS)
    reached = _inner(address) or address
    return any(reached in network for network in networks if network.version == reached.version)


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64, 6to4 or Teredo."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in NAT64 or (address in COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
