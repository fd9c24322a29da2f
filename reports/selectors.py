"""Reads for reports: the material of a snapshot, the periods that are due, and who gets the mail."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from django.conf import settings

from core import clock, ledger
from core.enums import GradeRule
from core.exceptions import BadInput, NotFound
from programs.enums import GoalPeriod, ProgramState, Role
from programs.models import Contact, Freeze, Goal, Membership, Program, Week
from programs.selectors import report_recipients
from reports import catalogue, due, periods, snapshot
from reports.enums import ReportKind
from reports.exceptions import NotDue
from reports.figures import Figures, series
from reports.headline import HEADLINES, RULES
from reports.material import PERIOD, TOTAL, CriterionReading, Material, Person, Point, ProgramFacts, Reading, Ref
from reports.models import ExitCriterion, ReportDelivery, ReportFile, ReportSubscription, StatusReport
from reports.periods import Span
from reports.snapshot import CHARTS, GROWTH

# Shorter than the runs of jobs are remembered (`core.jobs.KEEP`).
MAKE_UP = dt.timedelta(weeks=4)
CHART_DAYS = 60  # A chart of a long program shows its last days.


def material(
    program: Program, span: Span, *, kind: str, late: bool, at: dt.datetime, day_is_over: bool = True
) -> Material:
    """Gather everything that a report over `span` says, as of `at`. Nothing after the span's last day is read."""
    figures = Figures(program)
    planned = planned_weeks(program)
    weeks = periods.spans(planned, starts_on=program.starts_on, last_day=span.last)
    return Material(
        program=_facts(program),
        kind=kind,
        late=late,
        week=span,
        day_is_over=day_is_over,
        weeks=weeks,
        planned_weeks=planned,
        generated_at=at,
        next_update=next_report_at(program, at),
        readings=_readings(figures, span, weeks, _targets(program)),
        criteria=criterion_readings(figures, span.last),
        contacts=_contacts(program),
        maintainer=_maintainer(program),
        open_p0=figures.get("open_p0_bugs", "", program.starts_on, span.last),
        open_p1=figures.get("open_p1_bugs", "", program.starts_on, span.last),
        frozen_because=list(Freeze.objects.in_force().filter(program=program).values_list("cause", flat=True)),
        series=_series(program, span.last),
        anchor=str(ledger.head() or ""),
        public_url=settings.PUBLIC_URL,
    )


def planned_weeks(program: Program) -> list[Span]:
    """Return the program's weeks as planned, the last day of the last one being the program's."""
    rows = Week.objects.filter(program=program).order_by("number")
    planned = [Span(week.number, week.starts_on, week.ends_on, week.title, week.focus) for week in rows]
    return periods.spans(planned, starts_on=program.starts_on, last_day=program.ends_on)


def last_day(program: Program) -> dt.date:
    """Return the last day that the program lives: its planned one, or the day it was ended before that."""
    if program.state == ProgramState.ENDED and program.ended_at:
        return min(program.ends_on, program.ended_at.astimezone(program.tz).date())
    return program.ends_on


def weeks_of(program: Program) -> list[Span]:
    """Return the weeks that the program lives through."""
    return periods.spans(planned_weeks(program), starts_on=program.starts_on, last_day=last_day(program))


def span_over(program: Program, first: dt.date, last: dt.date) -> Span:
    """Return the period from `first` to `last`, named after the week that it ends in.

    Raises `BadInput` for a period that ends before it starts, begins before the program, or is not over.
    """
    if last < first:
        raise BadInput(f"The report was not built: its last day {last} lies before its first, {first}.")
    if first < program.starts_on:
        raise BadInput(
            f"The report was not built: {program.name} starts on {program.starts_on}. Choose a later first day."
        )
    if last > program.today:
        raise BadInput(f"The report was not built: {last} is in the future. Choose a last day up to today.")
    week = periods.week_of(last, weeks_of(program))
    number, title, focus = (week.number, week.title, week.focus) if week else (0, "", "")
    return Span(number, first, last, title, focus)


def due_at(program: Program, week: Span) -> dt.datetime:
    """Return when the report over `week` is due: the first report hour on a day after the week."""
    return due.due_after(week.last, program.tz, program.report_weekday, program.report_hour)


def weeks_due(program: Program, at: dt.datetime) -> list[Span]:
    """Return the weeks whose report is due and was not sent.

    What was due before the launch never was a run, and a report more than four weeks late tells nobody anything.
    """
    if program.launched_at is None:
        return []
    sent = set(
        StatusReport.objects.filter(program=program, kind=ReportKind.WEEKLY, sent_at__isnull=False).values_list(
            "first", "last"
        )
    )
    return [
        week
        for week in weeks_of(program)
        if max(program.launched_at, at - MAKE_UP) < due_at(program, week) <= at and (week.first, week.last) not in sent
    ]


def next_report_at(program: Program, at: dt.datetime) -> dt.datetime | None:
    """Return when the next weekly report after `at` is due, or None after the last one and before the launch."""
    if program.launched_at is None:
        return None
    moments = [due_at(program, week) for week in weeks_of(program)]
    return min((moment for moment in moments if moment > at), default=None)


def ended_weeks(program: Program) -> list[Span]:
    """Return the weeks that are over, oldest first."""
    today = program.today
    return [week for week in weeks_of(program) if week.last < today]


def running_week(program: Program) -> Span | None:
    """Return the running week up to today; None before the first and after the last."""
    today = program.today
    running = next((week for week in weeks_of(program) if week.first <= today <= week.last), None)
    return replace(running, last=today) if running else None


def preview(program: Program) -> snapshot.JSON:
    """Return a snapshot as a report built now would have it, without storing it: of the week that ended last, else of
    the running one. Raises `NotDue` before the program's first day.
    """
    ended = ended_weeks(program)
    span = ended[-1] if ended else running_week(program)
    if span is None:
        raise NotDue(f"There is nothing to report on yet: {program.name} starts on {program.starts_on:%d %B %Y}.")
    kind = ReportKind.WEEKLY if ended else ReportKind.INTERIM
    return snapshot.build(
        material(program, span, kind=kind, late=False, at=clock.now(), day_is_over=span.last < program.today)
    )


def recipients(program: Program) -> dict[str, str]:
    """Return who gets the weekly report, address -> name: members and contacts but for those who stopped it."""
    stopped = set(ReportSubscription.objects.stopped().filter(program=program).values_list("email", flat=True))
    return {email: name for email, name in report_recipients(program).items() if email not in stopped}


def member_addresses(program: Program) -> set[str]:
    """Return the addresses, in lower case, of those who can open the report in the admin."""
    rows = Membership.objects.filter(program=program, user__is_active=True, user__is_staff=True)
    return {email.lower() for email in rows.values_list("user__email", flat=True)}


def report_file(report_id: int, file_format: str) -> bytes:
    """Return a stored document of a report. Raises `NotFound`."""
    content = (
        ReportFile.objects.filter(report_id=report_id, format=file_format).values_list("content", flat=True).first()
    )
    if content is None:
        raise NotFound("This report has no file of that format.")
    return bytes(content)


def latest_report(program: Program) -> StatusReport | None:
    """Return the program's latest report, without its snapshot."""
    return StatusReport.objects.without_snapshot().filter(program=program).first()


def delivery_by_token(token_hash: str) -> ReportDelivery | None:
    """Return the delivery whose mail carries the token, with its program."""
    return ReportDelivery.objects.select_related("report__program").filter(token_hash=token_hash).first()


def has_stopped(delivery: ReportDelivery) -> bool:
    """Return whether the address of the delivery gets no more reports of its program."""
    program_id = delivery.report.program_id
    return ReportSubscription.objects.stopped().filter(program_id=program_id, email=delivery.email).exists()


def criterion_readings(figures: Figures, last: dt.date) -> list[CriterionReading]:
    """Return the program's criteria with their figures over the program up to `last`."""
    program = figures.program
    first = program.starts_on
    return [
        CriterionReading(
            kind=row.kind,
            key=row.key,
            label=row.label,
            rule=row.rule,
            target=row.target,
            unit=row.unit,
            figure=figures.get(row.metric, row.dimension, min(first, last), last),
        )
        for row in ExitCriterion.objects.filter(program=program)
    ]


def _facts(program: Program) -> ProgramFacts:
    return ProgramFacts(
        slug=program.slug,
        name=program.name,
        product=program.product,
        version=program.version,
        stage=program.stage,
        timezone=program.timezone,
        starts_on=program.starts_on,
        ends_on=program.ends_on,
    )


def _targets(program: Program) -> Mapping[tuple[str, str], tuple[Decimal, str]]:
    """The standing targets: (metric, dimension) -> (target, rule)."""
    goals = Goal.objects.filter(program=program, period=GoalPeriod.STANDING)
    return {(goal.metric, goal.dimension): (goal.target, goal.rule) for goal in goals}


def _readings(
    figures: Figures, span: Span, weeks: Iterable[Span], targets: Mapping[tuple[str, str], tuple[Decimal, str]]
) -> dict[Ref, Reading]:
    ranges = {PERIOD: (span.first, span.last), TOTAL: (figures.program.starts_on, span.last)}
    ranges |= {f"week:{week.number}": (week.first, week.last) for week in weeks}
    before = periods.previous(span.first, span.last)
    compared = {headline.ref for headline in HEADLINES}
    found = {}
    for ref in _refs(ranges):
        target, rule = targets.get((ref.key, ref.dimension), (None, RULES.get(ref.key, GradeRule.INFO)))
        found[ref] = Reading(
            figure=figures.get(ref.key, ref.dimension, *ranges[ref.span]),
            rule=rule,
            target=target,
            previous=figures.get(ref.key, ref.dimension, *before) if ref in compared else None,
        )
    return found


def _refs(ranges: Mapping[str, object]) -> set[Ref]:
    """Every figure that a slot or a table shows, over the spans that there are, also weeks beyond the template's."""
    fed = {
        Ref(source.key, source.dimension, source.span)
        for source in catalogue.sources().values()
        if source.provider == "figure" and source.span in ranges
    }
    return fed | {Ref(key, "", span) for _, key in GROWTH for span in ranges if span != PERIOD}


def _series(program: Program, last: dt.date) -> dict[str, list[Point]]:
    first = max(program.starts_on, last - dt.timedelta(days=CHART_DAYS - 1))
    return {key: [Point(point.day, point.value) for point in series(program, key, first, last)] for key, _ in CHARTS}


def _contacts(program: Program) -> list[Person]:
    rows = Contact.objects.filter(program=program)
    return [Person(row.role, row.name, row.email, row.phone) for row in rows]


def _maintainer(program: Program) -> str:
    """Return who answers for the report: the program's first owner."""
    owner = Membership.objects.filter(program=program, role=Role.OWNER).select_related("user").order_by("pk").first()
    return owner.user.display_name if owner else ""
