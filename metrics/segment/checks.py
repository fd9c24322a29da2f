"""What one item must satisfy. Each check returns what it checked or raises `ItemRefused`."""

import datetime as dt
import math
from typing import Any

import msgspec

from core.exceptions import BadInput
from metrics.enums import EventType, RejectReason

MAX_TEXT = 255
MAX_DIMENSION = 200
MAX_DEPTH = 20
MAX_LATENCY_MS = 24 * 60 * 60 * 1000
MAX_AGE = dt.timedelta(days=90)
MAX_AHEAD = dt.timedelta(days=1)
TYPES = frozenset(EventType.values)
ABSENT = msgspec.Raw()  # Not a member of a union: msgspec takes `Raw | None` for null alone.

_object = msgspec.json.Decoder(dict[str, Any] | None)


class ItemRefused(BadInput):
    """One item cannot be stored."""

    def __init__(self, code: RejectReason, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def kind_of(kind: str | None) -> str:
    if kind in TYPES:
        return str(kind)
    if not kind:
        raise ItemRefused(RejectReason.MISSING_FIELD, f"`type` is missing; give one of {', '.join(EventType.values)}.")
    raise ItemRefused(RejectReason.UNKNOWN_TYPE, f"`type` “{kind[:40]}” is none of {', '.join(EventType.values)}.")


def short(value: str, field: str) -> str:
    if len(value) > MAX_TEXT:
        raise ItemRefused(RejectReason.TOO_LONG, f"`{field}` has more than {MAX_TEXT} characters.")
    return value


def id_text(value: str | float | None, field: str) -> str:
    """Return an id as text; clients send numbers too."""
    if value is None:
        return ""
    return short(value if type(value) is str else str(value), field)


def times_of(
    timestamp: dt.datetime | None, sent_at: dt.datetime | None, received_at: dt.datetime
) -> tuple[dt.date, dt.datetime]:
    """Return the day that the client said (UTC), and the moment, corrected by how far the client's clock is off.

    Segment: timestamp + (receivedAt - sentAt). A retry repeats the timestamp but not sentAt, so the day stays.
    """
    if timestamp is None:
        return received_at.date(), received_at
    said = aware(timestamp)
    if not received_at - MAX_AGE <= said <= received_at + MAX_AGE:
        _refuse_time(said, received_at)
    try:
        occurred_at = said + (received_at - aware(sent_at)) if sent_at else said
    except OverflowError as error:
        raise _outside_of_calendar() from error
    if not received_at - MAX_AGE <= occurred_at <= received_at + MAX_AHEAD:
        _refuse_time(occurred_at, received_at)
    return said.date(), occurred_at


def _refuse_time(moment: dt.datetime, received_at: dt.datetime) -> None:
    if moment > received_at:
        raise ItemRefused(
            RejectReason.IN_THE_FUTURE, f"`timestamp` means {moment:%Y-%m-%d %H:%M} UTC, more than a day from now."
        )
    raise ItemRefused(
        RejectReason.TOO_OLD,
        f"`timestamp` means {moment:%Y-%m-%d %H:%M} UTC; events are taken up to {MAX_AGE.days} days back.",
    )


def aware(moment: dt.datetime) -> dt.datetime:
    """Return the moment in UTC. One without a zone is taken as UTC."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=dt.UTC)
    try:
        return moment if moment.tzinfo is dt.UTC else moment.astimezone(dt.UTC)
    except OverflowError as error:
        raise _outside_of_calendar() from error


def _outside_of_calendar() -> ItemRefused:
    return ItemRefused(RejectReason.OUT_OF_RANGE, "A time in the event lies outside of the calendar.")


Typed = tuple[str | None, str | None, int | None, float | None, str | None]
TYPED_FIELDS = frozenset({"endpoint", "method", "status", "latency_ms", "severity"})
NOTHING_TYPED: Typed = (None, None, None, None, None)


def typed(fields: dict[str, Any], *, strict: bool) -> Typed:
    """Pick what is aggregated. `strict`, for events that are counted by it, refuses what does not fit."""
    if TYPED_FIELDS.isdisjoint(fields):
        return NOTHING_TYPED
    endpoint = _text(fields.get("endpoint"), "endpoint", strict=strict)
    return (
        endpoint and endpoint.partition("?")[0],
        _text(fields.get("method"), "method", strict=strict),
        _number(fields.get("status"), "status", 100, 599, strict=strict, whole=True),
        _number(fields.get("latency_ms"), "latency_ms", 0, MAX_LATENCY_MS, strict=strict),
        _text(fields.get("severity"), "severity", strict=strict),
    )


def _text(value: Any, field: str, *, strict: bool) -> str | None:
    if isinstance(value, str) and len(value) <= MAX_DIMENSION:
        return value
    if value is None or not strict:
        return None
    if isinstance(value, str):
        raise ItemRefused(RejectReason.TOO_LONG, f"`properties.{field}` has more than {MAX_DIMENSION} characters.")
    raise ItemRefused(RejectReason.WRONG_TYPE, f"`properties.{field}` is not a text.")


def _number(value: Any, field: str, low: int, high: int, *, strict: bool, whole: bool = False) -> Any:
    """Return an int or float within the bounds, or None."""
    is_number = type(value) is int or (type(value) is float and not whole and math.isfinite(value))
    if is_number and low <= value <= high:
        return value
    if value is None or not strict:
        return None
    if is_number:
        raise ItemRefused(RejectReason.OUT_OF_RANGE, f"`properties.{field}` is not between {low} and {high}.")
    raise ItemRefused(RejectReason.WRONG_TYPE, f"`properties.{field}` is not a {'whole ' * whole}number.")


def object_in(raw: msgspec.Raw, field: str) -> tuple[msgspec.Raw | None, dict[str, Any] | None]:
    """Return the raw JSON of an object and its content; (None, None) for null, empty or missing."""
    if raw is ABSENT:
        return None, None
    try:
        fields = _object.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if isinstance(error, msgspec.ValidationError) and not bytes(raw).lstrip().startswith(b"{"):
            raise ItemRefused(RejectReason.WRONG_TYPE, f"`{field}` is not a JSON object.") from error
        raise unreadable(bytes(raw), error) from error
    return (raw, fields) if fields else (None, None)


def look_closely(value: Any, depth: int = 0) -> None:
    """Refuse NUL characters, which PostgreSQL cannot store, and deep nesting."""
    if depth > MAX_DEPTH:
        raise ItemRefused(RejectReason.TOO_DEEP, f"The event is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str) and "\0" in value:
        raise ItemRefused(RejectReason.NUL_BYTE, "A text in the event holds a NUL character (\\u0000).")
    if isinstance(value, dict):
        for key, inner in value.items():
            look_closely(key, depth)
            look_closely(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            look_closely(inner, depth + 1)


def unreadable(content: bytes, error: Exception) -> ItemRefused:
    """Return the refusal that fits what the decoder found."""
    if isinstance(error, RecursionError):
        return ItemRefused(RejectReason.TOO_DEEP, f"The event is nested deeper than {MAX_DEPTH} levels.")
    if b"NaN" in content or b"Infinity" in content:
        return ItemRefused(RejectReason.NOT_A_NUMBER, "The event holds NaN or Infinity, which JSON does not have.")
    if "out of range" in str(error):
        return ItemRefused(RejectReason.OUT_OF_RANGE, "The event holds a number too large to be stored.")
    return ItemRefused(RejectReason.WRONG_TYPE, f"The event cannot be read: {error}.")
