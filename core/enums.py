"""The small closed vocabularies that every app shares."""

from django.db.models import TextChoices


class Grade(TextChoices):
    """The light of one figure."""

    GREEN = "green", "On target"
    YELLOW = "yellow", "Off target"
    RED = "red", "Far off target"
    NO_DATA = "no_data", "No data"
    INFO = "info", "For information"


class Trend(TextChoices):
    """Where a figure went since the previous period of equal length."""

    UP = "up", "Up"
    FLAT = "flat", "Flat"
    DOWN = "down", "Down"
    NONE = "none", "No comparison"


class Overall(TextChoices):
    """The verdict on a whole program."""

    HEALTHY = "healthy", "Healthy"
    DEGRADED = "degraded", "Degraded"
    CRITICAL = "critical", "Critical"
    UNKNOWN = "unknown", "Unknown"


class GradeRule(TextChoices):
    """How a figure is held against its target; `core.grading` says each one exactly."""

    LATENCY = "latency", "Lower is better"
    SHARE = "share", "Share near 1, judged by its shortfall"
    ERROR_RATIO = "error_ratio", "Share near 0, lower is better"
    ZERO = "zero", "Must be zero"
    HIGHER = "higher", "Higher is better"
    INFO = "info", "For information, without a target"


class MessageState(TextChoices):
    """Where an outgoing mail is."""

    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    BOUNCED = "bounced", "Bounced"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class RunState(TextChoices):
    """How one run of a scheduled job went."""

    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
