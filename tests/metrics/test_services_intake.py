"""Intake: stored once, good beside bad, refused in sentences, days marked."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection

from metrics import partitions
from metrics.enums import RejectReason
from metrics.exceptions import IntakeClosed
from metrics.models import DirtyDay, Event, RejectedItems
from metrics.services import ingest
from programs.services import end_program
from tests.factories.metrics import event, raw, request_event, send
from tests.factories.programs import draft_program, live_program

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _at_noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def dirty_days(program: Any) -> list[dt.date]:
    return sorted(DirtyDay.objects.filter(program=program).values_list("day", flat=True))


def test_an_event_is_stored_with_its_typed_columns_and_the_rest() -> None:
    program = draft_program()
    send(program, [request_event(status=503, latency_ms=12.5, user="ada", context={"app": "web"})], sent_at=NOW)
    stored = Event.objects.get(program=program)
    assert (stored.name, stored.user_id, stored.endpoint, stored.status) == ("API Request", "ada", "/api/chat", 503)
    assert (stored.latency_ms, stored.props["method"], stored.context) == (12.5, "GET", {"app": "web"})
    assert (stored.received_at, stored.sent_at, stored.occurred_at) == (NOW, NOW, NOW)


def test_a_batch_given_again_is_stored_once() -> None:
    program, events = draft_program(), [event(), event(), event()]
    assert (send(program, events).accepted, send(program, events).duplicates) == (3, 3)
    assert Event.objects.filter(program=program).count() == 3


def test_a_message_twice_in_one_batch_is_stored_once() -> None:
    program, message = draft_program(), event()
    receipt = send(program, [message, message])
    assert (receipt.accepted, receipt.duplicates) == (1, 1)


def test_a_retry_with_a_later_sent_at_is_still_the_same_event() -> None:
    """The correction moves the event over midnight UTC; its partition is that of the client's own time."""
    program, message = draft_program(), event(at=dt.datetime(2026, 6, 14, 23, 59, tzinfo=dt.UTC))
    send(program, [message], sent_at=NOW)
    assert send(program, [message], sent_at=NOW - dt.timedelta(minutes=5)).duplicates == 1


def test_two_programs_may_use_the_same_message_id() -> None:
    message = event(messageId="same")
    assert [send(draft_program(), [message]).accepted for _ in range(2)] == [1, 1]


def test_a_good_item_is_stored_beside_bad_ones_which_are_counted() -> None:
    program = draft_program()
    receipt = send(program, [{"type": "nonsense"}, event(), request_event(latency_ms=-1), {"type": "nothing"}])
    assert (receipt.accepted, [rejection.index for rejection in receipt.rejected]) == (1, [0, 2, 3])
    counts = dict(RejectedItems.objects.filter(program=program).values_list("reason", "count"))
    assert counts == {RejectReason.UNKNOWN_TYPE: 2, RejectReason.OUT_OF_RANGE: 1}


def test_rejected_items_add_up_over_the_day() -> None:
    program = draft_program()
    for _ in range(3):
        send(program, [{"type": "nonsense"}])
    assert RejectedItems.objects.get(program=program).count == 3


def test_what_only_postgresql_refuses_is_refused_alone() -> None:
    """A number with 200,000 decimal places is good JSON, and still more than PostgreSQL can hold."""
    program = draft_program()
    odd = raw('{"type": "track", "event": "x", "messageId": "odd", "properties": {"n": 1e-200000}}')
    receipt = ingest(program=program, items=[raw('{"type": "track", "event": "x"}'), odd])
    assert receipt.accepted == 1
    assert [(item.index, item.message_id, item.code) for item in receipt.rejected] == [
        (1, "odd", RejectReason.NOT_STORABLE)
    ]


def test_a_draft_takes_events_and_an_ended_program_does_not() -> None:
    assert send(draft_program(), [event()]).accepted == 1
    program = end_program(program_id=live_program().pk, actor=None, reason="over")
    with pytest.raises(IntakeClosed, match="has ended"):
        send(program, [event()])


def test_every_local_day_that_events_fall_on_is_marked() -> None:
    program = draft_program(timezone="Pacific/Auckland")  # Noon in UTC is midnight there.
    send(program, [event(at=NOW), event(at=NOW - dt.timedelta(minutes=1)), event(at=NOW - dt.timedelta(days=10))])
    assert dirty_days(program) == [dt.date(2026, 6, 6), dt.date(2026, 6, 15), dt.date(2026, 6, 16)]


def test_a_batch_without_any_good_item_marks_nothing() -> None:
    program = draft_program()
    assert send(program, [{"type": "nonsense"}]).accepted == send(program, []).accepted == 0
    assert dirty_days(program) == []


def test_missing_partitions_are_made_on_demand() -> None:
    program = draft_program()
    send(program, [event(at=NOW - dt.timedelta(days=back)) for back in (0, 40, 80)])
    assert partitions.ensure([NOW.date(), NOW.date() - dt.timedelta(days=80)]) == 0


def test_partitions_for_the_coming_week_are_made_ahead_once() -> None:
    assert partitions.ensure_ahead() == 9
    assert partitions.ensure_ahead() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'metrics_event'::regclass")
        assert cursor.fetchone()[0] >= 9
