"""Building a report: the days brought up to date, one snapshot, its documents, all stored at once."""

import datetime as dt
import hashlib

from django.db import connection, transaction

from core import audit, clock, locks
from core.models import User
from metrics.services import aggregate_dirty_days
from programs.exceptions import ProgramNotFound
from programs.models import Program
from reports import render, selectors, snapshot
from reports.enums import STORED_FORMATS, ReportFormat, ReportKind
from reports.models import ReportFile, StatusReport
from reports.periods import Span


def build_report(
    *,
    program_id: int,
    first: dt.date,
    last: dt.date,
    late: bool = False,
    kind: str = ReportKind.WEEKLY,
    actor: User | None = None,
) -> StatusReport:
    """Build the report over the days from `first` to `last`, program time, and return it.

    There is one weekly report a period: asked again, or by two at once, the first is returned. An interim one is new
    each time. Raises `ProgramNotFound`, and `BadInput` for a period that cannot be reported on.
    """
    program = Program.objects.filter(pk=program_id).first()
    if program is None:
        raise ProgramNotFound("This program does not exist any more.")
    span = selectors.span_over(program, first, last)
    aggregate_dirty_days(program_id=program_id, until=last)
    return _build_once(program, span, kind=ReportKind(kind), late=late, actor=actor)


@transaction.atomic
def _build_once(program: Program, span: Span, *, kind: ReportKind, late: bool, actor: User | None) -> StatusReport:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [locks.lock_number("reports.build", program.slug)])
    if kind is ReportKind.WEEKLY:
        known = StatusReport.objects.filter(program=program, kind=kind, first=span.first, last=span.last).first()
        if known:
            return known
    report = _stored(program, span, kind=kind, late=late, actor=actor)
    audit.record(
        actor=actor,
        action="report.built",
        obj=report,
        scope=program.slug,
        after={"verdict": report.overall, "sha256": report.sha256, "late": late},
    )
    return report


def _stored(program: Program, span: Span, *, kind: str, late: bool, actor: User | None) -> StatusReport:
    at = clock.now()
    over = span.last < clock.local_day(at, program.tz)
    made = snapshot.build(selectors.material(program, span, kind=kind, late=late, at=at, day_is_over=over))
    report = StatusReport.objects.create(
        program=program,
        kind=kind,
        week=span.number,
        first=span.first,
        last=span.last,
        late=late,
        overall=made["verdict"]["overall"],
        reason=made["verdict"]["reason"],
        slots_filled=made["completeness"]["filled"],
        slots_total=made["completeness"]["total"],
        snapshot=made,
        sha256=snapshot.fingerprint(made),
        generator=snapshot.GENERATOR,
        generated_at=at,
        generated_by=actor,
    )
    documents = {ReportFormat.HTML: render.html(made).encode(), ReportFormat.PDF: render.pdf(made)}
    ReportFile.objects.bulk_create(
        ReportFile(report=report, format=name, content=content, sha256=hashlib.sha256(content).hexdigest())
        for name, content in documents.items()
        if name in STORED_FORMATS
    )
    return report
