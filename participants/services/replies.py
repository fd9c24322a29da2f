"""A person answers an invite. Both answers work once, however many browsers send them at the same time."""

import datetime as dt

from django.db import transaction

from core import audit, clock
from core.moments import PersonBecameActive, announce
from participants.enums import InvitePurpose, InviteState, ParticipantState
from participants.exceptions import NoSuchMove
from participants.models import Invite, Participant
from participants.selectors import invite_by_token, newest_agreement, newest_signature, refuse_if_over
from participants.services.moves import lock_person, move
from participants.visits import AGENT_LENGTH, Visit
from programs.services import lock_program_open

# A double click reaches us twice, and a browser shows the second answer. For this long it gets the first one again.
SAME_BROWSER = dt.timedelta(minutes=10)
REASON_LENGTH = 1000


@transaction.atomic
def accept_invite(*, token: str, opened: Visit) -> Participant:
    """Accept a personal link, or come back by one. `opened` says when and where the link had been opened.

    The freeze is checked in this transaction. Raises `InviteUnknown`, `InviteOver`, and what `lock_program_open`
    raises.
    """
    invite = invite_by_token(token)
    joining = invite.purpose == InvitePurpose.JOIN
    if joining and not _answered_before(invite, InviteState.ACCEPTED, opened):
        lock_program_open(program_id=invite.participant.program_id)
    person = lock_person(invite.participant_id)
    if not _close(invite, InviteState.ACCEPTED, opened):
        return person
    if joining:
        move(person, ParticipantState.ACCEPTED, accepted_at=clock.now())
        _record(person, invite, "invite.accepted", "")
        _activate_if_signed_before(person)
    return person


@transaction.atomic
def decline_invite(*, token: str, opened: Visit, reason: str = "") -> Participant:
    """Decline an invite; its seat is free at once, also while the program is frozen.

    Raises `InviteUnknown`, `InviteOver`, and `NoSuchMove` for a link that only signs in.
    """
    invite = invite_by_token(token)
    if invite.purpose != InvitePurpose.JOIN:
        raise NoSuchMove("This link signs you in; there is no invite to decline. Write to the team to leave the beta.")
    person = lock_person(invite.participant_id)
    reason = reason.strip()[:REASON_LENGTH].replace("\x00", "")
    if not _close(invite, InviteState.DECLINED, opened, decline_reason=reason):
        return person
    move(person, ParticipantState.LEFT, ended_at=clock.now())
    _record(person, invite, "invite.declined", reason)
    return person


def _close(invite: Invite, state: InviteState, opened: Visit, **fields: str) -> bool:
    """Close the invite if it is open and in time. False: this browser did so a moment ago. Raises `InviteOver`."""
    now = clock.now()
    won = (
        Invite.objects.open()
        .filter(pk=invite.pk, expires_at__gt=now)
        .update(
            state=state,
            closed_at=now,
            opened_at=opened.at,
            opened_ip=opened.ip,
            opened_agent=opened.user_agent[:AGENT_LENGTH],
            answered_by=opened.session,
            **fields,
        )
    )
    if won:
        return True
    invite.refresh_from_db()
    if not _answered_before(invite, state, opened):
        refuse_if_over(invite)
    return False


def _answered_before(invite: Invite, state: InviteState, opened: Visit) -> bool:
    """Whether this same browser gave this same answer a moment ago."""
    same = bool(opened.session) and invite.answered_by == opened.session
    recent = invite.closed_at is not None and clock.now() - invite.closed_at < SAME_BROWSER
    return same and recent and invite.state == state


def _activate_if_signed_before(person: Participant) -> None:
    """Who was in before and signed the newest version then has nothing left to sign."""
    signature = newest_signature(person)
    if signature and signature.agreement == newest_agreement(person.program_id):
        move(person, ParticipantState.ACTIVE, activated_at=clock.now())
        announce(PersonBecameActive(participant_id=person.pk))


def _record(person: Participant, invite: Invite, action: str, reason: str) -> None:
    audit.record(
        actor=None,
        action=action,
        obj=person,
        scope=person.program.slug,
        before={"invite": invite.pk, "state": ParticipantState.INVITED},
        after={"state": person.state},
        reason=reason,
    )
