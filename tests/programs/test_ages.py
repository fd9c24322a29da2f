"""Ages and times as people say them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from programs.ages import age, ago, clock_time

NOW = dt.datetime(2026, 11, 21, 13, 2, tzinfo=dt.UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        ({"seconds": 59}, "now"),
        ({"minutes": 1}, "1 min"),
        ({"minutes": 59}, "59 min"),
        ({"hours": 1}, "1 h"),
        ({"hours": 47}, "47 h"),
        ({"hours": 48}, "2 d"),
        ({"days": 20}, "20 d"),
        ({"days": 21}, "3 weeks"),
        ({"days": 70}, "2 months"),
    ],
)
def test_an_age_is_one_short_unit(passed: dict[str, int], text: str):
    assert age(NOW - dt.timedelta(**passed), NOW) == text


def test_what_never_happened_has_no_age():
    assert age(None, NOW) == ago(None, NOW) == "never"


def test_ago_tells_past_from_future():
    assert ago(NOW - dt.timedelta(hours=3), NOW) == "3 h ago"
    assert ago(NOW + dt.timedelta(days=2), NOW) == "in 2 d"
    assert ago(NOW, NOW) == "just now"


def test_a_time_is_as_short_as_is_clear_on_the_clock_of_the_program():
    assert clock_time(NOW, NOW, BERLIN) == "14:02"
    assert clock_time(NOW - dt.timedelta(days=1), NOW, BERLIN) == "20 Nov 14:02"
    assert clock_time(NOW - dt.timedelta(days=365), NOW, BERLIN) == "21 Nov 2025 14:02"
