"""The demo's product: it sends its events over HTTP to the portal's public intake, as any product would."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import httpx
from django.core.wsgi import get_wsgi_application
from django.db import connections

from core import clock

BATCH = 500


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        pass


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        connections.close_all()


@contextmanager
def intake() -> Iterator[str]:
    """Serve this portal on a free port of this machine for the block; yields its address."""
    portal = get_wsgi_application()
    server = make_server("127.0.0.1", 0, portal, server_class=_ThreadingServer, handler_class=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(address: str, write_key: str, events: Sequence[dict[str, Any]]) -> None:
    """Post the events in batches. Raises `RuntimeError` when the intake does not take every one of them."""
    with httpx.Client(base_url=address, auth=(write_key, ""), timeout=30, trust_env=False) as client:
        for start in range(0, len(events), BATCH):
            batch = list(events[start : start + BATCH])
            answer = client.post("/v1/batch", json={"batch": batch, "sentAt": clock.now().isoformat()})
            if answer.status_code != httpx.codes.OK or answer.json()["rejected"]:
                raise RuntimeError(f"The intake did not take the demo's events: {answer.text[:300]}")
