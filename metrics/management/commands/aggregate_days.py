"""`aggregate_days`: a program's events become its daily rows."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any, ClassVar

from django.template.defaultfilters import pluralize
from tqdm import tqdm

from core import clock
from core.commands import PortalCommand
from metrics.exceptions import BadPeriod
from metrics.models import DirtyDay
from metrics.services import aggregate_day
from programs.models import Program
from programs.selectors import program_by_slug


class Command(PortalCommand):
    help = (
        "Count a program's events by its local days. Doing it again changes only what differs. Without --from, from "
        "the program's first day (or its first events, if they came before); without --to, up to today."
    )
    example: ClassVar[str] = "manage.py aggregate_days --program demo --from 2026-11-01 --to 2026-11-07"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", required=True, metavar="S", help="the program's slug")
        parser.add_argument(
            "--from", dest="first", type=dt.date.fromisoformat, metavar="D", help="first day, YYYY-MM-DD"
        )
        parser.add_argument("--to", dest="last", type=dt.date.fromisoformat, metavar="D", help="last day, YYYY-MM-DD")

    def handle_portal(self, *args: Any, **options: Any) -> None:
        program = program_by_slug(options["program"])
        first = options["first"] or first_day(program)
        last = options["last"] or program.today
        if last < first:
            raise BadPeriod(
                f"Nothing was aggregated: the last day {last} lies before the first, {first}. Give a later --to."
            )
        days = clock.days_between(first, last)
        with tqdm(days, desc="Days", unit="day", file=self.stderr, disable=None) as bar:
            with_events = sum(aggregate_day(program_id=program.pk, day=day) for day in bar)
        self.stdout.write(
            f"{program.name}: {len(days)} day{pluralize(len(days))} aggregated, {with_events} with events."
        )


def first_day(program: Program) -> dt.date:
    """The program's first day, or an earlier one with events that are not counted yet: the baseline before launch."""
    marked = DirtyDay.objects.filter(program=program).order_by("day").values_list("day", flat=True).first()
    return min(program.starts_on, marked or program.starts_on)
