"""States: whatever is done in whatever order, only allowed moves happen and seats follow the states."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.exceptions import Refusal
from participants.enums import HOLDING_STATES, PARTICIPANT_MOVES, InvitePurpose, InviteState, ParticipantState
from participants.models import Invite, Participant
from participants.selectors import seat_disagreements
from participants.services import (
    accept_invite,
    decline_invite,
    invite_participant,
    mail_sign_in_link,
    put_back,
    remove_participant,
    restore_participant,
    revoke_invite,
    suspend_participant,
)
from programs.models import Program
from tests.factories.participants import known_token, sign, visit, waiting_person
from tests.factories.programs import live_program

pytestmark = pytest.mark.django_db


def newest_invite(person: Participant) -> Invite:
    """The newest invite to join, open or over; services refuse what cannot be done with it."""
    invites = person.invites.filter(purpose=InvitePurpose.JOIN).order_by("-pk")
    return invites.first() or Invite(pk=0, state=InviteState.REVOKED)


def answered(answer: Callable[..., object]) -> Callable[[Participant], object]:
    def act(person: Participant) -> object:
        invite = newest_invite(person)
        return answer(token=known_token(invite) if invite.pk else "none", opened=visit())

    return act


ACTIONS: dict[str, Callable[[Participant], object]] = {
    "invite": lambda person: invite_participant(participant_id=person.pk, actor=None),
    "accept": answered(accept_invite),
    "decline": answered(decline_invite),
    "revoke": lambda person: revoke_invite(invite_id=newest_invite(person).pk, actor=None),
    "sign": sign,
    "link": lambda person: mail_sign_in_link(participant_id=person.pk, actor=None),
    "suspend": lambda person: suspend_participant(participant_id=person.pk, actor=None, reason="r"),
    "restore": lambda person: restore_participant(participant_id=person.pk, actor=None),
    "remove": lambda person: remove_participant(participant_id=person.pk, actor=None, reason="r"),
    "put back": lambda person: put_back(participant_id=person.pk, actor=None),
}


@pytest.fixture
def program() -> Program:
    return live_program()


@given(names=st.lists(st.sampled_from(sorted(ACTIONS)), min_size=3, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_allowed_moves_happen_and_seats_follow(program: Program, names: list[str]) -> None:
    person = waiting_person(program)
    for name in names:
        before = person.state
        try:
            ACTIONS[name](person)
        except Refusal:
            person.refresh_from_db()
            assert person.state == before
        person.refresh_from_db()
        signed_again = (before, person.state) == (ParticipantState.INVITED, ParticipantState.ACTIVE)
        assert person.state == before or person.state in PARTICIPANT_MOVES[before] or signed_again
        assert (person.seat_id is not None) == (person.state in HOLDING_STATES)
        assert person.state != ParticipantState.ACTIVE or person.signatures.exists()
        assert (newest_invite(person).state == InviteState.OPEN) == (person.state == ParticipantState.INVITED)
    assert seat_disagreements(program) == []
    # The next example finds every seat free.
    if ParticipantState.REMOVED in PARTICIPANT_MOVES[person.state]:
        remove_participant(participant_id=person.pk, actor=None, reason="end of the example")


def test_every_state_is_in_the_table_of_moves() -> None:
    assert set(PARTICIPANT_MOVES) == set(ParticipantState.values)
