"""The reports in the admin: read, downloaded, built and sent by those who may."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core import clock
from core.models import OutboxMessage
from programs.enums import Role
from reports.models import ExitCriterion, StatusReport
from tests.factories.reports import a_recipient, built_report, moment, monday_program
from tests.factories.staff import client_of

pytestmark = pytest.mark.django_db

LIST = "/admin/reports/statusreport/"


def page(name: str, *args: object) -> str:
    return reverse(f"admin:reports_statusreport_{name}", args=args)


def test_a_viewer_reads_the_stored_page_under_a_policy_without_scripts() -> None:
    program = monday_program()
    report = built_report(program)
    answer = client_of(program, Role.VIEWER).get(page("view", report.pk))
    policy = answer["Content-Security-Policy"]
    assert b"UNKNOWN" in answer.content
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("file_format", "mimetype", "start"),
    [
        ("html", "text/html", b"<!doc"),
        ("pdf", "application/pdf", b"%PDF"),
        ("csv", "text/csv", b"slot"),
        ("json", "application/json", b"{"),
    ],
)
def test_every_format_that_is_offered_downloads(file_format: str, mimetype: str, start: bytes) -> None:
    program = monday_program(slug="accubooks")
    answer = client_of(program, Role.VIEWER).get(page("download", built_report(program).pk, file_format))
    assert answer["Content-Type"].startswith(mimetype)
    assert answer.content.startswith(start)
    assert answer["Content-Disposition"] == f'attachment; filename="accubooks-week-1.{file_format}"'


def test_a_format_that_is_not_there_is_not_found() -> None:
    program = monday_program()
    assert client_of(program).get(page("download", built_report(program).pk, "md")).status_code == 404


@pytest.mark.parametrize("name", ["view", "change", "send"])
def test_another_programs_report_is_not_found(name: str) -> None:
    report = built_report(monday_program())
    assert client_of(monday_program()).get(page(name, report.pk)).status_code == 404


def test_strangers_are_asked_to_sign_in() -> None:
    answer = Client().get(page("view", built_report(monday_program()).pk))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_an_operator_builds_a_report_and_nobody_gets_mail_by_that() -> None:
    program = monday_program()
    a_recipient(program)
    with clock.at(moment(10)):
        answer = client_of(program, Role.OPERATOR).post(f"{LIST}add/", {"period": "week:1"}, follow=True)
    report = StatusReport.objects.get()
    assert (report.kind, report.week, report.state) == ("weekly", 1, "built")
    assert answer.redirect_chain == [(page("change", report.pk), 302)]
    assert not OutboxMessage.objects.exists()


def test_building_a_week_again_says_that_it_was_sent_already() -> None:
    program = monday_program()
    sent = built_report(program)
    StatusReport.objects.filter(pk=sent.pk).update(state="sent", sent_at=moment(9))
    with clock.at(moment(10)):
        answer = client_of(program, Role.OPERATOR).post(f"{LIST}add/", {"period": "week:1"}, follow=True)
    assert "It was sent already" in answer.content.decode()
    assert "Nobody has got it" not in answer.content.decode()


def test_the_running_week_is_offered_as_an_interim_report() -> None:
    program = monday_program()
    with clock.at(moment(1)):
        client_of(program, Role.OPERATOR).post(f"{LIST}add/", {"period": "running"})
    assert StatusReport.objects.get().kind == "interim"


def test_a_period_that_is_not_offered_is_refused_on_the_form() -> None:
    program = monday_program()
    with clock.at(moment(3)):
        answer = client_of(program).post(f"{LIST}add/", {"period": "week:4"})
    assert "Select a valid choice" in answer.content.decode()
    assert not StatusReport.objects.exists()


def test_a_viewer_neither_builds_nor_sends() -> None:
    program = monday_program()
    report = built_report(program)
    viewer = client_of(program, Role.VIEWER)
    assert viewer.get(f"{LIST}add/").status_code == 403
    assert viewer.post(page("send", report.pk), {"confirmed": "yes"}).status_code == 403


def test_sending_asks_first_and_names_who_gets_it() -> None:
    program = monday_program()
    a_recipient(program)
    asked = client_of(program, Role.OPERATOR).get(page("send", built_report(program).pk))
    assert "ceo@example.org" in asked.content.decode()
    assert not OutboxMessage.objects.exists()


def test_sending_is_confirmed_by_post() -> None:
    program = monday_program()
    a_recipient(program)
    report, client = built_report(program), client_of(program, Role.OPERATOR)
    seen = client.get(page("send", report.pk)).context["hidden"]
    client.post(page("send", report.pk), dict(seen))
    report.refresh_from_db()
    assert (report.state, report.deliveries.count()) == ("sent", 2)  # the contact and the operator


def test_the_list_asks_the_same_of_the_database_for_one_report_and_for_three(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    program = monday_program()
    client = client_of(program)
    built_report(program)
    client.get(LIST)
    with django_assert_max_num_queries(30) as one:
        client.get(LIST)
    for week in (2, 3):
        built_report(program, week)
    with django_assert_max_num_queries(len(one)):
        client.get(LIST)


def test_the_list_never_reads_snapshots(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    program = monday_program()
    built_report(program)
    client = client_of(program)
    with django_assert_max_num_queries(30) as queries:
        client.get(LIST)
    assert not any('"reports_statusreport"."snapshot"' in query["sql"] for query in queries.captured_queries)


def test_a_criterions_share_written_as_percent_is_refused_on_the_form() -> None:
    program = monday_program()
    criterion = ExitCriterion.objects.get(program=program, kind="exit", key="uptime")
    data = {"kind": "exit", "key": "uptime", "label": "Uptime", "metric": "uptime", "unit": "ratio", "rule": "share"}
    url = reverse("admin:reports_exitcriterion_change", args=[criterion.pk])
    answer = client_of(program).post(url, {**data, "target": "99.9", "position": "0"})
    assert "Write 99.9% as 0.999" in answer.content.decode()
