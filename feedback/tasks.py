"""What feedback does by the clock. Each task calls one service and is safe to run twice."""

from datetime import timedelta

from core import jobs
from feedback import services


@jobs.scheduled("feedback.sweep_uploads", every=timedelta(hours=1))
def sweep_uploads() -> None:
    """Delete survey files that nobody confirmed within a day."""
    services.sweep_uploads()
