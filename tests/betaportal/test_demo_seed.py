"""The demo is lived through: what the portal says of it follows from its story and from nothing else."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from betaportal.demo import story
from betaportal.demo.people import PEOPLE
from betaportal.demo.seed import SEED, SLUG, TZ, is_wanted, seed_demo
from core import clock, ledger
from core.enums import RunState
from core.models import JobRun
from feedback.enums import Satisfaction
from feedback.selectors import satisfaction
from metrics.selectors import figure
from participants.selectors import seat_counts
from programs.models import Program
from reports.models import StatusReport

pytestmark = pytest.mark.django_db(transaction=True)


def total(program: Program, key: str) -> Decimal | None:
    return figure(program=program, key=key, first=program.starts_on, last=program.ends_on).value


def check_people(program: Program) -> None:
    seats = seat_counts(program)
    assert (seats.cap, seats.held, seats.active, seats.accepted) == (20, 16, 15, 1)
    assert [problem for finding in ledger.verify() for problem in finding.problems] == []


def check_figures(program: Program, events: list[story.Event]) -> None:
    requests = [event["properties"] for event in events if event["event"] == "API Request"]
    latencies = sorted(request["latency_ms"] for request in requests)
    failed = len([request for request in requests if request["status"] >= 500])
    exact_p95 = Decimal(latencies[round((len(latencies) - 1) * 0.95)])
    assert total(program, "requests") == len(requests)
    assert total(program, "active_users") == len({event["userId"] for event in events})
    assert float(total(program, "error_rate")) == pytest.approx(failed / len(requests), abs=1e-6)
    assert float(total(program, "latency_p95")) == pytest.approx(float(exact_p95), rel=0.02)


def test_the_demo_follows_from_its_story():
    program = seed_demo(actor=None)
    until = JobRun.objects.get(job="demo.seed").started_at
    days = clock.days_between(program.starts_on, program.ends_on)
    check_people(program)
    check_figures(program, list(story.events(PEOPLE, days=days, tz=TZ, until=until, seed=SEED)))
    for question in Satisfaction:
        assert satisfaction(program=program, question=question, first=program.starts_on, last=program.ends_on).value, (
            question
        )
    assert StatusReport.objects.filter(program=program, late=False).count() >= 3


def test_a_demo_that_was_cut_off_is_lived_on_and_a_whole_one_is_left_alone():
    with pytest.raises(KeyboardInterrupt):
        seed_demo(actor=None, progress=cut_off)
    assert JobRun.objects.get(job="demo.seed").state == RunState.FAILED
    assert is_wanted()
    half = Program.objects.get(slug=SLUG)
    program = seed_demo(actor=None)
    assert program.pk == half.pk
    check_people(program)
    assert not is_wanted()
    with pytest.raises(CommandError, match="The demo is here already"):
        call_command("seed_demo")


def cut_off(days):
    """Live through nine days, and then have somebody press Ctrl-C."""
    yield from days[:9]
    raise KeyboardInterrupt
