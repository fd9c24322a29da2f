"""Sending a report: one mail a recipient, written with the report's state in one transaction."""

from django.db import transaction

from core import audit, clock
from core.models import User
from reports import emails, selectors
from reports.enums import ReportFormat, ReportState
from reports.exceptions import NobodyToSendTo, ReportNotFound
from reports.models import ReportDelivery, StatusReport


@transaction.atomic
def send_report(*, report_id: int, actor: User | None = None) -> int:
    """Queue the report for everybody who gets it and has not got it yet. Returns how many mails were written.

    All mails are queued and the report marked as sent, or nothing is. Doing it again reaches only people who were
    added since. Raises `ReportNotFound`, and `NobodyToSendTo` where nobody gets the program's reports.
    """
    report = StatusReport.objects.select_for_update(of=("self",)).select_related("program").filter(pk=report_id).first()
    if report is None:
        raise ReportNotFound("This report does not exist.")
    wanted = selectors.recipients(report.program)
    if not wanted:
        raise NobodyToSendTo(
            f"The report was not sent: nobody gets the reports of {report.program.name}. Add a member with an e-mail "
            "address, or a contact who gets the weekly report."
        )
    reached = set(ReportDelivery.objects.filter(report=report).values_list("email", flat=True))
    missing = sorted(wanted.keys() - reached)
    pdf = selectors.report_file(report.pk, ReportFormat.PDF) if missing else b""
    readers = selectors.member_addresses(report.program)
    for email in missing:
        emails.weekly_report(report, email=email, name=wanted[email], pdf=pdf, may_read=email in readers)
    if report.state == ReportState.BUILT:
        report.state, report.sent_at = ReportState.SENT, clock.now()
        report.save(update_fields=["state", "sent_at"])
    if missing:
        audit.record(
            actor=actor, action="report.sent", obj=report, scope=report.program.slug, after={"recipients": missing}
        )
    return len(missing)
