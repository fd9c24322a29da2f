"""Figures over periods and by day: never 0 for missing, people distinct, ratios of sums, percentiles merged."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics.definitions import DEFINITIONS
from metrics.exceptions import BadPeriod, UnknownMetric
from metrics.selectors import daily, figure, intake_health
from metrics.services import aggregate_dirty_days
from metrics.vocabulary import CONVERSATION_STARTED, EMAIL_VERIFIED, ERROR, MESSAGE_SENT, SESSION_STARTED, SIGNED_UP
from participants.models import Participant
from programs.models import Program
from tests.factories.metrics import event, request_event, send
from tests.factories.programs import draft_program

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)
MONDAY, SUNDAY = dt.date(2026, 6, 8), dt.date(2026, 6, 14)
EVERY_KIND = (SIGNED_UP, EMAIL_VERIFIED, SESSION_STARTED, MESSAGE_SENT, CONVERSATION_STARTED, ERROR)


@pytest.fixture(autouse=True)
def _in_june() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def program() -> Program:
    return draft_program(starts_on=dt.date(2026, 6, 1))


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def measured(program: Program, *events: Any) -> Program:
    send(program, events)
    aggregate_dirty_days(program_id=program.pk, until=program.today)
    return program


def week(program: Program, key: str, dimension: str = "") -> Decimal | None:
    return figure(program=program, key=key, first=MONDAY, last=SUNDAY, dimension=dimension).value


@pytest.mark.parametrize("key", DEFINITIONS)
def test_without_events_every_figure_is_no_data_and_says_what_to_connect(program: Program, key: str) -> None:
    found = figure(program=program, key=key, first=MONDAY, last=SUNDAY)
    assert (found.value, found.text, found.count, found.coverage) == (None, "no data", None, None)
    assert "/v1/batch" in found.connect
    assert {day.value for day in daily(program=program, key=key, first=MONDAY, last=SUNDAY)} == {None}


@pytest.mark.parametrize("key", DEFINITIONS)
def test_every_figure_carries_its_passport(program: Program, key: str) -> None:
    measured(program, *[event(name, at=noon(SUNDAY)) for name in EVERY_KIND], request_event(at=noon(SUNDAY)))
    found = figure(program=program, key=key, first=MONDAY, last=SUNDAY)
    definition = DEFINITIONS[key]
    assert (found.label, found.definition, found.unit) == (definition.label, definition.formula, definition.unit)
    assert (found.version, found.as_of, found.coverage) == (1, NOW, Decimal("0.1429"))
    assert found.source.startswith("events, ")
    assert found.value is not None
    assert found.connect == ""


EARLIER = dt.date(2026, 6, 3)
COUNTED = {"messages": "Message Sent", "signups": "Signed Up", "errors": "Error"}


@pytest.mark.parametrize(("key", "name"), COUNTED.items())
def test_a_week_without_events_of_a_kind_that_came_before_is_zero(program: Program, key: str, name: str) -> None:
    measured(program, event(name, at=noon(EARLIER)), event("Session Started", at=noon(SUNDAY)))
    assert week(program, key) == 0
    assert daily(program=program, key=key, first=SUNDAY, last=SUNDAY)[0].value == 0


@pytest.mark.parametrize(("key", "name"), COUNTED.items())
def test_events_of_a_kind_that_the_product_never_sent_are_no_data(program: Program, key: str, name: str) -> None:
    measured(program, event("Session Started", at=noon(MONDAY)), event(name, at=noon(SUNDAY)))
    found = figure(program=program, key=key, first=MONDAY, last=MONDAY)
    assert (found.value, found.count) == (None, None)
    assert name in found.connect
    days = {day.day: day.value for day in daily(program=program, key=key, first=MONDAY, last=SUNDAY)}
    assert (days[MONDAY], days[SUNDAY]) == (None, 1)


def test_a_day_without_requests_is_no_data_for_ratios_and_percentiles(program: Program) -> None:
    measured(program, request_event(at=noon(EARLIER)), event("Session Started", at=noon(SUNDAY)))
    assert (week(program, "error_rate"), week(program, "latency_p95")) == (None, None)


def test_people_of_a_period_are_counted_once(program: Program) -> None:
    Participant.objects.create(program=program, number=1, name="Ada", email="ada@example.org", external_id="ada")
    days = [MONDAY, MONDAY, SUNDAY, SUNDAY, SUNDAY]
    users = ["ada", "bob", "ada", "ADA@example.org", "eve"]
    measured(program, *[event(at=noon(day), user=user) for day, user in zip(days, users, strict=True)])
    assert week(program, "active_users") == 3
    assert week(program, "retained_users") == 3
    assert week(program, "daily_active_users") == 2


def test_weekly_users_look_back_seven_days(program: Program) -> None:
    measured(program, event(at=noon(MONDAY), user="ada"), event(at=noon(SUNDAY), user="bob"), event(at=NOW, user="eve"))
    by_day = {day.day: day.value for day in daily(program=program, key="retained_users", first=MONDAY, last=NOW.date())}
    assert (by_day[MONDAY], by_day[SUNDAY], by_day[NOW.date()]) == (1, 2, 2)
    assert figure(program=program, key="retained_users", first=SUNDAY, last=SUNDAY).value == 2


def test_the_error_rate_is_the_ratio_of_the_sums(program: Program) -> None:
    failing = [request_event(at=noon(MONDAY), status=500)]
    fine = [request_event(at=noon(SUNDAY), status=404) for _ in range(99)]
    measured(program, *failing, *fine)
    assert week(program, "error_rate") == Decimal("0.01")
    by_day = {day.day: day.value for day in daily(program=program, key="error_rate", first=MONDAY, last=SUNDAY)}
    assert (by_day[MONDAY], by_day[SUNDAY]) == (1, 0)


def test_a_weeks_percentile_is_that_of_all_its_requests(program: Program) -> None:
    quick = [request_event(at=noon(MONDAY), latency_ms=10) for _ in range(98)]
    slow = [request_event(at=noon(SUNDAY), latency_ms=5_000, endpoint="/slow") for _ in range(2)]
    measured(program, *quick, *slow)
    assert week(program, "latency_p95") == pytest.approx(Decimal(10), rel=Decimal("0.01"))
    assert week(program, "latency_p99") == pytest.approx(Decimal(5_000), rel=Decimal("0.01"))
    assert week(program, "latency_p50", "/slow") == 5_000


def test_a_part_without_data_is_no_data(program: Program) -> None:
    measured(program, request_event(at=noon(SUNDAY), endpoint="/a"))
    assert (week(program, "requests", "/a"), week(program, "requests", "/b")) == (1, None)
    assert week(program, "active_users", "FREE") is None


def test_every_day_of_the_period_is_listed_with_its_value(program: Program) -> None:
    measured(program, event(at=noon(MONDAY)), event(at=noon(MONDAY)), event("Session Started", at=noon(SUNDAY)))
    rows = daily(program=program, key="messages", first=MONDAY, last=SUNDAY)
    assert [day.value for day in rows] == [2, None, None, None, None, None, 0]
    assert [day.count for day in rows] == [2, 0, 0, 0, 0, 0, 0]


def test_another_programs_events_do_not_count(program: Program) -> None:
    measured(draft_program(), event(at=noon(SUNDAY)))
    assert week(program, "messages") is None


def test_reading_a_longer_period_takes_no_more_queries(program: Program) -> None:
    measured(program, *[request_event(at=noon(dt.date(2026, 6, day))) for day in range(1, 15)])
    counts = []
    for first in (SUNDAY, dt.date(2026, 6, 1)):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            figure(program=program, key="error_rate", first=first, last=SUNDAY)
        counts.append(len(queries))
    assert counts == [3, 3]


def test_an_unknown_metric_and_a_period_backwards_are_refused(program: Program) -> None:
    with pytest.raises(UnknownMetric, match="no metric “karma”"):
        figure(program=program, key="karma", first=MONDAY, last=SUNDAY)
    with pytest.raises(BadPeriod, match="before it starts"):
        daily(program=program, key="messages", first=SUNDAY, last=MONDAY)


def test_source_health_says_when_and_how_much_and_who_is_unknown(program: Program) -> None:
    Participant.objects.create(program=program, number=1, name="Ada", email="ada@example.org", external_id="ada")
    measured(program, event(at=NOW, user="ada"), event(at=NOW, user="stranger"), {"type": "nonsense"})
    health = intake_health(program)
    assert (health.last_event_at, health.events_today) == (NOW, 2)
    assert (health.rejected_today, health.unmatched_people) == (1, 1)


def test_source_health_of_a_silent_program_is_empty(program: Program) -> None:
    health = intake_health(program)
    assert (health.last_event_at, health.events_today, health.unmatched_people) == (None, 0, 0)
