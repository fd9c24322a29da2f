"""Events for tests: as a product would send them, through the real intake."""

import datetime as dt
import itertools
import json
from collections.abc import Sequence
from typing import Any

import msgspec

from metrics.segment import read_batch
from metrics.services import Receipt, ingest
from programs.enums import KeyScope
from programs.models import Program
from programs.services import create_api_key

_numbers = itertools.count(1)


def event(
    name: str = "Message Sent", *, at: dt.datetime | None = None, user: str = "u1", **fields: Any
) -> dict[str, Any]:
    """One track call. `at` is its timestamp (now unless given); what else is given overrides its fields."""
    moment = at or dt.datetime.now(dt.UTC)
    message = {
        "type": "track",
        "event": name,
        "userId": user,
        "messageId": f"m{next(_numbers)}",
        "timestamp": moment.isoformat(),
    }
    return {**message, **fields}


def request_event(
    *, status: int = 200, latency_ms: float = 100, endpoint: str = "/api/chat", **fields: Any
) -> dict[str, Any]:
    """One API request as a product reports it."""
    properties = {"endpoint": endpoint, "method": "GET", "status": status, "latency_ms": latency_ms}
    return event("API Request", properties=properties, **fields)


def send(program: Program, events: Sequence[Any], sent_at: dt.datetime | None = None) -> Receipt:
    """Give a batch to the intake, as bytes like those that come over HTTP."""
    body = read_batch(json.dumps({"batch": list(events)}).encode())
    return ingest(program=program, items=body.batch, sent_at=sent_at)


def raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


def write_key(program: Program) -> str:
    """A key that may send events."""
    return create_api_key(program_id=program.pk, scope=KeyScope.INGEST, label="test product", actor=None)[1]
