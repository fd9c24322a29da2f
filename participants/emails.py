"""The mails to people of a beta, and the alarm to its owners. One function a message, each written to the outbox.

A mail comes from the program's public contact: their name as the sender's, their address for the reply.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from core import emails, outbox
from core.outbox import Attachment
from participants.models import Invite, Signature
from programs.enums import Role
from programs.models import Membership, Program
from programs.selectors import public_contact

APP = "participants"


def invite_key(invite: Invite) -> str:
    """The outbox key of the mail that carries this link."""
    return f"invite:{invite.pk}"


def send_invite(invite: Invite, token: str) -> None:
    """Mail the personal link of an invite to join."""
    _send_link(
        invite,
        token,
        "invite",
        button_text="See the invite",
        why=f"the {invite.participant.program.name} team invited you by this address",
    )


def send_sign_in_link(invite: Invite, token: str) -> None:
    """Mail a link that signs in somebody who joined before."""
    _send_link(
        invite,
        token,
        "sign_in_link",
        button_text="Continue",
        why="you take part in this beta and the team sent you a new link",
    )


def send_agreement_copy(signature: Signature, certificate: bytes) -> None:
    """Mail the sealed certificate, which carries the whole text, to who signed."""
    program = signature.program
    context = _context(program) | {
        "signature": signature,
        "agreement": signature.agreement,
        "button_url": f"{settings.PUBLIC_URL}/portal/",
        "button_text": "Open the portal",
        "why": "You get this mail because you signed this agreement.",
    }
    _enqueue(
        key=f"agreement-copy:{signature.pk}",
        program=program,
        to=signature.email,
        name="agreement_copy",
        context=context,
        attachments=[Attachment(certificate_name(signature), "application/pdf", certificate)],
    )


def certificate_name(signature: Signature) -> str:
    """The file name of a certificate, for mail and download."""
    return f"{signature.program.slug}-agreement-v{signature.agreement.version}-signature-{signature.sequence}.pdf"


def send_seat_alarm(program: Program, found: Sequence[str], fingerprint: str) -> None:
    """Tell each owner of the program that its seats contradict each other."""
    context = _context(program) | {
        "found": found,
        "button_url": f"{settings.PUBLIC_URL}/admin/programs/program/{program.pk}/home/",
        "button_text": "Open the program",
        "why": f"You get this mail because you are an owner of {program.name}.",
        "contact_name": "",
    }
    owners = Membership.objects.filter(program=program, role=Role.OWNER, user__is_active=True).exclude(user__email="")
    for owner in owners.select_related("user"):
        _enqueue(
            key=f"seat-alarm:{program.pk}:{fingerprint}:{owner.user_id}",
            program=program,
            to=owner.user.email,
            name="seat_alarm",
            context=context,
        )


def _send_link(invite: Invite, token: str, name: str, *, button_text: str, why: str) -> None:
    person = invite.participant
    context = _context(person.program) | {
        "person": person,
        "expires_at": invite.expires_at.astimezone(person.program.tz),
        "button_url": f"{settings.PUBLIC_URL}/i/{token}",
        "button_text": button_text,
        "why": f"You get this mail because {why}.",
    }
    _enqueue(key=invite_key(invite), program=person.program, to=person.email, name=name, context=context)


def _context(program: Program) -> dict[str, Any]:
    contact = public_contact(program)
    return {
        "program": program,
        "program_name": program.name,
        "contact_name": contact.name if contact else f"The {program.product} team",
        "contact_email": contact.email if contact else "",
    }


def _enqueue(
    *,
    key: str,
    program: Program,
    to: str,
    name: str,
    context: dict[str, Any],
    attachments: Sequence[Attachment] = (),
) -> None:
    mail = emails.render(APP, name, context)
    outbox.enqueue(
        key=key,
        scope=program.slug,
        to=to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        from_name=context["contact_name"] or program.name,
        reply_to=context["contact_email"],
        attachments=attachments,
    )
