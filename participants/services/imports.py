"""Import people from a file: the admin and the command call this one service, for the preview and for the real thing.

All or nothing: a file with one wrong line changes nothing. Importing the same file again changes nothing either.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from core import audit
from core.locks import lock_number
from core.models import User
from participants.details import clean_details
from participants.enums import ParticipantState
from participants.importing.files import read_table
from participants.importing.rows import Problem, Row, check_rows
from participants.models import Participant
from participants.selectors import people_by_email, seat_counts
from participants.services.invites import InviteReport, invite_participants
from participants.services.people import store_new, update_participant
from programs.enums import ProgramState
from programs.exceptions import ProgramNotOpen
from programs.models import Program


@dataclass
class ImportReport:
    """What an import did, or would do. With `problems` nothing was done; with `dry_run` nothing was kept."""

    what: str
    dry_run: bool
    added: list[Participant] = field(default_factory=list)
    changed: list[tuple[Participant, dict[str, Any]]] = field(default_factory=list)
    unchanged: list[Participant] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    invites: InviteReport | None = None
    over_cap: int = 0

    @property
    def people(self) -> list[Participant]:
        return [*self.added, *(person for person, _ in self.changed), *self.unchanged]

    @property
    def sentences(self) -> list[str]:
        """The outcome for people, one thing a sentence."""
        if self.problems:
            return [f"Nothing was imported: {_count(len(self.problems), 'problem')} in the file."]
        said = [f"{len(self.added)} added, {len(self.changed)} changed, {len(self.unchanged)} unchanged."]
        if self.invites:
            said.append(self.invites.sentence)
        elif self.over_cap:
            people = _count(self.over_cap, "person", "people")
            said.append(f"{people} more than there are free seats: they wait until one is free.")
        if self.ignored:
            said.append(f"Not read, since people have no such detail here: {', '.join(self.ignored)}.")
        return said


@transaction.atomic
def import_people(
    *, program_id: int, content: bytes, actor: User | None, invite: bool = False, dry_run: bool = False
) -> ImportReport:
    """Add and update people from a CSV or XLSX file; with `invite`, invite those of them who are waiting.

    A dry run does all of it and takes it back, so that the preview cannot differ from the import. Raises
    `ImportRefused`, `TooLarge`, `ProgramNotOpen`, and with `invite` also `ProgramFrozen`.
    """
    program = Program.objects.get(pk=program_id)
    if program.state == ProgramState.ENDED:
        raise ProgramNotOpen(f"{program.name} has ended, so nobody is added any more.")
    table = read_table(content, max_bytes=settings.UPLOAD_MAX_BYTES)
    _wait_for_turn(program_id)
    checked = check_rows(table, tiers=program.tiers)
    known = people_by_email(program_id, [row.key for row in checked.rows])
    problems = [*checked.problems, *_taken_ids(program_id, checked.rows, known)]
    report = ImportReport(what=table.what, dry_run=dry_run, ignored=checked.ignored)
    report.problems = sorted(problems, key=lambda problem: problem.line)
    if report.problems:
        return report
    for row in checked.rows:
        _store(program, row, known.get(row.key), report, actor)
    _invite_or_count(program, report, actor, invite=invite)
    digest = hashlib.sha256(content).hexdigest()
    after = {"sha256": digest, "added": len(report.added), "changed": len(report.changed)}
    audit.record(actor=actor, action="people.imported", obj=program, scope=program.slug, after=after)
    if dry_run:
        transaction.set_rollback(True)
    return report


def _wait_for_turn(program_id: int) -> None:
    """Wait until no other import of the program runs.

    An import locks people in the order of its file: two with different orders would wait for each other for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number("people import", str(program_id))])


def _store(program: Program, row: Row, person: Participant | None, report: ImportReport, actor: User | None) -> None:
    if person is None:
        report.added.append(
            store_new(program=program, details=clean_details(tiers=program.tiers, **row.values), actor=actor)
        )
        return
    # The address finds the person; the letters' case in the file does not overwrite the one that is stored.
    values = {name: value for name, value in row.values.items() if name != "email"}
    before = update_participant(participant_id=person.pk, actor=actor, **values)
    if before:
        person.refresh_from_db()
        report.changed.append((person, before))
    else:
        report.unchanged.append(person)


def _invite_or_count(program: Program, report: ImportReport, actor: User | None, *, invite: bool) -> None:
    waiting = [person for person in report.people if person.state == ParticipantState.WAITLISTED]
    if invite:
        ids = [person.pk for person in waiting]
        report.invites = invite_participants(program_id=program.pk, participant_ids=ids, actor=actor)
    else:
        report.over_cap = max(0, len(waiting) - seat_counts(program).free)


def _taken_ids(program_id: int, rows: list[Row], known: dict[str, Participant]) -> list[Problem]:
    """External ids of the file that belong to somebody else in the program."""
    wanted = {row.values["external_id"]: row for row in rows if row.values.get("external_id")}
    owners = Participant.objects.filter(program_id=program_id, external_id__in=wanted)
    problems = []
    for owner in owners:
        row = wanted[owner.external_id]
        person = known.get(row.key)
        if person is None or person.pk != owner.pk:
            reason = f"“{owner.external_id}” belongs to {owner.name} ({owner.email}) already. Use another."
            problems.append(Problem(row.line, "external_id", reason))
    return problems


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
