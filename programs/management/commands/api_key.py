"""`api_key`: make a key for the product, and print it this one time."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from core.commands import PortalCommand
from programs.enums import KeyScope
from programs.selectors import program_by_slug
from programs.services import create_api_key


class Command(PortalCommand):
    help = "Make an API key. It is printed once, as the last word, and stored nowhere."
    example: ClassVar[str] = "manage.py api_key --program accubooks --scope ingest --label 'production server'"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", required=True, metavar="S", help="the program's slug")
        parser.add_argument("--scope", required=True, choices=KeyScope.values)
        parser.add_argument("--label", required=True, metavar="L", help="where the key is used")

    def handle_portal(self, *args: Any, **options: Any) -> None:
        program = program_by_slug(options["program"])
        key, plain = create_api_key(program_id=program.pk, scope=options["scope"], label=options["label"], actor=None)
        self.stdout.write(f"Key “{key.label}” of {program.slug}, for “{key.scope}”, shown this once: {plain}")
