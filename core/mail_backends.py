"""A mail backend for development and demos: every mail is a file that a mail program opens."""

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from core import clock


class EmlFileBackend(BaseEmailBackend):
    """Write each mail as one .eml file into `settings.MAIL_DIR`, complete or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Mails carry personal links: whoever reads one can sign in.
        folder.mkdir(mode=0o700, exist_ok=True)
        for message in email_messages:
            _write(folder / _file_name(message), message.message().as_bytes())
        return len(email_messages)


def _file_name(message: EmailMessage) -> str:
    """Return time, recipient and subject: sorted by name, the newest mail is last."""
    moment = clock.now().strftime("%Y%m%d-%H%M%S-%f")
    recipient = _slug("-".join(message.recipients()))
    return f"{moment}_{recipient}_{_slug(str(message.subject))}_{secrets.token_hex(3)}.eml"


def _slug(text: str) -> str:
    """Return letters, digits and dashes only, so that no address or subject can leave the folder."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "mail"


def _write(path: Path, content: bytes) -> None:
    draft = path.with_suffix(f".{os.getpid()}.part")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)
