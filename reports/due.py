"""When a report is due. Pure: no database, and the time is given.

A program names a weekday and an hour in its own zone. Where the hour does not exist on that day (clocks go forward) the
report is due at the first moment after the gap; where it comes twice (clocks go back), the first time.
"""

import datetime as dt
from zoneinfo import ZoneInfo

WEEK = dt.timedelta(days=7)


def due_on(day: dt.date, tz: ZoneInfo, hour: int) -> dt.datetime:
    """Return the moment, in UTC, at which the clock in `tz` first shows `hour` or later on `day`.

    With fold=0 a time in a gap is read with the offset before it, so 02:00 comes out as 03:00: for a gap that starts on
    the hour, as all do that people meet, that is the end of the gap.
    """
    return dt.datetime.combine(day, dt.time(hour), tzinfo=tz).astimezone(dt.UTC)


def due_at(now: dt.datetime, tz: ZoneInfo, weekday: int, hour: int) -> dt.datetime:
    """Return the latest due moment that is not after `now`; `weekday` counts from Monday as 0."""
    today = now.astimezone(tz).date()
    day = today - dt.timedelta(days=(today.weekday() - weekday) % 7)
    moment = due_on(day, tz, hour)
    return moment if moment <= now else due_on(day - WEEK, tz, hour)


def due_after(day: dt.date, tz: ZoneInfo, weekday: int, hour: int) -> dt.datetime:
    """Return the first due moment that falls on a later day than `day`: when a period that ends with `day` is due."""
    following = day + dt.timedelta(days=1)
    return due_on(following + dt.timedelta(days=(weekday - following.weekday()) % 7), tz, hour)


def next_due(now: dt.datetime, tz: ZoneInfo, weekday: int, hour: int) -> dt.datetime:
    """Return the first due moment after `now`."""
    today = now.astimezone(tz).date()
    day = today + dt.timedelta(days=(weekday - today.weekday()) % 7)
    moment = due_on(day, tz, hour)
    return moment if moment > now else due_on(day + WEEK, tz, hour)
