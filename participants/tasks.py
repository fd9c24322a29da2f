"""What runs by the clock. Each task calls one service and may run twice without harm."""

from datetime import timedelta

from core.jobs import scheduled, sweep
from participants import services


@sweep("participants.expire_invites", every=timedelta(seconds=60))
def expire_invites() -> None:
    """Close overdue invites and free their seats; drop files that nobody confirmed."""
    services.expire_invites()
    services.sweep_uploads()


@scheduled("participants.check_seats", every=timedelta(minutes=10))
def check_seats() -> None:
    """Raise an alarm where the seats of a program contradict each other."""
    services.check_seats()
