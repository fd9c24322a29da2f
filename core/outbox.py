"""Outgoing mail: written with the business, delivered by a worker.

`enqueue` only writes a row, in the caller's transaction: the mail exists exactly if the business does.
`deliver_due` sends what is due. A worker that dies between the server's acceptance and our commit leaves a
row that is sent again, with the same Message-ID, so that mail programs show one.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from core import clock
from core.delivery import deliver_due
from core.enums import MessageState
from core.exceptions import BadInput, Conflict, NotFound
from core.models import OutboxAttachment, OutboxMessage

__all__ = ["Attachment", "cancel", "deliver_due", "enqueue", "retry"]

# Written by the mail library from the row's own columns; a caller's copy would contradict them.
OWN_HEADERS = frozenset(
    {"from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to", "return-path"}
    | {"mime-version", "content-type", "content-transfer-encoding"}
)
HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
MIMETYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


@dataclass(frozen=True)
class Attachment:
    """One file to send along: `mimetype` such as application/pdf."""

    filename: str
    mimetype: str
    content: bytes


@transaction.atomic
def enqueue(
    *,
    key: str,
    scope: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    from_name: str = "",
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    attachments: Sequence[Attachment] = (),
) -> OutboxMessage:
    """Write one mail to be sent and return its row; the same `key` again only returns the first.

    Raises BadInput for an address, header or file name that cannot be sent, and for a mail without a text.
    """
    _check(key=key, subject=subject, text=text, from_name=from_name)
    _check_address(to)
    if reply_to:
        _check_address(reply_to)
    _check_headers(headers or {})
    _check_attachments(attachments)
    created_at = clock.now()
    message, created = OutboxMessage.objects.get_or_create(
        key=key,
        defaults={
            "scope": scope,
            "to": to,
            "subject": subject,
            "text": text,
            "html": html,
            "from_name": from_name,
            "reply_to": reply_to,
            "headers": dict(headers or {}),
            "created_at": created_at,
            "next_attempt_at": created_at,
            "message_id": _message_id(key, created_at),
        },
    )
    if created:
        OutboxAttachment.objects.bulk_create(
            OutboxAttachment(message=message, position=position, **vars(attachment))
            for position, attachment in enumerate(attachments)
        )
    return message


@transaction.atomic
def cancel(*, key: str) -> bool:
    """Take back a mail that is still queued; returns whether it was. One being sent is not stopped."""
    changed = OutboxMessage.objects.filter(key=key, state=MessageState.QUEUED).update(state=MessageState.CANCELLED)
    return bool(changed)


@transaction.atomic
def retry(*, message_id: int) -> OutboxMessage:
    """Queue a failed or bounced mail anew, with its attempts counted from the start.

    `message_id` is the row's id. Raises NotFound, and Conflict where the mail is in no such state.
    """
    message = OutboxMessage.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise NotFound("This mail does not exist any more.")
    if message.state not in {MessageState.FAILED, MessageState.BOUNCED}:
        raise Conflict(f"The mail to {message.to} is {message.state}; only one that failed or bounced is sent again.")
    message.state = MessageState.QUEUED
    message.attempts = 0
    message.next_attempt_at = clock.now()
    message.save(update_fields=["state", "attempts", "next_attempt_at"])
    return message


def _message_id(key: str, created_at: datetime) -> str:
    """Return the mail's Message-ID: its own for each row, and the same for each attempt."""
    digest = hashlib.sha256(f"{key}|{created_at.isoformat()}".encode()).hexdigest()[:32]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{digest}@{domain}>"


def _check(*, key: str, subject: str, text: str, from_name: str) -> None:
    if not key or len(key) > 200:
        raise BadInput("A mail's key is 1 to 200 characters long.")
    for name, value in (("subject", subject), ("sender's name", from_name)):
        if _breaks_line(value):
            raise BadInput(f"The {name} of the mail {key} has a line break in it; put it on one line.")
    if not subject.strip() or len(subject) > 500:
        raise BadInput(f"The subject of the mail {key} must be 1 to 500 characters long.")
    if not text.strip():
        raise BadInput(f"The mail {key} has no plain text; write one, since not everybody reads HTML.")


def _check_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        sentence = f"“{address[:100]}” is not an e-mail address; write it like ada@example.com."
        raise BadInput(sentence) from error


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or name.lower() in OWN_HEADERS:
            raise BadInput(f"“{name[:60]}” is not a header that a mail may be given here.")
        if _breaks_line(value):
            raise BadInput(f"The header {name} has a line break in it; put it on one line.")


def _check_attachments(attachments: Sequence[Attachment]) -> None:
    for attachment in attachments:
        name = attachment.filename
        if not name or len(name) > 200 or _breaks_line(name) or set(name) & set('/\\"'):
            raise BadInput(f"“{name[:60]}” is not a name for an attached file.")
        if not MIMETYPE.fullmatch(attachment.mimetype):
            raise BadInput(f"“{attachment.mimetype[:60]}” is not a type for an attached file.")


def _breaks_line(value: str) -> bool:
    # Joiners and direction marks are part of how some names are written; they break no line.
    return any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in value)
