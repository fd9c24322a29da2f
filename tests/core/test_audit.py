"""The audit chain: what is recorded, how it is linked, and what PostgreSQL refuses."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import ProtectedError

from core import audit
from core.models import AuditEntry, AuditHead, AuditLink, OutboxMessage, User

pytestmark = pytest.mark.django_db


def settle() -> None:
    """Do what a commit does first: run the deferred triggers."""
    connection.check_constraints()


def record(user: User, **fields: object) -> AuditEntry:
    return audit.record(actor=user, action="user.greeted", obj=user, **fields)


def test_an_entry_says_who_did_what_to_which_thing_and_why(ada: User) -> None:
    entry = record(ada, scope="demo", before={"seats": 1}, after={"seats": 2}, reason="asked for")
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name, entry.action) == (ada, "Ada Lovelace", "user.greeted")
    assert (entry.object_type, entry.object_pk, entry.object_label) == ("core.user", str(ada.pk), "Ada Lovelace")
    assert (entry.scope, entry.before, entry.after, entry.reason) == ("demo", {"seats": 1}, {"seats": 2}, "asked for")


def test_without_an_actor_the_machine_did_it(ada: User) -> None:
    assert audit.record(actor=None, action="user.greeted", obj=ada).actor_name == "betaportal"


def test_values_that_the_database_would_reshape_are_stored_as_text(ada: User) -> None:
    odd = {
        "at": datetime(2026, 11, 21, tzinfo=UTC),
        "cost": Decimal("1.50"),
        "share": 1e30,
        3: {"b", "a"},
        "nul": "a\x00b",
    }
    entry = record(ada, after=odd)
    entry.refresh_from_db()
    assert entry.after == {
        "at": "2026-11-21T00:00:00+00:00",
        "cost": "1.50",
        "share": "1e+30",
        "3": ["a", "b"],
        "nul": "ab",
    }
    assert audit.fingerprints(entry) == entry.fingerprints


def test_entries_are_numbered_without_gaps_and_each_links_to_the_one_before(ada: User) -> None:
    for _ in range(3):
        record(ada)
    settle()
    links = list(AuditLink.objects.order_by("sequence"))
    assert [link.sequence for link in links] == [1, 2, 3]
    assert [link.previous_hash for link in links] == ["0" * 64, links[0].hash, links[1].hash]
    assert AuditHead.objects.get().hash == links[2].hash


def test_a_rolled_back_action_leaves_no_gap(ada: User) -> None:
    record(ada)
    point = transaction.savepoint()
    record(ada)
    transaction.savepoint_rollback(point)
    record(ada)
    settle()
    assert list(AuditLink.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEntry.objects.update(reason="nothing happened"),
        lambda: AuditEntry.objects.all()._raw_delete("default"),
        lambda: AuditLink.objects.update(sequence=7),
        lambda: AuditLink.objects.all()._raw_delete("default"),
        lambda: connection.cursor().execute("TRUNCATE core_auditentry CASCADE"),
    ],
)
def test_the_database_refuses_to_change_the_chain(ada: User, change: object) -> None:
    record(ada)
    settle()
    with pytest.raises(IntegrityError, match="The audit chain is append-only"), transaction.atomic():
        change()


def test_a_user_who_is_named_in_the_chain_is_not_deleted(ada: User) -> None:
    record(ada)
    with pytest.raises(ProtectedError):
        ada.delete()


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_make_one_chain(ada: User) -> None:
    def write() -> None:
        try:
            for _ in range(5):
                record(ada)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(AuditLink.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("link_at_once", "deadlocks"), [(False, 0), (True, 1)])
def test_linked_last_at_commit_nobody_waits_in_a_circle(ada: User, link_at_once: bool, deadlocks: int) -> None:
    """One writer's foreign key check at commit needs the row that the other holds, who then needs the chain.

    The control links at once: it holds the chain before that check, and the two wait for each other.
    """
    holds_row = threading.Event()
    errors: list[OperationalError] = []

    def hold_the_row() -> None:
        with _noting(errors), transaction.atomic():
            User.objects.select_for_update().get(pk=ada.pk)
            holds_row.set()
            _wait_until_somebody_waits()
            record(ada)
        connection.close()

    other = threading.Thread(target=hold_the_row)
    other.start()
    holds_row.wait(10)
    with _noting(errors), transaction.atomic():
        audit.record(actor=None, action="user.greeted", obj=ada)
        if link_at_once:
            settle()
        # Its check on commit wants a share lock of ada's row.
        User.groups.through.objects.create(user_id=ada.pk, group=Group.objects.create(name="greeters"))
    other.join()
    assert len(errors) == deadlocks
    assert AuditLink.objects.filter(sequence__isnull=False).count() == 2 - deadlocks


@contextmanager
def _noting(errors: list[OperationalError]) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        errors.append(error)


def _wait_until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT count(*), pg_sleep(0.01) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody came to wait for the row")


def test_audited_things_are_named_by_model(ada: User) -> None:
    message = OutboxMessage(pk=5, subject="Hello", to="b@example.com")
    entry = audit.record(actor=ada, action="mail.retried", obj=message)
    assert (entry.object_type, entry.object_label) == ("core.outboxmessage", "Hello to b@example.com")
