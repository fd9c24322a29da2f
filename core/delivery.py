"""Send what the outbox holds: claim, send outside of any transaction, record how it went.

A claim is a short transaction that marks the row, plus an advisory lock for as long as the sending takes. A
worker that is killed loses the lock at once, and its row is looked at again half a minute later.
"""

import random
import smtplib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from email.errors import MessageError
from email.utils import formataddr, parseaddr
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from core import clock, locks
from core.enums import MessageState
from core.models import OutboxMessage

log = structlog.get_logger(__name__)

LOOK_AGAIN = timedelta(seconds=30)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=4)
MAX_ATTEMPTS = 14  # spread over about a day
CANDIDATES = 20
PERMANENT = 500  # SMTP replies from here on are final
UNSENDABLE = (ValueError, LookupError, MessageError)


class ServerAway(Exception):  # noqa: N818 - a condition, not an error: nothing is wrong with the mail
    """The mail server did not answer at all; the other mails need not be tried now."""


def deliver_due(*, limit: int = 50) -> int:
    """Try up to `limit` mails that are due and return how many the mail server took.

    Any number of workers may run this at the same time. A temporary refusal is tried again later, ever more
    seldom; a permanent refusal of the recipient bounces; after a day of trying the mail has failed. Where the
    server cannot be reached the round ends.
    """
    sent = 0
    with _mailer() as mailer, suppress(ServerAway):
        for _ in range(limit):
            with _claimed() as message:
                if message is None:
                    break
                sent += _attempt(mailer, message)
    return sent


@contextmanager
def _mailer() -> Iterator[BaseEmailBackend]:
    """Yield a connection that opens with the first mail and is shared by the rest."""
    mailer = get_connection()
    try:
        yield mailer
    finally:
        _hang_up(mailer)


@contextmanager
def _claimed() -> Iterator[OutboxMessage | None]:
    """Yield the next due mail, marked as being sent and locked for this connection, or None."""
    with ExitStack() as stack:
        yield _claim_next(stack)


@transaction.atomic
def _claim_next(stack: ExitStack) -> OutboxMessage | None:
    due = OutboxMessage.objects.filter(
        state__in=[MessageState.QUEUED, MessageState.SENDING], next_attempt_at__lte=clock.now()
    ).order_by("next_attempt_at", "id")
    for message in due.select_for_update(skip_locked=True)[:CANDIDATES]:
        if not stack.enter_context(locks.held("outbox", str(message.pk))):
            continue
        if message.attempts >= MAX_ATTEMPTS:
            # Its last worker died with it: a mail that kills workers must not come back for ever.
            _settle(message, state=MessageState.FAILED, error="The worker stopped while it sent this mail.")
            continue
        message.state = MessageState.SENDING
        message.attempts += 1
        message.next_attempt_at = clock.now() + LOOK_AGAIN
        message.save(update_fields=["state", "attempts", "next_attempt_at"])
        return message
    return None


def _attempt(mailer: BaseEmailBackend, message: OutboxMessage) -> bool:
    """Send one claimed mail and record the outcome; returns whether the server took it."""
    try:
        mailer.open()
    except OSError as error:  # smtplib's errors are OSErrors too
        _postpone(message, f"The mail server could not be reached: {error}")
        raise ServerAway from error
    try:
        mailer.send_messages([_built(message)])
    except UNSENDABLE as error:
        _postpone(message, f"The mail could not be built: {error}")
    except OSError as error:
        # The dialogue may be in any state; the next mail starts a new one.
        _hang_up(mailer)
        _record_refusal(message, error)
    else:
        _settle(message, state=MessageState.SENT, sent_at=clock.now(), error="")
        log.info("mail_sent", outbox_id=message.pk, attempts=message.attempts)
        return True
    return False


def _record_refusal(message: OutboxMessage, error: OSError) -> None:
    """Bounce what the server refused for good for this recipient, and try the rest again later."""
    code: int
    reply: bytes | str
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, reply = next(iter(error.recipients.values()))
            permanent = code >= PERMANENT
        case smtplib.SMTPDataError():
            code, reply = error.smtp_code, error.smtp_error
            permanent = code >= PERMANENT
        case smtplib.SMTPResponseException():
            # Our sender's address or the server itself: another recipient would fare no better.
            code, reply = error.smtp_code, error.smtp_error
            permanent = False
        case _:
            _postpone(message, f"The mail server hung up: {error}")
            raise ServerAway from error
    sentence = f"The mail server answered {code} {_text(reply)}"
    if not permanent:
        _postpone(message, sentence)
        return
    _settle(message, state=MessageState.BOUNCED, error=sentence[:2000])
    log.warning("mail_bounced", outbox_id=message.pk, code=code)


def _postpone(message: OutboxMessage, error: str) -> None:
    """Try again after a wait that doubles, shaken so that many mails do not come back at once; or give up."""
    if message.attempts >= MAX_ATTEMPTS:
        _settle(message, state=MessageState.FAILED, error=error[:2000])
        log.error("mail_failed", outbox_id=message.pk, attempts=message.attempts)
        return
    wait = min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT) * random.uniform(0.8, 1.2)  # noqa: S311
    _settle(message, state=MessageState.QUEUED, next_attempt_at=clock.now() + wait, error=error[:2000])
    log.warning("mail_postponed", outbox_id=message.pk, attempts=message.attempts)


def _settle(message: OutboxMessage, **outcome: Any) -> None:
    """Write the outcome, unless another worker took the mail over since: then theirs holds."""
    ours = OutboxMessage.objects.filter(pk=message.pk, state=message.state, attempts=message.attempts)
    ours.update(**outcome)


def _built(message: OutboxMessage) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=_sender(message.from_name),
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={"Auto-Submitted": "auto-generated", **message.headers, "Message-ID": message.message_id},
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for attachment in message.attachments.all():
        mail.attach(attachment.filename, bytes(attachment.content), attachment.mimetype)
    return mail


def _sender(name: str) -> str:
    """Return our address under the name of the person who writes, which may be empty."""
    own_name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or own_name, address))


def _hang_up(mailer: BaseEmailBackend) -> None:
    with suppress(OSError):
        mailer.close()


def _text(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
