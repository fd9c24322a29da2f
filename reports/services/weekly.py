"""The weekly run: every week of a program gets its report once, at its hour, or late but once."""

import datetime as dt
from itertools import groupby

import structlog

from core import clock, jobs
from programs.enums import ProgramState
from programs.models import Program
from reports import selectors
from reports.enums import ReportKind
from reports.exceptions import NotDue
from reports.models import StatusReport
from reports.periods import Span
from reports.services.building import build_report
from reports.services.sending import send_report

JOB = "reports.weekly"
# A run this long after its time says so in the report.
LATE_AFTER = dt.timedelta(hours=1)

log = structlog.get_logger(__name__)


def send_due_reports(*, program: Program | None = None) -> int:
    """Build and send every report that is due now, of one program or of all. Returns how many.

    What fails for one program does not keep the others from theirs: the failures are raised together at the end.
    """
    programs = Program.objects.filter(state__in=[ProgramState.LIVE, ProgramState.ENDED]).order_by("pk")
    sent, failures = 0, []
    for one in [program] if program else programs:
        try:
            sent += _send_due(one)
        except Exception as error:
            log.exception("weekly_report_failed", program=one.slug)
            failures.append(error)
    if failures:
        raise ExceptionGroup("Weekly reports failed", failures)
    return sent


def send_now(*, program: Program) -> StatusReport:
    """Build and send the report over the week that ended last, whatever the hour, and return it.

    Where no week is over yet it is an interim report over the running one up to yesterday. Raises `NotDue` for a
    program that has not lived one whole day, and `NobodyToSendTo`.
    """
    today = program.today
    ended = selectors.ended_weeks(program)
    span = ended[-1] if ended else _running_until_yesterday(program, today)
    kind = ReportKind.WEEKLY if ended else ReportKind.INTERIM
    report = build_report(program_id=program.pk, first=span.first, last=span.last, kind=kind)
    send_report(report_id=report.pk)
    return report


def _send_due(program: Program) -> int:
    """A short last week may be due together with the one before: they are one run, and two reports."""
    due = [(selectors.due_at(program, week), week) for week in selectors.weeks_due(program, clock.now())]
    sent = 0
    for moment, weeks in groupby(due, key=lambda pair: pair[0]):
        with jobs.claim(JOB, f"{program.slug}:{moment.astimezone(program.tz).date()}") as mine:
            if mine:
                sent += sum(_deliver(program, week, late=clock.now() - moment > LATE_AFTER) for _, week in weeks)
    return sent


def _deliver(program: Program, week: Span, *, late: bool) -> int:
    report = build_report(program_id=program.pk, first=week.first, last=week.last, late=late)
    if not selectors.recipients(program):
        # The report is there to be read; nobody asked for it by mail.
        return 0
    send_report(report_id=report.pk)
    return 1


def _running_until_yesterday(program: Program, today: dt.date) -> Span:
    if program.starts_on >= today:
        raise NotDue(
            f"There is nothing to report on yet: the first day of {program.name}, {program.starts_on:%d %B %Y}, is not "
            "over. Try again tomorrow."
        )
    return Span(1, program.starts_on, today - dt.timedelta(days=1))
