"""Reading what clients send: the bad-input table, item by item, without a database."""

import datetime as dt
import json
from typing import Any

import pytest

from core.exceptions import Refusal
from metrics.enums import RejectReason
from metrics.exceptions import BadBatch, BatchTooLarge
from metrics.segment import Rejection, Row, read_batch, read_items, read_single

NOW = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)
GOOD = {
    "type": "track",
    "event": "Message Sent",
    "userId": "u1",
    "messageId": "m1",
    "timestamp": "2026-06-15T11:00:00Z",
}


def read(*items: Any, sent_at: dt.datetime | None = None) -> tuple[list[Row], list[Rejection]]:
    body = read_batch(json.dumps({"batch": list(items)}).encode())
    placed, rejected = read_items(body.batch, sent_at=sent_at, received_at=NOW)
    return [row for _, row in placed], rejected


def request(**properties: Any) -> dict[str, Any]:
    return {**GOOD, "event": "API Request", "properties": properties}


def nested(levels: int) -> dict[str, Any]:
    return {"inner": nested(levels - 1)} if levels else {}


BAD_ITEMS = {
    "no type": ({"event": "x"}, RejectReason.MISSING_FIELD),
    "unknown type": ({**GOOD, "type": "trace"}, RejectReason.UNKNOWN_TYPE),
    "track without event": ({"type": "track", "userId": "u1"}, RejectReason.MISSING_FIELD),
    "not an object": (["track"], RejectReason.WRONG_TYPE),
    "event is a number": ({**GOOD, "event": 3}, RejectReason.WRONG_TYPE),
    "properties is a list": ({**GOOD, "properties": [1]}, RejectReason.WRONG_TYPE),
    "context is a text": ({**GOOD, "context": "x"}, RejectReason.WRONG_TYPE),
    "user id is true": ({**GOOD, "userId": True}, RejectReason.WRONG_TYPE),
    "timestamp is no time": ({**GOOD, "timestamp": "yesterday"}, RejectReason.WRONG_TYPE),
    "day after tomorrow": ({**GOOD, "timestamp": "2026-06-17T12:00:00Z"}, RejectReason.IN_THE_FUTURE),
    "the year 9999": ({**GOOD, "timestamp": "9999-12-31T23:59:59-14:00"}, RejectReason.OUT_OF_RANGE),
    "91 days old": ({**GOOD, "timestamp": "2026-03-16T11:00:00Z"}, RejectReason.TOO_OLD),
    "years ago": ({**GOOD, "timestamp": "1970-01-01T00:00:00Z"}, RejectReason.TOO_OLD),
    "negative latency": (request(latency_ms=-1), RejectReason.OUT_OF_RANGE),
    "NaN latency": (request(latency_ms=float("nan")), RejectReason.NOT_A_NUMBER),
    "infinite latency": (request(latency_ms=float("inf")), RejectReason.NOT_A_NUMBER),
    "latency as text": (request(latency_ms="12"), RejectReason.WRONG_TYPE),
    "status as text": (request(status="500"), RejectReason.WRONG_TYPE),
    "status with a fraction": (request(status=500.5), RejectReason.WRONG_TYPE),
    "status 42": (request(status=42), RejectReason.OUT_OF_RANGE),
    "endpoint too long": (request(endpoint="/" * 201), RejectReason.TOO_LONG),
    "NUL character": ({**GOOD, "properties": {"note": "a\0b"}}, RejectReason.NUL_BYTE),
    "NUL in a key": ({**GOOD, "properties": {"a\0b": 1}}, RejectReason.NUL_BYTE),
    "half a surrogate": ({**GOOD, "properties": {"note": "\ud800"}}, RejectReason.WRONG_TYPE),
    "50 levels deep": ({**GOOD, "properties": nested(50)}, RejectReason.TOO_DEEP),
    "message id too long": ({**GOOD, "messageId": "m" * 256}, RejectReason.TOO_LONG),
    "more than 32 KB": ({**GOOD, "properties": {"note": "x" * 33_000}}, RejectReason.TOO_LARGE),
}


@pytest.mark.parametrize(("item", "code"), BAD_ITEMS.values(), ids=BAD_ITEMS)
def test_a_bad_item_is_refused_by_its_reason_and_its_neighbours_are_not(item: Any, code: RejectReason) -> None:
    rows, rejected = read({**GOOD, "messageId": "before"}, item, {**GOOD, "messageId": "after"})
    assert [row.message_id for row in rows] == ["before", "after"]
    assert [(rejection.index, rejection.code) for rejection in rejected] == [(1, code)]
    assert rejected[0].reason.endswith(".")


def test_a_number_that_no_double_holds_is_refused() -> None:
    text = json.dumps({"batch": [GOOD]}).replace('"userId"', '"properties": {"n": 1e999}, "userId"')
    _, rejected = read_items(read_batch(text.encode()).batch, sent_at=None, received_at=NOW)
    assert rejected[0].code == RejectReason.OUT_OF_RANGE


BAD_BODIES = {
    "empty": b"",
    "not JSON": b"{batch: []}",
    "cut off": b'{"batch": [{"type": "track"',
    "a list": b"[]",
    "no batch": b'{"sentAt": null}',
    "batch is an object": b'{"batch": {}}',
    "sentAt is no time": b'{"batch": [], "sentAt": "soon"}',
    "not UTF-8": b'{"batch": [], "writeKey": "\xff"}',
    "thousands deep": b'{"batch": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
}


@pytest.mark.parametrize("content", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_cannot_be_read_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BadBatch, match=r"^Nothing was stored: the body cannot be read"):
        read_batch(content)


@pytest.mark.parametrize("content", [b"", b"[]", b'"track"', b'{"event": "x"}, {"event": "y"}'])
def test_a_single_call_is_one_object(content: bytes) -> None:
    try:
        body = read_single(content)
    except Refusal:
        return
    rows, rejected = read_items(body.batch, sent_at=None, received_at=NOW, only_type="track")
    assert not rows
    assert rejected[0].code == RejectReason.WRONG_TYPE


def test_2501_events_are_too_many() -> None:
    with pytest.raises(BatchTooLarge, match="2,501 events"):
        read_batch(json.dumps({"batch": [{}] * 2_501}).encode())


def test_nulls_of_segments_clients_are_nothing() -> None:
    nulls = dict.fromkeys(["anonymousId", "context", "properties", "traits", "integrations", "sentAt", "name"])
    [row], rejected = read({**GOOD, **nulls})
    assert (row.anonymous_id, row.props, row.context, rejected) == ("", None, None, [])


def test_numbers_as_ids_become_text() -> None:
    [row], _ = read({**GOOD, "userId": 42, "messageId": 7})
    assert (row.user_id, row.message_id) == ("42", "7")


def test_typed_fields_of_a_request_are_read_and_the_query_string_is_dropped() -> None:
    [row], _ = read(request(endpoint="/api/chat?id=7", method="POST", status=201, latency_ms=12, plan="pro"))
    assert (row.endpoint, row.method, row.status, row.latency_ms) == ("/api/chat", "POST", 201, 12)
    assert json.loads(bytes(row.props or b""))["plan"] == "pro"


def test_other_events_may_use_the_same_property_names_as_they_like() -> None:
    [row], rejected = read({**GOOD, "event": "Order Placed", "properties": {"status": "paid", "latency_ms": -1}})
    assert (row.status, row.latency_ms, rejected) == (None, None, [])


@pytest.mark.parametrize("kind", ["identify", "page", "screen", "group", "alias"])
def test_every_type_of_message_is_read(kind: str) -> None:
    [row], _ = read({"type": kind, "userId": "u1", "messageId": "m", "name": "Home", "traits": {"email": "a@b.c"}})
    assert (row.type, row.name, row.user_id) == (kind, "Home", "u1")


def test_what_belongs_to_a_group_or_alias_goes_to_its_properties() -> None:
    (group, alias), _ = read(
        {"type": "group", "userId": "u1", "groupId": "g", "traits": {"size": 3}},
        {"type": "alias", "userId": "u1", "previousId": "anonymous"},
    )
    assert json.loads(bytes(group.props or b"")) == {"size": 3, "groupId": "g"}
    assert json.loads(bytes(alias.props or b"")) == {"previousId": "anonymous"}


def test_the_moment_is_corrected_by_the_clients_clock_and_the_day_is_not() -> None:
    """The client's clock is two days ahead: what it calls the 17th is now."""
    [row], _ = read({**GOOD, "timestamp": "2026-06-17T11:59:00Z"}, sent_at=NOW + dt.timedelta(days=2))
    assert row.occurred_at == NOW - dt.timedelta(minutes=1)
    assert row.day == dt.date(2026, 6, 17)


@pytest.mark.parametrize("year", [1, 9999])
def test_a_client_clock_at_the_end_of_the_calendar_rejects_the_item_alone(year: int) -> None:
    odd = {**GOOD, "messageId": "odd", "timestamp": "2026-06-15T11:59:00Z", "sentAt": f"{year:04}-12-31T23:59:59Z"}
    [row], [rejection] = read(GOOD, odd)
    assert row.message_id == GOOD["messageId"]
    assert rejection.message_id == "odd"
    assert rejection.code in {"out_of_range", "in_the_future"}


def test_a_time_without_a_zone_is_utc_and_others_are_turned_into_it() -> None:
    rows, _ = read({**GOOD, "timestamp": "2026-06-15T01:00:00"}, {**GOOD, "timestamp": "2026-06-15T01:00:00+02:00"})
    assert [row.day for row in rows] == [dt.date(2026, 6, 15), dt.date(2026, 6, 14)]
    assert rows[1].occurred_at == dt.datetime(2026, 6, 14, 23, tzinfo=dt.UTC)


def test_without_a_message_id_the_content_names_the_event_if_it_has_a_time() -> None:
    bare = {key: value for key, value in GOOD.items() if key != "messageId"}
    rows, _ = read(bare, bare, {**bare, "timestamp": None}, {**bare, "timestamp": None})
    first, second, third, fourth = (row.message_id for row in rows)
    assert first == second
    assert len({first, third, fourth}) == 3
