"""Makes the database and the static files ready before the portal starts."""

import json
import os
from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from betaportal import first_admin
from betaportal.demo.seed import is_wanted
from betaportal.static_stamp import collect_if_changed

# Any number that no other advisory lock of the portal uses: two starters must not migrate at once.
PREPARE_LOCK = 7_243_001


class Command(BaseCommand):
    """What `make run` does between starting the servers and opening the web."""

    help = """Migrate the database, collect static files, make the first admin and, in an empty portal, the demo.
Prints one line of JSON: admin, password (of a new admin, else null), demo (whether it was made now).

example: python manage.py prepare"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Keep the line breaks of the help text."""
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it all under one lock."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARE_LOCK])
        self._migrate()
        if collect_if_changed():
            self._say("Collected the static files.")
        password = first_admin.ensure_admin(password=os.environ.get("ADMIN_PASSWORD", ""))
        demo = self._seed()
        self.stdout.write(json.dumps({"admin": first_admin.NAME, "password": password or None, "demo": demo}))

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Migrating the database ...")
            call_command("migrate", verbosity=0, interactive=False)

    def _seed(self) -> bool:
        if not is_wanted():
            return False
        self._say("Making the demo program, once ...")
        call_command("seed_demo", stdout=self.stderr)
        return True

    def _say(self, line: str) -> None:
        self.stderr.write(line, lambda text: text)
        self.stderr.flush()
