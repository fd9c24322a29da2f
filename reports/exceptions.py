"""What the reports refuse."""

from core.exceptions import Conflict, NotFound


class ReportNotFound(NotFound):
    """There is no such report, or not for this person."""


class NotDue(Conflict):
    """There is nothing to report on yet."""


class NobodyToSendTo(Conflict):
    """Every recipient is missing or has stopped the report."""


class UnknownLink(NotFound):
    """An unsubscribe link that we never sent."""
