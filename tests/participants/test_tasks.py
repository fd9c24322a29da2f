"""What runs by the clock: overdue invites, and the alarm when seats contradict each other."""

import pytest
from django.utils.dateparse import parse_datetime

from core.jobs import schedules
from core.models import AuditEntry, OutboxMessage
from participants import tasks
from participants.enums import ParticipantState
from participants.models import Invite
from participants.services import check_seats
from programs.enums import Role
from programs.models import Seat
from tests.factories.participants import invited_person
from tests.factories.programs import live_program, staff_user

pytestmark = pytest.mark.django_db

LONG_AGO = parse_datetime("2020-01-01T00:00:00Z")


def alarms() -> tuple[int, int]:
    return AuditEntry.objects.filter(action="seats.disagree").count(), OutboxMessage.objects.filter(
        key__startswith="seat-alarm"
    ).count()


def test_seats_that_agree_raise_no_alarm() -> None:
    invited_person()
    assert check_seats() == 0
    assert alarms() == (0, 0)


def test_a_disagreement_raises_one_entry_and_one_mail_to_each_owner() -> None:
    program = live_program()
    for role in (Role.OWNER, Role.OWNER, Role.OPERATOR):
        program.memberships.create(user=staff_user(), role=role)
    Seat.objects.filter(program=program, number=3).update(held_since=LONG_AGO)
    assert [check_seats() for _ in range(3)] == [1, 0, 0]
    assert alarms() == (1, 2)
    assert "Seat 3 is marked as held since 2020-01-01" in OutboxMessage.objects.first().text


def test_another_disagreement_raises_another_alarm() -> None:
    program = live_program()
    for number in (3, 4):
        Seat.objects.filter(program=program, number=number).update(held_since=LONG_AGO)
        check_seats()
    assert alarms()[0] == 2


def test_a_seat_that_is_free_but_held_is_found() -> None:
    person, _ = invited_person()
    Seat.objects.filter(pk=person.seat_id).update(held_since=None)
    assert check_seats() == 1


@pytest.mark.django_db(transaction=True)
def test_the_tasks_run_and_may_run_again() -> None:
    person, _ = invited_person()
    Invite.objects.update(expires_at=LONG_AGO)
    for _ in range(2):
        tasks.expire_invites()
        tasks.check_seats()
    person.refresh_from_db()
    assert person.state == ParticipantState.WAITLISTED


def test_both_are_on_the_schedule() -> None:
    every = {schedule.job: schedule.every.total_seconds() for schedule in schedules()}
    assert (every["participants.expire_invites"], every["participants.check_seats"]) == (60, 600)
