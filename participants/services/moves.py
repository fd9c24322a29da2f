"""The one place where a participant's state changes, and the seat with it.

Locks are always taken in this order: the program (`lock_program_open`, where a freeze must stop the move), the
participant, the seat. So two moves of one person take turns, and no two transactions wait for each other.
"""

from typing import Any

from django.db import transaction

from participants.enums import HOLDING_STATES, PARTICIPANT_MOVES, ParticipantState
from participants.exceptions import NoSuchMove, PersonNotFound
from participants.models import Participant
from programs.models import Seat
from programs.services import free_seat


def lock_person(participant_id: int) -> Participant:
    """Return the participant, locked for the running transaction, with the program. Raises `PersonNotFound`."""
    rows = Participant.objects.select_for_update(of=("self",), no_key=True).select_related("program")
    person = rows.filter(pk=participant_id).first()
    if person is None:
        raise PersonNotFound("This person is not in the program any more.")
    return person


def refuse_move(person: Participant, to: ParticipantState) -> None:
    """Raise `NoSuchMove` unless the person's state leads to `to`."""
    if to not in PARTICIPANT_MOVES[person.state]:
        known = ", ".join(ParticipantState(state).label.lower() for state in sorted(PARTICIPANT_MOVES[person.state]))
        raise NoSuchMove(
            f"{person.name} is {person.get_state_display().lower()} and cannot become {to.label.lower()}. "
            f"From here the next state is one of: {known}."
        )


@transaction.atomic
def move(person: Participant, to: ParticipantState, *, seat: Seat | None = None, **fields: Any) -> None:
    """Move a locked person to another state. A state that holds no seat gives the seat back at once.

    `seat` is the one just taken for them; `fields` are stored with the move. Raises `NoSuchMove`.
    """
    refuse_move(person, to)
    held = person.seat_id
    if to in HOLDING_STATES:
        person.seat_id = seat.pk if seat else held
    else:
        person.seat_id = None
    person.state = to
    for name, value in fields.items():
        setattr(person, name, value)
    person.save(update_fields=["state", "seat", *fields])
    if held and person.seat_id is None:
        free_seat(seat_id=held)
