"""Raw events, and the daily rows that every figure is read from."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from metrics.enums import EventType, RejectReason, Source
from participants.models import Participant
from programs.models import Program


class Event(models.Model):
    """One message of the product, as it came.

    The table is partitioned by `day`, the UTC day of the client's own timestamp: a retry repeats that timestamp, so it
    meets the first copy in the same partition and is dropped. `occurred_at` is the same moment corrected for a client
    clock that goes wrong, and is what counts. There are no foreign key constraints: they cost a third of the intake.
    """

    pk = models.CompositePrimaryKey("program_id", "message_id", "day")
    program = models.ForeignKey(
        Program, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    message_id = models.TextField()
    day = models.DateField()
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    type = models.TextField(choices=EventType)
    name = models.TextField(db_default="", help_text="The event of a track call, the name of a page or screen.")
    user_id = models.TextField(db_default="", help_text="The product's own id of the person.")
    anonymous_id = models.TextField(db_default="")
    endpoint = models.TextField(null=True)  # noqa: DJ001 - the raw table keeps "not said" apart from "empty"
    method = models.TextField(null=True)  # noqa: DJ001
    status = models.SmallIntegerField(null=True)
    latency_ms = models.FloatField(null=True)
    severity = models.TextField(null=True)  # noqa: DJ001
    props = models.JSONField(null=True)
    context = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["program", "occurred_at"], name="event_by_program_time"),
            BrinIndex(fields=["received_at"], name="event_by_arrival"),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.type} at {self.occurred_at}"


class RecentEvent(models.Model):
    """The same events for the admin, which needs one column as key. A database view, read only."""

    id = models.TextField(primary_key=True)
    program = models.ForeignKey(Program, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    message_id = models.TextField()
    day = models.DateField("client's day (UTC)")
    occurred_at = models.DateTimeField("when")
    received_at = models.DateTimeField("received")
    type = models.TextField(choices=EventType)
    name = models.TextField("event")
    user_id = models.TextField("user id")
    anonymous_id = models.TextField("anonymous id")
    endpoint = models.TextField()
    status = models.SmallIntegerField()
    latency_ms = models.FloatField("latency (ms)")
    severity = models.TextField()
    props = models.JSONField("properties")
    context = models.JSONField()

    class Meta:
        managed = False
        db_table = "metrics_recentevent"
        verbose_name = "event"
        ordering = ["-occurred_at"]

    def __str__(self) -> str:
        return f"{self.name or self.type} at {self.occurred_at:%d %B %Y %H:%M:%S} UTC"


class DirtyDay(models.Model):
    """A local day that has events which its daily rows do not know yet.

    Intake puts a mark with `is_taken` false; the aggregation turns it into a taken one before it reads, and removes
    that when its rows are written. Events that arrive in between therefore find no mark and put a new one.
    """

    pk = models.CompositePrimaryKey("program_id", "day", "is_taken")
    program = models.ForeignKey(Program, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = models.DateField()
    is_taken = models.BooleanField(db_default=False)

    def __str__(self) -> str:
        return f"{self.day} of {self.program_id}"


class AggregatedDay(models.Model):
    """A local day whose events were counted, and when last. A day without any event has no row: it is no data."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = models.DateField()
    events = models.PositiveBigIntegerField()
    coverage = models.DecimalField(
        max_digits=5, decimal_places=4, help_text="Share of the day that had passed when it was computed."
    )
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["program", "day"], name="aggregated_day_once"),
            models.CheckConstraint(
                name="aggregated_day_coverage",
                condition=Q(coverage__gte=0, coverage__lte=1),
                violation_error_message="Coverage is a share between 0 and 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.events} events"


class DailyActivity(models.Model):
    """What one person did on one local day. Distinct people of any period are counted from these rows."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = models.DateField()
    person = models.TextField(help_text="The user id that the product sent, else the anonymous id.")
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.SET_NULL, related_name="activity"
    )
    is_active = models.BooleanField(help_text="Did something; a request or error counts only with a user id.")
    events = models.PositiveIntegerField()
    signups = models.PositiveIntegerField()
    verifications = models.PositiveIntegerField()
    sessions = models.PositiveIntegerField()
    messages = models.PositiveIntegerField()
    conversations = models.PositiveIntegerField()
    requests = models.PositiveIntegerField()
    errors = models.PositiveIntegerField()

    class Meta:
        ordering = ["-day", "person"]
        verbose_name_plural = "daily activity"
        constraints = [models.UniqueConstraint(fields=["program", "day", "person"], name="activity_once_a_day")]

    def __str__(self) -> str:
        return f"{self.person} on {self.day}"


class DailyMetric(models.Model):
    """One figure of one local day. `dimension` is the part of it, such as an endpoint; empty means all of it."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = models.DateField()
    metric = models.CharField(max_length=60)
    dimension = models.CharField(max_length=200, blank=True)
    value = models.DecimalField(
        max_digits=24, decimal_places=6, null=True, blank=True, help_text="Empty where only the histogram says it."
    )
    count = models.PositiveBigIntegerField(help_text="How many inputs the value stands on.")
    histogram = models.JSONField(null=True, blank=True)
    source = models.CharField(max_length=20, choices=Source, default=Source.EVENTS)
    definition_version = models.PositiveSmallIntegerField()
    coverage = models.DecimalField(max_digits=5, decimal_places=4)
    computed_at = models.DateTimeField(
        help_text="When this value was found. Finding the same one again changes nothing."
    )

    class Meta:
        verbose_name = "daily figure"
        ordering = ["-day", "metric", "dimension"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "metric", "dimension", "day", "source"], name="metric_once_a_day"
            ),
            models.CheckConstraint(
                name="metric_says_something",
                condition=Q(value__isnull=False) | Q(histogram__isnull=False),
                violation_error_message="A daily row has a value or a histogram.",
            ),
        ]
        indexes = [models.Index(fields=["program", "day"], name="metric_by_day")]

    def __str__(self) -> str:
        return f"{self.metric} {self.dimension} on {self.day}".replace("  ", " ")


class RejectedItems(models.Model):
    """How many items of a day were refused for one reason: source health shows it, nothing is lost in silence."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = models.DateField(help_text="The program's day on which they arrived.")
    reason = models.CharField(max_length=20, choices=RejectReason)
    count = models.PositiveBigIntegerField()
    example = models.TextField(help_text="What the client was told about the latest one.")
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "reason"]
        verbose_name_plural = "rejected items"
        constraints = [models.UniqueConstraint(fields=["program", "day", "reason"], name="rejected_once_a_day")]

    def __str__(self) -> str:
        return f"{self.count} on {self.day}: {self.get_reason_display()}"
