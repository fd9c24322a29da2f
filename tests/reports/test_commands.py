"""The commands of the reports."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core import clock
from core.models import OutboxMessage
from reports.models import StatusReport
from tests.factories.reports import a_recipient, built_report, moment, monday_program

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_export_is_the_latest_report() -> None:
    report = built_report(monday_program(slug="accubooks"))
    exported = json.loads(run("export_report", "accubooks", "--format", "json"))
    assert exported["generated_at"] == report.snapshot["generated_at"]
    assert [slot["slot"] for slot in exported["slots"]] == list(range(1, 463))


def test_a_program_without_a_report_exports_one_as_it_would_be_now() -> None:
    monday_program(slug="accubooks")
    with clock.at(moment(3)):
        exported = json.loads(run("export_report", "accubooks", "--format", "json"))
    assert exported["period"] == {"first": "2026-11-02", "last": "2026-11-04"}
    assert not StatusReport.objects.exists()


@pytest.mark.parametrize(("file_format", "start"), [("html", b"<!doc"), ("pdf", b"%PDF"), ("csv", b"slot,")])
def test_the_export_goes_to_a_file(tmp_path: Path, file_format: str, start: bytes) -> None:
    built_report(monday_program(slug="accubooks"))
    out = tmp_path / f"report.{file_format}"
    run("export_report", "accubooks", "--format", file_format, "--out", str(out))
    assert out.read_bytes().startswith(start)


def test_a_format_that_is_not_there_is_not_offered() -> None:
    monday_program(slug="accubooks")
    with pytest.raises(CommandError, match="invalid choice"):
        run("export_report", "accubooks", "--format", "md")


def test_an_unknown_program_is_one_sentence() -> None:
    with pytest.raises(CommandError, match="There is no program “nowhere”"):
        run("export_report", "nowhere", "--format", "json")


def test_before_the_first_day_there_is_nothing_to_export() -> None:
    monday_program(slug="accubooks")
    with clock.at(moment(0)), pytest.raises(CommandError, match="nothing to report on yet"):
        run("export_report", "accubooks", "--format", "json")


def test_send_now_sends_and_says_what() -> None:
    a_recipient(monday_program(slug="accubooks"))
    with clock.at(moment(10)):
        said = run("send_weekly_reports", "--program", "accubooks", "--now")
    assert said == "accubooks: Weekly report, week 1: 02 Nov - 08 Nov 2026, Unknown, mailed to 1 person, once each.\n"
    assert OutboxMessage.objects.filter(key__startswith="report:").count() == 1


def test_send_now_without_anybody_to_send_to_is_one_sentence() -> None:
    monday_program(slug="accubooks")
    with clock.at(moment(10)), pytest.raises(CommandError, match="nobody gets the reports"):
        run("send_weekly_reports", "--program", "accubooks", "--now")
