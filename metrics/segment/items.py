"""Items: each message of a batch becomes a row of the event table, or a rejection."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable
from typing import Any

import msgspec

from metrics.enums import EventType, RejectReason
from metrics.segment import checks
from metrics.vocabulary import TYPED_EVENTS

MAX_ITEM_BYTES = 32 * 1024


class _Item(msgspec.Struct, rename="camel"):
    type: str | None = None
    message_id: str | int | None = None
    user_id: str | int | float | None = None
    anonymous_id: str | int | float | None = None
    event: str | None = None
    name: str | None = None
    timestamp: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    properties: msgspec.Raw = checks.ABSENT
    traits: msgspec.Raw = checks.ABSENT
    context: msgspec.Raw = checks.ABSENT
    category: str | None = None
    group_id: str | int | float | None = None
    previous_id: str | int | float | None = None


class Row(msgspec.Struct, array_like=True):
    """One event in the order of the intake statement's columns."""

    message_id: str
    day: dt.date
    occurred_at: dt.datetime
    sent_at: dt.datetime | None
    type: str
    name: str
    user_id: str
    anonymous_id: str
    endpoint: str | None
    method: str | None
    status: int | None
    latency_ms: float | None
    severity: str | None
    props: msgspec.Raw | None
    context: msgspec.Raw | None


class Rejection(msgspec.Struct, rename="camel"):
    """Why the item at `index` of the batch was not stored: a code for machines, a sentence for people."""

    index: int
    message_id: str | None
    code: RejectReason
    reason: str


_item = msgspec.json.Decoder(_Item)
_anything = msgspec.json.Decoder()


def read_items(
    items: Iterable[msgspec.Raw], *, sent_at: dt.datetime | None, received_at: dt.datetime, only_type: str | None = None
) -> tuple[list[tuple[int, Row]], list[Rejection]]:
    """Turn items into rows with their places in the batch, and the rest into rejections.

    `only_type` is the type of a single call, whose item need not repeat it.
    """
    rows: list[tuple[int, Row]] = []
    rejected: list[Rejection] = []
    for index, raw in enumerate(items):
        try:
            rows.append((index, _read_item(raw, sent_at, received_at, only_type)))
        except checks.ItemRefused as refusal:
            rejected.append(Rejection(index, _message_id_in(raw), refusal.code, refusal.reason))
    return rows, rejected


def _read_item(raw: msgspec.Raw, sent_at: dt.datetime | None, received_at: dt.datetime, only_type: str | None) -> Row:
    content = bytes(raw)
    item = _decode(content)
    kind = checks.kind_of(only_type or item.type)
    name = _name_of(item, kind)
    props, fields = _props_of(item, kind)
    sent = item.sent_at or sent_at
    day, occurred_at = checks.times_of(item.timestamp, sent, received_at)
    endpoint, method, status, latency_ms, severity = (
        checks.typed(fields, strict=name in TYPED_EVENTS) if fields else checks.NOTHING_TYPED
    )
    return Row(
        message_id=checks.id_text(item.message_id, "messageId") or _made_up_id(content, item),
        day=day,
        occurred_at=occurred_at,
        sent_at=sent and checks.aware(sent),
        type=kind,
        name=name,
        user_id=checks.id_text(item.user_id, "userId"),
        anonymous_id=checks.id_text(item.anonymous_id, "anonymousId"),
        endpoint=endpoint,
        method=method,
        status=status,
        latency_ms=latency_ms,
        severity=severity,
        props=props,
        context=checks.object_in(item.context, "context")[0],
    )


def _decode(content: bytes) -> _Item:
    if len(content) > MAX_ITEM_BYTES:
        raise checks.ItemRefused(
            RejectReason.TOO_LARGE, f"The event has {len(content):,} bytes; {MAX_ITEM_BYTES:,} is the most."
        )
    try:
        item = _item.decode(content)
        # A cheap look decides whether the closer one is needed at all.
        if content.count(b"{") + content.count(b"[") > checks.MAX_DEPTH or rb"\u0000" in content:
            checks.look_closely(_anything.decode(content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise checks.unreadable(content, error) from error
    return item


def _name_of(item: _Item, kind: str) -> str:
    if kind == EventType.TRACK:
        if not item.event:
            raise checks.ItemRefused(
                RejectReason.MISSING_FIELD, "`event` is missing: a track call names what happened."
            )
        return checks.short(item.event, "event")
    return checks.short(item.name or "", "name")


def _props_of(item: _Item, kind: str) -> tuple[msgspec.Raw | None, dict[str, Any] | None]:
    """Return the item's own fields as they came, and those of a track call also decoded."""
    if kind == EventType.TRACK:
        return checks.object_in(item.properties, "properties")
    given = item.traits if kind in (EventType.IDENTIFY, EventType.GROUP) else item.properties
    props, fields = checks.object_in(given, "traits" if given is item.traits else "properties")
    extra = {"category": item.category, "groupId": item.group_id, "previousId": item.previous_id}
    present = {key: value for key, value in extra.items() if value is not None}
    if present:
        props = msgspec.Raw(json.dumps({**(fields or {}), **present}).encode())
    return props, None


def _made_up_id(content: bytes, item: _Item) -> str:
    """Return an id for an item that came without one.

    With a timestamp the content names it, so that a retry of the same bytes is dropped. Without a timestamp nothing
    tells a retry from a second event, and each counts.
    """
    return f"made-{hashlib.sha256(content).hexdigest()[:32]}" if item.timestamp else f"made-{uuid.uuid4().hex}"


def _message_id_in(raw: msgspec.Raw) -> str | None:
    """Return the rejected item's id for the answer, where one can be read."""
    try:
        found = json.loads(bytes(raw)).get("messageId")
    except (ValueError, AttributeError, RecursionError):
        return None
    return str(found)[: checks.MAX_TEXT] if found is not None else None
