"""The schedule: every finished day once, an outage caught up, dirty days and today refreshed."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from core.models import JobRun
from metrics.models import AggregatedDay, DailyMetric, DirtyDay
from metrics.tasks import JOB, aggregate_due_days, ensure_partitions
from programs.models import Program
from programs.services import end_program
from tests.factories.metrics import event, send
from tests.factories.programs import draft_program, live_program

pytestmark = pytest.mark.django_db(transaction=True)
START = dt.date(2026, 6, 1)


def at(day: int, hour: int = 12) -> dt.datetime:
    return dt.datetime(2026, 6, day, hour, tzinfo=dt.UTC)


def runs() -> list[str]:
    return sorted(run.period.partition(":")[2] for run in JobRun.objects.filter(job=JOB))


def run_at(moment: dt.datetime) -> None:
    with time_machine.travel(moment, tick=False):
        aggregate_due_days()


def sent_at(moment: dt.datetime, program: Any, *events: Any) -> None:
    with time_machine.travel(moment, tick=False):
        send(program, events)


def test_each_finished_day_is_aggregated_once_and_three_days_of_outage_are_caught_up() -> None:
    program = live_program(starts_on=START)
    sent_at(at(4), program, *[event(at=at(day)) for day in (1, 2, 3)])
    run_at(at(2))
    assert runs() == ["2026-06-01"]
    run_at(at(5))
    assert runs() == [f"2026-06-0{day}" for day in (1, 2, 3, 4)]
    assert AggregatedDay.objects.filter(program=program).count() == 3


def test_a_second_tick_does_nothing_again() -> None:
    live_program(starts_on=START)
    run_at(at(3))
    run_at(at(3, hour=13))
    assert set(JobRun.objects.filter(job=JOB).values_list("attempts", flat=True)) == {1}


def test_today_is_refreshed_when_events_came() -> None:
    program = live_program(starts_on=START)
    for hour in (9, 10):
        sent_at(at(1, hour), program, event(at=at(1, hour)))
        run_at(at(1, hour))
    assert DailyMetric.objects.get(program=program, metric="messages", day=START).value == 2


def test_an_event_that_comes_after_its_day_was_done_is_counted() -> None:
    program = live_program(starts_on=START)
    run_at(at(3))
    sent_at(at(3), program, event(at=at(1)))
    run_at(at(3, hour=13))
    assert DailyMetric.objects.get(program=program, metric="messages", day=START).value == 1


def test_a_day_ends_at_the_programs_midnight() -> None:
    live_program(starts_on=START, timezone="Pacific/Auckland")
    run_at(at(1, hour=11))
    assert runs() == []
    run_at(at(1, hour=13))
    assert runs() == ["2026-06-01"]


def test_a_run_that_died_with_a_taken_mark_is_taken_up_again() -> None:
    program = live_program(starts_on=START)
    sent_at(at(1), program, event(at=at(1)))
    DirtyDay.objects.update(is_taken=True)
    run_at(at(1, hour=13))
    assert AggregatedDay.objects.filter(program=program).count() == 1
    assert not DirtyDay.objects.exists()


def test_a_program_that_fails_does_not_keep_the_others_from_their_days() -> None:
    broken, fine = live_program(starts_on=START), live_program(starts_on=START)
    sent_at(at(1), fine, event(at=at(1)))
    Program.objects.filter(pk=broken.pk).update(timezone="Mars/Base")
    with pytest.raises(ExceptionGroup):
        run_at(at(2))
    assert AggregatedDay.objects.filter(program=fine).count() == 1


def test_the_baseline_of_a_draft_and_the_last_events_of_an_ended_program_are_counted() -> None:
    draft, ended = draft_program(starts_on=START), live_program(starts_on=START)
    for program in (draft, ended):
        sent_at(at(1), program, event(at=at(1)))
    end_program(program_id=ended.pk, actor=None, reason="over")
    run_at(at(2))
    assert AggregatedDay.objects.count() == 2
    assert runs() == []


def test_the_partitions_of_the_coming_days_are_made_by_schedule() -> None:
    ensure_partitions()
    assert JobRun.objects.get(job="metrics.ensure_partitions").state == "done"
