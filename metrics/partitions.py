"""The daily partitions of the event table: made ahead of time, and on demand beside running intake.

A new partition is made as a table of its own and then attached. Attaching takes a lock on the event table that lets
reads and writes go on; `CREATE TABLE … PARTITION OF` would wait for every running batch and stop all new ones.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from core import clock, locks

DAYS_AHEAD = 7


def ensure_ahead() -> int:
    """Make the partitions from yesterday to a week from today. Returns how many were missing."""
    today = clock.now().date()
    return ensure(clock.days_between(today - dt.timedelta(days=1), today + dt.timedelta(days=DAYS_AHEAD)))


def ensure(days: Iterable[dt.date]) -> int:
    """Make the partitions of these UTC days where they are missing. Returns how many were."""
    return sum([_ensure_day(day) for day in sorted(set(days))])


@transaction.atomic
def _ensure_day(day: dt.date) -> bool:
    """Make one partition, one maker at a time."""
    name = f"metrics_event_{day:%Y%m%d}"
    with connection.cursor() as cursor:
        if _exists(cursor, name):
            return False
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [locks.lock_number("metrics.partition", "")])
        if _exists(cursor, name):
            return False
        # The name is made of digits, the bounds are dates: nothing here comes from outside.
        cursor.execute(f"CREATE TABLE {name} (LIKE metrics_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute(
            f"ALTER TABLE metrics_event ATTACH PARTITION {name} "
            f"FOR VALUES FROM ('{day}') TO ('{day + dt.timedelta(days=1)}')"
        )
    return True


def _exists(cursor: CursorWrapper, name: str) -> bool:
    # From the catalog's rows, which the statement's snapshot shows as they are. `to_regclass` may answer from the
    # session's cache, which does not know yet what another maker has committed a moment ago.
    cursor.execute("SELECT EXISTS (SELECT FROM pg_class WHERE relname = %s AND relispartition)", [name])
    return bool(cursor.fetchone()[0])
