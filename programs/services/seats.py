"""Seats: the only way into a program, and how many there are."""

from django.db import transaction

from core import audit, clock
from core.exceptions import Conflict
from core.models import User
from core.validation import clean_or_refuse
from programs.models import Program, Seat


@transaction.atomic
def take_seat(*, program_id: int) -> Seat | None:
    """Take a free seat for the running transaction, or return None when every seat is held.

    A racer never waits for another: a seat that someone is taking is passed over. The look without a lock comes first
    because "full" is the common answer under load and is then given without touching a lock.
    """
    free = Seat.objects.free().filter(program_id=program_id)
    if not free.exists():
        return None
    seat = free.select_for_update(skip_locked=True, no_key=True).order_by("number").first()
    if seat is None:
        return None
    seat.held_since = clock.now()
    seat.save(update_fields=["held_since"])
    return seat


@transaction.atomic
def free_seat(*, seat_id: int) -> None:
    """Give a seat back. The caller takes it off its holder in the same transaction."""
    Seat.objects.filter(pk=seat_id).update(held_since=None)


@transaction.atomic
def change_seat_cap(*, program_id: int, seat_cap: int, actor: User | None) -> Program:
    """Add or remove free seats until the program has `seat_cap` of them.

    Raises `BadInput` for a cap that the stage does not allow, `Conflict` when more people hold a seat than that.
    """
    program = Program.objects.select_for_update(no_key=True).get(pk=program_id)
    before = program.seat_cap
    if seat_cap == before:
        return program
    program.seat_cap = seat_cap
    clean_or_refuse(program, refused=f"The cap of {program.name} stays as it is", exclude=["slug"])
    if seat_cap > before:
        top = program.seats.order_by("-number").values_list("number", flat=True).first() or 0
        Seat.objects.bulk_create(
            Seat(program=program, number=number) for number in range(top + 1, top + 1 + seat_cap - before)
        )
    else:
        _remove_free_seats(program, how_many=before - seat_cap)
    program.save(update_fields=["seat_cap"])
    audit.record(
        actor=actor,
        action="program.cap_changed",
        obj=program,
        scope=program.slug,
        before={"seat_cap": before},
        after={"seat_cap": seat_cap},
    )
    return program


def _remove_free_seats(program: Program, *, how_many: int) -> None:
    spare = list(
        program.seats.filter(held_since=None)
        .select_for_update(skip_locked=True)
        .order_by("-number")
        .values_list("pk", flat=True)[:how_many]
    )
    if len(spare) < how_many:
        held = program.seats.exclude(held_since=None).count()
        raise Conflict(
            f"The cap of {program.name} stays as it is: {held} people hold a seat, so {program.seat_cap} are too few. "
            f"Free {how_many - len(spare)} first, by revoking invites or removing people."
        )
    Seat.objects.filter(pk__in=spare).delete()
