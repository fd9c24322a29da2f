"""Delivery to a real SMTP server that sometimes answers badly."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from pytest_django import Settings

from core import clock, delivery, outbox
from core.enums import MessageState
from core.models import OutboxMessage
from tests.core.sessions import somebody_else_holds
from tests.core.smtp import Mailbox

pytestmark = pytest.mark.django_db


def enqueue(key: str = "greeting:1", **fields: object) -> OutboxMessage:
    mail = {"scope": "demo", "to": "ben@example.com", "subject": "Grüße", "text": "Welcome.", **fields}
    return outbox.enqueue(key=key, **mail)


def test_a_mail_arrives_whole(mailbox: Mailbox, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Betaportal <beta@portal.example>"
    message = enqueue(
        html="<p>Welcome.</p>",
        from_name="Ada, AccuBooks beta",
        reply_to="ada@example.com",
        headers={"List-Unsubscribe": "<https://portal.example/u/1>"},
        attachments=[outbox.Attachment("agreement.pdf", "application/pdf", b"%PDF-1.7")],
    )
    assert outbox.deliver_due() == 1
    (mail,) = mailbox.mails
    assert (mail["Subject"], mail["To"], mail["Message-ID"]) == ("Grüße", "ben@example.com", message.message_id)
    assert mail["From"] == '"Ada, AccuBooks beta" <beta@portal.example>'
    assert (mail["Reply-To"], mail["Auto-Submitted"]) == ("ada@example.com", "auto-generated")
    assert mail["List-Unsubscribe"] == "<https://portal.example/u/1>"
    assert mail.get_body(["plain"]).get_content().strip() == "Welcome."
    assert mail.get_body(["html"]).get_content().strip() == "<p>Welcome.</p>"
    assert [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()] == [
        ("agreement.pdf", b"%PDF-1.7")
    ]


def test_a_sent_mail_is_not_sent_again(mailbox: Mailbox) -> None:
    enqueue()
    assert [outbox.deliver_due(), outbox.deliver_due()] == [1, 0]
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts, len(mailbox.mails)) == (MessageState.SENT, 1, 1)
    assert message.sent_at is not None


def test_one_round_sends_up_to_the_limit_oldest_first(mailbox: Mailbox) -> None:
    for number in range(3):
        enqueue(f"greeting:{number}", subject=f"Number {number}")
    assert outbox.deliver_due(limit=2) == 2
    assert [mail["Subject"] for mail in mailbox.mails] == ["Number 0", "Number 1"]


@pytest.mark.parametrize(
    ("step", "answer"),
    [("at_recipient", "450 mailbox busy"), ("at_data", "451 try again"), ("at_recipient", "421 going down")],
)
def test_a_temporary_refusal_is_tried_again_later(mailbox: Mailbox, step: str, answer: str) -> None:
    enqueue()
    setattr(mailbox, step, answer)
    assert outbox.deliver_due() == 0
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == (MessageState.QUEUED, 1)
    assert clock.now() < message.next_attempt_at < clock.now() + timedelta(minutes=1)
    setattr(mailbox, step, None)
    assert outbox.deliver_due() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        assert outbox.deliver_due() == 1


@pytest.mark.parametrize(("step", "answer"), [("at_recipient", "550 no such user"), ("at_data", "554 not wanted")])
def test_a_permanent_refusal_of_the_recipient_bounces(mailbox: Mailbox, step: str, answer: str) -> None:
    enqueue()
    setattr(mailbox, step, answer)
    outbox.deliver_due()
    message = OutboxMessage.objects.get()
    assert (message.state, message.error) == (MessageState.BOUNCED, f"The mail server answered {answer}")


def test_a_refused_mail_does_not_hold_up_the_next(mailbox: Mailbox) -> None:
    enqueue("greeting:1")
    mailbox.at_recipient = "550 no such user"
    outbox.deliver_due()
    mailbox.at_recipient = None
    enqueue("greeting:2")
    assert outbox.deliver_due() == 1


def test_with_the_server_away_one_mail_is_tried_and_the_rest_wait(settings: Settings, mailbox: Mailbox) -> None:
    settings.EMAIL_PORT = 1
    for number in range(3):
        enqueue(f"greeting:{number}")
    assert outbox.deliver_due() == 0
    assert sorted(OutboxMessage.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {MessageState.QUEUED}


def test_the_wait_doubles_up_to_four_hours_and_then_the_mail_has_failed(settings: Settings, mailbox: Mailbox) -> None:
    settings.EMAIL_PORT = 1
    enqueue()
    waits = []
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(delivery.MAX_ATTEMPTS):
            outbox.deliver_due()
            message = OutboxMessage.objects.get()
            waits.append((message.next_attempt_at - clock.now()).total_seconds())
            traveller.move_to(message.next_attempt_at + timedelta(seconds=1))
    assert message.state == MessageState.FAILED
    for number, wait in enumerate(waits[:-1]):
        planned = min(30 * 2**number, 4 * 3600)
        assert planned * 0.8 <= wait <= planned * 1.2


def test_a_mail_that_killed_every_worker_fails_in_the_end(mailbox: Mailbox) -> None:
    enqueue()
    OutboxMessage.objects.update(state=MessageState.SENDING, attempts=delivery.MAX_ATTEMPTS)
    assert outbox.deliver_due() == 0
    assert OutboxMessage.objects.get().state == MessageState.FAILED


def test_a_mail_that_cannot_be_built_does_not_stop_the_others(mailbox: Mailbox) -> None:
    enqueue("greeting:1")
    OutboxMessage.objects.update(headers={"X-Bad": "a\nb"})
    enqueue("greeting:2")
    assert outbox.deliver_due() == 1
    assert "could not be built" in OutboxMessage.objects.get(key="greeting:1").error


@pytest.mark.django_db(transaction=True)
def test_a_mail_whose_worker_lives_is_left_to_it(mailbox: Mailbox) -> None:
    message = enqueue()
    OutboxMessage.objects.update(state=MessageState.SENDING, attempts=1)
    with somebody_else_holds("outbox", str(message.pk)):
        assert outbox.deliver_due() == 0
    assert outbox.deliver_due() == 1


def test_a_round_leaves_no_lock_behind(mailbox: Mailbox) -> None:
    enqueue()
    outbox.deliver_due()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)


def test_without_a_server_each_mail_is_a_file_named_after_it(mail_dir: object, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "core.mail_backends.EmlFileBackend"
    enqueue(to="ben.b@example.com", subject="../../etc: your report, week 3")
    outbox.deliver_due()
    (path,) = mail_dir.iterdir()
    assert "_ben-b-example-com_etc-your-report-week-3_" in path.name
    assert path.suffix == ".eml"
    assert b"Welcome." in path.read_bytes()


def test_mails_in_files_are_for_their_owner_alone(settings: Settings, mail_dir: Path) -> None:
    settings.EMAIL_BACKEND = "core.mail_backends.EmlFileBackend"
    enqueue(key="greeting:1")
    outbox.deliver_due()
    modes = {path.stat().st_mode & 0o777 for path in [mail_dir, *mail_dir.iterdir()]}
    assert modes == {0o700, 0o600}
