"""A mailbox behind a real SMTP server, which can be told to answer badly."""

import threading
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Keeps what arrives. `at_recipient` and `at_data` replace the server's answer at that step."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.at_recipient: str | None = None
        self.at_data: str | None = None
        self.on_arrival: Callable[[], None] = lambda: None
        self.arrived = threading.Event()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_recipient:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.at_data:
            return self.at_data
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.on_arrival()
        self.arrived.set()
        return "250 OK"
