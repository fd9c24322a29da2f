"""A delivery worker is killed between the mail server's acceptance and our commit."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from pytest_django import Settings

from core import clock, outbox
from core.enums import MessageState
from core.models import OutboxMessage
from tests.core.conftest import mailbox  # noqa: F401 - the fixture
from tests.core.sessions import wait_until_gone
from tests.core.smtp import Mailbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

WORKER = "import django; django.setup(); from core.outbox import deliver_due; deliver_due()"


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    """Start a real process that delivers from this test's database to this test's mail server."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "betaportal.settings",
        "DATABASE_URL": database.geturl(),
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
    }
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment)


def sessions_that_send() -> list[int]:
    """Return the sessions that hold an advisory lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
            "WHERE locktype = 'advisory' AND datname = current_database()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def test_after_a_kill_the_mail_goes_out_again_with_the_same_message_id(
    mailbox: Mailbox,  # noqa: F811
    settings: Settings,
) -> None:
    message = outbox.enqueue(key="greeting:1", scope="demo", to="ben@example.com", subject="Hello", text="Welcome.")
    killed = threading.Event()

    def kill_before_the_answer() -> None:
        if not killed.is_set():
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            killed.set()

    mailbox.on_arrival = kill_before_the_answer
    worker = start_worker(settings)
    assert mailbox.arrived.wait(60)
    assert worker.returncode == -signal.SIGKILL
    assert OutboxMessage.objects.get().state == MessageState.SENDING
    with time_machine.travel(clock.now() + timedelta(seconds=31)):
        for pid in sessions_that_send():
            wait_until_gone(pid)
        assert outbox.deliver_due() == 1
    assert [mail["Message-ID"] for mail in mailbox.mails] == [message.message_id] * 2
    assert (OutboxMessage.objects.get().state, OutboxMessage.objects.get().attempts) == (MessageState.SENT, 2)


def test_while_a_worker_is_sending_no_other_sends_the_same_mail(
    mailbox: Mailbox,  # noqa: F811
    settings: Settings,
) -> None:
    outbox.enqueue(key="greeting:1", scope="demo", to="ben@example.com", subject="Hello", text="Welcome.")
    meanwhile: list[int] = []

    def look_while_it_waits_for_the_answer() -> None:
        with time_machine.travel(clock.now() + timedelta(seconds=31)):
            meanwhile.append(outbox.deliver_due())
        connection.close()

    def look_from_another_thread() -> None:
        looking = threading.Thread(target=look_while_it_waits_for_the_answer)
        looking.start()
        looking.join()

    mailbox.on_arrival = look_from_another_thread
    worker = start_worker(settings)
    assert worker.wait(60) == 0
    assert (meanwhile, len(mailbox.mails)) == ([0], 1)
    assert OutboxMessage.objects.get().state == MessageState.SENT
