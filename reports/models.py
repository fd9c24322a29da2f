"""Reports that stay as they were sent, the criteria they judge, and who wants them by mail."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core import clock
from core.enums import GradeRule, Overall
from core.models import OutboxMessage, User
from core.triggers import append_only, refuse
from programs.models import Program
from reports.enums import CriterionKind, ReportFormat, ReportKind, ReportState
from reports.querysets import StatusReportQuerySet, SubscriptionQuerySet

MAY_CHANGE = ["state", "sent_at"]


class StatusReport(models.Model):
    """One report over one period: every slot with its passport as JSON, kept as it was built.

    PostgreSQL refuses any change but the one from built to sent. `sha256` is that of the snapshot's canonical JSON
    (`reports.snapshot.fingerprint`). The documents made from it are `ReportFile` rows.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="status_reports")
    kind = models.CharField(max_length=8, choices=ReportKind, default=ReportKind.WEEKLY)
    week = models.PositiveSmallIntegerField(help_text="Number of the program week that the period ends in.")
    first = models.DateField("first day")
    last = models.DateField("last day", help_text="Included; days are in the program's time zone.")
    state = models.CharField(max_length=8, choices=ReportState, default=ReportState.BUILT)
    late = models.BooleanField(default=False, help_text="Made up after its time, because a run was missed.")
    overall = models.CharField("verdict", max_length=10, choices=Overall)
    reason = models.CharField(max_length=300, blank=True, help_text="What the verdict rests on, such as “p95 612 ms”.")
    slots_filled = models.PositiveSmallIntegerField()
    slots_total = models.PositiveSmallIntegerField()
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)
    generator = models.CharField(max_length=20, help_text="Version of the code that built it.")
    generated_at = models.DateTimeField(default=clock.now)
    generated_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the schedule."
    )
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = StatusReportQuerySet.as_manager()

    class Meta:
        ordering = ["-last", "-id"]
        indexes = [models.Index(fields=["program", "-last"], name="report_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "first", "last"],
                condition=Q(kind=ReportKind.WEEKLY),
                name="report_once_a_period",
                violation_error_message="There is a report over this period already. Open that one.",
            ),
            models.CheckConstraint(
                name="report_period_forward",
                condition=Q(last__gte=F("first")),
                violation_error_message="The last day of the report lies before its first.",
            ),
            models.CheckConstraint(
                name="report_sent_at_says_sent",
                condition=Q(state=ReportState.SENT, sent_at__isnull=False)
                | Q(state=ReportState.BUILT, sent_at__isnull=True),
                violation_error_message="A report has a time of sending exactly when it was sent.",
            ),
            models.CheckConstraint(
                name="report_slots_within",
                condition=Q(slots_filled__lte=F("slots_total")),
                violation_error_message="A report cannot have more slots with data than slots.",
            ),
        ]
        triggers = [
            refuse(
                pgtrigger.Update,
                name="no_update",
                condition=pgtrigger.AnyChange(exclude=MAY_CHANGE),
                sentence="A status report stays as it was built: nothing in it is changed. Build a new one instead.",
            ),
            refuse(
                pgtrigger.Update,
                name="sent_stays_sent",
                condition=pgtrigger.Q(old__state=ReportState.SENT),
                sentence="A status report that was sent stays sent: nothing in it is changed.",
            ),
            *append_only("list of status reports")[1:],
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, week {self.week}: {self.first:%d %b} - {self.last:%d %b %Y}"


class ReportFile(models.Model):
    """One document made from a report, byte for byte as it went out."""

    report = models.ForeignKey(StatusReport, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=4, choices=ReportFormat)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["report_id", "format"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "format"],
                name="report_file_once_a_format",
                violation_error_message="The report has a file of this format already.",
            )
        ]
        triggers = append_only("store of report files")

    def __str__(self) -> str:
        return f"{self.report_id}.{self.format}"


class ReportDelivery(models.Model):
    """One report sent to one person. The token of the unsubscribe link in that mail is stored as its hash."""

    report = models.ForeignKey(StatusReport, on_delete=models.PROTECT, related_name="deliveries")
    email = models.EmailField(max_length=320)
    message = models.ForeignKey(OutboxMessage, null=True, on_delete=models.SET_NULL, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["email"]
        verbose_name_plural = "report deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "email"],
                name="report_delivery_once_a_person",
                violation_error_message="This person was sent this report already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} to {self.email}"


class ReportSubscription(models.Model):
    """A recipient who stopped the weekly report of a program, or took it up again. No row: wants it."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="report_subscriptions")
    email = models.EmailField(max_length=320)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "email"],
                name="report_subscription_once_a_person",
                violation_error_message="This address has an entry already.",
            )
        ]

    def __str__(self) -> str:
        return self.email


class ExitCriterion(models.Model):
    """One line of a program's success or exit criteria: a figure held against a target over the whole program."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="criteria")
    kind = models.CharField(max_length=8, choices=CriterionKind)
    key = models.SlugField()
    label = models.CharField(max_length=120)
    metric = models.CharField(max_length=60, help_text="Key of the figure, such as uptime or satisfaction.")
    dimension = models.CharField(
        max_length=120, blank=True, help_text="Which part of it, such as an endpoint. Empty: all of it."
    )
    target = models.DecimalField(max_digits=16, decimal_places=4, help_text="Ratios as 0 to 1: 99.9% is 0.999.")
    unit = models.CharField(max_length=12, default="count")
    rule = models.CharField(max_length=12, choices=GradeRule, default=GradeRule.HIGHER)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-kind", "position", "id"]
        verbose_name_plural = "exit criteria"
        constraints = [
            models.UniqueConstraint(
                fields=["program", "kind", "key"],
                name="criterion_key_once_a_kind",
                violation_error_message="The program has a criterion with this key already.",
            ),
            models.CheckConstraint(
                name="criterion_has_a_rule",
                condition=~Q(rule=GradeRule.INFO),
                violation_error_message="A criterion is met or not: choose a rule that judges it.",
            ),
        ]

    def __str__(self) -> str:
        return self.label
