"""`create_program`: a program with all that its blueprint states."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from django.db import transaction

from core.commands import PortalCommand
from programs import blueprints
from programs.enums import ProgramState
from programs.services import check_readiness_of_all, create_program, launch

LAUNCH_NOTE = "launched from the command line"


class Command(PortalCommand):
    help = "Create a program with its seats, weeks, goals, gates, limits, criteria, checklist and agreement."
    example: ClassVar[str] = (
        "manage.py create_program --blueprint controlled --slug acme --name 'Acme beta' --product Acme"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--blueprint", required=True, choices=blueprints.names())
        parser.add_argument("--slug", required=True, help="short name in addresses and commands")
        parser.add_argument("--name", required=True, help="what people see")
        parser.add_argument("--product", default="", metavar="P", help="what is tested (default: the blueprint's)")
        parser.add_argument("--product-version", default="", metavar="V", help="such as 1.0.2 (default: beta)")
        parser.add_argument("--timezone", default="UTC", metavar="TZ", help="zone of days and reports (default: UTC)")
        parser.add_argument("--launch", action="store_true", help="check the checklist off and go live at once")

    def handle_portal(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            program = create_program(
                blueprint=options["blueprint"],
                slug=options["slug"],
                name=options["name"],
                product=options["product"],
                version=options["product_version"],
                timezone=options["timezone"],
            )
            if options["launch"]:
                check_readiness_of_all(program_id=program.pk, actor=None, evidence=LAUNCH_NOTE)
                program = launch(program_id=program.pk, actor=None)
        self.stdout.write(
            f"Created {program.name} ({program.slug}): {program.get_stage_display().lower()}, "
            f"{program.get_state_display().lower()}, {program.seat_cap} seats, "
            f"{program.starts_on} to {program.ends_on} ({program.timezone})."
        )
        self.stdout.write(
            "Next, in the admin: add members, who get its reports, and a contact, whom its people write to"
            f"{'' if program.state == ProgramState.LIVE else '; check the readiness list off; then launch it'}."
        )
