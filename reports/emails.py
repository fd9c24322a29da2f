"""The one mail of this app: the weekly report."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from core import emails, outbox, tokens
from core.models import OutboxMessage
from core.outbox import Attachment
from programs.selectors import public_contact
from reports.models import ReportDelivery, StatusReport


def weekly_report(report: StatusReport, *, email: str, name: str, pdf: bytes, may_read: bool) -> OutboxMessage:
    """Queue the report for one person, with its PDF and the headers of one-click unsubscribe (RFC 8058).

    `may_read` puts in the link to the report's page, which only members of the program can open.
    """
    token = tokens.new_token()
    stop_url = f"{settings.PUBLIC_URL}{reverse('reports:unsubscribe', args=[token])}"
    program = report.program
    contact = public_contact(program)
    mail = emails.render("reports", "weekly_report", _context(report, name=name, stop_url=stop_url, may_read=may_read))
    message = outbox.enqueue(
        key=f"report:{report.pk}:{email}",
        scope=program.slug,
        to=email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        from_name=f"{contact.name}, {program.name}" if contact else program.name,
        reply_to=contact.email if contact else "",
        headers={
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<{program.slug}.reports.{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
        attachments=[Attachment(filename(report, "pdf"), "application/pdf", pdf)],
    )
    ReportDelivery.objects.create(report=report, email=email, message=message, token_hash=tokens.hash_token(token))
    return message


def filename(report: StatusReport, extension: str) -> str:
    """Return the name that a file of the report is saved under, such as accubooks-week-3.pdf."""
    kind = "week" if report.kind == "weekly" else "interim-week"
    return f"{report.program.slug}-{kind}-{report.week}.{extension}"


def _context(report: StatusReport, *, name: str, stop_url: str, may_read: bool) -> dict[str, object]:
    path = reverse("admin:reports_statusreport_view", args=[report.pk])
    return {
        "s": report.snapshot,
        "name": name,
        "program_name": report.program.name,
        "button_url": f"{settings.PUBLIC_URL}{path}" if may_read else "",
        "button_text": "Read the whole report",
        "stop_url": stop_url,
        "stop_text": "Stop this weekly report",
        "why": f"You get this mail because you are a member or contact of {report.program.name}.",
        "preview": f"{report.snapshot['period']['text']}: {report.reason}",
    }
