"""Every write of the reports: criteria, building, sending, subscriptions."""

from reports.services.building import build_report
from reports.services.criteria import plan_criteria
from reports.services.sending import send_report
from reports.services.subscriptions import delivery_of, resubscribe, unsubscribe
from reports.services.weekly import send_due_reports, send_now

__all__ = [
    "build_report",
    "delivery_of",
    "plan_criteria",
    "resubscribe",
    "send_due_reports",
    "send_now",
    "send_report",
    "unsubscribe",
]
