"""Reads about people: invites by token, agreements, and how the seats stand."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from core import clock, tokens
from core.models import AuditEntry
from participants.enums import InvitePurpose, InviteState, ParticipantState
from participants.exceptions import AgreementMissing, InviteOver, InviteUnknown, PersonNotFound
from participants.models import Agreement, Invite, Participant, Signature
from programs.models import Program, Seat

OVER = {
    InviteState.ACCEPTED: "This link was used already, on {day}. It works once.",
    InviteState.DECLINED: "This invite was declined on {day}, so the place went to somebody else.",
    InviteState.REVOKED: "This invite was withdrawn on {day}.",
    InviteState.EXPIRED: "This link expired on {day}.",
}
NEXT_STEP = "Write to the team if you would like a new one."


@dataclass(frozen=True)
class SeatCounts:
    """How the seats of a program stand. `held` counts people with a seat; `waiting` are on the waitlist."""

    cap: int
    held: int
    invited: int
    accepted: int
    active: int
    suspended: int
    waiting: int

    @property
    def free(self) -> int:
        return self.cap - self.held


def seat_counts(program: Program) -> SeatCounts:
    """Count people by state, in one query. The cap is the number of seat rows there are by right."""
    counts = dict(Participant.objects.filter(program=program).order_by().values_list("state").annotate(Count("pk")))
    invited, accepted, active, suspended = (
        counts.get(state, 0)
        for state in (
            ParticipantState.INVITED,
            ParticipantState.ACCEPTED,
            ParticipantState.ACTIVE,
            ParticipantState.SUSPENDED,
        )
    )
    return SeatCounts(
        cap=program.seat_cap,
        held=invited + accepted + active + suspended,
        invited=invited,
        accepted=accepted,
        active=active,
        suspended=suspended,
        waiting=counts.get(ParticipantState.WAITLISTED, 0),
    )


def seat_disagreements(program: Program) -> list[str]:
    """Say where the seat rows, the people on them and the cap contradict each other; empty when all is well."""
    seats = Seat.objects.filter(program=program).annotate(
        has_holder=Exists(Participant.objects.filter(seat=OuterRef("pk")))
    )
    found = []
    owned = seats.count()
    if owned != program.seat_cap:
        found.append(f"The cap is {program.seat_cap}, but there are {owned} seats.")
    odd = seats.filter(Q(held_since=None, has_holder=True) | Q(held_since__isnull=False, has_holder=False))
    for seat in odd.order_by("number"):
        if seat.held_since:
            found.append(f"Seat {seat.number} is marked as held since {seat.held_since:%Y-%m-%d %H:%M} UTC by nobody.")
        else:
            found.append(f"Seat {seat.number} is marked as free, but somebody holds it.")
    return found


def person_by_id(participant_id: int) -> Participant:
    """Return the participant with the program. Raises `PersonNotFound`."""
    person = Participant.objects.select_related("program").filter(pk=participant_id).first()
    if person is None:
        raise PersonNotFound("This person is not in the program any more.")
    return person


def invite_by_token(token: str) -> Invite:
    """Return the invite of a personal link, whatever its state. Raises `InviteUnknown`."""
    rows = Invite.objects.select_related("participant__program")
    invite = rows.filter(token_hash=tokens.hash_token(token)).first() if token else None
    if invite is None:
        raise InviteUnknown(
            "This link is not one of ours, or a part of it was cut off. "
            "Open it again from the mail, or copy the whole address."
        )
    return invite


def refuse_if_over(invite: Invite) -> None:
    """Raise `InviteOver` when the link cannot be used any more, saying why and since when."""
    state, moment = InviteState(invite.state), invite.closed_at
    if state == InviteState.OPEN and invite.expires_at <= clock.now():
        state, moment = InviteState.EXPIRED, invite.expires_at
    if state == InviteState.OPEN:
        return
    program = invite.participant.program
    if state == InviteState.EXPIRED:
        moment = invite.expires_at
    day = moment.astimezone(program.tz) if moment else clock.now()
    raise InviteOver(f"{OVER[state].format(day=f'{day:%d %B %Y}')} {NEXT_STEP}", program=program)


@dataclass(frozen=True)
class Happening:
    """One thing that happened to a person: when, what, by whom, and why."""

    at: dt.datetime
    what: str
    who: str
    why: str


HAPPENINGS = {
    "participant.added": "Added to the waitlist",
    "participant.changed": "Details changed",
    "participant.invited": "Invited",
    "participant.removed": "Removed",
    "participant.suspended": "Suspended",
    "participant.restored": "Restored",
    "participant.put_back": "Put back on the waitlist",
    "participant.sign_in_link": "Sign-in link mailed",
    "invite.accepted": "Accepted the invite",
    "invite.declined": "Declined the invite",
    "invite.revoked": "Invite revoked",
    "invite.expired": "Invite expired",
}
# What the person does by a link is recorded without a member of staff.
BY_THE_PERSON = frozenset({"invite.accepted", "invite.declined"})


def story_of(person: Participant) -> list[Happening]:
    """What happened to a person, newest first, from the audit chain and the signatures."""
    entries = AuditEntry.objects.filter(object_type="participants.participant", object_pk=str(person.pk))
    story = [
        Happening(
            at=entry.at,
            what=HAPPENINGS.get(entry.action, entry.action),
            who=person.name if entry.action in BY_THE_PERSON else entry.actor_name,
            why=entry.reason or _told(entry),
        )
        for entry in entries
    ]
    signatures = Signature.objects.filter(participant=person).select_related("agreement").defer("certificate")
    story += [
        Happening(one.signed_at, f"Signed version {one.agreement.version}", one.typed_name, "") for one in signatures
    ]
    return sorted(story, key=lambda happening: happening.at, reverse=True)


def _told(entry: AuditEntry) -> str:
    """The fields that a change of details touched."""
    if entry.action != "participant.changed" or not entry.after:
        return ""
    before = entry.before or {}
    return "; ".join(
        f"{name}: {before.get(name) or 'empty'} to {value or 'empty'}" for name, value in entry.after.items()
    )


def open_invites(participant_id: int) -> QuerySet[Invite]:
    return Invite.objects.open().filter(participant_id=participant_id)


def joined_by(participant: Participant) -> Invite | None:
    """The invite by which this person came in."""
    accepted = participant.invites.filter(purpose=InvitePurpose.JOIN, state=InviteState.ACCEPTED)
    return accepted.order_by("-closed_at").first()


def newest_agreement(program_id: int) -> Agreement:
    """Return the version that people sign now. Raises `AgreementMissing`."""
    agreement = Agreement.objects.filter(program_id=program_id, published_at__isnull=False).order_by("-version").first()
    if agreement is None:
        raise AgreementMissing("There is no agreement to sign yet. The team has to publish one first.")
    return agreement


def newest_signature(participant: Participant) -> Signature | None:
    """The person's latest signature, with the version it stands under but without the PDF's bytes."""
    rows = Signature.objects.filter(participant=participant).select_related("agreement").defer("certificate")
    return rows.order_by("-agreement__version").first()


def unsigned(program: Program) -> QuerySet[Participant]:
    """People who accepted and have not signed, longest first."""
    return Participant.objects.filter(program=program, state=ParticipantState.ACCEPTED).order_by("accepted_at")


def unanswered_invites(program: Program, *, older_than: dt.timedelta) -> QuerySet[Invite]:
    """Open invites to join that went out before `older_than` ago, oldest first."""
    rows = Invite.objects.open().filter(participant__program=program, purpose=InvitePurpose.JOIN)
    return rows.filter(created_at__lte=clock.now() - older_than).select_related("participant").order_by("created_at")


def people_by_email(program_id: int, emails: Collection[str]) -> dict[str, Participant]:
    """Return the people with one of these addresses, by the address in lower case."""
    rows = Participant.objects.filter(program_id=program_id).with_email(emails)
    return {person.email.lower(): person for person in rows}
