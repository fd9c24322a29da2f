"""Invites: an outstanding one holds a seat, and gives it back the moment it is declined, expired or revoked."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet

from core import audit, clock, outbox, tokens
from core.exceptions import Refusal
from core.models import User
from participants import emails
from participants.enums import InvitePurpose, InviteState, ParticipantState
from participants.exceptions import NoSuchMove, PersonNotFound
from participants.models import Invite, Participant
from participants.selectors import open_invites, person_by_id, refuse_if_over
from participants.services.moves import lock_person, move
from programs.models import Program
from programs.services import lock_program_open, take_seat

RETURN_LINK_LASTS = dt.timedelta(hours=24)
MAY_RETURN = frozenset({ParticipantState.ACCEPTED, ParticipantState.ACTIVE})


@dataclass
class InviteReport:
    """What became of a batch: people invited, people for whom no seat was free, and a sentence for each refusal."""

    invited: list[Participant] = field(default_factory=list)
    waiting: list[Participant] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        parts = [f"{len(self.invited)} invited."]
        if self.waiting:
            parts.append(f"{len(self.waiting)} stay on the waitlist because every seat is held.")
        return " ".join([*parts, *self.refused])


@transaction.atomic
def invite_participant(*, participant_id: int, actor: User | None) -> Invite | None:
    """Take a seat for a waitlisted person and mail the personal link.

    Returns None when every seat is held: the person stays on the waitlist. Raises `NoSuchMove` for somebody who is not
    waiting, and what `lock_program_open` raises.
    """
    lock_program_open(program_id=person_by_id(participant_id).program_id)
    person = lock_person(participant_id)
    _refuse_unless_waiting(person)
    seat = take_seat(program_id=person.program_id)
    if seat is None:
        return None
    now = clock.now()
    move(
        person, ParticipantState.INVITED, seat=seat, invited_at=now, accepted_at=None, activated_at=None, ended_at=None
    )
    invite, token = _new_invite(person, InvitePurpose.JOIN, lasts=_open_for(person.program), actor=actor)
    emails.send_invite(invite, token)
    audit.record(
        actor=actor,
        action="participant.invited",
        obj=person,
        scope=person.program.slug,
        after={"invite": invite.pk, "seat": seat.number, "expires_at": invite.expires_at},
    )
    return invite


@transaction.atomic
def invite_participants(*, program_id: int, participant_ids: Iterable[int], actor: User | None) -> InviteReport:
    """Invite people of one program, by priority, then date. One who is refused does not stop the others.

    Raises what `lock_program_open` raises, before anybody is invited.
    """
    lock_program_open(program_id=program_id)
    wanted = set(participant_ids)
    people = Participant.objects.filter(program_id=program_id, pk__in=wanted).order_by("-priority", "created_at", "pk")
    found = list(people)
    if len(found) < len(wanted):
        raise PersonNotFound(f"{len(wanted) - len(found)} of the chosen people are not in this program. Choose again.")
    report = InviteReport()
    for person in found:
        try:
            invite = invite_participant(participant_id=person.pk, actor=actor)
        except Refusal as refusal:
            report.refused.append(str(refusal))
        else:
            (report.invited if invite else report.waiting).append(person)
    return report


@transaction.atomic
def revoke_invite(*, invite_id: int, actor: User | None, reason: str = "") -> Invite:
    """Withdraw an open invite: its link stops working and its seat is free. Raises `InviteOver` when it is over."""
    invite = _invite(invite_id)
    person = lock_person(invite.participant_id)
    if not _close(invite, InviteState.REVOKED):
        invite.refresh_from_db()
        refuse_if_over(invite)
    outbox.cancel(key=emails.invite_key(invite))
    if invite.purpose == InvitePurpose.JOIN:
        move(person, ParticipantState.WAITLISTED)
    _record_closed(invite, person, "invite.revoked", actor, reason)
    return invite


def expire_invites() -> int:
    """Close every overdue invite, each in its own transaction, and free its seat. Returns how many were closed."""
    overdue = Invite.objects.overdue(clock.now()).values_list("pk", flat=True)
    return sum(_expire(invite_id) for invite_id in list(overdue))


@transaction.atomic
def mail_sign_in_link(*, participant_id: int, actor: User | None) -> Invite:
    """Mail a link that lets somebody who joined before in again, for 24 hours. An older such link stops working.

    Raises `NoSuchMove` for somebody who has not accepted, is suspended, or is out.
    """
    person = lock_person(participant_id)
    if person.state not in MAY_RETURN:
        raise NoSuchMove(
            f"{person.name} is {person.get_state_display().lower()}, so there is nothing to sign in to. "
            "A sign-in link is for people who accepted their invite."
        )
    revoke_links(open_invites(person.pk).filter(purpose=InvitePurpose.RETURN))
    invite, token = _new_invite(person, InvitePurpose.RETURN, lasts=RETURN_LINK_LASTS, actor=actor)
    emails.send_sign_in_link(invite, token)
    audit.record(actor=actor, action="participant.sign_in_link", obj=person, scope=person.program.slug)
    return invite


@transaction.atomic
def revoke_links(invites: QuerySet[Invite]) -> None:
    """Revoke open links of a locked person, and take back the mails that wait to leave with them."""
    for invite in invites:
        outbox.cancel(key=emails.invite_key(invite))
    invites.update(state=InviteState.REVOKED, closed_at=clock.now())


@transaction.atomic
def _expire(invite_id: int) -> bool:
    invite = _invite(invite_id)
    person = lock_person(invite.participant_id)
    # Somebody may have answered between the look and the lock.
    if not Invite.objects.overdue(clock.now()).filter(pk=invite_id).exists() or not _close(invite, InviteState.EXPIRED):
        return False
    if invite.purpose == InvitePurpose.JOIN:
        move(person, ParticipantState.WAITLISTED)
        _record_closed(invite, person, "invite.expired", None, "")
    return True


def _open_for(program: Program) -> dt.timedelta:
    """How long an invite keeps a place: the program's invite days, but not beyond its last day while that is ahead."""
    days = dt.timedelta(days=program.invite_days)
    left = clock.day_bounds(program.ends_on, program.tz)[1] - clock.now()
    return min(days, left) if left > dt.timedelta(0) else days


def _new_invite(
    person: Participant, purpose: InvitePurpose, *, lasts: dt.timedelta, actor: User | None
) -> tuple[Invite, str]:
    token = tokens.new_token()
    now = clock.now()
    invite = Invite.objects.create(
        participant=person,
        purpose=purpose,
        token_hash=tokens.hash_token(token),
        created_at=now,
        created_by=actor,
        expires_at=now + lasts,
    )
    return invite, token


def _invite(invite_id: int) -> Invite:
    invite = Invite.objects.select_related("participant__program").filter(pk=invite_id).first()
    if invite is None:
        raise PersonNotFound("This invite does not exist any more.")
    return invite


def _close(invite: Invite, state: InviteState) -> bool:
    """Close the invite if it is still open; only one of many callers gets True."""
    return bool(Invite.objects.open().filter(pk=invite.pk).update(state=state, closed_at=clock.now()))


def _record_closed(invite: Invite, person: Participant, action: str, actor: User | None, reason: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=person,
        scope=person.program.slug,
        before={"invite": invite.pk, "state": ParticipantState.INVITED},
        after={"state": person.state},
        reason=reason.strip(),
    )


def _refuse_unless_waiting(person: Participant) -> None:
    if person.state == ParticipantState.WAITLISTED:
        return
    hint = {
        ParticipantState.INVITED: "is invited already; revoke that invite first to send a new one.",
        ParticipantState.LEFT: "has left; put them back on the waitlist first.",
        ParticipantState.REMOVED: "was removed; put them back on the waitlist first.",
    }.get(ParticipantState(person.state), "has joined already, so there is nothing to invite to.")
    raise NoSuchMove(f"{person.name} {hint}")
