"""`launch_program`: the launch gate."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from core.commands import PortalCommand
from programs.selectors import program_by_slug
from programs.services import launch


class Command(PortalCommand):
    help = "Let a program go live. Refused, by name, while required readiness items are open."
    example: ClassVar[str] = "manage.py launch_program accubooks"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the program")

    def handle_portal(self, *args: Any, **options: Any) -> None:
        program = launch(program_id=program_by_slug(options["slug"]).pk, actor=None)
        self.stdout.write(f"{program.name} is live. Invites may leave now.")
