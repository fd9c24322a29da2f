"""A program's life: created, made ready, launched, ended."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from core.exceptions import BadInput
from core.models import AuditEntry
from programs.enums import ProgramState, Role
from programs.exceptions import LaunchRefused, NoSuchMove
from programs.models import Program
from programs.services import (
    check_readiness,
    check_readiness_of_all,
    create_program,
    end_program,
    launch,
    reopen_readiness,
)
from tests.factories.programs import draft_program, live_program, staff_user

pytestmark = pytest.mark.django_db


def test_a_program_owns_exactly_as_many_seats_as_its_cap():
    program = draft_program()
    assert program.seats.count() == program.seat_cap == 20


def test_the_creator_becomes_owner_and_public_contact():
    maria = staff_user(first_name="Maria", last_name="Berg")
    program = draft_program(actor=maria)
    assert program.memberships.get().role == Role.OWNER
    assert program.contacts.get().name == "Maria Berg"


def test_weeks_cover_every_day_of_the_program_once():
    program = draft_program(starts_on=dt.date(2026, 3, 2))
    days = [(week.starts_on, week.ends_on) for week in program.weeks.all()]
    assert days[0] == (dt.date(2026, 3, 2), dt.date(2026, 3, 8))
    assert days[-1] == (dt.date(2026, 3, 30), dt.date(2026, 3, 31)) == (dt.date(2026, 3, 30), program.ends_on)


def test_goals_keep_the_targets_of_the_blueprint_exactly():
    goal = draft_program(blueprint="open").goals.get(period="standing", metric="uptime")
    assert str(goal.target) == "0.9990"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"slug": "Bad Slug"}, "“Bad Slug” was not created"),
        ({"timezone": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone"),
        ({"blueprint": "closed"}, "no blueprint “closed”"),
    ],
)
def test_bad_values_are_refused_and_nothing_is_written(fields, sentence):
    with pytest.raises(BadInput, match=sentence):
        create_program(**{"blueprint": "controlled", "slug": "x", "name": "X", **fields})
    assert not Program.objects.exists()


def test_a_slug_that_is_taken_is_refused():
    draft_program(slug="accubooks")
    with pytest.raises(BadInput, match="“accubooks” was not created"):
        create_program(blueprint="open", slug="accubooks", name="Again")


@pytest.mark.parametrize("change", [{"seat_cap": 21}, {"seat_cap": 9}, {"billing_enabled": True}])
def test_the_database_holds_a_controlled_program_to_its_parameters(change):
    program = draft_program()
    with pytest.raises(IntegrityError), transaction.atomic():
        Program.objects.filter(pk=program.pk).update(**change)


@pytest.mark.parametrize(("days", "allowed"), [(13, False), (14, True)])
def test_a_controlled_program_lasts_14_days_or_more(days, allowed):
    program = draft_program()
    last = program.starts_on + dt.timedelta(days=days - 1)
    if allowed:
        assert Program.objects.filter(pk=program.pk).update(ends_on=last) == 1
        return
    with pytest.raises(IntegrityError, match="program_controlled_duration"), transaction.atomic():
        Program.objects.filter(pk=program.pk).update(ends_on=last)


def test_launch_is_refused_naming_every_open_item():
    program = draft_program()
    done = program.readiness_items.get(key="monitoring")
    check_readiness(item_id=done.pk, actor=None, evidence="Grafana link")
    with pytest.raises(LaunchRefused) as refusal:
        launch(program_id=program.pk, actor=None)
    assert "7 readiness items are open" in str(refusal.value)
    assert "All alerts tested" in str(refusal.value)
    assert "Monitoring fully deployed" not in str(refusal.value)


def test_a_ready_program_goes_live():
    program = draft_program()
    assert check_readiness_of_all(program_id=program.pk, actor=None, evidence="seen") == 8
    assert launch(program_id=program.pk, actor=None).state == ProgramState.LIVE


def test_an_optional_item_does_not_hold_the_launch():
    program = draft_program()
    program.readiness_items.filter(key="baseline").update(required=False)
    for item in program.readiness_items.filter(required=True):
        check_readiness(item_id=item.pk, actor=None, evidence="seen")
    assert launch(program_id=program.pk, actor=None).state == ProgramState.LIVE


def test_an_item_is_not_checked_without_evidence():
    item = draft_program().readiness_items.first()
    with pytest.raises(BadInput, match="say what shows that it is done"):
        check_readiness(item_id=item.pk, actor=None, evidence="  ")
    item.refresh_from_db()
    assert item.checked_at is None


def test_reopening_an_item_keeps_its_evidence_in_the_audit_trail():
    item = draft_program().readiness_items.first()
    check_readiness(item_id=item.pk, actor=None, evidence="Grafana link")
    reopen_readiness(item_id=item.pk, actor=None, reason="dashboard was empty")
    entry = AuditEntry.objects.get(action="readiness.reopened")
    assert entry.before == {"evidence": "Grafana link"}


def test_an_ended_program_cannot_go_live_again():
    program = live_program()
    end_program(program_id=program.pk, actor=None, reason="decision made")
    with pytest.raises(NoSuchMove, match="is ended and cannot become live"):
        launch(program_id=program.pk, actor=None)


def test_a_seat_row_beside_the_services_is_refused_at_commit():
    program = draft_program()
    program.seats.create(number=21)
    with pytest.raises(IntegrityError, match="owns 21 seats but its cap is 20"):
        connection.check_constraints()
