"""The demo's story: the same seed tells the same days, and it tells only what has happened by now."""

import datetime as dt
from zoneinfo import ZoneInfo

from betaportal.demo import story, survey
from betaportal.demo.people import PEOPLE

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = [dt.date(2026, 3, 2) + dt.timedelta(days=number) for number in range(30)]
LATER = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)


def told(*, seed: int = 1, until: dt.datetime = LATER) -> list[story.Event]:
    return list(story.events(PEOPLE, days=DAYS, tz=BERLIN, until=until, seed=seed))


def test_there_are_sixteen_people_of_whom_one_has_not_signed():
    assert len({person.email for person in PEOPLE}) == 16
    assert [person.name for person in PEOPLE if not person.signs] == ["Yusuf Demir"]


def test_the_same_seed_tells_the_same_story():
    assert told() == told()
    assert told() != told(seed=2)


def test_every_event_has_a_message_id_of_its_own():
    events = told()
    assert len({event["messageId"] for event in events}) == len(events) > 5000


def test_nobody_does_anything_before_joining():
    first = {}
    for event in told():
        first.setdefault(event["userId"], event)
    assert all(event["event"] == "Signed Up" for event in first.values())
    assert len(first) == 15


def test_nothing_is_told_that_has_not_happened_yet():
    until = dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.UTC)
    moments = [dt.datetime.fromisoformat(event["timestamp"]) for event in told(until=until)]
    assert max(moments) <= until


def test_the_survey_file_has_one_header_row_and_ratings_from_one_to_five():
    header, *rows = survey.file(PEOPLE, days=DAYS, tz=BERLIN, until=LATER, seed=1).decode().splitlines()
    assert header.startswith("Timestamp,")
    assert len(rows) >= 15
    assert {cell for row in rows for cell in row.split(",")[1:6]} <= set("12345")
