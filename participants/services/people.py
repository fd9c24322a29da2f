"""Who takes part: added, changed, suspended, removed, put back on the waitlist."""

from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from core import audit, clock
from core.locks import lock_number
from core.models import User
from participants.details import Details, clean_details
from participants.enums import ParticipantState
from participants.exceptions import AlreadyInProgram, NoSuchMove
from participants.models import Participant
from participants.selectors import open_invites
from participants.services.invites import revoke_links
from participants.services.moves import lock_person, move
from programs.enums import ProgramState
from programs.exceptions import ProgramNotOpen
from programs.models import Program

FIELDS = ("name", "email", "tier", "cohort", "priority", "external_id")
OUT = frozenset({ParticipantState.LEFT, ParticipantState.REMOVED})
# While one of these lasts, the evidence of a signature rests on the address that the link went to.
ADDRESS_FIXED = frozenset({ParticipantState.INVITED, ParticipantState.ACCEPTED})
SIGNED_IN = frozenset({ParticipantState.ACTIVE, ParticipantState.SUSPENDED})


@transaction.atomic
def add_participant(
    *,
    program_id: int,
    name: str,
    email: str,
    tier: str = "",
    cohort: str = "",
    priority: int = 0,
    external_id: str = "",
    actor: User | None = None,
) -> Participant:
    """Put a person on the waitlist. An empty tier becomes the program's first.

    Raises `PersonRefused` for a value that cannot be used, `AlreadyInProgram`, and `ProgramNotOpen` after the end.
    """
    program = Program.objects.get(pk=program_id)
    details = clean_details(
        name=name,
        email=email,
        tier=tier,
        cohort=cohort,
        priority=priority,
        external_id=external_id,
        tiers=program.tiers,
    )
    return store_new(program=program, details=details, actor=actor)


@transaction.atomic
def store_new(*, program: Program, details: Details, actor: User | None) -> Participant:
    """Put a person with cleaned details on the waitlist, under the program's next number."""
    if program.state == ProgramState.ENDED:
        raise ProgramNotOpen(f"{program.name} has ended, so nobody is added any more.")
    refuse_duplicate(program_id=program.pk, details=details)
    person = Participant(program=program, number=_next_number(program.pk), **vars(details))
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(details) from error
    audit.record(actor=actor, action="participant.added", obj=person, scope=program.slug, after=vars(details))
    return person


@transaction.atomic
def update_participant(*, participant_id: int, actor: User | None, **changes: Any) -> dict[str, Any]:
    """Change a person's details. `changes` names some of name, email, tier, cohort, priority, external_id.

    Returns what was different before, by field; empty when nothing changed. Raises `PersonRefused`, `AlreadyInProgram`,
    and `NoSuchMove` for another address while an invite or an unsigned agreement rests on the old one.
    """
    person = lock_person(participant_id)
    wanted = {name: getattr(person, name) for name in FIELDS} | changes
    details = clean_details(tiers=_tiers_for(person), **wanted)
    before = {name: getattr(person, name) for name in FIELDS if getattr(person, name) != getattr(details, name)}
    if not before:
        return {}
    if "email" in before:
        _refuse_another_address(person)
    refuse_duplicate(program_id=person.program_id, details=details, besides=person.pk)
    for name in before:
        setattr(person, name, getattr(details, name))
    try:
        with transaction.atomic():
            person.save(update_fields=list(before))
    except IntegrityError as error:
        raise _taken(details) from error
    audit.record(
        actor=actor,
        action="participant.changed",
        obj=person,
        scope=person.program.slug,
        before=before,
        after={name: getattr(person, name) for name in before},
    )
    return before


@transaction.atomic
def remove_participant(*, participant_id: int, actor: User | None, reason: str) -> Participant:
    """Take a person out of the program. The seat is free at once, and open links stop working: none is mailed now."""
    person = lock_person(participant_id)
    _record_move(person, ParticipantState.REMOVED, "participant.removed", actor, reason, ended_at=clock.now())
    revoke_links(open_invites(person.pk))
    return person


@transaction.atomic
def suspend_participant(*, participant_id: int, actor: User | None, reason: str) -> Participant:
    """Stop a person's access; the seat stays theirs."""
    person = lock_person(participant_id)
    _record_move(person, ParticipantState.SUSPENDED, "participant.suspended", actor, reason)
    return person


@transaction.atomic
def restore_participant(*, participant_id: int, actor: User | None, reason: str = "") -> Participant:
    """Give a suspended person access again: active, or back to signing for who had not signed."""
    person = lock_person(participant_id)
    if person.state != ParticipantState.SUSPENDED:
        raise NoSuchMove(f"{person.name} is {person.get_state_display().lower()}, so there is nothing to restore.")
    to = ParticipantState.ACTIVE if person.activated_at else ParticipantState.ACCEPTED
    _record_move(person, to, "participant.restored", actor, reason)
    return person


@transaction.atomic
def put_back(*, participant_id: int, actor: User | None, reason: str = "") -> Participant:
    """Put somebody who left, declined or was removed back on the waitlist. Raises `NoSuchMove` for anybody else."""
    person = lock_person(participant_id)
    if person.state not in OUT:
        raise NoSuchMove(
            f"{person.name} is {person.get_state_display().lower()}; only who left or was removed is put back. "
            "Revoke an invite to free its seat."
        )
    cleared = {"ended_at": None, "invited_at": None, "accepted_at": None, "activated_at": None}
    _record_move(person, ParticipantState.WAITLISTED, "participant.put_back", actor, reason, **cleared)
    return person


def _refuse_another_address(person: Participant) -> None:
    if person.state in ADDRESS_FIXED:
        raise NoSuchMove(
            f"The address of {person.name} stays {person.email} for now: the personal link went there, and the "
            "signature names it. Revoke the invite first, or change the address after the signature."
        )
    if person.state not in SIGNED_IN and person.signatures.exists():
        # Whoever comes back by this row counts as having signed: that must be the one who did.
        raise NoSuchMove(
            f"The address of {person.name} stays {person.email}: an agreement was signed under it, and it would count "
            "for whoever has the new address. Add that person as somebody new."
        )


def refuse_duplicate(*, program_id: int, details: Details, besides: int | None = None) -> None:
    """Raise `AlreadyInProgram`, naming who has the address or the external id. `besides` is the person's own id."""
    others = Participant.objects.filter(program_id=program_id).exclude(pk__in=[besides] if besides else [])
    same = others.with_email([details.email]).first()
    if same:
        raise AlreadyInProgram(
            f"{details.email} is in the program already: {same.name}, {same.get_state_display().lower()}. "
            "Change that person instead."
        )
    same = others.filter(external_id=details.external_id).first() if details.external_id else None
    if same:
        raise AlreadyInProgram(
            f"The external id “{details.external_id}” belongs to {same.name} ({same.email}) already. Use another."
        )


def _record_move(
    person: Participant, to: ParticipantState, action: str, actor: User | None, reason: str, **fields: Any
) -> None:
    before = person.state
    move(person, to, **fields)
    audit.record(
        actor=actor,
        action=action,
        obj=person,
        scope=person.program.slug,
        before={"state": before},
        after={"state": to},
        reason=reason.strip(),
    )


def _next_number(program_id: int) -> int:
    """Return the next free number; whoever adds to the same program waits until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number("participant number", str(program_id))])
    last = Participant.objects.filter(program_id=program_id).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _tiers_for(person: Participant) -> list[str]:
    """A tier that the program has dropped since stays good for who has it."""
    tiers: list[str] = list(person.program.tiers)
    return tiers if person.tier in tiers else [*tiers, person.tier]


def _taken(details: Details) -> AlreadyInProgram:
    return AlreadyInProgram(f"{details.email} was added to the program by somebody else just now. Reload the list.")
