"""The program home: what it says, where it leads, and that it stays quick."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import audit, clock, jobs
from core.enums import MessageState, Overall, RunState
from core.models import JobRun, OutboxMessage
from metrics.services import aggregate_dirty_days
from participants.models import Invite
from programs.enums import FreezeScope, Role
from programs.models import ActionItem, Program
from programs.services import check_readiness, check_readiness_of_all, create_api_key, end_program, freeze
from reports.home.page import Home, home
from tests.factories.metrics import request_event, send, write_key
from tests.factories.participants import accepted_person, active_person, invited_person, waiting_person
from tests.factories.programs import draft_program, live_program
from tests.factories.rows import new_row
from tests.factories.staff import client_of, member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return live_program(name="AccuBooks beta")


def url_of(program: Program) -> str:
    return reverse("program_home", args=[program.pk])


def text_of(client: Client, program: Program) -> str:
    return " ".join(client.get(url_of(program)).content.decode().split())


def need(program: Program, part: str) -> str:
    """The link of the line under “needs you” that says `part`."""
    lines = home(program).needs
    found = [line for line in lines if part in line.text]
    assert found, [line.text for line in lines]
    return found[0].href


def needs_nothing_about(program: Program, part: str) -> bool:
    return not any(part in line.text for line in home(program).needs)


# --- Who sees it


@pytest.mark.parametrize("role", Role)
def test_every_member_sees_the_home(program: Program, role: Role):
    assert "AccuBooks 1.0.2" in text_of(client_of(program, role), program)


def test_the_home_of_a_program_of_others_is_not_found(program: Program):
    assert client_of(live_program()).get(url_of(program)).status_code == 404


def test_who_is_not_signed_in_is_asked_to(program: Program):
    assert Client().get(url_of(program)).url.startswith("/admin/login/")


def test_viewers_are_offered_no_freeze_and_operators_no_launch():
    live, draft = live_program(), draft_program()
    assert "Freeze invites" in text_of(client_of(live, Role.OPERATOR), live)
    assert "Freeze invites" not in text_of(client_of(live, Role.VIEWER), live)
    launch = reverse("admin:programs_program_launch", args=[draft.pk])
    assert launch in text_of(client_of(draft, Role.OWNER), draft)
    assert launch not in text_of(client_of(draft, Role.OPERATOR), draft)


def test_looking_changes_nothing_but_the_session(program: Program):
    client = client_of(program)
    client.get(url_of(program))
    with CaptureQueriesContext(connection) as queries:
        client.get(url_of(program))
    assert not [query for query in queries if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]


# --- Five steps of a draft


def test_an_empty_program_shows_the_way_with_its_next_step():
    steps = home(draft_program()).guide
    assert [step.title for step in steps] == ["Agreement", "Sources", "Alerts tested", "People", "Launch"]
    assert [step.done for step in steps] == [True, False, False, False, False]
    assert [step.title for step in steps if step.is_next] == ["Sources"]
    assert all(step.href for step in steps)


def test_the_steps_follow_what_was_done():
    program = draft_program()
    write_key(program)
    check_readiness(item_id=program.readiness_items.get(key="alerts").pk, actor=None, evidence="set off at noon")
    waiting_person(program)
    steps = home(program).guide
    assert [step.done for step in steps] == [True, True, True, True, False]
    assert steps[3].state == "1 on the list, 20 seats"
    assert steps[4].state == "7 readiness items open"


def test_when_all_is_ready_the_last_step_launches():
    program = draft_program()
    check_readiness_of_all(program_id=program.pk, actor=None, evidence="done")
    assert home(program).guide[-1].href == reverse("admin:programs_program_launch", args=[program.pk])


def test_a_live_program_needs_no_guide(program: Program):
    assert not home(program).guide


# --- Tiles


def test_the_tiles_count_seats_signatures_invites_and_the_waitlist(program: Program):
    active_person(program)
    accepted_person(program)
    invited_person(program)
    waiting_person(program)
    tiles = {tile.label: tile.value for tile in home(program).tiles}
    assert (tiles["Seats"], tiles["Signed"], tiles["Invites out"], tiles["Waitlist"]) == ("3/20", "1/2", "1", "1")
    assert tiles["Active, 7 days"] == "no data"


# --- Needs you


def test_an_invite_unanswered_for_3_days_needs_somebody(program: Program):
    invited_person(program)
    assert needs_nothing_about(program, "unanswered")
    Invite.objects.update(created_at=clock.now() - dt.timedelta(days=3, minutes=1))
    assert "state__exact=invited" in need(program, "1 invite unanswered for 3 days")


def test_somebody_who_accepted_and_did_not_sign_needs_somebody(program: Program):
    accepted_person(program)
    assert "state__exact=accepted" in need(program, "1 person accepted but did not sign")


def test_free_seats_and_people_who_wait_need_somebody(program: Program):
    waiting_person(program)
    assert "state__exact=waitlisted" in need(program, "20 seats free, 1 waiting")


def test_a_mail_that_did_not_arrive_needs_somebody(program: Program):
    invited_person(program)
    OutboxMessage.objects.filter(scope=program.slug).update(state=MessageState.BOUNCED)
    assert home(program).needs[0].tone == "red"
    assert "outboxmessage" in need(program, "1 mail did not arrive")


def test_a_freeze_comes_first(program: Program):
    row = freeze(program_id=program.pk, scope=FreezeScope.EVERYTHING, cause="Leak", actor=None)
    assert home(program).needs[0].text == "Everything is frozen: Leak"
    assert need(program, "Leak") == reverse("admin:programs_freeze_change", args=[row.pk])


def test_a_live_program_without_a_source_needs_a_key_and_then_events(program: Program):
    assert need(program, "No product is connected") == reverse("admin:programs_apikey_changelist")
    write_key(program)
    assert need(program, "has not sent any event yet")
    send(program, [request_event()])
    assert needs_nothing_about(program, "event")


def test_a_silent_product_needs_somebody(program: Program):
    write_key(program)
    send(program, [request_event()])
    with time_machine.travel(clock.now() + dt.timedelta(days=2)):
        assert "recentevent" in need(program, "No event for")


def test_jobs_that_went_silent_need_somebody(program: Program):
    JobRun.objects.bulk_create(
        JobRun(job=schedule.job, period="now", state=RunState.DONE, finished_at=clock.now())
        for schedule in jobs.schedules()
    )
    assert needs_nothing_about(program, "went silent")
    with time_machine.travel(clock.now() + dt.timedelta(days=5)):
        assert "jobrun" in need(program, "went silent")


def test_what_is_due_needs_somebody_and_what_is_done_does_not(program: Program):
    ActionItem.objects.create(program=program, title="Call the bank", due_on=program.today)
    ActionItem.objects.create(program=program, title="Later", due_on=program.today + dt.timedelta(days=1))
    ActionItem.objects.create(program=program, title="Done", due_on=program.today, done_at=clock.now())
    assert need(program, "Due: “Call the bank”")
    assert needs_nothing_about(program, "more")


def test_a_program_past_its_last_day_needs_an_end(program: Program):
    Program.objects.update(
        starts_on=program.today - dt.timedelta(days=31), ends_on=program.today - dt.timedelta(days=1)
    )
    program.refresh_from_db()
    assert need(program, "still live")
    end_program(program_id=program.pk, actor=None, reason="over")
    program.refresh_from_db()
    assert needs_nothing_about(program, "still live")


# --- Headline and verdict


def with_requests(program: Program, *, latency_ms: float) -> Home:
    send(program, [request_event(latency_ms=latency_ms) for _ in range(40)])
    aggregate_dirty_days(program_id=program.pk, until=program.today)
    return home(program)


def test_without_data_the_verdict_is_unknown_and_says_what_is_missing(program: Program):
    verdict = home(program).verdict
    assert verdict.overall is Overall.UNKNOWN
    assert verdict.reason == "no data on uptime, error rate, p95, active users and satisfaction"
    assert verdict.as_of is None


def test_a_slow_week_degrades_the_program_and_is_named(program: Program):
    shown = with_requests(program, latency_ms=800)
    assert shown.verdict.overall is Overall.DEGRADED
    assert "p95 8" in shown.verdict.reason
    assert "target ≤ 500 ms" in shown.verdict.reason
    assert shown.verdict.as_of is not None


def test_a_freeze_degrades_the_program(program: Program):
    freeze(program_id=program.pk, scope=FreezeScope.INVITES, cause="Cents", actor=None)
    verdict = home(program).verdict
    assert (verdict.overall, verdict.reason) == (Overall.DEGRADED, "frozen")


def test_a_figure_shows_its_week_as_a_line_that_is_told_in_words(program: Program):
    with_requests(program, latency_ms=120)
    page = text_of(client_of(program), program)
    assert f"{program.today:%a} {program.today.day} 12" in page
    assert 'role="img" aria-label="By day: ' in page
    assert "On target" in page


# --- Since yesterday, and what is next


def test_the_same_thing_done_in_a_row_is_told_once(program: Program):
    owner = member(program, first_name="Olga", last_name="Owner")
    for number in range(3):
        create_api_key(program_id=program.pk, scope="ingest", label=f"Key {number}", actor=owner)
    newest = home(program).moments[0]
    assert (newest.who, newest.text) == ("Olga Owner", "made 3 keys")
    assert newest.href == reverse("admin:programs_apikey_changelist")


def test_what_happened_before_yesterday_is_not_told(program: Program):
    with time_machine.travel(clock.now() + dt.timedelta(days=3)):
        assert not home(program).moments


def test_what_happened_in_another_program_is_not_told(program: Program):
    other = live_program()
    audit.record(actor=None, action="program.ended", obj=other, scope=other.slug)
    assert all("ended" not in moment.text for moment in home(program).moments)


def test_criteria_without_data_are_not_met(program: Program):
    for progress in home(program).progress:
        assert progress.total
        assert (progress.met, progress.share) == (0, 0)
        assert progress.no_data == progress.total


def test_the_next_report_is_told_on_the_clock_of_the_program():
    program = live_program(timezone="Asia/Tokyo", report_hour=8, actor=None)
    owner = member(program)
    shown = home(program).next_report
    assert shown.at.astimezone(program.tz).hour == 8
    assert shown.recipients == 1
    assert ", 08:00, to 1 person" in text_of(signed_in(owner), program)


# --- Quick


def test_the_home_takes_as_many_queries_for_10_times_the_rows(program: Program):
    client = client_of(program)

    def fill(times: int) -> None:
        for _ in range(times):
            active_person(program)
            waiting_person(program)
            send(program, [request_event(endpoint=f"/{number}") for number in range(5)])
            ActionItem.objects.create(program=program, title="Due", due_on=program.today)
        aggregate_dirty_days(program_id=program.pk, until=program.today)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url_of(program)).status_code == 200
        return len(queries)

    new_row(ActionItem, program)
    fill(1)
    count()
    few = count()
    fill(9)
    assert count() == few
    assert few < 90
