"""The way out: public addresses only, whatever name or redirect leads elsewhere. Against real local servers."""

import gzip
import ipaddress
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from pytest_django import Settings

from core import http
from core.http import OutboundRefused, is_public


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        bodies = {"/big": b"x" * 5000, "/zip": gzip.compress(b"x" * 5000)}
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        if self.path == "/zip":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(bodies.get(self.path, b"hello"))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a real HTTP server on this machine."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def permitted(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ["127.0.0.0/8"]


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.0.0.8"),
        *("::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1"),
        *("2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe"),
    ],
)
def test_an_address_that_is_not_public_is_known_as_such(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_known_as_such(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
def test_every_name_of_this_machine_is_refused(server: str, host: str) -> None:
    port = server.rpartition(":")[2]
    with http.client() as client, pytest.raises(OutboundRefused, match="not a public address"):
        client.get(f"http://{host}:{port}/")


def test_a_permitted_network_is_reached(server: str, permitted: None) -> None:
    with http.client() as client:
        assert client.get(server).text == "hello"


def test_a_redirect_is_not_followed_unless_asked_for(server: str, permitted: None) -> None:
    with http.client() as client:
        assert client.get(f"{server}/away").status_code == 302


def test_a_redirect_to_a_private_address_is_refused(server: str, permitted: None) -> None:
    with http.client(follow_redirects=True) as client, pytest.raises(OutboundRefused, match=r"169\.254\.169\.254"):
        client.get(f"{server}/away")


def test_a_name_is_judged_by_the_address_that_is_connected_to(
    server: str, permitted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the second answer of the resolver would be private, but there is no second question."""
    really = socket.getaddrinfo
    answers = iter(["127.0.0.1", "10.0.0.1"])

    def resolve(host: str, *rest: object, **named: object) -> list[tuple[object, ...]]:
        return really(next(answers) if host == "rebind.example" else host, *rest, **named)

    monkeypatch.setattr(http.socket, "getaddrinfo", resolve)
    with http.client() as client:
        assert client.get(server.replace("127.0.0.1", "rebind.example")).text == "hello"
    assert list(answers) == ["10.0.0.1"]


def test_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(http.socket, "getaddrinfo", lambda *_, **__: found)
    with http.client() as client, pytest.raises(OutboundRefused, match=r"10\.0\.0\.1"):
        client.get("http://mixed.example/")


def test_a_large_answer_is_cut_off(server: str, permitted: None) -> None:
    with http.client(max_bytes=1000) as client, pytest.raises(OutboundRefused, match="more than 1000 bytes"):
        client.get(f"{server}/big")


def test_a_compressed_answer_is_refused(server: str, permitted: None) -> None:
    with http.client() as client, pytest.raises(OutboundRefused, match="compressed"):
        client.get(f"{server}/zip")


def test_an_answer_that_takes_too_long_is_cut_off(server: str, permitted: None) -> None:
    with http.client(total=-1) as client, pytest.raises(OutboundRefused, match="too long"):
        client.get(server)


@pytest.mark.parametrize("url", ["ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1/"])
def test_other_schemes_are_refused(url: str) -> None:
    with http.client() as client, pytest.raises(httpx.UnsupportedProtocol):
        client.get(url)


def test_the_environments_proxy_is_ignored(server: str, permitted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with http.client() as client:
        assert client.get(server).status_code == 200


def test_an_unknown_name_is_a_connection_error() -> None:
    with http.client() as client, pytest.raises(httpx.ConnectError, match="could not be found"):
        client.get("http://nowhere.invalid/")
