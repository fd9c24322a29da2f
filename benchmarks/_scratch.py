"""What benchmarks share: a scratch database on the configured server (or an embedded one), and a web server."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
WEB_WORKERS = 2
WEB_THREADS = 4
START_SECONDS = 30


@contextmanager
def scratch_database() -> Iterator[str]:
    """Yield the URL of an empty database that is dropped at the end."""
    with ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or stack.enter_context(_embedded())
        name = f"betaportal_bench_{os.getpid()}"
        with psycopg.connect(url.replace("postgres://", "postgresql://", 1), autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                yield _with_database(url, name)
            finally:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


@contextmanager
def _embedded() -> Iterator[str]:
    from betaportal.embedded import database_url, services

    with tempfile.TemporaryDirectory(prefix="betaportal-bench-") as folder:
        Path(folder).chmod(0o755)  # The servers' own account has to get through.
        with services(Path(folder), only=("postgres",)):
            yield database_url(Path(folder))


@contextmanager
def web_server() -> Iterator[int]:
    """Run the portal under granian as `make run` does; yield its port on the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
    listening = ["--host", "127.0.0.1", "--port", str(port), "--workers", str(WEB_WORKERS)]
    threads = ["--blocking-threads", str(WEB_THREADS), "betaportal.wsgi:application"]
    server = subprocess.Popen(
        [*command, *listening, *threads], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_POOL": "1"}
    )
    try:
        _await(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _await(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("The web server did not start; its reason is above.")
