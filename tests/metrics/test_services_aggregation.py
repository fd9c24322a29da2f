"""Aggregation: what a day's rows say, days of 23 and 25 hours, late events, and that repetition changes nothing."""

import datetime as dt
import random
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from metrics.histograms import Histogram, quantile
from metrics.models import AggregatedDay, DailyActivity, DailyMetric, DirtyDay
from metrics.services import aggregate_day, aggregate_dirty_days
from participants.models import Participant
from programs.exceptions import ProgramNotFound
from programs.models import Program
from tests.factories.metrics import event, request_event, send
from tests.factories.programs import draft_program

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 14)
NOON = dt.datetime(2026, 6, 14, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _in_june() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def values(program: Program, day: dt.date = DAY) -> dict[str, int]:
    """The day's values, whole and by part, such as {"errors": 2, "errors fatal": 1}."""
    rows = DailyMetric.objects.filter(program=program, day=day, value__isnull=False)
    return {f"{row.metric} {row.dimension}".strip(): int(row.value) for row in rows if row.value is not None}


def snapshot(program: Program) -> list[Any]:
    """Everything that the daily rows say, but their ids."""
    metrics = DailyMetric.objects.filter(program=program).order_by("day", "metric", "dimension")
    people = DailyActivity.objects.filter(program=program).order_by("day", "person")
    kept = ("day", "metric", "dimension", "value", "count", "histogram", "coverage", "computed_at")
    counts = ("day", "person", "is_active", "events", "sessions", "messages", "requests", "errors", "signups")
    return [*metrics.values_list(*kept), *people.values_list(*counts)]


def test_a_day_is_counted_by_kind_of_event_and_distinct_people() -> None:
    program = draft_program()
    names = ["Signed Up", "Email Verified", "Session Started", "Message Sent", "Message Sent", "Conversation Started"]
    send(program, [event(name, at=NOON, user=user) for user in ("ada", "bob") for name in names])
    assert aggregate_day(program_id=program.pk, day=DAY)
    assert values(program) == {
        "signups": 2,
        "verified_users": 2,
        "active_users": 2,
        "sessions": 2,
        "messages": 4,
        "conversations": 2,
        "requests": 0,
        "failed_requests": 0,
        "errors": 0,
    }


def test_requests_are_counted_whole_and_by_endpoint_with_their_latencies() -> None:
    program = draft_program()
    batch = [request_event(at=NOON, endpoint="/a", status=200, latency_ms=100) for _ in range(3)]
    batch += [request_event(at=NOON, endpoint="/b", status=502, latency_ms=900), event("API Request", at=NOON)]
    send(program, batch)
    aggregate_day(program_id=program.pk, day=DAY)
    found = values(program)
    assert (found["requests"], found["requests /a"], found["requests /b"]) == (5, 3, 1)
    assert (found["failed_requests"], found["failed_requests /a"], found["failed_requests /b"]) == (1, 0, 1)
    row = DailyMetric.objects.get(program=program, metric="latency", dimension="")
    assert Histogram.from_json(row.histogram) == Histogram.of([100, 100, 100, 900])


def test_the_histogram_from_sql_is_the_one_from_python() -> None:
    program, rng = draft_program(), random.Random(3)
    latencies = [rng.lognormvariate(4, 2) for _ in range(500)] + [0, 1e-9, 1, 1000]
    send(program, [request_event(at=NOON, latency_ms=value) for value in latencies])
    aggregate_day(program_id=program.pk, day=DAY)
    stored = Histogram.from_json(DailyMetric.objects.get(program=program, metric="latency", dimension="").histogram)
    assert stored == Histogram.of(latencies)
    assert quantile(stored, 0.95) == pytest.approx(sorted(latencies)[478], rel=0.02)


def test_only_the_busiest_endpoints_have_rows_of_their_own() -> None:
    program = draft_program()
    send(program, [request_event(at=NOON, endpoint=f"/user/{number}") for number in range(230)])
    aggregate_day(program_id=program.pk, day=DAY)
    assert DailyMetric.objects.filter(program=program, metric="requests").exclude(dimension="").count() == 200
    assert values(program)["requests"] == 230


def test_errors_are_counted_whole_and_by_severity() -> None:
    program = draft_program()
    severities = ["warning", "warning", "critical", None]
    send(program, [event("Error", at=NOON, properties={"severity": severity}) for severity in severities])
    aggregate_day(program_id=program.pk, day=DAY)
    found = values(program)
    assert (found["errors"], found["errors warning"], found["errors critical"]) == (4, 2, 1)


def test_machines_are_nobodys_activity_but_a_request_of_a_known_user_is() -> None:
    program = draft_program()
    send(program, [request_event(at=NOON, user="ada"), request_event(at=NOON, userId=None, anonymousId="server")])
    send(program, [event(at=NOON, userId=None, anonymousId="visitor"), event(at=NOON, userId=None)])
    aggregate_day(program_id=program.pk, day=DAY)
    assert values(program)["active_users"] == 2
    assert values(program)["messages"] == 2
    assert set(DailyActivity.objects.filter(is_active=True).values_list("person", flat=True)) == {"ada", "visitor"}


def test_a_page_called_like_an_event_is_no_such_event() -> None:
    program = draft_program()
    send(program, [{"type": "page", "name": "Error", "userId": "ada", "timestamp": NOON.isoformat()}])
    aggregate_day(program_id=program.pk, day=DAY)
    assert (values(program)["errors"], values(program)["active_users"]) == (0, 1)


def test_people_are_matched_by_external_id_then_by_mail_and_two_ids_are_one_person() -> None:
    program = draft_program()
    ada = Participant.objects.create(program=program, number=1, name="Ada", email="Ada@example.org", external_id="u-1")
    send(program, [event(at=NOON, user=user) for user in ("u-1", "ADA@example.org", "stranger")])
    aggregate_day(program_id=program.pk, day=DAY)
    matched = DailyActivity.objects.filter(participant=ada).values_list("person", flat=True)
    assert set(matched) == {"u-1", "ADA@example.org"}
    assert values(program)["active_users"] == 2


def test_people_of_another_program_are_not_matched() -> None:
    program = draft_program()
    Participant.objects.create(program=draft_program(), number=1, name="Ada", email="ada@example.org")
    send(program, [event(at=NOON, user="ada@example.org")])
    aggregate_day(program_id=program.pk, day=DAY)
    assert DailyActivity.objects.get(program=program).participant is None


def test_people_imported_after_their_events_are_matched_by_the_next_run() -> None:
    program = draft_program()
    send(program, [event(at=NOON, user="ada@example.org")])
    aggregate_dirty_days(program_id=program.pk, until=program.today)
    ada = Participant.objects.create(program=program, number=1, name="Ada", email="ada@example.org")
    assert aggregate_dirty_days(program_id=program.pk, until=program.today) == 1
    assert DailyActivity.objects.get(program=program).participant == ada


def test_a_day_without_events_has_no_rows_at_all() -> None:
    program = draft_program()
    assert not aggregate_day(program_id=program.pk, day=DAY)
    assert snapshot(program) == []
    assert not AggregatedDay.objects.exists()


def test_a_second_run_changes_nothing() -> None:
    program = draft_program()
    send(program, [event(at=NOON), request_event(at=NOON)])
    aggregate_day(program_id=program.pk, day=DAY)
    before = snapshot(program)
    with time_machine.travel(NOW + dt.timedelta(hours=3), tick=False):
        aggregate_day(program_id=program.pk, day=DAY)
    assert snapshot(program) == before


def test_a_late_event_marks_its_day_and_only_what_differs_is_written() -> None:
    program = draft_program()
    send(program, [event(at=NOON), request_event(at=NOON)])
    aggregate_dirty_days(program_id=program.pk, until=program.today)
    with time_machine.travel(NOW + dt.timedelta(hours=3), tick=False):
        send(program, [event(at=NOON)])
        assert aggregate_dirty_days(program_id=program.pk, until=program.today) == 1
    assert values(program)["messages"] == 2
    changed = DailyMetric.objects.filter(program=program, computed_at__gt=NOW).values_list("metric", flat=True)
    assert set(changed) == {"messages", "active_users"}  # One more event stands behind the people.
    assert not DirtyDay.objects.exists()


def test_tomorrows_events_wait_for_tomorrow() -> None:
    program = draft_program()
    send(program, [event(at=NOW + dt.timedelta(hours=20))])
    assert aggregate_dirty_days(program_id=program.pk, until=program.today) == 0
    assert DirtyDay.objects.filter(program=program).count() == 1


def test_today_is_covered_as_far_as_it_has_passed() -> None:
    program = draft_program()
    send(program, [event(at=NOW)])
    aggregate_day(program_id=program.pk, day=program.today)
    assert float(AggregatedDay.objects.get(program=program).coverage) == 0.5


def test_a_program_that_is_gone_is_refused() -> None:
    with pytest.raises(ProgramNotFound):
        aggregate_day(program_id=0, day=DAY)


@pytest.mark.parametrize(
    ("day", "hours"), [(dt.date(2026, 3, 29), 23), (dt.date(2026, 10, 25), 25), (dt.date(2026, 6, 14), 24)]
)
def test_a_day_of_23_or_25_hours_is_one_day(day: dt.date, hours: int) -> None:
    """One event at each full hour in UTC for three days: the local day in the middle has as many as it has hours."""
    first = dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(days=1)
    with time_machine.travel(first + dt.timedelta(days=4), tick=False):
        program = draft_program(timezone="Europe/Berlin")
        send(program, [event(at=first + dt.timedelta(hours=hour)) for hour in range(72)])
        aggregate_dirty_days(program_id=program.pk, until=program.today)
    assert values(program, day)["messages"] == hours
    whole = sum(int(row.value or 0) for row in DailyMetric.objects.filter(program=program, metric="messages"))
    assert whole == 72


MESSAGES = st.lists(
    st.builds(
        lambda number, name, user, hour, latency: {
            "type": "track",
            "event": name,
            "userId": user,
            "messageId": f"m{number}",
            "timestamp": (NOON + dt.timedelta(hours=hour)).isoformat(),
            "properties": {"endpoint": "/a", "status": 200, "latency_ms": latency, "severity": "warning"},
        },
        st.integers(0, 10**9),
        st.sampled_from(["Signed Up", "Session Started", "Message Sent", "API Request", "Error"]),
        st.sampled_from(["ada", "bob", "eve"]),
        st.integers(-30, 20),
        st.floats(0, 1e5),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda message: message["messageId"],
)


class TheSameEvents(TestCase):
    """Any order, duplication and splitting of the same events gives the same daily rows."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(messages=MESSAGES, rng=st.randoms(use_true_random=False))
    def test_give_the_same_rows(self, messages: list[dict[str, Any]], rng: random.Random) -> None:
        with time_machine.travel(NOW, tick=False):
            once, shuffled = draft_program(), draft_program()
            send(once, messages)
            again = messages + rng.choices(messages, k=5)
            rng.shuffle(again)
            cut = rng.randrange(len(again))
            for part in (again[:cut], again[cut:]):
                send(shuffled, part)
                aggregate_dirty_days(program_id=shuffled.pk, until=shuffled.today)
            aggregate_dirty_days(program_id=once.pk, until=once.today)
        assert snapshot(once) == snapshot(shuffled)
