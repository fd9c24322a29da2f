"""What the reports do by the clock."""

import datetime as dt

from core import jobs
from reports import services


@jobs.sweep("reports.send_due_reports", dt.timedelta(minutes=5))
def send_due_reports() -> None:
    """Send the weekly reports that are due."""
    services.send_due_reports()
