"""Background work: the days that are due are aggregated, and tomorrow's partitions exist today."""

import datetime as dt

import structlog

from core import clock, jobs
from core.enums import RunState
from core.models import JobRun
from metrics import partitions
from metrics.services import aggregate_day, aggregate_dirty_days
from programs.enums import ProgramState
from programs.models import Program

JOB = "metrics.aggregate_day"
# Longer outages are caught up too: whatever was sent and not counted has left its mark.
CATCH_UP = dt.timedelta(days=14)

log = structlog.get_logger(__name__)


@jobs.sweep("metrics.aggregate_due_days", dt.timedelta(minutes=10))
def aggregate_due_days() -> None:
    """Bring the daily rows of every program up to date.

    Each finished day is aggregated once, however long an outage was; days with events that are not counted yet,
    today's among them, follow. A program that has ended is left alone when its last events are counted. What fails for
    one program does not keep the others from theirs: the failures are raised together at the end.
    """
    failures = []
    for program in Program.objects.order_by("pk"):
        try:
            _bring_up_to_date(program)
        except Exception as error:
            log.exception("aggregation_failed", program=program.slug)
            failures.append(error)
    if failures:
        raise ExceptionGroup("Days could not be aggregated", failures)


@jobs.scheduled("metrics.ensure_partitions", dt.timedelta(hours=6))
def ensure_partitions() -> None:
    """Make the event table's partitions for the days to come."""
    partitions.ensure_ahead()


def _bring_up_to_date(program: Program) -> None:
    if program.state == ProgramState.LIVE:
        _aggregate_finished_days(program)
    aggregate_dirty_days(program_id=program.pk, until=program.today)


def _aggregate_finished_days(program: Program) -> None:
    last = min(program.today - dt.timedelta(days=1), program.ends_on)
    first = max(program.starts_on, last - CATCH_UP)
    periods = {f"{program.slug}:{day}": day for day in clock.days_between(first, last)}
    done = JobRun.objects.filter(job=JOB, period__in=periods, state=RunState.DONE).values_list("period", flat=True)
    for period in sorted(periods.keys() - set(done)):
        with jobs.claim(JOB, period) as mine:
            if mine:
                aggregate_day(program_id=program.pk, day=periods[period])
