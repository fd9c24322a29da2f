"""Scheduled jobs: each period is done once, a failed or killed run is done again, and silence is noticed.

A `JobRun` row says what was done. Whether a run that says `running` still lives is told by a session advisory
lock that its process holds: a killed process loses it at once, so nobody waits for a timeout.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import shared_task
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Max, Min, QuerySet

from core import clock, locks
from core.enums import RunState
from core.models import JobRun

KEEP = timedelta(days=30)
# A job is silent when it has missed two turns; the slack forgives a busy worker.
MISSED_TURNS = 2
SLACK = timedelta(minutes=1)
# The period of a job whose every run is welcome, such as a sweep: it has one row, written over by each run.
CONTINUOUS = "continuous"


@dataclass(frozen=True)
class Schedule:
    """A job that runs by the clock."""

    job: str
    every: timedelta

    @property
    def tick(self) -> timedelta:
        """How often beat should knock: at least hourly, since a rare tick is lost with beat's own memory."""
        return min(self.every, timedelta(hours=1))


_schedules: dict[str, Schedule] = {}


@contextmanager
def claim(job: str, period: str) -> Iterator[bool]:
    """Take the run of `job` for `period`; yields whether it is ours, and the block does the work only then.

    Not ours is a period that is done, or that a living process is working on. What the block raises is
    recorded as a failure and raised again; the period may then be claimed again. Belongs outside of any
    transaction, so that the claim is seen by others; inside the block transactions are free.
    """
    with locks.held("job", f"{job}|{period}") as alone:
        if not alone or not _begin(job, period):
            yield False
            return
        try:
            yield True
        except BaseException as error:
            _failed(job, period, f"{type(error).__name__}: {error}")
            raise
        _done(job, period)


def period_for(every: timedelta, at: datetime | None = None) -> str:
    """Return the name of the period of length `every` that `at` (now) falls in: its first moment in UTC."""
    moment = at or clock.now()
    seconds = every.total_seconds()
    first = moment.timestamp() // seconds * seconds
    return datetime.fromtimestamp(first, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def scheduled(job: str, every: timedelta) -> Callable[[Callable[[], Any]], Any]:
    """Turn a function without arguments into the Celery task `job`, done once in each period of length
    `every`.

    However many ticks arrive in a period, from two beats or after an outage, one does the work. The task
    fails where the function does, so that the worker's log and error reports show it.
    """

    def decorate(function: Callable[[], Any]) -> Any:
        return _task(job, every, function, lambda: period_for(every))

    return decorate


def sweep(job: str, every: timedelta) -> Callable[[Callable[[], Any]], Any]:
    """Turn a function into the Celery task `job`, which may run at every tick but never twice at the same
    time.

    For frequent work that finds for itself what is due: it keeps one `JobRun`, not thousands a day.
    """

    def decorate(function: Callable[[], Any]) -> Any:
        return _task(job, every, function, lambda: CONTINUOUS)

    return decorate


def schedules() -> list[Schedule]:
    """Return every job that runs by the clock, by name."""
    return [_schedules[job] for job in sorted(_schedules)]


def last_success(job: str) -> datetime | None:
    """Return when `job` was last done, or None."""
    return JobRun.objects.filter(job=job).aggregate(latest=Max("finished_at"))["latest"]


def overdue(job: str, every: timedelta, *, at: datetime | None = None) -> bool:
    """Tell whether `job` has gone silent: no success for two turns and a minute.

    A job without any success counts from the day the database was set up.
    """
    since = last_success(job) or _set_up_at()
    return (at or clock.now()) - since > every * MISSED_TURNS + SLACK


def silent(*, at: datetime | None = None) -> list[str]:
    """Return the names of the jobs that have gone silent."""
    return [schedule.job for schedule in schedules() if overdue(schedule.job, schedule.every, at=at)]


@transaction.atomic
def purge_runs(*, at: datetime | None = None) -> int:
    """Delete runs older than 30 days, but never a job's last success; returns how many were deleted."""
    successes = JobRun.objects.filter(finished_at__isnull=False)
    latest = successes.order_by("job", "-finished_at", "-id").distinct("job").values("id")
    old = JobRun.objects.filter(started_at__lt=(at or clock.now()) - KEEP).exclude(id__in=latest)
    deleted: int = old.delete()[0]
    return deleted


def _task(job: str, every: timedelta, function: Callable[[], Any], period: Callable[[], str]) -> Any:
    @functools.wraps(function)
    def run() -> None:
        with claim(job, period()) as mine:
            if mine:
                function()

    _schedules[job] = Schedule(job, every)
    return shared_task(name=job)(run)


@transaction.atomic(durable=True)
def _begin(job: str, period: str) -> bool:
    """Mark the run as running, unless it is done; the caller holds the lock."""
    run, created = JobRun.objects.get_or_create(job=job, period=period, defaults={"attempts": 1})
    if created:
        return True
    if run.state == RunState.DONE and period != CONTINUOUS:
        return False
    JobRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING, attempts=F("attempts") + 1, started_at=clock.now())
    return True


def _done(job: str, period: str) -> None:
    _runs(job, period).update(state=RunState.DONE, finished_at=clock.now(), error="")


def _failed(job: str, period: str, error: str) -> None:
    """Record the failure. `finished_at` stays: a sweep keeps the time of its last success."""
    _runs(job, period).update(state=RunState.FAILED, error=error[:2000])


def _runs(job: str, period: str) -> QuerySet[JobRun]:
    if connection.errors_occurred and not connection.in_atomic_block and not connection.is_usable():
        # The connection was lost on the way; the outcome can still be written through a new one.
        connection.close()
    return JobRun.objects.filter(job=job, period=period)


def _set_up_at() -> datetime:
    applied = MigrationRecorder(connection).migration_qs.filter(app="core").aggregate(first=Min("applied"))
    return applied["first"] or clock.now()
