"""Marks of days whose events are not counted yet: put by intake, taken by the aggregation, lost by neither.

Intake holds `lock_number` shared from before it looks for a mark until it commits. Taking a mark excludes that for an
instant: every batch that relied on the old mark is committed by then, and later ones put a new mark.
"""

import datetime as dt

from django.db import connection, transaction

from core import locks
from metrics.models import DirtyDay

# People imported after their events came: their days have rows without a participant, and are counted again.
MARK_NEWLY_MATCHED = """
    INSERT INTO metrics_dirtyday (program_id, day, is_taken)
    SELECT DISTINCT activity.program_id, activity.day, false
    FROM metrics_dailyactivity activity
    JOIN participants_participant person ON person.program_id = activity.program_id
        AND (person.external_id = activity.person OR lower(person.email) = lower(activity.person))
    WHERE activity.program_id = %s AND activity.participant_id IS NULL
    ON CONFLICT DO NOTHING
"""


def lock_number(program_id: int) -> int:
    """The advisory lock of a program's marks."""
    return locks.lock_number("metrics.marks", str(program_id))


@transaction.atomic
def take(*, program_id: int, day: dt.date) -> None:
    """Turn the day's mark into a taken one. Whatever was stored under it is visible to statements after this commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(program_id)])
        cursor.execute(
            """
            WITH mark AS (
                DELETE FROM metrics_dirtyday WHERE program_id = %s AND day = %s AND NOT is_taken
                RETURNING program_id, day
            )
            INSERT INTO metrics_dirtyday (program_id, day, is_taken) SELECT program_id, day, true FROM mark
            ON CONFLICT DO NOTHING
            """,
            [program_id, day],
        )


def remove_taken(*, program_id: int, day: dt.date) -> None:
    """Take the taken mark off, in the transaction that writes the day's rows."""
    DirtyDay.objects.filter(program_id=program_id, day=day, is_taken=True).delete()


def due(*, program_id: int, until: dt.date) -> list[dt.date]:
    """Return the marked days up to `until`; a taken mark whose run died is due again."""
    days = DirtyDay.objects.filter(program_id=program_id, day__lte=until).values_list("day", flat=True)
    return sorted(set(days))


@transaction.atomic
def mark_newly_matched(*, program_id: int) -> None:
    """Mark the days of people who became participants after their events were counted."""
    with connection.cursor() as cursor:
        cursor.execute(MARK_NEWLY_MATCHED, [program_id])
