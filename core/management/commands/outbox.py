"""Show outgoing mail: `manage.py outbox --program S`."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.models import OutboxMessage

FIELDS = ("id", "key", "to", "subject", "text", "html", "state", "attempts")


class Command(BaseCommand):
    help = """Print every mail of a program, oldest first.

Examples:
  manage.py outbox --program demo
  manage.py outbox --program demo --json
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs["formatter_class"] = argparse.RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--program", required=True, metavar="S", help="the program's slug")
        parser.add_argument("--json", action="store_true", help="print a JSON list")

    def handle(self, **options: Any) -> None:
        messages = OutboxMessage.objects.filter(scope=options["program"]).order_by("id").values(*FIELDS)
        if options["json"]:
            self.stdout.write(json.dumps(list(messages), indent=2, ensure_ascii=False))
            return
        for message in messages.iterator(chunk_size=500):
            self.stdout.write(
                f"{message['id']}  {message['state']}  {message['to']}  {message['subject']}\n"
                f"    key {message['key']}, attempts {message['attempts']}\n\n{message['text']}"
            )
        if not messages.exists():
            self.stderr.write(f"No mail of the program “{options['program']}” so far.")
