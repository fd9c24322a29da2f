"""Many at once: the same batch, batches that overlap, a day aggregated twice, intake beside aggregation."""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction

from metrics import partitions
from metrics.models import DailyMetric, DirtyDay, Event
from metrics.services import aggregate_day, aggregate_dirty_days
from programs.models import Program
from tests.factories.metrics import event, request_event, send
from tests.factories.programs import draft_program

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the calls in threads of their own, each with its own connection; raises what any of them raised."""

    def call(function: Callable[[], Any]) -> Any:
        try:
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def messages_of(program: Program, day: dt.date) -> int:
    return int(DailyMetric.objects.get(program=program, metric="messages", day=day).value or 0)


def test_the_same_batch_from_20_threads_is_stored_once() -> None:
    program, batch = draft_program(), [event() for _ in range(50)]
    receipts = at_once([lambda: send(program, batch)] * 20)
    assert sum(receipt.accepted for receipt in receipts) == 50
    assert sum(receipt.duplicates for receipt in receipts) == 19 * 50
    assert Event.objects.filter(program=program).count() == 50


def test_overlapping_batches_in_any_order_wait_for_each_other_and_never_in_a_circle() -> None:
    program, events = draft_program(), [event() for _ in range(200)]
    shuffled = [random.Random(seed).sample(events, 150) for seed in range(16)]
    at_once([lambda batch=batch: send(program, batch) for batch in shuffled])
    assert Event.objects.filter(program=program).count() == len({item["messageId"] for b in shuffled for item in b})


def test_a_missing_partition_is_made_once_by_many() -> None:
    program, day = draft_program(), dt.datetime.now(dt.UTC) - dt.timedelta(days=50)
    receipts = at_once([lambda: send(program, [event(at=day) for _ in range(5)])] * 12)
    assert sum(receipt.accepted for receipt in receipts) == 60
    assert partitions.ensure([day.date()]) == 0


def test_making_a_partition_does_not_wait_for_a_running_batch() -> None:
    """A batch that is not committed holds the event table; a new partition is attached beside it all the same."""
    program, day = draft_program(), dt.date(2026, 1, 1)
    partitions.ensure_ahead()
    with uncommitted(program, event()):
        assert at_once([lambda: _patiently(lambda: partitions.ensure([day]))]) == [1]


def test_a_day_aggregated_by_several_at_once_is_the_same_as_by_one() -> None:
    program = draft_program()
    send(program, [event() for _ in range(30)] + [request_event() for _ in range(30)])
    at_once([lambda: aggregate_day(program_id=program.pk, day=program.today)] * 8)
    assert messages_of(program, program.today) == 30
    assert DailyMetric.objects.filter(program=program, metric="latency", dimension="").count() == 1


def test_events_that_come_while_days_are_aggregated_are_counted_in_the_end() -> None:
    program = draft_program()

    def sender() -> None:
        for _ in range(15):
            send(program, [event() for _ in range(10)])

    def aggregator() -> None:
        for _ in range(15):
            aggregate_dirty_days(program_id=program.pk, until=program.today)

    at_once([sender, sender, sender, aggregator, aggregator])
    aggregate_dirty_days(program_id=program.pk, until=program.today)
    assert messages_of(program, program.today) == 450
    assert not DirtyDay.objects.exists()


def test_a_batch_that_commits_after_the_mark_was_taken_has_left_a_mark() -> None:
    """The aggregation waits for the batch that relied on the old mark, instead of taking it away from under it."""
    program = draft_program()
    send(program, [event()])
    with ThreadPoolExecutor(1) as pool:
        with uncommitted(program, event()):
            run = pool.submit(_closing, lambda: aggregate_day(program_id=program.pk, day=program.today))
            _wait_until_someone_waits_for_a_lock()
        assert run.result()
    assert messages_of(program, program.today) == 2


@contextmanager
def uncommitted(program: Program, *events: Any) -> Iterator[None]:
    """Hold a batch open that is stored and not committed."""
    with transaction.atomic():
        send(program, events)
        yield


def _closing(function: Callable[[], Any]) -> Any:
    try:
        return function()
    finally:
        connections.close_all()


def _patiently(function: Callable[[], Any]) -> Any:
    """Run with a lock timeout, so that waiting for a lock fails instead of hanging."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
    return function()


def _wait_until_someone_waits_for_a_lock() -> None:
    with connection.cursor() as cursor:
        for _ in range(10_000):
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
                "WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("Nobody waits for a lock.")
