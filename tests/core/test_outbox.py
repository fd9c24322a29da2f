"""Writing a mail: once a key, whole, and only what can be sent."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from core import clock, outbox
from core.enums import MessageState
from core.exceptions import BadInput, Conflict, NotFound
from core.models import OutboxAttachment, OutboxMessage

pytestmark = pytest.mark.django_db

MAIL = {"scope": "demo", "to": "ben@example.com", "subject": "Hello", "text": "Welcome."}


def enqueue(key: str = "greeting:1", **fields: object) -> OutboxMessage:
    return outbox.enqueue(key=key, **{**MAIL, **fields})


def test_the_same_key_writes_one_mail() -> None:
    first = enqueue(attachments=[outbox.Attachment("a.pdf", "application/pdf", b"%PDF")])
    second = enqueue(subject="Another", attachments=[outbox.Attachment("b.pdf", "application/pdf", b"%PDF")])
    assert (second.pk, second.subject, second.message_id) == (first.pk, "Hello", first.message_id)
    assert OutboxAttachment.objects.count() == 1


def test_two_mails_have_two_message_ids() -> None:
    assert enqueue("greeting:1").message_id != enqueue("greeting:2").message_id


def test_a_rolled_back_action_sends_no_mail() -> None:
    point = transaction.savepoint()
    enqueue()
    transaction.savepoint_rollback(point)
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_racers_with_one_key_write_one_mail_with_its_files() -> None:
    barrier = threading.Barrier(6)
    seen: list[tuple[int, int]] = []

    def race() -> None:
        try:
            barrier.wait()
            with transaction.atomic():
                message = enqueue(attachments=[outbox.Attachment("a.txt", "text/plain", b"a")])
                seen.append((message.pk, message.attachments.count()))
        finally:
            connection.close()

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [(OutboxMessage.objects.get().pk, 1)] * 6


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"to": "notamail"}, "not an e-mail address"),
        ({"to": ""}, "not an e-mail address"),
        ({"to": "a@example.com\nBcc: b@example.com"}, "not an e-mail address"),
        ({"reply_to": "nobody"}, "not an e-mail address"),
        ({"subject": "Hello\r\nBcc: b@example.com"}, "line break"),
        ({"subject": "  "}, "1 to 500 characters"),
        ({"from_name": "Ada\nBcc: b@example.com"}, "line break"),
        ({"text": " \n"}, "no plain text"),
        ({"headers": {"List-Unsubscribe": "<a>\r\nBcc: b@example.com"}}, "line break"),
        ({"headers": {"Bcc": "b@example.com"}}, "not a header"),
        ({"headers": {"X Y": "z"}}, "not a header"),
        ({"attachments": [outbox.Attachment("../a.pdf", "application/pdf", b"")]}, "not a name"),
        ({"attachments": [outbox.Attachment("a.pdf", "application/pdf\r\nX: y", b"")]}, "not a type"),
        ({"key": ""}, "1 to 200 characters"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_it_is_written(fields: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        enqueue(**{"key": "greeting:1", **fields})
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    "name", ["Familie 👨\u200d👩\u200d👧", "مریم\u200cالسادات", "Dr.\u00a0Berg", "Soft\u00adhyphen"]
)
def test_what_belongs_to_a_name_is_no_line_break(name: str) -> None:
    assert enqueue(key="greeting:1", from_name=name, subject=f"From {name}").from_name == name


def test_a_queued_mail_can_be_taken_back_and_a_sent_one_not() -> None:
    enqueue()
    assert outbox.cancel(key="greeting:1")
    assert not outbox.cancel(key="greeting:1")
    assert OutboxMessage.objects.get().state == MessageState.CANCELLED


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.BOUNCED])
def test_a_mail_that_failed_can_be_queued_again(state: MessageState) -> None:
    message = enqueue()
    OutboxMessage.objects.update(state=state, attempts=14, next_attempt_at=clock.now() + timedelta(days=1))
    again = outbox.retry(message_id=message.pk)
    assert (again.state, again.attempts) == (MessageState.QUEUED, 0)
    assert again.next_attempt_at <= clock.now()


def test_only_a_mail_that_failed_is_queued_again() -> None:
    with pytest.raises(Conflict, match=r"ben@example\.com is queued"):
        outbox.retry(message_id=enqueue().pk)
    with pytest.raises(NotFound):
        outbox.retry(message_id=0)
