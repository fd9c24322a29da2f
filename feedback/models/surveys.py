"""Survey, its questions, and what people answered.

A response keeps its answers in two JSON columns, keyed by question id: `answers` has the words as given, `scores` the
numbers of rating questions on the question's own scale. One row a response is what lets 100,000 of them go in by one
staged COPY and one upsert (docs/surveys.md, "How responses are stored"). The old values of a corrected response stay in
its history, written by a trigger.
"""

from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5, Lower

from core import clock
from core.models import User
from feedback.enums import QuestionKind, Satisfaction
from feedback.querysets import ResponseQuerySet
from participants.models import Participant
from programs.models import Program


@pghistory.track()
class Survey(models.Model):
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="surveys")
    name = models.CharField(max_length=120, help_text="For example “Week 2 satisfaction”.")
    slug = models.SlugField(max_length=60, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        User, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "name"]
        constraints = [
            models.UniqueConstraint(
                "program",
                Lower("name"),
                name="survey_name_once_a_program",
                violation_error_message="The program has a survey of this name. Choose another, or import into that.",
            ),
            models.UniqueConstraint(fields=["program", "slug"], name="survey_slug_once_a_program"),
            models.CheckConstraint(
                name="survey_has_name", condition=~Q(name=""), violation_error_message="A survey needs a name."
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Question(models.Model):
    """One question. It is found again in the next file by its header and, where headers repeat, by their order."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField(help_text="The column in the file, counted from 1.")
    header = models.TextField(blank=True, help_text="The column's header as it stands in the file.")
    occurrence = models.PositiveIntegerField(
        default=1, help_text="1 for the first column of this header, 2 for the next."
    )
    text = models.TextField(help_text="The question as people read it.")
    kind = models.CharField(max_length=6, choices=QuestionKind, default=QuestionKind.TEXT)
    scale_worst = models.DecimalField(
        "worst answer",
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="One end of the scale, such as 1.",
    )
    scale_best = models.DecimalField(
        "best answer",
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="The other end, such as 5; the smaller number where 1 is best.",
    )
    satisfaction = models.CharField(
        max_length=12,
        choices=Satisfaction,
        blank=True,
        help_text="Which of the five standard questions this is, if any. The report counts its answers.",
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            # The hash, since a header may be longer than an index entry.
            models.UniqueConstraint(
                "survey",
                MD5("header"),
                "occurrence",
                name="question_column_once_a_survey",
                violation_error_message="The survey has a question for this column already.",
            ),
            models.UniqueConstraint(
                fields=["survey", "satisfaction"],
                condition=~Q(satisfaction=""),
                name="question_satisfaction_once_a_survey",
                violation_error_message="Another question of this survey is mapped to the same standard question.",
            ),
            models.CheckConstraint(
                name="question_scale_has_two_ends",
                condition=Q(scale_worst=None, scale_best=None)
                | Q(scale_worst__isnull=False, scale_best__isnull=False) & ~Q(scale_worst=F("scale_best")),
                violation_error_message="A scale has two ends, a worst and a best answer, and they differ.",
            ),
            models.CheckConstraint(
                name="question_rating_has_scale",
                condition=Q(kind=QuestionKind.RATING, scale_worst__isnull=False, scale_best__isnull=False)
                | (~Q(kind=QuestionKind.RATING) & Q(scale_worst=None, scale_best=None)),
                violation_error_message="A rating needs its scale, such as 1 to 5; other questions have none.",
            ),
            models.CheckConstraint(
                name="question_satisfaction_is_rating",
                condition=Q(satisfaction="") | Q(kind=QuestionKind.RATING),
                violation_error_message="Only a rating can be one of the five questions on satisfaction.",
            ),
        ]

    def __str__(self) -> str:
        return self.text or f"Column {self.position}"

    @property
    def scale(self) -> tuple[Decimal, Decimal] | None:
        """The worst and the best answer of a rating."""
        if self.scale_worst is None or self.scale_best is None:
            return None
        return self.scale_worst, self.scale_best

    @property
    def is_rating(self) -> bool:
        return self.kind == QuestionKind.RATING


@pghistory.track(pghistory.UpdateEvent("before_update", row=pghistory.Old), pghistory.DeleteEvent("before_delete"))
class Response(models.Model):
    """One person's answers. `key` is `id:` and the tool's response id, or `row:` and a hash of the content."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="responses")
    key = models.CharField(max_length=200)
    participant = models.ForeignKey(
        Participant,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="survey_responses",
        help_text="Known only where the map names a column that says who answered.",
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_on = models.DateField(
        null=True, blank=True, help_text="The program's day. Answers without a day count in no period."
    )
    answers = models.JSONField(default=dict, help_text="Question id -> the answer as given.")
    scores = models.JSONField(default=dict, help_text="Question id -> the number on the question's scale.")
    source = models.ForeignKey(
        "feedback.SurveyImport",
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="responses",
        help_text="The import that wrote the row last.",
    )

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "key"],
                name="response_key_once_a_survey",
                violation_error_message="This response is in the survey already.",
            ),
            models.CheckConstraint(
                name="response_key_says_how",
                condition=Q(key__regex=r"^(id|row):.+"),
                violation_error_message="A response is known by its id or by its content, never by nothing.",
            ),
            models.CheckConstraint(
                name="response_time_has_day",
                condition=Q(submitted_at=None) | Q(submitted_on__isnull=False),
                violation_error_message="A response with a time has a day too.",
            ),
        ]
        indexes = [
            models.Index(fields=["survey", "submitted_on"], name="response_by_day"),
            models.Index(fields=["participant"], condition=Q(participant__isnull=False), name="response_by_person"),
        ]

    def __str__(self) -> str:
        kind, _, name = self.key.partition(":")
        return name if kind == "id" else f"Row {name[:8]}"
