"""A worker that is killed and a broker that is emptied: the work is done all the same, and once."""

import asyncio
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from core import outbox
from core.enums import MessageState
from core.models import JobRun, OutboxMessage
from tests.broker import Broker
from tests.conftest import StartCelery
from tests.processes import free_port, until

pytestmark = pytest.mark.faults
# What the portal promises of a killed worker's task.
PROMISED_SECONDS = 60
DELIVER = "core.deliver_outbox"


class SlowMailServer:
    """Keeps each mail waiting at the door until `door` is open, and the mails that it took."""

    def __init__(self) -> None:
        self.knocked = threading.Event()
        self.door = threading.Event()
        self.taken: list[EmailMessage] = []
        self.port = free_port()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.knocked.set()
        await asyncio.to_thread(self.door.wait)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(BytesParser(policy=default).parsebytes(envelope.content))
        return "250 OK"


@pytest.fixture
def slow_mail() -> Iterator[SlowMailServer]:
    server = SlowMailServer()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    server.door.set()
    controller.stop()


def write_mails(count: int) -> None:
    for number in range(count):
        outbox.enqueue(key=f"mail {number}", scope="", to=f"{number}@example.com", subject="Hello", text="Hello")


def all_sent() -> bool:
    return not OutboxMessage.objects.exclude(state=MessageState.SENT).exists()


def test_a_worker_killed_in_mid_task_gives_it_back_and_the_effect_comes_once(
    start_celery: StartCelery, broker: Broker, slow_mail: SlowMailServer
) -> None:
    write_mails(1)
    email_url = f"smtp://127.0.0.1:{slow_mail.port}"
    killed = start_celery("worker", EMAIL_URL=email_url)
    broker.send(DELIVER)
    assert slow_mail.knocked.wait(30)
    killed.kill()
    slow_mail.door.set()

    start_celery("worker", EMAIL_URL=email_url)
    until(lambda: JobRun.objects.get().attempts == 2, "the killed worker's own task", seconds=PROMISED_SECONDS)
    broker.send(DELIVER)
    until(all_sent, "the mail", seconds=PROMISED_SECONDS)
    assert [mail["To"] for mail in slow_mail.taken] == ["0@example.com"]


def test_a_broker_that_is_killed_and_emptied_loses_nothing(
    start_celery: StartCelery, broker: Broker, mail_dir: Path
) -> None:
    write_mails(3)
    broker.send(DELIVER)
    broker.lose_everything()
    assert broker.waiting() == 0
    start_celery("worker")
    start_celery("beat")
    until(all_sent, "the mails", seconds=PROMISED_SECONDS)
    assert len(list(mail_dir.iterdir())) == 3


def test_worker_and_beat_outlive_the_loss_of_the_broker(
    start_celery: StartCelery, broker: Broker, mail_dir: Path
) -> None:
    start_celery("worker")
    start_celery("beat")
    broker.lose_everything()
    write_mails(1)
    until(all_sent, "the mail", seconds=PROMISED_SECONDS)
    assert len(list(mail_dir.iterdir())) == 1
