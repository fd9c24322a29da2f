"""What PostgreSQL refuses, whoever asks and how."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from reports.models import ExitCriterion, ReportFile, StatusReport
from tests.factories.programs import draft_program
from tests.factories.reports import built_report, monday_program

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reports_statusreport SET snapshot = '{}'",
        "UPDATE reports_statusreport SET overall = 'healthy', sha256 = 'x'",
        "UPDATE reports_statusreport SET last = last + 1",
        "DELETE FROM reports_statusreport",
        "UPDATE reports_reportfile SET content = 'x'",
        "DELETE FROM reports_reportfile",
    ],
)
def test_a_report_and_its_files_stay_as_they_are(sql: str) -> None:
    built_report(monday_program())
    with pytest.raises(DatabaseError, match=r"stays as it was built|append-only"), transaction.atomic():
        connection.cursor().execute(sql)


@pytest.mark.parametrize("sql", ["TRUNCATE reports_statusreport CASCADE", "TRUNCATE reports_reportfile"])
def test_neither_table_is_emptied(sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)


def test_a_sent_report_stays_sent() -> None:
    report = built_report(monday_program())
    StatusReport.objects.filter(pk=report.pk).update(state="sent", sent_at=report.generated_at)
    with pytest.raises(DatabaseError, match="stays sent"), transaction.atomic():
        StatusReport.objects.filter(pk=report.pk).update(state="built", sent_at=None)


def test_a_second_weekly_report_over_a_period_is_refused() -> None:
    report = built_report(monday_program())
    report.pk = None
    with pytest.raises(IntegrityError, match="report_once_a_period"), transaction.atomic():
        report.save(force_insert=True)


def test_a_report_keeps_its_page_and_its_pdf() -> None:
    report = built_report(monday_program())
    starts = {file.format: bytes(file.content)[:5] for file in ReportFile.objects.filter(report=report)}
    assert starts == {"html": b"<!doc", "pdf": b"%PDF-"}


def test_a_program_starts_with_the_criteria_of_its_blueprint() -> None:
    controlled, open_beta = draft_program(blueprint="controlled"), draft_program(blueprint="open")
    assert ExitCriterion.objects.filter(program=controlled, kind="success").count() == 6
    assert ExitCriterion.objects.filter(program=controlled, kind="exit").count() == 6
    assert list(ExitCriterion.objects.filter(program=open_beta).values_list("key", flat=True)) == [
        *("uptime", "p0-bugs", "p1-bugs", "satisfaction", "active-users", "revenue", "performance")
    ]
