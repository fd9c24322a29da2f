"""Intake: a batch of items becomes rows of the event table, once, in one statement."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from django.db import DataError, IntegrityError, connection, transaction
from psycopg.errors import CheckViolation

from core import clock
from metrics import partitions
from metrics.enums import RejectReason
from metrics.exceptions import IntakeClosed
from metrics.segment import Rejection, Row, read_items
from metrics.selectors import Recipient
from metrics.services import marks
from programs.enums import ProgramState
from programs.models import Program

# One round trip. The shared lock is what `metrics.services.marks` waits for before it reads; the order of the rows is
# the same in every batch, so that two batches with the same events wait for each other and never in a circle.
STORE = """
    SELECT pg_advisory_xact_lock_shared(%(lock)s);
    INSERT INTO metrics_event (
        program_id, message_id, day, occurred_at, received_at, sent_at, type, name, user_id, anonymous_id,
        endpoint, method, status, latency_ms, severity, props, context
    )
    SELECT %(program)s, message_id, day, occurred_at, %(received_at)s, sent_at, type, name, user_id, anonymous_id,
        endpoint, method, status, latency_ms, severity, props, context
    FROM JSON_TABLE(%(rows)s::jsonb, '$[*]' COLUMNS (
        message_id text PATH '$[0]', day date PATH '$[1]', occurred_at timestamptz PATH '$[2]',
        sent_at timestamptz PATH '$[3]', type text PATH '$[4]', name text PATH '$[5]', user_id text PATH '$[6]',
        anonymous_id text PATH '$[7]', endpoint text PATH '$[8]', method text PATH '$[9]', status smallint PATH '$[10]',
        latency_ms double precision PATH '$[11]', severity text PATH '$[12]', props jsonb PATH '$[13]',
        context jsonb PATH '$[14]'
    ))
    ON CONFLICT DO NOTHING;
    INSERT INTO metrics_dirtyday (program_id, day, is_taken)
    SELECT %(program)s, unnest(%(days)s::date[]), false
    ON CONFLICT DO NOTHING;
"""
COUNT_REJECTED = """
    INSERT INTO metrics_rejecteditems (program_id, day, reason, count, example, last_at)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (program_id, day, reason) DO UPDATE
    SET count = metrics_rejecteditems.count + excluded.count, example = excluded.example, last_at = excluded.last_at
"""

Placed = Sequence[tuple[int, Row]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch: `accepted` are new, `duplicates` were there before, `rejected` say why not."""

    accepted: int
    duplicates: int
    rejected: list[Rejection]


def ingest(
    *,
    program: Program | Recipient,
    items: Sequence[msgspec.Raw],
    sent_at: dt.datetime | None = None,
    only_type: str | None = None,
) -> Receipt:
    """Store what is good in a batch and count what is not. When it returns, everything accepted is committed.

    A batch may be given again, whole or in parts: each message id is stored once a program. Raises `IntakeClosed` when
    the program has ended; a draft takes events, because launch asks for a baseline.
    """
    if program.state == ProgramState.ENDED:
        raise IntakeClosed(
            f"Nothing was stored: {program.name} has ended and takes no more events. Stop sending, or use another key."
        )
    received_at = clock.now()
    placed, rejected = read_items(items, sent_at=sent_at, received_at=received_at, only_type=only_type)
    refused: list[Rejection] = []
    try:
        accepted = _store_making_partitions(program, placed, received_at)
    except DataError:
        # One value that PostgreSQL refuses must not take its neighbours with it.
        accepted, refused = _store_one_by_one(program, placed, received_at)
    rejected += refused
    if rejected:
        _count_rejected(program, rejected, received_at)
    return Receipt(accepted, len(placed) - accepted - len(refused), rejected)


def _store_making_partitions(program: Program | Recipient, placed: Placed, received_at: dt.datetime) -> int:
    """Store the rows and return how many were new; a partition that is missing is made first."""
    if not placed:
        return 0
    try:
        return _store(program, placed, received_at)
    except IntegrityError as error:
        if not isinstance(error.__cause__, CheckViolation):
            raise
    partitions.ensure(row.day for _, row in placed)
    return _store(program, placed, received_at)


@transaction.atomic
def _store(program: Program | Recipient, placed: Placed, received_at: dt.datetime) -> int:
    rows = sorted((row for _, row in placed), key=lambda row: (row.message_id, row.day))
    with connection.cursor() as cursor:
        cursor.execute(
            STORE,
            {
                "lock": marks.lock_number(program.pk),
                "program": program.pk,
                "received_at": received_at,
                "rows": msgspec.json.encode(rows).decode(),
                "days": _local_days(program, rows),
            },
        )
        cursor.nextset()
        return int(cursor.rowcount)


def _local_days(program: Program | Recipient, rows: Sequence[Row]) -> list[dt.date]:
    """Return the program's days that the rows fall on, in order."""
    tz = program.tz
    moments = [row.occurred_at for row in rows]
    first, last = clock.local_day(min(moments), tz), clock.local_day(max(moments), tz)
    return [first] if first == last else sorted({clock.local_day(moment, tz) for moment in moments})


def _store_one_by_one(
    program: Program | Recipient, placed: Placed, received_at: dt.datetime
) -> tuple[int, list[Rejection]]:
    accepted, refused = 0, []
    for index, row in placed:
        try:
            accepted += _store_making_partitions(program, [(index, row)], received_at)
        except DataError as error:
            reason = f"PostgreSQL cannot store the event: {str(error).splitlines()[0]}."
            refused.append(Rejection(index, row.message_id, RejectReason.NOT_STORABLE, reason))
    return accepted, refused


@transaction.atomic
def _count_rejected(program: Program | Recipient, rejected: Sequence[Rejection], at: dt.datetime) -> None:
    day = clock.local_day(at, program.tz)
    examples = {rejection.code: rejection.reason for rejection in rejected}
    with connection.cursor() as cursor:
        for code, count in sorted(Counter(rejection.code for rejection in rejected).items()):
            cursor.execute(COUNT_REJECTED, [program.pk, day, code, count, examples[code], at])
