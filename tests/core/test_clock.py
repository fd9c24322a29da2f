"""Days of 23, 24 and 25 hours, and those without a midnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core import clock

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Beirut",
]


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 11, 21), "Europe/Berlin", 24),
        (date(2026, 3, 29), "Europe/Berlin", 23),
        (date(2026, 10, 25), "Europe/Berlin", 25),
        (date(2026, 10, 4), "Australia/Lord_Howe", 23.5),
        (date(2018, 11, 4), "America/Sao_Paulo", 23),
        (date(2026, 3, 8), "America/Havana", 23),
        (date(2026, 11, 1), "America/Havana", 25),
    ],
)
def test_a_day_is_as_long_as_its_clocks_say(day: date, zone: str, hours: float) -> None:
    first, after = clock.day_bounds(day, ZoneInfo(zone))
    assert after - first == timedelta(hours=hours)
    assert first.tzinfo is UTC


def test_a_day_without_midnight_begins_at_the_jump() -> None:
    first, _ = clock.day_bounds(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))
    assert first == datetime(2018, 11, 4, 3, tzinfo=UTC)


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)), st.sampled_from(ZONES))
def test_every_moment_of_a_day_falls_on_it(day: date, zone: str) -> None:
    tz = ZoneInfo(zone)
    first, after = clock.day_bounds(day, tz)
    assert clock.local_day(first, tz) == clock.local_day(after - timedelta(microseconds=1), tz) == day
    assert clock.local_day(first - timedelta(microseconds=1), tz) == day - timedelta(days=1)


def test_today_is_the_programs_own() -> None:
    with time_machine.travel(datetime(2026, 11, 21, 23, 30, tzinfo=UTC), tick=False):
        assert clock.today(ZoneInfo("UTC")) == date(2026, 11, 21)
        assert clock.today(BERLIN) == date(2026, 11, 22)


def test_a_moment_without_a_zone_falls_on_no_day() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        clock.local_day(datetime(2026, 11, 21), BERLIN)  # noqa: DTZ001 - the naive moment is the point


def test_days_between_include_both_ends() -> None:
    assert clock.days_between(date(2026, 2, 27), date(2026, 3, 1)) == [
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    ]
    assert clock.days_between(date(2026, 3, 2), date(2026, 3, 1)) == []
