"""`import_participants`: people from a CSV or XLSX file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError

from core.commands import PortalCommand
from participants.exceptions import ImportRefused
from participants.services import ImportReport, import_people
from programs.selectors import program_by_slug


class Command(PortalCommand):
    help = (
        "Add and update the people of a program from a CSV or XLSX file with the columns name, email, tier, cohort, "
        "priority, external_id (name and email are required). All or nothing; the same file again changes nothing."
    )
    example: ClassVar[str] = "manage.py import_participants people.csv --program accubooks --invite"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a CSV in UTF-8 or an Excel workbook (.xlsx)")
        parser.add_argument("--program", required=True, metavar="S", help="the program's slug")
        parser.add_argument("--invite", action="store_true", help="invite them as far as there are free seats")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and do nothing")

    def handle_portal(self, *args: Any, **options: Any) -> None:
        program = program_by_slug(options["program"])
        report = import_people(
            program_id=program.pk,
            content=_read(options["file"]),
            actor=None,
            invite=options["invite"],
            dry_run=options["dry_run"],
        )
        if report.problems:
            lines = "\n".join(str(problem) for problem in report.problems)
            raise CommandError(f"{report.sentences[0]} Correct it and run this again.\n{lines}")
        self._tell(report)

    def _tell(self, report: ImportReport) -> None:
        for person in report.added:
            self.stdout.write(f"added      {person.email}")
        for person, before in report.changed:
            self.stdout.write(f"changed    {person.email} ({', '.join(before)})")
        for person in report.invites.waiting if report.invites else []:
            self.stdout.write(f"waitlisted {person.email}")
        start = "Nothing was kept, this would happen: " if report.dry_run else ""
        self.stdout.write(start + " ".join(report.sentences))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ImportRefused(f"The file {path} cannot be read: {error.strerror}.") from error
