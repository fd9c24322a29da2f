"""Stopping the report by its link: a bare POST acts, nothing else does."""

import pytest
from django.test import Client

from core.models import OutboxMessage
from reports.models import ReportSubscription
from reports.selectors import recipients
from reports.services import send_report
from tests.factories.reports import a_recipient, built_report, monday_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def link() -> str:
    """The path of the unsubscribe link in a mail that was sent."""
    program = monday_program()
    a_recipient(program)
    send_report(report_id=built_report(program).pk)
    url = OutboxMessage.objects.get(key__startswith="report:").headers["List-Unsubscribe"].strip("<>")
    return f"/u/{url.rpartition('/')[2]}"


def test_a_bare_post_stops_the_report_at_once(link: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    row = ReportSubscription.objects.get()
    assert answer.status_code == 200
    assert row.unsubscribed_at is not None
    assert recipients(row.program) == {}


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_asking_changes_nothing(link: str, method: str) -> None:
    getattr(Client(), method)(link)
    assert not ReportSubscription.objects.exists()


def test_the_page_names_address_and_program_and_asks(link: str) -> None:
    page = Client().get(link).content.decode()
    assert "ceo@example.org" in page
    assert "Stop the report" in page


def test_the_link_of_a_stopped_report_says_that_it_is_stopped(link: str) -> None:
    Client().post(link)
    page = Client().get(link).content.decode()
    assert "The report is stopped" in page
    assert "Nothing has changed yet" not in page


def test_twice_is_once(link: str) -> None:
    for _ in range(2):
        assert Client().post(link).status_code == 200
    assert ReportSubscription.objects.count() == 1


def test_a_mistake_is_undone_by_a_post_only(link: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.post(link)
    assert client.get(f"{link}/again").status_code == 405
    client.post(f"{link}/again")
    assert ReportSubscription.objects.get().unsubscribed_at is None


@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 5000, "%00"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_not_ours_says_so(token: str, method: str) -> None:
    answer = getattr(Client(), method)(f"/u/{token}")
    assert answer.status_code == 404
    assert "not one of ours" in answer.content.decode()


def test_one_address_stops_one_program_only(link: str) -> None:
    other = monday_program()
    a_recipient(other)
    Client().post(link)
    assert list(recipients(other)) == ["ceo@example.org"]


def test_pages_are_kept_out_of_caches(link: str) -> None:
    assert "no-store" in Client().get(link)["Cache-Control"]
