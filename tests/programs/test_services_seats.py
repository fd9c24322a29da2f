"""Seats: taking, freeing, and how many there are."""

import pytest

from core.exceptions import BadInput, Conflict
from core.models import AuditEntry
from programs.services import change_seat_cap, free_seat, take_seat
from tests.factories.programs import draft_program

pytestmark = pytest.mark.django_db


def take_all(program):
    return [take_seat(program_id=program.pk) for _ in range(program.seat_cap)]


def test_seats_are_taken_in_order_and_then_there_are_none():
    program = draft_program()
    assert [seat.number for seat in take_all(program)] == list(range(1, 21))
    assert take_seat(program_id=program.pk) is None


def test_a_freed_seat_is_taken_again():
    program = draft_program()
    seats = take_all(program)
    free_seat(seat_id=seats[4].pk)
    assert take_seat(program_id=program.pk).number == 5


def test_a_seat_of_another_program_is_not_taken():
    full, other = draft_program(), draft_program()
    take_all(full)
    assert take_seat(program_id=full.pk) is None
    assert other.seats.free().count() == 20


def test_lowering_the_cap_removes_free_seats_only():
    program = draft_program()
    held = [take_seat(program_id=program.pk) for _ in range(3)]
    change_seat_cap(program_id=program.pk, seat_cap=10, actor=None)
    assert program.seats.count() == 10
    assert program.seats.filter(pk__in=[seat.pk for seat in held]).count() == 3


def test_a_cap_below_the_held_seats_is_refused_and_nothing_changes():
    program = draft_program()
    take_all(program)
    with pytest.raises(Conflict, match="20 people hold a seat, so 12 are too few"):
        change_seat_cap(program_id=program.pk, seat_cap=12, actor=None)
    program.refresh_from_db()
    assert (program.seat_cap, program.seats.count()) == (20, 20)


def test_raising_the_cap_adds_seats_and_is_audited():
    program = draft_program(blueprint="open")
    change_seat_cap(program_id=program.pk, seat_cap=610, actor=None)
    assert program.seats.count() == 610
    assert AuditEntry.objects.get(action="program.cap_changed").after == {"seat_cap": 610}


def test_a_controlled_program_is_not_raised_above_twenty():
    program = draft_program()
    with pytest.raises(BadInput, match="10 to 20 seats"):
        change_seat_cap(program_id=program.pk, seat_cap=21, actor=None)
    assert program.seats.count() == 20
