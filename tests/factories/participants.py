"""People for tests, brought to each state by the services that bring real ones there."""

import itertools
from typing import Any

from core import clock, tokens
from participants.models import Invite, Participant, Signature
from participants.selectors import newest_agreement
from participants.services import accept_invite, add_participant, invite_participant, sign_agreement
from participants.visits import Visit
from programs.models import Program
from tests.factories.programs import live_program

_numbers = itertools.count(1)


def visit(**fields: Any) -> Visit:
    """A click from somewhere, now."""
    values = {"at": clock.now(), "ip": "192.0.2.7", "user_agent": "Firefox", "session": tokens.new_token(), **fields}
    return Visit(**values)


def waiting_person(program: Program | None = None, **fields: Any) -> Participant:
    """Somebody on the waitlist of a live program."""
    number = next(_numbers)
    values = {"name": f"Person {number}", "email": f"person-{number}@example.com", **fields}
    return add_participant(program_id=(program or live_program()).pk, **values)


def invited_person(program: Program | None = None, **fields: Any) -> tuple[Participant, str]:
    """Somebody with an open invite, and the token of its link."""
    person = waiting_person(program, **fields)
    invite = invite_participant(participant_id=person.pk, actor=None)
    assert invite is not None
    person.refresh_from_db()
    return person, known_token(invite)


def known_token(invite: Invite) -> str:
    """A token that opens this invite. The mailed one is stored nowhere but in the mail, so the test sets its own."""
    token = tokens.new_token()
    Invite.objects.filter(pk=invite.pk).update(token_hash=tokens.hash_token(token))
    return token


def accepted_person(program: Program | None = None, **fields: Any) -> Participant:
    """Somebody who accepted and has not signed."""
    _, token = invited_person(program, **fields)
    return accept_invite(token=token, opened=visit())


def sign(person: Participant, **fields: Any) -> Signature:
    """The person's signature under the newest agreement."""
    values = {
        "agreement_id": newest_agreement(person.program_id).pk,
        "typed_name": person.name,
        "consented": True,
        "viewed": visit(),
        "signed": visit(),
        **fields,
    }
    return sign_agreement(participant_id=person.pk, **values)


def active_person(program: Program | None = None, **fields: Any) -> Participant:
    """Somebody who signed."""
    person = accepted_person(program, **fields)
    sign(person)
    person.refresh_from_db()
    return person
