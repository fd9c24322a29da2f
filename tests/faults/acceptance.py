"""What `test_acceptance.py` does in processes of their own: python -m tests.faults.acceptance STEP [TOKEN ...]

invite N           bring N people to an open invite and print their tokens
accept TOKEN ...   accept one after the other, printing each token once its acceptance is committed
hold TOKEN         accept without committing, and wait to be killed
look               print what the database says of each person
"""

import json
import signal
import sys
from collections.abc import Callable

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from core.models import AuditEntry  # noqa: E402
from participants.models import Invite, Participant  # noqa: E402
from participants.services import accept_invite  # noqa: E402
from tests.factories.participants import invited_person, visit  # noqa: E402
from tests.factories.programs import live_program  # noqa: E402


def invite(count: str) -> None:
    call_command("migrate", verbosity=0)
    program = live_program()
    tell([invited_person(program)[1] for _ in range(int(count))])


def accept(*tokens: str) -> None:
    for token in tokens:
        accept_invite(token=token, opened=visit())
        tell(token)


def hold(token: str) -> None:
    with transaction.atomic():
        accept_invite(token=token, opened=visit())
        tell("held")
        signal.pause()


def look() -> None:
    tell([told(person) for person in Participant.objects.order_by("number")])


def told(person: Participant) -> dict[str, object]:
    """Return all that an acceptance changes, for one person."""
    entries = AuditEntry.objects.filter(action="invite.accepted", object_pk=str(person.pk))
    return {
        "token_hash": Invite.objects.get(participant=person).token_hash,
        "has_seat": person.seat_id is not None and person.seat.held_since is not None,
        "person": person.state,
        "invite": Invite.objects.get(participant=person).state,
        "is_dated": person.accepted_at is not None,
        "audited": entries.count(),
    }


def tell(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


STEPS: dict[str, Callable[..., None]] = {"invite": invite, "accept": accept, "hold": hold, "look": look}

if __name__ == "__main__":
    STEPS[sys.argv[1]](*sys.argv[2:])
