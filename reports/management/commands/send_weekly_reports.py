"""`send_weekly_reports`: what the schedule does every five minutes, by hand."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from core.commands import PortalCommand
from programs.models import Program
from programs.selectors import program_by_slug
from reports.services import send_due_reports, send_now


class Command(PortalCommand):
    help = (
        "Build and send the weekly reports that are due. With --now: the report over the week that ended last, or over "
        "the running week up to yesterday where none has ended, whatever the hour. Nobody gets the same report twice."
    )
    example: ClassVar[str] = "manage.py send_weekly_reports --program accubooks --now"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", metavar="S", help="only this program, by its slug; else every live one")
        parser.add_argument("--now", action="store_true", help="do not wait for the report hour")

    def handle_portal(self, *args: Any, **options: Any) -> None:
        program = program_by_slug(options["program"]) if options["program"] else None
        if not options["now"]:
            self.stdout.write(f"{send_due_reports(program=program)} reports sent.")
            return
        for one in [program] if program else Program.objects.filter(state="live").order_by("pk"):
            report = send_now(program=one)
            mails = report.deliveries.count()
            people = "1 person" if mails == 1 else f"{mails} people"
            self.stdout.write(f"{one.slug}: {report}, {report.get_overall_display()}, mailed to {people}, once each.")
