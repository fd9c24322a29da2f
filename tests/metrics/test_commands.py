"""`aggregate_days`: what it says, and how it refuses."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from metrics.models import AggregatedDay
from programs.models import Program
from tests.factories.metrics import event, send
from tests.factories.programs import draft_program

pytestmark = pytest.mark.django_db


def run(program: Program, *options: str) -> str:
    out = StringIO()
    call_command("aggregate_days", "--program", program.slug, *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_aggregates_from_the_first_day_to_today() -> None:
    program = draft_program()
    send(program, [event()])
    assert run(program) == f"{program.name}: 1 day aggregated, 1 with events.\n"


def test_it_starts_with_the_baseline_where_events_came_before_the_program() -> None:
    program = draft_program()
    send(program, [event(at=dt.datetime.now(dt.UTC) - dt.timedelta(days=2))])
    assert run(program) == f"{program.name}: 3 days aggregated, 1 with events.\n"


def test_it_keeps_to_the_days_it_is_given() -> None:
    program = draft_program()
    send(program, [event()])
    yesterday = str(program.today - dt.timedelta(days=1))
    assert run(program, "--from", yesterday, "--to", yesterday).endswith("1 day aggregated, 0 with events.\n")
    assert not AggregatedDay.objects.exists()


def test_a_period_backwards_and_an_unknown_program_are_refused() -> None:
    program = draft_program()
    with pytest.raises(CommandError, match="Nothing was aggregated: the last day 2020-01-01 lies before"):
        run(program, "--to", "2020-01-01")
    with pytest.raises(CommandError, match="no program “nowhere”"):
        call_command("aggregate_days", "--program", "nowhere")
