"""The base of the portal's commands: help with an example, refusals as one sentence and exit code 1."""

import argparse
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.exceptions import Refusal


class PortalCommand(BaseCommand):
    """A command whose `handle_portal` may raise a `Refusal`: its sentence goes to stderr, and the command exits 1."""

    example: ClassVar[str]

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        return super().create_parser(prog_name, subcommand, epilog=f"example:\n  {self.example}", **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.handle_portal(*args, **options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def handle_portal(self, *args: Any, **options: Any) -> None:
        """Do the command's work."""
        raise NotImplementedError
