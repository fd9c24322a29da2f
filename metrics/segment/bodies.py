"""The request's body: a batch, or one call read as a batch of one."""

import datetime as dt
import json
from typing import Any

import msgspec

from metrics.exceptions import BadBatch, BatchTooLarge

MAX_ITEMS = 2_500


class Body(msgspec.Struct, rename="camel"):
    """What a request brings. A single call (`/v1/track`) is read as a batch of one."""

    batch: list[msgspec.Raw]
    sent_at: dt.datetime | None = None
    write_key: str | None = None


class _KeyBeside(msgspec.Struct, rename="camel"):
    write_key: str | None = None


_body = msgspec.json.Decoder(Body)
_raw = msgspec.json.Decoder(msgspec.Raw)
_key_beside = msgspec.json.Decoder(_KeyBeside)


def read_batch(content: bytes) -> Body:
    """Read the body of `/v1/batch`. Raises `BadBatch` or `BatchTooLarge` (more than 2,500 items)."""
    try:
        body = _body.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        body = _read_leniently(content, error)
    if len(body.batch) > MAX_ITEMS:
        raise BatchTooLarge(
            f"The batch was refused: it holds {len(body.batch):,} events, and {MAX_ITEMS:,} are taken at once. "
            "Send it in smaller batches."
        )
    return body


def read_single(content: bytes) -> Body:
    """Read the body of `/v1/track` and its like: one item, with `sentAt` and `writeKey` beside its fields."""
    try:
        item = _raw.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        item = msgspec.Raw(json.dumps(_loose(content, error)).encode())
    try:
        write_key = _key_beside.decode(item).write_key
    except (msgspec.MsgspecError, UnicodeDecodeError):
        write_key = None  # The item itself says what is wrong with it.
    return Body(batch=[item], write_key=write_key)


def _read_leniently(content: bytes, error: Exception) -> Body:
    """Read JSON that holds NaN or Infinity, as Python's own encoder writes them, so that only their items are lost."""
    loose = _loose(content, error)
    items = loose.get("batch")
    if not isinstance(items, list):
        raise _unreadable_body(error)
    try:
        return msgspec.convert({**loose, "batch": [msgspec.Raw(json.dumps(item).encode()) for item in items]}, Body)
    except msgspec.ValidationError:
        raise _unreadable_body(error) from error


def _loose(content: bytes, error: Exception) -> dict[str, Any]:
    try:
        loose = json.loads(content)
    except (ValueError, RecursionError):
        raise _unreadable_body(error) from error
    if not isinstance(loose, dict):
        raise _unreadable_body(error)
    return loose


def _unreadable_body(error: Exception) -> BadBatch:
    why = "it is nested too deep" if isinstance(error, RecursionError) else str(error).rstrip(".")
    return BadBatch(
        f"Nothing was stored: the body cannot be read ({why}). "
        'Send a JSON object such as {"batch": [{"type": "track", …}], "sentAt": "2026-01-31T12:00:00Z"}.'
    )
