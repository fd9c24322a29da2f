"""What core does by the clock."""

import pytest
from django.db import connection

from core import audit, outbox, tasks
from core.enums import RunState
from core.models import JobRun, OutboxMessage, User
from tests.core.smtp import Mailbox

pytestmark = pytest.mark.django_db


def test_a_sweep_sends_all_that_is_due(mailbox: Mailbox) -> None:
    for number in range(60):
        outbox.enqueue(key=f"m:{number}", scope="demo", to="ben@example.com", subject="Hello", text="Welcome.")
    tasks.deliver_outbox()
    assert len(mailbox.mails) == 60
    assert JobRun.objects.get().state == RunState.DONE


def test_old_runs_are_purged_once_a_day() -> None:
    tasks.purge_job_runs()
    tasks.purge_job_runs()
    assert JobRun.objects.get().attempts == 1


def test_an_altered_ledger_fails_the_job_and_is_named(ada: User) -> None:
    entry = audit.record(actor=ada, action="user.greeted", obj=ada)
    tasks.verify_ledger()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE core_auditentry SET reason = 'X'; DELETE FROM core_jobrun")
    with pytest.raises(tasks.LedgerAltered, match=f"audit entry {entry.pk} .*reason was changed"):
        tasks.verify_ledger()
    assert JobRun.objects.get().state == RunState.FAILED


def test_what_a_mail_says_is_not_logged(mailbox: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    outbox.enqueue(key="m:1", scope="demo", to="ben@example.com", subject="Token abc", text="https://x.example/i/abc")
    tasks.deliver_outbox()
    assert OutboxMessage.objects.get().sent_at is not None
    assert "abc" not in caplog.text
