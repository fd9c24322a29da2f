"""The cap is physical: whoever races for the last seats, exactly as many get one as there are."""

from functools import partial

import pytest
from django.db import connection, transaction

from participants.enums import HOLDING_STATES
from participants.models import Participant
from participants.selectors import seat_disagreements
from participants.services import ImportReport, add_participant, import_people, invite_participant
from programs.models import Program, Seat
from programs.services import change_seat_cap
from tests.concurrency.racing import race
from tests.factories.programs import live_program

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

RACERS, SEATS = 200, 20


def crowd(program: Program) -> list[Participant]:
    return Participant.objects.bulk_create(
        Participant(program=program, number=n, name=f"P{n}", email=f"p{n}@example.com") for n in range(1, RACERS + 1)
    )


@pytest.mark.parametrize("attempt", range(20))
def test_two_hundred_race_for_twenty_seats(attempt: int) -> None:
    program = live_program()
    calls = [partial(invite_participant, participant_id=person.pk, actor=None) for person in crowd(program)]
    results = race(calls)
    assert [error for error in results if isinstance(error, Exception)] == []
    assert sum(result is not None for result in results) == SEATS
    assert Participant.objects.filter(state__in=HOLDING_STATES).count() == SEATS
    assert Seat.objects.exclude(held_since=None).count() == SEATS
    assert seat_disagreements(program) == []


def naive_sale() -> None:
    """Count, then insert: how a cap is kept by who trusts that nobody else is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM naive_sale")
        if cursor.fetchone()[0] < SEATS:
            cursor.execute("INSERT INTO naive_sale DEFAULT VALUES")


def test_the_control_without_a_lock_overbooks() -> None:
    sold = attempts = 0
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE naive_sale (id serial)")
        while sold <= SEATS and attempts < 20:
            cursor.execute("TRUNCATE naive_sale")
            race([naive_sale] * RACERS)
            cursor.execute("SELECT count(*) FROM naive_sale")
            sold, attempts = cursor.fetchone()[0], attempts + 1
        cursor.execute("DROP TABLE naive_sale")
    print(f"the control sold {sold} of {SEATS} seats in attempt {attempts}")  # noqa: T201 - shown by pytest -s
    assert sold > SEATS


def test_a_cap_that_is_lowered_in_mid_race_is_never_exceeded() -> None:
    program = live_program()
    invites = [partial(invite_participant, participant_id=person.pk, actor=None) for person in crowd(program)]
    race([*invites, partial(change_seat_cap, program_id=program.pk, seat_cap=12, actor=None)])
    program.refresh_from_db()
    held = Participant.objects.filter(state__in=HOLDING_STATES).count()
    assert held <= program.seat_cap == program.seats.count()
    assert seat_disagreements(program) == []


def test_numbers_are_given_once_however_many_are_added_at_once() -> None:
    program = live_program()
    race([partial(add_participant, program_id=program.pk, name="P", email=f"p{n}@example.com") for n in range(50)])
    assert sorted(program.participants.values_list("number", flat=True)) == list(range(1, 51))


def test_one_person_is_added_once_however_many_add_them() -> None:
    program = live_program()
    race(
        [
            partial(add_participant, program_id=program.pk, name="P", email=f"{'pP'[n % 2]}@example.com")
            for n in range(30)
        ]
    )
    assert program.participants.count() == 1


def test_imports_of_the_same_people_in_other_orders_do_not_block_each_other() -> None:
    program = live_program()
    people = crowd(program)
    orders = [people, people[::-1]] * 4

    def file(number: int, order: list[Participant]) -> bytes:
        new = [f"New {number},new-{number}@example.com,c{number}"]
        lines = [f"{person.name},{person.email},c{number}" for person in order]
        return "\n".join(["name,email,cohort", *lines[:30], *new, *lines[30:]]).encode()

    calls = [
        partial(import_people, program_id=program.pk, content=file(n, order), actor=None)
        for n, order in enumerate(orders)
    ]
    assert {type(result) for result in race(calls)} == {ImportReport}
