"""Stopping the weekly report by the link in its mail, and taking it up again."""

from django.db import transaction

from core import audit, clock, tokens
from reports import selectors
from reports.exceptions import UnknownLink
from reports.models import ReportDelivery, ReportSubscription

UNKNOWN = "This link is not one of ours, or it was cut off on the way. Open the link from the mail itself."


def delivery_of(*, token: str) -> ReportDelivery:
    """Return the delivery that an unsubscribe link belongs to. Raises `UnknownLink`."""
    delivery = selectors.delivery_by_token(tokens.hash_token(token))
    if delivery is None:
        raise UnknownLink(UNKNOWN)
    return delivery


@transaction.atomic
def unsubscribe(*, token: str) -> ReportSubscription:
    """Send this address no more weekly reports of the program. Doing it twice changes nothing. Raises `UnknownLink`."""
    return _set(token, stopped=True)


@transaction.atomic
def resubscribe(*, token: str) -> ReportSubscription:
    """Undo `unsubscribe`. Doing it twice changes nothing. Raises `UnknownLink`."""
    return _set(token, stopped=False)


def _set(token: str, *, stopped: bool) -> ReportSubscription:
    delivery = delivery_of(token=token)
    program = delivery.report.program
    row, _ = ReportSubscription.objects.select_for_update().get_or_create(program=program, email=delivery.email)
    if (row.unsubscribed_at is not None) == stopped:
        return row
    row.unsubscribed_at = clock.now() if stopped else None
    row.save(update_fields=["unsubscribed_at"])
    action = "report.unsubscribed" if stopped else "report.resubscribed"
    audit.record(actor=None, action=action, obj=row, scope=program.slug, reason="by the link in the mail")
    return row
