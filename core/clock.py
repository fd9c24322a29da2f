"""Time: moments are aware and in UTC; days belong to a program's time zone.

A local day is the half-open span from its first moment to the first moment of the next day. It has 23, 24 or
25 hours.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Return the present moment in UTC, or the one that `at` tells."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the block live at `moment`: how the demo lives through its thirty days by the services that real days use."""
    before = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(before)


def today(tz: ZoneInfo) -> date:
    """Return the date that it is now in `tz`."""
    return local_day(now(), tz)


def local_day(moment: datetime, tz: ZoneInfo) -> date:
    """Return the date on which an aware `moment` falls in `tz`; a naive one raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone falls on no day.")
    return moment.astimezone(tz).date()


def day_bounds(day: date, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of `day` in `tz` and that of the day after, both in UTC."""
    return _first_moment(day, tz), _first_moment(day + timedelta(days=1), tz)


def days_between(first: date, last: date) -> list[date]:
    """Return every date from `first` to `last`, both included; empty where `last` lies before `first`."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _first_moment(day: date, tz: ZoneInfo) -> datetime:
    """Return the first moment of `day`.

    Where clocks go forward at midnight, 00:00 does not exist: with fold=0 the offset before the jump is used,
    and the result is the jump itself, the first moment of the day. Where they go back over midnight, fold=0
    is the earlier of the two.
    """
    return datetime.combine(day, time.min, tzinfo=tz).astimezone(UTC)
