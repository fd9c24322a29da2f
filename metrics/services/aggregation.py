"""Aggregation: a day's events become its daily rows. The same events give the same rows, however often it runs."""

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection, transaction

from core import clock, locks
from core.numbers import ratio
from metrics.definitions import DEFINITIONS
from metrics.enums import Source
from metrics.histograms import LN_GAMMA, SMALLEST, Histogram, merge
from metrics.services import marks, statements
from metrics.vocabulary import (
    API_REQUEST,
    CONVERSATION_STARTED,
    EMAIL_VERIFIED,
    ERROR,
    MACHINE_EVENTS,
    MESSAGE_SENT,
    SESSION_STARTED,
    SIGNED_UP,
)
from programs.exceptions import ProgramNotFound
from programs.models import Program

MAX_DIMENSIONS = 200
NAMES = {
    "signed_up": SIGNED_UP,
    "email_verified": EMAIL_VERIFIED,
    "session_started": SESSION_STARTED,
    "message_sent": MESSAGE_SENT,
    "conversation_started": CONVERSATION_STARTED,
    "api_request": API_REQUEST,
    "error": ERROR,
    "machine_events": list(MACHINE_EVENTS),
    "ln_gamma": LN_GAMMA,
    "smallest": SMALLEST,
    "max_dimensions": MAX_DIMENSIONS,
}


class MetricRow(msgspec.Struct):
    """One row of `DailyMetric` to be written."""

    metric: str
    dimension: str
    value: int | None
    count: int
    definition_version: int
    histogram: dict[str, Any] | None = None


def aggregate_day(*, program_id: int, day: dt.date) -> bool:
    """Write the rows of one local day. Returns whether the day has any events.

    Beside running intake and a second run of the same day it is safe: events that come while it reads leave a new
    mark, and the second run waits and finds nothing to change. Raises `ProgramNotFound`.
    """
    program = Program.objects.filter(pk=program_id).first()
    if program is None:
        raise ProgramNotFound("This program does not exist any more.")
    marks.take(program_id=program_id, day=day)
    return _write_day(program, day)


def aggregate_dirty_days(*, program_id: int, until: dt.date) -> int:
    """Aggregate every marked day up to `until`. Returns how many there were."""
    marks.mark_newly_matched(program_id=program_id)
    days = marks.due(program_id=program_id, until=until)
    for day in days:
        aggregate_day(program_id=program_id, day=day)
    return len(days)


@transaction.atomic
def _write_day(program: Program, day: dt.date) -> bool:
    """Read and write the day. Each statement sees what is committed when it starts; what came later left a mark."""
    start, end = clock.day_bounds(day, program.tz)
    now = clock.now()
    passed = ratio(int((min(max(now, start), end) - start).total_seconds()), int((end - start).total_seconds()))
    params: dict[str, Any] = {
        **NAMES,
        "program": program.pk,
        "day": day,
        "start": start,
        "end": end,
        "now": now,
        "coverage": passed,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [locks.lock_number("metrics.day", f"{program.pk}:{day}")])
        cursor.execute(statements.ACTIVITY, params)
        totals = _one(cursor)
        rows = [*_people_and_counts(cursor, params, totals), *_requests(cursor, params), *_errors(cursor, params)]
        # A day without events is no data: it has no rows at all.
        params["rows"] = msgspec.json.encode(rows if totals["events"] else []).decode()
        cursor.execute(statements.WRITE_METRICS, {**params, "source": Source.EVENTS})
        params["events"] = totals["events"]
        cursor.execute(statements.WRITE_DAY if totals["events"] else statements.FORGET_DAY, params)
        marks.remove_taken(program_id=program.pk, day=day)
    return bool(totals["events"])


def _people_and_counts(cursor: Any, params: dict[str, Any], totals: dict[str, int]) -> list[MetricRow]:
    """Distinct people come from the activity rows just written, so that two ids of a participant are one person."""
    cursor.execute(statements.PEOPLE, params)
    people = _one(cursor)
    inputs = {"signups": "signups", "verified_users": "verifications", "active_users": "events"}
    rows = [_row(metric, people[metric], totals[column]) for metric, column in inputs.items()]
    return rows + [_row(metric, totals[metric], totals[metric]) for metric in ("sessions", "messages", "conversations")]


def _requests(cursor: Any, params: dict[str, Any]) -> list[MetricRow]:
    """Requests, failures and latencies: all together, and by endpoint for the 200 busiest."""
    cursor.execute(statements.REQUESTS, params)
    parts = _all(cursor)
    histograms = {part["endpoint"]: _histogram(part) for part in parts}
    total = {name: sum(part[name] for part in parts) for name in ("requests", "failed")}
    rows = _endpoint_rows("", total, merge(histograms.values()))
    for part in sorted(parts, key=lambda part: part["endpoint"]):
        if part["endpoint"]:
            rows += _endpoint_rows(part["endpoint"], part, histograms[part["endpoint"]])
    return rows


def _histogram(part: dict[str, Any]) -> Histogram:
    if part["low"] is None:
        return Histogram()
    buckets = {int(bucket): count for bucket, count in msgspec.json.decode(part["buckets"]).items()}
    return Histogram(buckets, part["tiny"], Decimal(part["thousandths"]) / 1000, part["low"], part["high"])


def _endpoint_rows(endpoint: str, sums: dict[str, Any], latencies: Histogram) -> list[MetricRow]:
    rows = [
        _row("requests", sums["requests"], sums["requests"], endpoint),
        _row("failed_requests", sums["failed"], sums["requests"], endpoint),
    ]
    if latencies.count:
        rows.append(_row("latency", None, latencies.count, endpoint, latencies))
    return rows


def _errors(cursor: Any, params: dict[str, Any]) -> list[MetricRow]:
    """Errors: all together, and by severity for the 200 most frequent."""
    cursor.execute(statements.ERRORS, params)
    parts = _all(cursor)
    total = parts[0]["total"] if parts else 0
    named = [_row("errors", part["errors"], part["errors"], part["severity"]) for part in parts if part["severity"]]
    return [_row("errors", total, total), *named]


def _row(
    metric: str, value: int | None, count: int, dimension: str = "", latencies: Histogram | None = None
) -> MetricRow:
    version = DEFINITIONS[metric].version
    return MetricRow(metric, dimension, value, count, version, latencies.as_json() if latencies else None)


def _one(cursor: Any) -> dict[str, Any]:
    return _all(cursor)[0]


def _all(cursor: Any) -> list[dict[str, Any]]:
    """Return the rows by column name."""
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
