"""Jobs: once a period, again after a failure or a kill, and noticed when silent."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from core import clock, jobs
from core.enums import RunState
from core.models import JobRun
from tests.core.sessions import somebody_else_holds

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_a_period_is_done_once() -> None:
    taken = []
    for _ in range(2):
        with jobs.claim("report", "week 3") as mine:
            taken.append(mine)
    assert taken == [True, False]
    assert (JobRun.objects.get().state, JobRun.objects.get().attempts) == (RunState.DONE, 1)


def test_each_period_has_its_own_run() -> None:
    for period in ("week 3", "week 4"):
        with jobs.claim("report", period) as mine:
            assert mine


def test_a_failure_is_recorded_raised_and_may_be_tried_again() -> None:
    with pytest.raises(ZeroDivisionError), jobs.claim("report", "week 3"):
        raise ZeroDivisionError("nothing to divide")
    run = JobRun.objects.get()
    assert (run.state, run.error) == (RunState.FAILED, "ZeroDivisionError: nothing to divide")
    assert jobs.last_success("report") is None
    with jobs.claim("report", "week 3") as mine:
        assert mine
    run.refresh_from_db()
    assert (run.state, run.attempts, run.error) == (RunState.DONE, 2, "")


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_process_lives_is_left_to_it() -> None:
    JobRun.objects.create(job="report", period="week 3", attempts=1)
    with somebody_else_holds("job", "report|week 3"), jobs.claim("report", "week 3") as mine:
        assert not mine
    with jobs.claim("report", "week 3") as mine:
        assert mine
    assert JobRun.objects.get().attempts == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_does_the_work() -> None:
    barrier, worked = threading.Barrier(8), []

    def run() -> None:
        try:
            barrier.wait()
            with jobs.claim("report", "week 3") as mine:
                if mine:
                    worked.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert worked == [1]


@pytest.mark.django_db(transaction=True)
def test_a_run_that_loses_its_connection_is_recorded_through_a_new_one() -> None:
    def work() -> None:
        with jobs.claim("report", "week 3"), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Exception, match=r"terminating connection|closed"):
        work()
    assert JobRun.objects.get().state == RunState.FAILED


@pytest.mark.parametrize(
    ("every", "at", "period"),
    [
        (timedelta(seconds=10), datetime(2026, 11, 21, 10, 0, 19, tzinfo=UTC), "2026-11-21T10:00:10Z"),
        (HOUR, datetime(2026, 11, 21, 10, 59, 59, tzinfo=UTC), "2026-11-21T10:00:00Z"),
        (DAY, datetime(2026, 11, 21, 23, 59, tzinfo=UTC), "2026-11-21T00:00:00Z"),
    ],
)
def test_a_period_is_named_by_its_first_moment(every: timedelta, at: datetime, period: str) -> None:
    assert jobs.period_for(every, at) == period


def test_two_ticks_in_a_period_do_the_work_once_and_the_next_period_again() -> None:
    worked = []

    @jobs.scheduled("test.count", every=HOUR)
    def task() -> None:
        worked.append(1)

    with time_machine.travel(datetime(2026, 11, 21, 10, tzinfo=UTC), tick=False) as traveller:
        task()
        task()
        traveller.shift(HOUR)
        task()
    assert len(worked) == 2


def test_a_sweep_works_at_each_tick_and_keeps_one_row() -> None:
    worked = []

    @jobs.sweep("test.sweep", every=HOUR)
    def task() -> None:
        worked.append(1)

    task()
    task()
    assert len(worked) == 2
    assert JobRun.objects.get().attempts == 2


def test_a_failing_sweep_keeps_the_time_of_its_last_success() -> None:
    numbers = [1, 0]

    @jobs.sweep("test.divide", every=HOUR)
    def task() -> None:
        1 / numbers.pop(0)  # fails the second time

    task()
    done_at = jobs.last_success("test.divide")
    with pytest.raises(ZeroDivisionError):
        task()
    assert (JobRun.objects.get().state, jobs.last_success("test.divide")) == (RunState.FAILED, done_at)


def test_a_job_is_silent_after_two_missed_turns() -> None:
    with jobs.claim("report", "week 3"):
        pass
    assert not jobs.overdue("report", HOUR, at=clock.now() + 2 * HOUR)
    assert jobs.overdue("report", HOUR, at=clock.now() + 2 * HOUR + timedelta(minutes=2))


def test_a_job_that_never_ran_is_silent_some_time_after_the_set_up() -> None:
    assert not jobs.overdue("report", DAY)
    assert jobs.overdue("report", DAY, at=clock.now() + 3 * DAY)
    assert "core.purge_job_runs" in jobs.silent(at=clock.now() + 3 * DAY)


def test_a_rare_job_is_knocked_for_every_hour() -> None:
    ticks = {schedule.job: schedule.tick for schedule in jobs.schedules()}
    assert ticks["core.verify_ledger"] == HOUR
    assert ticks["core.deliver_outbox"] == timedelta(seconds=10)


def test_old_runs_are_forgotten_but_never_the_last_success() -> None:
    old = clock.now() - timedelta(days=40)
    for job, period, finished_at in [("a", "1", old), ("a", "2", old + DAY), ("b", "1", None), ("b", "2", old)]:
        JobRun.objects.create(job=job, period=period, started_at=old, finished_at=finished_at)
    assert jobs.purge_runs() == 2
    assert sorted(JobRun.objects.values_list("job", "period")) == [("a", "2"), ("b", "2")]
