"""Freezes, and the lock under which anything they forbid must run."""

from django.db import connection, transaction

from core import audit, clock
from core.exceptions import BadInput, Conflict, NotFound
from core.models import User
from programs.enums import FreezeScope, ProgramState
from programs.exceptions import ProgramFrozen, ProgramNotFound, ProgramNotOpen
from programs.models import Freeze, Program

NOT_OPEN = {
    ProgramState.DRAFT: "{name} has not been launched yet, so nobody can join. Launch it from its home page first.",
    ProgramState.ENDED: "{name} has ended, so nobody can join any more.",
}


def lock_program_open(*, program_id: int) -> None:
    """Hold the program open for the running transaction: no freeze, launch or end commits before this one does.

    Call it first in every transaction that a freeze of invites must stop.
    Raises `ProgramNotFound`, `ProgramNotOpen` or `ProgramFrozen`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, state FROM programs_program WHERE id = %s FOR SHARE", [program_id])
        row = cursor.fetchone()
    if row is None:
        raise ProgramNotFound("This program does not exist any more.")
    name, state = row
    if state != ProgramState.LIVE:
        raise ProgramNotOpen(NOT_OPEN[state].format(name=name))
    frozen = Freeze.objects.in_force().filter(program_id=program_id).order_by("started_at").first()
    if frozen:
        raise ProgramFrozen(
            f"{name} is frozen since {frozen.started_at:%d %B %Y %H:%M} UTC: {frozen.cause.rstrip('.')}. "
            "Nobody is invited or joins until the team lifts the freeze."
        )


@transaction.atomic
def freeze(*, program_id: int, scope: str, cause: str, actor: User | None) -> Freeze:
    """Stop a program. Waits for transactions that hold it open; after the commit none of them can start.

    The same freeze again, as by a double click, returns the one in force: else it would have to be lifted twice.
    """
    if not cause.strip():
        raise BadInput("The program was not frozen: say why in a sentence that participants may read.")
    program = Program.objects.select_for_update(no_key=True).get(pk=program_id)
    same = Freeze.objects.in_force().filter(program=program, scope=scope, cause=cause.strip()).first()
    if same:
        return same
    row = Freeze.objects.create(program=program, scope=FreezeScope(scope), cause=cause.strip(), started_by=actor)
    audit.record(
        actor=actor,
        action="program.frozen",
        obj=row,
        scope=program.slug,
        after={"scope": scope},
        reason=cause,
    )
    return row


@transaction.atomic
def lift_freeze(*, freeze_id: int, actor: User, evidence: str) -> Freeze:
    """Lift a freeze. Raises `BadInput` without evidence, `Conflict` when it was lifted before."""
    if not evidence.strip():
        raise BadInput("The freeze stays: say what shows that it is safe to go on.")
    row = Freeze.objects.select_for_update(of=("self",)).select_related("program").filter(pk=freeze_id).first()
    if row is None:
        raise NotFound("This freeze does not exist.")
    if row.lifted_at:
        raise Conflict(f"This freeze was lifted already, on {row.lifted_at:%d %B %Y at %H:%M} UTC.")
    row.lifted_at, row.lifted_by, row.evidence = clock.now(), actor, evidence.strip()
    row.save(update_fields=["lifted_at", "lifted_by", "evidence"])
    audit.record(actor=actor, action="program.unfrozen", obj=row, scope=row.program.slug, reason=evidence)
    return row
