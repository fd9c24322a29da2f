"""The weekly run: at its hour, once, made up once after an outage, and never for what was not to be."""

import datetime as dt

import pytest

from core import clock
from core.models import OutboxMessage
from programs.models import Program
from programs.services import end_program
from reports.exceptions import NotDue
from reports.models import StatusReport
from reports.services import building, send_due_reports, send_now
from tests.factories.programs import draft_program
from tests.factories.reports import FIRST, a_recipient, moment, monday_program

# Claims of jobs want to be seen by others, so they commit.
pytestmark = pytest.mark.django_db(transaction=True)


def program_with_reader(**fields: object) -> Program:
    program = monday_program(**fields)
    a_recipient(program)
    return program


def run_at(*moments: dt.datetime) -> list[int]:
    """Let the schedule tick at these moments; returns how many reports each tick sent."""
    sent = []
    for at in moments:
        with clock.at(at):
            sent.append(send_due_reports())
    return sent


def test_a_week_is_reported_at_its_hour_and_once() -> None:
    program_with_reader()
    assert run_at(moment(8, 7, 59), moment(8, 8), moment(8, 8, 5), moment(9)) == [0, 1, 0, 0]
    report = StatusReport.objects.get()
    assert (report.week, report.first, report.last, report.late) == (1, FIRST, FIRST + dt.timedelta(days=6), False)
    assert OutboxMessage.objects.filter(key__startswith="report:").count() == 1


def test_a_missed_run_is_made_up_once_and_marked_late() -> None:
    program_with_reader()
    assert run_at(moment(10), moment(10, 12, 5)) == [1, 0]
    assert StatusReport.objects.get().late


def test_after_a_long_outage_each_missed_week_gets_its_report() -> None:
    program_with_reader()
    assert run_at(moment(24)) == [3]
    assert list(StatusReport.objects.order_by("week").values_list("week", "late")) == [(1, True), (2, True), (3, True)]


def test_a_young_program_and_a_draft_get_nothing() -> None:
    program_with_reader()
    a_recipient(draft_program(starts_on=FIRST, timezone="UTC"), "draft@example.org")
    assert run_at(moment(1, 8), moment(2, 8)) == [0, 0]


def test_what_was_due_before_the_launch_was_never_a_run() -> None:
    program = program_with_reader()
    Program.objects.filter(pk=program.pk).update(launched_at=moment(9))
    assert run_at(moment(10), moment(15, 8)) == [0, 1]


def test_the_hour_is_that_of_the_program() -> None:
    program_with_reader(timezone="America/New_York")
    assert run_at(moment(8, 12, 59), moment(8, 13)) == [0, 1]


def test_a_short_last_week_is_a_report_of_its_own_in_the_same_run() -> None:
    program_with_reader(ends_on=FIRST + dt.timedelta(days=29), report_weekday=4)
    run_at(*[moment(day, 8) for day in (12, 19, 26, 33)])
    assert list(StatusReport.objects.order_by("week").values_list("week", flat=True)) == [1, 2, 3, 4, 5]
    assert StatusReport.objects.get(week=5).snapshot["period"]["days"] == 2


def test_an_ended_program_gets_its_last_report_and_no_more() -> None:
    program = program_with_reader()
    with clock.at(moment(10)):
        end_program(program_id=program.pk, actor=None, reason="done")
    assert run_at(moment(10, 13), moment(15, 8), moment(22, 8), moment(29, 8)) == [1, 1, 0, 0]
    last = StatusReport.objects.first()
    assert last is not None
    assert (last.week, last.last) == (2, FIRST + dt.timedelta(days=9))
    assert last.snapshot["next_text"] == ""


def test_without_readers_the_report_is_built_and_waits() -> None:
    monday_program()
    assert run_at(moment(8, 8), moment(8, 8, 5)) == [0, 0]
    assert StatusReport.objects.get().state == "built"


def test_one_program_that_fails_does_not_keep_the_others_from_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = program_with_reader(), program_with_reader()
    real = building.snapshot.build

    def build(material: object) -> object:
        if material.program.slug == broken.slug:  # type: ignore[attr-defined]
            raise RuntimeError("no snapshot")
        return real(material)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(building.snapshot, "build", build)
        with pytest.raises(ExceptionGroup):
            run_at(moment(8, 8))
    assert StatusReport.objects.get().program == fine
    assert run_at(moment(8, 8, 5)) == [1]


def test_now_reports_the_week_that_ended_last() -> None:
    program = program_with_reader()
    with clock.at(moment(10)):
        assert (send_now(program=program).week, send_now(program=program).pk) == (1, StatusReport.objects.get().pk)
    assert OutboxMessage.objects.filter(key__startswith="report:").count() == 1


def test_now_in_the_first_week_is_an_interim_report_up_to_yesterday() -> None:
    program = program_with_reader()
    with clock.at(moment(4)):
        report = send_now(program=program)
    assert (report.kind, report.last) == ("interim", FIRST + dt.timedelta(days=2))


def test_now_on_the_first_day_is_refused() -> None:
    program = program_with_reader()
    with clock.at(moment(1)), pytest.raises(NotDue, match=r"first day .* is not over"):
        send_now(program=program)
