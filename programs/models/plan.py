"""The plan of a beta: weeks, goals, readiness, deployments, action items and notes."""

import pghistory
from django.db import models
from django.db.models import F, Q

from core import clock
from core.enums import GradeRule
from core.models import User
from programs.enums import DeploymentKind, GoalPeriod, NoteKind, Priority, Risk
from programs.models.program import Program


@pghistory.track()
class ReadinessItem(models.Model):
    """One line of the launch checklist ("Before First User"). It is checked by a person, with evidence."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="readiness_items")
    key = models.SlugField()
    label = models.CharField(max_length=200)
    required = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    evidence = models.TextField(blank=True, help_text="What shows that it is done: a link, a number, a name.")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "key"], name="readiness_key_once_a_program"),
            models.CheckConstraint(
                name="readiness_checked_with_evidence",
                condition=Q(checked_at=None) | ~Q(evidence=""),
                violation_error_message="An item is checked with evidence. Say what shows that it is done.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class Week(models.Model):
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="weeks")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    title = models.CharField(max_length=120)
    focus = models.CharField(max_length=300, blank=True)
    highlights = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="week_number_once_a_program"),
            models.CheckConstraint(
                name="week_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="The week ends before it starts. Choose a later last day.",
            ),
        ]

    def __str__(self) -> str:
        return f"Week {self.number}: {self.title}"


@pghistory.track()
class Goal(models.Model):
    """A target for a figure: always (the headline targets), over one week, or over the whole program."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="goals")
    period = models.CharField(max_length=8, choices=GoalPeriod, default=GoalPeriod.PROGRAM)
    week = models.ForeignKey(Week, null=True, blank=True, on_delete=models.CASCADE, related_name="goals")
    label = models.CharField(max_length=120)
    metric = models.CharField(max_length=60, help_text="Key of the figure, such as signups or uptime.")
    dimension = models.CharField(
        max_length=120, blank=True, help_text="Which part of it, such as an endpoint. Empty: all of it."
    )
    target = models.DecimalField(max_digits=16, decimal_places=4)
    unit = models.CharField(max_length=12, default="count")
    rule = models.CharField(max_length=12, choices=GradeRule, default=GradeRule.HIGHER)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["week__number", "position", "id"]
        constraints = [
            models.CheckConstraint(
                name="goal_week_named",
                condition=Q(period=GoalPeriod.WEEK, week__isnull=False) | (~Q(period=GoalPeriod.WEEK) & Q(week=None)),
                violation_error_message="A weekly goal names its week, and only a weekly goal does.",
            ),
            models.UniqueConstraint(
                fields=["program", "metric", "dimension"],
                condition=Q(period=GoalPeriod.STANDING),
                name="goal_standing_once_a_metric",
                violation_error_message="This figure has a standing target already. Change that one.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class Deployment(models.Model):
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="deployments")
    kind = models.CharField(max_length=8, choices=DeploymentKind, default=DeploymentKind.RELEASE)
    version = models.CharField(max_length=40)
    changes = models.TextField(blank=True, help_text="What it brings, or the issue that a hotfix resolves.")
    method = models.CharField(max_length=60, blank=True, help_text="For example CI/CD, Docker Compose, Kubernetes.")
    deployed_by = models.CharField(max_length=120, blank=True)
    risk = models.CharField(max_length=6, choices=Risk, default=Risk.LOW)
    planned_on = models.DateField(null=True, blank=True)
    deployed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = [F("deployed_at").desc(nulls_first=True), "planned_on"]
        constraints = [
            models.CheckConstraint(
                name="deployment_dated",
                condition=Q(kind=DeploymentKind.PLANNED, planned_on__isnull=False)
                | (~Q(kind=DeploymentKind.PLANNED) & Q(deployed_at__isnull=False)),
                violation_error_message="A planned deployment needs its date, a past one the time it was deployed.",
            )
        ]

    def __str__(self) -> str:
        return self.version


@pghistory.track()
class ActionItem(models.Model):
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="action_items")
    title = models.CharField(max_length=200)
    priority = models.CharField(max_length=6, choices=Priority, default=Priority.MEDIUM)
    owner = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = [F("done_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True)]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Note(models.Model):
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind)
    text = models.TextField()
    author = models.ForeignKey(User, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.text[:60]
