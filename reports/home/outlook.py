"""What comes next: when the report leaves and to how many, and how far the program is on its way out."""

import datetime as dt
from dataclasses import dataclass

from programs.enums import ProgramState
from programs.models import Program
from programs.selectors import report_recipients
from reports.due import next_due
from reports.home import links
from reports.models import ReportSubscription, StatusReport


@dataclass(frozen=True, slots=True)
class NextReport:
    """`at` is in the program's time zone; None where no report will leave."""

    at: dt.datetime | None
    recipients: int
    last: StatusReport | None
    href: str


def next_report(program: Program, *, at: dt.datetime) -> NextReport:
    """Return when the next weekly report leaves and how many people it goes to, and the last one that was built."""
    stopped = set(ReportSubscription.objects.filter(program=program).stopped().values_list("email", flat=True))
    wanted = [email for email in report_recipients(program) if email not in stopped]
    last = StatusReport.objects.filter(program=program).without_snapshot().order_by("-last", "-id").first()
    leaves = None
    if program.state == ProgramState.LIVE:
        leaves = next_due(at, program.tz, program.report_weekday, program.report_hour).astimezone(program.tz)
    return NextReport(leaves, len(wanted), last, links.rows("reports.statusreport"))
