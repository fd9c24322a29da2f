"""Building a report from what the product sent and people answered."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from core import clock
from core.exceptions import BadInput
from core.models import AuditEntry
from metrics.services import aggregate_dirty_days
from programs.exceptions import ProgramNotFound
from reports.models import StatusReport
from reports.services import build_report
from reports.snapshot import fingerprint
from tests.factories.feedback import import_survey
from tests.factories.metrics import event, request_event, send
from tests.factories.reports import FIRST, built_report, moment, monday_program

pytestmark = pytest.mark.django_db


def slots(report: StatusReport) -> dict[int, dict[str, object]]:
    return {slot["slot"]: slot for slot in report.snapshot["slots"]}


def test_the_report_says_what_the_events_say() -> None:
    program = monday_program()
    with clock.at(moment(3)):
        requests = [
            request_event(at=moment(3), user="u1", status=500 if n == 0 else 200, latency_ms=300) for n in range(4)
        ]
        send(program, [event("Signed Up", at=moment(2), user=f"u{n}") for n in range(3)] + requests)
    made = slots(built_report(program))
    assert (made[6]["value"], made[6]["text"], made[7]["value"]) == (0.25, "25.00%", "red")
    assert (made[12]["value"], made[26]["value"], made[30]["value"]) == (3, 3, 3)
    assert made[9]["value"] == pytest.approx(300, rel=0.02)


def test_events_that_were_not_counted_yet_are_counted_first() -> None:
    program = monday_program()
    with clock.at(moment(7, 23, 50)):
        send(program, [event(at=moment(7, 23, 30))])
    assert slots(built_report(program))[12]["value"] == 1


def test_satisfaction_comes_from_the_survey_of_the_period() -> None:
    program = monday_program()
    with clock.at(moment(5)):
        import_survey(program)
    made = slots(built_report(program))
    assert (made[317]["value"], made[317]["text"], made[318]["value"]) == (4, "4.0/5", "green")
    assert made[325]["value"] is None


def test_what_happened_after_the_period_is_not_in_it() -> None:
    program = monday_program()
    with clock.at(moment(9)):
        send(program, [event(at=moment(8, 0, 1)), event(at=moment(2), user="early")])
    assert slots(built_report(program))[12]["value"] == 1


def test_days_are_those_of_the_program() -> None:
    program = monday_program(timezone="America/New_York")
    with clock.at(moment(9)):
        send(program, [event(at=moment(8, 4, 59))])  # Sunday, 23:59 in New York
    assert slots(built_report(program))[12]["value"] == 1


def test_the_same_period_again_returns_the_first_report() -> None:
    program = monday_program()
    first = built_report(program)
    with clock.at(moment(9)):
        send(program, [event(at=moment(2))])
    again = built_report(program)
    assert (again.pk, again.sha256) == (first.pk, first.sha256)
    assert AuditEntry.objects.filter(action="report.built").count() == 1


def test_an_interim_report_is_new_each_time_and_says_that_the_day_is_not_over() -> None:
    program = monday_program()
    with clock.at(moment(3)):
        made = [
            build_report(program_id=program.pk, first=FIRST, last=FIRST + dt.timedelta(days=2), kind="interim")
            for _ in range(2)
        ]
    assert made[0].pk != made[1].pk
    assert made[0].snapshot["period"]["is_over"] is False


def test_the_fingerprint_is_that_of_the_stored_snapshot() -> None:
    report = StatusReport.objects.get(pk=built_report(monday_program()).pk)
    assert fingerprint(report.snapshot) == report.sha256


def test_a_week_without_any_data_is_unknown_and_never_green() -> None:
    report = built_report(monday_program())
    assert report.overall == "unknown"
    assert not {slot["value"] for slot in report.snapshot["slots"]} & {"green", 0}


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (FIRST, FIRST - dt.timedelta(days=1), "lies before its first"),
        (FIRST - dt.timedelta(days=1), FIRST, "starts on 2026-11-02"),
        (FIRST, FIRST + dt.timedelta(days=30), "is in the future"),
    ],
)
def test_a_period_that_cannot_be_reported_on_is_refused(first: dt.date, last: dt.date, sentence: str) -> None:
    program = monday_program()
    with clock.at(moment(10)), pytest.raises(BadInput, match=sentence):
        build_report(program_id=program.pk, first=first, last=last)
    assert not StatusReport.objects.exists()


def test_an_unknown_program_is_refused() -> None:
    with pytest.raises(ProgramNotFound):
        build_report(program_id=0, first=FIRST, last=FIRST)


def test_more_weeks_than_the_template_are_more_columns() -> None:
    program = monday_program()
    with clock.at(moment(29)):
        send(program, [event(at=moment(29, 1))])
    with clock.at(moment(31)):
        report = build_report(program_id=program.pk, first=FIRST + dt.timedelta(days=28), last=FIRST + dt.timedelta(29))
    assert [column["label"] for column in report.snapshot["growth"]["columns"]][-2:] == ["Week 5", "Total"]
    active = report.snapshot["growth"]["rows"][3]["cells"][4]
    assert (active["text"], active["slot"]) == ("1", None)


def test_more_data_asks_no_more_of_the_database(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    small, large = monday_program(), monday_program()
    with clock.at(moment(7)):
        send(small, [event(at=moment(2)), request_event(at=moment(2))])
        send(large, [request_event(at=moment(day), user=f"u{n}") for day in range(1, 8) for n in range(20)])
    for program in (small, large):
        aggregate_dirty_days(program_id=program.pk, until=FIRST + dt.timedelta(days=6))
    with django_assert_max_num_queries(150) as few:
        built_report(small)
    with django_assert_max_num_queries(len(few)):
        built_report(large)
