"""Verifying reports: one changed byte is named."""

import pytest
from django.db import connection

from reports.ledger import report_problems
from reports.models import StatusReport
from tests.factories.reports import built_report, monday_program

pytestmark = pytest.mark.django_db


def alter(sql: str) -> None:
    """Change a row as somebody would who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = replica; {sql}")
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_nothing_is_wrong_with_reports_as_they_were_built() -> None:
    built_report(monday_program())
    assert list(report_problems()) == []


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE reports_statusreport SET snapshot = jsonb_set(snapshot, '{slots,8,value}', '499')", "snapshot"),
        ("UPDATE reports_reportfile SET content = content || '\\x00' WHERE format = 'pdf'", "file"),
    ],
)
def test_what_was_changed_is_named(sql: str, what: str) -> None:
    report: StatusReport = built_report(monday_program())
    alter(sql)
    problems = list(report_problems())
    assert len(problems) == 1
    assert f"status report {report.pk}" in problems[0].where
    assert what in problems[0].what
