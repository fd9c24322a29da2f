"""When a report is due: by the program's own weekday, hour and zone, also where the clocks change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from reports.due import due_after, due_at, due_on, next_due

BERLIN, NEW_YORK, UTC = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("UTC")
MONDAY, SUNDAY = 0, 6


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "tz", "weekday", "hour", "due"),
    [
        ("2026-11-23T08:00", UTC, MONDAY, 8, "2026-11-23T08:00"),  # on the dot
        ("2026-11-23T07:59:59", UTC, MONDAY, 8, "2026-11-16T08:00"),  # a second before
        ("2026-11-25T12:00", UTC, MONDAY, 8, "2026-11-23T08:00"),  # days later
        ("2026-11-23T06:59:59", BERLIN, MONDAY, 8, "2026-11-16T07:00"),
        ("2026-11-23T07:00", BERLIN, MONDAY, 8, "2026-11-23T07:00"),  # winter: UTC+1
        ("2026-06-22T06:00", BERLIN, MONDAY, 8, "2026-06-22T06:00"),  # summer: UTC+2
        ("2026-11-22T23:30", BERLIN, MONDAY, 0, "2026-11-22T23:00"),  # Monday there, Sunday in UTC
        ("2026-03-29T01:00", BERLIN, SUNDAY, 2, "2026-03-29T01:00"),  # 02:00 does not exist: 03:00 it is
        ("2026-03-29T00:59", BERLIN, SUNDAY, 2, "2026-03-22T01:00"),
        ("2026-10-25T00:00", BERLIN, SUNDAY, 2, "2026-10-25T00:00"),  # 02:00 comes twice: the first
        ("2026-10-25T01:30", BERLIN, SUNDAY, 2, "2026-10-25T00:00"),  # not again the second time
        ("2026-03-08T07:00", NEW_YORK, SUNDAY, 2, "2026-03-08T07:00"),
        ("2026-01-01T00:00", UTC, MONDAY, 8, "2025-12-29T08:00"),  # over the year
    ],
)
def test_the_latest_due_moment(now: str, tz: ZoneInfo, weekday: int, hour: int, due: str) -> None:
    assert due_at(utc(now), tz, weekday, hour) == utc(due)


@pytest.mark.parametrize(
    ("last_day", "due"),
    [
        ("2026-11-22", "2026-11-23T08:00"),  # ends on Sunday: the next morning
        ("2026-11-23", "2026-11-30T08:00"),  # ends on the report day itself: a week later
        ("2026-11-20", "2026-11-23T08:00"),
    ],
)
def test_a_period_is_due_on_a_day_after_its_last(last_day: str, due: str) -> None:
    assert due_after(dt.date.fromisoformat(last_day), UTC, MONDAY, 8) == utc(due)


def test_the_next_due_moment_is_later_than_now() -> None:
    assert next_due(utc("2026-11-23T08:00"), UTC, MONDAY, 8) == utc("2026-11-30T08:00")
    assert next_due(utc("2026-11-23T07:59"), UTC, MONDAY, 8) == utc("2026-11-23T08:00")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "UTC"])
def test_every_hour_of_a_year_is_due_once_a_day_in_order(zone: str) -> None:
    tz, day = ZoneInfo(zone), dt.date(2026, 1, 1)
    for offset in range(365):
        moments = [due_on(day + dt.timedelta(days=offset), tz, hour) for hour in range(24)]
        assert moments == sorted(moments)
        assert {moment.astimezone(tz).date() for moment in moments} == {day + dt.timedelta(days=offset)}
